"""Nobody takes down the wall before themselves: a coordinator leaves on record what gives her power over somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.relations import ASSESSING_KINDS
from scheduler.people.tables import RelationRow


@contextmanager
def keeping_own_power(db: Db, actor: Actor, programme_id: int) -> Iterator[None]:
    """Change relations within: raises NotPossible where one that gives the actor power is other than before or gone.

    What she adds stays: it closes something to her, and opens nothing.
    """
    before = _own(db, actor, programme_id)
    yield
    db.flush()
    if before - _own(db, actor, programme_id):
        raise NotPossible(
            say("You’re one of these two people, so you can’t change or remove this relation yourself."),
            what_to_do=say("Ask another coordinator of the programme to do it."),
        )


def _own(db: Db, actor: Actor, programme_id: int) -> frozenset[tuple[object, ...]]:
    row = RelationRow
    columns = select(row.id, row.about_id, row.kind, row.first_day, row.last_day)
    own = (row.programme_id == programme_id, row.person_id == actor.person_id, row.kind.in_(ASSESSING_KINDS))
    return frozenset(tuple(found) for found in db.execute(columns.where(*own)))
