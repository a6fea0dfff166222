"""Each fault that clients stumble over is found, and a sound body has none."""

import pytest

from scheduler.calendars.icalendar_text import render_calendar, render_event
from scheduler.calendars.validation import validate
from tests.scheduler.calendars.builders import MADE_AT, a_calendar, an_event

SOUND = render_calendar(
    a_calendar(),
    [
        render_event(an_event(1, title="Über " * 30)),
        render_event(an_event(2, status="cancelled")),
        render_event(an_event(3, zone="Africa/Cairo", conference_url="https://video.example/a,b;c")),
    ],
    MADE_AT,
)

ALARM = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Soon\r\nEND:VALARM\r\n"
SPOILT = [
    (b"\r\n", b"\n", "CRLF"),
    (b"\xc3", b"\x00\xc3", "control character"),
    (b"\xc3", b"\xff", "not UTF-8"),
    (b"Peer mentoring", b"Peer" + b"x" * 75, "longer than 75"),
    (b"VERSION:2.0\r\n", b"VERSION:2.0\r\n\r\n", "empty"),
    ("Ü".encode(), b"\xc3\r\n \x9c", "inside a character"),
    (b"VERSION:2.0", b"VERSION 2.0", "is not NAME:VALUE"),
    (b"VERSION:2.0", b"VERSION:1.0", "VERSION is not 2.0"),
    (b"VERSION:2.0\r\n", b"", "VERSION stands 0 times"),
    (b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:PUBLISH\r\n", "METHOD"),
    (b"VERSION:2.0\r\n", b"VERSION:2.0\r\nSOURCE:https://x.example\r\n", "SOURCE"),
    (b"VERSION:2.0\r\n", b"VERSION:2.0\r\nUID:a\r\n", "single event"),
    (b"\r\nNAME:P", b"\r\nNAME:Q", "differ"),
    (b";VALUE=DURATION", b"", "VALUE=DURATION"),
    (b"PRODID", b"X-ID", "PRODID stands 0 times"),
    (b"BEGIN:VTIMEZONE\r\nTZID:Europe/London", b"BEGIN:VTIMEZONE\r\nTZID:Europe/Paris", "no VTIMEZONE"),
    (b"TZID=Africa/Cairo", b"TZID=Europe/London", "no use of it"),
    (b"TZID:Africa/Cairo", b"TZID:Europe/London", "two VTIMEZONEs"),
    (b"TZNAME:GMT", b"COMMENT:GMT", "TZNAME stands 0 times"),
    (b"TZNAME:GMT", b"TZNAME:GMT\r\nRDATE:20261025T020000", "RDATE is misread"),
    (b"TZOFFSETTO:+0100", b"TZOFFSETTO:-000115", "not ±hhmm"),
    (b"BEGIN:STANDARD\r\nDTSTART:2", b"BEGIN:STANDARD\r\nDTSTART:x", "wall-clock"),
    (b"UID:session-2", b"UID:session-1", "two events"),
    (b"UID:session-2", b"UID:" + b"a" * 60 + b"\r\n " + b"a" * 70 + b"\r\n " + b"a" * 70 + b"\r\n " + b"a" * 70, "255"),
    (b"UID:session-2\r\n", b"", "UID stands 0 times"),
    (b"DTSTAMP:20260801T090000Z", b"DTSTAMP:20260801T090000", "DTSTAMP is not in UTC"),
    (b"DTSTART;TZID=Europe/London:", b"DTSTART:", "no zone"),
    (b"DTEND;TZID=Europe/London:", b"DTEND;TZID=Africa/Cairo:", "different ways"),
    (b"DTEND;TZID=Europe/London:2026", b"DTEND;TZID=Europe/London:2025", "does not end after"),
    (b"SEQUENCE:0", b"SEQUENCE:one", "SEQUENCE is no number"),
    (b"STATUS:CONFIRMED", b"STATUS:CANCELED", "is none of"),
    (b"TRANSP:TRANSPARENT", b"TRANSP:OPAQUE", "blocks time"),
    (b"CLASS:PUBLIC", b"ATTENDEE:mailto:a@b.example", "ATTENDEE in a feed"),
    (b"CLASS:PUBLIC", b"RRULE:FREQ=DAILY", "RRULE in a feed"),
    (b"CLASS:PUBLIC\r\n", b"BEGIN:VALARM\r\nEND:VALARM\r\n", "TRIGGER stands 0 times"),
    (b"CLASS:PUBLIC\r\n", ALARM.replace(b"DISPLAY", b"AUDIO"), "does nothing else"),
    (b"CLASS:PUBLIC\r\n", ALARM.replace(b"-PT15M", b"PT15M"), "some time before"),
    (b"CLASS:PUBLIC\r\n", ALARM + ALARM, "more than one alarm"),
    (b"CLASS:PUBLIC\r\n", b"STATUS:CANCELLED\r\n" + ALARM, "STATUS stands 2 times"),
    (b"CLASS:PUBLIC\r\n", b"BEGIN:VTODO\r\nEND:VTODO\r\n", "VTODO in a feed"),
    (b"END:VCALENDAR\r\n", b"", "VCALENDAR is not ended"),
    (b"END:VCALENDAR\r\n", b"END:VCALENDAR\r\nEND:VEVENT\r\n", "ends nothing"),
    (b"END:VCALENDAR\r\n", b"END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "not one VCALENDAR"),
    (b"END:VCALENDAR\r\n", b"X-LATE:1\r\nEND:VCALENDAR\r\n", "after the first component"),
    (b"END:VCALENDAR\r\n", b"BEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", "VTODO does not belong"),
    (b"END:VCALENDAR\r\n", b"END:VCALENDAR", "last line"),
]


def test_a_sound_body_has_no_fault() -> None:
    assert validate(SOUND) == ()


@pytest.mark.parametrize(("old", "new", "message"), SPOILT, ids=[message for _, _, message in SPOILT])
def test_each_fault_is_found(old: bytes, new: bytes, message: str) -> None:
    spoilt = SOUND.replace(old, new)
    assert spoilt != SOUND
    assert any(message in fault.text for fault in validate(spoilt)), validate(spoilt)


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html>\r\n", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"END:VEVENT\r\n"]
)
def test_what_is_no_calendar_has_faults(body: bytes) -> None:
    assert validate(body)


def test_a_calendar_without_events_has_a_fault() -> None:
    empty = SOUND.partition(b"BEGIN:VTIMEZONE")[0] + b"END:VCALENDAR\r\n"
    assert [fault.text for fault in validate(empty)] == ["no event: some clients would keep the events of before"]
