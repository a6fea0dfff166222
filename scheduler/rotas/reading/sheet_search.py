"""The search for the rota among a file's sheets; sheets of one layout are put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath
from types import MappingProxyType

from scheduler.languages import mark, say
from scheduler.rotas.model import AGAINST_WEEKDAYS, BLOCKS, MONTH, YEAR, LegendEntry, Question, UnreadableFile
from scheduler.rotas.pointed_sheets import NOT_POINTED, PointedSheet
from scheduler.rotas.reading.cells import folded, is_number, text_of
from scheduler.rotas.reading.context import Context, Rolling
from scheduler.rotas.reading.dated_lines import split_dated_lines
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.layout import Candidate, Entry, Reading
from scheduler.rotas.reading.layouts import SHEET_READERS
from scheduler.rotas.reading.legend import SheetLegend
from scheduler.rotas.reading.owner import written_owner
from scheduler.rotas.reading.questions import is_about_empty_line, without_date
from scheduler.rotas.reading.rivals import candidates, doubts, weight_of
from scheduler.rotas.reading.running_text import is_running_text
from scheduler.rotas.reading.week_heads import with_dated_weekdays
from scheduler.rotas.reading.week_rows import Banded, with_a_band_a_week
from scheduler.rotas.reading.workbook import Sheet

_UNNAMED = re.compile(r"(sheet|tabelle|feuil|hoja|foglio|arkusz|blad|rota|dienstplan)?\s*\d*")
"""Names of sheets that name nobody."""

_ASKED_ONCE = frozenset((MONTH, BLOCKS))
"""Subjects of questions that one answer settles for every sheet."""
_UNDATED = {
    YEAR: mark("Enter the year, and put the month above the day numbers or in the sheet’s name."),
    MONTH: mark("Enter the year, and put the month above the day numbers or in the sheet’s name."),
    AGAINST_WEEKDAYS: mark(
        "Correct the dates or the weekdays. Perhaps the year is wrong, or day and month changed places."
    ),
}
"""Subjects of questions about dates that say, without an answer at hand, that dates could not be made at all, with what
to do."""
_NEARLY_ALL = 0.8
"""Share of the most entries, and of the best explained, from which another sheet says as much and as well."""
_LEAST_UNREAD = 12
"""Cells of an unread sheet with people and codes of the rota, from which it is asked about."""
_MOST_FRESH = 0.1
"""Share of a sheet's entries that may say something new while it counts as saying the same again."""

_LOOKED_FOR = mark(
    "A rota has dates along a row or down a column, weekdays above numbered lines, or a list with columns for "
    "person, date and code (or start and end)."
)

_IN_LINES = mark(
    "It looks like a message that names days and people in its lines. Put it into a table with a row for each day and "
    "a column for each post, and paste that."
)


@dataclass(frozen=True, slots=True)
class SheetSearch:
    """What is looked for and what is known beforehand; ``sheets`` are all of the file's."""

    sheets: Sequence[Sheet]
    legend: Mapping[str, LegendEntry]
    hints: Hints
    rolling: Rolling
    filename: str
    pointed: Mapping[str, PointedSheet] = field(default_factory=lambda: MappingProxyType({}))

    def reading(self, sheets: Sequence[Sheet], legends: Mapping[str, SheetLegend | None]) -> Reading:
        """What the sheets hold, those of one layout together. Raises :class:`UnreadableFile` if it is nothing."""
        found = list(self._in_order(sheets, legends))
        useful = [each for each in found if each.is_useful]
        if not useful:
            raise self._nothing([each.reading for each in found])
        main = _main(useful)
        alike = [each for each in useful if each.reading.layout == main.reading.layout]
        joined = main.reading if len(alike) == 1 else _joined(alike, main)
        others = [each for each in useful if each not in alike]
        read = {each.sheet.name for each in useful}
        unread = [sheet for sheet in sheets if sheet.name not in read and legends[sheet.name] is None]
        asked = (*_left_out(others, joined), *_unread(unread, joined))
        return replace(joined, questions=(*asked, *joined.questions))

    def _in_order(self, sheets: Sequence[Sheet], legends: Mapping[str, SheetLegend | None]) -> Iterator[Candidate]:
        """The best reading of each sheet; a sheet whose dates have no year goes on from the one before."""
        before: tuple[date, date] | None = None
        for sheet in sheets:
            best = self._best(sheet, legends[sheet.name], before)
            if best is not None:
                days = best.reading.days
                before = (days[0], days[-1]) if days else before
                yield best

    def _best(self, sheet: Sheet, own: SheetLegend | None, before: tuple[date, date] | None) -> Candidate | None:
        """The sheet by the reading that explains it best, with what is doubtful about that."""
        context = self._context(sheet, own, before)
        banded, context = _prepared(sheet, context)
        found = list(candidates(SHEET_READERS, banded.sheet, context))
        if not found:
            return None
        best, *others = sorted(found, key=lambda each: (-each.is_useful, -weight_of(each).total))
        rivals = () if context.pointed.tells_form else others
        asked = (*doubts(best, rivals), *map(without_date, banded.undated), *best.reading.questions)
        return replace(best, reading=replace(best.reading, questions=asked))

    def _context(self, sheet: Sheet, own: SheetLegend | None, before: tuple[date, date] | None) -> Context:
        stem = PurePath(self.filename).stem
        return Context(
            legend=self.legend,
            hints=replace(self.hints, year=None, sheet_before=before) if before else self.hints,
            title=f"{sheet.name} {'' if before else stem}" if sheet.in_workbook else stem,
            owner=written_owner(sheet)
            or (sheet.name if len(self.sheets) > 1 and not _UNNAMED.fullmatch(folded(sheet.name)) else stem),
            skip=own.rows if own else frozenset(),
            beside=own.columns if own else frozenset(),
            others=tuple(each for each in self.sheets if each is not sheet),
            rolling=self.rolling,
            file=stem,
            pointed=self.pointed.get(sheet.name, NOT_POINTED),
        )

    def _nothing(self, empty: Sequence[Reading]) -> UnreadableFile:
        for question in (question for found in empty for question in found.questions):
            if question.about == "date" and question.subject in _UNDATED and not question.answers:
                where = f"{self.filename}, {question.cell}"
                advice = say(_UNDATED[question.subject])
                return UnreadableFile(question.text, where=where, what_to_do=advice)
        nothing, is_text = say("We couldn’t find a rota in the file."), any(map(is_running_text, self.sheets))
        return UnreadableFile(nothing, where=self.filename, what_to_do=say(_IN_LINES if is_text else _LOOKED_FOR))


def _prepared(sheet: Sheet, context: Context) -> tuple[Banded, Context]:
    """The sheet as readers get it, with dates where weeks stand for them, and the context that goes with its rows."""
    dated = with_dated_weekdays(split_dated_lines(_without_rows(sheet, context.skip)))
    if context.pointed != NOT_POINTED:
        return Banded(dated), context
    banded = with_a_band_a_week(dated, context.hints)
    return banded, context if banded.sheet is dated else replace(context, skip=frozenset())


def _without_rows(sheet: Sheet, rows: frozenset[int]) -> Sheet:
    """The sheet with these rows empty; every other cell keeps its address."""
    if not rows:
        return sheet
    return replace(sheet, rows=tuple(() if row in rows else cells for row, cells in enumerate(sheet.rows)))


def chosen_sheets(sheets: Sequence[Sheet], wanted: str | None, filename: str) -> Sequence[Sheet]:
    """The sheet of that name, or all."""
    if wanted is None:
        return sheets
    named = [each for each in sheets if each.name.casefold().strip() == wanted.casefold().strip()]
    if not named:
        names = ", ".join(f"“{each.name}”" for each in sheets)
        advice = say("The sheets are %(names)s.", names=names)
        raise UnreadableFile(
            say("There is no sheet called “%(name)s”.", name=wanted), where=filename, what_to_do=advice
        )
    return named


def _main(useful: Sequence[Candidate]) -> Candidate:
    """The sheet that says most: of those that say about as much and are explained about as well, the one that says it
    in full, and of two such the first."""
    counts = [each.evidence.entries for each in useful]
    counts = counts if any(counts) else [len(each.reading.pattern) for each in useful]
    rich = [each for each, count in zip(useful, counts, strict=True) if count >= _NEARLY_ALL * max(counts)]
    worth = [weight_of(each).quality for each in rich]
    good = [each for each, quality in zip(rich, worth, strict=True) if quality >= _NEARLY_ALL * max(worth)]
    return max(good, key=_fullness)


def _fullness(candidate: Candidate) -> int:
    """In how many letters a sheet calls what people do."""
    entries = candidate.reading.entries or candidate.reading.pattern
    return sum(len(text) for text in {entry.text for entry in entries})


def _joined(alike: Sequence[Candidate], main: Candidate) -> Reading:
    """Sheets of one layout as one rota; where two speak for the same person's day the fuller sheet is kept."""
    found = main.reading
    questions = list(found.questions)
    for each in (each for each in alike if each is not main):
        fresh, differs = _fresh(each.reading, found)
        if differs:
            questions.append(_doubled(each.sheet, alike))
        elif not fresh.people and not fresh.entries and not fresh.pattern:
            continue
        questions.extend(question for question in each.reading.questions if question.subject not in _ASKED_ONCE)
        found = _added(found, fresh)
    asked = tuple(each for each in questions if not (is_about_empty_line(each) and each.subject in found.people))
    return replace(found, questions=tuple(_each_once(asked)))


def _each_once(questions: Iterable[Question]) -> Iterator[Question]:
    """The questions, that about one name only as the first sheet asks it."""
    seen = set[object]()
    for each in questions:
        key = (each.about, each.subject, each.answers) if each.about == "person" and each.subject else each
        if key not in seen:
            seen.add(key)
            yield each


def _fresh(other: Reading, kept: Reading) -> tuple[Reading, bool]:
    """What another sheet adds, and whether it speaks otherwise of days that are taken."""
    said = _by_day(kept)
    taken = {place: texts for place, texts in _by_day(other).items() if place in said}
    differs = any(not texts <= said[place] for place, texts in taken.items())
    entries, pattern = (
        tuple(entry for entry in each if _place(entry) not in said) for each in (other.entries, other.pattern)
    )
    people = tuple(name for name in other.people if name not in kept.people)
    return replace(other, entries=entries, pattern=pattern, people=people), differs


def _added(found: Reading, fresh: Reading) -> Reading:
    return replace(
        found,
        people=found.people + fresh.people,
        entries=found.entries + fresh.entries,
        pattern=found.pattern + fresh.pattern,
        days=tuple(sorted({*found.days, *fresh.days})),
        uses={**found.uses, **fresh.uses},
        slots={**found.slots, **fresh.slots},
    )


def _place(entry: Entry) -> tuple[str, date]:
    return folded(entry.person), entry.day


def _by_day(reading: Reading) -> dict[tuple[str, date], set[str]]:
    """What is said of each person's days."""
    found: dict[tuple[str, date], set[str]] = {}
    for entry in (*reading.entries, *reading.pattern):
        found.setdefault(_place(entry), set()).add(folded(entry.text))
    return found


def _left_out(others: Sequence[Candidate], kept: Reading) -> Iterator[Question]:
    """Sheets of another shape that say anything of people's days that the rota does not say. Where its days are known,
    a sheet without any known day says nothing of them."""
    said = _by_day(kept).keys()
    for each in (each for each in others if each.reading.entries or not kept.entries):
        fresh = [place for place in _by_day(each.reading) if place not in said]
        if len(fresh) > _MOST_FRESH * each.evidence.entries:
            text = say(
                "The sheet “%(name)s” looks like a rota of another kind and was left out. Is anything missing?",
                name=each.sheet.name,
            )
            yield Question("layout", each.sheet.name, text, (), each.sheet.name)


def _unread(sheets: Iterable[Sheet], kept: Reading) -> Iterator[Question]:
    """Sheets of which nothing was made though the people and codes of the rota stand on them again and again, as on a
    month that has lost its dates. Where figures are as many it is counted how often each is there."""
    entries = kept.entries or kept.pattern
    words = {folded(each) for entry in entries for each in (entry.person, entry.text)} - {""}
    for sheet in sheets:
        cells = [cell for row in range(sheet.height) for _, cell in sheet.filled(row)]
        known = [text for cell in cells if not is_number(cell) and (text := folded(text_of(cell))) in words]
        if len(known) < max(_LEAST_UNREAD, 2 * len(set(known)), sum(map(is_number, cells))):
            continue
        first, last = _corners(sheet)
        text = say(
            "The sheet “%(name)s” was left out, from %(first)s to %(last)s: it has %(num)s cells like those of the "
            "rota, but no dates that we could read.",
            name=sheet.name,
            first=first,
            last=last,
            num=len(known),
        )
        yield Question("cell", first, text, (), sheet.name)


def _corners(sheet: Sheet) -> tuple[str, str]:
    """The first and last cell of the rectangle that the filled cells span."""
    places = [(row, column) for row in range(sheet.height) for column, _ in sheet.filled(row)]
    rows, columns = ([place[n] for place in places] for n in (0, 1))
    return sheet.address(min(rows), min(columns)), sheet.address(max(rows), max(columns))


def _doubled(sheet: Sheet, alike: Sequence[Candidate]) -> Question:
    names = tuple(each.sheet.name for each in alike)
    text = say(
        "Sheet “%(name)s” covers days that another sheet covers too; we used the other one. Which is right?",
        name=sheet.name,
    )
    return Question("layout", sheet.name, text, names, sheet.name)
