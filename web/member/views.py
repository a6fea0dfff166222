"""A resident's own page, and the page of a group as anybody in it sees it."""

from __future__ import annotations

from typing import Final

from flask import render_template

from scheduler.calendars.service import list_feeds
from scheduler.coordination.own_place import given_up_in
from scheduler.coordination.swaps import days_to_swap
from scheduler.people.model import Role
from scheduler.plans.own_programmes import own_programmes
from scheduler.publishing.unmet_wishes import own_unmet_in
from scheduler.sessions.diary import own_diary
from scheduler.sessions.service import closed_groups_of, own_group, own_groups
from web.audiences import Audience, open_to
from web.member import term
from web.member.beginning_words import NEEDS
from web.member.blueprint import blueprint
from web.member.calendar import has_calendar
from web.member.group_page import load_pages
from web.member.voice import load_voices
from web.request_context import actor, database, now

MOST_IN_DIARY: Final = 12
"""How many sessions of several groups are listed together; each group has all of its own."""


@blueprint.get("/my-group")
@open_to(Audience.RESIDENT)
def group() -> str:
    """The resident's group: when it meets next, the term, and who is in it."""
    with database().reading() as db:
        every = own_groups(db, actor())
        diary = own_diary(db, actor(), now()) if len(every) > 1 else ()
        groups = tuple(group for group in every if not group.as_facilitator)
        programmes = own_programmes(db, actor(), Role.RESIDENT)
        feeds = list_feeds(db, actor())
        closed = tuple(group for group in closed_groups_of(db, actor()) if not group.as_facilitator)
        pages = load_pages(db, groups)
        ids = [programme.id for programme in programmes]
        private, given_up = own_unmet_in(db, actor(), ids), given_up_in(db, actor(), ids)
        swaps_until = days_to_swap(db, actor(), {group.programme_id for group in groups}, now())
        voices = load_voices(db)
    grouped = {group.programme_id for group in groups} | {group.programme_id for group in closed}
    return render_template(
        "member/group.html",
        pages=pages,
        closed=closed,
        diary=diary[:MOST_IN_DIARY],
        private=private,
        given_up=given_up,
        swaps_until=swaps_until,
        voices=voices,
        own_keys={(group.programme_id, group.key) for group in every},
        has_calendar=has_calendar(feeds),
        without=[programme for programme in programmes if programme.id not in grouped],
        contacts_of={programme.id: programme.coordinators for programme in programmes},
        now=now(),
        term=term,
        needs=NEEDS,
    )


@blueprint.get("/groups/<int:programme_id>/<group_key>")
@open_to(Audience.MEMBER)
def group_of(programme_id: int, group_key: str) -> str:
    """One group, for anybody in it: so that a facilitator sees what its residents see."""
    with database().reading() as db:
        group = own_group(db, actor(), programme_id, group_key)
        programmes = own_programmes(db, actor(), Role.RESIDENT, Role.FACULTY)
        feeds = list_feeds(db, actor())
        pages = load_pages(db, [group])
    return render_template(
        "member/group.html",
        pages=pages,
        closed=(),
        diary=(),
        private={},
        given_up=(),
        swaps_until={},
        voices=None,
        has_calendar=has_calendar(feeds),
        without=(),
        contacts_of={programme.id: programme.coordinators for programme in programmes},
        now=now(),
        term=term,
        needs=NEEDS,
    )
