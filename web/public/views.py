"""The first page, and pages of programmes that anybody may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.oversight.overview import how_overseen
from scheduler.programmes.model import Programme
from scheduler.programmes.public_page import find_shared
from scheduler.signing_in.first_start import is_begun
from web.audiences import Audience, open_to
from web.auth.destination import any_page_of_ours
from web.calendar_addresses import qr_code
from web.choosing_language import speak_from_now
from web.forms import Form, form_on
from web.language import WEEKDAYS, clock_time, weekday
from web.language import gettext as _
from web.navigation import home_of
from web.request_context import database, find_current_actor, settings

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@open_to(Audience.PUBLIC)
def welcome() -> ResponseReturnValue:
    """What this is, for strangers; people who are signed in go to their own page."""
    if actor := find_current_actor():
        return redirect(home_of(actor))
    with database().reading() as db:
        return render_template("public/welcome.html", is_begun=is_begun(db))


@dataclass(frozen=True, slots=True)
class Hours:
    """When sessions of a programme are held: on these weekdays, between two wall-clock times."""

    days: str
    opens: str
    closes: str


@blueprint.get("/about/<slug>")
@open_to(Audience.PUBLIC)
def programme(slug: str) -> str:
    """What a programme is, where its coordinator has opened the page; the page of a wrong address where not."""
    with database().reading() as db:
        page = find_shared(db, slug)
        overseen = how_overseen(db, page.programme.id) if page else None
    if page is None:
        raise NotFound(_("This page doesn’t exist, or you don’t have access to it."))
    address = settings().base_url + url_for("public.programme", slug=slug)
    hours = hours_of(page.programme)
    return render_template(
        "public/programme.html", page=page, overseen=overseen, hours=hours, address=address, qr=qr_code(address)
    )


def hours_of(programme: Programme) -> Hours | None:
    """The days and the widest hours of a programme's windows; None where it has none."""
    if not programme.windows:
        return None
    days = _days_of(sorted({window.weekday for window in programme.windows}))
    opens, closes = min(w.opens_at for w in programme.windows), max(w.closes_at for w in programme.windows)
    return Hours(days, _on_the_wall(opens), _on_the_wall(closes))


def _days_of(numbers: list[int]) -> str:
    """Weekdays as people say them: a run of three and more by its first and last."""
    names = [weekday(WEEKDAYS[number]) for number in numbers]
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return _("%(first)s to %(last)s", first=names[0], last=names[-1])
    return ", ".join(names)


def _on_the_wall(at: time) -> str:
    return clock_time(datetime.combine(WEEKDAYS[0], at, UTC), "UTC")


@blueprint.post("/language")
@open_to(Audience.PUBLIC)
@form_on("public.welcome")
def choose() -> ResponseReturnValue:
    """Speak another language from now on: in this browser, and to whoever is signed in wherever words reach them."""
    form = Form(request.form)
    speak_from_now(form.text("to"))
    return redirect(any_page_of_ours(form.text("page"), url_for("public.welcome")), 303)
