"""How often links are sent, and concerns raised without signing in. Counted in the database, so that it holds over all
processes and restarts.

Nobody can be kept out by others who ask in their name or from where they are: whoever asks for a link gets one, or has
had one within the time that it works. Every asking is answered alike.
"""

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
"""Links sent to one e-mail address as fast as they are asked for, from wherever."""
SLOWLY = Limit("address slowly", 1, timedelta(minutes=5))
"""And then: well within the quarter of an hour for which a link works."""
PER_PLACE = Limit("place", 60, timedelta(hours=1))
"""Links sent to addresses of people who have never been signed in in the browser that asks, from one place in the net;
a hospital is often one."""
PER_ADDRESS_AND_PLACE = Limit("address and place", 1, timedelta(minutes=15))
"""And then: one for each address, for as long as it works."""
CONCERNS = Limit("concern", 20, timedelta(hours=1))
"""Raised in one browser in which somebody has been signed in; whatever others send from the same place is no matter."""
CONCERNS_OF_PLACE = Limit("concern from a place", 300, timedelta(hours=1))
"""Raised from one place, often a whole hospital, in browsers in which nobody has been signed in: more than its people
ever have at once, and no more letters than their contacts could still sift."""
CODES = Limit("concern code", 100, timedelta(hours=1))
CODES_OF_PLACE = Limit("concern code from a place", 3000, timedelta(hours=1))
"""The same for conversations that are opened; a code has 79 bits, so nobody finds one by trying."""
TRIES = Limit("code of a link", 5, timedelta(minutes=15))
"""Codes typed with one link, or in one browser that asked for some: of 31 to the power of 8."""
_KEPT = max(PER_ADDRESS.within, PER_PLACE.within, CONCERNS.within, CODES.within, TRIES.within)


@dataclass(frozen=True, slots=True)
class Asking:
    """A link is asked for: to which address and from which place. ``known`` says whether somebody has the address,
    ``here_before`` whether that very person has been signed in in the browser that asks."""

    address: str
    place: str
    known: bool
    here_before: bool = False


def may_send_link(db: Db, secret_key: str, asking: Asking, now: datetime) -> bool:
    """Count an asking and say whether a link is sent for it. The counts have to be kept whatever is answered.

    Addresses that nobody has use nothing up that counts for somebody, though as much is done for them. What is counted
    stands under digests made with ``secret_key``, so that a copy of the database tells no address.
    """
    db.execute(delete(RateLimitRow).where(RateLimitRow.since < now - _KEPT))
    address = asking.address.strip().lower()
    place = asking.place if asking.known else f"{asking.place}, nobody"
    both = f"{address} {asking.place}"

    def is_within(limit: Limit, value: str) -> bool:
        return _count(db, limit, _key(secret_key, limit, value), now) <= limit.most

    # Always in this order: two at a time must not wait for each other.
    for_address = is_within(PER_ADDRESS, address) or is_within(SLOWLY, address)
    if asking.here_before or not for_address:
        return for_address
    return is_within(PER_PLACE, place) or is_within(PER_ADDRESS_AND_PLACE, both)


def may_send(db: Db, secret_key: str, limit: Limit, place: str, now: datetime) -> bool:
    """Count something that is sent from a place and say whether it is within the limit. Only the hour is kept, so that
    no moment can be set beside that of a concern."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    db.execute(delete(RateLimitRow).where(RateLimitRow.since < now - _KEPT))
    return _count(db, limit, _key(secret_key, limit, f"{hour.isoformat()} {place}"), hour) <= limit.most


def may_try(db: Db, secret_digest: str, now: datetime) -> bool:
    """Count a code that is typed with a secret and say whether it is looked at; once too many were typed, the right one
    is not either. The count has to be kept whatever is answered. The secret has 256 bits, so its digest tells none."""
    return _count(db, TRIES, f"{TRIES.name}:{secret_digest}", now) <= TRIES.most


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
