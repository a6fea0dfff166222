"""What a plan gives to different people: shares by grade, site, hours and nights, without small cells. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from scheduler.equity.chance import Got, beyond_chance, by_chance
from scheduler.equity.disclosure import FEWEST, cells_to_hide
from scheduler.equity.shares import fraction_shown


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
    """All measures, and the difference that is largest, of those that are more than chance if there are any. ``alike``
    has what all are, by the aspects in which nobody differs."""

    people: int
    measures: tuple[Compared, ...]
    largest: Difference | None
    alike: Mapping[Aspect, Value]


@dataclass(frozen=True, slots=True)
class _Cut:
    """The people of a measure, by an aspect: the cells that are shown, and what each of their people got."""

    measure: Measure
    aspect: Aspect
    cells: Sequence[Cell]
    got: Mapping[Value, Sequence[Got]]


def fairness_of(people: Sequence[Person]) -> Fairness:
    """The figures of these residents."""
    sizes = _sizes(people)
    differing = {aspect: of_aspect for aspect, of_aspect in sizes.items() if len(of_aspect) > 1}
    found = [_compared(measure, people, differing) for measure in Measure]
    return Fairness(
        people=len(people),
        measures=tuple(compared for compared, _ in found),
        largest=_largest([cut for _, cuts in found for cut in cuts]),
        alike={aspect: next(iter(of_aspect)) for aspect, of_aspect in sizes.items() if len(of_aspect) == 1},
    )


def _largest(cuts: Sequence[_Cut]) -> Difference | None:
    """The largest difference, of those that are more than chance if there are any; of equal ones the least likely."""
    likely = {number: by_chance(list(cut.got.values())) for number, cut in enumerate(cuts)}
    beyond = beyond_chance(likely)
    found = [
        (each.beyond_chance, each.points, -likely[number], -number, each)
        for number, cut in enumerate(cuts)
        for each in _difference(cut, is_beyond=number in beyond)
    ]
    return max(found, key=lambda each: each[:-1])[-1] if found else None


def _sizes(people: Iterable[Person]) -> Mapping[Aspect, Mapping[Value, int]]:
    found: dict[Aspect, dict[Value, int]] = {aspect: defaultdict(int) for aspect in Aspect}
    for person in people:
        for aspect in Aspect:
            found[aspect][person.values[aspect]] += 1
    return found


def _compared(
    measure: Measure, people: Sequence[Person], sizes: Mapping[Aspect, Mapping[Value, int]]
) -> tuple[Compared, list[_Cut]]:
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
    overall = _share([person.got[measure] for person in concerned])
    cells: dict[Aspect, tuple[Cell, ...]] = {}
    cuts: list[_Cut] = []
    for number, aspect in enumerate(aspects):
        own = {value: [one.got[measure] for one in concerned if one.values[aspect] == value] for value in sizes[aspect]}
        shown = {value: got for value, got in own.items() if got and (number, value) not in hidden}
        cells[aspect] = tuple(
            Cell(value, size, _share(shown[value]) if value in shown else None)
            for value, size in _ordered(sizes[aspect])
        )
        cuts.append(_Cut(measure, aspect, cells[aspect], shown))
    return Compared(measure, overall, cells), cuts


def _ordered(sizes: Mapping[Value, int]) -> list[tuple[Value, int]]:
    return sorted(sizes.items(), key=lambda each: (str(type(each[0])), each[0] if each[0] is not None else 0))


def _share(pairs: Sequence[Got]) -> float:
    """As it may be read: that of few people is rounded."""
    return fraction_shown(sum(one for one, _ in pairs), sum(of for _, of in pairs), len(pairs))


def _difference(cut: _Cut, *, is_beyond: bool) -> Iterator[Difference]:
    """The largest of an aspect, if there is one that can be seen; of one beyond chance that which chance explains
    least, since a few people soon differ by many points."""
    shown = sorted((cell.share, str(cell.value), cell) for cell in cut.cells if cell.share is not None)
    pairs = [(low, high) for number, low in enumerate(shown) for high in shown[number + 1 :]]
    if not pairs:
        return

    def apart(pair: tuple[tuple[float, str, Cell], tuple[float, str, Cell]]) -> float:
        (least, _, low), (most, _, high) = pair
        few = 1 / len(cut.got[low.value]) + 1 / len(cut.got[high.value]) if is_beyond else 1.0
        return (most - least) / sqrt(few)

    (least, _, low), (most, _, high) = max(pairs, key=apart)
    points = round(100 * most) - round(100 * least)
    if points:
        yield Difference(cut.measure, cut.aspect, high, low, points, is_beyond)
