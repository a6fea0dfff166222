"""Guest coaches, to a coordinator: invited, put into a group, and their hours."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.coordination.guests import put_guest_in, take_guest_out
from scheduler.enrolment.guests import invite_guest, list_guests
from scheduler.groups.guest_hours import guest_hours, take_out_hours
from scheduler.offices.model import LONGEST_NAME
from scheduler.plans.whole import find_published_plan
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, read_address, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.request_context import actor, database, now, settings


@blueprint.get("/<int:programme_id>/guests")
@open_to(Audience.COORDINATOR)
def guests(programme_id: int) -> str:
    """Who is a guest, what is missing, in which group they are, and their hours in a period."""
    with database().reading() as db, read_address() as form:
        programme = get_programme(db, programme_id)
        first, last = _period(form, programme)
        found, hours = list_guests(db, actor(), programme_id, now()), guest_hours(
            db, actor(), programme_id, first, max(first, last), now()
        )  # fmt: skip
        plan = find_published_plan(db, programme_id)
    return render_template(
        "coordinator/guests.html",
        programme=programme,
        guests=found,
        groups={group.key: group.name for group in plan.meeting} if plan else {},
        hours=hours,
        minutes=sum(one.minutes for one in hours),
        first=first,
        last=max(first, last),
        longest=LONGEST_NAME,
    )


@blueprint.post("/<int:programme_id>/guests")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.guests", "invite", field="email", once=True)
def guests_invited(programme_id: int) -> ResponseReturnValue:
    """Invite somebody from outside."""
    with read_form() as form:
        name, email, site_id = form.text("name"), form.text("email"), form.id("site")
    with database().writing() as db:
        invite_guest(db, actor(), programme_id, name, email, site_id, settings().base_url, now())
    flash(mailed(_("Invited. We’ll e-mail them a link to sign in.")))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/guests/group")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.guests", "group", field="why")
def guests_placed(programme_id: int) -> ResponseReturnValue:
    """Put a guest into a published group, or take them out of theirs."""
    with read_form() as form:
        person_id, group_key, why = form.id("person"), form.text("group"), form.text("why")
        takes_out = "out" in form
    with database().writing() as db:
        change = take_guest_out if takes_out else put_guest_in
        change(db, actor(), programme_id, group_key, person_id, why, now())
    flash(_("Done."))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/guests/hours.csv")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.guests", "hours")
def guests_hours(programme_id: int) -> Response:
    """The hours in a period, for whoever pays them; the record says that they were taken out."""
    with read_form() as form:
        first, last = form.day("first"), form.day("last")
    with database().writing() as db:
        text = take_out_hours(db, actor(), programme_id, first, last, now())
    headers = {"Content-Disposition": 'attachment; filename="guest-hours.csv"'}
    return Response("\ufeff" + text, mimetype="text/csv", headers=headers)


def _period(form: Form, programme: Programme) -> tuple[date, date]:
    """The days asked for; without any, those of the month that is over."""
    today = now().astimezone(ZoneInfo(programme.zone)).date()
    end = today.replace(day=1) - timedelta(days=1)
    return form.find_day("first") or end.replace(day=1), form.find_day("last") or today


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.guests", programme_id=programme_id), 303)
