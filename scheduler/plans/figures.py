"""What a plan comes to as it was made, worked out from columns alone: no group of it is loaded to be counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from scheduler.db import Db, seen_once
from scheduler.plans.departures import has_not_left
from scheduler.plans.expected import not_expected
from scheduler.plans.model import Lacking, MemberRole, PlanFigures, Tally, least_of
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow
from solvers.vocabulary import CANNOT, COMING


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A session: its round, who of the group's residents is expected, not being on long leave, and who can come."""

    round: int
    expected: frozenset[int]
    coming: frozenset[int]


def planned_figures(db: Db, plan_id: int, rounds: int) -> PlanFigures:
    """The figures of a plan of so many rounds, with what was known when it was made, without those who have left."""
    names, residents, meetings = _seen(db, plan_id)
    can = Counter(who for held in meetings.values() for meeting in held for who in meeting.coming)
    seats = sum(len(meeting.expected) for held in meetings.values() for meeting in held)
    return PlanFigures(
        groups=len(names),
        placed=len({who for found in residents.values() for who in found}),
        sessions_held=sum(map(len, meetings.values())),
        sessions_wanted=rounds * len(names),
        mean_attendance=sum(can.values()) / seats if seats else 0.0,
        lacking=tuple(_lacking(names, meetings, rounds)),
        least=least_of(_counts(residents, meetings)),
    )


def planned_tallies(db: Db, plan_id: int, rounds: int) -> Mapping[str, Tally]:
    """The same group by group, by their keys."""
    names, _, meetings = _seen(db, plan_id)
    return {
        key: Tally(
            held=len(meetings.get(group_id, ())),
            seats=sum(len(meeting.expected) for meeting in meetings.get(group_id, ())),
            taken=sum(len(meeting.coming) for meeting in meetings.get(group_id, ())),
            missed_rounds=_missed(meetings.get(group_id, ()), rounds),
            short_rounds=(),
        )
        for group_id, (key, _) in names.items()
    }


_Seen = tuple[Mapping[int, tuple[str, str]], Mapping[int, list[int]], Mapping[int, list[_Meeting]]]


def _seen(db: Db, plan_id: int) -> _Seen:
    """Names, residents and meetings of the plan's groups, by their ids."""

    def look() -> _Seen:
        residents = _residents(db, plan_id)
        return _names(db, plan_id), residents, _meetings(db, plan_id, residents)

    return seen_once(db, ("groups of plan", plan_id), look)


def _names(db: Db, plan_id: int) -> Mapping[int, tuple[str, str]]:
    """Key and name of each group that meets, by its id."""
    meets = (GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None))
    rows = db.execute(select(GroupRow.id, GroupRow.key, GroupRow.name).where(*meets).order_by(GroupRow.id))
    return {group_id: (key, name) for group_id, key, name in rows}


def _residents(db: Db, plan_id: int) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.execute(
        select(MemberRow.group_id, MemberRow.person_id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None), MemberRow.role == MemberRole.RESIDENT)
        .where(has_not_left())
    )
    for group_id, person_id in rows:
        found[group_id].append(person_id)
    return found


def _meetings(db: Db, plan_id: int, residents: Mapping[int, list[int]]) -> Mapping[int, list[_Meeting]]:
    found: dict[int, list[_Meeting]] = defaultdict(list)
    rows = db.execute(
        select(PlannedSessionRow.group_id, GroupRow.key, PlannedSessionRow.round, PlannedSessionRow.marks)
        .join(GroupRow, GroupRow.id == PlannedSessionRow.group_id)
        .where(GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None))
    )
    away = not_expected(db, plan_id)
    for group_id, key, number, marks in rows:
        expected = frozenset(who for who in residents[group_id] if (key, number, who) not in away)
        coming = frozenset(who for who in expected if marks.get(str(who), CANNOT) in COMING)
        found[group_id].append(_Meeting(number, expected, coming))
    return found


def _lacking(
    names: Mapping[int, tuple[str, str]], meetings: Mapping[int, list[_Meeting]], rounds: int
) -> Iterator[Lacking]:
    for group_id, (key, name) in names.items():
        if missed := _missed(meetings.get(group_id, ()), rounds):
            yield Lacking(key, name, missed, ())


def _missed(meetings: Iterable[_Meeting], rounds: int) -> tuple[int, ...]:
    held = {meeting.round for meeting in meetings}
    return tuple(number for number in range(rounds) if number not in held)


def _counts(residents: Mapping[int, list[int]], meetings: Mapping[int, list[_Meeting]]) -> Iterator[tuple[int, int]]:
    for group_id, held in meetings.items():
        for who in residents[group_id]:
            expected = [meeting for meeting in held if who in meeting.expected]
            yield sum(who in meeting.coming for meeting in expected), len(expected)
