"""Affinity circles, for their own members and the contacts whom they chose. The addresses and titles are neutral: who
reads over a shoulder learns nothing."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.circles import contacts as contacting
from scheduler.circles import dates as dating
from scheduler.circles import service as circling
from scheduler.circles.calendar import close_own_feed, find_calendar, has_feed, open_own_feed
from scheduler.circles.going_on import earlier_circles, go_on
from scheduler.circles.model import (
    LONGEST_CHARTER,
    LONGEST_CONCERN,
    LONGEST_NAME,
    LONGEST_PLACE,
    MOST_CONTACTS,
    MOST_MEMBERS,
)
from scheduler.errors import NotFound
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.member.blueprint import blueprint
from web.request_context import actor, database, now, settings


@blueprint.get("/circles/<int:programme_id>")
@open_to(Audience.MEMBER)
def circles(programme_id: int) -> str:
    """One's own circles, beginning or joining one, and being somebody that circles can turn to."""
    return _circles(programme_id)


def _circles(programme_id: int, new_address: str = "") -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        mine = circling.own_circles(db, actor(), programme_id, now())
        past = circling.past_circles(db, actor(), programme_id)
        offered = circling.are_offered(db, actor(), programme_id)
        earlier = earlier_circles(db, actor(), programme_id)
        return render_template(
            "member/circles.html",
            programme=programme,
            mine=mine,
            past=past,
            earlier=earlier,
            offered=offered,
            willing=contacting.is_willing(db, actor(), programme_id),
            has_feed=has_feed(db, actor()),
            new_address=new_address,
            most=MOST_MEMBERS,
            longest_name=LONGEST_NAME,
            longest_place=LONGEST_PLACE,
            title=dating.neutral_title(programme.session_minutes),
        )


@blueprint.post("/circles/<int:programme_id>")
@open_to(Audience.MEMBER)
@form_on("member.circles", "begin", field="name", once=True)
def circle_begun(programme_id: int) -> ResponseReturnValue:
    """Begin one."""
    with read_form() as form:
        name, place = form.text("name"), form.text("place")
    with database().writing() as db:
        circle = circling.start_circle(db, actor(), programme_id, name, place, now())
    flash(_("Your circle is ready. Give its code to the people you’d like in it, by hand."))
    return _to_circle(programme_id, circle.id)


@blueprint.post("/circles/<int:programme_id>/join")
@open_to(Audience.MEMBER)
@form_on("member.circles", "join", field="code")
def circle_joined(programme_id: int) -> ResponseReturnValue:
    """Come in by a code."""
    with read_form() as form:
        code = form.text("code")
        if not code:
            form.refuse("code", _("Enter a code."))
    with database().writing() as db:
        circle = circling.join_circle(db, actor(), programme_id, code, now())
    flash(_("You’re in. Please read what the circle has agreed."))
    return _to_circle(programme_id, circle.id)


@blueprint.post("/circles/<int:programme_id>/on")
@open_to(Audience.MEMBER)
@form_on("member.circles", "on-{circle}")
def circle_goes_on(programme_id: int) -> ResponseReturnValue:
    """Go on with a circle of the term before."""
    with read_form() as form:
        circle_id = form.id("circle")
    with database().writing() as db:
        circle = go_on(db, actor(), programme_id, circle_id, now())
    flash(_("You’re in. What the circle agrees is agreed anew, and only its people see who goes on."))
    return _to_circle(programme_id, circle.id)


@blueprint.post("/circles/<int:programme_id>/willing")
@open_to(Audience.MEMBER)
@form_on("member.circles")
def circle_willing(programme_id: int) -> ResponseReturnValue:
    """Let circles choose one as their contact, or no longer."""
    with read_form() as form:
        willing = form.ticked("willing")
    with database().writing() as db:
        contacting.say_willing(db, actor(), programme_id, willing=willing)
    flash(_("Thank you. Circles can choose you.") if willing else _("Circles can no longer choose you."))
    return _to_circles(programme_id)


@blueprint.post("/circles/<int:programme_id>/calendar")
@open_to(Audience.MEMBER)
@form_on("member.circles")
def circle_calendar(programme_id: int) -> ResponseReturnValue:
    """A calendar of one's circles: its address is shown once, on the page that answers."""
    with read_form() as form:
        closes = form.ticked("close")
    with database().writing() as db:
        if closes:
            close_own_feed(db, actor())
            secret = ""
        else:
            secret = open_own_feed(db, actor(), programme_id, now())
    if not secret:
        flash(_("That calendar link no longer works."))
        return _to_circles(programme_id)
    return _circles(programme_id, settings().base_url + url_for("member.own_dates", secret=secret))


@blueprint.get("/own-dates/<secret>/dates.ics")
@open_to(Audience.PUBLIC)
def own_dates(secret: str) -> Response:
    """The calendar behind a secret address."""
    with database().reading() as db:
        body = find_calendar(db, secret, now())
    if body is None:
        raise NotFound(_("This page doesn’t exist, or you don’t have access to it."))
    headers = {"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, no-cache"}
    return Response(body, headers=headers)


@blueprint.post("/circles/<int:programme_id>/past/<int:past_id>")
@open_to(Audience.MEMBER)
@form_on("member.circles")
def circle_past_deleted(programme_id: int, past_id: int) -> ResponseReturnValue:
    """Delete a note of one's own record."""
    with database().writing() as db:
        circling.forget_past(db, actor(), past_id)
    flash(_("Deleted."))
    return _to_circles(programme_id)


@blueprint.get("/circles/<int:programme_id>/<int:circle_id>")
@open_to(Audience.MEMBER)
def circle(programme_id: int, circle_id: int) -> str:
    """A circle, for its members."""
    with database().reading() as db:
        found = circling.own_circle(db, actor(), circle_id, now())
        if found.programme_id != programme_id:
            raise NotFound(_("This page doesn’t exist, or you don’t have access to it."))
        return render_template(
            "member/circle.html",
            programme=get_programme(db, programme_id),
            circle=found,
            choosable=contacting.contacts_to_choose(db, actor(), circle_id, now()),
            concerns=contacting.own_concerns(db, actor(), circle_id),
            longest_charter=LONGEST_CHARTER,
            longest_place=LONGEST_PLACE,
            longest_concern=LONGEST_CONCERN,
            most_contacts=MOST_CONTACTS,
        )


@blueprint.post("/circles/<int:programme_id>/<int:circle_id>/charter")
@open_to(Audience.MEMBER)
@form_on("member.circle", "charter", field="text")
def circle_charter(programme_id: int, circle_id: int) -> ResponseReturnValue:
    """Write the charter, or agree to it."""
    with read_form() as form:
        agrees, text, place = form.ticked("agree"), form.text("text"), form.text("place")
    with database().writing() as db:
        known = circling.own_circle(db, actor(), circle_id, now())
        must_be_as_seen(known.charter_version, known.place)
        if agrees:
            circling.agree(db, actor(), circle_id)
        else:
            circling.write_charter(db, actor(), circle_id, text, place)
    flash(_("You’ve agreed.") if agrees else _("Saved. If the charter has changed, everyone is asked to agree again."))
    return _to_circle(programme_id, circle_id)


@blueprint.post("/circles/<int:programme_id>/<int:circle_id>/dates")
@open_to(Audience.MEMBER)
@form_on("member.circle", "dates")
def circle_dates(programme_id: int, circle_id: int) -> ResponseReturnValue:
    """Find dates."""
    with database().writing() as db:
        count = dating.find_dates(db, actor(), circle_id, now(), page_url=settings().base_url)
    if count:
        flash(mailed(_("Dates found. The others hear by e-mail that there are some.")))
    else:
        flash(_("There is no time at which enough of you can come. Please look at when each of you can come."))
    return _to_circle(programme_id, circle_id)


@blueprint.post("/circles/<int:programme_id>/<int:circle_id>/contacts")
@open_to(Audience.MEMBER)
@form_on("member.circle", "contacts", field="people")
def circle_contacts(programme_id: int, circle_id: int) -> ResponseReturnValue:
    """Choose whom the circle can turn to."""
    with read_form() as form:
        people = form.ids("people")
    with database().writing() as db:
        must_be_as_seen(circling.own_circle(db, actor(), circle_id, now()).contacts)
        contacting.choose_contacts(db, actor(), circle_id, people, now())
    flash(_("Saved."))
    return _to_circle(programme_id, circle_id)


@blueprint.post("/circles/<int:programme_id>/<int:circle_id>/concern")
@open_to(Audience.MEMBER)
@form_on("member.circle", "concern", field="text", once=True)
def circle_concern(programme_id: int, circle_id: int) -> ResponseReturnValue:
    """Write to a contact."""
    with read_form() as form:
        to_id, text, named = form.id("to"), form.text("text"), form.ticked("named")
    there = settings().base_url + url_for("member.circle_reading")
    with database().writing() as db:
        contacting.raise_circle_concern(db, actor(), circle_id, to_id, text, now(), named=named, page_url=there)
    flash(mailed(_("Sent. The answer will be on this page.")))
    return _to_circle(programme_id, circle_id)


@blueprint.post("/circles/<int:programme_id>/<int:circle_id>/leave")
@open_to(Audience.MEMBER)
@form_on("member.circle")
def circle_left(programme_id: int, circle_id: int) -> ResponseReturnValue:
    """Go again."""
    with database().writing() as db:
        circling.leave_circle(db, actor(), circle_id, now())
    flash(_("You’ve left. The others get no message."))
    return _to_circles(programme_id)


@blueprint.post("/circles/<int:programme_id>/<int:circle_id>/code")
@open_to(Audience.MEMBER)
@form_on("member.circle")
def circle_code(programme_id: int, circle_id: int) -> ResponseReturnValue:
    """End the code that is in use, and have another."""
    with database().writing() as db:
        circling.renew_code(db, actor(), circle_id)
    flash(_("Here is a new code. The old one no longer works."))
    return _to_circle(programme_id, circle_id)


@blueprint.get("/for-me-to-read")
@open_to(Audience.SIGNED_IN)
def circle_reading() -> str:
    """What members of circles have written to their contact."""
    with database().reading() as db:
        concerns = contacting.concerns_for(db, actor())
    return render_template("member/circle_reading.html", concerns=concerns, longest=LONGEST_CONCERN)


@blueprint.post("/for-me-to-read/<int:concern_id>")
@open_to(Audience.SIGNED_IN)
@form_on("member.circle_reading")
def circle_answered(concern_id: int) -> ResponseReturnValue:
    """Answer."""
    with read_form() as form:
        text = form.text("text")
    with database().writing() as db:
        contacting.answer_concern(db, actor(), concern_id, text, now(), page_url=settings().base_url)
    flash(mailed(_("Sent.")))
    return redirect(url_for("member.circle_reading"), 303)


def _to_circles(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("member.circles", programme_id=programme_id), 303)


def _to_circle(programme_id: int, circle_id: int) -> ResponseReturnValue:
    return redirect(url_for("member.circle", programme_id=programme_id, circle_id=circle_id), 303)
