"""How often coordinators want to be e-mailed about what needs them, programme by programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from scheduler.db import Db
from scheduler.desk.model import NoticeWish
from scheduler.desk.tables import NoticeWishRow
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.tables import ProgrammeRow


@dataclass(frozen=True, slots=True)
class ProgrammeWish:
    """How often the reader is e-mailed about a programme that they coordinate."""

    programme_id: int
    name: str
    wish: NoticeWish


def own_wishes(db: Db, actor: Actor) -> tuple[ProgrammeWish, ...]:
    """The actor's wishes for each programme that they coordinate and that goes on; at once where they never said."""
    ids = actor.programmes(Role.COORDINATOR)
    mine = NoticeWishRow.person_id == actor.person_id
    rows = db.execute(select(NoticeWishRow.programme_id, NoticeWishRow.wish).where(mine))
    said: Mapping[int, NoticeWish] = dict(rows.all())
    names = db.execute(
        select(ProgrammeRow.id, ProgrammeRow.name)
        .where(ProgrammeRow.id.in_(ids), ProgrammeRow.ended_at.is_(None))
        .order_by(ProgrammeRow.id)
    )
    return tuple(ProgrammeWish(key, name, said.get(key, NoticeWish.ONCE)) for key, name in names)


def choose_wishes(db: Db, actor: Actor, wanted: Mapping[int, NoticeWish]) -> None:
    """Take how often the actor is e-mailed about these programmes."""
    if actor.person_id is None:
        raise NotFound(say("Only the person concerned can choose their e-mails."))
    for programme_id, wish in wanted.items():
        actor.must_have(programme_id, Role.COORDINATOR)
        wish_row(db, programme_id, actor.person_id).wish = wish


def wish_row(db: Db, programme_id: int, person_id: int) -> NoticeWishRow:
    """The row of a coordinator in a programme, made if there is none."""
    of_her = (NoticeWishRow.programme_id == programme_id, NoticeWishRow.person_id == person_id)
    row = db.scalar(select(NoticeWishRow).where(*of_her))
    if row is None:
        row = NoticeWishRow(programme_id=programme_id, person_id=person_id, wish=NoticeWish.ONCE)
        db.add(row)
        db.flush()
    return row


def stop_notices(db: Db, wish_id: int) -> None:
    """End the mail that a signed link names: of one coordinator about one programme."""
    row = db.get(NoticeWishRow, wish_id)
    if row is None:
        raise NotFound(say("This link is not one of ours, or no longer works."))
    row.wish = NoticeWish.NEVER
