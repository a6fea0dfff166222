"""Writing to one's group: the words go to everybody else in it by e-mail, and nobody sees an address."""

from __future__ import annotations

import secrets

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.groups.letters import LONGEST_LETTER, write_to_group
from scheduler.sessions.service import own_group
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import ngettext
from web.mailing import mailed
from web.member.blueprint import blueprint
from web.request_context import actor, database, now, settings


@blueprint.get("/groups/<int:programme_id>/<group_key>/write")
@open_to(Audience.MEMBER)
def letter(programme_id: int, group_key: str) -> str:
    """The form; a number of its own tells a letter that is sent twice from one that is written twice."""
    with database().reading() as db:
        group = own_group(db, actor(), programme_id, group_key)
    return render_template("member/letter.html", group=group, longest=LONGEST_LETTER, number=secrets.token_hex(16))


@blueprint.post("/groups/<int:programme_id>/<group_key>/write")
@open_to(Audience.MEMBER)
@form_on("member.letter", "letter", field="text", once=True)
def letter_written(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Send it."""
    with read_form() as form:
        text, number = form.text("text"), form.text("number")[:64]
    with database().writing() as db:
        told = write_to_group(
            db, settings(), actor(), programme_id, group_key, text, now(), message=f"page:{number}" if number else None
        )
    if told:
        flash(
            mailed(
                ngettext(
                    "Your message goes to %(num)s person in your group.",
                    "Your message goes to %(num)s people in your group.",
                    told,
                )
            )
        )
    else:
        flash(_("This message has already been sent, or nobody else in your group gets e-mails from it."))
    return redirect(url_for("member.group_of", programme_id=programme_id, group_key=group_key), 303)
