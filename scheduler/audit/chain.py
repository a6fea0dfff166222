"""The audit trail as a chain: each line is sealed with a digest of what it says and of the line before it.

Whoever changes a line in the database, takes one out or puts one in between breaks the chain from there on, and
:func:`verify` says where. Whoever can write to the database could work the whole chain out anew; so the digest of the
last line is told, to be noted elsewhere: a chain that has been worked out anew no longer holds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, Table, bindparam, insert, select, update

from scheduler.audit.service import take_added
from scheduler.audit.tables import AuditHeadRow, AuditRow
from scheduler.db import Db

MERGED: Final = "people.merged"
"""Two entries of one person became one: ``person`` is the entry that stays, ``merged`` the one that goes."""
_HEAD: Final = 1
_AT_A_TIME: Final = 1000
_HEAD_OF_CHAIN: Final = select(AuditHeadRow.place, AuditHeadRow.digest).where(AuditHeadRow.id == _HEAD)
_SAID = (AuditRow.id, AuditRow.at, AuditRow.programme_id, AuditRow.action, AuditRow.details)


class Break(StrEnum):
    """What is wrong with a line of the trail."""

    CHANGED = "changed"
    """It says something else than when it was written."""
    MISSING = "missing"
    """A line before it, or after the last one, was taken out."""
    ADDED = "added"
    """It was put in without a seal."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the chain is broken. ``line`` is the number of the line's row; None for lines missing at the end,
    of which there are ``count``."""

    what: Break
    line: int | None
    action: str = ""
    at: datetime | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What :func:`verify` found: how many lines there are, the digest of the last, and where the chain is broken.
    ``holds`` says whether a digest that was noted earlier is still that of a line; True where none was given."""

    lines: int
    digest: str
    broken: tuple[Broken, ...]
    holds: bool = True


def seal(db: Db) -> None:
    """Seal the lines that a transaction has added, as its last step: whoever seals next waits until it is committed.

    A line that was put into the table in another way stays without a seal. Only where the chain begins are lines of
    before taken into it.
    """
    db.flush()
    own = take_added(db)
    if not own:
        return
    head = db.execute(_HEAD_OF_CHAIN.with_for_update()).one_or_none()
    unsealed = select(*_SAID, AuditRow.actor_id).where(AuditRow.place.is_(None)).order_by(AuditRow.id)
    new = db.execute(unsealed.where(AuditRow.id.in_(own)) if head is not None and head.place else unsealed).all()
    if not new:
        return
    if head is None:
        db.execute(insert(AuditHeadRow).values(id=_HEAD, place=0, digest=""))
        head = db.execute(_HEAD_OF_CHAIN).one()
    place, digest, sealed = head.place, head.digest, []
    for row in new:
        place += 1
        digest = _digest(digest, place, row, row.actor_id)
        sealed.append({"line": row.id, "in_place": place, "actor": row.actor_id, "with_digest": digest})
    db.connection().execute(_SEALING, sealed)
    db.execute(update(AuditHeadRow).where(AuditHeadRow.id == _HEAD).values(place=place, digest=digest))


def _sealing(table: Any) -> Any:
    assert isinstance(table, Table)
    values: dict[str, Any] = {
        "place": bindparam("in_place"),
        "actor_then": bindparam("actor"),
        "digest": bindparam("with_digest"),
    }
    return table.update().where(table.c.id == bindparam("line")).values(values)


_SEALING: Final = _sealing(AuditRow.__table__)


def _digest(before: str, place: int, row: Row[Any], actor: int | None) -> str:
    said = [place, row.id, row.at.astimezone(UTC).isoformat(), row.programme_id, actor, row.action, row.details]
    text = json.dumps([before, *said], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(db: Db, noted: str = "") -> Verdict:
    """Look through the whole trail; ``noted`` is the digest of a line, as somebody has noted it elsewhere."""
    head = db.execute(_HEAD_OF_CHAIN).one_or_none()
    place, digest = (head.place, head.digest) if head is not None else (0, "")
    look = _Look(_merged(db), noted)
    broken = list(look.through(db))
    if look.place < place:
        broken.append(Broken(Break.MISSING, None, count=place - look.place))
    elif (look.place, look.digest) != (place, digest):
        broken.append(Broken(Break.CHANGED, None))
    broken.extend(_unsealed(db))
    return Verdict(look.lines, look.digest, tuple(broken), not noted or look.met)


class _Look:
    """One look through the trail: how far it is, and the digest that the next line goes on from."""

    def __init__(self, merged: Mapping[int, int], noted: str) -> None:
        self.lines, self.place, self.digest, self.met = 0, 0, "", False
        self._merged, self._noted = merged, noted

    def through(self, db: Db) -> Iterator[Broken]:
        """Every sealed line in turn; yields what is wrong."""
        sealed = (AuditRow.place, AuditRow.actor_id, AuditRow.actor_then, AuditRow.digest)
        rows = db.execute(select(*_SAID, *sealed).where(AuditRow.place.is_not(None)).order_by(AuditRow.place))
        for row in rows.yield_per(_AT_A_TIME):
            if row.place != self.place + 1:
                yield Broken(Break.MISSING, row.id, row.action, row.at, row.place - self.place - 1)
            # From a line that is missing on, only what each line says of itself can be told: with its own digest the
            # next goes on.
            elif not self._is_as_sealed(row):
                yield Broken(Break.CHANGED, row.id, row.action, row.at)
            self.lines, self.place, self.digest = self.lines + 1, row.place, row.digest
            self.met = self.met or row.digest == self._noted

    def _is_as_sealed(self, row: Row[Any]) -> bool:
        if row.actor_id != self._now(row.actor_then):
            return False
        sealed: str = row.digest
        return sealed == _digest(self.digest, row.place, row, row.actor_then)

    def _now(self, person_id: int | None) -> int | None:
        """The entry that somebody's entry has become; merges that somebody has forged may lead round in a circle."""
        passed: set[int] = set()
        while person_id is not None and person_id in self._merged and person_id not in passed:
            passed.add(person_id)
            person_id = self._merged[person_id]
        return person_id


def _merged(db: Db) -> Mapping[int, int]:
    rows = db.scalars(select(AuditRow.details).where(AuditRow.action == MERGED))
    # A line that was changed by hand may lack either; it is then found to be broken.
    return {details["merged"]: details["person"] for details in rows if {"merged", "person"} <= details.keys()}


def _unsealed(db: Db) -> Iterator[Broken]:
    for row in db.execute(select(*_SAID).where(AuditRow.place.is_(None)).order_by(AuditRow.id)):
        yield Broken(Break.ADDED, row.id, row.action, row.at)
