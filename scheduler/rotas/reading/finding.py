"""Finding the rota among a file's sheets, and putting sheets of one layout together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from scheduler.languages import mark, say
from scheduler.rotas.model import LegendEntry, Question, UnreadableFile
from scheduler.rotas.reading.by_date import Context, is_about_empty_line, read_by_date
from scheduler.rotas.reading.by_week import Rolling, read_by_week
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.found import Found
from scheduler.rotas.reading.legend import FoundLegend
from scheduler.rotas.reading.lines import parted_lines
from scheduler.rotas.reading.long_form import read_long_form
from scheduler.rotas.reading.owner import written_owner
from scheduler.rotas.reading.workbook import Sheet

_UNNAMED = re.compile(r"(sheet|tabelle|feuil|hoja|foglio|arkusz|blad|rota|dienstplan)?\s*\d*")
"""Names of sheets that name nobody."""

_LOOKED_FOR = mark(
    "A rota has dates along a row or a column, weekdays over numbered lines, or a list with columns for person, date "
    "and code (or start and end)."
)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for and what is known beforehand; ``sheets`` are all of the file's."""

    sheets: Sequence[Sheet]
    legend: Mapping[str, LegendEntry]
    hints: Hints
    rolling: Rolling
    filename: str

    def found(self, sheets: Sequence[Sheet], legends: Mapping[str, FoundLegend | None]) -> Found:
        """What the sheets hold, those of one layout together. Raises :class:`UnreadableFile` if it is nothing."""
        read = list(self._in_order(sheets, legends))
        useful = [(sheet, found) for sheet, found in read if found.filled or found.layout == "D"]
        if not useful:
            raise self._nothing([found for _, found in read])
        main = max((found for _, found in useful), key=lambda found: len(found.filled))
        alike = [(sheet, found) for sheet, found in useful if found.layout == main.layout]
        return main if len(alike) == 1 else _joined(alike, main)

    def _in_order(
        self, sheets: Sequence[Sheet], legends: Mapping[str, FoundLegend | None]
    ) -> Iterator[tuple[Sheet, Found]]:
        """What each sheet holds; a sheet whose dates have no year goes on from the one before."""
        before: tuple[date, date] | None = None
        for sheet in sheets:
            found = self._read(sheet, legends[sheet.name], before)
            if found is not None:
                before = (found.days[0], found.days[-1]) if found.days else before
                yield sheet, found

    def _read(self, sheet: Sheet, own: FoundLegend | None, before: tuple[date, date] | None) -> Found | None:
        stem = PurePath(self.filename).stem
        context = Context(
            legend=self.legend,
            hints=replace(self.hints, year=None, sheet_before=before) if before else self.hints,
            title=f"{sheet.name} {'' if before else stem}" if sheet.in_workbook else stem,
            owner=written_owner(sheet)
            or (sheet.name if len(self.sheets) > 1 and not _UNNAMED.fullmatch(folded(sheet.name)) else stem),
            skip=own.rows if own else frozenset(),
            beside=own.columns if own else frozenset(),
            others=tuple(each for each in self.sheets if each is not sheet),
        )
        sheet = parted_lines(_without_rows(sheet, context.skip))
        return (
            read_long_form(sheet, context) or read_by_week(sheet, context, self.rolling) or read_by_date(sheet, context)
        )

    def _nothing(self, empty: Sequence[Found]) -> UnreadableFile:
        for question in (question for found in empty for question in found.questions):
            if question.about == "date":
                where = f"{self.filename}, {question.cell}"
                advice = say("Say the year, and write the month above the day numbers or into the sheet’s name.")
                return UnreadableFile(say("The dates have no month or no year."), where=where, what_to_do=advice)
        nothing = say("No rota was found in the file.")
        return UnreadableFile(nothing, where=self.filename, what_to_do=say(_LOOKED_FOR))


def _without_rows(sheet: Sheet, rows: frozenset[int]) -> Sheet:
    """The sheet with these rows empty; every other cell keeps its address."""
    if not rows:
        return sheet
    return replace(sheet, rows=tuple(() if row in rows else cells for row, cells in enumerate(sheet.rows)))


def chosen(sheets: Sequence[Sheet], wanted: str | None, filename: str) -> Sequence[Sheet]:
    """The sheet of that name, or all."""
    if wanted is None:
        return sheets
    named = [each for each in sheets if each.name.casefold().strip() == wanted.casefold().strip()]
    if not named:
        names = ", ".join(f"“{each.name}”" for each in sheets)
        advice = say("The sheets are %(names)s.", names=names)
        raise UnreadableFile(say("There is no sheet “%(name)s”.", name=wanted), where=filename, what_to_do=advice)
    return named


def _joined(read: Sequence[tuple[Sheet, Found]], main: Found) -> Found:
    """Sheets of one layout as one rota; where two speak for the same person's day the fuller sheet is kept."""
    filled = list(main.filled)
    questions = list(main.questions)
    days, people = set(main.days), dict.fromkeys(main.people)
    for sheet, found in ((sheet, found) for sheet, found in read if found is not main):
        taken = {(each.person, each.day) for each in filled}
        fresh = [each for each in found.filled if (each.person, each.day) not in taken]
        if len(fresh) < len(found.filled):
            questions.append(_doubled(sheet, read))
        filled.extend(fresh)
        questions.extend(found.questions)
        days.update(found.days)
        people.update(dict.fromkeys(found.people))
    asked = tuple(each for each in questions if not (is_about_empty_line(each) and each.subject in people))
    return Found(main.layout, tuple(people), tuple(filled), tuple(sorted(days)), asked)


def _doubled(sheet: Sheet, read: Sequence[tuple[Sheet, Found]]) -> Question:
    names = tuple(each.name for each, _ in read)
    text = say(
        "Sheet “%(name)s” speaks for days that another sheet speaks for too; that one was taken. Which is right?",
        name=sheet.name,
    )
    return Question("layout", sheet.name, text, names, sheet.name)
