"""Rival readings of one sheet, weighed against each other over the whole of it.

A reading is the better the more of the sheet it explains, and the more its people look like people and its codes like
codes. Where two are nearly as good and say different things, or much of the sheet is left over, somebody is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log2

from scheduler.languages import say
from scheduler.rotas.model import Question
from scheduler.rotas.pointed_sheets import PointedSheet
from scheduler.rotas.reading.cells import folded, is_number, text_of
from scheduler.rotas.reading.codes import certain_kind
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import month_of, partial, weekday_of
from scheduler.rotas.reading.headings import column_role, is_date_heading, is_person_heading, is_total
from scheduler.rotas.reading.layout import Candidate, Entry, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.one_person import ONE_PERSON
from scheduler.rotas.reading.workbook import Sheet

_CLOSE = 0.95
"""Share of the best weight from which another reading is its rival."""
_MOST_LEFT_OVER, _LEAST_LEFT_OVER = 0.1, 8
"""Share and number of filled cells that nothing was made of, from which the sheet is asked about."""
_AGAINST_A_DOUBT, _MOST_DOUBTS = 0.06, 3
_FOR_A_FINER_CALENDAR = 0.05
"""By how much a calendar of twice as many days outweighs what is explained."""
_MOST_SLOTS = 400
_FOR_A_SIGN = 0.5
"""By how much a stronger sign outweighs what is explained."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What speaks for a reading, each a share from 0 to 1: filled cells that it explains, people who look like people,
    entries that repeat, as codes or people do. A sheet that says itself what it holds, by its headings, says it with a
    strong ``sign``. Of two calendars on a sheet, such as days under the names of months, the finer has more ``slots``.
    What is ``asked`` about dates and layout speaks against it.
    """

    explained: float
    people: float
    repeated: float
    sign: Sign
    slots: int = 0
    asked: int = 0

    @property
    def quality(self) -> float:
        """How well the sheet is explained, whatever it hangs on."""
        seen = self.explained * self.people * (0.5 + 0.5 * self.repeated)
        return seen * (1 - _AGAINST_A_DOUBT) ** min(self.asked, _MOST_DOUBTS)

    @property
    def total(self) -> float:
        """The weight by which readings of one sheet are compared."""
        return self.quality * (1 + _FOR_A_SIGN * self.sign + _FOR_A_FINER_CALENDAR * log2(1 + self.slots))


def weight_of(candidate: Candidate) -> Weight:
    """The weight of one way to read a sheet."""
    reading = candidate.reading
    filled, taken = _filled(candidate.sheet), _taken(reading)
    entries = reading.entries or reading.pattern
    people = [name for name in reading.people if name and reading.layout != ONE_PERSON]  # whose it is, is asked
    nameless = {
        question.subject for question in reading.questions if question.about == "person" and not question.answers
    }
    looking = sum(name not in nameless and looks_like_person(name) for name in people)
    cells = {(entry.cell, entry.person if reading.codes_are_posts else entry.text) for entry in entries}
    words = {word for _, word in cells}
    return Weight(
        explained=len(filled & taken) / len(filled) if filled else 0.0,
        people=looking / len(people) if people else 1.0,
        repeated=1 - len(words) / len(cells) if cells else 0.0,
        sign=candidate.evidence.sign,
        slots=len(reading.slots),
        asked=sum(question.about in ("date", "layout") for question in reading.questions),
    )


def candidates(readers: Iterable[SheetReader], sheet: Sheet, context: Context) -> Iterator[Candidate]:
    """Every way to read the sheet, that by the strongest sign first, down to where nothing that a weaker sign finds
    could outweigh what was found: reading a long list as a grid, which it is not, takes long."""
    best = 0.0
    for reader in sorted(readers, key=lambda reader: -reader.sign):
        if best >= Weight(1, 1, 1, reader.sign, _MOST_SLOTS).total:
            return
        found = reader.candidate(sheet, context)
        if found is not None and _is_as_pointed(found, sheet, context.pointed):
            yield found
            best = max(best, weight_of(found).total if found.is_useful else 0)


def _is_as_pointed(candidate: Candidate, sheet: Sheet, said: PointedSheet) -> bool:
    """Whether a reading takes any of the cells for a date that somebody has said to hold dates."""
    if not said.date_lines:
        return True
    reading = candidate.reading
    dates = reading.slots.keys() | {place for place, use in reading.uses.items() if use is Use.DATE}
    across = (sheet.address(row, column) for row in said.date_rows for column in range(sheet.width))
    down = (sheet.address(row, column) for column in said.date_columns for row in range(sheet.height))
    return any(place in dates for place in chain(across, down))


def looks_like_person(name: str) -> bool:
    """Whether a text may stand for somebody: no number, clock time, date, weekday, month, heading, total or plain
    duty."""
    text, word = text_of(name), folded(name)
    return any(map(str.isalpha, word)) and not (
        is_number(text)
        or partial(text) is not None
        or weekday_of(text) is not None
        or month_of(text) is not None
        or is_person_heading(word)
        or is_date_heading(word)
        or is_total(text)
        or column_role(word) is not None
        or certain_kind(text) is not None
    )


def doubts(best: Candidate, others: Sequence[Candidate]) -> Iterator[Question]:
    """What is to be asked about the sheet as a whole: a rival reading, or much that is left over."""
    weight = weight_of(best).total
    rival = next((each for each in others if _is_rival(best, weight, each)), None)
    if rival is not None:
        yield _which_reading(best, rival)
    yield from _left_over(best)
    yield from _dates_for_duties(best)


def _is_rival(best: Candidate, weight: float, other: Candidate) -> bool:
    is_close = other.evidence.sign >= best.evidence.sign and weight_of(other).total >= _CLOSE * weight
    return other.is_useful and is_close and _said(best) != _said(other)


def _said(candidate: Candidate) -> set[tuple[str, object, str]]:
    entries: Sequence[Entry] = candidate.reading.entries or candidate.reading.pattern
    return {(folded(entry.person), entry.day, folded(entry.text)) for entry in entries}


def _which_reading(best: Candidate, rival: Candidate) -> Question:
    names = say(best.reading.layout.name), say(rival.reading.layout.name)
    text = say(
        "The sheet “%(sheet)s” can be read in two ways: %(first)s, or %(second)s. We read it the first way.",
        sheet=best.sheet.name,
        first=names[0],
        second=names[1],
    )
    return Question("layout", best.sheet.name, text, names, f"layout of {best.sheet.name}")


def _left_over(best: Candidate) -> Iterator[Question]:
    filled, taken = _filled(best.sheet), _taken(best.reading)
    left = [place for place in _in_order(best.sheet) if place not in taken]
    if len(left) < _LEAST_LEFT_OVER or len(left) <= _MOST_LEFT_OVER * len(filled):
        return
    text = say(
        "We couldn’t make sense of %(num)s of %(all)s filled cells of the sheet “%(sheet)s”, the first in %(cell)s. "
        "Is anything missing?",
        num=len(left),
        all=len(filled),
        sheet=best.sheet.name,
        cell=left[0],
    )
    yield Question("layout", left[0], text, (), f"left over of {best.sheet.name}")


def _dates_for_duties(best: Candidate) -> Iterator[Question]:
    """What is asked where dates stand as what people do: the sheet may be a list whose headings are lost."""
    entries = best.reading.entries or best.reading.pattern
    days = {text for text in {entry.text for entry in entries} if not is_number(text) and _is_day_of_a_month(text)}
    dates = [entry for entry in entries if entry.text in days]
    if len(dates) <= _MOST_LEFT_OVER * len(entries):
        dates = list(_dates_of_one_line(entries))
    if dates:
        text = say(
            "%(num)s cells of the sheet “%(sheet)s” have dates where we looked for duties, the first is %(cell)s. Did "
            "we read the sheet the right way?",
            num=len(dates),
            sheet=best.sheet.name,
            cell=dates[0].cell,
        )
        yield Question("layout", dates[0].cell, text, (), f"dates in {best.sheet.name}")


def _dates_of_one_line(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries of those of whom nothing but dates is said, each another one: as a row of dates says them."""
    said: dict[str, list[Entry]] = {}
    for entry in entries:
        said.setdefault(entry.person, []).append(entry)
    for theirs in said.values():
        texts = {entry.text for entry in theirs if not entry.text.isdecimal() and partial(entry.text) is not None}
        if len(texts) == len(theirs) > 1:
            yield from theirs


def _is_day_of_a_month(text: str) -> bool:
    part = partial(text)
    return part is not None and part.month is not None and part.year is not None


def _in_order(sheet: Sheet) -> Iterator[str]:
    return (sheet.address(row, column) for row in range(sheet.height) for column, _ in sheet.filled(row))


def _filled(sheet: Sheet) -> set[str]:
    return set(_in_order(sheet))


def _taken(reading: Reading) -> set[str]:
    return {entry.cell for entry in (*reading.entries, *reading.pattern)} | reading.uses.keys() | reading.slots.keys()
