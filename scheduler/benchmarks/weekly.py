"""An instance as teaching software knows it: groups of five, a weekly grid, wishes for a companion, nobody isolated.

Each hour is a round, a session needs all five, and whoever has fewer than two sessions counts as left out; so the
planner's own points ask for two common hours first, for one companion for everybody who asked before a second for
anybody, and for as many common hours as can be had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType

from solvers.instance import Instance, Model, Resident, Slot, Weights
from solvers.solution import Solution
from solvers.vocabulary import CAN, CANNOT, VIDEO

GROUP_SIZE = 5
DAYS = 5
HOURS_A_DAY = 10
_MONDAY = datetime(2027, 1, 4, 8, tzinfo=UTC)
_MODEL = "group"
_WOMAN = "woman"


def weekly_instance(people: int, seed: int = 1) -> Instance:
    """``people`` with a random timetable each, of whom 40 % ask for companions and some not to be isolated."""
    chance = Random(f"weekly/{people}/{seed}")
    circles = _circles(chance, people)
    slots = tuple(Slot(_MONDAY + timedelta(days=d, hours=h), HOURS_A_DAY * d + h) for d, h in _hours())
    return Instance(
        name=f"weekly-{people}-{seed}",
        session_minutes=60,
        rounds=DAYS * HOURS_A_DAY,
        slots=slots,
        quorum=1.0,
        min_attendance=2 / (DAYS * HOURS_A_DAY),
        models=(Model(_MODEL, (GROUP_SIZE, GROUP_SIZE), (0, 0), (0, 0)),),
        residents=tuple(_person(chance, number, circles[number]) for number in range(people)),
        faculty=(),
        weights=Weights(
            held=1,
            attend=MappingProxyType({CAN: 2}),
            left_out=-60,
            twice=0,
            want=1,
            want_any=90,
            alone=-200,
            rhythm=0,
            model=0,
            mode=0,
        ),
    )


def _hours() -> Iterator[tuple[int, int]]:
    return ((day, hour) for day in range(DAYS) for hour in range(HOURS_A_DAY))


def _circles(chance: Random, people: int) -> list[list[int]]:
    """For each person the circle of four to eight friends that they belong to."""
    order = list(range(people))
    chance.shuffle(order)
    circle_of: list[list[int]] = [[] for _ in order]
    start = 0
    while start < people:
        circle = order[start : start + chance.randint(4, 8)]
        start += len(circle)
        for member in circle:
            circle_of[member] = circle
    return circle_of


def _person(chance: Random, number: int, circle: list[int]) -> Resident:
    tags = (_WOMAN,) if chance.random() < 0.35 else ()
    friends = [f"p{other}" for other in circle if other != number]
    wants = tuple(chance.sample(friends, min(len(friends), chance.choice((1, 2, 3))))) if chance.random() < 0.4 else ()
    return Resident(
        id=f"p{number}",
        stage=1,
        site="campus",
        availability=_timetable(chance),
        modes=(VIDEO,),
        models=MappingProxyType({_MODEL: 1}),
        tags=tags,
        company=tags,
        wants=wants,
    )


def _timetable(chance: Random) -> str:
    """A week with a class of two to four hours on most half days."""
    free = [CAN] * (DAYS * HOURS_A_DAY)
    for half in range(2 * DAYS):
        if chance.random() < 0.75:
            first = half * 5 + chance.randrange(3)
            for hour in range(first, min(first + chance.choice((2, 3, 4)), half * 5 + 5)):
                free[hour] = CANNOT
    return "".join(CANNOT if chance.random() < 0.1 else mark for mark in free)


@dataclass(frozen=True, slots=True)
class WeeklyFigures:
    """What such groups are measured by. ``asked`` counts people with a wish for a companion, ``met`` those with one.

    ``isolated`` counts people who asked not to be the only one with a tag, and are.
    """

    groups: int
    without_an_hour: int
    without_two: int
    mean_common_hours: float
    asked: int
    met: int
    isolated: int


def weekly_figures(instance: Instance, solution: Solution) -> WeeklyFigures:
    """Measure a solution from the timetables alone."""
    people = {resident.id: resident for resident in instance.residents}
    groups = [[people[i] for i in group.residents] for group in solution.groups]
    hours = [sum(all(mark == CAN for mark in marks) for marks in _columns(group)) for group in groups]
    mates = {resident.id: {mate.id for mate in group} for group in groups for resident in group}
    return WeeklyFigures(
        groups=len(groups),
        without_an_hour=sum(count == 0 for count in hours),
        without_two=sum(count < 2 for count in hours),
        mean_common_hours=sum(hours) / max(1, len(hours)),
        asked=sum(bool(resident.wants) for resident in instance.residents),
        met=sum(any(i in mates.get(r.id, ()) for i in r.wants) for r in instance.residents),
        isolated=sum(_isolated(resident, people, mates.get(resident.id, set())) for resident in instance.residents),
    )


def _columns(group: list[Resident]) -> Iterator[tuple[str, ...]]:
    return zip(*(resident.availability for resident in group), strict=True)


def _isolated(resident: Resident, people: Mapping[str, Resident], mates: set[str]) -> bool:
    others = mates - {resident.id}
    return any(not any(tag in people[other].tags for other in others) for tag in resident.company)
