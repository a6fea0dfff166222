"""Mail that does not arrive: whom it does not reach, why, and what to do about it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.mail.troubles import find_trouble, forget_trouble, list_troubles, outbox_state
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_shown
from web.language import gettext as _
from web.paging import read_paging
from web.request_context import actor, database, now, settings


@blueprint.get("/<int:programme_id>/mail")
@open_to(Audience.COORDINATOR)
def mail(programme_id: int) -> str:
    """Whom mail does not reach, and whether the rest goes out."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        troubles, paging = list_troubles(db, actor(), programme_id, read_paging())
        outbox = outbox_state(db)
    return render_template(
        "coordinator/mail.html",
        programme=programme,
        troubles=troubles,
        paging=paging,
        outbox=outbox,
        sends=bool(settings().smtp_url),
    )


@blueprint.post("/<int:programme_id>/mail/people/<int:person_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.mail")
def mail_arrives(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Take somebody from the list."""
    with database().writing() as db:
        must_be_as_shown(find_trouble(db, actor(), programme_id, person_id))
        forget_trouble(db, actor(), programme_id, person_id, now())
    flash(_("They’re no longer on the list. If an e-mail fails to arrive again, they’ll be back on it."))
    return redirect(url_for("coordinator.mail", programme_id=programme_id, **read_paging().query), 303)
