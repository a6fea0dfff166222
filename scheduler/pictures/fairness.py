"""What a plan gives to different people: shares by grade, site, hours and nights, without small cells. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

from scheduler.pictures.disclosure import FEWEST, cells_to_hide

_TIMES_CHANCE: Final = 3.0
"""A difference counts as more than chance from so many standard errors on: the largest of many was picked."""


class Aspect(StrEnum):
    """By what people are told apart."""

    GRADE = "grade"
    SITE = "site"
    HOURS = "hours"
    NIGHTS = "nights"


class Measure(StrEnum):
    """What is compared."""

    ATTENDANCE = "attendance"
    """Sessions of their group that they can come to."""
    LEFT_OUT = "left_out"
    """Who can come to less than the programme's smallest share."""
    WISHES = "wishes"
    """Wishes that are met."""
    TRAVEL = "travel"
    """Who meets in person away from their own site."""
    PLACED = "placed"
    """Who is in a group at all."""


class Nights(StrEnum):
    """Whether somebody works nights in the term, as far as rotas say."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


Value = str | int | bool | None
"""What people of one cell share: a stage, a site's id, whether they work part-time, :class:`Nights`."""
Got = tuple[int, int]
"""How much of how much."""


@dataclass(frozen=True, slots=True)
class Person:
    """One resident: what they are, and what the plan gives them; a measure that does not concern them is missing."""

    values: Mapping[Aspect, Value]
    got: Mapping[Measure, Got]


@dataclass(frozen=True, slots=True)
class Cell:
    """People who share a value. ``share`` None: not shown, because too few, or because others could be told from it."""

    value: Value
    people: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Two cells of one aspect that differ in a measure by ``points`` of a hundred, the higher first."""

    measure: Measure
    aspect: Aspect
    high: Cell
    low: Cell
    points: int
    beyond_chance: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure: the share of all whom it concerns (None: too few), and cells by aspect where it has several."""

    measure: Measure
    share: float | None
    aspects: Mapping[Aspect, tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Fairness:
    """All measures, and the difference that is largest, of those that are more than chance if there are any."""

    people: int
    measures: tuple[Compared, ...]
    largest: Difference | None


def fairness_of(people: Sequence[Person]) -> Fairness:
    """The figures of these residents."""
    sizes = _sizes(people)
    found = [_compared(measure, people, sizes) for measure in Measure]
    differences = [each for _, differing in found for each in differing]
    return Fairness(
        people=len(people),
        measures=tuple(compared for compared, _ in found),
        largest=max(differences, key=lambda each: (each.beyond_chance, each.points), default=None),
    )


def _sizes(people: Iterable[Person]) -> Mapping[Aspect, Mapping[Value, int]]:
    found: dict[Aspect, dict[Value, int]] = {aspect: defaultdict(int) for aspect in Aspect}
    for person in people:
        for aspect in Aspect:
            found[aspect][person.values[aspect]] += 1
    return {aspect: sizes for aspect, sizes in found.items() if len(sizes) > 1}


def _compared(
    measure: Measure, people: Sequence[Person], sizes: Mapping[Aspect, Mapping[Value, int]]
) -> tuple[Compared, list[Difference]]:
    concerned = [person for person in people if measure in person.got]
    if len(concerned) < FEWEST:
        nothing = {
            aspect: tuple(Cell(value, size, None) for value, size in _ordered(of_aspect))
            for aspect, of_aspect in sizes.items()
        }
        return Compared(measure, None, nothing), []
    aspects = tuple(sizes)
    hidden = cells_to_hide(
        (tuple(person.values[aspect] for aspect in aspects), person.got[measure]) for person in concerned
    )
    overall = _share(person.got[measure] for person in concerned)
    cells: dict[Aspect, tuple[Cell, ...]] = {}
    differences: list[Difference] = []
    for number, aspect in enumerate(aspects):
        own = {value: [one.got[measure] for one in concerned if one.values[aspect] == value] for value in sizes[aspect]}
        shown = {value: got for value, got in own.items() if got and (number, value) not in hidden}
        cells[aspect] = tuple(
            Cell(value, size, _share(shown[value]) if value in shown else None)
            for value, size in _ordered(sizes[aspect])
        )
        differences += _difference(measure, aspect, cells[aspect], shown, overall)
    return Compared(measure, overall, cells), differences


def _ordered(sizes: Mapping[Value, int]) -> list[tuple[Value, int]]:
    return sorted(sizes.items(), key=lambda each: (str(type(each[0])), each[0] if each[0] is not None else 0))


def _share(got: Iterable[Got]) -> float:
    pairs = list(got)
    return sum(one for one, _ in pairs) / sum(of for _, of in pairs)


def _difference(
    measure: Measure, aspect: Aspect, cells: Sequence[Cell], got: Mapping[Value, Sequence[Got]], overall: float
) -> Iterator[Difference]:
    """The largest of an aspect, if there is one that can be seen."""
    shown = sorted((cell.share, str(cell.value), cell) for cell in cells if cell.share is not None)
    if len(shown) < 2:
        return
    (least, _, low), (most, _, high) = shown[0], shown[-1]
    points = round(100 * most) - round(100 * least)
    if points:
        chance = sqrt(_variance(got[low.value], overall) + _variance(got[high.value], overall))
        yield Difference(measure, aspect, high, low, points, most - least > _TIMES_CHANCE * chance)


def _variance(got: Sequence[Got], overall: float) -> float:
    """Of a cell's share, if its people were drawn from all: that of a ratio, person by person."""
    whole = sum(of for _, of in got)
    return sum((one - overall * of) ** 2 for one, of in got) / whole**2
