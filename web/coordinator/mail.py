"""Mail that does not arrive: whom it does not reach, why, and what to do about it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.mail.troubles import forget_trouble, list_troubles, outbox_state
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.current import actor, database, now, settings
from web.language import gettext as _


@blueprint.get("/<int:programme_id>/mail")
@open_to(Audience.COORDINATOR)
def mail(programme_id: int) -> str:
    """Whom mail does not reach, and whether the rest goes out."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        troubles = list_troubles(db, actor(), programme_id)
        outbox = outbox_state(db)
    return render_template(
        "coordinator/mail.html", programme=programme, troubles=troubles, outbox=outbox, sends=bool(settings().smtp_url)
    )


@blueprint.post("/<int:programme_id>/mail/people/<int:person_id>")
@open_to(Audience.COORDINATOR)
def mail_arrives(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Take somebody from the list."""
    with database().writing() as db:
        forget_trouble(db, actor(), programme_id, person_id, now())
    flash(_("They are not on the list any more. If mail does not arrive again, they come back to it."))
    return redirect(url_for("coordinator.mail", programme_id=programme_id), 303)
