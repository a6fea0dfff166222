"""Who could stand in for a facilitator at one session: free then, and safe for everybody in the group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from scheduler.plans.building import build_instance, database_id, person_key
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers import rules
from solvers.instance import COMING, Faculty, Group, Instance
from solvers.instance import Session as Meeting
from solvers.referee import check
from solvers.solution import Solution

_NOT_ASKED = frozenset((rules.CAPACITY,))
"""Standing in once does not make it one of the groups that somebody leads."""


def possible_deputies(db: Db, row: SessionRow, for_id: int, now: datetime) -> tuple[int, ...]:
    """The faculty who could, by id: nobody who assesses or supervises a member, whom one avoids, or who is taken.

    Which rule keeps somebody off the list is told to nobody. Raises NotPossible where nothing can be planned any more.
    """
    instance = replace(build_instance(db, row.programme_id, now, begun_too=True), pins=())
    return tuple(database_id(key) for key in _safe(instance, row, for_id, _taken(db, row)))


def _safe(instance: Instance, row: SessionRow, for_id: int, taken: set[int]) -> Iterator[str]:
    slot = next((i for i, s in enumerate(instance.slots) if (s.start, s.round) == (row.starts_at, row.round)), None)
    group = next((group for group in instance.previous if group.id == row.group_key), None)
    if slot is None or group is None:
        return
    leads = tuple(person_key(a.person_id) for a in row.attendees if a.role == "facilitator" and a.person_id != for_id)
    for person in instance.faculty:
        free = person.availability[slot] in COMING and database_id(person.id) not in taken
        if free and person.id not in group.facilitators and _is_safe(instance, group, row, slot, leads, for_id, person):
            yield person.id


def _is_safe(
    instance: Instance, group: Group, row: SessionRow, slot: int, leads: tuple[str, ...], for_id: int, person: Faculty
) -> bool:
    """Whether the referee finds nothing wrong with the group as it would sit together then, that was not before."""
    stays = tuple(key for key in group.facilitators if key != person_key(for_id))
    room = f"room{row.room_id}" if row.room_id is not None else None
    with_them = replace(
        group,
        facilitators=(*stays, person.id),
        sessions=(Meeting(row.round, slot, (*(key for key in leads if key in stays), person.id), room),),
    )
    return _broken(instance, with_them) <= _broken(instance, replace(group, sessions=()))


def _broken(instance: Instance, group: Group) -> frozenset[tuple[str, str | None, str | None]]:
    """What is wrong with this group, besides what does not concern who sits in it."""
    verdict = check(instance, Solution(instance.name, (group,)))
    found = ((breach.rule_id, breach.group, breach.person) for breach in verdict.broken)
    return frozenset(what for what in found if what[0] not in _NOT_ASKED)


def _taken(db: Db, row: SessionRow) -> set[int]:
    """Who is invited to another session at that time, in whatever programme."""
    overlaps = (
        SessionRow.id != row.id,
        SessionRow.starts_at < row.ends_at,
        SessionRow.ends_at > row.starts_at,
        SessionRow.status != SessionStatus.CANCELLED,
    )
    of = select(AttendeeRow.person_id).join(SessionRow, SessionRow.id == AttendeeRow.session_id).where(*overlaps)
    return set(db.scalars(of))
