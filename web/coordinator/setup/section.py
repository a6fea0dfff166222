"""A section of a programme's settings: what it says in words, what its form is filled with, and how that is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.programmes.model import Programme
from web.forms import Form
from web.forms.reader import LARGEST_ID, Fields
from web.forms.untouched import Filling

FORM = "setup"
"""The name of a section's form on its page."""


def _no_rows(_form: Form) -> Mapping[str, Sequence[str]]:
    return {}


def _as_it_is(typed: Fields, _programme: Programme) -> Fields:
    return typed


def _nothing_more(_programme: Programme) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Section:
    """``words`` are today's values as sentences, ``values`` the fields' contents, ``read`` the programme as the form
    wants it; ``shows`` is what the template needs besides.

    Fields are called as faults of a programme name them (:mod:`scheduler.programmes.faults`); where a fault is about
    no field of the form it goes to the one that ``places`` has for its first word, or to ``field``. ``rows`` are the
    rows of each list that count, in their order: faults count them from 0. ``grow`` adds what a button asks for to the
    fields that were typed.
    """

    key: str
    title: Any
    words: Callable[[Programme], Iterable[str]]
    values: Callable[[Programme], Mapping[str, Filling]]
    read: Callable[[Form, Programme], Programme]
    field: str
    shows: Callable[[Programme], Mapping[str, object]] = _nothing_more
    places: Mapping[str, str] | None = None
    rows: Callable[[Form], Mapping[str, Sequence[str]]] = _no_rows
    grow: Callable[[Fields, Programme], Fields] = _as_it_is

    @property
    def template(self) -> str:
        """The page with the form."""
        return f"coordinator/setup/{self.key}.html"

    def place_of(self, where: str, form: Form) -> str:
        """The field of the form at which a fault stands."""
        return self.find_place(where, form) or (self.places or {}).get(where.split("-")[0], self.field)

    def find_place(self, where: str, form: Form) -> str | None:
        """The field that a fault is about, if the form has it."""
        name, *parts = where.split("-")
        rows = self.rows(form)
        if name in rows and parts and parts[0].isdecimal():
            number = min(int(parts[0][:9]), LARGEST_ID)
            row = rows[name][number] if number < len(rows[name]) else ""
            where = "-".join((name, row, *parts[1:]))
        return next((field for field in (where, f"{where}-name") if field in form), None)


def wanted_rows(form: Form, name: str, *parts: str) -> tuple[str, ...]:
    """The rows of a list in which one of these parts is filled in, and which are not to be removed."""
    return tuple(
        row
        for row in form.rows(name)
        if any(form.text(f"{name}-{row}-{part}") for part in parts) and not form.ticked(f"{name}-{row}-remove")
    )
