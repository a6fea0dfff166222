"""Messages that come in, taken apart: whom they were sent to, what calendars they carry, what they report as lost.

Anybody can send anything here, so nothing of a message is believed but what a signed tag proves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from typing import Final

from scheduler.errors import Rejected
from scheduler.languages import say
from scheduler.mail.quoted_text import own_words

MAX_OCTETS: Final = 2 * 1024 * 1024
_MOST_CALENDARS: Final = 5
_MOST_PARTS: Final = 200
_RECIPIENTS: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_CALENDARS: Final = frozenset({"text/calendar", "application/ics"})
_RETURNED: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})


_MACHINES_SAY: Final = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe")
"""Headers of out-of-office replies and lists, which no person's own message carries."""


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery status notification (RFC 3464): whether delivery has failed for good, by which status, of which
    message."""

    failed: bool
    status: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What matters of a message. ``addressed_to`` are the recipients as written; ``by_machine`` means that no person
    waits for an answer (RFC 3834 section 2). ``sender`` is the address that it gives as its writer's, ``words`` what
    they wrote, without what they quote."""

    addressed_to: str
    calendars: tuple[bytes, ...]
    report: Report | None
    by_machine: bool
    sender: str = ""
    message_id: str = ""
    words: str = ""


def read_incoming(raw: bytes, recipient: str = "") -> Incoming:
    """Take a message apart; ``recipient`` is the envelope's, where it is known. Raises Rejected for what is too big."""
    if len(raw) > MAX_OCTETS:
        raise Rejected(say("This e-mail is too large."))
    try:
        message = message_from_bytes(raw)
        parts = list(_parts(message))
    except RecursionError:
        raise Rejected(say("This e-mail is too complex to be read.")) from None
    written = [recipient, *(str(value) for name in _RECIPIENTS for value in message.get_all(name, []))]
    return Incoming(
        addressed_to=" ".join(written),
        calendars=tuple(dict.fromkeys(_calendars(parts)))[:_MOST_CALENDARS],
        report=_report(parts),
        by_machine=_is_by_machine(message),
        sender=parseaddr(str(message.get("From", "")))[1],
        message_id=str(message.get("Message-ID", "")).strip(),
        words=own_words(parts),
    )


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            return
        yield part


def _calendars(parts: list[Message]) -> Iterator[bytes]:
    for part in parts:
        if part.get_content_type() in _CALENDARS:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content


def _report(parts: list[Message]) -> Report | None:
    fields = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if fields is None:
        return None
    blocks = fields.get_payload()
    failed = [
        block
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed"
    ]
    status = str(failed[0].get("Status", "")).split()[:1] if failed else []
    return Report(bool(failed), status[0] if status else "5.0.0", _message_id(parts))


def _message_id(parts: list[Message]) -> str:
    """The Message-ID of what was returned: the headers of a whole message, or headers alone."""
    returned = next((part for part in parts if part.get_content_type() in _RETURNED), None)
    if returned is None:
        return ""
    whole = returned.get_payload()
    if isinstance(whole, list):
        return next((str(part.get("Message-ID", "")) for part in whole if isinstance(part, Message)), "")
    octets = returned.get_payload(decode=True)
    return str(message_from_bytes(octets).get("Message-ID", "")) if isinstance(octets, bytes) else ""


def _is_by_machine(message: Message) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    bulk = str(message.get("Precedence", "")).strip().lower() in ("bulk", "junk", "list", "auto_reply")
    signs = any(message.get(name) is not None for name in _MACHINES_SAY)
    return submitted != "no" or bulk or signs or str(message.get("Return-Path", "")).strip() == "<>"
