"""Work out everybody's availability once per change, keep it, and answer from what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from scheduler.availability.crediting import counted
from scheduler.availability.intervals import Interval
from scheduler.availability.marking import Answering, Availability, availability
from scheduler.availability.model import Candidate, Category, Reason, Timeline
from scheduler.availability.rules import Rules, rules_of
from scheduler.availability.slots import SlotTable
from scheduler.availability.tables import AvailabilityRow
from scheduler.availability.timelines import timelines
from scheduler.errors import NotAllowed, NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import get_programme, lock_programme
from solvers.instance import COMING

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """One slot for one person. ``reason`` has its details only for the person themselves."""

    starts_at: datetime
    round: int
    mark: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class HeatCell:
    """How many of ``asked`` people can come, or can if need be, to a start on a weekday in a week."""

    week: date
    weekday: int
    wall_clock: str
    can: int
    if_need_be: int
    not_known: int
    asked: int


def recompute(db: Session, programme_id: int, now: datetime, person_ids: Iterable[int] | None = None) -> int:
    """Work out and store the marks of these people, or of all who take part; returns how many it were.

    The programme is locked first: of two changes at a time the second works on what the first has left.
    """
    lock_programme(db, programme_id)
    programme = get_programme(db, programme_id)
    rules = rules_of(db, programme)
    slots = programme.slots()
    rounds = [slot.round for slot in slots]
    answering = _ByZone([Candidate(slot.starts_at, slot.protected) for slot in slots], programme.session_minutes, rules)
    wanted = _participants(db, programme_id, person_ids)
    for start in range(0, len(wanted), _AT_A_TIME):
        some = wanted[start : start + _AT_A_TIME]
        rows = [
            _row(programme_id, person_id, answering.of(timeline), rounds, now)
            for person_id, timeline in timelines(db, programme, some).items()
        ]
        _replace(db, programme_id, some, rows)
    return len(wanted)


def for_person(db: Session, actor: Actor, programme_id: int, person_id: int) -> tuple[Answer, ...]:
    """The person's answer for every slot, worked out before.

    The person themselves get reasons in full, a coordinator their category only; nobody else gets anything
    (:class:`NotAllowed`).
    """
    own = _sees_reasons(actor, programme_id, person_id)
    row = db.get(AvailabilityRow, (programme_id, person_id))
    if row is None:
        raise NotFound(say("This person’s availability has not been worked out yet."))
    slots = get_programme(db, programme_id).slots()
    if len(slots) != len(row.marks):
        raise NotFound(say("The programme’s windows have changed; availability has not been worked out since."))
    reasons = _unpacked(row.reasons, len(row.marks))
    return tuple(
        Answer(slot.starts_at, slot.round, mark, reason if own else Reason(reason.category, ""))
        for slot, mark, reason in zip(slots, row.marks, reasons, strict=True)
    )


def answer_for(db: Session, actor: Actor, programme_id: int, person_id: int, span: Interval) -> Answer:
    """The answer for a person and any interval, with the reason in full or as a category, as :func:`for_person` has it.

    Worked out on the spot from what is stored, so for a few people and never for lists; inside a protected window of
    the programme people on a day duty are released, as they are for its slots. ``round`` is -1 outside all rounds.
    """
    own = _sees_reasons(actor, programme_id, person_id)
    programme = get_programme(db, programme_id)
    timeline = timelines(db, programme, [person_id]).get(person_id)
    if timeline is None:
        raise NotFound(say("There is no such person in this programme."))
    rules = rules_of(db, programme)
    candidate = Candidate(span.start, programme.is_protected(span.start, span.end))
    table = SlotTable([candidate], span.length.total_seconds() / 60, timeline.zone)
    found = availability(table, timeline, rules.rest, rules.policy)
    reason = found.reasons[0]
    round_ = programme.round_of(span.start)
    return Answer(span.start, round_, found.marks[0], reason if own else Reason(reason.category, ""))


def heat_map(
    db: Session, actor: Actor, programme_id: int, person_ids: Iterable[int] | None = None
) -> tuple[HeatCell, ...]:
    """For a set of people, or all: windows × weeks, how many can come. Weeks are named by their Monday."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    zone, slots = ZoneInfo(programme.zone), programme.slots()
    rows = tuple(_marks(db, programme_id, len(slots), person_ids).values())
    columns = zip(*rows, strict=True) if rows else ((),) * len(slots)
    return tuple(_heat_cell(slot.starts_at.astimezone(zone), marks) for slot, marks in zip(slots, columns, strict=True))


def rounds_reachable(db: Session, actor: Actor, programme_id: int) -> Mapping[int, int]:
    """For each person, in how many rounds there is any slot that they can come to."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rounds = [slot.round for slot in get_programme(db, programme_id).slots()]
    return {
        person_id: len({round_ for round_, mark in zip(rounds, marks, strict=True) if mark in COMING})
        for person_id, marks in _marks(db, programme_id, len(rounds)).items()
    }


def _sees_reasons(actor: Actor, programme_id: int, person_id: int) -> bool:
    """Whether the actor may see the reasons in full; raises :class:`NotAllowed` if not even the answers."""
    own = actor.trusted or actor.person_id == person_id
    if not own and not actor.has(programme_id, Role.COORDINATOR):
        raise NotAllowed(say("Only the person and their coordinators can see this."))
    return own


class _ByZone:
    """Answers on the programme's slots, seen on the clocks of each zone that somebody needs."""

    def __init__(self, candidates: Sequence[Candidate], session_minutes: float, rules: Rules) -> None:
        self._candidates, self._session_minutes, self._rules = candidates, session_minutes, rules
        self._by_zone: dict[str, Answering] = {}

    def of(self, timeline: Timeline) -> Availability:
        zone = timeline.zone
        if zone.key not in self._by_zone:
            table = SlotTable(self._candidates, self._session_minutes, zone)
            self._by_zone[zone.key] = Answering(table, self._rules.rest, self._rules.policy)
        return self._by_zone[zone.key].of(timeline)


def _participants(db: Session, programme_id: int, person_ids: Iterable[int] | None) -> list[int]:
    found = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    known = db.scalars(found.order_by(ParticipantRow.person_id))
    if person_ids is None:
        return list(known)
    wanted = set(person_ids)
    return [person_id for person_id in known if person_id in wanted]


def _row(
    programme_id: int, person_id: int, found: Availability, rounds: Sequence[int], now: datetime
) -> dict[str, Any]:
    planned = counted(found, rounds)
    return {
        "programme_id": programme_id,
        "person_id": person_id,
        "marks": found.marks,
        "counted": "" if planned == found.marks else planned,
        "reasons": _packed(found.reasons),
        "worked_out_at": now,
    }


def _replace(db: Session, programme_id: int, person_ids: Sequence[int], rows: Sequence[dict[str, Any]]) -> None:
    own = (AvailabilityRow.programme_id == programme_id, AvailabilityRow.person_id.in_(person_ids))
    db.execute(delete(AvailabilityRow).where(*own).execution_options(synchronize_session="fetch"))
    if rows:
        db.execute(insert(AvailabilityRow), rows)


def _packed(reasons: Sequence[Reason]) -> list[list[Any]]:
    """Runs of slots with one and the same reason: first slot, last slot, category, key, details."""
    packed: list[list[Any]] = []
    last: Reason | None = None
    for index, reason in enumerate(reasons):
        if reason is last:
            packed[-1][1] = index
        else:
            packed.append([index, index, reason.category.value, reason.key, dict(reason.details)])
            last = reason
    return packed


def _unpacked(packed: Iterable[Sequence[Any]], length: int) -> list[Reason]:
    reasons = [Reason(Category.NOT_LOADED, "rota_not_loaded")] * length
    for first, last, category, key, details in packed:
        reasons[first : last + 1] = [Reason(Category(category), key, tuple(details.items()))] * (last - first + 1)
    return reasons


def _marks(db: Session, programme_id: int, slots: int, person_ids: Iterable[int] | None = None) -> dict[int, str]:
    """Marks by person who takes part; those that are older than the programme's windows are left out."""
    rows = db.execute(
        select(AvailabilityRow.person_id, AvailabilityRow.marks)
        .join(
            ParticipantRow,
            (ParticipantRow.person_id == AvailabilityRow.person_id)
            & (ParticipantRow.programme_id == AvailabilityRow.programme_id),
        )
        .where(AvailabilityRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(AvailabilityRow.person_id)
    )
    wanted = None if person_ids is None else frozenset(person_ids)
    return {
        person_id: marks for person_id, marks in rows if len(marks) == slots and (wanted is None or person_id in wanted)
    }


def _heat_cell(wall: datetime, marks: Sequence[str]) -> HeatCell:
    return HeatCell(
        week=wall.date() - timedelta(days=wall.weekday()),
        weekday=wall.weekday(),
        wall_clock=f"{wall:%H:%M}",
        can=marks.count("2"),
        if_need_be=marks.count("1"),
        not_known=marks.count("?"),
        asked=len(marks),
    )
