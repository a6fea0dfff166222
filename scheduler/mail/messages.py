"""From a stored message to what is sent: headers (RFC 5322), invitations (RFC 6047), one tap to stop (RFC 8058)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final

from scheduler.mail.addresses import TagKind, Tags

# Narrower than RFC 5322: Python's header parser stumbles over brackets, quotes and comments, each time differently.
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+")
_SENDER_NAME: Final = "Mentor Rounds"
_SCHEDULING: Final = frozenset({"REQUEST", "CANCEL"})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that was claimed from the outbox, with what :class:`scheduler.mail.model.Letter` says of it."""

    id: int
    address: str
    subject: str
    text: str
    calendar: str = ""
    method: str = ""
    sender: str = ""
    stop_url: str = ""
    file: str = ""
    sender_name: str = ""
    reply_to: str = ""
    sheet: str = ""


def message_of(mail: Outgoing, tags: Tags, now: datetime) -> EmailMessage:
    """The message. Raises ValueError for an address or a subject that no header takes.

    Its Message-ID is the same however often it is tried, so that a server which already has it can tell, and is
    signed, so that a report about it proves to be one.
    """
    if not _ADDRESS.fullmatch(mail.address):
        raise ValueError("this is no address")
    message = EmailMessage()
    message["From"] = _from(mail, tags)
    message["To"], message["Subject"] = mail.address, mail.subject
    reply_to = [address for address in mail.reply_to.split(", ") if _ADDRESS.fullmatch(address)]
    if reply_to:
        message["Reply-To"] = ", ".join(reply_to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{tags.sign(TagKind.MESSAGE, mail.id)}@{tags.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop_url:
        message["List-Unsubscribe"] = f"<{mail.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="quoted-printable")  # not every server on the way takes eight bits
    if mail.calendar:
        _add_calendar(message, mail)
    if mail.sheet:
        _attach_sheet(message, mail.sheet)
    return message


def _from(mail: Outgoing, tags: Tags) -> str | Address:
    """An invitation comes from its own organizer, or Outlook takes no cancellation of it. What a person writes carries
    their name, and never their address."""
    if not (mail.sender or mail.sender_name):
        return tags.settings.mail_from
    name = parseaddr(tags.settings.mail_from)[0] or _SENDER_NAME
    shown = f"{mail.sender_name} ({name})" if mail.sender_name else name
    return Address(shown, addr_spec=mail.sender or tags.mailbox)


def _add_calendar(message: EmailMessage, mail: Outgoing) -> None:
    """An invitation as Gmail, Outlook and Apple know it: a ``text/calendar`` alternative to the text, whose method is
    the object's, and the same octets as a file. Anything else is a file only, which no client takes for an invitation.
    """
    octets = mail.calendar.encode()
    parameters = {"charset": "utf-8", **({"method": mail.method} if mail.method else {})}
    if mail.method in _SCHEDULING:
        message.add_alternative(octets, maintype="text", subtype="calendar", params=parameters, cte="base64")
        message.add_attachment(octets, maintype="application", subtype="ics", filename="invite.ics")
        if mail.file:
            _attach(message, mail.file, {"charset": "utf-8", "method": "PUBLISH"})
        return
    _attach(message, mail.calendar, parameters)


def _attach(message: EmailMessage, calendar: str, parameters: dict[str, str]) -> None:
    octets = calendar.encode()
    message.add_attachment(
        octets, maintype="text", subtype="calendar", params=parameters, cte="base64", filename="mentoring.ics"
    )


def _attach_sheet(message: EmailMessage, sheet: str) -> None:
    """A table with the mark by which Excel knows UTF-8."""
    octets = sheet.encode("utf-8-sig")
    message.add_attachment(
        octets, maintype="text", subtype="csv", params={"charset": "utf-8"}, cte="base64", filename="cover.csv"
    )
