"""Lists of the API, page by page: each page says where the next one begins."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Sequence
from typing import Annotated, Final, Generic, TypeVar

import msgspec

from scheduler.errors import Fault
from scheduler.languages import say as _
from web.api.operations import Answer
from web.forms.reader import LARGEST_ID
from web.problems import Problem

T = TypeVar("T")
V = TypeVar("V")
USUAL: Final = 100
MOST: Final = 500


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list; next_cursor is null on the last one."""

    items: list[T]
    next_cursor: str | None


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page of a list: the next_cursor of the one before, and how many lines at most."""

    cursor: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = USUAL


def after(cursor: str) -> int:
    """The number after which a page begins: 0 for the first. Raises :class:`Problem` for what is no cursor."""
    if not cursor:
        return 0
    try:
        number = int(urlsafe_b64decode(cursor.encode("ascii")).decode("ascii"), 10) if len(cursor) < 40 else -1
    except (Error, ValueError):
        number = -1
    if not 0 <= number <= LARGEST_ID:
        fault = Fault("cursor", _("Send the next_cursor of the page before, or leave it out."))
        raise Problem(422, _("Something in this request can’t be used."), errors=[fault])
    return number


def cursor_of(number: int) -> str:
    """What is sent to get what comes after this number."""
    return urlsafe_b64encode(str(number).encode()).decode()


def page(found: Sequence[T], limit: int, number_of: Callable[[T], int], show: Callable[[T], V]) -> Answer:
    """A page out of lines by number, of which one more than the ``limit`` was looked for."""
    shown = found[:limit]
    more = cursor_of(number_of(shown[-1])) if len(found) > limit else None
    return Answer(Page(items=[show(each) for each in shown], next_cursor=more))


def part(found: Sequence[T], asked: Asked, show: Callable[[Sequence[T]], list[V]]) -> Answer:
    """A page out of lines that are all there, by their place."""
    start = after(asked.cursor)
    shown = found[start : start + asked.limit]
    end = start + len(shown)
    return Answer(Page(items=show(shown), next_cursor=cursor_of(end) if end < len(found) else None))
