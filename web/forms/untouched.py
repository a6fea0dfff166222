"""What of a form was left as it was: when something else is stored by then, only what somebody changed stays theirs.

A form that is filled with named values carries a short digest of each. Rows that have only a number belong together,
since somebody else may have put another row in front of them; a card with a name of its own is one thing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from werkzeug.datastructures import MultiDict

from web.forms.reader import Fields

WAS: Final = "was"
"""The field in which a form says what each of its fields was filled with."""
Filling: TypeAlias = str | Sequence[str]
"""What a field is filled with; several where it is a row of boxes."""
_NUMBERED = re.compile(r"([a-z_]+)-\d+-[a-z_]+")


def is_filling(values: Mapping[object, object]) -> bool:
    """Whether these are fields' names with what the fields are filled with."""
    return all(isinstance(name, str) and isinstance(value, str | tuple) for name, value in values.items())


def digests_of(values: Mapping[str, Filling]) -> str:
    """The digests of what fields are filled with, as :data:`WAS` carries them."""
    return json.dumps({name: _digest(_list(value)) for name, value in values.items()}, separators=(",", ":"))


def merged(typed: Fields, stored: Mapping[str, Filling]) -> MultiDict[str, str]:
    """What was typed, and what is stored now wherever nothing was changed."""
    was = _was(typed)
    names = {*was, *stored}
    named = {name.removesuffix("-name") for name in names if name.endswith("-name")}
    theirs = {_together(name, named) for name in names if name in was and _digest(typed.getlist(name)) != was[name]}
    theirs |= {_together(name, named) for name in typed if name not in names and _is_new_row(name, typed[name])}
    found = MultiDict(typed)
    for name in names:
        if _together(name, named) not in theirs:
            found.setlist(name, [each for each in _list(stored.get(name, ())) if each])
            if not found.getlist(name):
                found.poplist(name)
    return found


def _is_new_row(name: str, text: str) -> bool:
    """Whether a field of a numbered row that nothing is stored for was filled in; a choice that is left at its first
    value was not."""
    return _NUMBERED.fullmatch(name) is not None and text not in ("", "0")


def _together(name: str, named: Iterable[str]) -> str:
    """What a field belongs to: a list of numbered rows, the smallest card that has a name, or nothing but itself."""
    if numbered := _NUMBERED.fullmatch(name):
        return numbered[1]
    cards = [card for card in named if name.startswith(f"{card}-")]
    return max(cards, key=len, default=name)


def _was(typed: Fields) -> Mapping[str, str]:
    try:
        found = json.loads(typed.get(WAS, "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _list(value: Filling) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _digest(texts: Iterable[str]) -> str:
    plain = "\n".join(text.replace("\r\n", "\n").strip() for text in texts if text.strip())
    return hashlib.sha256(plain.encode()).hexdigest()[:8]
