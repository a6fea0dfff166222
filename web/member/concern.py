"""Telling the oversight contact something, with a name or without, and finding the answer."""

from __future__ import annotations

from flask import render_template, request, url_for

from scheduler.languages import say
from scheduler.people.model import Role
from scheduler.people.roles import list_offices
from scheduler.programmes.service import get_programme
from scheduler.safety.concerns import KINDS, Answer, find_answer, raise_concern
from web.audiences import Audience, open_to
from web.current import actor, database, now, settings
from web.member.blueprint import blueprint


@blueprint.get("/concern/<int:programme_id>")
@open_to(Audience.MEMBER)
def concern(programme_id: int) -> str:
    """Where to tell it."""
    return _page(programme_id)


@blueprint.post("/concern/<int:programme_id>")
@open_to(Audience.MEMBER)
def concern_raised(programme_id: int) -> str:
    """Take it, and show the code this once: a page that is left must not be sent again by going back to it."""
    form = request.form
    where = settings().base_url + url_for("oversight.concerns", programme_id=programme_id)
    with database().writing() as db:
        code = raise_concern(
            db, actor(), programme_id, form.get("kind", ""), form.get("text", ""), now(),
            named=form.get("named") == "1", page_url=where,
        )  # fmt: skip
    return _page(programme_id, code=code)


@blueprint.post("/concern/<int:programme_id>/answer")
@open_to(Audience.MEMBER)
def concern_answer(programme_id: int) -> str:
    """What became of it."""
    with database().reading() as db:
        found = find_answer(db, actor(), programme_id, request.form.get("code", ""))
    return _page(programme_id, answer=found)


def _page(programme_id: int, code: str = "", answer: Answer | None = None) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        contacts = [office for office in list_offices(db, programme_id) if office.role is Role.OVERSIGHT]
    kinds = {kind: say(text) for kind, text in KINDS.items()}
    return render_template(
        "member/concern.html", programme=programme, contacts=contacts, kinds=kinds, code=code, answer=answer
    )
