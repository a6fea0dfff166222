"""Who and what could help: faculty who are free, groups with a place. Loaded once for many troubles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.intervals import Interval
from scheduler.availability.service import stored_marks
from scheduler.db import Db
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.membership import Roster, model_ids, rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import Programme
from scheduler.sessions.attendance_marks import Booking, bookings_of
from scheduler.sessions.model import ProposalState, SessionStatus
from scheduler.sessions.standing_deputies import standing_deputies
from scheduler.sessions.tables import ProposalRow, SessionRow
from solvers.vocabulary import CAN, COMING

TRIED: Final = 6
"""So many people or groups are put before the referee; more are not asked for."""


class Pools:
    """What is known of everybody who may help. Each part is loaded for all troubles at once, when the first asks for
    it: against most of them nothing of it can help."""

    def __init__(self, db: Db, programme: Programme, now: datetime, people: Collection[int]) -> None:
        self.programme = programme
        self._db, self._now, self._people = db, now, people

    @cached_property
    def faculty(self) -> Mapping[int, frozenset[str]]:
        """The models that faculty offer, by their ids."""
        here = (ParticipantRow.programme_id == self.programme.id, ParticipantRow.left_at.is_(None))
        offers = select(ParticipantRow.person_id, ParticipantRow.models).where(*here)
        rows = self._db.execute(offers.where(ParticipantRow.kind == Role.FACULTY, ~ParticipantRow.guest))
        return {person_id: frozenset(models) for person_id, models in rows}

    @cached_property
    def starts(self) -> Mapping[str, Sequence[tuple[int, Interval]]]:
        """When the groups meet next, by their keys."""
        ahead = select(SessionRow.group_key, SessionRow.id, SessionRow.starts_at, SessionRow.ends_at).where(
            SessionRow.programme_id == self.programme.id,
            SessionRow.starts_at > self._now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
        found: dict[str, list[tuple[int, Interval]]] = defaultdict(list)
        for key, session_id, starts_at, ends_at in self._db.execute(ahead):
            found[key].append((session_id, Interval(starts_at, ends_at)))
        return found

    @cached_property
    def _everybody(self) -> frozenset[int]:
        return frozenset((*self.faculty, *self._people))

    @cached_property
    def _slots(self) -> Mapping[datetime, int]:
        return {slot.starts_at: index for index, slot in enumerate(self.programme.slots())}

    @cached_property
    def _marks(self) -> Mapping[int, str]:
        return stored_marks(self._db, self.programme.id, len(self.programme.slots()), self._everybody)

    @cached_property
    def _booked(self) -> Mapping[int, Sequence[Booking]]:
        return bookings_of(self._db, self._everybody, self._now)

    @cached_property
    def _groups(self) -> Mapping[str, Roster]:
        return rosters(self._db, self.programme.id)

    @cached_property
    def _models(self) -> Mapping[str, int]:
        return model_ids(self._db, self.programme.id)

    @cached_property
    def _standing(self) -> Mapping[str, int]:
        """The standing deputies who can serve, by their group's key."""
        found = standing_deputies(self._db, (self.programme.id,))
        return {key: deputy.person_id for (_, key), deputy in found.items() if deputy.can_serve}

    def free_faculty(self, group_key: str, spans: Collection[tuple[int, Interval]]) -> tuple[int, ...]:
        """Faculty outside a group who offer its kind of group and could come to most of these sessions: its standing
        deputy first, then whoever can come without any trouble."""
        model = next((m.key for m in self.programme.models if m.id == self._models.get(group_key)), "")
        roster = self._groups.get(group_key, {})
        fits = [who for who, offers in self.faculty.items() if model in offers and who not in roster]
        return self._best(fits, spans, self._standing.get(group_key))

    def exchanges(self, person_id: int, group_key: str, from_day: date | None) -> tuple[tuple[str, int], ...]:
        """Other groups with one who leads them, by key and id, with whom a facilitator could change places from a day
        on: each offers the other's kind of group; the pairs that can come to most of each other's sessions first."""
        here = self._models.get(group_key)
        found = []
        for key, roster in self._groups.items():
            if key == group_key or person_id in roster or not self._offers(person_id, self._models.get(key)):
                continue
            ahead, own = self._from(key, from_day), self._from(group_key, from_day)
            for other, role in roster.items():
                if role == MemberRole.FACILITATOR and self._offers(other, here) and other != person_id:
                    comes = self._can_come(other, own, ahead) + self._can_come(person_id, ahead, own)
                    found.append((-comes, key, other))
        return tuple((key, other) for comes, key, other in sorted(found)[:TRIED] if comes)

    def _offers(self, person_id: int, model_id: int | None) -> bool:
        model = next((model.key for model in self.programme.models if model.id == model_id), "")
        return model in self.faculty.get(person_id, frozenset())

    def _from(self, group_key: str, from_day: date | None) -> list[tuple[int, Interval]]:
        zone = ZoneInfo(self.programme.zone)
        ahead = self.starts.get(group_key, ())
        return [each for each in ahead if from_day is None or each[1].start.astimezone(zone).date() >= from_day]

    def groups_for(self, person_id: int, group_key: str) -> tuple[str, ...]:
        """Other groups of the same kind to whose sessions somebody could come best."""
        model = self._models.get(group_key)
        known = next((m for m in self.programme.models if m.id == model), None)
        others = [
            key
            for key, roster in self._groups.items()
            if known and self._models.get(key) == model and key != group_key and person_id not in roster
            and sum(role == MemberRole.RESIDENT for role in roster.values()) < known.size[1]
        ]  # fmt: skip
        able = {
            key: self._can_come(person_id, self.starts.get(key, ()), self.starts.get(group_key, ())) for key in others
        }
        return tuple(sorted((key for key in others if able[key]), key=lambda key: (-able[key], key))[:TRIED])

    def _best(
        self, people: Iterable[int], spans: Collection[tuple[int, Interval]], first: int | None = None
    ) -> tuple[int, ...]:
        found = []
        for who in people:
            able = [self._mark(who, span) for own, span in spans if not self._is_booked(who, own, span)]
            comes = sum(mark in COMING for mark in able)
            if comes:
                found.append((who != first, -comes, -able.count(CAN), who))
        return tuple(who for *_, who in sorted(found)[:TRIED])

    def _can_come(
        self, person_id: int, spans: Iterable[tuple[int, Interval]], left: Iterable[tuple[int, Interval]]
    ) -> int:
        gone = {session_id for session_id, _ in left}
        booked = [other for other in self._booked.get(person_id, ()) if other.session_id not in gone]
        free = [span for _, span in spans if not any(_overlap(other.span, span) for other in booked)]
        return sum(self._mark(person_id, span) in COMING for span in free)

    def _mark(self, person_id: int, span: Interval) -> str:
        marks, index = self._marks.get(person_id), self._slots.get(span.start)
        return marks[index] if marks and index is not None else ""

    def _is_booked(self, person_id: int, session_id: int, span: Interval) -> bool:
        others = self._booked.get(person_id, ())
        return any(other.session_id != session_id and _overlap(other.span, span) for other in others)


def offered_dates(db: Db, session_ids: Collection[int]) -> Mapping[int, Sequence[datetime]]:
    """The dates that the product offers already for these sessions."""
    rows = db.execute(
        select(ProposalRow.session_id, ProposalRow.starts_at)
        .where(
            ProposalRow.session_id.in_(session_ids),
            ProposalRow.state == ProposalState.OPEN,
            ProposalRow.by_id.is_(None),
        )
        .order_by(ProposalRow.starts_at)
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for session_id, starts_at in rows:
        found[session_id or 0].append(starts_at)
    return found


def _overlap(one: Interval, other: Interval) -> bool:
    return one.start < other.end and other.start < one.end
