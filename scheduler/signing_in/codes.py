"""Codes that are typed by hand: beside each mailed link, for whatever opens links and presses buttons can't type them.

A code has 39 bits, and is of use only with a secret of 256: that of the link in the same letter, or the mark of the
browser in which the letter was asked for. So a copy of the database, which has digests of all three, lets nobody in,
and of each secret only a few codes may be tried.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from scheduler.languages import say
from scheduler.signing_in.digests import digest

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is mistaken for another."""
_LENGTH: Final = 8
LONGEST: Final = 40
"""Characters of what is typed that are looked at."""


@dataclass(frozen=True, slots=True)
class Here:
    """The browser in which somebody signs in: the ``mark`` that it was given when a link was asked for in it, and the
    ids of those who have been signed in in it."""

    mark: str = ""
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MailedLink:
    """The link of a letter, and the code that belongs to it."""

    address: str
    code: str

    @property
    def words(self) -> str:
        """The link as a letter has it, with what its page will ask for."""
        asked = say("The page asks for this code, so that only you can use the link: %(code)s", code=self.code)
        return f"{self.address}\n\n{asked}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a code: the secret of the new ``login``, empty for a wrong code; and whether another may be
    tried."""

    login: str = ""
    may_go_on: bool = True


def new_code() -> str:
    """A code as letters and pages show it."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return f"{drawn[: _LENGTH // 2]}-{drawn[_LENGTH // 2 :]}"


def seal_code(link_digest: str, code: str) -> str:
    """What is kept of the code of a link, however it was written."""
    plain = "".join(sign for sign in code[:LONGEST].lower() if sign.isalnum())
    return digest(f"{link_digest} {plain}")


def is_code(sealed: str | None, link_digest: str, typed: str) -> bool:
    """Whether what was typed is the code of this link, in the same time for whatever is typed."""
    return sealed is not None and hmac.compare_digest(sealed, seal_code(link_digest, typed))
