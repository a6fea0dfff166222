"""A changed e-mail address, confirmed or put back by the link in the mail to the former one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.languages import short_day
from scheduler.signing_in import address_changes
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.public.views import blueprint
from web.request_context import database, now


@blueprint.get("/mail/address/<secret>")
@open_to(Audience.PUBLIC)
def address_change(secret: str) -> str:
    """What was changed, and two buttons: scanners of mail open every link, so opening it answers nothing."""
    with database().reading() as db:
        change = address_changes.get_change(db, secret, now())
    return render_template("public/address.html", change=change, day=short_day(change.until.date()))


@blueprint.post("/mail/address/<secret>")
@open_to(Audience.PUBLIC)
@form_on("public.address_change", "address")
def address_answered(secret: str) -> ResponseReturnValue:
    """It was right, or it was not."""
    with read_form() as form:
        is_right = form.choice("answer", {"yes": True, "no": False})
    with database().writing() as db:
        if is_right:
            address_changes.confirm(db, secret, now())
            said = _("Thank you. Everything that is yours is open again under the new address.")
        elif address_changes.take_back(db, secret, now()):
            said = _("Your former address counts again, and everyone signed in as you has been signed out.")
        else:
            said = _(
                "Everyone signed in as you has been signed out, and what is yours alone stays closed. Someone else "
                "uses your former address by now: please speak to the person who runs this service."
            )
    flash(said)
    return redirect(url_for("auth.ask"), 303)
