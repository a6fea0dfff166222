"""The time zones of a programme and its sites, and correcting them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.service import get_programme
from scheduler.publishing.zones import concerned, correct_site_zone, correct_zone
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_seen, read_form
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
        )


@blueprint.post("/<int:programme_id>/time-zones")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.zones", "zone", field="place")
def zone_corrected(programme_id: int) -> ResponseReturnValue:
    """Correct the programme's zone; times by the clock stay."""
    with read_form() as form:
        place = form.text("place")
    with database().writing() as db:
        must_be_as_seen(get_programme(db, programme_id).zone)
        zone = correct_zone(db, actor(), programme_id, place, now())
    return _back(programme_id, _("Saved. All times of the programme are now %(zone)s time.", zone=_city(zone)))


@blueprint.post("/<int:programme_id>/time-zones/<site_key>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.zones", "site-{site_key}", field="place")
def site_zone_corrected(programme_id: int, site_key: str) -> ResponseReturnValue:
    """Correct the zone of one site; hours of its rotas by the clock stay."""
    with read_form() as form:
        place = form.text("place")
    with database().writing() as db:
        sites = get_programme(db, programme_id).sites
        must_be_as_seen(next((site.zone for site in sites if site.key == site_key), None))
        zone = correct_site_zone(db, actor(), programme_id, site_key, place, now())
    return _back(programme_id, _("Saved. The rotas of this site are now read as %(zone)s time.", zone=_city(zone)))


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _back(programme_id: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("coordinator.zones", programme_id=programme_id), 303)
