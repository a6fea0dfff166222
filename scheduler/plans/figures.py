"""What a plan comes to as it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scheduler.db import Db
from scheduler.memory import Memory
from scheduler.plans.departures import people_who_left
from scheduler.plans.expected import Seat, not_expected
from scheduler.plans.model import Lacking, PlanFigures, Tally, least_of
from scheduler.plans.whole import MOST_PLANS, Sitting, StoredGroup, WholePlan, load_plan
from solvers.quorum import quorum_of
from solvers.vocabulary import CANNOT, COMING


@dataclass(frozen=True, slots=True)
class Needs:
    """What each session takes to be held: a share of the group's residents, and facilitators by the group's kind."""

    quorum: float = 0
    present: frozenset[tuple[int, int]] = frozenset()

    def of(self, model_id: int, residents: int) -> tuple[int, int]:
        """How many residents and facilitators a session takes in a group of so many residents."""
        return quorum_of(self.quorum, residents) if self.quorum else 0, dict(self.present).get(model_id, 0)


NOTHING_NEEDED: Final = Needs()
"""For plans of which every session counts that has a date."""


@dataclass(frozen=True, slots=True)
class _Group:
    """A group's key, name and kind."""

    key: str
    name: str
    model_id: int


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A session: its round, who of the group's residents is expected, not being on long leave, who of them can come,
    and how many facilitators are to."""

    round: int
    expected: frozenset[int]
    coming: frozenset[int]
    leading: int


def planned_figures(db: Db, plan_id: int, rounds: int, needs: Needs = NOTHING_NEEDED) -> PlanFigures:
    """The figures of a plan of so many rounds, with what was known when it was made, without those who have left. A
    session to which fewer come than it ``needs`` does not take place."""
    seen = _seen(db, plan_id)
    return _figures.get((seen, rounds, needs), lambda: _counted(seen, rounds, needs))


def _counted(seen: _Seen, rounds: int, needs: Needs) -> PlanFigures:
    names, residents, meetings = seen.names, seen.residents, seen.meetings
    short = {group_id: _short(meetings.get(group_id, ()), needs, group.model_id) for group_id, group in names.items()}
    can = Counter(who for held in meetings.values() for meeting in held for who in meeting.coming)
    seats = sum(len(meeting.expected) for held in meetings.values() for meeting in held)
    return PlanFigures(
        groups=len(names),
        placed=len({who for found in residents.values() for who in found}),
        sessions_held=sum(map(len, meetings.values())) - sum(map(len, short.values())),
        sessions_wanted=rounds * len(names),
        mean_attendance=sum(can.values()) / seats if seats else 0.0,
        lacking=tuple(_lacking(names, meetings, rounds, short)),
        least=least_of(_counts(residents, meetings)),
    )


def planned_tallies(db: Db, plan_id: int, rounds: int, needs: Needs = NOTHING_NEEDED) -> Mapping[str, Tally]:
    """The same group by group, by their keys."""
    seen = _seen(db, plan_id)
    return {
        group.key: _tally(seen.meetings.get(group_id, ()), rounds, needs, group.model_id)
        for group_id, group in seen.names.items()
    }


def _tally(held: Sequence[_Meeting], rounds: int, needs: Needs, model_id: int) -> Tally:
    short = _short(held, needs, model_id)
    return Tally(
        held=len(held) - len(short),
        seats=sum(len(meeting.expected) for meeting in held),
        taken=sum(len(meeting.coming) for meeting in held),
        missed_rounds=_missed(held, rounds),
        short_rounds=tuple(short),
        unled_rounds=_unled(short),
    )


def _short(held: Iterable[_Meeting], needs: Needs, model_id: int) -> dict[int, bool]:
    """The rounds to which too few come, each with whether nothing lacks but a facilitator."""
    short = {}
    for meeting in held:
        residents, facilitators = needs.of(model_id, len(meeting.expected))
        if len(meeting.coming) < residents or meeting.leading < facilitators:
            short[meeting.round] = len(meeting.coming) >= residents
    return short


def _unled(short: Mapping[int, bool]) -> tuple[int, ...]:
    return tuple(round_ for round_, is_unled in short.items() if is_unled)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Names, residents and meetings of the plan's groups, by their ids. None is alike: figures are kept by it."""

    names: Mapping[int, _Group]
    residents: Mapping[int, list[int]]
    meetings: Mapping[int, list[_Meeting]]


_all_seen: Final[Memory[_Seen]] = Memory(MOST_PLANS)
_figures: Final[Memory[PlanFigures]] = Memory(MOST_PLANS)


def _seen(db: Db, plan_id: int) -> _Seen:
    """What is counted, looked at anew once anything of it is another."""
    plan = load_plan(db, plan_id)
    left, away = people_who_left(db, [group.id for group in plan.meeting]), not_expected(db, plan_id)
    return _all_seen.get((plan, left, away), lambda: _looked_at(plan, left, away))


def _looked_at(plan: WholePlan, left: Collection[tuple[int, int]], away: Collection[Seat]) -> _Seen:
    groups = {group.id or 0: group for group in plan.meeting}
    residents = {id_: [who for who in group.residents if (id_, who) not in left] for id_, group in groups.items()}
    return _Seen(
        names={id_: _Group(group.key, group.name, group.model_id) for id_, group in groups.items()},
        residents=residents,
        meetings={
            id_: [_meeting(group, session, residents[id_], away) for session in group.sessions]
            for id_, group in groups.items()
        },
    )


def _meeting(group: StoredGroup, session: Sitting, residents: Collection[int], away: Collection[Seat]) -> _Meeting:
    expected = frozenset(who for who in residents if (group.key, session.round, who) not in away)
    marks = session.marks
    coming = frozenset(who for who in expected if marks.get(str(who), CANNOT) in COMING)
    return _Meeting(session.round, expected, coming, len(session.facilitator_ids))


def _lacking(
    names: Mapping[int, _Group],
    meetings: Mapping[int, list[_Meeting]],
    rounds: int,
    short: Mapping[int, dict[int, bool]],
) -> Iterator[Lacking]:
    for group_id, group in names.items():
        missed, few = _missed(meetings.get(group_id, ()), rounds), short[group_id]
        if missed or few:
            yield Lacking(group.key, group.name, missed, tuple(few), _unled(few))


def _missed(meetings: Iterable[_Meeting], rounds: int) -> tuple[int, ...]:
    held = {meeting.round for meeting in meetings}
    return tuple(number for number in range(rounds) if number not in held)


def _counts(residents: Mapping[int, list[int]], meetings: Mapping[int, list[_Meeting]]) -> Iterator[tuple[int, int]]:
    for group_id, held in meetings.items():
        for who in residents[group_id]:
            expected = [meeting for meeting in held if who in meeting.expected]
            yield sum(who in meeting.coming for meeting in expected), len(expected)
