"""Taking an own rota away again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.programmes.service import lock_programme
from scheduler.rota_import.overlaps import remove
from scheduler.rota_import.own_rotas import find_row
from scheduler.rota_import.own_waiting import forget_waiting
from scheduler.rotas.tables import RotaAddressRow


def forget_own(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Forget the actor's own rota; their days are known from a department's, or not at all. It is fetched
    from nowhere any more."""
    lock_programme(db, programme_id)
    forget_waiting(db, actor, programme_id)
    row = find_row(db, programme_id, actor.person_id or 0)
    address = delete(RotaAddressRow).where(
        RotaAddressRow.programme_id == programme_id, RotaAddressRow.given_by == actor.person_id
    )
    db.execute(address)
    if row is None:
        raise NotFound(say("You haven’t given a rota of your own."))
    remove(db, row.id)
    db.flush()
    record(db, actor, "own_rota.removed", now, programme_id)
    note(db, Fact.TIME, programme_id, now, (actor.person_id or 0,))
