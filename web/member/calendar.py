"""Somebody's calendar addresses: made, shown once, replaced, closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import segno
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from scheduler.calendars import service
from scheduler.calendars.feeds import FeedAddress, FeedInfo, Purpose, Subject
from scheduler.errors import NotFound
from scheduler.people.model import Actor, Role
from scheduler.programmes.own import OwnProgramme, own_programmes
from web.audiences import Audience, open_to
from web.current import actor, database, now, settings
from web.language import gettext as _
from web.member.blueprint import blueprint


@dataclass(frozen=True, slots=True)
class Offer:
    """A calendar that somebody may have."""

    purpose: Purpose
    programme_id: int | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A new address in every form that a calendar takes."""

    name: str
    address: str
    webcal: str
    qr: Markup


@blueprint.get("/calendar")
@open_to(Audience.SIGNED_IN)
def calendar() -> str:
    """The calendars that somebody has or may have."""
    return _page(None)


@blueprint.post("/calendar")
@open_to(Audience.SIGNED_IN)
def calendar_made() -> str:
    """Make an address and show it, this once."""
    with database().writing() as db:
        address = service.open_feed(db, actor(), _asked(), now(), page_url=_page_address())
    return _page(address)


@blueprint.post("/calendar/<int:feed_id>/replace")
@open_to(Audience.SIGNED_IN)
def calendar_replaced(feed_id: int) -> str:
    """A new address in place of one that was lost, shown this once."""
    with database().writing() as db:
        address = service.rotate(db, actor(), feed_id, now())
    return _page(address)


@blueprint.post("/calendar/<int:feed_id>/close")
@open_to(Audience.SIGNED_IN)
def calendar_closed(feed_id: int) -> ResponseReturnValue:
    """Close an address at once."""
    with database().writing() as db:
        service.revoke(db, actor(), feed_id, now())
    flash(_("That calendar address is closed. Nobody can read it any more."))
    return redirect(url_for("member.calendar"), 303)


def _page(made: FeedAddress | None) -> str:
    with database().reading() as db:
        feeds = service.list_feeds(db, actor())
        programmes = own_programmes(db, actor(), *Role)
    open_feeds = tuple(filter(_is_open, feeds))
    return render_template(
        "member/calendar.html",
        made=shown(made, settings().base_url) if made else None,
        feeds=tuple(feed for feed in open_feeds if made is None or feed.id != made.feed_id),
        offers=tuple(offer for offer in _offers(actor(), programmes) if not _has(open_feeds, offer)),
        zone=programmes[0].zone if programmes else "UTC",
    )


def has_calendar(feeds: tuple[FeedInfo, ...]) -> bool:
    """Whether somebody has an address for all of their sessions."""
    return any(feed.purpose is Purpose.PERSON for feed in feeds if _is_open(feed))


def _is_open(feed: FeedInfo) -> bool:
    return feed.ended_at is None and feed.revoked_at is None


def shown(made: FeedAddress, base_url: str) -> Shown:
    """The address for copying, for tapping and for pointing a phone at."""
    address = base_url + made.path
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True, light="#fff", title=_("QR code"))
    return Shown(made.name, address, "webcal:" + address.partition(":")[2], Markup(picture))  # noqa: S704 - drawn here


def _offers(who: Actor, programmes: tuple[OwnProgramme, ...]) -> Iterator[Offer]:
    if who.programmes(Role.RESIDENT) or who.programmes(Role.FACULTY):
        yield Offer(Purpose.PERSON, None, _("All my sessions"), _("Date, place and group of everything that is yours."))
        yield Offer(
            Purpose.BUSY, None, _("Busy times only"), _("For a calendar that others see: only that you are busy.")
        )
    for programme in programmes:
        if who.has(programme.id, Role.COORDINATOR):
            text = _("Every session of every group.")
            yield Offer(Purpose.PROGRAMME, programme.id, _("All of %(name)s", name=programme.name), text)


def _has(feeds: tuple[FeedInfo, ...], offer: Offer) -> bool:
    return any(feed.purpose is offer.purpose and feed.programme_id == offer.programme_id for feed in feeds)


def _asked() -> Subject:
    offered = {purpose.value: purpose for purpose in (Purpose.PERSON, Purpose.BUSY, Purpose.PROGRAMME)}
    purpose = offered.get(request.form.get("purpose", ""))
    if purpose is None:
        raise NotFound(_("There is no such calendar."))
    programme_id = request.form.get("programme_id", type=int) if purpose is Purpose.PROGRAMME else None
    return Subject(purpose, programme_id)


def _page_address() -> str:
    """Where a calendar's reader finds the pages: the address itself signs nobody in."""
    return settings().base_url + url_for("public.welcome")
