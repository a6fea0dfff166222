"""The programme's page for everybody: written, opened and closed by its coordinator."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import Rejected
from scheduler.programmes.sharing import LONGEST_TEXT, page_to_edit, save_page
from web.addresses import qr_code
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.current import actor, database, now, settings
from web.language import gettext as _
from web.refusals import Refusal, refusal_of


@blueprint.get("/<int:programme_id>/page")
@open_to(Audience.COORDINATOR)
def sharing(programme_id: int) -> str:
    """What strangers may read, and the address to give them."""
    return _page(programme_id)


@blueprint.post("/<int:programme_id>/page")
@open_to(Audience.COORDINATOR)
def sharing_saved(programme_id: int) -> ResponseReturnValue:
    """Take over the words, and whether the page is open."""
    text, is_shared = request.form.get("text", ""), "shared" in request.form
    try:
        with database().writing() as db:
            save_page(db, actor(), programme_id, text, is_shared, now())
    except Rejected as error:
        return _page(programme_id, refusal_of(error), text), 422
    flash(_("Saved. Everybody with the address can read the page.") if is_shared else _("Saved. Nobody else sees it."))
    return redirect(url_for("coordinator.sharing", programme_id=programme_id), 303)


def _page(programme_id: int, refusal: Refusal | None = None, text: str | None = None) -> str:
    with database().reading() as db:
        page = page_to_edit(db, actor(), programme_id)
    address = settings().base_url + url_for("public.programme", slug=page.programme.slug)
    return render_template(
        "coordinator/sharing.html",
        page=page,
        text=page.text if text is None else text,
        longest=LONGEST_TEXT,
        address=address,
        qr=qr_code(address),
        refusal=refusal,
    )
