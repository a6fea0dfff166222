"""What programs send, read by what was declared of it: every other field, kind or size is refused with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec
from flask import request

from scheduler.errors import Fault
from scheduler.languages import say as _
from web.problems import Problem

T = TypeVar("T")
_PLACE: Final = re.compile(r"^(?P<text>.*?)(?: - at `(?P<place>.*)`)?$", re.DOTALL)
MOST_DEEP: Final = 40


def read_body(kind: type[T]) -> T:
    """The JSON of the request as what was declared. Raises :class:`Problem`: 415 for what isn't sent as JSON, 400 for
    what is none, 422 for other fields, kinds or sizes."""
    return converted(read_json(), kind)


def read_json() -> Any:
    """The JSON of the request as it is."""
    if request.mimetype != "application/json":
        raise Problem(
            415,
            _("Send this as JSON, with the header Content-Type: application/json."),
            headers={"Accept": "application/json"},
        )
    try:
        found = msgspec.json.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as wrong:
        raise Problem(400, _("This is not valid JSON: %(what)s", what=str(wrong)[:200])) from wrong
    return found


def read_query(kind: type[T]) -> T:
    """What stands behind the question mark, as what was declared."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Problem(422, _unusable(), errors=[Fault(name, _("Give this once.")) for name in twice])
    return converted(request.args.to_dict(), kind, strict=False)


def converted(value: Any, kind: type[T], *, strict: bool = True) -> T:
    """A value as what was declared; with ``strict`` off a text may stand for a number or for true and false."""
    _must_be_storable(value, "$", 0)
    try:
        return msgspec.convert(value, kind, strict=strict)
    except (msgspec.ValidationError, ValueError, OverflowError) as wrong:
        found = _PLACE.match(str(wrong))
        assert found is not None, "the pattern fits every text"
        raise Problem(422, _unusable(), errors=[Fault(found["place"] or "$", found["text"][:300])]) from wrong


def _unusable() -> str:
    return _("Something in this request can’t be used.")


def _must_be_storable(value: Any, place: str, deep: int) -> None:
    """No database keeps the NUL character or half a character, and nothing of ours lies as deep as some JSON does."""
    if deep > MOST_DEEP:
        raise Problem(422, _unusable(), errors=[Fault(place[:300], _("This lies too deep."))])
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        raise Problem(
            422, _unusable(), errors=[Fault(place[:300], _("This text holds a character that can’t be kept."))]
        )
    if isinstance(value, Mapping):
        for name, each in value.items():
            _must_be_storable(name, place, deep + 1)
            _must_be_storable(each, f"{place}.{name}", deep + 1)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _must_be_storable(each, f"{place}[{number}]", deep + 1)
