"""Somebody's calendar addresses: made, shown once, chosen for, replaced, closed; and their dates on a card."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.calendars import service
from scheduler.calendars.feeds import NAMED_OTHERWISE, REMINDING, FeedAddress, FeedInfo, Subject
from scheduler.calendars.model import Purpose
from scheduler.people.clocks import zone_of
from scheduler.people.model import Actor, Role
from scheduler.plans.own_programmes import OwnProgramme, own_programmes
from scheduler.sessions.model import OwnGroup
from scheduler.sessions.service import own_groups
from web.audiences import Audience, open_to
from web.calendar_addresses import Offer, alarms, asked_choices, asked_subject, page_address, qr_code, shown
from web.forms import form_on, must_be_as_seen
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.request_context import actor, database, now, settings


@blueprint.get("/calendar")
@open_to(Audience.SIGNED_IN)
def calendar() -> str:
    """The calendars that somebody has or may have."""
    return _page(None)


@blueprint.post("/calendar")
@open_to(Audience.SIGNED_IN)
@form_on("member.calendar", once=True)
def calendar_made() -> str:
    """Make an address and show it, this once."""
    with database().writing() as db:
        address = service.open_feed(
            db, actor(), asked_subject(), now(), page_url=page_address(), choices=asked_choices()
        )
    return _page(address)


@blueprint.post("/calendar/<int:feed_id>/replace")
@open_to(Audience.SIGNED_IN)
@form_on("member.calendar", once=True)
def calendar_replaced(feed_id: int) -> str:
    """A new address in place of one that was lost, shown this once."""
    with database().writing() as db:
        address = service.rotate(db, actor(), feed_id, now())
    return _page(address)


@blueprint.post("/calendar/<int:feed_id>/close")
@open_to(Audience.SIGNED_IN)
@form_on("member.calendar")
def calendar_closed(feed_id: int) -> ResponseReturnValue:
    """Close an address at once."""
    with database().writing() as db:
        service.revoke(db, actor(), feed_id, now())
    flash(_("That calendar link is closed. It no longer works for anyone."))
    return redirect(url_for("member.calendar"), 303)


@blueprint.post("/calendar/<int:feed_id>/choices")
@open_to(Audience.SIGNED_IN)
@form_on("member.calendar", "choices-{feed_id}")
def calendar_chosen(feed_id: int) -> ResponseReturnValue:
    """Reminders and titles, as its owner wants them."""
    with database().writing() as db:
        must_be_as_seen(next((feed.choices for feed in service.list_feeds(db, actor()) if feed.id == feed_id), None))
        service.choose(db, actor(), feed_id, asked_choices(), now())
    flash(_("Saved. Your calendar will show it the next time it checks for changes."))
    return redirect(url_for("member.calendar"), 303)


@blueprint.get("/calendar/card")
@open_to(Audience.MEMBER)
def calendar_card() -> str:
    """The dates to come, to be printed and kept in a pocket."""
    with database().reading() as db:
        groups = own_groups(db, actor())
        own_zone = zone_of(db, actor())
    coming = sorted(
        ((session, group) for group in groups for session in group.sessions if session.ends_at > now()),
        key=lambda pair: pair[0].starts_at,
    )
    return render_template(
        "member/card.html",
        coming=coming,
        me=actor().person_id,
        several=len(groups) > 1,
        own_zone=own_zone,
        programmes={group.programme_id: group.programme_name for _session, group in coming},
        zones=sorted({session.zone for session, _group in coming}),
        address=settings().base_url,
        qr=qr_code(settings().base_url),
        now=now(),
    )


def _page(made: FeedAddress | None) -> str:
    with database().reading() as db:
        feeds = tuple(feed for feed in service.list_feeds(db, actor()) if feed.is_open)
        programmes = own_programmes(db, actor(), *Role)
        groups = own_groups(db, actor())
    offers = tuple(offer for offer in _offers(actor(), programmes, groups) if not _has(feeds, offer))
    return render_template(
        "member/calendar.html",
        made=shown(made, settings().base_url) if made else None,
        feeds=tuple(feed for feed in feeds if made is None or feed.id != made.feed_id),
        offers=tuple(offer for offer in offers if offer.subject.purpose is Purpose.PERSON),
        more_offers=tuple(offer for offer in offers if offer.subject.purpose is not Purpose.PERSON),
        coordinated=[programme for programme in programmes if actor().has(programme.id, Role.COORDINATOR)],
        zone=programmes[0].zone if programmes else "UTC",
        alarms=alarms(),
        reminding=REMINDING,
        named_otherwise=NAMED_OTHERWISE,
        has_sessions=bool(groups),
    )


def has_calendar(feeds: tuple[FeedInfo, ...]) -> bool:
    """Whether somebody has an address for all of their sessions."""
    return any(feed.purpose is Purpose.PERSON for feed in feeds if feed.is_open)


def _offers(who: Actor, programmes: tuple[OwnProgramme, ...], groups: tuple[OwnGroup, ...]) -> Iterator[Offer]:
    if any(who.programmes(role) for role in (Role.RESIDENT, Role.FACULTY, Role.GUEST)):
        all_text = _("The date, place and group of each of your sessions.")
        yield Offer(Subject(Purpose.PERSON), _("All my sessions"), all_text)
        busy_text = _("For a calendar that others can see: it says only that you’re busy.")
        yield Offer(Subject(Purpose.BUSY), _("Busy times only"), busy_text)
    for programme in programmes:
        if who.has(programme.id, Role.FACULTY):
            title = _("Groups I facilitate in %(name)s", name=programme.name)
            yield Offer(Subject(Purpose.FACILITATOR, programme.id), title, _("Sessions of the groups you facilitate."))
    for group in groups:
        subject = Subject(Purpose.GROUP, group.programme_id, group.key)
        yield Offer(subject, group.name, _("The dates of this group only."))


def _has(feeds: tuple[FeedInfo, ...], offer: Offer) -> bool:
    return any(feed.subject == offer.subject for feed in feeds)
