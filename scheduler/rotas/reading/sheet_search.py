"""The search for the rota among a file's sheets; sheets of one layout are put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from scheduler.languages import mark, say
from scheduler.rotas.model import LegendEntry, Question, UnreadableFile
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.context import Context, Rolling
from scheduler.rotas.reading.dated_lines import split_dated_lines
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.layout import Candidate, Reading
from scheduler.rotas.reading.layouts import candidates
from scheduler.rotas.reading.legend import SheetLegend
from scheduler.rotas.reading.owner import written_owner
from scheduler.rotas.reading.questions import is_about_empty_line
from scheduler.rotas.reading.workbook import Sheet

_UNNAMED = re.compile(r"(sheet|tabelle|feuil|hoja|foglio|arkusz|blad|rota|dienstplan)?\s*\d*")
"""Names of sheets that name nobody."""

_LOOKED_FOR = mark(
    "A rota has dates along a row or down a column, weekdays above numbered lines, or a list with columns for "
    "person, date and code (or start and end)."
)


@dataclass(frozen=True, slots=True)
class SheetSearch:
    """What is looked for and what is known beforehand; ``sheets`` are all of the file's."""

    sheets: Sequence[Sheet]
    legend: Mapping[str, LegendEntry]
    hints: Hints
    rolling: Rolling
    filename: str

    def reading(self, sheets: Sequence[Sheet], legends: Mapping[str, SheetLegend | None]) -> Reading:
        """What the sheets hold, those of one layout together. Raises :class:`UnreadableFile` if it is nothing."""
        found = list(self._in_order(sheets, legends))
        useful = [each for each in found if each.is_useful]
        if not useful:
            raise self._nothing([each.reading for each in found])
        main = max(useful, key=lambda each: each.evidence.entries)
        alike = [each for each in useful if each.reading.layout == main.reading.layout]
        return main.reading if len(alike) == 1 else _joined(alike, main)

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
        """The sheet by its strongest sign."""
        context = self._context(sheet, own, before)
        return next(candidates(split_dated_lines(_without_rows(sheet, context.skip)), context), None)

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
        )

    def _nothing(self, empty: Sequence[Reading]) -> UnreadableFile:
        for question in (question for found in empty for question in found.questions):
            if question.about == "date":
                where = f"{self.filename}, {question.cell}"
                advice = say("Enter the year, and put the month above the day numbers or in the sheet’s name.")
                return UnreadableFile(say("The dates have no month or year."), where=where, what_to_do=advice)
        nothing = say("We couldn’t find a rota in the file.")
        return UnreadableFile(nothing, where=self.filename, what_to_do=say(_LOOKED_FOR))


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


def _joined(alike: Sequence[Candidate], main: Candidate) -> Reading:
    """Sheets of one layout as one rota; where two speak for the same person's day the fuller sheet is kept."""
    entries = list(main.reading.entries)
    questions = list(main.reading.questions)
    days, people = set(main.reading.days), dict.fromkeys(main.reading.people)
    for each in (each for each in alike if each is not main):
        taken = {(entry.person, entry.day) for entry in entries}
        fresh = [entry for entry in each.reading.entries if (entry.person, entry.day) not in taken]
        if len(fresh) < each.evidence.entries:
            questions.append(_doubled(each.sheet, alike))
        entries.extend(fresh)
        questions.extend(each.reading.questions)
        days.update(each.reading.days)
        people.update(dict.fromkeys(each.reading.people))
    asked = tuple(each for each in questions if not (is_about_empty_line(each) and each.subject in people))
    joined = replace(main.reading, people=tuple(people), entries=tuple(entries), days=tuple(sorted(days)))
    return replace(joined, questions=asked, pattern=())


def _doubled(sheet: Sheet, alike: Sequence[Candidate]) -> Question:
    names = tuple(each.sheet.name for each in alike)
    text = say(
        "Sheet “%(name)s” covers days that another sheet covers too; we used the other one. Which is right?",
        name=sheet.name,
    )
    return Question("layout", sheet.name, text, names, sheet.name)
