"""A mark on the facts of each programme: another one whenever any of them has changed.

Whatever is worked out from facts may be kept in memory under the mark of the moment at which it was. A mark has two
parts: the first is another only when something has changed that other programmes may look at, too.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, select, update

from scheduler.db import Db, seen_once
from scheduler.programmes.tables import ProgrammeRow

_OCTETS: Final = 8
_LONG: Final = 2 * _OCTETS
"""So many characters each part of a mark has."""


def renew_facts_mark(db: Db, programme_ids: Iterable[int]) -> None:
    """Say that facts of these programmes are others than they were, which no other programme looks at."""
    mark = func.substr(ProgrammeRow.facts_mark, 1, _LONG).concat(_new())
    db.execute(update(ProgrammeRow).where(ProgrammeRow.id.in_(set(programme_ids))).values(facts_mark=mark))


def renew_shared_mark(db: Db, programme_ids: Iterable[int]) -> None:
    """Say the same of facts that other programmes may look at: whoever takes part in them too, what their sessions
    take, what their sites and rooms are called and how far apart they are."""
    mark = _new() + _new()
    db.execute(update(ProgrammeRow).where(ProgrammeRow.id.in_(set(programme_ids))).values(facts_mark=mark))


def facts_mark(db: Db, programme_id: int) -> str | None:
    """What all that is known of a programme goes by now; None for one of which nothing has changed since it was made or
    this was kept. Of other programmes counts what they share."""
    return seen_once(db, ("facts mark", programme_id), lambda: _found(db, programme_id))


def _found(db: Db, programme_id: int) -> str | None:
    marks = dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.facts_mark).order_by(ProgrammeRow.id)).all())
    own = marks.pop(programme_id, "")
    return f"{own} {' '.join(mark[:_LONG] for mark in marks.values())}" if own else None


def _new() -> str:
    return secrets.token_hex(_OCTETS)
