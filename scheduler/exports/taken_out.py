"""Who has taken what out of a programme as a file: a line of the audit trail for each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from scheduler.audit.service import EXPORTED, record
from scheduler.db import Db
from scheduler.people.model import Actor, Role


class TakenOut(StrEnum):
    """What can be taken out as a file."""

    TABLE = "table"
    PROGRAMME = "programme"
    RUN = "run"
    COVER = "cover"
    RECORD = "record"
    EVIDENCE = "evidence"


def record_export(
    db: Db, actor: Actor, programme_id: int, what: TakenOut, now: datetime, name: str = "", ending: str = ""
) -> None:
    """Note that the actor takes something out, in the transaction that reads it: a coordinator, or of the record of
    who did what an oversight contact. ``name`` is the table's, or the number of the run."""
    actor.must_have(programme_id, Role.COORDINATOR, *((Role.OVERSIGHT,) if what is TakenOut.RECORD else ()))
    record(db, actor, EXPORTED, now, programme_id, what=what.value, name=name, format=ending)
