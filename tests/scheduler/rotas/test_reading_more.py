"""Rolling lines, dated weeks, calendar files, Amion's reports, OpenDocument."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import pytest

from scheduler.rotas.model import DutyKind, UnreadableFile
from scheduler.rotas.reading import read_rota
from scheduler.rotas.reading.by_week import Rolling
from tests.scheduler.rotas.old_excel import as_xls
from tests.scheduler.rotas.sheets import as_csv, as_xlsx, wall

LINES = [
    ["line", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    [1, "LD", "LD", "Day", "Day", "Day", "", ""],
    [2, "Night", "Night", "Night", "Night", "Off", "Off", ""],
    [3, "Day", "Day", "Day", "Day", "LD", "LD", "LD"],
]


def test_rolling_lines_from_a_date_for_some_weeks() -> None:
    rota = read_rota(as_csv(LINES), "lines.csv", rolling=Rolling(date(2026, 8, 3), 4))
    assert (rota.layout, rota.people, rota.questions) == ("D", ("Line 1", "Line 2", "Line 3"), ())
    first = {duty.date.isoformat(): duty.code for duty in rota.duties if duty.person == "Line 1"}
    assert (first["2026-08-03"], first["2026-08-10"], first["2026-08-17"], first["2026-08-24"]) == (
        "LD",
        "Night",
        "Day",
        "LD",
    )
    assert (rota.first_day, rota.last_day) == (date(2026, 8, 3), date(2026, 8, 30))
    third = [duty.code for duty in rota.duties if duty.person == "Line 3" and duty.date < date(2026, 8, 17)]
    assert third == ["Day", "Day", "Day", "Day", "LD", "LD", "LD", "LD", "LD", "Day", "Day", "Day"]


def test_rolling_lines_that_name_people_their_start_and_their_weeks() -> None:
    named = [[*row[:1], who, *row[1:]] for row, who in zip(LINES, ("Name", "Ann", "Bob", "Cy"), strict=True)]
    rota = read_rota(as_xlsx([["Rolling rota from Monday 3 August 2026 for 6 weeks"], [], *named]), "lines.xlsx")
    assert (rota.people, rota.last_day) == (("Ann", "Bob", "Cy"), date(2026, 9, 13))


def test_rolling_lines_that_begin_in_the_middle_of_a_week() -> None:
    rota = read_rota(as_csv(LINES), "lines.csv", rolling=Rolling(date(2026, 8, 5), 2))
    first = {duty.date.isoformat(): duty.code for duty in rota.duties if duty.person == "Line 1"}
    assert min(first) == "2026-08-05"
    assert (first["2026-08-05"], first["2026-08-10"]) == ("Day", "Night")
    assert rota.last_day == date(2026, 8, 16)


@pytest.mark.parametrize(
    "book",
    [
        {
            "Lines": [["Start date", date(2026, 8, 3)], ["Number of weeks", 9], [], *LINES],
            "Doctors": [["Name"], ["Ann"], ["Bob"]],
        },
        {
            "Lines": [
                ["Start: 03/08/2026"],
                ["Weeks", 9],
                *([*row, who] for row, who in zip(LINES, ("Doctor", "Ann", "Bob", "Cy"), strict=True)),
            ]
        },
    ],
)
def test_rolling_lines_with_people_listed_elsewhere(book: dict[str, list[list[object]]]) -> None:
    rota = read_rota(as_xlsx(book), "lines.xlsx")
    assert rota.people[:2] == ("Ann", "Bob")
    assert (rota.layout, rota.first_day, rota.last_day) == ("D", date(2026, 8, 3), date(2026, 10, 4))
    assert next(duty.code for duty in rota.duties if duty.person == "Bob") == "Night"


def test_lines_of_a_date_and_a_code() -> None:
    rota = read_rota(b"14/01/20 Day\n15/01/20 LD\n16/01/20 Off\n17/01/20 Night shift\n", "Ann.txt")
    assert (rota.layout, rota.people) == ("E", ("Ann",))
    assert [(duty.date.day, duty.kind.value) for duty in rota.duties] == [
        (14, "day"),
        (15, "long_day"),
        (16, "off"),
        (17, "night"),
    ]


def test_rolling_lines_without_a_date_ask_for_it() -> None:
    rota = read_rota(as_csv(LINES), "lines.csv")
    assert (rota.layout, rota.duties, [question.about for question in rota.questions]) == ("D", (), ["date"])


def test_dated_weeks_are_one_persons_days() -> None:
    rows = [["w/c", *LINES[0][1:]], ["03/08/2026", *LINES[1][1:]], ["10/08/2026", *LINES[2][1:]]]
    rota = read_rota(as_csv(rows), "Ann.csv")
    assert (rota.layout, rota.people, len(rota.duties)) == ("E", ("Ann",), 11)
    assert rota.duties[5].date == date(2026, 8, 10)


ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
X-WR-CALNAME:Dr Ann Bee
BEGIN:VEVENT
UID:1
DTSTART;TZID=Europe/London:20260328T210000
DTEND;TZID=Europe/London:20260329T090000
SUMMARY:Night
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20260601T080000Z
DTEND:20260601T160000Z
RRULE:FREQ=DAILY;COUNT=3
EXDATE:20260602T080000Z
SUMMARY:Ward
END:VEVENT
BEGIN:VEVENT
UID:2
RECURRENCE-ID:20260603T080000Z
DTSTART:20260603T110000Z
DTEND:20260603T200000Z
SUMMARY:Ward late
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20260610
DTEND;VALUE=DATE:20260613
TRANSP:TRANSPARENT
SUMMARY:Annual leave
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART:20260620T080000Z
DTEND:20260620T160000Z
STATUS:CANCELLED
SUMMARY:Ward
END:VEVENT
BEGIN:VEVENT
UID:5
DTSTART:20260101T000000Z
DTEND:20260101T000001Z
RRULE:FREQ=SECONDLY
SUMMARY:endless
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def test_a_calendar_file_is_one_persons_duties_on_the_sites_wall_clock() -> None:
    rota = read_rota(ICS, "ann.ics", zone="Europe/London")
    assert (rota.layout, rota.people) == ("ics", ("Dr Ann Bee",))
    assert [(duty.code, duty.kind.value, duty.start) for duty in rota.duties] == [
        ("Night", "night", wall("2026-03-28T21:00")),
        ("Ward", "day", wall("2026-06-01T09:00")),
        ("Ward late", "late", wall("2026-06-03T12:00")),
        ("Annual leave", "leave", None),
        ("Annual leave", "leave", None),
        ("Annual leave", "leave", None),
    ]
    assert rota.duties[0].end == wall("2026-03-29T09:00")
    assert [question.about for question in rota.questions] == ["person", "cell"]


@pytest.mark.parametrize(
    "content", [b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"]
)
def test_calendars_without_a_duty_or_damaged_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_rota(content, "a.ics")


REPORT_619 = """Assignments for 5-30-26     (as of May 30 19:06 2026 US ET)
Field  1 -  3: Staff name, unique ID, backup ID
Field  4 -  6: Assignment name, unique ID, backup ID
Field  7 -  9: Date and time of assignment (GMTO=7 1 1 Pacific)
"Doctor A",19,1,"6a-4p",48,18,5-30-26,0600,1600
"Doctor B",212,995,"9a-8p (Triage until 12p)",51,22,5-30-26,0900,2000
"Doctor C",55,468,"3p-2a (Triage until 6p)",55,28,5-6-26,1500,0200
"Doctor C",55,468,"Vacation",56,29,5-31-26,0000,0000
"""


def test_amion_report_619() -> None:
    rota = read_rota(REPORT_619.encode("latin-1"), "ocs.csv")
    assert (rota.layout, rota.people, rota.questions) == ("amion", ("Doctor A", "Doctor B", "Doctor C"), ())
    assert [(duty.date.isoformat(), duty.kind.value) for duty in rota.duties] == [
        ("2026-05-30", "day"),
        ("2026-05-30", "long_day"),
        ("2026-05-06", "late"),
        ("2026-05-31", "leave"),
    ]
    assert rota.duties[2].end == wall("2026-05-07T02:00")


@pytest.mark.parametrize("sign", [",", "\t"])
def test_amion_report_625c_drops_pager_telephone_and_address(sign: str) -> None:
    row = [
        "Doctor Ä",
        "19",
        "1",
        "Night Float",
        "48",
        "18",
        "1-5-26",
        "1900",
        "0700",
        "Resident",
        "555-1234",
        "555-9",
        "a@example.org",
        "1",
        "",
        "c",
        "",
    ]
    text = "Assignments for 1-5-26\nField  1 -  3: Staff name\n\n" + sign.join(row) + "\n"
    rota = read_rota(text.encode("latin-1"), "ocs.txt")
    assert [(duty.person, duty.code, duty.kind) for duty in rota.duties] == [
        ("Doctor Ä", "Night Float", DutyKind.NIGHT)
    ]
    assert "555" not in repr(rota)
    assert "example.org" not in repr(rota)


def test_amions_own_error_is_told() -> None:
    with pytest.raises(UnreadableFile, match="No file"):
        read_rota(b"NOFI=No file", "ocs.csv")


def ods_cell(value: object) -> str:
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>' if value else "<table:table-cell/>"


def as_ods(rows: list[list[object]]) -> bytes:
    """An OpenDocument spreadsheet of text and dates."""
    standard = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{key}="{standard}:{key}:1.0"' for key in ("office", "table", "text"))
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    table = f'<table:table table:name="Rota">{lines}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{standard}:manifest:1.0"/>')
        document = f'<office:document-content {names} office:version="1.2">{body}</office:document-content>'
        archive.writestr("content.xml", f'<?xml version="1.0"?>{document}')
    return content.getvalue()


def test_opendocument() -> None:
    rota = read_rota(
        as_ods([["Name", date(2026, 8, 5), date(2026, 8, 6)], ["Ann", "Night", ""], ["Bob", "", "Off"]]), "rota.ods"
    )
    assert [(duty.person, duty.kind.value, duty.cell) for duty in rota.duties] == [
        ("Ann", "night", "Rota!B2"),
        ("Bob", "off", "Rota!C3"),
    ]


def test_excel_as_it_was_until_2003() -> None:
    rows = [["Name", date(2026, 8, 5), date(2026, 8, 6)], ["Jörg", "Night", ""], ["Bob", "", "Off"]]
    rota = read_rota(as_xls(rows), "rota.xls")
    assert [(duty.person, duty.date.day, duty.kind.value, duty.cell) for duty in rota.duties] == [
        ("Jörg", 5, "night", "Rota!B2"),
        ("Bob", 6, "off", "Rota!C3"),
    ]
