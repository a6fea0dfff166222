"""A guest coach's pages: nothing here shows what anybody in the group says or does."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.calendars.service import list_feeds
from scheduler.errors import NotFound
from scheduler.groups.guest_group import agree_as_guest, guest_group, own_guest_groups
from scheduler.groups.records import as_csv, minutes_led, sessions_led
from scheduler.joining.answers import agree, has_said_yes
from scheduler.joining.conduct import sign
from scheduler.joining.model import MOST_CHARACTERS
from scheduler.joining.own_conduct import own_conduct
from scheduler.joining.training import Entered, enter
from scheduler.people.model import Role
from scheduler.plans.model import MemberRole
from scheduler.plans.own_programmes import own_programmes
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave
from web.audiences import Audience, open_to
from web.forms import form_on, must_be_as_seen, read_form
from web.guest.blueprint import blueprint
from web.language import gettext as _
from web.member.calendar import has_calendar
from web.member.charter_words import hats_worn, written_fields, written_parts
from web.member.joining_steps import stored_conduct
from web.request_context import actor, database, now


@blueprint.get("/guest")
@open_to(Audience.GUEST)
def groups() -> str:
    """The group that they came for, its dates, and what is still missing before they may lead it."""
    with database().reading() as db:
        found = own_guest_groups(db, actor(), now())
        programmes = own_programmes(db, actor(), Role.GUEST)
        conducts = {one.id: own_conduct(db, actor(), one.id, now()) for one in programmes}
        agreed = has_said_yes(db, actor())
        feeds = list_feeds(db, actor())
    return render_template(
        "guest/groups.html",
        found=found,
        programmes=programmes,
        conducts=conducts,
        agreed=agreed,
        has_calendar=has_calendar(feeds),
        me=actor().person_id,
        now=now(),
    )


@blueprint.get("/guest/<int:programme_id>/<group_key>/charter")
@open_to(Audience.GUEST)
def charter(programme_id: int, group_key: str) -> str:
    """What the group agrees on, and who has agreed."""
    with database().reading() as db:
        found = guest_group(db, actor(), programme_id, group_key, now())
    if found.charter is None:
        raise NotFound(_("This programme doesn’t have a charter."))
    leads = {each.person_id: each.name for each in found.charter.signatories if each.role == MemberRole.FACILITATOR}
    return render_template(
        "guest/charter.html",
        group=found.group,
        agreed=found.charter,
        parts=list(written_parts(found.charter.charter)),
        fields=list(written_fields(found.charter.terms)),
        worn=list(hats_worn(found.charter, leads)),
        me=actor().person_id,
    )


@blueprint.post("/guest/<int:programme_id>/<group_key>/charter")
@open_to(Audience.GUEST)
@form_on("guest.charter", "charter")
def charter_accepted(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Agree to the version that was shown, as a coach."""
    with read_form() as form:
        version, terms = form.id("version"), form.number("terms", 0, 100_000, 0)
        if not form.ticked("agrees"):
            form.refuse("agrees", _("Tick the box to agree."))
    with database().writing() as db:
        agree_as_guest(db, actor(), programme_id, group_key, version, terms, now(), form.texts("told"))
    flash(_("Thank you."))
    return redirect(url_for("guest.groups"), 303)


@blueprint.get("/guest/<int:programme_id>/conduct")
@open_to(Audience.GUEST)
def conduct(programme_id: int) -> str:
    """What guests sign, and of what training they tell."""
    with database().reading() as db:
        programme, found = get_programme(db, programme_id), own_conduct(db, actor(), programme_id, now())
    return render_template(
        "guest/conduct.html",
        programme=programme,
        conduct=found,
        stored=stored_conduct(found),
        today=now().astimezone(ZoneInfo(programme.zone)).date(),
        most=MOST_CHARACTERS,
    )


@blueprint.post("/guest/<int:programme_id>/conduct")
@open_to(Audience.GUEST)
@form_on("guest.conduct", "conduct")
def conduct_signed(programme_id: int) -> ResponseReturnValue:
    """Say yes to coaching, sign the code, and tell of training."""
    with database().writing() as db:
        found = own_conduct(db, actor(), programme_id, now())
        with read_form() as form:
            must_be_as_seen(*stored_conduct(found))
            done = {kind.key: form.find_day(f"done-{kind.key}") for kind in found.kinds}
            signs = form.ticked("signs")
        entered = [Entered(key, day, form.text(f"note-{key}")) for key, day in done.items() if day is not None]
        if signs:
            agree(db, actor(), programme_id, now())
        sign(db, actor(), programme_id, found.code.version, now(), signs=signs)
        enter(db, actor(), programme_id, entered, now())
    flash(_("Saved."))
    return redirect(url_for("guest.groups"), 303)


@blueprint.post("/guest/<int:programme_id>/leave")
@open_to(Audience.GUEST)
@form_on("guest.groups", "leave")
def left(programme_id: int) -> ResponseReturnValue:
    """Stop being a guest there, without a reason."""
    with database().writing() as db:
        leave(db, actor(), programme_id, now())
    flash(_("You’re no longer a guest coach there. Your hours stay yours to read."))
    return redirect(url_for("guest.record"), 303)


@blueprint.get("/guest/record")
@open_to(Audience.GUEST_RECORD)
def record() -> str:
    """The hours they led, also once their group has ended."""
    with database().reading() as db:
        led = sessions_led(db, actor(), now())
    return render_template("guest/record.html", led=led, minutes=minutes_led(led))


@blueprint.get("/guest/record.csv")
@open_to(Audience.GUEST_RECORD)
def record_as_csv() -> Response:
    """The same for a spreadsheet."""
    with database().reading() as db:
        text = as_csv(sessions_led(db, actor(), now()))
    headers = {"Content-Disposition": 'attachment; filename="coaching-hours.csv"'}
    return Response("\ufeff" + text, mimetype="text/csv", headers=headers)
