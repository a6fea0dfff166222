"""Going on in the next term: each member is asked there, and whoever says yes is in a new circle of that term.

Nothing is taken over by itself: nobody is in the new circle who has not asked for it in that term, and what the old one
has agreed is agreed anew. The first who goes on begins it, under the same name; the next ones come into that one, by
the same rules as with a code. Nobody is told who goes on but those who are in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.circles.model import Circle
from scheduler.circles.service import are_offered, begin, come_in, must_be_offered, row_of
from scheduler.circles.tables import CircleMemberRow, CircleRow
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import mark, say
from scheduler.people.model import Actor
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow

_NOT_POSSIBLE: Final = mark("You can’t go on with this circle here.")
_ANOTHER: Final = mark("We don’t say why, to anyone. You can begin another circle, or join one with its code.")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A circle of the term before, in which its reader is still."""

    id: int
    name: str


def earlier_circles(db: Db, actor: Actor, programme_id: int) -> tuple[Earlier, ...]:
    """The circles of the term before that the actor is in and has not gone on with; none where they may begin none."""
    if not are_offered(db, actor, programme_id):
        return ()
    before = select(ProgrammeRow.follows_id).where(ProgrammeRow.id == programme_id).scalar_subquery()
    mine = select(CircleMemberRow.circle_id).where(CircleMemberRow.person_id == actor.person_id)
    gone_on = select(CircleRow.follows_id).where(
        CircleRow.programme_id == programme_id, CircleRow.follows_id.is_not(None), CircleRow.id.in_(mine)
    )
    rows = db.execute(
        select(CircleRow.id, CircleRow.name)
        .where(CircleRow.programme_id == before, CircleRow.id.in_(mine), CircleRow.id.not_in(gone_on))
        .order_by(CircleRow.name, CircleRow.id)
    )
    return tuple(Earlier(circle_id, name) for circle_id, name in rows)


def go_on(db: Db, actor: Actor, programme_id: int, circle_id: int, now: datetime) -> Circle:
    """Go on in a programme with a circle of the term before. Raises NotFound for who is not in that one, or where the
    programme is not its next term; NotPossible to whom its code would not let in, without saying why."""
    must_be_offered(db, actor, programme_id)
    must_go_on(db, programme_id)
    old = row_of(db, actor, circle_id)
    if db.scalars(select(ProgrammeRow.follows_id).where(ProgrammeRow.id == programme_id)).one() != old.programme_id:
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    lock_programme(db, programme_id)
    found = select(CircleRow).where(CircleRow.programme_id == programme_id, CircleRow.follows_id == old.id)
    row = db.scalar(found.options(selectinload(CircleRow.members)).order_by(CircleRow.id).limit(1))
    if row is None:
        return begin(db, actor, programme_id, old.name, old.place, now, follows_id=old.id)
    return come_in(db, actor, row, now, refusal=_NOT_POSSIBLE, way_out=_ANOTHER)
