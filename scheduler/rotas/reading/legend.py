"""Legends: what a rota's own codes mean, wherever the rota says it.

A legend is a table with a column of codes beside names, times or lengths, in any order and several languages: a
file or sheet of its own, or rows under the grid; or lines such as ``N = Night 21:00-09:00``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cached_property

from scheduler.languages import say
from scheduler.rotas.model import DutyKind, LegendEntry, Question
from scheduler.rotas.reading.cells import Cell, clock, folded, hours_of, minutes_of, span_inside, span_of, text_of
from scheduler.rotas.reading.codes import certain_kind, kind_in_legend, without_footnote, work_by_words
from scheduler.rotas.reading.dates import partial
from scheduler.rotas.reading.headings import is_date_heading, is_person_heading
from scheduler.rotas.reading.name_forms import has_form_of_name
from scheduler.rotas.reading.slot_text import stretch_in
from scheduler.rotas.reading.workbook import Sheet

_HEADINGS: Mapping[str, str] = {
    "code": "code codes symbol abbreviation abbr abbrev short key skrot kurzel kuerzel sigle codigo codice kod kode "
    "zeichen sigla afkorting forkortning forkortelse",
    "name": "name description meaning label nazwa bezeichnung beschreibung bedeutung libelle nombre descripcion "
    "descrizione znaczenie signification significado explanation definition descricao nome omschrijving betekenis naam "
    "beskrivning betydelse namn beskrivelse betydning navn significato",
    "start": "start from begin begins od von beginn debut de desde inicio inizio dalle starts entrada borjar van",
    "end": "end to until finish ends do bis ende fin hasta fine alle finishes stop fim termino saida einde tot slut",
    "hours": "duration length dauer stunden duree heures duracion horas durata ore godziny czas hrs h duracao uren "
    "duur timmar timer",
    "times": "times hours time timing zeiten zeit horaires horario orario tijden tider",
    "work": "work working works pracujaca praca arbeit travail trabajo lavoro trabalho werk arbete",
    "kind": "kind type art typ rodzaj category kategorie tipo soort",
}
_ROLE_OF_WORD = {word: role for role, words in _HEADINGS.items() for word in words.split()}
_PHRASES = {
    "shift code": "code", "duty code": "code",
    "start time": "start", "time from": "start", "end time": "end", "time to": "end", "duration h": "hours",
    "nazwa zmiany": "name", "shift name": "name", "duty name": "name", "zmiana pracujaca": "work",
    "shift type": "kind", "shift times": "times", "working hours": "times", "code poste": "code",
    "counts as work": "work",
    **{
        folded(word): role
        for role, words in {
            "code": "코드 기호 약어 記号 略号 コード 代号 รหัส ตัวย่อ",
            "name": "명칭 내용 의미 설명 근무명 名称 内容 意味 説明 勤務名 ความหมาย คำอธิบาย",
            "start": "시작 開始 始業 开始 เริ่ม",
            "end": "종료 終了 終業 结束 สิ้นสุด",
            "times": "시간 근무시간 時間 勤務時間 时间 เวลา",
        }.items()
        for word in words.split()
    },
}  # fmt: skip
_SHIFT = frozenset(("shift", "duty", "dienst", "shifts", "zmiana", "turno"))
_MARKER_WORDS = (
    "legend", "key", "legende", "légende", "leyenda", "legenda", "leggenda", "codes", "shift codes", "abbreviations",
    "code", "duty codes", "abkürzungen", "zeichenerklärung", "abréviations", "abreviaturas", "siglas", "códigos",
    "abbreviazioni", "skróty", "objaśnienia", "afkortingen", "förkortningar", "forkortelser", "범례", "凡例", "คำย่อ",
)  # fmt: skip
_MARKERS = frozenset(map(folded, _MARKER_WORDS))
_YES = frozenset(("true", "yes", "y", "1", "tak", "ja", "oui", "si", "sim", "sí", "sì", "x"))
_NO = frozenset(("false", "no", "n", "0", "nie", "nein", "non", "não", "nee", "nej", "nei"))
_LINE = re.compile(r"([\w/*+]{1,8})\s*(?:=|:|;|\s[-–]\s)\s*(\S.*)")
_PIECES = re.compile(r"[\n,;]\s*(?=[\w/*+]{1,8}\s*(?:=|\s[-–]\s)|[^\W\d_][\w/*+]{0,7}\s*:)")
_MEANING_FIRST = re.compile(r"([^=:]{2,40}?)\s*[=:]\s*([A-Z0-9/*+]{1,4})")
"""``Annual leave = AL``."""
_ANNOUNCED = re.compile(rf"\s*(?:{'|'.join(sorted(_MARKER_WORDS))})\s*:\s*", re.IGNORECASE)
_START_AND_LENGTH = re.compile(r"(\d{1,2}[:.]\d{2})\s*;\s*(\d+(?:[.,]\d+)?)")
_SHIFT_CELL = re.compile(rf"[A-Za-z0-9/*+]{{1,8}}\s*;\s*{_START_AND_LENGTH.pattern}")
_LENGTH = re.compile(r"\d{1,2}[.,]\d{1,2}")
_AT_MOST_ROWS = 400
_LONGEST_CODE, _MOST_COLUMNS, _MOST_EXPLAINING, _LEAST_DATES = 40, 12, 5, 2
_SHORTEST_HEADING = 4


@dataclass(frozen=True, slots=True)
class SheetLegend:
    """Entries by code, the rows of the sheet that they took up (or, beside a grid, the columns), and what could not be
    understood."""

    entries: Mapping[str, LegendEntry]
    rows: frozenset[int] = frozenset()
    questions: tuple[Question, ...] = ()
    columns: frozenset[int] = frozenset()


def find_legend(sheet: Sheet, *, whole_sheet: bool = False) -> SheetLegend | None:
    """The legend on a sheet, if it has one. With ``whole_sheet`` the sheet is one and may lack headings."""
    for row in range(sheet.height):
        columns = _columns(sheet, row)
        if columns is not None and _is_of_codes(sheet, row, columns["code"]):
            return _table(sheet, row, columns)
    for row in range(sheet.height):
        if _is_marker(sheet, row) and (found := _lines(sheet, row, _end(sheet, row))):
            return found
        if _is_row_of_shifts(sheet, row):
            return _lines(sheet, row, row + 1)
    if whole_sheet or folded(sheet.name) in _MARKERS:
        return _lines(sheet, 0, _end(sheet, 0))
    return _unmarked(sheet)


def lookup(legend: Mapping[str, LegendEntry], code: str) -> LegendEntry | None:
    """The entry for a code as a cell writes it: exactly, then but for case and blanks, then without its footnote."""
    for written in (code, without_footnote(code)):
        if written in legend:
            return legend[written]
        name = folded(written)
        alike = [entry for key, entry in legend.items() if name and folded(key) == name]
        if len(alike) == 1:
            return alike[0]
    return None


def _columns(sheet: Sheet, row: int) -> dict[str, int] | None:
    """Which column has which role, if this row is a legend's heading."""
    found: dict[str, int] = {}
    cells = _beside_dates(sheet, row)
    for column, cell in cells:
        role = _role(cell)
        if role and role not in found:
            found[role] = column
    if "shift" in found:
        found.setdefault("code" if "code" not in found else "name", found.pop("shift"))
    if "rota" in found:
        return None
    enough = "code" in found and len(found) >= 2 and bool(found.keys() & {"name", "start", "times", "hours", "kind"})
    return found if enough and len(cells) <= _MOST_COLUMNS else None


def _beside_dates(sheet: Sheet, row: int) -> list[tuple[int, Cell]]:
    """The row's cells; in a row of dates those to the right of them, where a legend may stand beside the grid; none in
    a row that is one of many with its own date."""
    cells = list(sheet.filled(row))
    dated = [column for column, cell in cells if _is_date(cell)]
    near = [each for each in (row - 1, row + 1) if 0 <= each < sheet.height]
    if dated and any(_is_date(sheet.at(each, column)) for column in dated for each in near):
        return []
    return [(column, cell) for column, cell in cells if column > max(dated)] if dated else cells


def _is_date(cell: Cell) -> bool:
    """Whether the cell is a date. A length such as 12.5 hours is none, though it could be one in May."""
    part = None if isinstance(cell, str) and _LENGTH.fullmatch(cell.strip()) else partial(cell)
    return part is not None and not part.is_number_only


def _end(sheet: Sheet, first: int) -> int:
    """The row after a legend's last: where a grid with its dates begins, or the sheet ends."""
    last = min(sheet.height, first + _AT_MOST_ROWS)
    for row in range(first + 1, last):
        dates = sum(_is_date(cell) for _, cell in sheet.filled(row))
        if dates >= _LEAST_DATES or _heads_dates(sheet, row):
            return row
    return last


def _heads_dates(sheet: Sheet, row: int) -> bool:
    """Whether a column of dates begins under this row."""
    below = range(row + 1, min(sheet.height, row + 1 + _LEAST_DATES))
    columns = [column for column, cell in sheet.filled(row) if not _is_date(cell)] or [0]
    return len(below) == _LEAST_DATES and any(
        all(_is_date(sheet.at(each, column)) for each in below) for column in range(max(columns) + 1)
    )


def _is_of_codes(sheet: Sheet, heading: int, column: int) -> bool:
    """A legend gives each code once; a list of duties repeats them."""
    rows = range(heading + 1, _end(sheet, heading))
    codes = [code for row in rows if (code := text_of(sheet.at(row, column)))]
    return len(set(codes)) * 10 >= len(codes) * 7 and max(map(len, codes), default=99) <= _LONGEST_CODE


def _role(cell: Cell) -> str | None:
    heading = folded(cell) if isinstance(cell, str) else ""
    if is_date_heading(heading) or (is_person_heading(heading) and _ROLE_OF_WORD.get(heading) != "name"):
        return "rota"
    if heading in _SHIFT:
        return "shift"
    return _PHRASES.get(heading) or _ROLE_OF_WORD.get(heading) or _role_of_first(heading)


def _role_of_first(heading: str) -> str | None:
    """The role by the first word of several; *van*, *de* and the like begin names as well."""
    first = next(iter(heading.split()), "")
    return _ROLE_OF_WORD.get(first) if len(first) >= _SHORTEST_HEADING else None


def _is_marker(sheet: Sheet, row: int) -> bool:
    texts = [text_of(cell) for _, cell in sheet.filled(row)]
    announced = bool(texts) and (folded(texts[0]) in _MARKERS or bool(_ANNOUNCED.match(texts[0])))
    return announced and all(_LINE.match(text) for text in texts[1:])


def _is_row_of_shifts(sheet: Sheet, row: int) -> bool:
    """Cells such as ``N;18:00;14``: a code, its start and its length."""
    cells = [text_of(cell) for _, cell in sheet.filled(row)]
    return bool(cells) and all(_SHIFT_CELL.fullmatch(cell) for cell in cells)


def _table(sheet: Sheet, heading: int, columns: Mapping[str, int]) -> SheetLegend:
    entries: dict[str, LegendEntry] = {}
    questions: list[Question] = []
    end = _end(sheet, heading)
    for row in range(heading + 1, end):
        code = text_of(sheet.at(row, columns["code"]))
        if not code:
            continue
        entry = _entry(code, {role: sheet.at(row, column) for role, column in columns.items()})
        doubt = _doubt(entry, entries.get(code), sheet.address(row, columns["code"]))
        entries.setdefault(code, entry)
        questions.extend(doubt)
    if any(_is_date(cell) for _, cell in sheet.filled(heading)):
        beside = frozenset(range(min(columns.values()), max(columns.values()) + 1))
        return SheetLegend(entries, frozenset(), tuple(questions), beside)
    return SheetLegend(entries, frozenset(range(heading, end)), tuple(questions))


def _doubt(entry: LegendEntry, earlier: LegendEntry | None, cell: str) -> tuple[Question, ...]:
    if earlier is None or earlier == entry:
        return ()
    text = say("The legend gives “%(code)s” twice with different meanings; the first is used.", code=entry.code)
    return (Question("cell", cell, text, (), entry.code),)


def _entry(code: str, cells: Mapping[str, Cell]) -> LegendEntry:
    label = text_of(cells.get("name", "")).replace("_", " ")
    start, end = _times(cells)
    works = _yes_or_no(cells.get("work", ""))
    kind_words = text_of(cells.get("kind", ""))
    kind = _stated_kind(kind_words) or kind_in_legend(f"{label} {kind_words}".strip(), works, start, end, code)
    return LegendEntry(code, kind, start, end, label)


def _stated_kind(words: str) -> DutyKind | None:
    name = folded(words).replace(" ", "_")
    return DutyKind(name) if name in set(DutyKind) else None


def _times(cells: Mapping[str, Cell]) -> tuple[time | None, time | None]:
    span = span_of(text_of(cells.get("times", ""))) or span_of(text_of(cells.get("start", "")))
    if span:
        return span
    start, end = minutes_of(cells.get("start", "")), minutes_of(cells.get("end", ""))
    hours = hours_of(cells.get("hours", ""))
    if start is not None and end is None and hours is not None and 0 < hours <= 24:
        end = start + round(hours * 60)
    return (clock(start), clock(end)) if start is not None and end is not None else (None, None)


def _yes_or_no(cell: Cell) -> bool | None:
    answer = text_of(cell).casefold()
    return True if answer in _YES else False if answer in _NO else None


def _lines(sheet: Sheet, first: int, end: int) -> SheetLegend | None:
    """Entries of a legend without headings: code and meaning in two cells, or in one with a sign between."""
    entries: dict[str, LegendEntry] = {}
    rows: set[int] = set()
    for row in range(first, end):
        texts = [text_of(cell) for _, cell in sheet.filled(row)]
        if texts and folded(texts[0]) in _MARKERS:
            rows.add(row)
            texts = texts[1:]
        found = list(_entries_of_line(texts))
        if found or not texts:
            rows.add(row)
        entries.update((entry.code, entry) for entry in found if entry.code not in entries)
    return SheetLegend(entries, frozenset(rows)) if entries else None


def _unmarked(sheet: Sheet) -> SheetLegend | None:
    """Lines after the last of the grid that nothing announces but that explain codes of the grid."""
    entries: dict[str, LegendEntry] = {}
    rows: set[int] = set()
    dated = _NextDated(sheet)
    explained = {row: found for row in range(sheet.height) if (found := _explanations(sheet, row, dated))}
    if not explained or _repeat_codes({entry for found in explained.values() for entry in found}):
        return None
    used = {text_of(cell) for row in range(sheet.height) for _, cell in list(sheet.filled(row))[1:]}
    for row, found in reversed(explained.items()):
        if any(entry.code in used for entry in found):
            rows.add(row)
            entries = {entry.code: entry for entry in found} | entries
    return SheetLegend(entries, frozenset(rows)) if entries else None


def _repeat_codes(entries: Collection[LegendEntry]) -> bool:
    """Whether many codes have several meanings, as in a list of duties some of whose dates are missing."""
    return len({entry.code for entry in entries}) * 10 < len(entries) * 7


def _explanations(sheet: Sheet, row: int, dated: _NextDated) -> list[LegendEntry]:
    """The entries of a line that is nothing but explanations: every one has hours or says what kind of duty it is."""
    texts = [text_of(cell) for _, cell in sheet.filled(row)]
    if not texts or len(texts) > _MOST_EXPLAINING or any(_is_date(cell) for _, cell in sheet.filled(row)):
        return []
    if all(text.isdecimal() for text in texts) or has_form_of_name(texts[0]):  # day numbers, or people
        return []
    if all(text.isdecimal() and len(text) < 3 for text in texts[1:]) and len(texts) > 1:  # how often each is there
        return []
    if any(stretch_in(text) is not None for text in texts[1:]) or _is_of_a_list(
        sheet, row, dated
    ):  # leave beside a rotation
        return []
    found = list(_entries_of_line(texts))
    is_worded = len(texts) <= 2 or all(entry.start is not None for entry in found)
    return found if is_worded and all(entry.kind is not DutyKind.UNKNOWN for entry in found) else []


def _is_of_a_list(sheet: Sheet, row: int, dated: _NextDated) -> bool:
    """Whether a row is one of a list and has only lost its date: the next row above or below that has a date fills the
    same columns, and the date stands before them."""
    own = {column for column, _ in sheet.filled(row)}
    for step in (-1, 1):
        filled = dated.beside(row, step)
        dates = {column for column, cell in filled.items() if _is_date(cell)}
        if 2 * len(own & filled.keys()) > len(own) and dates and max(dates) < min(own):
            return True
    return False


class _NextDated:
    """The next row that has a date, from each row, up to where nothing stands: looked for once on a whole sheet, since
    in a long file without dates every row would look through all of it."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def beside(self, row: int, step: int) -> Mapping[int, Cell]:
        """The row's cells, below (``step`` 1) or above (-1); none if there is no such row."""
        near = self._rows[step][row]
        return {} if near is None else dict(self._sheet.filled(near))

    @cached_property
    def _rows(self) -> Mapping[int, Mapping[int, int | None]]:
        height = self._sheet.height
        kinds = [self._kind(row) for row in range(height)]
        return {-1: _nearest(kinds, range(height)), 1: _nearest(kinds, range(height - 1, -1, -1))}

    def _kind(self, row: int) -> bool | None:
        """Whether a row has a date; None where nothing stands."""
        cells = [cell for _, cell in self._sheet.filled(row)]
        return any(map(_is_date, cells)) if cells else None


def _nearest(kinds: Sequence[bool | None], rows: Iterable[int]) -> dict[int, int | None]:
    """For each of the rows the last one before it that is dated, with no empty one between."""
    found: dict[int, int | None] = {}
    last = None
    for row in rows:
        found[row] = last
        if kinds[row] is not False:
            last = row if kinds[row] else None
    return found


def _entries_of_line(texts: list[str]) -> Iterator[LegendEntry]:
    if len(texts) == 3 and len(texts[0]) <= 8 and minutes_of(texts[1]) is not None and hours_of(texts[2]):
        yield _entry(texts[0], {"start": texts[1], "hours": texts[2]})
        return
    if len(texts) >= 4 and len(texts[0]) <= 8 and all(minutes_of(text) is not None for text in texts[-2:]):
        yield _entry(texts[0], {"name": " ".join(texts[1:-2]), "start": texts[-2], "end": texts[-1]})
        return
    if len(texts) >= 2 and len(texts[0]) <= 8 and not _LINE.fullmatch(texts[0]):
        yield entry_of_words(texts[0], " ".join(texts[1:]))
        return
    for text in texts:
        for piece in _PIECES.split(_ANNOUNCED.sub("", text)):
            if turned := _meaning_first(piece.strip()):
                yield turned
            elif found := _LINE.fullmatch(piece.strip()):
                yield entry_of_words(found[1], found[2])


def _meaning_first(piece: str) -> LegendEntry | None:
    """An entry written the other way round, if its words say what the letters do not."""
    found = _MEANING_FIRST.fullmatch(piece)
    if found is None or certain_kind(found[1]) is None or certain_kind(found[2]) not in (None, certain_kind(found[1])):
        return None
    return entry_of_words(found[2], found[1])


def entry_of_words(code: str, words: str) -> LegendEntry:
    """What a code means by words such as ``Night 21:00-09:00``."""
    shift = _START_AND_LENGTH.fullmatch(words)
    if shift:
        return _entry(code, {"start": shift[1], "hours": shift[2]})
    span, label = span_inside(words)
    start, end = span or (None, None)
    return LegendEntry(code, kind_in_legend(label, work_by_words(label), start, end, code), start, end, label)
