"""A person's duties as a calendar file."""

from __future__ import annotations

import pytest

from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading import read_rota
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


def test_a_rule_that_cannot_be_read_costs_its_own_event_only() -> None:
    event = "BEGIN:VEVENT\nUID:{0}\nDTSTART:2026060{0}T090000\nDTEND:2026060{0}T170000\nSUMMARY:Ward\n{1}END:VEVENT\n"
    events = event.format(1, "RRULE:FREQ=DAILY;UNTIL=don\n") + event.format(2, "")
    rota = read_rota(f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n".encode(), "a.ics", zone="Europe/London")
    assert [duty.start for duty in rota.duties] == [wall("2026-06-02T09:00")]
    assert "1 repeating event is damaged and was left out." in [question.text for question in rota.questions]
