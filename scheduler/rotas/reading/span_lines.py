"""The lines under heads that are stretches of days: their labels, their cells by head, what is counted and what is
remarked. What the cells mean is not looked at here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.rotas.model import Question
from scheduler.rotas.pointed_sheets import Holds
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, text_of
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import partial
from scheduler.rotas.reading.headings import is_person_heading, is_total, names_a_section
from scheduler.rotas.reading.layout import Use
from scheduler.rotas.reading.names_or_codes import Cells, LabelledLine, is_full_name, what_cells_hold
from scheduler.rotas.reading.questions import (
    heading_or_person,
    name_of_nameless,
    nameless_line,
    note_left_out,
    without_date,
)
from scheduler.rotas.reading.slots import slot_of
from scheduler.rotas.reading.span_heads import Band, Group, Spans
from scheduler.rotas.reading.span_labels import is_label, label_column
from scheduler.rotas.reading.workbook import Sheet

_SHORTEST_NOTE = 3
_LEAST_SHARE = 0.7
"""Of all heads, those that have days: a list of somebody's duties goes back and forth."""


Texts = Mapping[int, tuple[str, str]]
"""Texts with their cells, by their position among a head's columns."""


@dataclass(frozen=True, slots=True)
class Under:
    """What stands under one head in one line."""

    group: Group
    cells: Texts

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts alone."""
        return tuple(text for text, _ in self.cells.values())


@dataclass(frozen=True, slots=True)
class SpanLine:
    """A labelled line, and the lines without a label right below it, which say more of the same."""

    label: str
    cell: str
    row: int
    band: Band
    under: tuple[Under, ...]
    more: tuple[tuple[Under, ...], ...] = ()

    @property
    def is_nameless(self) -> bool:
        """Whether nothing names the line."""
        return self.label == name_of_nameless(self.cell)

    def texts_under(self, group: Group) -> Texts:
        """What stands under the head in the line itself."""
        return texts_under(self.under, group)


@dataclass(slots=True)
class Lines:
    """All lines of a sheet, and what its other cells are."""

    lines: list[SpanLine] = field(default_factory=list)
    uses: dict[str, Use] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    is_headed_as_people: bool = False

    def are_of_a_rota(self, spans: Spans) -> bool:
        """Whether there are lines, none of which is a column of a list, and nearly all heads follow each other. Numbers
        alone are heads only above the cells of people."""
        headings = [folded(line.label) for line in self.lines]
        is_list = any(map(is_person_heading, headings))
        if not self.lines or is_list or self._share_of_dates() * 2 > 1:
            return False
        if spans.has_dates:
            return spans.share_of_days >= _LEAST_SHARE
        return self.is_headed_as_people or sum(is_full_name(line.label) for line in self.lines) * 2 >= len(self.lines)

    def _share_of_dates(self) -> float:
        texts = [text for line in self.lines for under in line.under for text in under.texts]
        dates = sum((part := partial(text)) is not None and not part.is_number_only for text in texts)
        return dates / len(texts) if texts else 1

    def kind(self, context: Context) -> Cells:
        """What the cells hold, as it looks, or as somebody has said."""
        if context.pointed.cells is not None:
            return Cells.NAMES if context.pointed.cells is Holds.NAMES else Cells.CODES
        labelled = [
            LabelledLine(line.label, {under.group.slot.cell: under.texts for under in line.under})
            for line in self.lines
        ]
        return what_cells_hold(labelled, context.legend, headed_as_people=self.is_headed_as_people)


def texts_under(line: Sequence[Under], group: Group) -> Texts:
    """What stands under the head in a line."""
    return next((under.cells for under in line if under.group is group), {})


def lines_of(spans: Spans, context: Context) -> Lines:
    """The lines under all bands."""
    found = Lines()
    found.uses.update(dict.fromkeys(spans.dates, Use.DATE))
    skip = (context.beside if spans.sheet.is_turned else context.skip) | spans.table
    sheet, first = spans.sheet, spans.bands[0].row
    found.uses.update((sheet.address(row, column), Use.DATE) for row in spans.table for column, _ in sheet.filled(row))
    for row in range(first):
        for column, _ in sheet.filled(row):
            found.uses.setdefault(sheet.address(row, column), Use.HEADING)
    for band in spans.bands:
        said = context.pointed.turned() if sheet.is_turned else context.pointed
        _read_band(sheet, band, frozenset(skip), said.name_columns, found)
    return found


def _writes_ends(sheet: Sheet, band: Band, row: int) -> bool:
    """Whether the row right under the heads only writes where these end."""
    under = {column: text for column in band.columns if (text := text_of(sheet.at(row, column)))}
    heads = {column: group.slot.written for group in band.groups for column in group.columns}
    return row == band.row + 1 and bool(under) and all(text in heads[column] for column, text in under.items())


def _read_band(sheet: Sheet, band: Band, skip: frozenset[int], pointed: Sequence[int], found: Lines) -> None:
    named = (column for column in pointed if column not in band.columns)
    labels = next(named, None) if pointed else label_column(sheet, band)
    rows = [row for row in band.rows if row not in skip and not _writes_ends(sheet, band, row)]
    filled = {row: under for row in rows if (under := _under(sheet, band, row))}
    all_figures = all(_is_count(sheet, band, row, labels) for row in filled)
    counts = {row for row in filled if _is_count(sheet, band, row, labels) and not all_figures}
    last = max((row for row in filled if row not in counts), default=band.row)
    known = Counter(text for row in filled for text in dict.fromkeys(_rotations(filled[row])))
    current: SpanLine | None = None
    for row in rows:
        label = _label(sheet, row, labels, is_filled=row in filled)
        current = (
            current if row in filled and not label and row not in counts else None if row not in filled else current
        )
        if row in counts:
            _use_row(sheet, band, row, Use.COUNT, found)
            current = None
        elif row in filled and label:
            current = SpanLine(label, sheet.address(row, labels or 0), row, band, filled[row])
            found.lines.append(current)
        elif row in filled and _is_somebody(filled[row], current, known):
            current = _nameless_line(sheet.address(row, labels or 0), row, band, filled[row], found)
        elif row in filled and current is not None:
            current = _with_more(found, current, filled[row])
        elif row in filled:
            _note_nameless(filled[row], found)
        elif label:
            _note_empty(label, sheet.address(row, labels or 0), row < last, found)
            current = None
    _note_around(sheet, band, labels, found)


def _label(sheet: Sheet, row: int, labels: int | None, *, is_filled: bool) -> str:
    """What names the row. *GEN* and *May* are months in some language, but before entries they name these."""
    cell = "" if labels is None else sheet.at(row, labels)
    text = text_of(cell)
    return text if is_label(cell) or (is_filled and text.isalpha()) else ""


def _under(sheet: Sheet, band: Band, row: int) -> tuple[Under, ...]:
    found = []
    for group in band.groups:
        cells = {
            position: (text_of(cell), sheet.address(row, column))
            for position, column in enumerate(group.columns)
            if not is_blank(cell := sheet.at(row, column))
        }
        if cells:
            found.append(Under(group, cells))
    return tuple(found)


def _is_count(sheet: Sheet, band: Band, row: int, labels: int | None) -> bool:
    """Whether a row counts the others: figures only, or called so."""
    cells = [cell for column in band.columns if not is_blank(cell := sheet.at(row, column))]
    called = labels is not None and is_total(text_of(sheet.at(row, labels)))
    return bool(cells) and (all(is_number(cell) for cell in cells) or called)


def _with_more(found: Lines, line: SpanLine, more: tuple[Under, ...]) -> SpanLine:
    joined = SpanLine(line.label, line.cell, line.row, line.band, line.under, (*line.more, more))
    found.lines[-1] = joined
    return joined


def _rotations(under: Iterable[Under]) -> Iterator[str]:
    """The texts that are no dates of leave."""
    return (text for each in under for text in each.texts if slot_of(text, "") is None)


def _is_somebody(under: Sequence[Under], above: SpanLine | None, known: Mapping[str, int]) -> bool:
    """Whether a row without a label is somebody's whose name is missing: it holds what other rows hold, under heads at
    which the row above, which else it would say more of, holds something as well."""
    texts = list(_rotations(under))
    taken = {each.group.slot.cell for each in (above.under if above else ()) if any(_rotations((each,)))}
    doubled = sum(each.group.slot.cell in taken for each in under if any(_rotations((each,))))
    alike = sum(known[text] > 1 for text in texts)
    return len(texts) > 1 and 2 * alike > len(texts) and (above is None or 2 * doubled > len(texts))


def _nameless_line(cell: str, row: int, band: Band, under: tuple[Under, ...], found: Lines) -> SpanLine:
    line = SpanLine(name_of_nameless(cell), cell, row, band, under)
    found.lines.append(line)
    found.questions.append(nameless_line(cell))
    return line


def _note_nameless(under: Sequence[Under], found: Lines) -> None:
    """A row for nobody: the heading of a part, or words that are asked about."""
    for text, place in (cell for each in under for cell in each.cells.values()):
        note_words(text, place, found)


def note_words(text: str, place: str, found: Lines) -> None:
    """Words that are nobody's entry."""
    is_heading = names_a_section(text) or found.uses.get(place) is Use.DATE
    found.uses.setdefault(place, Use.HEADING if is_heading else Use.NOTE)
    if not is_heading:
        found.questions.append(note_left_out(text, place))


def _note_empty(label: str, cell: str, is_between: bool, found: Lines) -> None:
    """A label without entries: a heading, or somebody without any if it stands among the people."""
    found.uses[cell] = Use.HEADING
    heading = is_person_heading(folded(label)) or names_a_section(label) or any(sign.isdecimal() for sign in label)
    if is_between and not heading:
        found.questions.append(heading_or_person(label, cell))


def _use_row(sheet: Sheet, band: Band, row: int, use: Use, found: Lines) -> None:
    for column, _ in sheet.filled(row):
        found.uses[sheet.address(row, column)] = use if column >= band.first_column else Use.HEADING


def _note_around(sheet: Sheet, band: Band, labels: int | None, found: Lines) -> None:
    """What stands before the heads and beyond them: letters of cohorts, years of training, counts, remarks."""
    if labels is not None:
        near = range(max(0, band.row - 1), min(sheet.height, band.row + 3))
        found.is_headed_as_people |= any(is_person_heading(folded(text_of(sheet.at(row, labels)))) for row in near)
    for row in (band.row, *band.rows):
        for column, cell in sheet.filled(row):
            place = sheet.address(row, column)
            if column not in band.columns and place not in found.uses:
                found.uses[place] = Use.COUNT if is_number(cell) else Use.HEADING
    found.questions.extend(_headless(sheet, band, labels, found))
    found.questions.extend(_remarks(sheet, band, found))


def _remarks(sheet: Sheet, band: Band, found: Lines) -> Iterator[Question]:
    """Words that stand now and then to the right of the heads; a column of them is something of its own."""
    for column in range(band.last_column + 1, sheet.width):
        words = {row: text_of(cell) for row in band.rows if _is_words(cell := sheet.at(row, column))}
        if 2 * len(words) > len(band.rows):
            continue
        for row, text in words.items():
            place = sheet.address(row, column)
            if found.uses.get(place) is Use.HEADING and text != text_of(sheet.at(band.row, column)):
                found.uses[place] = Use.NOTE
                yield note_left_out(text, place)


def _headless(sheet: Sheet, band: Band, labels: int | None, found: Lines) -> Iterator[Question]:
    """Columns without a head among the heads, or beside them with what stands under them; and those right after such a
    one that hold dates of leave."""
    used = {text for line in found.lines for under in line.under for text in under.texts}
    last, width = -1, max(len(group.columns) for group in band.groups)
    for column in range(sheet.width):
        cells = {sheet.address(row, column): sheet.at(row, column) for row in band.rows}
        cells = {place: cell for place, cell in cells.items() if not is_blank(cell)}
        is_among = band.first_column < column < band.last_column
        is_beside = band.first_column - width <= column <= band.last_column + width
        if (
            column in band.columns
            or column == labels
            or not cells
            or not (
                is_among
                or _goes_on(sheet, band, column, cells)
                or _are_used(cells, used, is_beside=is_beside)
                or (column == last + 1 and _are_dates(cells))
            )
        ):
            continue
        last = column
        found.uses.update(dict.fromkeys(cells, Use.NOTE))
        yield without_date(tuple(cells))


def _goes_on(sheet: Sheet, band: Band, column: int, cells: Mapping[str, Cell]) -> bool:
    """Whether words without any heading stand right behind the last head."""
    is_next = column == band.last_column + 1 and is_blank(sheet.at(band.row, column))
    return is_next and not any(map(is_number, cells.values()))


def _are_used(cells: Mapping[str, Cell], used: Collection[str], *, is_beside: bool) -> bool:
    """Whether most cells hold what also stands under heads; farther from the heads, a list to choose from holds each
    once."""
    texts = [text_of(cell) for cell in cells.values() if not is_number(cell)]
    repeats = is_beside or 1 < len(texts) > len(set(texts))
    return repeats and 2 * sum(text in used for text in texts) > len(texts)


def _are_dates(cells: Mapping[str, Cell]) -> bool:
    return 2 * sum(slot_of(cell, "") is not None for cell in cells.values()) > len(cells)


def _is_words(cell: object) -> bool:
    return isinstance(cell, str) and len(text_of(cell)) >= _SHORTEST_NOTE and not is_number(cell) and not is_blank(cell)
