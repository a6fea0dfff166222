"""Telling the oversight contact something, with a name or without, and finding the answer."""

from __future__ import annotations

from flask import render_template, url_for

from scheduler.errors import NotFound, Rejected
from scheduler.languages import say
from scheduler.oversight.concerns import KINDS, Answer, get_answer, raise_concern
from scheduler.people.model import Role
from scheduler.people.roles import list_offices
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.member.blueprint import blueprint
from web.request_context import actor, database, now, settings


@blueprint.get("/concern/<int:programme_id>")
@open_to(Audience.MEMBER)
def concern(programme_id: int) -> str:
    """Where to tell it."""
    return _page(programme_id)


@blueprint.post("/concern/<int:programme_id>")
@open_to(Audience.MEMBER)
@form_on("member.concern", "concern", field="text", once=True)
def concern_raised(programme_id: int) -> str:
    """Take it, and show the code this once: a page that is left must not be sent again by going back to it."""
    with read_form() as form:
        kind, text, named = form.choice("kind", {kind: kind for kind in KINDS}), form.text("text"), form.ticked("named")
    where = settings().base_url + url_for("oversight.concerns", programme_id=programme_id)
    with database().writing() as db:
        code = raise_concern(db, actor(), programme_id, kind, text, now(), named=named, page_url=where)
    return _page(programme_id, code=code)


@blueprint.post("/concern/<int:programme_id>/answer")
@open_to(Audience.MEMBER)
@form_on("member.concern", "answer", field="code")
def concern_answer(programme_id: int) -> str:
    """What became of it."""
    with read_form() as form:
        code = form.text("code")
    try:
        with database().reading() as db:
            found = get_answer(db, actor(), programme_id, code)
    except NotFound as error:  # a slip of the pen, and nobody else's secret: the code stays in its field
        raise Rejected(error.message, what_to_do=error.what_to_do) from None
    return _page(programme_id, answer=found)


def _page(programme_id: int, code: str = "", answer: Answer | None = None) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        contacts = [office for office in list_offices(db, programme_id) if office.role is Role.OVERSIGHT]
    kinds = {kind: say(text) for kind, text in KINDS.items()}
    return render_template(
        "member/concern.html", programme=programme, contacts=contacts, kinds=kinds, code=code, answer=answer
    )
