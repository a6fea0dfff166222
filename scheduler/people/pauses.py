"""Who facilitates nothing in a programme for now."""

from __future__ import annotations

from sqlalchemy import select

from scheduler.db import Db, seen_once
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.likeness import are_alike
from scheduler.people.model import Actor, Role
from scheduler.people.tables import FacilitatorPauseRow, ParticipantRow, PersonRow


def paused_facilitators(db: Db, programme_id: int) -> frozenset[int]:
    """The facilitators whom an oversight contact has paused, by id: those who came later and may be one of them under
    another address, too. Why is kept nowhere."""
    return seen_once(db, ("paused facilitators", programme_id), lambda: _paused(db, programme_id))


def _paused(db: Db, programme_id: int) -> frozenset[int]:
    rows = db.execute(
        select(PersonRow, FacilitatorPauseRow.since)
        .join(FacilitatorPauseRow, FacilitatorPauseRow.person_id == PersonRow.id)
        .where(FacilitatorPauseRow.programme_id == programme_id)
    ).all()
    if not rows:
        return frozenset()
    came = db.execute(
        select(PersonRow, ParticipantRow.joined_at)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.kind == Role.FACULTY,
            ParticipantRow.joined_at >= min(since for _, since in rows),
        )
    ).all()
    again = {
        newcomer.id
        for newcomer, joined_at in came
        if any(joined_at >= since and are_alike(newcomer, person) for person, since in rows)
    }
    return frozenset({*again, *(person.id for person, _ in rows)})


def must_not_be_paused(db: Db, actor: Actor, programme_id: int) -> None:
    """Raise :class:`NotPossible` to a facilitator who is paused: they lead no group, and write to none."""
    if actor.person_id in paused_facilitators(db, programme_id):
        raise NotPossible(say("You don’t facilitate for now."))


def list_paused_people(db: Db, actor: Actor, programme_id: int) -> frozenset[int]:
    """Who is paused, to coordinators: that they are, and nothing else."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return paused_facilitators(db, programme_id)


def own_pauses(db: Db, actor: Actor) -> frozenset[int]:
    """The programmes in which the actor facilitates nothing for now."""
    return frozenset(
        db.scalars(select(FacilitatorPauseRow.programme_id).where(FacilitatorPauseRow.person_id == actor.person_id))
    )
