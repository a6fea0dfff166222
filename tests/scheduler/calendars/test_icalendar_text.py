"""What is written: octets, properties, and that nothing of the person's text can break out of its line."""

import re
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta, timezone

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scheduler.calendars.icalendar_text import render_calendar, render_event, render_notice
from scheduler.calendars.model import Event, Notice
from scheduler.calendars.validation import validate
from scheduler.calendars.wording import WORDINGS, wording_for
from tests.scheduler.calendars.builders import HOUR, MADE_AT, STARTS_AT, a_calendar, an_event


def unfolded(event: Event) -> list[str]:
    return render_event(event).body.decode().replace("\r\n ", "").split("\r\n")


def a_body(*events: Event) -> bytes:
    return render_calendar(a_calendar(), [render_event(event) for event in events], MADE_AT)


def test_a_session_has_every_property_that_clients_look_for() -> None:
    changed_at = MADE_AT + HOUR
    lines = unfolded(
        an_event(sequence=3, changed_at=changed_at, location="Room 3", page_url="https://rounds.example/s/1")
    )
    assert lines == [
        "BEGIN:VEVENT",
        "UID:session-1",
        "DTSTAMP:20260801T100000Z",
        "CREATED:20260801T090000Z",
        "LAST-MODIFIED:20260801T100000Z",
        "SEQUENCE:3",
        "DTSTART;TZID=Europe/London:20260915T140000",
        "DTEND;TZID=Europe/London:20260915T150000",
        "SUMMARY:Peer mentoring",
        "DESCRIPTION:More: https://rounds.example/s/1",
        "LOCATION:Room 3",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "CLASS:PUBLIC",
        "URL:https://rounds.example/s/1",
        "END:VEVENT",
        "",
    ]


def test_the_calendar_says_how_it_is_called_and_how_often_to_ask() -> None:
    lines = a_body(an_event()).decode().split("\r\n")
    for line in (
        "VERSION:2.0",
        "NAME:Peer mentoring",
        "X-WR-CALNAME:Peer mentoring",
        "DESCRIPTION:Dates of your group",
        "X-WR-CALDESC:Dates of your group",
        "X-WR-TIMEZONE:Europe/London",
        "COLOR:teal",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "LAST-MODIFIED:20260801T090000Z",
    ):
        assert lines.index(line) < lines.index("BEGIN:VTIMEZONE")
    assert not [line for line in lines[: lines.index("BEGIN:VEVENT")] if line.startswith(("METHOD", "SOURCE", "UID"))]


def test_the_same_sessions_give_the_same_octets() -> None:
    assert a_body(an_event(), an_event(2)) == a_body(an_event(), an_event(2))


def test_the_calendar_is_as_new_as_its_newest_event() -> None:
    body = a_body(an_event(), an_event(2, changed_at=MADE_AT + 5 * HOUR))
    assert b"LAST-MODIFIED:20260801T140000Z" in body.partition(b"BEGIN:VTIMEZONE")[0]


def test_a_cancelled_session_frees_the_time_and_says_so() -> None:
    lines = unfolded(an_event(status="cancelled"))
    assert {
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "SUMMARY:Cancelled: Peer mentoring",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
    } <= set(lines)


def test_a_tentative_session_is_shown_as_tentative() -> None:
    lines = unfolded(an_event(status="tentative", private=True))
    assert {"STATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "CLASS:PRIVATE"} <= set(lines)


def test_the_product_speaks_the_language_of_the_reader() -> None:
    event = an_event(status="cancelled", conference_url="https://video.example/a")
    body = render_event(event, wording_for("de-AT")).body.decode()
    assert "SUMMARY:Abgesagt: Peer mentoring" in body
    assert "DESCRIPTION:Teilnehmen: https://video.example/a" in body


def test_a_language_without_words_is_given_english() -> None:
    assert wording_for("eo") is WORDINGS["en"]
    assert wording_for("") is WORDINGS["en"]


@pytest.mark.parametrize("language", WORDINGS)
def test_every_language_has_the_same_places_to_fill_in(language: str) -> None:
    for name, english in asdict(WORDINGS["en"]).items():
        own = getattr(WORDINGS[language], name)
        assert own
        assert sorted(re.findall(r"{(\w+)}", own)) == sorted(re.findall(r"{(\w+)}", english)), name


def test_video_and_phone_are_told_to_machines_and_in_words() -> None:
    event = an_event(conference_url="https://video.example/a;b,c", phone="+44 20 7946 0000, then 12#")
    lines = unfolded(event)
    assert "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join by video:https://video.example/a;b,c" in lines
    assert "CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL=Join by phone:tel:+442079460000" in lines
    assert "LOCATION:https://video.example/a\\;b\\,c" in lines
    assert "DESCRIPTION:Join: https://video.example/a\\;b\\,c\\nCall: +44 20 7946 0000\\, then 12#" in lines


def test_a_phone_text_without_a_number_stays_words() -> None:
    lines = unfolded(an_event(phone="ask the switchboard"))
    assert "DESCRIPTION:Call: ask the switchboard" in lines
    assert not [line for line in lines if line.startswith("CONFERENCE")]


@pytest.mark.parametrize(("minutes", "trigger"), [(15, "-PT15M"), (60, "-PT1H"), (1440, "-P1D")])
def test_an_alarm_is_there_for_who_chose_it(minutes: int, trigger: str) -> None:
    body = render_calendar(a_calendar(), [render_event(an_event(alarm_minutes=minutes))], MADE_AT)
    assert validate(body) == ()
    [alarm] = icalendar.Calendar.from_ical(body).walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["DESCRIPTION"] == "Peer mentoring"
    assert f"TRIGGER:{trigger}\r\n".encode() in body


def test_nobody_is_reminded_of_what_is_cancelled_or_without_having_chosen_it() -> None:
    for event in (an_event(alarm_minutes=15, status="cancelled"), an_event()):
        assert b"VALARM" not in render_event(event).body


def test_an_hour_that_the_clock_shows_twice_is_written_in_utc() -> None:
    """In London 01:30 comes twice on 25 October 2026; a TZID could only mean the first."""
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    fragment = render_event(an_event(starts_at=second))
    assert b"DTSTART:20261025T013000Z\r\nDTEND:20261025T023000Z" in fragment.body
    assert fragment.zone == ""
    assert b"VTIMEZONE" not in render_calendar(a_calendar(), [fragment], MADE_AT)


def test_one_vtimezone_for_each_zone_in_use() -> None:
    body = a_body(an_event(1), an_event(2, zone="America/New_York"), an_event(3, zone="America/New_York"))
    assert body.count(b"BEGIN:VTIMEZONE") == 2
    assert body.index(b"TZID:America/New_York") < body.index(b"TZID:Europe/London")


def test_zones_cover_the_years_of_the_sessions() -> None:
    body = a_body(an_event(1), an_event(2, starts_at=datetime(2029, 2, 1, 10, tzinfo=UTC), zone="Africa/Cairo"))
    assert b"DTSTART:20290427T000000" in body, "the last change of 2029"


def test_a_calendar_without_sessions_needs_a_notice() -> None:
    with pytest.raises(ValueError, match="notice"):
        render_calendar(a_calendar(), [], MADE_AT)


def test_a_notice_is_a_day_that_blocks_nobody() -> None:
    notice = Notice("notice-1", "No sessions yet", date(2026, 8, 1), MADE_AT, "They come here when published.")
    body = render_calendar(a_calendar(), [render_notice(notice)], MADE_AT)
    assert validate(body) == ()
    assert b"DTSTART;VALUE=DATE:20260801\r\nDTEND;VALUE=DATE:20260802\r\nSUMMARY:No sessions yet" in body
    assert b"TRANSP:TRANSPARENT" in body
    assert b"VTIMEZONE" not in body


TEXT = st.text(max_size=200) | st.text(alphabet="\\,;:\"\r\n\tnNü🩺 \x00\x07\x85\u2028^'", max_size=200)


@given(title=TEXT, location=TEXT, description=TEXT)
@example(title="Ward\\North", location="C:\\new", description="\\n\\\\N\\,")
@example(title="Tea\r\nATTENDEE:mailto:a@b.example", location="\nEND:VEVENT", description="a\rb\x0bc\x0cd\u2029e")
@example(title="ü" * 200, location="🩺" * 100, description="\\" * 200)
@example(title="\ud800", location="\x00", description=" ")
def test_any_text_gives_a_valid_body_and_is_read_back(title: str, location: str, description: str) -> None:
    body = a_body(an_event(title=title, location=location, description=description))
    assert validate(body) == ()
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert len(events) == 1
    assert not events[0].errors
    assert set(events[0]) <= set(icalendar.Event.from_ical(render_event(an_event()).body)) | {"LOCATION", "DESCRIPTION"}
    assert visible(str(events[0]["SUMMARY"])) == visible(title)
    assert visible(str(events[0].get("DESCRIPTION", ""))) == visible(description)
    assert visible(str(events[0].get("LOCATION", ""))) == visible(location)


def visible(text: str) -> str:
    """What remains of a text without spaces, breaks and what cannot be seen."""
    return "".join(character for character in text if character.isprintable() and character not in "\ud800 \xad")


@given(st.text(alphabet="aü🩺,;\\", min_size=60, max_size=400))
def test_lines_are_folded_between_characters(title: str) -> None:
    lines = a_body(an_event(title=title)).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"uid": ""}, "UID"),
        ({"uid": "a" * 256}, "UID"),
        ({"uid": "a\nb"}, "UID"),
        ({"starts_at": STARTS_AT.replace(tzinfo=None)}, "UTC"),
        ({"starts_at": STARTS_AT.astimezone(timezone(HOUR))}, "UTC"),
        ({"ends_at": STARTS_AT}, "ends after"),
        ({"sequence": -1}, "sequence"),
        ({"zone": "Europe/Atlantis"}, "Atlantis"),
        ({"conference_url": "javascript:alert(1)"}, "https"),
        ({"page_url": "https://rounds.example/\r\nATTENDEE:a"}, "https"),
    ],
)
def test_values_that_no_calendar_holds_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises((ValueError, LookupError), match=message):
        an_event(**changes)


def test_a_fragment_knows_its_span() -> None:
    event = an_event()
    fragment = render_event(event)
    assert (fragment.zone, fragment.first, fragment.last) == (event.zone, event.starts_at, event.ends_at)
    assert render_event(replace(event, zone="UTC")).zone == ""


def test_sessions_in_utc_need_no_vtimezone() -> None:
    body = a_body(an_event(zone="UTC"))
    assert validate(body) == ()
    assert b"DTSTART:20260915T130000Z" in body


def test_times_are_written_to_the_second() -> None:
    event = an_event(changed_at=MADE_AT + timedelta(milliseconds=250))
    assert "DTSTAMP:20260801T090000Z" in unfolded(event)
