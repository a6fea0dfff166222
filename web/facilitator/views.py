"""A facilitator's own pages."""

from __future__ import annotations

from flask import Blueprint, render_template

from scheduler.calendars.service import list_feeds
from scheduler.people.model import Role
from scheduler.programmes.own import own_programmes
from scheduler.sessions.model import OwnGroup, Session
from scheduler.sessions.service import own_groups
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.member import term
from web.member.calendar import has_calendar

blueprint = Blueprint("facilitator", __name__)


@blueprint.get("/facilitating")
@open_to(Audience.FACULTY)
def groups() -> str:
    """Every group that the person facilitates, and all dates at once."""
    with database().reading() as db:
        found = tuple(group for group in own_groups(db, actor()) if group.as_facilitator)
        programmes = own_programmes(db, actor(), Role.FACULTY)
        feeds = list_feeds(db, actor())
    return render_template(
        "facilitator/groups.html",
        groups=found,
        has_calendar=has_calendar(feeds),
        next=_next_of(found),
        programmes=programmes,
        contacts_of={programme.id: programme.coordinators for programme in programmes},
        reader=term.Reader(actor().person_id or 0, now()),
        term=term,
    )


def _next_of(groups: tuple[OwnGroup, ...]) -> tuple[OwnGroup, Session] | None:
    """The session that comes first among all groups."""
    coming = ((group, group.next_session(now())) for group in groups)
    ahead = [(group, session) for group, session in coming if session]
    return min(ahead, key=lambda pair: pair[1].starts_at, default=None)
