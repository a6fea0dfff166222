"""When somebody can come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from scheduler.coordination.sessions_known import SlotKnown, availability_known
from web.api.operations import Answer, operation
from web.api.paging import Asked, Page, part
from web.forms.reader import LARGEST_ID
from web.request_context import actor, database, now


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A time at which a session may begin. mark and reason are those of a session's people."""

    starts_at: datetime
    round: int
    mark: str
    reason: str | None


class AvailabilityAsked(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose availability, on which days by the programme's clock, both included."""

    person: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_ID)]
    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None


@operation("GET", "/programmes/<int:programme_id>/availability", Page[Slot], asks=AvailabilityAsked)
def availability(programme_id: int, asked: AvailabilityAsked) -> Answer:
    """When somebody can come, at each time at which sessions may begin."""
    with database().reading() as db:
        found = availability_known(db, actor(), programme_id, asked.person, asked.from_, asked.to, now())
    return part(found, asked, lambda slots: [_shown(each) for each in slots])


def _shown(known: SlotKnown) -> Slot:
    reason = known.reason.value if known.reason else None
    return Slot(starts_at=known.starts_at, round=known.round, mark=known.mark, reason=reason)
