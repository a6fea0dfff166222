"""The picture of a sheet: what its cells were taken for, pointing at what they hold, and next month's file."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from scheduler.rotas.tables import RotaPointingRow, WaitingSheetsRow
from tests.scheduler.rotas.sheets import as_xlsx
from tests.web.builders import COORDINATOR, STRANGER_COORDINATOR, Browser, Pages, words_of
from tests.web.test_rota_pages import fields, read

FIRST = date(2027, 2, 1)
DAY, NIGHT = "08:00-17:00", "20:00-08:30"


def ward(first: date = FIRST, heading: str = "Name", last_row: str = "Quota") -> bytes:
    """A rota with a row beneath it that looks like a person's and is none."""
    days = [datetime.combine(first + timedelta(days=number), datetime.min.time()) for number in range(7)]
    rows = (
        [heading, *days, "Ring"],
        ["Ada Quill", *[DAY] * 7, "07700 900 123"],
        ["Ben Marrow", *[NIGHT] * 4, "", "", "", "ben@example.org"],
        [last_row, *["08:00-16:00"] * 7],
    )
    return as_xlsx({"Ward": rows})


def pointed(pages: Pages, browser: Browser, sheet: str, **said: str) -> str:
    """Send what is said of a sheet; the words of the page that comes."""
    return words_of(browser.post(sheet, said, follow_redirects=True).text)


def stored(pages: Pages, row: type) -> int:
    with pages.database.reading() as db:
        return db.scalar(select(func.count()).select_from(row)) or 0


def test_the_picture_shows_what_cells_were_taken_for_without_contacts(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, ward())
    assert "/sheet" in browser.get(waiting).text
    page = browser.get(f"{waiting}/sheet").text
    assert "Ada Quill" in page
    assert "07700" not in page
    assert "ben@example.org" not in page
    words = words_of(page)
    assert "D date 7 cells" in words
    assert "N name 3 cells" in words
    assert "Until you import or remove this rota, and for 90 days at most, we keep the contents of its cells" in words


def test_what_is_pointed_at_is_read_at_once_and_kept_for_the_next_file(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, ward())
    assert "for 2 of 3 people" in words_of(browser.get(waiting).text)
    told = pointed(pages, browser, f"{waiting}/sheet", **{"row-0": "dates", "column-0": "names", "row-3": "ignored"})
    assert "We’ve read the rota again. It now has 11 entries for 2 people." in told
    assert "for 2 of 2 people" in words_of(browser.get(waiting).text)
    following = read(pages, browser, ward(FIRST + timedelta(days=28)))
    page = words_of(browser.get(following).text)
    assert "for 2 of 2 people" in page
    assert "has changed" not in page


def test_another_form_is_read_afresh_and_said(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, ward())
    pointed(pages, browser, f"{waiting}/sheet", **{"row-0": "dates", "column-0": "names", "row-3": "ignored"})
    following = read(pages, browser, ward(FIRST + timedelta(days=28), last_row="Cat Osier"))
    page = words_of(browser.get(following).text)
    assert "The form of the sheet “Ward” has changed since you showed us how to read it." in page
    assert "Show us on the sheet" in page
    assert "for 3 of 3 people" in page


def test_answers_given_before_stay(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    days = [datetime.combine(FIRST + timedelta(days=number), datetime.min.time()) for number in range(7)]
    content = as_xlsx({"Ward": [["Name", *days], ["Ada Quill", *["ZQ"] * 7], ["Ben Marrow", *["ZX"] * 7]]})
    waiting = read(pages, browser, content)
    page = browser.get(waiting).text
    number = next(name for name, value in fields(page).items() if value == "ZQ").removeprefix("subject-")
    browser.post(waiting, {**fields(page), f"answer-{number}": "night", "then": "keep"})
    pointed(pages, browser, f"{waiting}/sheet", **{"row-2": "ignored"})
    page = words_of(browser.get(waiting).text)
    assert "What does “ZQ” mean" not in page
    assert "What does “ZX” mean" not in page
    assert "We understood all of it" in page


def chosen(page: str) -> dict[str, str]:
    """What the rows and columns are marked as on a page."""
    selects = re.findall(r'<select[^>]* name="((?:row|column)-\d+)".*?</select>', page, re.DOTALL)
    parts = re.findall(r'<select[^>]* name="(?:row|column)-\d+"(.*?)</select>', page, re.DOTALL)
    marks = {name: re.findall(r'value="([^"]*)" selected', part) for name, part in zip(selects, parts, strict=True)}
    return {name: said[0] for name, said in marks.items() if said and said[0]}


def test_lines_without_a_date_are_not_taken_for_dates_and_the_marks_stay(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    rows = [["Date", "Name", "Duty"], *([f"2027-02-0{day}", "Ada Quill", "Night"] for day in range(1, 8))]
    waiting = read(pages, browser, as_xlsx({"Ward": rows}))
    marks = {"column-0": "dates", "column-1": "dates", "column-2": "dates", "row-0": "dates"}
    refused = browser.post(f"{waiting}/sheet", marks)
    words = words_of(refused.text)
    assert refused.status_code == 422
    assert "We can’t read a date in column B. Mark it otherwise." in words
    assert "We can’t read a date in column C. Mark it otherwise." in words
    assert "We can’t read a date in row 1. Mark it otherwise." in words
    assert "column A" not in words.partition("Mark it otherwise")[0]
    assert chosen(refused.text) == marks
    assert browser.post(f"{waiting}/sheet", {"column-0": "dates"}).status_code == 303


def test_marks_with_which_nothing_can_be_read_are_what_has_to_be_looked_at(pages: Pages) -> None:
    """Nothing is said of months and years where the codes are taken for names."""
    browser = pages.signed_in(COORDINATOR)
    rows = [["Name", *range(1, 8)], ["Ada Quill", *["Night"] * 7], ["Ben Marrow", *["Night"] * 7]]
    waiting = read(pages, browser, as_xlsx({"February 2027": rows}))
    marks = {"row-0": "dates", "column-0": "names", **{f"column-{number}": "ignored" for number in range(2, 8)}}
    refused = browser.post(f"{waiting}/sheet", {**marks, "cells": "names"})
    assert refused.status_code == 422
    assert "With these marks we can’t find anyone’s duties in the sheet." in words_of(refused.text)
    assert "month or year" not in words_of(refused.text)
    assert chosen(refused.text) == marks


def test_what_cannot_be_read_so_changes_nothing(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, ward())
    answer = browser.post(f"{waiting}/sheet", {"row-1": "dates"})
    assert answer.status_code == 422
    assert "We can’t read a date in row 2. Mark it otherwise." in words_of(answer.text)
    assert stored(pages, RotaPointingRow) == 0
    answer = browser.post(f"{waiting}/sheet", {"parts": "B2:C3, here"})
    assert "“here” is not a part of a sheet." in words_of(answer.text)
    assert "for 2 of 3 people" in words_of(browser.get(waiting).text)


def test_the_cells_are_forgotten_when_the_rota_is_imported_or_removed(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    waiting = read(pages, browser, ward())
    assert stored(pages, WaitingSheetsRow) == 1
    browser.post(waiting, {**fields(browser.get(waiting).text), "then": "import"})
    assert stored(pages, WaitingSheetsRow) == 0
    assert browser.get(waiting).status_code == 200  # a name is still open
    assert browser.get(f"{waiting}/sheet").status_code == 404
    assert browser.post(f"{waiting}/sheet", {"row-3": "ignored"}).status_code == 404
    again = read(pages, browser, ward(), "other.xlsx")
    assert stored(pages, WaitingSheetsRow) == 1
    browser.post(f"{again}/discard")
    assert stored(pages, WaitingSheetsRow) == 0


def test_a_sheet_is_its_own_programmes(pages: Pages) -> None:
    waiting = read(pages, pages.signed_in(COORDINATOR), ward())
    stranger = pages.signed_in(STRANGER_COORDINATOR)
    assert stranger.get(f"{waiting}/sheet").status_code == 404
    assert stranger.post(f"{waiting}/sheet", {"row-3": "ignored"}).status_code == 404
