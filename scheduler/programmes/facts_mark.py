"""A mark on the facts of each programme: another one whenever any of them has changed.

Whatever is worked out from facts may be kept in memory under the mark of the moment at which it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy import select, update

from scheduler.db import Db
from scheduler.programmes.tables import ProgrammeRow


def renew_facts_mark(db: Db, programme_ids: Iterable[int]) -> None:
    """Say that facts of these programmes are others than they were."""
    mark = secrets.token_hex(8)
    db.execute(update(ProgrammeRow).where(ProgrammeRow.id.in_(set(programme_ids))).values(facts_mark=mark))


def facts_mark(db: Db, programme_id: int) -> str | None:
    """What all that is known of a programme goes by now; None for one of which nothing has changed since it was made or
    this was kept. People and rooms are shared by programmes, so the facts of all of them count."""
    marks = dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.facts_mark).order_by(ProgrammeRow.id)).all())
    return "".join(marks.values()) if marks.get(programme_id) else None
