"""Amion's reports 619 and 625c: text over HTTP with some lines of heading, then a row an assignment.

Both begin with the same nine fields: staff name and two ids, assignment name and two ids, date, start, end; 625c
goes on with pager, telephone and e-mail, which are never taken in.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from scheduler.languages import mark, say
from scheduler.rotas.model import Question, UnreadableFile, wall_span
from scheduler.rotas.reading.cells import clock, is_blank, minutes_of
from scheduler.rotas.reading.delimited import rows_of_text
from scheduler.rotas.reading.layout import Entry, FileReader, Layout, Reading
from scheduler.rotas.reading.text_encoding import decoded

AMION = Layout("amion", mark("a report from Amion"))
_LEAST_FIELDS = 9
_DATE = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{2}|\d{4})")
_TIME = re.compile(r"\d{4}")
_SIGNS = ("Assignments for", "Field  1", "Field 1")
_REFUSAL = re.compile(r"\s*([A-Z]{4})=(.+)")


def is_amion(content: bytes) -> bool:
    """Whether the bytes are such a report, or the text that Amion sends in place of one."""
    start = decoded(content[:2000])
    return any(sign in start for sign in _SIGNS) or bool(_REFUSAL.match(start)) or _is_without_headings(start)


def read_amion(content: bytes, filename: str, _zone: str | None) -> Reading:
    """Every assignment of the report. Raises :class:`UnreadableFile` where Amion sent an error instead."""
    text = decoded(content)
    refused = _REFUSAL.match(text)
    if refused:
        advice = say("In Amion, check the login, the month and the name of the schedule, then fetch the report again.")
        told = say("Amion did not send a report: %(text)s.", text=refused[2].strip())
        raise UnreadableFile(told, where=filename, what_to_do=advice)
    entries: list[Entry] = []
    questions: list[Question] = []
    for number, row in enumerate(rows_of_text(text), start=1):
        if _is_assignment(row):
            _read_row(row, f"line {number}", entries, questions)
    people = tuple(dict.fromkeys(each.person for each in entries))
    return Reading(AMION, people, tuple(entries), tuple(sorted({each.day for each in entries})), tuple(questions))


def _is_without_headings(start: str) -> bool:
    """Whether the text begins with the rows of a report at once."""
    rows = rows_of_text(start)[:-1][:3]
    return bool(rows) and all(_is_assignment(row) and _TIME.fullmatch(row[7].strip()) for row in rows)


def _is_assignment(row: list[str]) -> bool:
    return len(row) >= _LEAST_FIELDS and _DATE.fullmatch(row[6].strip()) is not None


def _read_row(row: list[str], place: str, entries: list[Entry], questions: list[Question]) -> None:
    name, assignment = " ".join(row[0].split()), " ".join(row[3].split())
    day = _date(row[6].strip())
    start, end = minutes_of(row[7]), minutes_of(row[8])
    if day is None or is_blank(name):
        text = say("This line was left out: it has no name or no valid date.")
        questions.append(Question("cell", place, text, (), place))
        return
    span: tuple[datetime | None, datetime | None] = (None, None)
    if start is not None and end is not None:
        span = wall_span(day, clock(start), clock(end))
    entries.append(Entry(name, day, assignment or "assignment", place, "", *span))


def _date(written: str) -> date | None:
    """M-D-YY, as Amion always writes it."""
    found = _DATE.fullmatch(written)
    assert found is not None
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year + 2000 if year < 100 else year, 1, 1).replace(month=month, day=day)
    except ValueError:
        return None


READER = FileReader(AMION, is_amion, read_amion)
