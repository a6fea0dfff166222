"""A wall calendar: under a row of weekdays, for each week a row of day numbers and below it rows of posts, whose cells
name whoever fills them. The month stands in a title or in the name of the sheet or file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from scheduler.languages import mark, say
from scheduler.rotas.model import YEAR, LegendEntry, Question
from scheduler.rotas.reading.calendar_pages import (
    Page,
    PlacedPages,
    Week,
    day_and_rest,
    find_pages,
    is_day,
    placed_pages,
)
from scheduler.rotas.reading.calendar_posts import PagePosts, page_posts
from scheduler.rotas.reading.cell_names import CellNames, looks_like_name, may_be_somebody
from scheduler.rotas.reading.cells import folded, is_blank, is_number, text_of
from scheduler.rotas.reading.code_meanings import means_something
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.filled_posts import NO_POST, PostCell, filled
from scheduler.rotas.reading.headings import names_a_post
from scheduler.rotas.reading.layout import Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.name_forms import is_full_name
from scheduler.rotas.reading.questions import without_month_or_year
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Slot

WALL_CALENDAR = Layout("wall", mark("a wall calendar: day numbers week by week, with posts and names under them"))
_LEAST_WEEKS = 2
_Unplaced = tuple[str, tuple[int, int], str]
"""A cell before its day is known: its label, its week and weekday, what it says."""


def read_wall_calendar(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as a wall calendar; None if it has no weeks of day numbers under weekdays, or if codes stand in it."""
    pages = find_pages(sheet)
    if sum(len(page.weeks) for page in pages) < _LEAST_WEEKS:
        return None
    if not _hold_names([each for page in pages for each in _unplaced(sheet, page)], context.legend):
        return None
    placed = placed_pages(pages, context.hints, context.title)
    posts = [(page, page_posts(sheet, page)) for page in placed.pages]
    cells = [cell for page, theirs in posts for cell in _cells(sheet, page, theirs)]
    found = filled(cells, context.legend)
    unlabelled = (question for page, theirs in posts for question in _unlabelled(sheet, page, theirs))
    questions = (*_date_questions(sheet, placed), *unlabelled, *found.questions)
    days = tuple(sorted(_days(placed.pages, {each.day for each in found.entries})))
    uses = {**dict(chain.from_iterable(_uses(sheet, page) for page in pages)), **found.uses}
    slots = dict(chain.from_iterable(_slots(sheet, page) for page in placed.pages))
    return Reading(
        WALL_CALENDAR, found.people, found.entries, days, questions, codes_are_posts=True, uses=uses, slots=slots
    )


def _hold_names(cells: Sequence[_Unplaced], legend: Mapping[str, LegendEntry]) -> bool:
    """Whether most of what stands under the days are names, or initials that mean nothing as codes and stand once a
    day beside posts."""
    names = CellNames(text for _, _, text in cells)
    people = [(where, who.name) for _, where, text in cells for who in names.of(text)]
    labels = {label for label, _, _ in cells if label}
    if not people or sum(map(is_full_name, labels)) * 2 > len(labels):
        return False
    if sum(looks_like_name(name, legend) for _, name in people) * 2 > len(people):
        return True
    perhaps = sum(may_be_somebody(name, legend) and not means_something(name, legend) for _, name in people)
    once = len({(where, folded(name)) for where, name in people})
    posts = sum(map(names_a_post, labels)) * 2 >= len(labels) > 0
    return posts and perhaps * 2 > len(people) and once * 5 > len(people) * 4


def _unplaced(sheet: Sheet, page: Page) -> Iterator[_Unplaced]:
    posts = page_posts(sheet, page)
    for week in page.weeks:
        labels = posts.of(week)
        for row, column, text in _under(sheet, page, week):
            yield labels.get(row - week.row, ""), (week.row, page.columns[column]), text


def _under(sheet: Sheet, page: Page, week: Week) -> Iterator[tuple[int, int, str]]:
    """The filled cells under a week's days, with row and column; of a day's own cell, the names beside its number."""
    for column in week.parts:
        rest = day_and_rest(sheet.at(week.row, column))[1]
        people = CellNames((rest,)).of(rest) if rest else ()
        if people and all(may_be_somebody(who.name, {}) for who in people):
            yield week.row, column, rest
    for row in page.rows(week):
        for column in page.columns:
            cell = sheet.at(row, column)
            if not is_blank(cell) and not is_number(cell):
                yield row, column, cell if isinstance(cell, str) else text_of(cell)


def _cells(sheet: Sheet, page: Page, posts: PagePosts) -> Iterator[PostCell]:
    usual = posts.of(page.weeks[0])
    for week in page.placed:
        labels = posts.of(week) or usual
        for row, column, text in _under(sheet, page, week):
            day = page.day(week, column)
            if day is not None:
                post, slot = labels.get(row - week.row, NO_POST), _slot(sheet, page, week, column)
                yield PostCell(post, day, text, sheet.address(row, column), slot=slot)


def _unlabelled(sheet: Sheet, page: Page, posts: PagePosts) -> Iterator[Question]:
    """What is said of rows without a post that only go on from those above though nearly all rows have one."""
    for week in page.placed:
        for row, post in posts.guessed(week):
            place = sheet.address(week.row + row, page.labels)
            text = say(
                "This row names no post, so we counted its people under “%(post)s”, as in the row above.",
                post=post or NO_POST,
            )
            yield Question("cell", place, text, (), place)


def _slot(sheet: Sheet, page: Page, week: Week, column: int) -> str:
    """The cell with the number of a column's day: its own, or its neighbour's under the same weekday; or none."""
    alike = [each for each in week.parts if page.columns[each] == page.columns[column]]
    own = column if column in week.parts else next(iter(alike), None)
    return "" if own is None else sheet.address(week.row, own)


def _days(pages: Sequence[Page], filled_days: set[date]) -> set[date]:
    """The days that the pages speak for: of the neighbouring months only those with entries."""
    days: set[date] = set(filled_days)
    for page in pages:
        shown = [day for week in page.placed for column in week.parts if (day := page.day(week, column))]
        months = [(day.year, day.month) for day in shown]
        days |= {day for day in shown if months.count((day.year, day.month)) * 4 > len(shown)}
    return days


def _uses(sheet: Sheet, page: Page) -> Iterator[tuple[str, Use]]:
    for column in page.columns:
        yield sheet.address(page.row, column), Use.HEADING
    for week in page.weeks:
        for column in week.parts:
            yield sheet.address(week.row, column), Use.DATE
        for row in page.rows(week):
            for column in range(page.labels, min(page.columns)):
                if not is_blank(sheet.at(row, column)):
                    yield sheet.address(row, column), Use.CODE


def _slots(sheet: Sheet, page: Page) -> Iterator[tuple[str, Slot]]:
    for week in page.placed:
        for column, part in week.parts.items():
            place = sheet.address(week.row, column)
            yield place, Slot(place, text_of(sheet.at(week.row, column)), part)


def _date_questions(sheet: Sheet, placed: PlacedPages) -> Iterator[Question]:
    for page in placed.month_unknown:
        cell = sheet.address(page.weeks[0].row, min(page.weeks[0].parts))
        yield without_month_or_year(cell)
    if placed.year_assumed is not None:
        yield _which_year(sheet, placed.year_assumed)
    for page in placed.pages:
        for week in page.weeks:
            if week.monday is None:
                yield _lost_week(sheet, week)
            else:
                yield from _slips(sheet, page, week)


def _which_year(sheet: Sheet, page: Page) -> Question:
    week = page.placed[0]
    column = min(week.parts)
    day = page.day(week, column)
    year = day.year if day else 0
    text = say("The dates have no year, so we assumed %(year)s. Which year is it?", year=year)
    return Question("date", sheet.address(week.row, column), text, tuple(map(str, (year, year - 1, year + 1))), YEAR)


def _lost_week(sheet: Sheet, week: Week) -> Question:
    place = sheet.address(week.row, min(week.parts))
    written = text_of(sheet.at(week.row, min(week.parts)))
    text = say("“%(text)s” doesn’t fit the dates around it; the entries under it were left out.", text=written)
    return Question("cell", place, text, (), place)


def _slips(sheet: Sheet, page: Page, week: Week) -> Iterator[Question]:
    for column, part in week.parts.items():
        day = page.day(week, column)
        if day is not None and not is_day(part, day):
            place, written = sheet.address(week.row, column), text_of(sheet.at(week.row, column))
            text = say("“%(text)s” was read as day %(day)s, to fit the dates around it.", text=written, day=day.day)
            yield Question("cell", place, text, (), place)


READER = SheetReader((WALL_CALENDAR,), Sign.WEEKDAYS, read_wall_calendar)
