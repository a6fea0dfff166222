"""What is right to read in a made file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from benchmarks.rota_shapes.book import Book, Cell

Spellings = tuple[str, ...]
LEAVE = "=leave"
"""Any code whose kind is leave."""
ANY = "*"
"""Any code."""
SOMEBODY = "?"
"""One person whom the file does not name."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that stands in the file. ``person`` and ``code`` are spellings that are equally right; ``day`` is an ISO
    date, or ``day 7`` or ``block 7`` where the file has none; ``part`` is ``AM``, ``PM``, hours or nothing;
    ``written`` is what the cell calls the person; ``sources`` are the cells without which it would not be there."""

    person: Spellings
    day: str
    code: Spellings
    part: str = ""
    written: str = ""
    sources: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that has to be there (or may be): of a kind in ``about``, quoting one of ``needles`` or standing at
    one of ``cells``; with neither, any of that kind. ``duties`` may be left open under it, but not be wrong."""

    about: Spellings
    needles: Spellings = ()
    cells: tuple[Cell, ...] = ()
    once: bool = False
    duties: tuple[Duty, ...] = ()


@dataclass(slots=True)
class Truth:
    """All that is right of one file. ``never`` are neither people nor codes; ``kinds`` the right kinds of a code;
    ``if_empty`` is what would be right as well if nothing stood in a cell."""

    people: list[Spellings] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    may: list[Duty] = field(default_factory=list)
    must_ask: list[Ask] = field(default_factory=list)
    may_ask: list[Ask] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    people_never: list[str] = field(default_factory=list)
    kinds: dict[str, list[str]] = field(default_factory=dict)
    dated: str = ""
    empty: bool = False
    spelled: dict[str, Spellings] = field(default_factory=dict)
    listed: str = ""
    if_empty: list[tuple[Cell, list[Duty]]] = field(default_factory=list)
    note: str = ""


@dataclass(slots=True)
class MadeFile:
    """A file with its truth. ``form`` is how the sheets are written, see :mod:`~benchmarks.rota_shapes.writing`;
    ``beside`` are other files that belong to it, by name."""

    name: str
    content: Book | bytes
    truth: Truth
    form: str = "xlsx"
    beside: Mapping[str, bytes] = field(default_factory=dict)


def spellings(*given: str) -> Spellings:
    """What is equally right, each once."""
    return tuple(dict.fromkeys(given))


def every_day(first: date, last: date) -> list[date]:
    """Both ends included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def held(
    person: str | Spellings, days: Iterable[date], code: str | Spellings, *sources: Cell, part: str = ""
) -> list[Duty]:
    """One entry that holds on several days."""
    who = (person,) if isinstance(person, str) else person
    what = (code,) if isinstance(code, str) else code
    return [Duty(who, day.isoformat(), what, part, "", sources) for day in days]


def as_json(shape: str, made: MadeFile) -> dict[str, Any]:
    """The truth of a file as ``truth.json`` keeps it."""
    truth, where = made.truth, places(made.content)
    whole: dict[str, Any] = {
        "shape": shape,
        "note": truth.note,
        "people": [_one_or_list(each) for each in truth.people],
        "must_ask": [_asked(ask, where) for ask in truth.must_ask],
        "never": truth.never,
        "duties": [_listed(duty) for duty in truth.duties],
    }
    more = {
        "may": [_listed(duty) for duty in truth.may],
        "may_ask": [_asked(ask, where) for ask in truth.may_ask],
        "people_never": truth.people_never,
        "kinds": truth.kinds,
        "dated": truth.dated,
        "empty": truth.empty,
        "list": truth.listed,
        "spelled": {written: _one_or_list(who) for written, who in truth.spelled.items()},
    }
    return whole | {name: value for name, value in more.items() if value}


def _one_or_list(given: Sequence[str]) -> str | list[str]:
    return given[0] if len(given) == 1 else list(given)


def _listed(duty: Duty) -> list[Any]:
    parts = [_one_or_list(duty.person), duty.day, _one_or_list(duty.code), duty.part, duty.written]
    while parts[-1] == "":
        parts.pop()
    return parts


def _asked(ask: Ask, where: Mapping[int, str]) -> dict[str, Any]:
    cells = [where[id(cell)].split("!")[-1] for cell in ask.cells if id(cell) in where]
    asked: dict[str, Any] = {"about": list(ask.about), "needles": list(ask.needles), "cells": cells}
    if ask.once:
        asked["once"] = True
    return asked | {"duties": [_listed(duty) for duty in ask.duties]}


def places(content: Book | bytes) -> dict[int, str]:
    """The address of each cell, such as ``Ward!B4``, by the cell's ``id``."""
    if isinstance(content, bytes):
        return {}
    found = ((key, sheet.name, place) for sheet in content.sheets for key, place in sheet.places().items())
    return {key: f"{name}!{address(row, column)}" for key, name, (row, column) in found}


def address(row: int, column: int) -> str:
    """``B4`` for row 3 and column 1, counted from 0."""
    letters, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
