"""The one way in: bytes of a file → what the rota says, with a question for everything doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath
from types import MappingProxyType

from scheduler.rotas.model import LegendEntry, Question, ReadDuty, ReadRota, UnreadableFile
from scheduler.rotas.reading.by_date import Context, read_by_date
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.found import Found
from scheduler.rotas.reading.legend import FoundLegend, find_legend
from scheduler.rotas.reading.long_form import read_long_form
from scheduler.rotas.reading.meaning import Meanings
from scheduler.rotas.reading.workbook import Sheet, open_sheets

_READERS = (read_long_form, read_by_date)
_LOOKED_FOR = (
    "A rota has dates along a row or a column, or a list with columns for person, date and code (or start and end)."
)


def read_rota(
    content: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    legend: tuple[bytes, str] | None = None,
    year: int | None = None,
    today: date | None = None,
    known: Mapping[str, LegendEntry] | None = None,
) -> ReadRota:
    """What the file says.

    ``sheet`` chooses one sheet of a workbook, else all that hold a rota of one layout are read. ``legend`` is a file
    of its own (bytes, name). ``year`` is the year of the first date; without one anywhere, the weekdays or the year
    nearest to ``today`` are taken and asked about. ``known`` are meanings of codes answered earlier; they outrank
    the legend.

    Raises :class:`UnreadableFile` when nothing can be read; every lesser trouble is a question in the result.
    """
    sheets = open_sheets(content, filename)
    legends = {each.name: find_legend(each) for each in sheets}
    separate = _legend_file(*legend) if legend else None
    meanings = _merged([separate, *legends.values()], known or {})
    hints = Hints(year=year, today=today)
    found = _found(_chosen(sheets, sheet, filename), legends, meanings, hints, filename)
    return _complete(
        found, meanings, tuple(q for each in (separate, *legends.values()) if each for q in each.questions)
    )


def _complete(found: Found, legend: Mapping[str, LegendEntry], asked: Sequence[Question]) -> ReadRota:
    meanings = Meanings(legend, posts=found.layout == "C")
    duties: tuple[ReadDuty, ...] = tuple(meanings.duties(found.filled))
    days = found.days or tuple(sorted({duty.date for duty in duties}))
    questions = (*found.questions, *asked, *meanings.questions())
    first, last = (days[0], days[-1]) if days else (None, None)
    return ReadRota(found.layout, found.people, duties, questions, MappingProxyType(dict(legend)), first, last)


def _legend_file(content: bytes, filename: str) -> FoundLegend:
    for sheet in open_sheets(content, filename):
        found = find_legend(sheet, whole_sheet=True)
        if found is not None and found.entries:
            return found
    advice = "A legend has a column of codes and beside it their names, starts and ends or lengths."
    raise UnreadableFile("No legend was found in the file.", where=filename, what_to_do=advice)


def _merged(legends: Sequence[FoundLegend | None], known: Mapping[str, LegendEntry]) -> dict[str, LegendEntry]:
    """One legend: answers first, then the file given as legend, then what the workbook itself says."""
    merged = dict(known)
    for found in legends:
        for code, entry in found.entries.items() if found else ():
            merged.setdefault(code, entry)
    return merged


def _chosen(sheets: Sequence[Sheet], wanted: str | None, filename: str) -> Sequence[Sheet]:
    if wanted is None:
        return sheets
    chosen = [each for each in sheets if each.name.casefold().strip() == wanted.casefold().strip()]
    if not chosen:
        names = ", ".join(f"“{each.name}”" for each in sheets)
        raise UnreadableFile(f"There is no sheet “{wanted}”.", where=filename, what_to_do=f"The sheets are {names}.")
    return chosen


def _found(
    sheets: Sequence[Sheet],
    legends: Mapping[str, FoundLegend | None],
    meanings: Mapping[str, LegendEntry],
    hints: Hints,
    filename: str,
) -> Found:
    """What the sheets hold, those of one layout together."""
    title = PurePath(filename).stem
    read: list[tuple[Sheet, Found]] = []
    empty: list[Found] = []
    for each in sheets:
        own = legends[each.name]
        context = Context(
            meanings, hints, f"{each.name} {title}" if each.in_workbook else title, own.rows if own else frozenset()
        )
        found = _read_sheet(each, context)
        if found is not None and found.filled:
            read.append((each, found))
        elif found is not None:
            empty.append(found)
    if not read:
        raise _nothing_found(empty, filename)
    main = max((found for _, found in read), key=lambda found: len(found.filled))
    alike = [(each, found) for each, found in read if found.layout == main.layout]
    return alike[0][1] if len(alike) == 1 else _joined(alike, main)


def _nothing_found(empty: Sequence[Found], filename: str) -> UnreadableFile:
    for question in (question for found in empty for question in found.questions):
        if question.subject == "year":
            where = f"{filename}, {question.cell}"
            return UnreadableFile(
                "The dates have no year.", where=where, what_to_do="Say which year the first date is in."
            )
    return UnreadableFile("No rota was found in the file.", where=filename, what_to_do=_LOOKED_FOR)


def _read_sheet(sheet: Sheet, context: Context) -> Found | None:
    for reader in _READERS:
        found = reader(sheet, context)
        if found is not None:
            return found
    return None


def _joined(read: Sequence[tuple[Sheet, Found]], main: Found) -> Found:
    """Sheets of one layout as one rota; where two speak for the same person's day the fuller sheet is kept."""
    ordered = sorted(read, key=lambda item: item[1] is not main)
    filled = list(main.filled)
    questions = list(main.questions)
    days, people = set(main.days), dict.fromkeys(main.people)
    for sheet, found in ordered[1:]:
        taken = {(each.person, each.day) for each in filled}
        fresh = [each for each in found.filled if (each.person, each.day) not in taken]
        if len(fresh) < len(found.filled):
            questions.append(_doubled(sheet, read))
        filled.extend(fresh)
        questions.extend(found.questions)
        days.update(found.days)
        people.update(dict.fromkeys(found.people))
    return Found(main.layout, tuple(people), tuple(filled), tuple(sorted(days)), tuple(questions))


def _doubled(sheet: Sheet, read: Sequence[tuple[Sheet, Found]]) -> Question:
    names = tuple(each.name for each, _ in read)
    text = (
        f"Sheet “{sheet.name}” speaks for days that another sheet speaks for too; that one was taken. Which is right?"
    )
    return Question("layout", sheet.name, text, names, sheet.name)
