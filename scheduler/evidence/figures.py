"""The figures of a release from what is counted, judged beside all that was published before. Pure.

Of a unit it is part of what it is how much was counted: where somebody said yes since, or a note was put right, that is
another unit, so that figures of two months differ by nothing or by what is so of five people or more.

A figure in a cell is shown as of this release if no combination of it with everything else that is or was shown tells
of fewer than five people; else as it was shown last, which tells nothing new; else not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Final

from scheduler.equity.combinations import FEWEST, Unit, figures_to_hide
from scheduler.equity.shares import in_fives, share_shown
from scheduler.evidence.model import ALL, EVERYBODY, Aspect, Cell, Counted, Entered, Figure, Kind, Shown, Thing

IN_HOURS: Final = frozenset({Figure.HOURS, Figure.JOB_PLAN})
KINDS: Final = {figure: Kind.FACULTY if figure in IN_HOURS else Kind.RESIDENT for figure in Figure}
WITH_MIDDLE: Final = frozenset({Figure.ATTENDANCE, *IN_HOURS})
"""What has a median of people beside it."""
OWN_DOING: Final = frozenset({Figure.JOINED, Figure.ATTENDANCE, Figure.RELEASED})
"""What people did or said: where all or none of a cell have, it is said like all but one, or one (“95 % or more”)."""
TELLING_OF_YES: Final = frozenset({Figure.OFFERED, Figure.IN_GROUP, Figure.EARLY})
"""Where only who says yes is planned, these follow from what people said: all of them there would tell that all did."""
_MINUTES_AN_HOUR: Final = 60

Units = Mapping[Figure, Mapping[int, Mapping[Thing, tuple[int, int]]]]
"""By figure and person's number, what was counted by thing."""


Measured = tuple[Thing, int, int]
"""A thing, and how much of how much was counted."""


def measured(units: Mapping[Thing, tuple[int, int]]) -> list[Measured]:
    """What was counted of one person, in order."""
    return sorted((thing, some, of) for thing, (some, of) in units.items())


@dataclass(frozen=True, slots=True)
class Past:
    """A release that was made: whose units were in each figure, and which cells of it came from them."""

    number: int
    units: Mapping[Figure, Mapping[int, Collection[Measured]]]
    cells: Mapping[Figure, Collection[Cell]]
    shown: Mapping[Figure, Mapping[Cell, Shown]]

    def figures(self, figure: Figure, people: Collection[Entered]) -> Iterator[list[Unit]]:
        """The units of each cell that was shown from this release."""
        for cell in self.cells.get(figure, ()):
            inside = [each.number for each in people if each.entered <= self.number and each.is_in(cell)]
            units = self.units.get(figure, {})
            yield [(number, each) for number in inside for each in units.get(number, ())]


@dataclass(frozen=True, slots=True)
class Made:
    """What a release shows, and which cells of each figure are as of it."""

    shown: Mapping[Figure, Mapping[Cell, Shown]]
    cells: Mapping[Figure, frozenset[Cell]]


def units_of(people: Iterable[Entered], counted: Mapping[int, Counted]) -> Units:
    """What was counted of those whom evidence counts, under their numbers."""
    found: dict[Figure, dict[int, Mapping[Thing, tuple[int, int]]]] = {figure: {} for figure in Figure}
    for each in people:
        of_person = counted.get(each.person_id or 0)
        for figure, units in (of_person.units if of_person else {}).items():
            if units and KINDS[figure] is each.kind:
                found[figure][each.number] = units
    return found


def make(
    number: int,
    people: Sequence[Entered],
    units: Units,
    past: Sequence[Past],
    names: Mapping[Cell, str],
    *,
    only_joined: bool = True,
) -> Made:
    """The figures of the release of that number, of a programme that plans ``only_joined`` people or all."""
    edged = OWN_DOING | TELLING_OF_YES if only_joined else OWN_DOING
    shown: dict[Figure, dict[Cell, Shown]] = {}
    cells: dict[Figure, frozenset[Cell]] = {}
    for figure in Figure:
        of_kind = [each for each in people if each.kind is KINDS[figure]]
        wanted = _cells(of_kind) if figure not in IN_HOURS else [EVERYBODY]
        inside = {cell: [each.number for each in of_kind if each.is_in(cell)] for cell in wanted}
        told = {
            cell: [(who, each) for who in numbers for each in measured(units[figure].get(who, {}))]
            for cell, numbers in inside.items()
        }
        before = [list(each) for one in past for each in one.figures(figure, people)]
        hidden = figures_to_hide(told, before, rather_not={EVERYBODY})
        cells[figure] = frozenset(cell for cell in wanted if told[cell] and cell not in hidden)
        shown[figure] = {
            cell: _shown(
                cell,
                number,
                [units[figure][who] for who in inside[cell] if who in units[figure]],
                names,
                figure,
                edged,
            )
            if cell in cells[figure]
            else _as_before(figure, cell, past, names)
            for cell in wanted
        }
    return Made(shown, cells)


def _cells(people: Iterable[Entered]) -> list[Cell]:
    found = {(aspect, value) for each in people for aspect, value in each.cells.items()}
    order = [ALL, *(aspect.value for aspect in Aspect)]
    return [EVERYBODY, *sorted(found, key=lambda cell: (order.index(cell[0]), cell[1].zfill(12)))]


def _as_before(figure: Figure, cell: Cell, past: Sequence[Past], names: Mapping[Cell, str]) -> Shown:
    for one in reversed(past):
        if cell in one.cells.get(figure, ()) and (known := one.shown.get(figure, {}).get(cell)) is not None:
            return known
    return Shown(cell[0], names.get(cell, cell[1]), key=cell[1])


def _shown(
    cell: Cell,
    number: int,
    got: Sequence[Mapping[Thing, tuple[int, int]]],
    names: Mapping[Cell, str],
    figure: Figure,
    edged: Collection[Figure],
) -> Shown:
    each = [(sum(one for one, _ in units.values()), sum(of for _, of in units.values())) for units in got]
    some, whole = sum(one for one, _ in each), sum(of for _, of in each)
    plain = Shown(cell[0], names.get(cell, cell[1]), in_fives(len(each)), since=number, key=cell[1])
    if figure in IN_HOURS:
        hours = median(one for one, _ in each) / _MINUTES_AN_HOUR
        return replace(plain, value=round(some / _MINUTES_AN_HOUR), middle=round(hours))
    share = share_shown(some, whole, len(each), own_doing=figure in edged)
    middle = _nearest_five(median(100 * one / of for one, of in each)) if figure in WITH_MIDDLE else None
    return replace(plain, value=share.value, low=share.low, high=share.high, middle=middle)


def _nearest_five(value: float) -> int:
    return FEWEST * round(value / FEWEST)


def as_json(shown: Mapping[Figure, Mapping[Cell, Shown]]) -> dict[str, list[dict[str, Any]]]:
    """As it is stored."""
    return {
        figure.value: [{name: getattr(each, name) for name in Shown.__dataclass_fields__} for each in cells.values()]
        for figure, cells in shown.items()
    }


def from_json(stored: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[Figure, dict[Cell, Shown]]:
    """As it was stored."""
    return {
        Figure(figure): {(one["aspect"], one["key"]): Shown(**one) for one in cells}
        for figure, cells in stored.items()
        if figure in tuple(Figure)
    }
