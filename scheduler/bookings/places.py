"""When two rooms, or two sites, of different programmes are one: they have the same name, whatever its case and spaces.

Each programme keeps sites and rooms of its own, under short names of its own; what people read, and go by, are the
names. Whoever wants two rooms taken for two gives them two names.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from sqlalchemy import select

from scheduler.db import Db, seen_once
from scheduler.programmes.tables import RoomRow, SiteRow

_BYTES = 7
"""Short enough for a number in every database, long enough that no two rooms of an installation share one."""


def plain(name: str) -> str:
    """A name without what people write now one way, now the other."""
    return " ".join(name.casefold().split())


def place_of(site: str, room: str) -> int:
    """The number of a room, from the name of its site and its own."""
    digest = blake2b(f"{plain(site)}\n{plain(room)}".encode(), digest_size=_BYTES).digest()
    return int.from_bytes(digest)


def places(db: Db) -> Mapping[int, int]:
    """The place that each room of the installation is, by the room's id."""
    return seen_once(db, "places", lambda: _places(db))


def _places(db: Db) -> Mapping[int, int]:
    rows = db.execute(select(RoomRow.id, RoomRow.name, SiteRow.name).join(SiteRow, SiteRow.id == RoomRow.site_id))
    return {room_id: place_of(site, room) for room_id, room, site in rows}
