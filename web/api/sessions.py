"""Published sessions as they stand."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from scheduler.coordination.sessions_known import SessionKnown, sessions_after
from web.api.operations import Answer, operation
from web.api.paging import Asked, Page, after, page
from web.api.programmes import must_be_there
from web.request_context import actor, database, now


class GroupNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A group: its key, which never changes, and its name."""

    id: str
    name: str


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody invited. mark is 2 (can come), 1 (if need be), 0 (cannot) or ? (not known); reason is the category of
    what is known, null where it isn't this token's to see."""

    id: int
    name: str
    role: str
    mark: str
    reason: str | None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session. held says whether it takes place as things stand, can_come how many residents are counted
    on. Rounds count from 0."""

    id: int
    uid: str
    programme: int
    group: GroupNamed
    round: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: str
    place: str
    status: str
    held: bool
    can_come: int
    people: list[Invited]


class SessionsAsked(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sessions: on these days by the programme's clock, both included, and of this group."""

    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None
    group: str = ""


@operation("GET", "/programmes/<int:programme_id>/sessions", Page[Session], asks=SessionsAsked)
def sessions(programme_id: int, asked: SessionsAsked) -> Answer:
    """Published sessions as they stand, with who can come and why not by category."""
    must_be_there(programme_id)
    with database().reading() as db:
        found = sessions_after(
            db, actor(), programme_id, after(asked.cursor), asked.limit + 1, now(),
            first_day=asked.from_, last_day=asked.to, group_key=asked.group,
        )  # fmt: skip
    return page(found, asked.limit, lambda each: each.session.id, lambda each: shown(each, programme_id))


def shown(known: SessionKnown, programme_id: int) -> Session:
    """A session as it is answered."""
    one = known.session
    return Session(
        id=one.id,
        uid=one.uid,
        programme=programme_id,
        group=GroupNamed(id=one.group_key, name=one.group_name),
        round=one.round,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        mode=one.mode,
        place=one.place,
        status=one.status.value,
        held=known.held,
        can_come=known.can_come,
        people=[
            Invited(
                id=each.person_id,
                name=each.name,
                role=each.role.value,
                mark=each.mark,
                reason=reason.value if (reason := known.reasons[each.person_id]) else None,
            )
            for each in one.attendees
        ],
    )
