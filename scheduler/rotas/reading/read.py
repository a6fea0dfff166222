"""The one way in: bytes of a file → what the rota says, with a question for everything doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from scheduler.languages import say
from scheduler.rotas.model import LegendEntry, Pattern, Question, ReadRota, UnreadableFile
from scheduler.rotas.reading.amion import is_amion, read_amion
from scheduler.rotas.reading.by_week import Rolling
from scheduler.rotas.reading.calendar_file import read_calendar_file
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.events import is_calendar
from scheduler.rotas.reading.finding import Search, chosen
from scheduler.rotas.reading.found import Found
from scheduler.rotas.reading.legend import FoundLegend, find_legend
from scheduler.rotas.reading.meaning import Meanings
from scheduler.rotas.reading.workbook import open_sheets

NOT_ROLLING = Rolling()


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
    if is_calendar(content) or is_amion(content):
        found = read_calendar_file(content, filename, zone) if is_calendar(content) else read_amion(content, filename)
        if not found.filled:
            advice = say("Export a longer time.")
            raise UnreadableFile(say("The file holds no duties."), where=filename, what_to_do=advice)
        return _complete(found, [separate], known or {})
    sheets = open_sheets(content, filename)
    own = {each.name: find_legend(each) for each in sheets}
    legends = [separate, *own.values()]
    search = Search(sheets, _merged(legends, known or {}), Hints(year=year, today=today), rolling, filename)
    return _complete(search.found(chosen(sheets, sheet, filename), own), legends, known or {})


def _complete(found: Found, legends: Sequence[FoundLegend | None], known: Mapping[str, LegendEntry]) -> ReadRota:
    """The entries with their meaning, and every question in one list."""
    legend = _merged(legends, known)
    meanings = Meanings(legend, posts=found.layout == "C")
    duties = tuple(meanings.duties(found.pattern or found.filled))
    pattern = Pattern(found.lines, found.weekday, duties) if found.pattern else None
    asked: tuple[Question, ...] = tuple(question for each in legends if each for question in each.questions)
    first, last = (found.days[0], found.days[-1]) if found.days else (None, None)
    questions = (*found.questions, *asked, *meanings.questions())
    duties = () if pattern else duties
    return ReadRota(found.layout, found.people, duties, questions, MappingProxyType(legend), first, last, pattern)


def _legend_file(content: bytes, filename: str) -> FoundLegend:
    for sheet in open_sheets(content, filename):
        found = find_legend(sheet, whole_sheet=True)
        if found is not None and found.entries:
            return found
    advice = say("A legend has a column of codes and beside it their names, starts and ends or lengths.")
    raise UnreadableFile(say("No legend was found in the file."), where=filename, what_to_do=advice)


def _merged(legends: Sequence[FoundLegend | None], known: Mapping[str, LegendEntry]) -> dict[str, LegendEntry]:
    """One legend: answers first, then the file given as legend, then what the workbook itself says."""
    merged = dict(known)
    for found in legends:
        for code, entry in found.entries.items() if found else ():
            merged.setdefault(code, entry)
    return merged
