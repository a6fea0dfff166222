"""Calendars for looking after a programme: all sessions, a room, the cover that a site needs, one group."""

from __future__ import annotations

from typing import Final

from flask import render_template

from scheduler.calendars import service
from scheduler.calendars.faulty_feeds import count_faulty, find_groups
from scheduler.calendars.feeds import FeedAddress
from scheduler.errors import NotFound
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.calendar_addresses import asked_subject, page_address, shown
from web.coordinator.blueprint import blueprint
from web.forms import form_on
from web.language import gettext as _
from web.paging import read_paging
from web.request_context import actor, database, now, settings

GROUPS_OFFERED: Final = 50
"""So many groups are offered at once; others are searched for."""


@blueprint.get("/<int:programme_id>/calendars")
@open_to(Audience.COORDINATOR)
def calendars(programme_id: int) -> str:
    """The addresses that the coordinator holds for this programme, and those to be had."""
    return _page(programme_id, None)


@blueprint.post("/<int:programme_id>/calendars")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.calendars", once=True)
def calendars_made(programme_id: int) -> str:
    """Make an address and show it, this once."""
    subject = asked_subject()
    if subject.programme_id != programme_id:
        raise NotFound(_("We can’t find that calendar."))
    with database().writing() as db:
        made = service.open_feed(db, actor(), subject, now(), page_url=page_address())
    return _page(programme_id, made)


def _page(programme_id: int, made: FeedAddress | None) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        groups, paging = find_groups(db, actor(), programme_id, read_paging(GROUPS_OFFERED))
        feeds = service.list_feeds(db, actor())
        faulty = count_faulty(db, programme_id)
    return render_template(
        "coordinator/calendars.html",
        programme=programme,
        rooms=[(site, room) for site in programme.sites for room in site.rooms],
        groups=groups,
        paging=paging,
        made=shown(made, settings().base_url) if made else None,
        feeds=[
            feed
            for feed in feeds
            if feed.is_open and feed.programme_id == programme_id and (made is None or feed.id != made.feed_id)
        ],
        faulty=faulty,
        zone=programme.zone,
    )
