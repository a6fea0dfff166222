"""The time zones of a programme and its sites, and correcting them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.errors import Rejected
from scheduler.people.clocks import zone_at
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.publishing.rehearsal import SessionThen, rehearsed
from scheduler.publishing.zones import concerned, correct_site_zone, correct_zone
from web.audiences import Audience, open_to
from web.coordinator.between import AGAIN, Asked, Told, must_be_shown, page_between
from web.coordinator.blueprint import blueprint
from web.coordinator.rehearsal_words import told_of_sessions
from web.forms import Form, fill_form, form_on, must_be_as_seen
from web.language import day_and_time, ngettext, zone_name
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/time-zones")
@open_to(Audience.COORDINATOR)
def zones(programme_id: int) -> str:
    """Whose hours are meant, and what correcting them does."""
    with database().reading() as db:
        return render_template(
            "coordinator/zones.html",
            programme=get_programme(db, programme_id),
            concerned=concerned(db, actor(), programme_id, now()),
            place_of=place_of,
        )


@blueprint.post("/<int:programme_id>/time-zones")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.zones", "zone", field="place")
def zone_corrected(programme_id: int) -> ResponseReturnValue:
    """Correct the programme's zone; times by the clock stay. First say which published sessions that moves."""
    form = Form(request.form)
    if AGAIN in form:
        return _form_again(programme_id, "zone")
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        must_be_as_seen(programme.zone)
        change = partial(correct_zone, db, actor(), programme_id, form.text("place"), now())
        told = list(_told(db, programme, change, now()))
        action = url_for("coordinator.zone_corrected", programme_id=programme_id)
        asked = _asked(programme, told, action, programme.zone)
        if must_be_shown(asked):
            return page_between(asked, "zone", programme)
        zone = change()
    return _back(programme_id, _("Saved. All times of the programme are now %(zone)s time.", zone=zone_name(zone)))


@blueprint.post("/<int:programme_id>/time-zones/<site_key>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.zones", "site-{site_key}", field="place")
def site_zone_corrected(programme_id: int, site_key: str) -> ResponseReturnValue:
    """Correct the zone of one site; hours of its rotas by the clock stay. First say what that does to sessions."""
    form, name = Form(request.form), f"site-{site_key}"
    if AGAIN in form:
        return _form_again(programme_id, name)
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        stored = next((site.zone for site in programme.sites if site.key == site_key), None)
        must_be_as_seen(stored)
        change = partial(correct_site_zone, db, actor(), programme_id, site_key, form.text("place"), now())
        told = list(_told(db, programme, change, now()))
        action = url_for("coordinator.site_zone_corrected", programme_id=programme_id, site_key=site_key)
        asked = _asked(programme, told, action, stored)
        if must_be_shown(asked):
            return page_between(asked, name, programme)
        zone = change()
    return _back(programme_id, _("Saved. The rotas of this site are now read as %(zone)s time.", zone=zone_name(zone)))


def place_of(zone: str) -> str:
    """What stands in the field: the city, where it says which zone is meant."""
    try:
        return zone_name(zone) if zone_at(zone_name(zone)) == zone else zone
    except Rejected:
        return zone


def _told(db: Db, programme: Programme, change: Callable[[], str], at: datetime) -> Iterator[Told]:
    """What a correction does to published sessions: which move, and which can then be held or not."""
    sessions = rehearsed(db, programme.id, change, at)
    moved = [each for each in sessions if each.starts_at != each.would_start_at]
    if moved:
        people = concerned(db, actor(), programme.id, at).people
        sentence = ngettext(
            "%(num)s published session moves with the clocks.", "%(num)s published sessions move with the clocks.",
            len(moved),
        )  # fmt: skip
        told = ngettext("%(num)s person gets an update.", "%(num)s people get an update.", people)
        yield Told(f"{sentence} {told}", [_moved(each, programme.zone) for each in moved])
    yield from told_of_sessions(sessions, programme.zone)


def _moved(each: SessionThen, zone: str) -> str:
    return _(
        "%(group)s: %(before)s becomes %(after)s, as %(zone)s time is now",
        group=each.group_name,
        before=day_and_time(each.starts_at, zone),
        after=day_and_time(each.would_start_at, zone),
        zone=zone_name(zone),
    )


def _asked(programme: Programme, told: Sequence[Told], action: str, stored: str | None) -> Asked:
    return Asked(_("Time zones"), told, action, url_for("coordinator.zones", programme_id=programme.id), (stored,))


def _form_again(programme_id: int, form: str) -> str:
    fill_form(form, request.form, whole=True)
    return zones(programme_id)


def _back(programme_id: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("coordinator.zones", programme_id=programme_id), 303)
