"""What is held on a person as a JSON document (``docs/own-data.md``)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.own_data.held import own_data
from scheduler.people.model import Actor

FORMAT: Final = "mentor-rounds.own-data"
VERSION: Final = 1
TAKEN: Final = "own_data.taken"


def take_along(db: Db, actor: Actor, now: datetime) -> bytes:
    """The document about the actor, for the actor; that it was taken is noted among what they did."""
    data = own_data(db, actor)
    record(db, actor, TAKEN, now, None)
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now.isoformat(),
        "name": data.name,
        "held": {kind.value: {part.name: list(part.records) for part in parts} for kind, parts in data.parts.items()},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()
