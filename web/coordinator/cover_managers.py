"""Rota managers: entered, with the rotas they keep and their calendars; lists sent to them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.calendars import service as calendars
from scheduler.calendars.cover_feeds import list_cover_feeds
from scheduler.calendars.feeds import FeedAddress, Subject
from scheduler.calendars.model import Purpose
from scheduler.cover import managers
from scheduler.cover.managers import LONGEST_NAME, Kept
from scheduler.cover.sent_lists import list_sendings, send_list, to_send
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.calendar_addresses import page_address, shown
from web.coordinator.blueprint import blueprint
from web.coordinator.cover import values_of, wanted_of_address
from web.forms import Form, form_on, must_be_as_seen, must_be_as_shown, read_form
from web.language import gettext as _
from web.language import ngettext
from web.mailing import mailed
from web.request_context import actor, database, now, settings


@blueprint.get("/<int:programme_id>/cover/managers")
@open_to(Audience.COORDINATOR)
def cover_managers(programme_id: int) -> str:
    """Who keeps which rota, and how they get to know."""
    return _page(programme_id, None)


@blueprint.post("/<int:programme_id>/cover/managers")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.cover_managers", "manager", once=True)
def cover_manager_added(programme_id: int) -> ResponseReturnValue:
    """Enter somebody."""
    with read_form() as form:
        name, email = form.text("name"), form.text("email")
    with database().writing() as db:
        managers.add_manager(db, actor(), programme_id, name, email, now())
    return _back(programme_id, _("Added. Now say which rotas they keep."))


@blueprint.post("/<int:programme_id>/cover/managers/<int:manager_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.cover_managers", "manager-{manager_id}")
def cover_manager_changed(programme_id: int, manager_id: int) -> ResponseReturnValue:
    """Correct a name or an address, or take somebody off the list."""
    with read_form() as form:
        name, email, goes = form.text("name"), form.text("email"), "remove" in form
    with database().writing() as db:
        before = managers.get_manager(db, actor(), programme_id, manager_id)
        if goes:
            must_be_as_shown(before.name, before.email)
            managers.remove_manager(db, actor(), programme_id, manager_id, now())
        else:
            must_be_as_seen(before.name, before.email)
            managers.change_manager(db, actor(), programme_id, manager_id, name, email, now())
    return _back(programme_id, _("Removed. Their calendar links no longer work.") if goes else _("Saved."))


@blueprint.post("/<int:programme_id>/cover/keepers")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.cover_managers", "keepers")
def cover_keepers_set(programme_id: int) -> ResponseReturnValue:
    """Say who keeps which rotas; a name that is not on the list of rota managers is refused where it stands."""
    with database().writing() as db:
        kept = managers.list_kept(db, actor(), programme_id)
        must_be_as_seen(kept)
        numbers = {each.name.casefold(): each.id for each in managers.list_managers(db, actor(), programme_id)}
        with read_form() as form:
            keepers = {(each.site_id, each.rota): _keeper(form, n, numbers) for n, each in enumerate(kept)}
        managers.set_keepers(db, actor(), programme_id, keepers, now())
    return _back(programme_id, _("Saved."))


def _keeper(form: Form, number: int, known: dict[str, int]) -> int | None:
    field = f"keeper-{number}"
    name = " ".join(form.text(field).split())
    if not name:
        return None
    if name.casefold() not in known:
        form.refuse(field, _("“%(name)s” isn’t on the list of rota managers. Add them first.", name=name))
    return known.get(name.casefold())


@blueprint.post("/<int:programme_id>/cover/managers/<int:manager_id>/calendar")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.cover_managers", once=True)
def cover_feed_made(programme_id: int, manager_id: int) -> str:
    """Make a calendar address for somebody and show it, this once."""
    subject = Subject(Purpose.COVER, programme_id, manager_id=manager_id)
    with database().writing() as db:
        made = calendars.open_feed(db, actor(), subject, now(), page_url=page_address())
    return _page(programme_id, made)


@blueprint.post("/<int:programme_id>/cover/calendars/<int:feed_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.cover_managers", once=True)
def cover_feed_renewed(programme_id: int, feed_id: int) -> ResponseReturnValue:
    """A new address in place of one, or its end."""
    with read_form() as form:
        ends = "end" in form
    made: FeedAddress | None = None
    with database().writing() as db:
        if all(feed.id != feed_id for feed in list_cover_feeds(db, actor(), programme_id)):
            raise NotFound(_("We can’t find that calendar."))
        if ends:
            calendars.revoke(db, actor(), feed_id, now())
        else:
            made = calendars.rotate(db, actor(), feed_id, now())
    if made is None:
        return _back(programme_id, _("That calendar link is closed. It no longer works for anyone."))
    return _page(programme_id, made)


@blueprint.get("/<int:programme_id>/cover/managers/<int:manager_id>/send")
@open_to(Audience.COORDINATOR)
def cover_sending(programme_id: int, manager_id: int) -> str:
    """What a list would say, and what was sent before."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        wanted = wanted_of_address(programme).only(manager_id)
        found = to_send(db, actor(), programme_id, wanted, now())
        sendings = list_sendings(db, actor(), programme_id, manager_id)
    return render_template(
        "coordinator/cover_sending.html",
        programme=programme,
        wanted=wanted,
        values=values_of(wanted),
        found=found,
        sendings=sendings,
    )


@blueprint.post("/<int:programme_id>/cover/managers/<int:manager_id>/send")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.cover_sending", once=True)
def cover_sent(programme_id: int, manager_id: int) -> ResponseReturnValue:
    """Send it."""
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        wanted = wanted_of_address(programme).only(manager_id)
        sent = send_list(db, actor(), programme_id, wanted, now())
    number = len(sent.lines)
    flash(
        mailed(
            ngettext(
                "A list of %(num)s release is waiting to be sent to %(name)s.",
                "A list of %(num)s releases is waiting to be sent to %(name)s.",
                number,
                name=sent.manager.name,
            )
        )
    )
    return redirect(url_for("coordinator.cover", programme_id=programme_id, **values_of(wanted)), 303)


def _page(programme_id: int, made: FeedAddress | None) -> str:
    with database().reading() as db:
        programme, found = get_programme(db, programme_id), managers.list_managers(db, actor(), programme_id)
        kept = managers.list_kept(db, actor(), programme_id)
        feeds = _feeds(db, programme_id, made)
    return render_template(
        "coordinator/cover_managers.html",
        programme=programme,
        managers=found,
        kept=kept,
        unkept=_unkept(kept),
        feeds=feeds,
        made=shown(made, settings().base_url) if made else None,
        longest=LONGEST_NAME,
    )


def _feeds(db: Db, programme_id: int, made: FeedAddress | None) -> dict[int, list[object]]:
    """The open calendars of every rota manager, but for one that was made just now."""
    found: dict[int, list[object]] = {}
    for feed in list_cover_feeds(db, actor(), programme_id):
        if made is None or feed.id != made.feed_id:
            found.setdefault(feed.manager_id or 0, []).append(feed)
    return found


def _unkept(kept: tuple[Kept, ...]) -> int:
    """Of how many sites nobody is entered for the rotas that nobody keeps by name."""
    return sum(each.manager_id is None for each in kept if not each.rota)


def _back(programme_id: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("coordinator.cover_managers", programme_id=programme_id), 303)
