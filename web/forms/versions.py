"""Nobody overwrites what they have not seen: a form says what stood there when it was opened.

A form carries a digest of the values that it was filled with. If something else stands there when it is sent, it is
refused, and its page shows both: what was typed, and what is kept now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from flask import request

from scheduler.errors import NotPossible
from web.forms.untouched import WAS
from web.language import gettext as _
from web.request_context import database

SEEN: Final = "seen"
"""The field in which a form says what it has seen."""


class ChangedMeanwhile(NotPossible):
    """Something else stands there than when the form was opened."""

    def __init__(self, what_to_do: str = "") -> None:
        super().__init__(
            _("This was changed after you opened the page: in another tab, on another device or by someone else."),
            what_to_do=what_to_do or _what_stays(),
        )


def _what_stays() -> str:
    if WAS in request.form:
        return _(
            "What you changed is still in the form, next to what is saved now. Everything else is as it is saved now. "
            "Save again to keep your changes."
        )
    return _("Your version is still in the form, next to what is saved now. Save again to keep yours.")


def version_of(*values: object) -> str:
    """A short name for values as they stand; equal for equal values, whatever the order of a set or the keys of a
    mapping."""
    return hashlib.sha256(repr([_plain(value) for value in values]).encode()).hexdigest()[:20]


def must_be_as_seen(*stored: object) -> None:
    """Raise :class:`ChangedMeanwhile` unless these values stand as they did when the form was opened.

    To be called within the transaction that writes. A form that does not say what it has seen overwrites: only what
    was not written by our pages does that.
    """
    if not _is_as_seen(SEEN, stored):
        raise ChangedMeanwhile


def must_be_as_shown(*stored: object, name: str = SEEN) -> None:
    """The same for a button that removes or confirms: it acts on the very thing that was shown, or on nothing.

    ``name`` is the field, where one form has several things.
    """
    if not _is_as_seen(name, stored):
        raise ChangedMeanwhile(_("This page now shows how things are. If you still want this, do it again."))


def _is_as_seen(name: str, stored: tuple[object, ...]) -> bool:
    if not database().is_writing:
        raise RuntimeError("what stands there now is to be compared within the transaction that writes")
    seen = request.form.get(name)
    return seen is None or seen == version_of(*stored)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return sorted((repr(_plain(key)), _plain(each)) for key, each in value.items())
    if isinstance(value, set | frozenset):
        return sorted(repr(_plain(each)) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, int | float | type(None)) else str(value)
