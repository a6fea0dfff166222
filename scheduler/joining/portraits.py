"""What facilitators say of themselves: a pen portrait, and what they wish for."""

from __future__ import annotations

from datetime import datetime

from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Rejected
from scheduler.joining.answers import mark_saved
from scheduler.joining.model import MOST_CHARACTERS, Portrait, Step
from scheduler.joining.people_search import portrait_of
from scheduler.joining.tables import PortraitRow
from scheduler.languages import say
from scheduler.people.model import Actor


def own_portrait(db: Db, actor: Actor, programme_id: int) -> Portrait:
    """The actor's own portrait, empty until they write it."""
    return portrait_of(db.get(PortraitRow, (programme_id, actor.person_id)))


def save_portrait(
    db: Db,
    actor: Actor,
    programme_id: int,
    text: str,
    *,
    deputy_wanted: bool,
    peers_wanted: bool = False,
    now: datetime,
) -> None:
    """Take the pen portrait that residents read when they choose, and what its author wishes for."""
    if len(text) > MOST_CHARACTERS:
        raise Rejected(
            say("Please use no more than %(most)s characters.", most=MOST_CHARACTERS),
            what_to_do=say("Shorten it and save again."),
        )
    mark_saved(db, actor, programme_id, Step.PORTRAIT, now)
    row = own_row(db, actor, programme_id)
    row.text, row.deputy_wanted, row.peers_wanted = text.strip(), deputy_wanted, peers_wanted
    note(db, Fact.PEOPLE, programme_id, now, (row.person_id,))


def own_row(db: Db, actor: Actor, programme_id: int) -> PortraitRow:
    """Where the actor's portrait is kept, made where there is none."""
    assert actor.person_id is not None  # whoever takes part is a person
    return row_of(db, programme_id, actor.person_id)


def row_of(db: Db, programme_id: int, person_id: int) -> PortraitRow:
    """Where somebody's portrait is kept, made where there is none; for the product's own work."""
    row = db.get(PortraitRow, (programme_id, person_id))
    if row is None:
        row = PortraitRow(programme_id=programme_id, person_id=person_id)
        db.add(row)
        db.flush()
    return row
