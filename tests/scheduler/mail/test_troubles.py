"""Mail that does not arrive: refused at once, returned later, told to the coordinator with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound
from scheduler.invitations.inbound_mail import Outcome, take_message
from scheduler.invitations.mail_reader import read_message
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.service import Sent, put_in_outbox, send_waiting
from scheduler.mail.tables import MailRow
from scheduler.mail.troubles import Cause, cause_of, forget_trouble, list_troubles, outbox_state, status_of
from scheduler.paging import Paging
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow
from scheduler.settings import Settings
from tests.builders import NOW, World, actor, import_residents, world
from tests.mail_server import Inbox, serving


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(inbox: Inbox) -> Iterator[Settings]:
    with serving(inbox, mail_tag="+") as found:
        yield found


@pytest.fixture
def here(database: Database) -> World:
    found = world(database)
    import_residents(found, 2)
    return found


def post(here: World, settings: Settings, address: str = "r1@example.org") -> Sent:
    with here.database.writing() as db:
        put_in_outbox(db, address, "Hello", "Hello", NOW)
    return send_waiting(here.database, settings, NOW)


def troubles(here: World) -> list[tuple[str, str]]:
    with here.database.reading() as db:
        return [
            (each.address, each.status) for each in list_troubles(db, here.coordinator, here.programme_id, Paging())[0]
        ]


def report(message: EmailMessage, to: str, action: str = "failed", status: str = "5.1.1", whole: bool = True) -> bytes:
    """A delivery status notification (RFC 3464) about a message, as mail servers write it."""
    returned = message.as_string() if whole else f"Message-ID: {message['Message-ID']}\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return "\r\n".join([
        "From: MAILER-DAEMON@example.org", f"To: {to}", "Subject: Undelivered", "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0", 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "",
        "--b", "Content-Type: text/plain", "", "Sorry.", "--b", "Content-Type: message/delivery-status", "",
        "Reporting-MTA: dns; mail.example.org", "", "Final-Recipient: rfc822; r1@example.org",
        f"Action: {action}", f"Status: {status}", "", "--b", f"Content-Type: {kind}", "", returned, "--b--", "",
    ]).encode()  # fmt: skip


def take(here: World, settings: Settings, raw: bytes, recipient: str = "") -> Outcome:
    received = read_message(Tags(settings), raw, recipient)
    with here.database.writing() as db:
        return take_message(db, settings, received, NOW)


def test_what_a_server_refuses_for_good_is_given_up_at_once_and_shown(
    here: World, settings: Settings, database: Database
) -> None:
    with database.writing() as db:
        db.execute(update(PersonRow).where(PersonRow.email == "r1@example.org").values(email="refused@example.org"))
    assert post(here, settings, "refused@example.org") == Sent(0, 1)
    assert send_waiting(database, settings, NOW + timedelta(days=1)) == Sent(0, 0)
    assert troubles(here) == [("refused@example.org", "5.1.1")]


def test_what_a_server_refuses_for_now_is_tried_again(here: World, settings: Settings, inbox: Inbox) -> None:
    inbox.answer = "451 4.2.2 mailbox full, try later"
    assert post(here, settings) == Sent(0, 1)
    assert troubles(here) == []
    inbox.answer = "250 OK"
    assert send_waiting(here.database, settings, NOW + timedelta(minutes=2)) == Sent(1, 0)


def test_a_refusal_is_forgotten_when_mail_arrives_again(here: World, settings: Settings, inbox: Inbox) -> None:
    inbox.answer = "554 5.7.1 looks like spam"
    post(here, settings)
    assert troubles(here) == [("r1@example.org", "5.7.1")]
    inbox.answer = "250 OK"
    post(here, settings)
    assert troubles(here) == []


@pytest.mark.parametrize("whole", [True, False])
def test_returned_mail_is_noted_by_the_address_it_returns_to_or_by_its_message_id(
    here: World, settings: Settings, inbox: Inbox, whole: bool
) -> None:
    post(here, settings)
    [message], [(sender, _)] = inbox.messages, inbox.envelopes
    anonymous = report(EmailMessage(), "rounds@example.org", whole=whole)
    assert take(here, settings, anonymous, recipient=sender) is Outcome.RETURNED
    assert troubles(here) == [("r1@example.org", "5.1.1")]
    with here.database.writing() as db:
        forget_trouble(db, here.coordinator, here.programme_id, _id_of(here, "r1@example.org"), NOW)
    assert troubles(here) == []
    assert take(here, settings, report(message, "rounds@example.org", whole=whole)) is Outcome.RETURNED
    assert troubles(here) == [("r1@example.org", "5.1.1")]


def test_a_delay_is_no_loss_and_a_made_up_report_is_none(here: World, settings: Settings, inbox: Inbox) -> None:
    post(here, settings)
    [message] = inbox.messages
    assert take(here, settings, report(message, "x@example.org", action="delayed")) is Outcome.IGNORED
    del message["Message-ID"]
    message["Message-ID"] = f"<b1-{'a' * 24}@example.org>"
    assert take(here, settings, report(message, "rounds+b1-aaaa@example.org")) is Outcome.IGNORED
    assert take(here, settings, report(EmailMessage(), "x@example.org")) is Outcome.IGNORED
    assert troubles(here) == []


def test_a_corrected_address_is_no_trouble_any_more(here: World, settings: Settings, inbox: Inbox) -> None:
    post(here, settings)
    take(here, settings, report(inbox.messages[0], "rounds@example.org"))
    with here.database.writing() as db:
        db.execute(update(PersonRow).where(PersonRow.email == "r1@example.org").values(email="right@example.org"))
    assert troubles(here) == []


def test_only_coordinators_are_told(here: World) -> None:
    me = _id_of(here, "r1@example.org")
    resident = actor(me, here.programme_id, Role.RESIDENT)
    with here.database.writing() as db:
        with pytest.raises(NotAllowed):
            list_troubles(db, resident, here.programme_id, Paging())
        with pytest.raises(NotAllowed):
            forget_trouble(db, resident, here.programme_id, me, NOW)
        with pytest.raises(NotFound):
            forget_trouble(db, here.coordinator, here.programme_id, me, NOW)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("5.1.1", Cause.NO_MAILBOX),
        ("5.1.10", Cause.NO_MAILBOX),
        ("550", Cause.NO_MAILBOX),
        ("5.2.2", Cause.FULL),
        ("552", Cause.FULL),
        ("5.7.26", Cause.REFUSED),
        ("5.4.4", Cause.OTHER),
    ],
)
def test_codes_tell_what_to_do(status: str, cause: Cause) -> None:
    assert cause_of(status) is cause


def test_the_enhanced_status_outranks_the_reply_code() -> None:
    assert status_of(550, "5.7.1 <a@example.org> no") == "5.7.1"
    assert status_of(550, "no such user") == "550"


def test_the_outbox_is_told_in_numbers(here: World, settings: Settings, inbox: Inbox) -> None:
    inbox.answer = "451 4.0.0 later"
    post(here, settings)
    post(here, settings, "refused@example.org")
    with here.database.reading() as db:
        state = outbox_state(db)
    assert (state.waiting, state.tried, state.given_up, state.troubles, state.oldest_at) == (1, 1, 1, 1, NOW)


def test_what_is_tried_again_keeps_its_message_id(here: World, settings: Settings, inbox: Inbox) -> None:
    post(here, settings)
    with here.database.writing() as db:
        db.execute(update(MailRow).values(next_try_at=NOW))  # a sender died between the server's yes and its own note
    send_waiting(here.database, settings, NOW)
    assert len({message["Message-ID"] for message in inbox.messages}) == 1
    assert len(inbox.messages) == 2


def test_tags_survive_servers_that_fold_case_and_prove_who_made_them(settings: Settings) -> None:
    tags = Tags(settings)
    address = tags.address(TagKind.ANSWER, 12)
    assert len(address.partition("@")[0]) <= 64
    assert tags.find_one(TagKind.ANSWER, address.upper()) == 12
    assert tags.find_one(TagKind.MESSAGE, address) is None
    assert tags.find_one(TagKind.ANSWER, address.replace("r12", "r13")) is None
    assert Tags(Settings("", "another key")).find_one(TagKind.ANSWER, address) is None
    assert Tags(Settings("", "key", mail_from="Rounds <r@example.org>")).address(TagKind.ANSWER, 1) == "r@example.org"


def _id_of(here: World, address: str) -> int:
    with here.database.reading() as db:
        return db.scalars(select(PersonRow.id).where(PersonRow.email == address)).one()
