"""Answers that calendars send back: whose they are, what they are about, and what becomes of them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, true

from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, NotPossible, Rejected
from scheduler.invitations.inbound_mail import Outcome, take_answers, take_message
from scheduler.invitations.mail_reader import read_answer_file, read_message
from scheduler.invitations.replies import read_replies
from scheduler.invitations.tables import InvitationRow
from scheduler.mail.addresses import Tags
from scheduler.mail.incoming import MAX_OCTETS
from scheduler.sessions.quorum import who_is_sorry
from scheduler.settings import Settings
from tests.mail_server import Inbox
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital
from tests.scheduler.invitations.post import ADA, ADDRESSES, BEN, invitation_of, invite, new_for, tell

NEAR = FIRST_SESSION - timedelta(hours=50)
ANSWERED = NEAR + timedelta(hours=1)


@pytest.fixture
def invitation(hospital: Hospital, settings: Settings, inbox: Inbox) -> EmailMessage:
    """Ada's invitation to the first session."""
    return invite(hospital, settings, inbox, NEAR)


def reply(
    invitation: EmailMessage, answer: str = "ACCEPTED", attendee: str = ADDRESSES[ADA], at: datetime = ANSWERED,
    leave_out: tuple[str, ...] = (), method: str = "REPLY",
) -> bytes:  # fmt: skip
    """The iTIP answer to an invitation, as calendars make it from what they were sent."""
    event = invitation_of(invitation)
    lines = {
        "UID": str(event["UID"]),
        "DTSTAMP": f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "DTSTART": f"{event['DTSTART'].dt.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "SEQUENCE": str(event["SEQUENCE"]),
        "ORGANIZER": str(event["ORGANIZER"]),
        f"ATTENDEE;PARTSTAT={answer}": f"mailto:{attendee}",
    }
    body = [f"{name}:{value}" for name, value in lines.items() if name not in leave_out]
    head = ["BEGIN:VCALENDAR", "PRODID:-//Test//EN", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT"]
    return ("\r\n".join([*head, *body, "END:VEVENT", "END:VCALENDAR"]) + "\r\n").encode()


def as_mail(invitation: EmailMessage, calendar: bytes, to: str = "", type_: str = "text/calendar") -> bytes:
    """The answer as it is mailed: to the organizer, with words beside it."""
    message = EmailMessage()
    message["From"], message["Subject"] = "Somebody <somebody@elsewhere.example>", "Accepted"
    message["To"] = to or str(invitation_of(invitation)["ORGANIZER"]).removeprefix("mailto:")
    message.set_content("I will be there.")
    main, sub = type_.split("/")
    message.add_alternative(calendar, maintype=main, subtype=sub, params={"method": "REPLY"})
    return message.as_bytes()


def take(hospital: Hospital, settings: Settings, raw: bytes, now: datetime = ANSWERED) -> Outcome:
    received = read_message(Tags(settings), raw)
    with hospital.database.writing() as db:
        return take_message(db, settings, received, now)


def upload(hospital: Hospital, who: str, content: bytes) -> bool:
    replies = read_answer_file(hospital.actor(who), content)
    with hospital.database.writing() as db:
        return take_answers(db, hospital.actor(who), replies, ANSWERED)


def sorry(hospital: Hospital) -> set[int]:
    with hospital.database.reading() as db:
        return {person_id for _, person_id in who_is_sorry(db, true())}


@pytest.mark.parametrize("answer", ["DECLINED", "declined"])
def test_no_is_an_apology_and_yes_takes_it_back(
    hospital: Hospital, settings: Settings, invitation: EmailMessage, answer: str
) -> None:
    assert take(hospital, settings, as_mail(invitation, reply(invitation, answer))) is Outcome.ANSWERED
    assert sorry(hospital) == {hospital.people[ADA]}
    later = reply(invitation, "ACCEPTED", at=ANSWERED + timedelta(minutes=1))
    assert take(hospital, settings, as_mail(invitation, later)) is Outcome.ANSWERED
    assert sorry(hospital) == set()


def test_maybe_counts_as_coming(hospital: Hospital, settings: Settings, invitation: EmailMessage) -> None:
    take(hospital, settings, as_mail(invitation, reply(invitation, "DECLINED")))
    maybe = reply(invitation, "TENTATIVE", at=ANSWERED + timedelta(minutes=1))
    assert take(hospital, settings, as_mail(invitation, maybe)) is Outcome.ANSWERED
    assert sorry(hospital) == set()


def test_an_answer_that_was_overtaken_changes_nothing(
    hospital: Hospital, settings: Settings, invitation: EmailMessage
) -> None:
    take(hospital, settings, as_mail(invitation, reply(invitation, "DECLINED")))
    older = reply(invitation, "ACCEPTED", at=ANSWERED - timedelta(minutes=1))
    assert take(hospital, settings, as_mail(invitation, older)) is Outcome.IGNORED
    assert sorry(hospital) == {hospital.people[ADA]}


def test_the_organizer_that_a_calendar_repeats_is_enough(
    hospital: Hospital, settings: Settings, invitation: EmailMessage
) -> None:
    """Some servers strip tags from addresses on the way."""
    raw = as_mail(invitation, reply(invitation, "DECLINED"), to="rounds@example.org", type_="application/ics")
    assert take(hospital, settings, raw) is Outcome.ANSWERED


def test_nobody_answers_without_the_secret_of_the_invitation(
    hospital: Hospital, settings: Settings, invitation: EmailMessage
) -> None:
    forged = reply(invitation, "DECLINED", leave_out=("ORGANIZER",))
    for to in ("rounds@example.org", f"rounds+r{hospital.people[ADA]}-{'a' * 24}@example.org"):
        with pytest.raises(NotAllowed):
            take(hospital, settings, as_mail(invitation, forged, to=to))
    assert sorry(hospital) == set()


def test_a_forwarded_invitation_lets_nobody_answer_for_its_owner_or_for_others(
    hospital: Hospital, settings: Settings, inbox: Inbox, invitation: EmailMessage
) -> None:
    with pytest.raises(NotAllowed):
        take(hospital, settings, as_mail(invitation, reply(invitation, "DECLINED", attendee=ADDRESSES[BEN])))
    [bens] = new_for(inbox, BEN)[-1:]
    to_ben = str(invitation_of(bens)["ORGANIZER"]).removeprefix("mailto:")
    assert to_ben != str(invitation_of(invitation)["ORGANIZER"]).removeprefix("mailto:")
    with pytest.raises(NotAllowed):
        take(hospital, settings, as_mail(bens, reply(bens, "DECLINED", attendee=ADDRESSES[ADA])))
    assert sorry(hospital) == set()


def test_an_answer_to_a_session_that_has_moved_since_is_refused(
    hospital: Hospital, settings: Settings, invitation: EmailMessage
) -> None:
    hospital.move("g1", 0, FIRST_SESSION + timedelta(hours=3))
    tell(hospital, settings, NEAR + timedelta(minutes=30))
    for leave_out in ((), ("DTSTART",)):
        with pytest.raises(NotPossible, match="moved since"):
            take(hospital, settings, as_mail(invitation, reply(invitation, "DECLINED", leave_out=leave_out)))
    assert sorry(hospital) == set()


def test_an_answer_to_a_session_whose_place_has_changed_still_counts(
    hospital: Hospital, settings: Settings, invitation: EmailMessage
) -> None:
    hospital.planned["g1", 0] = replace(hospital.planned["g1", 0], room_id=None)
    tell(hospital, settings, NEAR + timedelta(minutes=30))
    assert take(hospital, settings, as_mail(invitation, reply(invitation, "DECLINED"))) is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"answer": "DELEGATED"}, Rejected),
        ({"method": "COUNTER"}, Rejected),
        ({"method": "REQUEST"}, Rejected),
        ({"leave_out": ("UID",)}, Rejected),
        ({"leave_out": ("DTSTAMP",)}, Rejected),
        ({"leave_out": ("ATTENDEE;PARTSTAT=ACCEPTED",)}, Rejected),
    ],
)
def test_what_is_no_answer_is_refused(
    hospital: Hospital, settings: Settings, invitation: EmailMessage, change: dict, error: type[Exception]
) -> None:
    with pytest.raises(error):
        take(hospital, settings, as_mail(invitation, reply(invitation, **change)))


@pytest.mark.parametrize(
    "line", ["DTSTART;TZID=America/New_York:99991231T235959", "DTSTART;TZID=Asia/Tokyo:00010101T000000"]
)
def test_a_moment_at_the_edge_of_all_years_is_refused_in_a_sentence(invitation: EmailMessage, line: str) -> None:
    edge = re.sub(rb"DTSTART:\w+", line.encode(), reply(invitation))
    assert line.encode() in edge
    with pytest.raises(Rejected, match="can’t be read"):
        read_replies(edge)


def test_a_clock_far_ahead_does_not_shut_out_later_answers(
    hospital: Hospital, settings: Settings, invitation: EmailMessage
) -> None:
    ahead = reply(invitation, "DECLINED", at=ANSWERED.replace(year=9990))
    assert take(hospital, settings, as_mail(invitation, ahead)) is Outcome.ANSWERED
    later = ANSWERED + timedelta(hours=1)
    assert take(hospital, settings, as_mail(invitation, reply(invitation, at=later)), later) is Outcome.ANSWERED
    assert sorry(hospital) == set()


def test_an_unknown_session_is_refused(hospital: Hospital, settings: Settings, invitation: EmailMessage) -> None:
    uid = str(invitation_of(invitation)["UID"]).encode()
    with pytest.raises(NotFound):
        take(hospital, settings, as_mail(invitation, reply(invitation).replace(uid, b"elsewhere")))


def test_a_late_answer_is_refused(hospital: Hospital, settings: Settings, invitation: EmailMessage) -> None:
    with pytest.raises(NotPossible):
        take(hospital, settings, as_mail(invitation, reply(invitation)), FIRST_SESSION + timedelta(days=1))


def test_words_to_the_mailbox_are_told_that_nobody_reads_it_and_machines_are_told_nothing(
    hospital: Hospital, settings: Settings
) -> None:
    with pytest.raises(Rejected, match="is not read"):
        take(hospital, settings, b"From: a@example.org\r\nTo: rounds@example.org\r\n\r\nHello?")
    away = b"From: a@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nI am away."
    assert take(hospital, settings, away) is Outcome.IGNORED


def test_an_uploaded_answer_counts_for_whoever_is_signed_in(hospital: Hospital, invitation: EmailMessage) -> None:
    assert upload(hospital, ADA, reply(invitation, "DECLINED"))
    assert sorry(hospital) == {hospital.people[ADA]}
    with pytest.raises(NotAllowed):
        upload(hospital, BEN, reply(invitation, "DECLINED"))
    assert upload(hospital, ADA, as_mail(invitation, reply(invitation, at=ANSWERED + timedelta(minutes=1))))
    assert sorry(hospital) == set()


def test_what_nobody_is_proven_to_have_sent_is_not_looked_into(
    hospital: Hospital, settings: Settings, invitation: EmailMessage
) -> None:
    broken = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nORGANIZER:mailto:%s\r\nBEGIN:"
    with pytest.raises(NotAllowed, match="was invited"):
        take(hospital, settings, as_mail(invitation, broken % b"rounds+r1-aaaa@example.org", to="rounds@example.org"))
    known = str(invitation_of(invitation)["ORGANIZER"]).removeprefix("mailto:").encode()
    folded = known[:20] + b"\r\n " + known[20:]
    with pytest.raises(Rejected, match="can’t be read"):
        take(hospital, settings, as_mail(invitation, broken % folded, to="rounds@example.org"))


@pytest.mark.parametrize(
    "start", [b"00010101T000000Z", b"99991231T235959Z", b"00010101", b"99991231T235959", b"9" * 5000]
)
def test_a_start_at_the_ends_of_time_is_an_answer_to_another_session_or_none(
    hospital: Hospital, settings: Settings, invitation: EmailMessage, start: bytes
) -> None:
    answer = re.sub(rb"DTSTART:[0-9TZ]+", b"DTSTART:" + start, reply(invitation))
    stamped = re.sub(rb"DTSTAMP:[0-9TZ]+", b"DTSTAMP:" + start, reply(invitation))
    for each in (answer, stamped):
        with suppress(MentorRoundsError):
            take(hospital, settings, as_mail(invitation, each))
        with suppress(MentorRoundsError):
            upload(hospital, ADA, each)


def test_files_of_answers_are_bounded_and_read_within_bounds(hospital: Hospital, invitation: EmailMessage) -> None:
    with pytest.raises(Rejected, match="too large"):
        upload(hospital, ADA, reply(invitation) + b" " * MAX_OCTETS)
    endless = b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 20_000
    with pytest.raises(Rejected):
        upload(hospital, ADA, endless)


def test_only_the_stamp_of_an_answer_is_kept(hospital: Hospital, settings: Settings, invitation: EmailMessage) -> None:
    take(hospital, settings, as_mail(invitation, reply(invitation)))
    with hospital.database.reading() as db:
        row = db.scalars(select(InvitationRow).where(InvitationRow.answered_at.is_not(None))).one()
    assert (row.person_id, row.answered_at) == (hospital.people[ADA], ANSWERED)


ENVELOPE = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@given(body=st.binary(max_size=300), inside=st.booleans())
def test_any_octets_are_answers_or_are_refused(body: bytes, inside: bool) -> None:
    try:
        found = read_replies(ENVELOPE % body if inside else body)
    except MentorRoundsError:
        return
    assert all(reply.uid for reply in found)
