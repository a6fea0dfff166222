"""Texts that open something elsewhere, sealed in the database under the installation's key: who has a copy of the
database alone can read none of them.

The key is made from ``secret_key`` and belongs to an engine. Sealing is deterministic (AES-SIV, RFC 5297), so a column
can be searched for a text and be unique; what is sealed for one column opens in no other. A text sealed under another
key reads as an empty one: whoever changes the key has those texts entered anew.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from hashlib import sha512
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_MARK: Final = "sealed:"
_KEY: Final = "installation_key"


class SecretText(TypeDecorator[str]):
    """A text that is stored sealed; an empty one stays empty. ``about`` names table and column."""

    impl = String
    cache_ok = True

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return sealed(value, self.about, key_of(dialect)) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return opened(value, self.about, key_of(dialect)) if value else value


def use_key(engine: Engine, secret_key: str) -> None:
    """Seal and open what goes through this engine with the key of the installation."""
    setattr(engine.dialect, _KEY, secret_key)


def key_of(dialect: Dialect) -> str:
    """The key of an engine. Raises LookupError where it was given none: nothing secret is stored as it is."""
    key: str = getattr(dialect, _KEY, "")
    if not key:
        raise LookupError("secret texts need the installation's key: see scheduler.bootstrap.connect")
    return key


def sealed(text: str, about: str, secret_key: str) -> str:
    """The text as it is stored: the same for the same text, column and key."""
    closed = _cipher(secret_key).encrypt(text.encode(), [about.encode()])
    return _MARK + urlsafe_b64encode(closed).decode()


def opened(stored: str, about: str, secret_key: str) -> str:
    """What was sealed; empty where it was under another key, or is not whole."""
    from cryptography.exceptions import InvalidTag  # few processes ever need it

    try:
        closed = urlsafe_b64decode(stored.removeprefix(_MARK))
        return _cipher(secret_key).decrypt(closed, [about.encode()]).decode()
    except (InvalidTag, ValueError):
        return ""


@cache
def _cipher(secret_key: str) -> AESSIV:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # few processes ever need it

    return AESSIV(hmac.digest(secret_key.encode(), b"secret texts at rest", sha512))


def is_sealed(stored: Any) -> bool:
    """Whether a stored value is a sealed text."""
    return isinstance(stored, str) and stored.startswith(_MARK)
