"""Signed tags: short names for a person or a message that nobody can make up.

A tag stands in the address that an invitation is sent from and its answer goes to, in the address that undeliverable
mail returns to, in Message-IDs and in links that stop mail. It is derived from the installation's secret, so nothing
of it is stored: a copy of the database lets nobody answer for somebody else.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from hashlib import sha256
from typing import Final

from scheduler.settings import Settings

_MAC_OCTETS: Final = 15
"""120 bits, 24 characters: the whole local part stays below the 64 octets of RFC 5321 section 4.5.3.1.1."""
_TAG: Final = re.compile(r"(?<![a-z0-9])([a-z])(\d{1,18})-([a-z2-7]{24})(?![a-z0-9])")


_AROUND: Final = re.compile(r"\S*(?<![a-z0-9])[a-z]\d{1,18}-[a-z2-7]{24}(?![a-z0-9])\S*", re.IGNORECASE)


class TagKind(StrEnum):
    """What a tag names, and so what its holder may do."""

    ANSWER = "r"
    """A person: answer their invitations."""
    MESSAGE = "b"
    """A message: say that it was not delivered."""
    STOP_REMINDERS = "s"
    """A person: end their reminders."""
    STOP_INVITATIONS = "i"
    """A person: end their invitations."""
    GROUP = "g"
    """A place in a group: write to the others there."""
    WEEK = "t"
    """A place in the week in writing of a session: write to the others there."""
    STOP_GROUP = "n"
    """A place in a group: end mail about that group."""
    STOP_DESK = "w"
    """How a coordinator is told of a programme: end that mail."""
    DATE = "d"
    """A question about a date: answer it."""
    RELEASED = "q"
    """The question whether somebody was released for a session: answer it."""


_KINDS: Final = {kind.value: kind for kind in TagKind}


def without_tags(text: str) -> str:
    """A text without anything that looks like a tag, with the address or link around it: what somebody quotes of their
    own mail must hand their ways in to nobody."""
    return _AROUND.sub("…", text)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag whose signature holds; ``number`` is the id of the person or message."""

    kind: TagKind
    number: int


@dataclass(frozen=True, slots=True)
class Tags:
    """Makes and reads the tags of one installation."""

    settings: Settings

    def sign(self, kind: TagKind, number: int) -> str:
        """The tag: lower-case letters, digits and a hyphen, since some servers fold the case of addresses."""
        name = f"{kind.value}{number}"
        mac = hmac.digest(self.settings.secret_key.encode(), f"mail tag {name}".encode(), sha256)[:_MAC_OCTETS]
        return f"{name}-{b32encode(mac).decode().lower()}"

    def find(self, text: str) -> Iterator[Tag]:
        """The tags in a text, such as the addresses of a header; those that were made up are passed over."""
        for match in _TAG.finditer(text.lower()):
            kind = _KINDS.get(match[1])
            if kind and hmac.compare_digest(match[0], self.sign(kind, int(match[2]))):
                yield Tag(kind, int(match[2]))

    def find_one(self, kind: TagKind, text: str) -> int | None:
        """The number of the first tag of this kind."""
        return next((tag.number for tag in self.find(text) if tag.kind is kind), None)

    def address(self, kind: TagKind, number: int) -> str:
        """The installation's address with a tag, or without where its mailbox takes none."""
        mailbox = self.mailbox
        if not self.settings.mail_tag:
            return mailbox
        local, _, domain = mailbox.rpartition("@")
        return f"{local}{self.settings.mail_tag}{self.sign(kind, number)}@{domain}"

    @property
    def mailbox(self) -> str:
        """The installation's address, without a name that may stand before it."""
        return parseaddr(self.settings.mail_from)[1] or self.settings.mail_from

    @property
    def domain(self) -> str:
        """The domain of the installation's address."""
        return self.mailbox.rpartition("@")[2]
