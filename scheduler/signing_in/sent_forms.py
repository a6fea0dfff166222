"""Forms that make something are taken once: whoever reloads, goes back or taps twice does not send them again."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from scheduler.db import Db
from scheduler.signing_in.tables import SentFormRow

LONGEST_MARK: Final = 64
_KEPT: Final = timedelta(days=7)
"""A form that was opened longer ago is of an earlier login and not taken anyway."""


def new_mark() -> str:
    """A mark for a form that is about to be shown."""
    return secrets.token_urlsafe(12)


def take_mark(db: Db, mark: str, now: datetime) -> bool:
    """Note that a form was sent; False where it was before. Of two at the same moment one is taken."""
    db.execute(delete(SentFormRow).where(SentFormRow.sent_at < now - _KEPT))
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    taken = insert(SentFormRow).values(mark=mark[:LONGEST_MARK], sent_at=now).on_conflict_do_nothing()
    return db.scalar(taken.returning(SentFormRow.mark)) is not None


def give_mark_back(db: Db, mark: str) -> None:
    """The form was not taken after all, so it may be sent again."""
    db.execute(delete(SentFormRow).where(SentFormRow.mark == mark[:LONGEST_MARK]))
