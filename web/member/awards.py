"""Nominating a facilitator for an award."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on
from web.member.blueprint import blueprint
from web.nominations import put_nomination, take_nomination_back, to_nominate
from web.request_context import database


@blueprint.get("/nominate/<int:programme_id>")
@open_to(Audience.MEMBER)
def nominate(programme_id: int) -> str:
    """Whom, and why."""
    with database().reading() as db:
        programme, form = get_programme(db, programme_id), to_nominate(db, programme_id)
    return render_template("member/nominate.html", programme=programme, **form)


@blueprint.post("/nominate/<int:programme_id>")
@open_to(Audience.MEMBER)
@form_on("member.nominate", "nomination", field="text", once=True)
def nominated(programme_id: int) -> ResponseReturnValue:
    """Put the nomination to the nominee."""
    put_nomination(programme_id)
    return redirect(url_for("member.nominate", programme_id=programme_id), 303)


@blueprint.post("/nominate/<int:programme_id>/<int:nomination_id>/back")
@open_to(Audience.MEMBER)
@form_on("member.nominate")
def nomination_taken_back(programme_id: int, nomination_id: int) -> ResponseReturnValue:
    """Take back a nomination of one's own."""
    take_nomination_back(programme_id, nomination_id)
    return redirect(url_for("member.nominate", programme_id=programme_id), 303)
