"""A grid of labelled lines under a row of dates: the shape behind layouts A, B, C and E."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from scheduler.rotas.pointed_sheets import NOT_POINTED, Holds, PointedSheet
from scheduler.rotas.reading.axis import Header
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, text_of
from scheduler.rotas.reading.codes import certain_kind
from scheduler.rotas.reading.dates import may_be_weekday, month_of, partial, weekday_of
from scheduler.rotas.reading.day_halves import half_of, halves_across
from scheduler.rotas.reading.headings import (
    is_notes_heading,
    is_person_heading,
    is_total,
    names_a_role,
)
from scheduler.rotas.reading.labelled_lines import Line, LineLabels, label_text
from scheduler.rotas.reading.layout import Use
from scheduler.rotas.reading.slot_text import stretch_in
from scheduler.rotas.reading.undated_columns import (
    UnderDates,
    are_entries,
    has_lost_its_date,
    headless_columns,
    texts_under,
)
from scheduler.rotas.reading.workbook import Sheet

_LONGEST_WEEKDAY, _LONGEST_SHORT_CODE, _FEWEST_LABELS = 3, 4, 2
_MOSTLY, _NEARLY_ALL, _SOME = 0.7, 0.9, 5
"""The share of cells that explain dates in a row that does nothing else: of several some may be misspelt."""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside the grid."""

    text: str
    cell: str


@dataclass(frozen=True, slots=True)
class Grid:
    """All lines under one row of dates; ``days`` are its dates, ``empty`` labelled lines without an entry; ``uses``
    says what cells that are neither labels nor entries of lines were taken for; ``headed_as_people`` if a heading says
    so of the labels, which stand in the columns ``labels``. ``undated`` are the filled cells of columns of entries
    without a date, ``without_half`` the cells in which the half of the day is missing that other rows say, and
    ``half_named`` the lines with one of a first name and a surname only, where others have both."""

    lines: tuple[Line, ...]
    days: tuple[date, ...]
    empty: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()
    uses: Mapping[str, Use] = field(default_factory=lambda: MappingProxyType({}))
    headed_as_people: bool = False
    labels: tuple[int, ...] = ()
    undated: tuple[tuple[str, ...], ...] = ()
    without_half: tuple[str, ...] = ()
    half_named: tuple[Line, ...] = ()


def read_grid(
    sheet: Sheet,
    header: Header,
    skip: frozenset[int],
    beside: frozenset[int] = frozenset(),
    said: PointedSheet = NOT_POINTED,
    dated: Collection[int] = (),
    named_in: Collection[int] = (),
) -> Grid:
    """The lines under ``header``; rows in ``skip`` and columns in ``beside`` belong to something else. ``said`` is what
    somebody has pointed at, ``dated`` are columns that have dates in other bands, and ``named_in`` those that are known
    to name the lines."""
    rows = [row for row in range(header.row + 1, header.last_row + 1) if row not in skip]
    explaining = [row for row in rows if explains_dates(sheet, row, header)]
    across = halves_across(sheet, header)
    only = said.name_rows if said.cells_under_dates() is Holds.NAMES else ()
    rows = [row for row in rows if row not in explaining and (row in only or not only)]
    used = texts_under(sheet, header, rows)
    labels = LineLabels(sheet, header, rows, said.name_columns or named_in, used)
    lines = [labels.line(row, across) for row in rows]
    with_entries = [line for line in lines if line.entries]
    filled = _without_counts(with_entries)
    empty = tuple(line for line in lines if not line.entries and _may_be_somebody(line.label))
    others = beside | set(said.name_columns) | labels.columns
    headless = tuple(headless_columns(sheet, header, rows, others, used, dated))
    others |= set(headless)
    beyond = [(column, note) for column, note in _notes(sheet, header, rows) if column not in others]
    lists = {column for column, _ in beyond if _is_list([note.text for near, note in beyond if near == column], used)}
    chosen_from = tuple(note for column, note in beyond if column in lists or note.text in used)
    notes = tuple(note for _, note in beyond if note not in chosen_from)
    remarked = [line for line in filled if _is_remarks(line, filled) or _is_scribble(line, header, sheet.is_turned)]
    remarks = tuple(Note(entry.text, entry.cell) for line in remarked for entry in line.entries)
    kept = tuple(line for line in filled if line not in remarked)
    uses = _uses(sheet, header, explaining, (line for line in with_entries if line not in filled))
    uses |= dict.fromkeys((note.cell for note in chosen_from), Use.HEADING)
    days = tuple(sorted(set(header.dates.values())))
    undated = tuple(tuple(_places(sheet, column, rows)) for column in headless)
    uses |= dict.fromkeys((place for places in undated for place in places), Use.NOTE)
    headed, names = labels.are_headed_as_people, labels.name_columns
    lacking = {row for row in rows if labels.lacks_a_name(row)}
    half_named = tuple(line for row, line in zip(rows, lines, strict=True) if row in lacking and line in kept)
    half_named = half_named if 2 * len(half_named) < len(kept) else ()
    return Grid(kept, days, empty, notes + remarks, uses, headed, names, undated, labels.without_half, half_named)


def _places(sheet: Sheet, column: int, rows: Iterable[int]) -> Iterator[str]:
    return (sheet.address(row, column) for row in rows if not is_blank(sheet.at(row, column)))


def _is_list(texts: Sequence[str], used: UnderDates) -> bool:
    """Whether words beside the grid are a list to choose entries from: each once, and most of them used."""
    return len(texts) > 2 and len(set(texts)) == len(texts) and 2 * sum(text in used for text in texts) > len(texts)


def _uses(sheet: Sheet, header: Header, explaining: Iterable[int], counts: Iterable[Line]) -> dict[str, Use]:
    """What the cells around the lines were taken for: dates, what explains them, titles above, and counts."""
    uses = {sheet.address(row, column): Use.HEADING for row in explaining for column, _ in sheet.filled(row)}
    first = header.first_column
    for row in range(header.row + 1, header.last_row + 1):
        before = (column for column, _ in sheet.filled(row) if header.left <= column < first)
        uses |= {sheet.address(row, column): Use.HEADING for column in before}
    uses |= {sheet.address(header.row, column): Use.HEADING for column, _ in sheet.filled(header.row)}
    uses |= {sheet.address(header.row, column): Use.DATE for column in header.dates}
    uses |= dict.fromkeys(_counts_beyond(sheet, header), Use.COUNT)
    for line in counts:
        uses |= dict.fromkeys((line.cell, *(entry.cell for entry in line.entries)), Use.COUNT)
    return uses


def _counts_beyond(sheet: Sheet, header: Header) -> Iterator[str]:
    """The cells of columns of figures beyond the dates."""
    beyond = range(header.last_column + 1, sheet.width if header.right is None else header.right)
    rows = range(header.row, header.last_row + 1)
    for column in (column for column in beyond if column not in header.dates):
        filled = [(row, cell) for row in rows if not is_blank(cell := sheet.at(row, column))]
        if sum(is_number(cell) for _, cell in filled) * 2 > len(filled):
            yield from (sheet.address(row, column) for row, _ in filled)


def side_by_side(sheet: Sheet, header: Header, pointed: Collection[int] = ()) -> Iterator[Header]:
    """The header, or several where a block of dates with names of its own stands beside another; ``pointed`` are the
    columns that somebody has said to hold names."""
    columns = sorted(header.dates)
    starts = [columns[0]] + [
        after
        for before, after in pairwise(columns)
        if any(c in pointed if pointed else _names_lines(sheet, header, c) for c in range(before + 1, after))
    ]
    for first, until in zip(starts, [*starts[1:], columns[-1] + 1], strict=True):
        mine = [column for column in columns if first <= column < until]
        yield replace(
            header,
            dates={column: header.dates[column] for column in mine},
            parts={column: header.parts[column] for column in mine},
            left=max((column for column in columns if column < first), default=-1) + 1,
            right=mine[-1] + 1 if until <= columns[-1] else None,
        )


def _names_lines(sheet: Sheet, header: Header, column: int) -> bool:
    """Whether a column between dates holds different labels for most rows that have entries. What stands under the
    dates as well is no label: it has lost its date."""
    rows = [row for row in range(header.row + 1, header.last_row + 1) if any(True for _ in sheet.filled(row))]
    labels = [label for row in rows if (label := label_text(sheet.at(row, column)))]
    if has_lost_its_date(header, column) or are_entries(sheet, column, rows, texts_under(sheet, header, rows)):
        return False
    return len(labels) * 2 > len(rows) and len(set(labels)) * 2 > len(labels) and len(labels) >= _FEWEST_LABELS


def explains_dates(sheet: Sheet, row: int, header: Header) -> bool:
    """Whether a row under dates only explains the dates: weekdays, halves, dates again."""
    cells = {column: cell for column in header.dates if not is_blank(cell := sheet.at(row, column))}
    labelled = any(not is_blank(sheet.at(row, column)) for column in range(header.left, header.first_column))
    explaining = sum(_explains_date(cell, header, column, labelled=labelled) for column, cell in cells.items())
    least = _MOSTLY if len(cells) >= _SOME else _NEARLY_ALL
    return bool(cells) and (explaining >= least * len(cells) or _abbreviates_weekdays(sheet, row, header))


def _explains_date(cell: Cell, header: Header, column: int, *, labelled: bool) -> bool:
    """Whether a cell says again what its date is; beside a label *Gen* is a month only under dates of January."""
    month = month_of(cell)
    if weekday_of(cell) is not None or bool(half_of(cell)):
        return True
    if month is not None and (not labelled or month[0] == header.dates[column].month):
        return True
    part = None if isinstance(cell, (int, float)) else partial(cell)
    return part is not None and not part.is_number_only and header.parts[column].day in (part.day, part.swapped().day)


def _abbreviates_weekdays(sheet: Sheet, row: int, header: Header) -> bool:
    """Whether a row that names nobody holds the first letters of the dates' weekdays."""
    before = [text_of(sheet.at(row, column)) for column in range(header.first_column)]
    if any(text and not is_person_heading(folded(text)) for text in before):
        return False
    days = [(text_of(sheet.at(row, column)), day) for column, day in header.dates.items()]
    return all(len(text) <= _LONGEST_WEEKDAY and may_be_weekday(text, day.weekday()) for text, day in days)


def _without_counts(lines: Sequence[Line]) -> list[Line]:
    """Lines of figures only are counts, unless the whole rota is written in figures and nothing calls them so."""
    figures = [line for line in lines if all(is_number(entry.text) for entry in line.entries)]
    lines = [line for line in lines if line not in figures or not is_total(line.label)]
    counts = [line for line in figures if line in lines]
    return [line for line in lines if line not in counts] if len(counts) < len(lines) else list(lines)


def _is_remarks(line: Line, others: Sequence[Line]) -> bool:
    """Whether a line is headed as remarks, and holds neither what others hold nor the same all along: *Holiday* is a
    surname too."""
    if not is_notes_heading(folded(line.label)):
        return False
    texts, longest = [entry.text for entry in line.entries], max(len(other.entries) for other in others)
    used = {entry.text for other in others if other is not line for entry in other.entries}
    is_full = 2 * len(texts) > longest and 2 * len(set(texts)) <= len(texts)
    return not is_full and (2 * sum(text in used for text in texts) < len(texts) or not texts)


def _may_be_somebody(label: str) -> bool:
    """Whether a line without entries may be a person: it is headed, and not by a month or week, a post, or what heads
    names or remarks."""
    heads_others = is_person_heading(folded(label)) or is_notes_heading(folded(label))
    is_time = month_of(label) is not None or stretch_in(label) is not None
    return bool(label) and not is_time and not names_a_role(label) and not heads_others


def _is_scribble(line: Line, header: Header, is_column: bool) -> bool:
    """A column without a heading in which something stands now and then, or a row of a few words for nobody."""
    if line.label or len(line.entries) * 3 > len(header.dates):
        return False
    return is_column or all(
        len(entry.text) > _LONGEST_SHORT_CODE and certain_kind(entry.text) is None for entry in line.entries
    )


def _notes(sheet: Sheet, header: Header, rows: Iterable[int]) -> Iterator[tuple[int, Note]]:
    """Words to the right of the dates, with their column; figures there are sums."""
    headings = {column: folded(text_of(sheet.at(header.row, column))) for column in range(sheet.width)}
    end = sheet.width if header.right is None else header.right
    beyond = [column for column in range(header.last_column + 1, end) if column not in header.dates]
    for row in rows:
        for column in beyond:
            text = text_of(sheet.at(row, column))
            is_words = len(text) > 2 and not is_number(text) and folded(text) != headings[column]
            if is_words and not is_person_heading(headings[column]):
                yield column, Note(text, sheet.address(row, column))
