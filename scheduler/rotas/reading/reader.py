"""The one way in: bytes of a file → what the rota says, with a question for everything doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from scheduler.languages import say
from scheduler.rotas.model import LegendEntry, Pattern, Question, ReadRota, UnreadableFile
from scheduler.rotas.pointed_sheets import NOTHING_POINTED, Pointing
from scheduler.rotas.reading.code_meanings import Meanings
from scheduler.rotas.reading.context import NOT_ROLLING, Rolling
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.kept_sheets import Wanted, packed, unpacked
from scheduler.rotas.reading.layout import Reading
from scheduler.rotas.reading.layouts import find_file_reader
from scheduler.rotas.reading.legend import SheetLegend, find_legend
from scheduler.rotas.reading.pictures import date_cells, pictures
from scheduler.rotas.reading.pointed import Applied, applied, without_ignored
from scheduler.rotas.reading.sheet_search import SheetSearch, chosen_sheets
from scheduler.rotas.reading.workbook import Sheet, open_sheets


def read_rota(
    content: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    legend: tuple[bytes, str] | None = None,
    year: int | None = None,
    today: date | None = None,
    known: Mapping[str, LegendEntry] | None = None,
    rolling: Rolling = NOT_ROLLING,
    zone: str | None = None,
    pointing: Pointing = NOTHING_POINTED,
    keeping: bool = False,
) -> ReadRota:
    """What the file says.

    ``sheet`` chooses one sheet of a workbook, else all that hold a rota of one layout are read. ``legend`` is a file
    of its own (bytes, name). ``year`` is the year of the first date; without one anywhere, the weekdays or the year
    nearest to ``today`` are taken and asked about. ``known`` are meanings of codes answered earlier; they outrank
    the legend. ``rolling`` says when a rota of lines begins. ``zone`` is the site's, for calendar files.
    ``pointing`` is what somebody has said of earlier files; where their form is another, this one is read afresh.
    ``keeping`` packs the sheets, so that :func:`read_again` can.

    Raises :class:`UnreadableFile` when nothing can be read; every lesser trouble is a question in the result.
    """
    separate = _legend_file(*legend) if legend else None
    file_reader = find_file_reader(content)
    if file_reader is not None:
        reading = file_reader.read(content, filename, zone)
        return _complete(_with_entries(reading, filename), [separate], known or {})
    sheets, wanted = open_sheets(content, filename), Wanted(filename, sheet, separate, year, rolling)
    said = applied(pointing, sheets)
    try:
        rota, reading = _read(sheets, wanted, today, known or {}, said)
    except UnreadableFile:
        if not said.by_sheet:
            raise
        rota, reading = _read(sheets, wanted, today, known or {}, Applied({}, tuple(said.by_sheet)))
    return replace(rota, source=packed(sheets, wanted, date_cells(reading))) if keeping else rota


def read_again(kept: bytes, today: date | None, known: Mapping[str, LegendEntry], pointing: Pointing) -> ReadRota:
    """What the sheets say that :func:`read_rota` has packed, read as somebody has pointed.

    Raises :class:`UnreadableFile` when nothing can be read so.
    """
    sheets, wanted = unpacked(kept)
    return _read(sheets, wanted, today, known, applied(pointing, sheets))[0]


def _read(
    sheets: tuple[Sheet, ...], wanted: Wanted, today: date | None, known: Mapping[str, LegendEntry], said: Applied
) -> tuple[ReadRota, Reading]:
    kept = without_ignored(sheets, said.by_sheet)
    own = {each.name: find_legend(each) for each in kept}
    legends = [wanted.legend, *own.values()]
    hints = Hints(year=wanted.year, today=today)
    search = SheetSearch(kept, _merged(legends, known), hints, wanted.rolling, wanted.filename, said.by_sheet)
    reading = search.reading(chosen_sheets(kept, wanted.sheet, wanted.filename), own)
    reading = replace(reading, questions=(*said.questions(), *reading.questions))
    shown = pictures(sheets, reading, own, said.by_sheet)
    pointing = Pointing(tuple(said.by_sheet.values()))
    return replace(_complete(reading, legends, known), pictures=shown, pointing=pointing), reading


def _with_entries(reading: Reading, filename: str) -> Reading:
    if reading.entries:
        return reading
    raise UnreadableFile(
        say("There are no duties in the file."), where=filename, what_to_do=say("Export a longer period.")
    )


def _complete(reading: Reading, legends: Sequence[SheetLegend | None], known: Mapping[str, LegendEntry]) -> ReadRota:
    """The entries with their meaning, and every question in one list."""
    legend = _merged(legends, known)
    meanings = Meanings(legend, posts=reading.codes_are_posts)
    duties = tuple(meanings.duties(reading.pattern or reading.entries))
    pattern = Pattern(reading.lines, reading.weekday, duties) if reading.pattern else None
    asked: tuple[Question, ...] = tuple(question for each in legends if each for question in each.questions)
    first, last = (reading.days[0], reading.days[-1]) if reading.days else (None, None)
    others = (*reading.questions, *asked)
    questions = (*others, *meanings.questions(len(others)))
    duties = () if pattern else duties
    key, codes = reading.layout.key, MappingProxyType(legend)
    return ReadRota(key, reading.people, duties, questions, codes, first, last, pattern, reading.slots)


def _legend_file(content: bytes, filename: str) -> SheetLegend:
    for sheet in open_sheets(content, filename):
        found = find_legend(sheet, whole_sheet=True)
        if found is not None and found.entries:
            return found
    advice = say(
        "A legend has a column of codes and, beside it, their names, their start and end times, or their lengths."
    )
    raise UnreadableFile(say("We couldn’t find a legend in the file."), where=filename, what_to_do=advice)


def _merged(legends: Sequence[SheetLegend | None], known: Mapping[str, LegendEntry]) -> dict[str, LegendEntry]:
    """One legend: answers first, then the file given as legend, then what the workbook itself says."""
    merged = dict(known)
    for found in legends:
        for code, entry in found.entries.items() if found else ():
            merged.setdefault(code, entry)
    return merged
