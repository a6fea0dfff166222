"""Finding the heads of a sheet that are stretches of days, weeks or numbered blocks, and the days that they are.

A column of such heads is the row of the turned sheet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from scheduler.languages import say
from scheduler.rotas.model import ORDER, YEAR, Question
from scheduler.rotas.reading.cells import folded, is_blank, text_of
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints, partial
from scheduler.rotas.reading.leave_dates import leave_in
from scheduler.rotas.reading.numbered_heads import Periods, as_calendar_weeks, with_periods
from scheduler.rotas.reading.questions import day_or_month_first, does_not_fit, which_year, without_month_or_year
from scheduler.rotas.reading.slots import Placed, placed, slot_of
from scheduler.rotas.reading.span_hints import hints_around
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Slot, Unit

_LEAST_STRETCHES, _LEAST_STARTS, _LEAST_MONTHS, _LEAST_NUMBERS = 2, 3, 3, 4
_SHORTEST_STEP, _SHORTEST_NAMED_STEP = 12, 5
"""Days from one single date to the next from which each begins a block: without a word for it, and with one."""
_MOST_BETWEEN = 0.2
_WIDEST_MONTH = 5
_WIDEST, _MANY_NARROW, _FEW_LOST = 8, 4, 5
"""Columns of one block."""
_SPAN_WORDS = re.compile(
    r"\b(?:week|weeks|wk|w c|week commencing|block|blocks|rotation period|period|from|start|starts|begin|begins|"
    r"semaine|semana|settimana|woche|bloc|bloque|bloco)\b"
)


@dataclass(frozen=True, slots=True)
class Group:
    """One head with its days and its columns, from the left."""

    slot: Slot
    days: tuple[date, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A row of heads and the rows below that it governs; ``month_first`` where the heads tell the order of day and
    month."""

    row: int
    rows: range
    groups: tuple[Group, ...]
    month_first: bool | None = None

    @property
    def first_column(self) -> int:
        return self.groups[0].columns[0]

    @property
    def last_column(self) -> int:
        return self.groups[-1].columns[-1]

    @property
    def columns(self) -> frozenset[int]:
        """All columns that stand under a head."""
        return frozenset(column for group in self.groups for column in group.columns)


@dataclass(frozen=True, slots=True)
class Spans:
    """A sheet, turned if its heads stand in a column, with its bands from above. ``has_dates`` is false where the
    heads are numbers only; then no group has days. ``table`` are rows that say which days numbered heads are."""

    sheet: Sheet
    bands: tuple[Band, ...]
    has_dates: bool
    questions: tuple[Question, ...] = ()
    dates: frozenset[str] = frozenset()
    table: frozenset[int] = frozenset()

    @property
    def days(self) -> tuple[date, ...]:
        """All days of the heads."""
        return tuple(sorted({day for band in self.bands for group in band.groups for day in group.days}))

    @property
    def share_of_days(self) -> float:
        """The share of heads whose days could be told."""
        groups = [group for band in self.bands for group in band.groups]
        return sum(bool(group.days) for group in groups) / len(groups)


Heads = Mapping[int, Slot]
"""The slots of one row by their columns."""


def find_spans(sheet: Sheet, context: Context) -> Spans | None:
    """The sheet by its heads; None if it has no row or column of them."""
    turned = sheet.turned()
    across, down = _rows_of_heads(sheet, context), _rows_of_heads(turned, context)
    if _is_dated(across) != _is_dated(down):
        is_across = _is_dated(across)
        other, numbered = (turned, down) if is_across else (sheet, across)
        periods = with_periods(numbered, other, ())
        if periods.table:
            return _by_table(other, periods, context)
    else:
        is_across = _worth(across) >= _worth(down)
    oriented, rows = (sheet, across) if is_across else (turned, down)
    if not rows:
        return None
    return (
        _with_days(oriented, rows, context)
        if _is_dated(rows)
        else _by_table(oriented, with_periods(rows, oriented, context.others), context)
    )


def _by_table(sheet: Sheet, periods: Periods, context: Context) -> Spans:
    return replace(_with_days(sheet, periods.rows, context), table=periods.table)


def _worth(rows: Mapping[int, Heads]) -> int:
    return max(map(len, rows.values()), default=0)


def _is_dated(rows: Mapping[int, Heads]) -> bool:
    return any(slot.is_dated for heads in rows.values() for slot in heads.values())


def _rows_of_heads(sheet: Sheet, context: Context) -> dict[int, Heads]:
    """Every row of heads; rows of numbered blocks only where none has dates."""
    written = {row: each for row in range(sheet.height) if (each := _slots(sheet, row))}
    slots = {row: as_calendar_weeks(each, _titles(sheet, row, each, context)) for row, each in written.items()}
    found: dict[int, Heads] = {}
    for row in slots:
        if row - 1 not in found or not _ends_in_next_row(found[row - 1], slots[row]):
            heads = _stretches(sheet, row, slots[row]) or _starts(sheet, row, slots)
            found |= {row: heads} if heads else {}
    if not found:
        found = {row: heads for row in slots if (heads := _numbers(sheet, row, slots[row]))}
    most = _worth(found)
    return {row: heads for row, heads in found.items() if 2 * len(heads) > most}


def _titles(sheet: Sheet, row: int, slots: Heads, context: Context) -> Iterator[str]:
    """The words above a row and in it, and the names of sheet and file."""
    for above in range(row + 1):
        for column, cell in sheet.filled(above):
            if isinstance(cell, str) and not (above == row and column in slots):
                yield text_of(cell)
    yield context.title


def _slots(sheet: Sheet, row: int) -> dict[int, Slot]:
    """The slots of a row; none where fewer than two different cells are any."""
    saying = {cell for cell in set(sheet.rows[row]) if cell and slot_of(cell, "") is not None}
    if len(saying) < _LEAST_STRETCHES:
        return {}
    return {
        column: slot
        for column, cell in sheet.filled(row)
        if cell in saying and (slot := slot_of(cell, sheet.address(row, column))) is not None
    }


def _stretches(sheet: Sheet, row: int, slots: Heads) -> Heads:
    """The row's stretches, weeks and months, if it holds hardly anything else between them."""
    found = {column: slot for column, slot in slots.items() if slot.is_dated and slot.is_stretch}
    months = sum(slot.unit is Unit.MONTH for slot in found.values())
    if len({slot.written for slot in found.values()}) < _LEAST_STRETCHES:
        return {}
    if months and (months < len(found) or not _are_heads_of_months(sheet, row, found)):
        return {}
    return found if _is_dense(sheet, row, found) else {}


def _is_dense(sheet: Sheet, row: int, found: Heads) -> bool:
    inside = sum(1 for column, _ in sheet.filled(row) if min(found) <= column <= max(found))
    return inside - len(found) <= _MOST_BETWEEN * len(found)


def _are_heads_of_months(sheet: Sheet, row: int, found: Heads) -> bool:
    """Whether months head columns of their own rather than the days of a calendar below them."""
    written = Counter(slot.written for slot in found.values())
    below = [sheet.at(row + 1, column) for column in range(min(found), sheet.width)] if row + 1 < sheet.height else []
    days = sum(1 for cell in below if not is_blank(cell) and partial(cell) is not None)
    steps = [after - before for before, after in pairwise(sorted(found))]
    is_narrow = max(written.values()) <= _WIDEST_MONTH and max(steps) <= _WIDEST_MONTH
    return len(written) >= _LEAST_MONTHS and is_narrow and days * 2 <= len(found)


def _starts(sheet: Sheet, row: int, slots: Mapping[int, Heads]) -> Heads:
    """Single dates that each begin a block or a week: with their ends in the row below, or so far apart that they are
    no days."""
    found = {
        column: slot
        for column, slot in slots[row].items()
        if slot.first is not None and slot.first.month is not None and not slot.is_stretch
    }
    if len({slot.written for slot in found.values()}) < _LEAST_STARTS or not _is_dense(sheet, row, found):
        return {}
    ends = slots.get(row + 1, {})
    if set(ends) == set(found) and _follow_each_other(found, ends):
        return {
            column: replace(slot, last=ends[column].first, written=f"{slot.written} – {ends[column].written}")
            for column, slot in found.items()
        }
    return (
        {column: replace(slot, unit=Unit.UNTIL_NEXT) for column, slot in found.items()}
        if _are_far(sheet, row, found)
        else {}
    )


def _ends_in_next_row(heads: Heads, below: Heads) -> bool:
    """Whether the row below holds the ends of the heads and was read with them."""
    return set(below) == set(heads) and all(below[column].written in heads[column].written for column in heads)


def _follow_each_other(starts: Heads, ends: Heads) -> bool:
    """Whether each end lies after its start and before the next."""
    days = _in_order([slot for column in sorted(starts) for slot in (starts[column], ends[column])])
    return len(days) == 2 * len(starts) and all(before < after for before, after in pairwise(days))


def _are_far(sheet: Sheet, row: int, found: Heads) -> bool:
    days = _in_order([found[column] for column in sorted(found)])
    steps = [(after - before).days for before, after in pairwise(days)]
    return len(days) == len(found) and min(steps) >= (
        _SHORTEST_NAMED_STEP if _is_named(sheet, row, min(found)) else _SHORTEST_STEP
    )


def _in_order(slots: Sequence[Slot]) -> list[date]:
    """The days of single dates in any year."""
    year = Hints(year=2001) if not any(slot.first and slot.first.year for slot in slots) else Hints()
    return [days[0] for days in placed(slots, year).days if days]


def _is_named(sheet: Sheet, row: int, first: int) -> bool:
    """Whether a word before the row or above its beginning says that its dates are weeks or blocks."""
    corner = [sheet.at(near, column) for near in range(max(0, row - 1), row + 1) for column in range(first + 1)]
    return any(isinstance(cell, str) and _SPAN_WORDS.search(folded(cell)) for cell in corner)


def _numbers(sheet: Sheet, row: int, slots: Heads) -> Heads:
    """A row of blocks that have numbers only, counting up."""
    found = {column: slot for column, slot in slots.items() if slot.number is not None and not slot.is_dated}
    words = Counter(folded(slot.written.rstrip("0123456789 ")) for slot in found.values())
    if not words:
        return {}
    usual = words.most_common(1)[0][0]
    found = {c: slot for c, slot in found.items() if folded(slot.written.rstrip("0123456789 ")) == usual}
    numbers = list(dict.fromkeys(found[column].number or 0 for column in sorted(found)))
    jumps = [after - before for before, after in pairwise(numbers)]
    counts_up = all(jump > 0 for jump in jumps) and _FEW_LOST * sum(jump > 1 for jump in jumps) <= len(jumps)
    return found if len(numbers) >= _LEAST_NUMBERS and counts_up and _is_dense(sheet, row, found) else {}


def _with_days(sheet: Sheet, rows: Mapping[int, Heads], context: Context) -> Spans:
    bands: list[Band] = []
    questions: list[Question] = []
    known: dict[tuple[object, ...], Placed] = {}
    hints = hints_around(sheet, rows, context)
    for row in sorted(rows):
        heads = _grouped(rows[row])
        key = tuple((slot.first, slot.last, slot.number) for slot, _ in heads)
        if bands and key not in known and _is_leave(heads, bands[-1]):
            continue
        if key not in known:
            slots = [slot for slot, _ in heads]
            known[key] = placed(slots, hints)
            lasts = [sheet.address(row, columns[-1]) for _, columns in heads]
            questions.extend(_questions(slots, lasts, known[key]))
            hints = _going_on(hints, known[key])
        columns = _with_own_columns([columns for _, columns in heads], known[key].days)
        bands.append(_band(row, range(row + 1, sheet.height), known[key], columns))
    whole = [replace(band, rows=range(band.row + 1, after.row)) for band, after in pairwise(bands)] + bands[-1:]
    has_dates = _is_dated(rows)
    places = _addresses(sheet, {band.row: rows[band.row] for band in bands})
    return Spans(sheet, tuple(whole), has_dates, tuple(questions) if has_dates else (), places)


def _with_own_columns(columns: Sequence[tuple[int, ...]], days: Sequence[Sequence[date]]) -> list[tuple[int, ...]]:
    """The columns of each head; where the days after it are missing too, those beside it belong to a head that is."""
    lost = [
        len(own) > 1 and bool(here and after) and 2 * ((after[0] - here[-1]).days - 1) > len(here)
        for own, here, after in zip(columns, days, days[1:], strict=False)
    ]
    return [own[:1] for own in columns] if 2 * sum(lost) > len(lost) else list(columns)


def _is_leave(heads: Sequence[tuple[Slot, tuple[int, ...]]], band: Band) -> bool:
    """Whether dates below a band are leave within its blocks rather than heads of their own."""
    blocks = {column: group.days for group in band.groups for column in group.columns}
    inside = [
        leave_in(slot.written, blocks.get(columns[0], ()), month_first=band.month_first) for slot, columns in heads
    ]
    return 2 * sum(leave is not None and bool(leave.days) for leave in inside) >= len(heads)


def _band(row: int, rows: range, found: Placed, columns: Sequence[tuple[int, ...]]) -> Band:
    """The band; the same heads once more further down are those that were found first."""
    groups = zip(found.slots, found.days, columns, strict=True)
    return Band(row, rows, tuple(Group(slot, days, each) for slot, days, each in groups), found.month_first)


def _addresses(sheet: Sheet, rows: Mapping[int, Heads]) -> frozenset[str]:
    """The cells of the heads, with those of a second row that says the same days in another way."""
    found = {slot.cell for heads in rows.values() for slot in heads.values()}
    for row, heads in rows.items():
        for near in (row - 1, row + 1):
            if 0 <= near < sheet.height and near not in rows:
                found.update(slot.cell for column, slot in _slots(sheet, near).items() if column in heads)
    return frozenset(found)


def _going_on(hints: Hints, band: Placed) -> Hints:
    """What is known of the next band: it goes on from this one, with day and month in the same order."""
    last = max((days[-1] for days in band.days if days), default=None)
    if last is None:
        return hints
    order = hints.month_first if band.month_first is None else band.month_first
    return Hints(today=hints.today, after=last, month_first=order)


def _grouped(heads: Heads) -> list[tuple[Slot, tuple[int, ...]]]:
    """The heads from the left, each with its columns: those it is merged over, or the empty ones beside it as far as
    most heads reach."""
    columns = sorted(heads)
    begins = [c for position, c in enumerate(columns) if not position or not _goes_on(heads, columns, position)]
    widths = Counter(after - before for before, after in pairwise(begins))
    usual = _usual_width(widths) if widths else 1
    groups = []
    for position, begin in enumerate(begins):
        following = begins[position + 1] if position + 1 < len(begins) else begin + usual
        width = min(following - begin, usual) if usual <= _WIDEST else 1
        groups.append((heads[begin], tuple(range(begin, begin + width))))
    return groups


def _usual_width(widths: Counter[int]) -> int:
    """The commonest width of a head; a narrower one if many are so, since a column beside may have lost its head."""
    narrowest = min(widths)
    return narrowest if _MANY_NARROW * widths[narrowest] >= widths.total() else widths.most_common(1)[0][0]


def _goes_on(heads: Heads, columns: Sequence[int], position: int) -> bool:
    before, here = columns[position - 1], columns[position]
    return here == before + 1 and heads[before].written == heads[here].written


def _questions(slots: Sequence[Slot], lasts: Sequence[str], band: Placed) -> Iterator[Question]:
    """What is asked about heads; ``lasts`` are the last cells that each reaches over."""
    first = next((days for days in band.days if days), None)
    if band.doubt == YEAR:
        place = slots[0].cell
        yield which_year(place, first[0].year) if first else without_month_or_year(place)
    if band.doubt == ORDER:
        yield day_or_month_first(slots[0].cell)
    if first:
        yield from (
            does_not_fit(slots[position].cell, slots[position].written, lasts[position]) for position in band.wrong
        )
    yield from (_odd(slots[position], len(band.days[position])) for position in band.odd)
    if band.shared:
        yield _shared_days(slots[band.shared[0]])


def _odd(slot: Slot, length: int) -> Question:
    text = say("“%(text)s” has %(num)s days, unlike the others. Is that right?", text=slot.written, num=length)
    return Question("cell", slot.cell, text, (), slot.cell)


def _shared_days(slot: Slot) -> Question:
    text = say(
        "“%(text)s” ends on the day on which the next begins; that day was read as the next one’s.", text=slot.written
    )
    return Question("cell", slot.cell, text, (), slot.cell)
