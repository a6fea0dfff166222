"""A guest coach comes into the group that they were invited for, or leaves it: by a coordinator's hand alone."""

from __future__ import annotations

from datetime import datetime

from scheduler.coordination.model import PutIn, TakeOut
from scheduler.coordination.service import carry_out
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.guests import guests_of
from scheduler.people.model import Actor, Role


def put_guest_in(
    db: Db, actor: Actor, programme_id: int, group_key: str, person_id: int, why: str, now: datetime
) -> None:
    """Put a guest into a published group, checked as every change by hand is."""
    _must_be_guest(db, actor, programme_id, person_id)
    carry_out(db, actor, PutIn(programme_id, group_key, person_id), why, now)


def take_guest_out(
    db: Db, actor: Actor, programme_id: int, group_key: str, person_id: int, why: str, now: datetime
) -> None:
    """Take a guest out of their group; they stay a guest, and may come into another."""
    _must_be_guest(db, actor, programme_id, person_id)
    carry_out(db, actor, TakeOut(programme_id, group_key, person_id), why, now)


def _must_be_guest(db: Db, actor: Actor, programme_id: int, person_id: int) -> None:
    actor.must_have(programme_id, Role.COORDINATOR)
    if person_id not in guests_of(db, programme_id):
        raise NotFound(say("We can’t find that guest in this programme."))
