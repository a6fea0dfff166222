"""Writing to one's group: to whoever belongs to it, under the writer's name, and without any address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest

from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.groups.letters import LONGEST_LETTER, MOST_A_DAY, write_to_group
from scheduler.invitations.inbound_mail import Outcome, take_message
from scheduler.invitations.mail_reader import read_message
from scheduler.mail.addresses import Tags
from scheduler.mail.service import send_waiting
from scheduler.publishing.leavers import leave
from scheduler.settings import Settings
from tests.mail_server import Inbox, serving, text_of
from tests.scheduler.calendars.hospital import NOW, Hospital, a_hospital

ADA, BEN, FAY, DAN = "Ada Quillfeather", "Ben Marrowby", "Fay Lanternly", "Dan Oxbridgeton"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(inbox: Inbox) -> Iterator[Settings]:
    with serving(inbox, mail_tag="+") as found:
        yield found


@pytest.fixture
def hospital(database: Database) -> Hospital:
    return a_hospital(database)


def write(hospital: Hospital, settings: Settings, name: str, text: str, now=NOW) -> int:
    with hospital.database.writing() as db:
        count = write_to_group(db, settings, hospital.actor(name), hospital.programme_id, "g1", text, now)
    send_waiting(hospital.database, settings, now)
    return count


def answer(to: EmailMessage, sender: str, text: str, **headers: str) -> bytes:
    """What a mail program makes of “reply” to a message."""
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = sender, to["Reply-To"], f"Re: {to['Subject']}"
    reply["Message-ID"] = "<one@mail.example.org>"
    for name, value in headers.items():
        reply[name.replace("_", "-")] = value
    quoted = "\n".join(f"> {line}" for line in text_of(to).split("\n"))
    reply.set_content(f"{text}\n\nOn Tue, 1 Sep 2026 at 10:00, {to['From']} wrote:\n{quoted}\n")
    return reply.as_bytes()


def take(hospital: Hospital, settings: Settings, raw: bytes, now=NOW + MINUTE) -> Outcome:
    received = read_message(Tags(settings), raw)
    with hospital.database.writing() as db:
        outcome = take_message(db, settings, received, now)
    send_waiting(hospital.database, settings, now)
    return outcome


def test_everybody_else_in_the_group_reads_it_and_sees_no_address(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    assert write(hospital, settings, ADA, "Could we talk about exams?") == 2
    assert sorted(message["To"] for message in inbox.messages) == ["ben@example.org", "fay@example.org"]
    [message] = inbox.taken("ben@example.org")
    assert message["From"].addresses[0].display_name == f"{ADA} (Mentor Rounds)"
    assert message["From"].addresses[0].addr_spec == "rounds@example.org"
    assert "Could we talk about exams?" in text_of(message)
    assert message["Subject"] == f"{ADA} has written to your mentoring group"
    assert "ada@example.org" not in message.as_string()
    assert str(message["Reply-To"]).startswith("rounds+g")


def test_an_answer_goes_to_the_group_once_without_what_it_quotes(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    write(hospital, settings, ADA, "Could we talk about exams?")
    [message] = inbox.taken("ben@example.org")
    inbox.messages.clear()
    raw = answer(message, "ben@example.org", "Yes, gladly.")
    assert take(hospital, settings, raw) is Outcome.PASSED_ON
    assert sorted(found["To"] for found in inbox.messages) == ["ada@example.org", "fay@example.org"]
    [found] = inbox.taken("ada@example.org")
    assert "Yes, gladly." in text_of(found)
    assert "exams" not in text_of(found)
    assert str(message["Reply-To"]) not in found.as_string(), "Ben's own address would let others write in his name"
    assert take(hospital, settings, raw, NOW + 2 * MINUTE) is Outcome.PASSED_ON
    assert len(inbox.messages) == 2, "a message that a mail server hands over twice is passed on once"


def test_a_quotation_that_is_not_known_as_one_hands_on_no_way_in(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    write(hospital, settings, ADA, "Hello")
    [message] = inbox.taken("ben@example.org")
    inbox.messages.clear()
    reply = EmailMessage()
    reply["From"], reply["To"] = "ben@example.org", message["Reply-To"]
    reply.set_content(f"Yes\n\n{message['Reply-To']} said:\n{text_of(message)}")
    take(hospital, settings, reply.as_bytes())
    [found] = inbox.taken("ada@example.org")
    stops = [line for line in text_of(message).split("\n") if "/mail/stop/" in line]
    assert stops
    assert not any(part in found.as_string() for line in stops for part in line.split() if "/mail/stop/" in part)


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Precedence": "bulk"}, {"List_Id": "<l>"}]
)
def test_what_machines_answer_is_dropped(
    hospital: Hospital, settings: Settings, inbox: Inbox, headers: dict[str, str]
) -> None:
    write(hospital, settings, ADA, "Hello")
    [message] = inbox.taken("ben@example.org")
    inbox.messages.clear()
    raw = answer(message, "ben@example.org", "I am away.", **headers)
    assert take(hospital, settings, raw) is Outcome.IGNORED
    assert inbox.messages == []


def test_nobody_writes_in_anothers_name_or_to_a_group_that_they_have_left(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    write(hospital, settings, ADA, "Hello")
    [message] = inbox.taken("ben@example.org")
    with pytest.raises(NotAllowed):
        take(hospital, settings, answer(message, "eve@example.org", "It’s me, Ben."))
    with hospital.database.writing() as db:
        leave(db, hospital.actor(BEN), hospital.programme_id, NOW)
    with pytest.raises(NotFound):
        take(hospital, settings, answer(message, "ben@example.org", "One more thing"))
    with pytest.raises(NotFound):
        write(hospital, settings, DAN, "I belong to the other group")
    inbox.messages.clear()
    assert write(hospital, settings, ADA, "Ben has gone") == 1
    assert [found["To"] for found in inbox.messages] == ["fay@example.org"]


def test_too_long_too_often_and_nothing_at_all_are_refused(hospital: Hospital, settings: Settings) -> None:
    for text in ("  \n", "x" * (LONGEST_LETTER + 1)):
        with pytest.raises(Rejected):
            write(hospital, settings, ADA, text)
    for _ in range(MOST_A_DAY):
        write(hospital, settings, ADA, "Hello")
    with pytest.raises(NotPossible):
        write(hospital, settings, ADA, "Hello")
    assert write(hospital, settings, ADA, "Hello", NOW + timedelta(hours=25)) == 2


def test_where_no_mail_comes_in_answers_go_to_the_coordinator(hospital: Hospital, inbox: Inbox) -> None:
    with serving(inbox) as settings:
        write(hospital, settings, ADA, "Hello")
    [message] = inbox.taken("ben@example.org")
    assert message["Reply-To"] == "cora@example.org"
    assert "goes to your coordinator" in text_of(message)
