"""Work out everybody's availability once per change, keep it, and answer from what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from scheduler.availability.intervals import Interval, whole_days
from scheduler.availability.marks import Availability, MarkCalculator
from scheduler.availability.model import Candidate, Category, Reason, Timeline
from scheduler.availability.planner_marks import planner_marks
from scheduler.availability.pretended import PretendedRota
from scheduler.availability.rules import Rules, rules_of
from scheduler.availability.slots import SlotTable
from scheduler.availability.tables import AvailabilityRow
from scheduler.availability.timelines import timelines
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from solvers.vocabulary import CAN, COMING, IF_NEED_BE, NOT_KNOWN

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


def bring_up_to_date(
    db: Db, programme_id: int, now: datetime, person_ids: Iterable[int] | None = None
) -> frozenset[int]:
    """Work out the marks of these people, or of all who take part, and store those that are other than they were.

    Returns whose those are. The programme is locked first: of two changes at a time the second works on what the first
    has left.
    """
    lock_programme(db, programme_id)
    programme = get_programme(db, programme_id)
    rules = rules_of(db, programme)
    slots = programme.slots()
    rounds = [slot.round for slot in slots]
    answering = _ByZone([Candidate(slot.starts_at, slot.protected) for slot in slots], programme.session_minutes, rules)
    wanted = _participants(db, programme_id, person_ids)
    changed: set[int] = set()
    for start in range(0, len(wanted), _AT_A_TIME):
        some = wanted[start : start + _AT_A_TIME]
        rows = {
            person_id: _row(programme_id, person_id, answering.of(timeline), rounds, now)
            for person_id, timeline in timelines(db, programme, some).items()
        }
        changed |= _store(db, programme_id, rows)
    return frozenset(changed)


def for_person(db: Db, actor: Actor, programme_id: int, person_id: int) -> tuple[Answer, ...]:
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
        raise NotFound(
            say("The programme’s session times have changed, and availability has not been worked out since.")
        )
    reasons = _unpacked(row.reasons, len(row.marks))
    return tuple(
        Answer(slot.starts_at, slot.round, mark, reason if own else Reason(reason.category, ""))
        for slot, mark, reason in zip(slots, row.marks, reasons, strict=True)
    )


def marks_at(
    db: Db,
    programme: Programme,
    person_ids: Sequence[int],
    spans: Sequence[Interval],
    pretended: PretendedRota | None = None,
    *,
    from_afar: bool = False,
) -> dict[int, str]:
    """Whether people can come at any times, each as long as it is: a mark for each, by person.

    Worked out on the spot from what is stored, and from a rota that is ``pretended`` to be. Inside a protected window
    of the programme people on a day duty are released, as they are for its slots. No way keeps them who would be there
    ``from_afar``.
    """
    found = reasons_at(db, programme, person_ids, spans, pretended, from_afar=from_afar)
    return {person_id: marks for person_id, (marks, _) in found.items()}


def reasons_at(
    db: Db,
    programme: Programme,
    person_ids: Sequence[int],
    spans: Sequence[Interval],
    pretended: PretendedRota | None = None,
    *,
    from_afar: bool = False,
) -> dict[int, tuple[str, Sequence[Reason]]]:
    """As :func:`marks_at`, with the reason for each mark, for what tells people of themselves."""
    rules, people = rules_of(db, programme), timelines(db, programme, person_ids, pretended)
    if from_afar:
        people = {who: timeline.without_a_way() for who, timeline in people.items()}
    found: dict[int, dict[Interval, tuple[str, Reason]]] = {person_id: {} for person_id in people}
    for minutes, alike in _by_length(spans).items():
        candidates = [Candidate(span.start, programme.is_protected(span.start, span.end)) for span in alike]
        answering = _ByZone(candidates, minutes, rules)
        for person_id, timeline in people.items():
            answer = answering.of(timeline)
            found[person_id].update(zip(alike, zip(answer.marks, answer.reasons, strict=True), strict=True))
    return {
        person_id: ("".join(known[span][0] for span in spans), [known[span][1] for span in spans])
        for person_id, known in found.items()
    }


def _by_length(spans: Iterable[Interval]) -> Mapping[float, Sequence[Interval]]:
    """Each of these times once, by its length in minutes and in order."""
    found: dict[float, list[Interval]] = {}
    for span in sorted(set(spans)):
        found.setdefault((span.end - span.start).total_seconds() / 60, []).append(span)
    return found


def own_answers_at(
    db: Db, actor: Actor, programme: Programme, spans: Sequence[Interval]
) -> Mapping[Interval, tuple[str, Reason]]:
    """The actor's own mark at any times, each as long as it is, and why: as it is kept for the programme's slots, else
    worked out on the spot. Empty for somebody who does not take part."""
    person_id = actor.person_id or 0
    kept: dict[datetime, Answer] = {}
    with suppress(NotFound):  # nothing has been worked out yet, or the windows are other ones by now
        kept = {answer.starts_at: answer for answer in for_person(db, actor, programme.id, person_id)}
    at_slots = [span for span in spans if span.start in kept and programme.is_usual_length(span.start, span.end)]
    found = {span: (kept[span.start].mark, kept[span.start].reason) for span in at_slots}
    rest = [span for span in spans if span not in found]
    if rest and (answers := reasons_at(db, programme, [person_id], rest).get(person_id)):
        found |= dict(zip(rest, zip(*answers, strict=True), strict=True))
    return found


def stored_marks(db: Db, programme_id: int, slots: int, person_ids: Iterable[int]) -> dict[int, str]:
    """The marks that are kept of these people, whether they take part still or not, at the programme's slots.

    Marks that are older than the programme's windows are left out.
    """
    rows = db.execute(
        select(AvailabilityRow.person_id, AvailabilityRow.marks).where(
            AvailabilityRow.programme_id == programme_id, AvailabilityRow.person_id.in_(set(person_ids))
        )
    )
    return {person_id: marks for person_id, marks in rows if len(marks) == slots}


def stored_reasons(
    db: Db, programme_id: int, slots: int, person_ids: Iterable[int]
) -> dict[int, tuple[str, list[Reason]]]:
    """The marks that are kept of these people with the reason for each slot, for what tells people of themselves.

    What is older than the programme's windows is left out.
    """
    rows = db.execute(
        select(AvailabilityRow.person_id, AvailabilityRow.marks, AvailabilityRow.reasons).where(
            AvailabilityRow.programme_id == programme_id, AvailabilityRow.person_id.in_(set(person_ids))
        )
    )
    return {who: (marks, _unpacked(packed, slots)) for who, marks, packed in rows if len(marks) == slots}


def heat_map(db: Db, actor: Actor, programme_id: int, person_ids: Iterable[int] | None = None) -> tuple[HeatCell, ...]:
    """For a set of people, or all: windows × weeks, how many can come. Weeks are named by their Monday."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    zone, slots = ZoneInfo(programme.zone), programme.slots()
    rows = "".join(_marks(db, programme_id, len(slots), person_ids).values())
    columns = (rows[index :: len(slots)] for index in range(len(slots)))
    return tuple(_heat_cell(slot.starts_at.astimezone(zone), marks) for slot, marks in zip(slots, columns, strict=True))


def rounds_reachable(db: Db, actor: Actor, programme_id: int) -> Mapping[int, int]:
    """For each person, in how many rounds there is any slot that they can come to."""
    actor.must_have(programme_id, Role.COORDINATOR)
    slots = get_programme(db, programme_id).slots()
    indices = sorted(range(len(slots)), key=lambda index: slots[index].round)
    rounds = [tuple(of_round) for _, of_round in groupby(indices, key=lambda index: slots[index].round)]
    return {
        person_id: sum(any(marks[index] in COMING for index in of_round) for of_round in rounds)
        for person_id, marks in _marks(db, programme_id, len(slots)).items()
    }


def _sees_reasons(actor: Actor, programme_id: int, person_id: int) -> bool:
    """Whether the actor may see the reasons in full; raises :class:`NotAllowed` if not even the answers."""
    own = actor.trusted or actor.person_id == person_id
    if not own and not actor.has(programme_id, Role.COORDINATOR):
        raise NotAllowed(say("Only the person concerned and their coordinators can see this."))
    return own


class _ByZone:
    """Answers on the programme's slots, seen on the clocks of each zone that somebody needs."""

    def __init__(self, candidates: Sequence[Candidate], session_minutes: float, rules: Rules) -> None:
        self._candidates, self._session_minutes, self._rules = candidates, session_minutes, rules
        self._by_zone: dict[str, MarkCalculator] = {}

    def of(self, timeline: Timeline) -> Availability:
        """The answers; from the day of a change of site on, those at the new one."""
        found = self._at_one_site(timeline)
        for first_day, there in timeline.later:
            begins = whole_days(first_day, first_day, there.zone).start
            cut = next((n for n, each in enumerate(self._candidates) if each.start >= begins), len(self._candidates))
            found = _joined_at(cut, found, self._at_one_site(there))
        return found

    def _at_one_site(self, timeline: Timeline) -> Availability:
        zone = timeline.zone
        if zone.key not in self._by_zone:
            table = SlotTable(self._candidates, self._session_minutes, zone)
            self._by_zone[zone.key] = MarkCalculator(table, self._rules.rest, self._rules.policy)
        return self._by_zone[zone.key].of(timeline)


def _joined_at(cut: int, before: Availability, after: Availability) -> Availability:
    """The one answer up to a slot, the other from it on."""
    return Availability(
        before.marks[:cut] + after.marks[cut:],
        before.reasons[:cut] + after.reasons[cut:],
        before.credit[:cut] + after.credit[cut:],
        frozenset(n for n in before.best if n < cut) | frozenset(n for n in after.best if n >= cut),
    )


def _participants(db: Db, programme_id: int, person_ids: Iterable[int] | None) -> list[int]:
    found = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    known = db.scalars(found.order_by(ParticipantRow.person_id))
    if person_ids is None:
        return list(known)
    wanted = set(person_ids)
    return [person_id for person_id in known if person_id in wanted]


def _row(
    programme_id: int, person_id: int, found: Availability, rounds: Sequence[int], now: datetime
) -> dict[str, Any]:
    planned = planner_marks(found, rounds)
    return {
        "programme_id": programme_id,
        "person_id": person_id,
        "marks": found.marks,
        "planner_marks": "" if planned == found.marks else planned,
        "reasons": _packed(found.reasons),
        "worked_out_at": now,
    }


def _store(db: Db, programme_id: int, rows: Mapping[int, dict[str, Any]]) -> set[int]:
    """Store those rows that say something else than what is stored, by person; returns whose they are."""
    of_programme = AvailabilityRow.programme_id == programme_id
    columns = select(
        AvailabilityRow.person_id, AvailabilityRow.marks, AvailabilityRow.planner_marks, AvailabilityRow.reasons
    )
    found = db.execute(columns.where(of_programme, AvailabilityRow.person_id.in_(rows)))
    stored = {person_id: (marks, planned, reasons) for person_id, marks, planned, reasons in found}
    changed = {
        person_id
        for person_id, row in rows.items()
        if stored.get(person_id) != (row["marks"], row["planner_marks"], row["reasons"])
    }
    if changed:
        stale = delete(AvailabilityRow).where(of_programme, AvailabilityRow.person_id.in_(changed))
        db.execute(stale.execution_options(synchronize_session="fetch"))
        db.execute(insert(AvailabilityRow), [rows[person_id] for person_id in sorted(changed)])
    return changed


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


def _marks(db: Db, programme_id: int, slots: int, person_ids: Iterable[int] | None = None) -> dict[int, str]:
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


def _heat_cell(wall: datetime, marks: str) -> HeatCell:
    return HeatCell(
        week=wall.date() - timedelta(days=wall.weekday()),
        weekday=wall.weekday(),
        wall_clock=f"{wall:%H:%M}",
        can=marks.count(CAN),
        if_need_be=marks.count(IF_NEED_BE),
        not_known=marks.count(NOT_KNOWN),
        asked=len(marks),
    )
