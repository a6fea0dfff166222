"""A resident's own page."""

from __future__ import annotations

from contextlib import suppress

from flask import render_template

from scheduler.availability.service import for_person
from scheduler.calendars.service import list_feeds
from scheduler.errors import NotFound
from scheduler.people.model import Role
from scheduler.plans.told import own_wishes
from scheduler.programmes.own import own_programmes
from scheduler.sessions.service import own_groups
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.member import term
from web.member.blueprint import blueprint
from web.member.calendar import has_calendar
from web.member.why import why_of


@blueprint.get("/my-group")
@open_to(Audience.RESIDENT)
def group() -> str:
    """The resident's group: when it meets next, the term, and who is in it."""
    me = actor().person_id or 0
    readers: dict[int, term.Reader] = {}
    with database().reading() as db:
        groups = tuple(group for group in own_groups(db, actor()) if not group.as_facilitator)
        programmes = own_programmes(db, actor(), Role.RESIDENT)
        feeds = list_feeds(db, actor())
        reasons = {group.programme_id: why_of(own_wishes(db, actor(), group.programme_id)) for group in groups}
        for programme_id in {group.programme_id for group in groups}:
            readers[programme_id] = term.Reader(me, now())
            with suppress(NotFound):  # nothing is worked out for somebody whom no rota or pattern speaks of
                answers = term.answers_by_start(for_person(db, actor(), programme_id, me))
                readers[programme_id] = term.Reader(me, now(), answers)
    return render_template(
        "member/group.html",
        groups=groups,
        readers=readers,
        reasons=reasons,
        has_calendar=has_calendar(feeds),
        without=[programme for programme in programmes if programme.id not in readers],
        contacts_of={programme.id: programme.coordinators for programme in programmes},
        now=now(),
        term=term,
    )
