"""Finding people by what somebody types of their name or address, in the database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, true

from scheduler.people.tables import PersonRow
from scheduler.text_input import folded

LONGEST_SEARCH: Final = 100
"""Letters; what is typed beyond is not looked for."""


def is_named(person: type[PersonRow], q: str) -> ColumnElement[bool]:
    """Whether every word of ``q`` stands in somebody's name, in any order, whatever its accents; or it is an address,
    or the beginning of one.

    Nothing typed fits everybody.
    """
    typed = q[:LONGEST_SEARCH].strip().lower()
    if not typed:
        return true()
    address = func.lower(person.email)
    if "@" in typed:
        return address.contains(typed, autoescape=True)
    in_name = (person.search_name.contains(word, autoescape=True) for word in folded(typed).split() or (typed,))
    return or_(address.startswith(typed, autoescape=True), and_(*in_name))
