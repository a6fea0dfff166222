"""One's own place: what of one's wishes was not met, told to nobody else, and staying, asking for another group, or
waiting. Everyone may ask and wait, so neither says anything about why."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.coordination.own_place import give_up_place, given_up_in
from scheduler.coordination.swaps import days_to_swap
from scheduler.joining.model import RequestAbout
from scheduler.joining.questions import ask_for_another_group, has_asked, withdraw_group_request
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import has_group
from scheduler.publishing.model import OwnChoice
from scheduler.publishing.unmet_wishes import decide, own_unmet
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import lazy_gettext
from web.member.blueprint import blueprint
from web.member.openly_labels import unmet_sentence
from web.request_context import actor, database, now

_SAID = {
    OwnChoice.STAY: lazy_gettext("You’re staying in your group."),
    OwnChoice.ANOTHER: lazy_gettext("Your coordinator sees that you’d like another group, and nothing else."),
    OwnChoice.WAIT: lazy_gettext("You’re waiting for the next plan."),
    OwnChoice.SOFTEN: lazy_gettext("From the next plan on it’s a wish, and no longer firm."),
}


@blueprint.get("/join/<int:programme_id>/place")
@open_to(Audience.MEMBER)
def own_place(programme_id: int) -> str:
    """What was not met, and what can be done about one's place."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        unmet, grouped = own_unmet(db, actor(), programme_id), has_group(db, actor(), programme_id)
        asked = has_asked(db, actor(), programme_id, RequestAbout.GROUP)
        waits = bool(given_up_in(db, actor(), (programme_id,)))
        swaps_until = days_to_swap(db, actor(), (programme_id,), now()).get(programme_id)
    return render_template(
        "member/place.html",
        programme=programme,
        unmet=unmet,
        sentences=[unmet_sentence(each) for each in unmet.unmet] if unmet else [],
        said=_SAID,
        grouped=grouped,
        asked=asked,
        waits=waits and not grouped,
        swaps_until=swaps_until,
    )


@blueprint.post("/join/<int:programme_id>/place/decide")
@open_to(Audience.RESIDENT)
@form_on("member.own_place")
def own_place_decided(programme_id: int) -> ResponseReturnValue:
    """Say what one wants to do about wishes that were not met."""
    with read_form() as form:
        choice = form.choice("choice", {each.value: each for each in OwnChoice})
    with database().writing() as db:
        decide(db, actor(), programme_id, choice, now())
    flash(str(_SAID[choice]))
    return redirect(url_for("member.own_place", programme_id=programme_id), 303)


@blueprint.post("/join/<int:programme_id>/place/another")
@open_to(Audience.RESIDENT)
@form_on("member.own_place")
def own_place_another(programme_id: int) -> ResponseReturnValue:
    """Ask for another group, or take that back."""
    with read_form() as form, database().writing() as db:
        if "withdraw" in form:
            withdraw_group_request(db, actor(), programme_id, now())
            flash(_("You’ve withdrawn your request."))
        else:
            ask_for_another_group(db, actor(), programme_id, now())
            flash(str(_SAID[OwnChoice.ANOTHER]))
    return redirect(url_for("member.own_place", programme_id=programme_id), 303)


@blueprint.post("/join/<int:programme_id>/place/wait")
@open_to(Audience.RESIDENT)
@form_on("member.own_place")
def own_place_given_up(programme_id: int) -> ResponseReturnValue:
    """Give up one's place and wait for the next plan."""
    with database().writing() as db:
        give_up_place(db, actor(), programme_id, now())
    flash(str(_SAID[OwnChoice.WAIT]))
    return redirect(url_for("member.own_place", programme_id=programme_id), 303)
