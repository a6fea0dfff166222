"""How many residents would like to talk about a topic: in fives, none below five, and never who."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from scheduler.db import Db
from scheduler.joining.openly_counts import rounded
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow


def topic_counts(db: Db, actor: Actor, programme_id: int) -> tuple[tuple[str, int], ...]:
    """The topics that five residents or more have picked, with how many at least, the most first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    picked = db.scalars(
        select(ParticipantRow.interests).where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.kind == Role.RESIDENT,
            ParticipantRow.left_at.is_(None),
        )
    )
    counts = Counter(topic for topics in picked for topic in set(topics))
    found = ((topic, rounded(count)) for topic, count in counts.items())
    return tuple(sorted((each for each in found if each[1]), key=lambda each: (-each[1], each[0])))
