"""Guest coaches: facilitators from outside, with an account for one group only.

A guest is faculty to the planner's rules, and to nobody's pages: they have the role of a guest instead
(:func:`scheduler.people.model.role_as_guest`), so that whatever asks for faculty is closed to them. No plan places
them, nobody is offered them, and their group's own pages are closed to them as to anybody with power over it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from scheduler.db import Db, seen_once
from scheduler.people.tables import ParticipantRow


def guests_of(db: Db, programme_id: int) -> frozenset[int]:
    """The guests of a programme, by id, whether or not they have left."""
    here = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id, ParticipantRow.guest)
    return seen_once(db, ("guests", programme_id), lambda: frozenset(db.scalars(here)))


def everybody_beside_guests(
    db: Db, programmes: Collection[int], people: Collection[int] | None = None
) -> Mapping[int, Mapping[int, frozenset[int]]]:
    """Of these programmes, by guest, everybody else in them; with ``people``, of those guests alone who are of them."""
    theirs = () if people is None else (ParticipantRow.person_id.in_(people),)
    other = aliased(ParticipantRow)
    beside = and_(other.programme_id == ParticipantRow.programme_id, other.person_id != ParticipantRow.person_id)
    rows = db.execute(
        select(ParticipantRow.programme_id, ParticipantRow.person_id, other.person_id)
        .join(other, beside)
        .where(ParticipantRow.programme_id.in_(programmes), ParticipantRow.guest, *theirs)
    )
    found: dict[int, dict[int, set[int]]] = {programme_id: {} for programme_id in programmes}
    for programme_id, guest, who in rows:
        found[programme_id].setdefault(guest, set()).add(who)
    return {
        programme_id: {guest: frozenset(people) for guest, people in guests.items()}
        for programme_id, guests in found.items()
    }
