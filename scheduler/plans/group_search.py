"""Finding groups by what somebody types: their name, or that of somebody in them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select, true

from scheduler.people.name_search import is_named
from scheduler.people.tables import PersonRow
from scheduler.plans.tables import GroupRow, MemberRow


def is_called(q: str) -> ColumnElement[bool]:
    """Whether a group's name holds what was typed, or somebody in the group is called so. Nothing typed fits all."""
    typed = q.strip().lower()
    if not typed:
        return true()
    of_them = select(MemberRow.group_id).join(PersonRow, PersonRow.id == MemberRow.person_id)
    return or_(
        func.lower(GroupRow.name).contains(typed, autoescape=True),
        GroupRow.id.in_(of_them.where(is_named(PersonRow, q))),
    )
