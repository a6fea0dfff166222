"""How often links may be asked for, and concerns raised without signing in. Counted in the database, so that it holds
over all processes and restarts."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite

from scheduler.db import Db
from scheduler.signing_in.tables import RateLimitRow


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many times within a span that begins with the first."""

    name: str
    most: int
    within: timedelta


PER_ADDRESS = Limit("address", 5, timedelta(minutes=15))
"""For one e-mail address, whether or not anybody has it: the answer must not tell."""
PER_PLACE = Limit("place", 60, timedelta(hours=1))
"""From one place in the net: a hospital is often one."""
CONCERNS = Limit("concern", 20, timedelta(hours=1))
"""Raised from one place, which may be a hospital: more is no worry that many people have at once."""
CODES = Limit("concern code", 100, timedelta(hours=1))
"""Conversations opened from one place; a code has 79 bits, so nobody finds one by trying."""
_KEPT = max(PER_ADDRESS.within, PER_PLACE.within, CONCERNS.within, CODES.within)


def may_ask(db: Db, secret_key: str, address: str, place: str, now: datetime) -> bool:
    """Count an asking and say whether it is within both limits. The counts have to be kept whatever is answered.

    What is counted stands under digests made with ``secret_key``, so that a copy of the database tells no address.
    """
    db.execute(delete(RateLimitRow).where(RateLimitRow.since < now - _KEPT))
    # Always in this order: two at a time must not wait for each other.
    counts = [
        _count(db, limit, _key(secret_key, limit, value), now)
        for limit, value in ((PER_ADDRESS, address.strip().lower()), (PER_PLACE, place))
    ]
    return all(count <= limit.most for count, limit in zip(counts, (PER_ADDRESS, PER_PLACE), strict=True))


def may_send(db: Db, secret_key: str, limit: Limit, place: str, now: datetime) -> bool:
    """Count something that is sent from a place and say whether it is within the limit. Only the hour is kept, so that
    no moment can be set beside that of a concern."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    db.execute(delete(RateLimitRow).where(RateLimitRow.since < now - _KEPT))
    return _count(db, limit, _key(secret_key, limit, f"{hour.isoformat()} {place}"), hour) <= limit.most


def _count(db: Db, limit: Limit, key: str, now: datetime) -> int:
    """Count once more, in one statement: two at the same moment are two."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    is_over = RateLimitRow.since <= now - limit.within
    counted = insert(RateLimitRow).values(key=key, since=now, times=1)
    again = counted.on_conflict_do_update(
        index_elements=[RateLimitRow.key],
        set_={
            "times": case((is_over, 1), else_=RateLimitRow.times + 1),
            "since": case((is_over, now), else_=RateLimitRow.since),
        },
    )
    return db.scalars(again.returning(RateLimitRow.times)).one()


def _key(secret_key: str, limit: Limit, value: str) -> str:
    return hmac.new(secret_key.encode(), f"{limit.name}:{value}".encode(), hashlib.sha256).hexdigest()
