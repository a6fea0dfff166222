"""When the whole trail was looked through last, and what was found: pages tell it, and none of them looks itself."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from scheduler.audit.chain import Verdict, verify
from scheduler.audit.tables import AuditCheckRow
from scheduler.db import Db

_ONLY: Final = 1
EVERY: Final = timedelta(hours=1)
"""So often at most the product looks by itself."""


class Transactions(Protocol):
    """A database, or what a request has of it."""

    def reading(self) -> AbstractContextManager[Db]:
        """A transaction that only looks."""

    def writing(self) -> AbstractContextManager[Db]:
        """A transaction that changes."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, when: the number of lines, the digest of the last, and how many places are broken."""

    at: datetime
    lines: int
    digest: str
    broken: int


def last_check(db: Db) -> Checked | None:
    """The last look; None where nobody has looked yet."""
    row = db.get(AuditCheckRow, _ONLY)
    return None if row is None else Checked(row.at, row.lines, row.digest, row.broken)


def check_now(database: Transactions, now: datetime, noted: str = "") -> Verdict:
    """Look through the whole trail, and keep what was found. To look takes a moment, so nobody waits meanwhile."""
    with database.reading() as db:
        verdict = verify(db, noted)
    with database.writing() as db:
        row = db.get(AuditCheckRow, _ONLY) or AuditCheckRow(id=_ONLY)
        row.at, row.lines, row.digest = now, verdict.lines, verdict.digest
        row.broken = len(verdict.broken)
        db.add(row)
    return verdict


def check_if_due(database: Transactions, now: datetime) -> None:
    """The same unless somebody looked within :data:`EVERY`."""
    with database.reading() as db:
        last = last_check(db)
    if last is None or now - last.at >= EVERY:
        check_now(database, now)


def check_again_if_due(database: Transactions, now: datetime) -> None:
    """The same for a page, once the product has looked for the first time: what it tells is not older than that."""
    with database.reading() as db:
        last = last_check(db)
    if last is not None and now - last.at >= EVERY:
        check_now(database, now)
