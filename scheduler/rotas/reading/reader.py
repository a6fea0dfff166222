"""The one way in: bytes of a file → what the rota says, with a question for everything doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from scheduler.languages import say
from scheduler.rotas.model import LegendEntry, Pattern, Question, ReadRota, UnreadableFile
from scheduler.rotas.reading.code_meanings import Meanings
from scheduler.rotas.reading.context import NOT_ROLLING, Rolling
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.layout import Reading
from scheduler.rotas.reading.layouts import find_file_reader
from scheduler.rotas.reading.legend import SheetLegend, find_legend
from scheduler.rotas.reading.sheet_search import SheetSearch, chosen_sheets
from scheduler.rotas.reading.workbook import open_sheets


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
) -> ReadRota:
    """What the file says.

    ``sheet`` chooses one sheet of a workbook, else all that hold a rota of one layout are read. ``legend`` is a file
    of its own (bytes, name). ``year`` is the year of the first date; without one anywhere, the weekdays or the year
    nearest to ``today`` are taken and asked about. ``known`` are meanings of codes answered earlier; they outrank
    the legend. ``rolling`` says when a rota of lines begins. ``zone`` is the site's, for calendar files.

    Raises :class:`UnreadableFile` when nothing can be read; every lesser trouble is a question in the result.
    """
    separate = _legend_file(*legend) if legend else None
    file_reader = find_file_reader(content)
    if file_reader is not None:
        reading = file_reader.read(content, filename, zone)
        return _complete(_with_entries(reading, filename), [separate], known or {})
    sheets = open_sheets(content, filename)
    own = {each.name: find_legend(each) for each in sheets}
    legends = [separate, *own.values()]
    search = SheetSearch(sheets, _merged(legends, known or {}), Hints(year=year, today=today), rolling, filename)
    return _complete(search.reading(chosen_sheets(sheets, sheet, filename), own), legends, known or {})


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
