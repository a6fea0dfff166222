"""What stands behind a change, for one person: why they are invited or not, why they cannot come, and who leads.

Reasons are told to the person themselves alone, so each is put into words for its own reader.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.intervals import Interval
from scheduler.availability.model import Category, Reason
from scheduler.availability.service import reasons_at, stored_reasons
from scheduler.calendars.contents import PublishedSession
from scheduler.db import Db
from scheduler.invitations.model import OWN_WORD, Cause, Change, ChangeKind, leaders_of
from scheduler.languages import mark, say
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.membership import pauses, rosters
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import DeputyState
from scheduler.sessions.tables import DeputyRow
from solvers.vocabulary import CANNOT

_BY_KEY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "night": mark("You’re on nights then, and nobody expects you."),
        "study_leave": mark("You’re on study leave then, and nobody expects you."),
        "long_leave": mark("You’re away then, and nobody expects you."),
        "paused": mark("You don’t facilitate for now, and nobody expects you."),
    }
)
_BY_CATEGORY: Final[Mapping[Category, str]] = MappingProxyType(
    {
        Category.LEAVE: mark("You’re on leave then, and nobody expects you."),
        Category.REST: mark("That’s your time to rest after or before duties, and nobody expects you."),
        Category.ON_DUTY: mark("You’re on duty then, and nobody expects you."),
        Category.OFF: mark("You’re not at work then, and nobody expects you."),
        Category.PATTERN: mark("You have other work then, and nobody expects you."),
        Category.OWN: mark("You’ve told us that you can’t make it then, and nobody expects you."),
        Category.CALENDAR: mark("Your calendar shows that you’re busy then, and nobody expects you."),
    }
)
_ELSEWHERE: Final = mark("You have another session then, and nobody expects you.")
_OTHERWISE: Final = mark("You can’t make it then, and nobody expects you.")


@dataclass(slots=True)
class Circumstances:
    """What is known behind the changes of some people, in a few queries for all of them."""

    left: set[tuple[int, int]] = field(default_factory=set)
    groups: dict[int, Mapping[str, Mapping[int, object]]] = field(default_factory=dict)
    ended: Mapping[int, set[str]] = field(default_factory=dict)
    merged: set[tuple[int, str]] = field(default_factory=set)
    pauses: Mapping[tuple[int, str], tuple[date, date]] = field(default_factory=dict)
    requests: dict[int, list[DeputyRow]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[tuple[int, int, Interval], tuple[str, Reason]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def explained(self, change: Change, person_id: int) -> Change:
        """The change with its cause, its reason in the language spoken now, and who leads."""
        session, row = change.session, change.session.row
        deputies = {request.person_id for request in self._accepted(row.id)} & set(leaders_of(session))
        own_word = not change.expected and change.takes_place and self._is_own_word(session, person_id)
        takes_back = bool(change.announced and OWN_WORD in change.announced.shown)
        return replace(
            change,
            own_word=own_word,
            is_known=(change.kind is ChangeKind.UNEXPECTED and own_word)
            or (change.kind is ChangeKind.EXPECTED and takes_back),
            cause=self._cause(change, person_id),
            why="" if change.expected or not change.takes_place else self._why(session, person_id),
            leaders=self._listed(leaders_of(session)),
            deputies=self._listed(deputies),
        )

    def _cause(self, change: Change, person_id: int) -> Cause:
        row = change.session.row
        requests = self.requests[row.id]
        if change.takes_place:
            stands_in = any(request.person_id == person_id for request in self._accepted(row.id))
            return Cause.STANDS_IN if stands_in else Cause.OTHER
        if (row.programme_id, person_id) in self.left:
            return Cause.LEFT
        if change.kind is ChangeKind.OUT:
            if any(request.for_id == person_id for request in self._accepted(row.id)):
                return Cause.HAS_DEPUTY
            if any(request.person_id == person_id for request in requests):
                return Cause.NO_DEPUTY_NEEDED
        groups, is_over = self.groups[row.programme_id], row.group_key in self.ended[row.programme_id]
        if is_over and (row.programme_id, row.group_key) not in self.merged:
            return Cause.GROUP_ENDED  # whatever other groups they are in
        if any(person_id in members for key, members in groups.items() if key != row.group_key):
            if person_id in groups.get(row.group_key, ()):
                return Cause.OTHER
            return Cause.GROUP_MERGED if is_over else Cause.OTHER_GROUP
        if row.group_key not in groups:
            return Cause.GROUP_ENDED
        return Cause.GROUP_PAUSED if self._is_paused(change) else Cause.OTHER

    def _is_paused(self, change: Change) -> bool:
        """Whether the session has been cancelled because it lies in a pause of its group."""
        row = change.session.row
        pause = self.pauses.get((row.programme_id, row.group_key))
        day = row.starts_at.astimezone(ZoneInfo(change.session.zone)).date()
        return change.kind is ChangeKind.CANCELLED and pause is not None and pause[0] <= day <= pause[1]

    def _accepted(self, session_id: int) -> list[DeputyRow]:
        return [row for row in self.requests[session_id] if row.state == DeputyState.ACCEPTED]

    def _why(self, session: PublishedSession, person_id: int) -> str:
        known = self.reasons.get((session.row.programme_id, person_id, _span(session)))
        if known is None:
            return say(_OTHERWISE)
        stored, reason = known
        if stored != CANNOT:
            return say(_ELSEWHERE)
        return say(_BY_KEY.get(reason.key) or _BY_CATEGORY.get(reason.category, _OTHERWISE))

    def _is_own_word(self, session: PublishedSession, person_id: int) -> bool:
        known = self.reasons.get((session.row.programme_id, person_id, _span(session)))
        return known is not None and known[0] == CANNOT and known[1].category is Category.OWN

    def _listed(self, person_ids: Iterable[int]) -> str:
        return ", ".join(sorted(self.names[who] for who in person_ids if who in self.names))


def load_circumstances(db: Db, sessions: Collection[PublishedSession], person_ids: Collection[int]) -> Circumstances:
    """What stands behind changes of these sessions for these people."""
    found = Circumstances()
    programmes = {session.row.programme_id for session in sessions}
    found.pauses = pauses(db, {(session.row.programme_id, session.row.group_key) for session in sessions})
    for request in db.scalars(
        select(DeputyRow).where(DeputyRow.session_id.in_([session.row.id for session in sessions]))
    ):
        found.requests[request.session_id].append(request)
    left = select(ParticipantRow.programme_id, ParticipantRow.person_id).where(
        ParticipantRow.person_id.in_(person_ids), ParticipantRow.left_at.is_not(None)
    )
    found.left = {(programme_id, who) for programme_id, who in db.execute(left)}
    leaders = {who for session in sessions for who in leaders_of(session)}
    names = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(leaders))
    found.names = dict(db.execute(names).all())
    ended: dict[int, set[str]] = defaultdict(set)
    over = select(PlanRow.programme_id, GroupRow.key).join(PlanRow, PlanRow.id == GroupRow.plan_id)
    for programme_id, key in db.execute(
        over.where(PlanRow.state == PlanState.PUBLISHED, GroupRow.ended_at.is_not(None))
    ):
        ended[programme_id].add(key)
    found.ended = ended
    for programme_id in programmes:
        meets_no_more, everybody = ended[programme_id], rosters(db, programme_id)
        found.groups[programme_id] = {key: members for key, members in everybody.items() if key not in meets_no_more}
        # Whoever is in a group that has ended stays on record there, unless all of them have gone on in another.
        found.merged |= {(programme_id, key) for key in meets_no_more if not everybody.get(key)}
        absent = {
            invited.person_id
            for session in sessions
            if session.row.programme_id == programme_id
            for invited in session.invited
            if invited.mark == CANNOT and invited.person_id in person_ids
        }
        if absent:
            spans = {_span(session) for session in sessions if session.row.programme_id == programme_id}
            _add_reasons(db, found, programme_id, sorted(absent), sorted(spans))
    return found


def _span(session: PublishedSession) -> Interval:
    return Interval(session.row.starts_at, session.row.ends_at)


def _add_reasons(
    db: Db, found: Circumstances, programme_id: int, person_ids: Sequence[int], spans: Sequence[Interval]
) -> None:
    """Reasons as they are stored for the programme's slots; for sessions at other times, or of another length, worked
    out on the spot."""
    programme = get_programme(db, programme_id)
    length = timedelta(minutes=programme.session_minutes)
    slots = [Interval(slot.starts_at, slot.starts_at + length) for slot in programme.slots()]
    others = sorted(set(spans) - set(slots))
    known = stored_reasons(db, programme_id, len(slots), person_ids)
    for times, answers in (
        (slots, known),
        (others, reasons_at(db, programme, person_ids, others) if others else {}),
    ):
        for who, (marks, reasons) in answers.items():
            for span, stored, reason in zip(times, marks, reasons, strict=True):
                found.reasons[programme_id, who, span] = (stored, reason)
