"""A new programme: a template is chosen, then a short form says what only its coordinator knows."""

from __future__ import annotations

from babel.core import get_global
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.people.model import Role
from scheduler.plans.own_programmes import own_programmes
from scheduler.programmes.closed_days import countries
from scheduler.programmes.start import LONGEST_NAME, NO_COUNTRY, Start, begin_programme, usual_first_day
from scheduler.programmes.templates import TEMPLATES, Template
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import locale
from web.request_context import actor, database, now


@blueprint.get("/new")
@open_to(Audience.BEGINNER)
def new_programme() -> str:
    """The templates to choose from."""
    return render_template("coordinator/new_programme.html", templates=TEMPLATES)


@blueprint.get("/new/<key>")
@open_to(Audience.BEGINNER)
def start_programme(key: str) -> str:
    """The short form, filled in as far as can be known."""
    template = _template(key)
    return render_template(
        "coordinator/start_programme.html",
        template=template,
        place=_usual_place().rpartition("/")[2].replace("_", " "),
        first_day=usual_first_day(now()),
        today=now().date(),
        countries=_countries(),
        no_country=NO_COUNTRY,
        longest=LONGEST_NAME,
    )


@blueprint.post("/new/<key>")
@open_to(Audience.BEGINNER)
@form_on("coordinator.start_programme", "start", once=True)
def programme_started(key: str) -> ResponseReturnValue:
    """Make the programme, or nothing of it."""
    template = _template(key)
    with read_form() as form:
        start = Start(
            name=form.text("name"),
            place=form.text("place"),
            country=form.text("country"),
            first_day=form.day("first_day"),
            sites=form.lines("sites"),
        )
    with database().writing() as db:
        programme_id = begin_programme(db, actor(), template, start, now())
    flash(_("Your programme is ready to be filled. Everything about it can be changed later."))
    return redirect(url_for("coordinator.overview", programme_id=programme_id), 303)


def _template(key: str) -> Template:
    found = next((each for each in TEMPLATES if each.key == key), None)
    if found is None:
        raise NotFound(_("We can’t find that kind of programme."))
    return found


def _usual_place() -> str:
    """The zone of the newest programme that the reader runs, else the one of their browser's country, where it has only
    one."""
    with database().reading() as db:
        own = own_programmes(db, actor(), Role.COORDINATOR)
    if own:
        return own[-1].zone
    territories = [tag.partition("-")[2].upper() for tag, quality in request.accept_languages if quality]
    for territory in filter(None, territories):
        zones = [zone for zone, place in get_global("zone_territories").items() if place == territory]
        if len(zones) == 1:
            return str(zones[0])
    return ""


def _countries() -> list[tuple[str, str]]:
    """Code and name of each country whose public holidays are known, in the order of the reader's alphabet."""
    names = locale().territories
    return sorted(((code, names[code]) for code in countries() if code in names), key=lambda each: each[1].casefold())
