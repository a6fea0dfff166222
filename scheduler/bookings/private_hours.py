"""Hours that people have promised to something of their own, as times without a reason.

They are those in which their circles meet. The tables are read here by name, two columns of them: what a circle is, and
who else is in it, is known to its own room alone (`scheduler/circles`), which is above all that look for dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import column, select, table

from scheduler.db import Db, UtcDateTime

Stretch: TypeAlias = tuple[datetime, datetime]
"""From when to when."""
_MEMBER: Final = table("circle_member", column("circle_id"), column("person_id"))
_MEETING: Final = table(
    "circle_meeting", column("circle_id"), column("starts_at", UtcDateTime()), column("ends_at", UtcDateTime())
)


def private_hours(db: Db, people: Collection[int], *, but_for: int = 0) -> Mapping[int, list[Stretch]]:
    """When these people are not to be had, by id; ``but_for`` is the circle for which a date is looked for."""
    rows = db.execute(
        select(_MEMBER.c.person_id, _MEETING.c.starts_at, _MEETING.c.ends_at)
        .join(_MEETING, _MEETING.c.circle_id == _MEMBER.c.circle_id)
        .where(_MEMBER.c.circle_id != but_for, _MEMBER.c.person_id.in_(people))
    )
    found: dict[int, list[Stretch]] = defaultdict(list)
    for person_id, starts_at, ends_at in rows:
        found[person_id].append((starts_at, ends_at))
    return found
