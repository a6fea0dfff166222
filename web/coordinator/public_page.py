"""The programme's page for everybody: written, opened and closed by its coordinator."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.public_page import LONGEST_TEXT, page_to_edit, save_page
from web.audiences import Audience, open_to
from web.calendar_addresses import qr_code
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.request_context import actor, database, now, settings


@blueprint.get("/<int:programme_id>/page")
@open_to(Audience.COORDINATOR)
def sharing(programme_id: int) -> str:
    """What strangers may read, and the address to give them."""
    with database().reading() as db:
        page = page_to_edit(db, actor(), programme_id)
    address = settings().base_url + url_for("public.programme", slug=page.programme.slug)
    return render_template(
        "coordinator/sharing.html",
        page=page,
        longest=LONGEST_TEXT,
        address=address,
        qr=qr_code(address),
    )


@blueprint.post("/<int:programme_id>/page")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.sharing", "page", field="text")
def sharing_saved(programme_id: int) -> ResponseReturnValue:
    """Take over the words, and whether the page is open."""
    with read_form() as form:
        text, is_shared = form.text("text"), form.ticked("shared")
    with database().writing() as db:
        page = page_to_edit(db, actor(), programme_id)
        must_be_as_seen(page.text, page.is_shared)
        save_page(db, actor(), programme_id, text, is_shared, now())
    flash(
        _("Saved. Anyone who has the address can read the page.") if is_shared else _("Saved. Nobody else can see it.")
    )
    return redirect(url_for("coordinator.sharing", programme_id=programme_id), 303)
