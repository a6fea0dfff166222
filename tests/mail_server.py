"""A real SMTP server for the tests, and a mail program with a calendar behind it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
from aiosmtpd.controller import Controller

from scheduler.settings import Settings


@dataclass
class Inbox:
    """Keeps what the server took; refuses addresses. ``before`` is done, elsewhere, before a message is taken."""

    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    before: Callable[[], object] = lambda: None
    answer: str = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the server's name for it
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the server's name for it
        before, self.before = self.before, lambda: None
        await asyncio.to_thread(before)
        if self.answer.startswith("250"):
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
            self.messages.append(message_from_bytes(envelope.content, policy=policy.SMTP))
        return self.answer

    def taken(self, address: str) -> list[EmailMessage]:
        """What came for an address."""
        return [message for message in self.messages if message["To"] == address]


@contextmanager
def serving(inbox: Inbox, **more: Any) -> Iterator[Settings]:
    """Serve SMTP as long as this lasts: the settings of an installation that sends through it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings = {"mail_from": "rounds@example.org", "base_url": "https://rounds.example.org", **more}
    yield Settings("", "key", smtp_url=f"smtp://127.0.0.1:{port}", **settings)
    controller.stop()


@dataclass(frozen=True, slots=True)
class Held:
    """An event as a calendar holds it."""

    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    status: str
    is_free: bool = False


@dataclass
class MailProgram:
    """Somebody's mail program: takes invitations into the calendar by the rules of RFC 5546, and opens attached files.

    Of two objects with one UID the higher sequence counts, of equal ones the later stamp (section 2.1.5).
    """

    address: str
    calendar: dict[str, Held] = field(default_factory=dict)

    def read(self, message: EmailMessage) -> None:
        assert message["To"] == self.address
        scheduling = calendar_parts(message, "multipart/alternative")
        for body in scheduling or files(message):
            self._take(icalendar.Calendar.from_ical(body))

    def _take(self, calendar: icalendar.Calendar) -> None:
        cancels = calendar.get("METHOD") == "CANCEL"
        for event in calendar.walk("VEVENT"):
            new = held(event, cancels)
            old = self.calendar.get(str(event["UID"]))
            if old is None or (new.sequence, new.stamp) >= (old.sequence, old.stamp):
                self.calendar[str(event["UID"])] = new


def held(event: icalendar.Event, cancelled: bool = False) -> Held:
    return Held(
        int(event["SEQUENCE"]),
        event["DTSTAMP"].dt.astimezone(UTC),
        event["DTSTART"].dt.astimezone(UTC),
        event["DTEND"].dt.astimezone(UTC),
        "CANCELLED" if cancelled else str(event["STATUS"]),
        str(event.get("TRANSP")) == "TRANSPARENT",
    )


def calendar_parts(message: EmailMessage, inside: str) -> list[bytes]:
    """The text/calendar parts that stand in a multipart of this type: there mail programs look for invitations."""
    parents = [part for part in message.walk() if part.get_content_type() == inside]
    parts = (part for parent in parents for part in parent.iter_parts())
    return [part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/calendar"]


def files(message: EmailMessage) -> list[bytes]:
    """What is attached."""
    return [part.get_payload(decode=True) for part in message.iter_attachments()]


def text_of(message: EmailMessage) -> str:
    """The words."""
    body = message.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
