"""Whatever is uploaded ends in a rota with questions or in one clear refusal: properties over made-up dirt."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduler.rotas.codec import kept_json, rota_from_json
from scheduler.rotas.model import ReadRota, UnreadableFile
from scheduler.rotas.reading.cells import clock, folded, hours_of, minutes_of, span_of, text_of
from scheduler.rotas.reading.dates import Hints, partial, resolve
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

TODAY = date(2026, 11, 22)
SCRAP_LINE = (
    "Name Doctor Date Shift Code Start End Mon Tue Wed Thu Fri Sat Sun AM PM OCT March 2026 N N* LD D OFF NWD AL "
    "21.00-09.30 1 2 3 31 44927 0.5 5/10 05/10/2026 2026-08-05 31/02/2026 Legend Key James William James/Becky ? - = "
    "N;18:00;14 #REF! w/c line Notes 24:00 25:99 9am ² ٣ x"
)
SCRAPS = SCRAP_LINE.split()
PHRASES = (
    "James (AM) William (PM)",
    "James (instead of William)",
    "Mon 5 Oct",
    "N = Night 21:00-09:00",
    "A (AM",
    "(PM)",
    " ",
    "\n",
    "",
)
texts = st.one_of(st.sampled_from(SCRAPS), st.sampled_from(PHRASES), st.text(max_size=12))
cells: st.SearchStrategy[Any] = st.one_of(
    texts,
    st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    st.integers(-5, 50_000),
    st.floats(0, 60_000, allow_nan=False),
    st.booleans(),
    st.times().map(lambda each: each.replace(microsecond=0)),
    st.none(),
)


def read(content: bytes, filename: str) -> ReadRota | None:
    try:
        return read_rota(content, filename, today=TODAY)
    except UnreadableFile:
        return None


def holds_together(rota: ReadRota | None) -> None:
    if rota is None:
        return
    assert {duty.person for duty in rota.duties} <= set(rota.people)
    assert all((duty.start is None) == (duty.end is None) for duty in rota.duties)
    assert all(duty.start is None or duty.end is None or duty.start < duty.end for duty in rota.duties)
    assert all(question.text for question in rota.questions)
    assert rota_from_json(kept_json(rota)) == rota


@given(st.lists(st.lists(texts, max_size=9), max_size=9))
@settings(max_examples=200, deadline=None)
def test_any_text_table(rows: list[list[str]]) -> None:
    holds_together(read(as_csv(rows), "rota.csv"))


@given(st.lists(st.lists(cells, max_size=8), min_size=1, max_size=8))
@example(
    [
        ["Name", "Name", "Name", date(2000, 1, 1), "Name", "Name"],
        ["Name", "Name", None, "Mon 5 Oct", "Name", "Name"],
        ["Name", None, "Name", "Name", "Name", "Name"],
    ]
)
@settings(max_examples=60, deadline=None)
def test_any_workbook(rows: list[list[Any]]) -> None:
    clean = [[_writable(cell) for cell in row] for row in rows]
    holds_together(read(as_xlsx(clean), "rota.xlsx"))


def _writable(cell: Any) -> Any:
    """Without the control characters that a workbook cannot hold."""
    return "".join(sign for sign in cell if sign.isprintable()) if isinstance(cell, str) else cell


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"BEGIN:VCALENDAR\r\n", b"Assignments for 1\n"]
    ),
)
@settings(deadline=None)
def test_any_bytes(content: bytes, start: bytes) -> None:
    holds_together(read(start + content, "rota.bin"))


@given(st.lists(st.text(max_size=10), max_size=6))
def test_any_calendar(lines: list[str]) -> None:
    body = "\r\n".join(
        ("BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART:20260101T090000Z", *lines, "END:VEVENT", "END:VCALENDAR")
    )
    holds_together(read(body.encode(), "rota.ics"))


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(2, 400),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%a %d %b %Y", "%d %B %Y"]),
)
def test_any_run_of_days_is_read_back_from_how_it_was_written(first: date, count: int, form: str) -> None:
    days = [first + timedelta(days=number) for number in range(count)]
    parts = [(index, part) for index, day in enumerate(days) if (part := partial(day.strftime(form)))]
    found = resolve(parts, Hints()).dates
    either_order = form == "%m/%d/%Y" and all(day.day <= 12 for day in days) and count == 2
    assert either_order or [found[index] for index in range(count)] == days


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(14, 400), st.sampled_from(["%d", "%d/%m", "%d %b"]))
def test_days_without_years_turn_the_month_and_the_year_by_themselves(first: date, count: int, form: str) -> None:
    days = [first + timedelta(days=number) for number in range(count)]
    parts = [(index, part) for index, day in enumerate(days) if (part := partial(day.strftime(form)))]
    found = resolve(parts, Hints(year=first.year, month=first.month)).dates
    assert [found[index] for index in range(count)] == days


@given(st.times(), st.times())
def test_spans_of_time_are_read_back(start: time, end: time) -> None:
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    for form in ("%H:%M", "%H.%M", "%H%M"):
        written = f"{start.strftime(form)}-{end.strftime(form)}"
        assert span_of(written) == ((start, end) if start != end else None)


@given(
    st.one_of(texts, st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.datetimes(), st.timedeltas())
)
@example("\U0001d756")  # a letter that is small only once it is made plain
def test_single_cells_never_break(cell: str | float | datetime | timedelta) -> None:
    minutes = minutes_of(cell)
    assert minutes is None or 0 <= minutes <= 1440
    assert minutes is None or isinstance(clock(minutes), time)
    hours_of(cell)
    partial(cell)
    text = text_of(cell)
    assert folded(folded(text)) == folded(text)
