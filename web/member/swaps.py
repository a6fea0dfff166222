"""Swapping groups with others, for some days after the groups are published."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.coordination.swaps import ask_to_swap, own_swap
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.get("/join/<int:programme_id>/swap")
@open_to(Audience.RESIDENT)
def swap(programme_id: int) -> str:
    """The groups to which one could go, and which one has asked for."""
    with database().reading() as db:
        found = own_swap(db, actor(), programme_id, now())
        programme = get_programme(db, programme_id)
    return render_template("member/swap.html", programme=programme, swap=found)


@blueprint.post("/join/<int:programme_id>/swap")
@open_to(Audience.RESIDENT)
@form_on("member.swap")
def swap_asked(programme_id: int) -> ResponseReturnValue:
    """Say to which groups one would go, or to none any longer."""
    with read_form() as form:
        out_of, wanted = form.text("out_of"), () if "withdraw" in form else form.texts("group")
    with database().writing() as db:
        into = ask_to_swap(db, actor(), programme_id, out_of, wanted, now())
    if into is not None:
        flash(mailed(_("You’re in %(group)s now. We’ll e-mail everyone concerned.", group=into)))
        return redirect(url_for("member.group"), 303)
    flash(mailed(_("Saved. We’ll e-mail you if a swap works out.")) if wanted else _("You’re staying in your group."))
    return redirect(url_for("member.swap", programme_id=programme_id), 303)
