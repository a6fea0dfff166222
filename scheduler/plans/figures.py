"""What a plan comes to as it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.db import Db, seen_once
from scheduler.plans.departures import people_who_left
from scheduler.plans.expected import Seat, not_expected
from scheduler.plans.model import Lacking, PlanFigures, Tally, least_of
from scheduler.plans.whole import Sitting, StoredGroup, load_plan
from solvers.vocabulary import CANNOT, COMING

Needs = Callable[[int, int], tuple[int, int]]
"""How many residents and facilitators each session of a group takes, by the id of its kind and its residents."""


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


def nothing_needed(_model_id: int, _residents: int) -> tuple[int, int]:
    """For plans of which every session counts that has a date."""
    return 0, 0


def planned_figures(db: Db, plan_id: int, rounds: int, needs: Needs = nothing_needed) -> PlanFigures:
    """The figures of a plan of so many rounds, with what was known when it was made, without those who have left. A
    session to which fewer come than it ``needs`` does not take place."""
    names, residents, meetings = _seen(db, plan_id)
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


def planned_tallies(db: Db, plan_id: int, rounds: int, needs: Needs = nothing_needed) -> Mapping[str, Tally]:
    """The same group by group, by their keys."""
    names, _, meetings = _seen(db, plan_id)
    return {
        group.key: _tally(meetings.get(group_id, ()), rounds, needs, group.model_id)
        for group_id, group in names.items()
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
        residents, facilitators = needs(model_id, len(meeting.expected))
        if len(meeting.coming) < residents or meeting.leading < facilitators:
            short[meeting.round] = len(meeting.coming) >= residents
    return short


def _unled(short: Mapping[int, bool]) -> tuple[int, ...]:
    return tuple(round_ for round_, is_unled in short.items() if is_unled)


_Seen = tuple[Mapping[int, _Group], Mapping[int, list[int]], Mapping[int, list[_Meeting]]]


def _seen(db: Db, plan_id: int) -> _Seen:
    """Names, residents and meetings of the plan's groups, by their ids."""

    return seen_once(db, ("groups of plan", plan_id), lambda: _looked_at(db, plan_id))


def _looked_at(db: Db, plan_id: int) -> _Seen:
    groups = load_plan(db, plan_id).meeting
    left, away = people_who_left(db, [group.id for group in groups]), not_expected(db, plan_id)
    residents = {group.id or 0: [who for who in group.residents if (group.id, who) not in left] for group in groups}
    return (
        {group.id or 0: _Group(group.key, group.name, group.model_id) for group in groups},
        residents,
        {
            group.id or 0: [_meeting(group, session, residents[group.id or 0], away) for session in group.sessions]
            for group in groups
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
