"""Messages as they go over the wire: headers, the parts of an invitation, names of all kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from scheduler.calendars.wording import ENGLISH
from scheduler.db import Database
from scheduler.invitations.itip import Parties, cancel, plain_file, publish, request
from scheduler.mail.addresses import Tags
from scheduler.mail.messages import Outgoing, message_of
from scheduler.mail.service import put_in_outbox, send_waiting
from scheduler.settings import Settings
from tests.builders import NOW
from tests.mail_server import Inbox, calendar_parts, files, serving
from tests.scheduler.calendars.builders import an_event

SETTINGS = Settings("", "key", mail_from="Mentor Rounds <rounds@example.org>", mail_tag="+")
STAMP = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
PARTIES = Parties("rounds+r1-x@example.org", "Spring term", "ada@example.org", "Ada Quill", True)
MAIL = Outgoing(
    7, "ada@example.org", "Moved: mentoring", "Grüße,\nAda\n", stop_url="https://rounds.example.org/mail/stop/x"
)


def on_the_wire(mail: Outgoing) -> EmailMessage:
    octets = message_of(mail, Tags(SETTINGS), NOW).as_bytes(policy=policy.SMTP)
    assert octets.isascii()
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998, "RFC 5322 section 2.1.1"
    return message_from_bytes(octets, policy=policy.default)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_has_the_parts_that_mail_programs_look_for(method: str) -> None:
    write = request if method == "REQUEST" else cancel
    calendar = write(an_event(), PARTIES, STAMP, ENGLISH)
    message = on_the_wire(replace(MAIL, calendar=calendar, method=method, sender=PARTIES.organizer))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics",
    ]  # fmt: skip
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert (part.get_param("method"), part.get_content_charset()) == (method, "utf-8")
    assert part.get_content_disposition() is None, "Thunderbird fails on one that is inline"
    [body], [file] = calendar_parts(message, "multipart/alternative"), files(message)
    assert body == file == calendar.encode()
    assert message["From"].addresses[0].addr_spec == PARTIES.organizer
    assert message["From"].addresses[0].display_name == "Mentor Rounds"
    parsed = icalendar.Calendar.from_ical(body)
    assert (parsed["METHOD"], str(parsed.walk("VEVENT")[0]["ORGANIZER"])) == (method, f"mailto:{PARTIES.organizer}")


def test_a_file_is_attached_and_nothing_else() -> None:
    for calendar, method in ((publish([an_event(1), an_event(2)], PARTIES, STAMP, ENGLISH), "PUBLISH"),
                             (plain_file(an_event(), STAMP, ENGLISH), "")):  # fmt: skip
        message = on_the_wire(replace(MAIL, calendar=calendar, method=method))
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/mixed", "text/plain", "text/calendar",
        ]  # fmt: skip
        [file] = message.iter_attachments()
        assert (file.get_filename(), file.get_param("method")) == ("mentoring.ics", method or None)
        assert message["From"].addresses[0].addr_spec == "rounds@example.org"


def test_a_message_can_be_stopped_with_one_tap_and_says_that_a_machine_sent_it() -> None:
    message = on_the_wire(MAIL)
    assert message["List-Unsubscribe"].strip() == "<https://rounds.example.org/mail/stop/x>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().splitlines() == MAIL.text.splitlines()
    assert on_the_wire(replace(MAIL, stop_url=""))["List-Unsubscribe"] is None


def test_the_stamp_is_the_moment_of_writing_and_the_sequence_the_session_s() -> None:
    event = an_event(sequence=4)
    for calendar in (request(event, PARTIES, STAMP, ENGLISH), cancel(event, PARTIES, STAMP, ENGLISH)):
        [read] = icalendar.Calendar.from_ical(calendar.encode()).walk("VEVENT")
        assert (read["DTSTAMP"].dt, read["SEQUENCE"], str(read["UID"])) == (STAMP, 4, event.uid)
        assert read["LAST-MODIFIED"].dt == event.changed_at
        assert (read["ATTENDEE"].params["PARTSTAT"], read["ATTENDEE"].params["RSVP"]) == ("NEEDS-ACTION", "TRUE")
    assert str(read["STATUS"]) == "CANCELLED"


def test_no_answer_is_asked_for_where_none_is_read() -> None:
    [read] = icalendar.Calendar.from_ical(
        request(an_event(), replace(PARTIES, answers=False), STAMP, ENGLISH).encode()
    ).walk("VEVENT")
    assert read["ATTENDEE"].params["RSVP"] == "FALSE"


NAMES = st.text(st.sampled_from("aé漢\"';:,\\ \r\n\t=^-\u2028\x00\x7f"), min_size=1, max_size=60)


@given(name=NAMES, term=NAMES)
def test_any_name_makes_an_invitation_that_is_read_as_one(name: str, term: str) -> None:
    parties = replace(PARTIES, attendee_name=name, organizer_name=term)
    body = request(an_event(), parties, STAMP, ENGLISH)
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    [read] = icalendar.Calendar.from_ical(body.encode()).walk("VEVENT")
    assert str(read["ATTENDEE"]) == "mailto:ada@example.org"
    assert str(read["ORGANIZER"]) == f"mailto:{PARTIES.organizer}"
    assert [event.attendee.value for event in vobject.readOne(body).vevent_list] == ["mailto:ada@example.org"]


@given(subject=st.text(max_size=40))
def test_a_subject_adds_no_header(subject: str) -> None:
    try:
        message = message_of(replace(MAIL, subject=subject), Tags(SETTINGS), NOW)
    except ValueError:
        return
    assert set(message.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip


def test_logs_hold_nobody_s_address(database: Database) -> None:
    inbox = Inbox(answer="451 4.2.2 ada@example.org is full")
    with capture_logs() as lines, serving(inbox) as settings:
        for address in ("ada@example.org", "refused@example.org", "a@["):
            with database.writing() as db:
                put_in_outbox(db, address, "Secret subject", "Secret text", NOW)
        send_waiting(database, settings, NOW)
    assert not any(word in str(lines) for word in ("example.org", "Secret"))
