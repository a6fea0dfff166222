"""A person's duties as a calendar file."""

from __future__ import annotations

import pytest

from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import wall

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


def calendar(*events: str, head: str = "") -> bytes:
    bodies = (f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(bodies)}END:VCALENDAR\n".encode()


def event(number: int, title: str, *lines: str, day: int = 1) -> str:
    start = f"DTSTART:202606{day:02}T090000"
    return "\n".join([f"UID:{number}", f"SUMMARY:{title}", start, *(lines or (f"DTEND:202606{day:02}T170000",))])


SOUND = event(9, "Ward", day=2)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (event(1, "Clinic", "DTEND:20260601T100000", "RRULE:FREQ=DAILY;UNTIL=don"), "the rule by which it repeats"),
        (event(1, "Clinic", "DTEND:20260601T100000", "RRULE:every day"), "the rule by which it repeats"),
        (event(1, "Clinic", "DTEND:20260601T100000", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:no"), "the rule by which"),
        (event(1, "Clinic", "DTEND:20260601T080000"), "it ends before it begins"),
        (event(1, "Clinic", "DTEND:20260601T080000", "RRULE:FREQ=DAILY;COUNT=2"), "it ends before it begins"),
        (event(1, "Clinic", "DTEND:20260601T090000"), "it has no end"),
        (event(1, "Clinic", "DTEND:later"), "its dates can’t be read"),
        ("UID:1\nSUMMARY:Clinic\nDTSTART:tomorrow", "its dates can’t be read"),
        ("UID:1\nSUMMARY:Clinic", "its dates can’t be read"),
        ("UID:1\nSUMMARY:Clinic\nDTSTART:99991231T235959\nDTEND:99991231T235959", "its dates can’t be read"),
    ],
)
def test_a_broken_event_is_named_and_costs_no_other(broken: str, why: str) -> None:
    rota = read_rota(calendar(broken, SOUND), "a.ics")
    assert [duty.start for duty in rota.duties] == [wall("2026-06-02T09:00")]
    (left_out,) = [question for question in rota.questions if question.about == "cell"]
    assert "Clinic" in left_out.text
    assert why in left_out.text


def test_where_every_event_is_broken_the_file_is_refused_with_the_reason() -> None:
    with pytest.raises(UnreadableFile, match=r"Clinic.*it has no end"):
        read_rota(calendar(event(1, "Clinic", "DTEND:20260601T090000")), "a.ics")


def test_many_broken_events_are_one_line() -> None:
    events = [event(number, f"Clinic {number}", "DTEND:later") for number in range(8)]
    rota = read_rota(calendar(*events, SOUND), "a.ics")
    (left_out,) = [question for question in rota.questions if question.about == "cell"]
    assert "8 events" in left_out.text
    assert "“Clinic 7”" in left_out.text


@pytest.mark.parametrize("end", ["DTEND;VALUE=DATE:20260601", "DTEND;VALUE=DATE:20260602", "DESCRIPTION:no end"])
def test_a_whole_day_is_one_day_however_its_end_is_written(end: str) -> None:
    rota = read_rota(calendar(f"UID:1\nSUMMARY:Annual leave\nDTSTART;VALUE=DATE:20260601\n{end}"), "a.ics")
    assert [(f"{duty.date}", duty.kind.value) for duty in rota.duties] == [("2026-06-01", "leave")]


def test_floating_times_are_the_wards_clock_and_pictures_are_kept_but_not_looked_up() -> None:
    rota = read_rota(
        calendar(event(1, "🩺 Sick Relief (SRL)"), event(2, "🌴 Annual leave", day=3)), "a.ics", zone="Asia/Tokyo"
    )
    assert [(duty.code, duty.kind.value, duty.start) for duty in rota.duties] == [
        ("🩺 Sick Relief (SRL)", "day", wall("2026-06-01T09:00")),
        ("🌴 Annual leave", "leave", wall("2026-06-03T09:00")),
    ]
    assert [question.about for question in rota.questions] == ["person"]


def test_events_that_share_a_number_are_all_there_and_a_later_state_replaces() -> None:
    rota = read_rota(calendar(event(1, "Ward"), event(1, "Ward", day=2), event(1, "Ward", day=3)), "a.ics")
    assert [duty.date.day for duty in rota.duties] == [1, 2, 3]
    moved = event(1, "Ward", "DTEND:20260604T170000", "SEQUENCE:2", day=4)
    assert [duty.date.day for duty in read_rota(calendar(event(1, "Ward"), moved), "a.ics").duties] == [4]


def test_lines_that_are_no_calendar_and_a_torn_end_cost_only_themselves() -> None:
    content = calendar(SOUND, head="see below\n") + b"BEGIN:VEVENT\nUID:3\nSUMMARY:Torn\n"
    rota = read_rota(content, "a.ics")
    assert [duty.code for duty in rota.duties] == ["Ward"]
    assert any("Torn" in question.text for question in rota.questions)


def test_an_exception_without_an_end_costs_no_other_day_of_its_series() -> None:
    series = event(1, "Ward", "DTEND:20260601T170000", "RRULE:FREQ=DAILY;COUNT=3")
    exception = "UID:1\nSUMMARY:Ward\nRECURRENCE-ID:20260602T090000\nDTSTART:20260602T100000"
    rota = read_rota(calendar(series, exception), "a.ics")
    assert [duty.date.day for duty in rota.duties] == [1, 3]
    assert any("it has no end" in question.text for question in rota.questions)
