"""Raising a concern, and the conversation about it under its code: for everybody, signed in or not.

No cookie is needed, so that a browser that keeps none can be used. A form of somebody who is signed in takes the token
of all other forms, since they may give their name with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import flash, render_template, request, session, url_for

from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.oversight import telling
from scheduler.oversight.contacts import contacts_for, facilitators_beside, smallest_group
from scheduler.oversight.conversations import Conversation, add_message, choose_reader, get_conversation
from scheduler.oversight.model import ReplyBy, Urgency
from scheduler.oversight.wording import KINDS, REPLIES, URGENCIES
from scheduler.programmes.service import get_programme
from scheduler.signing_in.limits import CODES, CODES_OF_PLACE, CONCERNS, CONCERNS_OF_PLACE, Limit, may_send
from web.audiences import Audience, open_to
from web.auth.login import people_of_this_browser
from web.forms import find_refused, form_on, read_form
from web.language import gettext as _
from web.public.views import blueprint
from web.request_context import database, find_current_actor, now, settings
from web.security import forms

View = TypeVar("View", bound=Callable[..., Any])
TELLER: Final = "teller"
"""Where the signed cookie holds the mark by which what is sent in a browser is counted."""
MORE: Final = "more"
"""The form below a conversation."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A conversation that is shown, with the code that opens it."""

    conversation: Conversation
    code: str


def without_cookie(view: View) -> View:
    """Take a form without a token from who is not signed in: there is nothing that another site could have them do."""
    exempt: View = forms.exempt(view)
    return exempt


@blueprint.get("/concern/<int:number>")
@open_to(Audience.PUBLIC)
def concern(number: int) -> str:
    """Where to tell it; ``number`` is the programme's."""
    refused = find_refused(MORE)
    if refused is not None:  # what was typed below a conversation is shown there again
        try:
            return _conversation(number, refused.typed.get("code", ""))
        except NotFound:
            pass
    return _page(number)


@blueprint.post("/concern/<int:number>")
@open_to(Audience.PUBLIC)
@without_cookie
@form_on("public.concern", "concern", field="text", once=True)
def concern_raised(number: int) -> str:
    """Take it, and show the code this once: a page that is left must not be sent again by going back to it."""
    _must_be_their_own()
    with read_form() as form:
        kind, text, named = form.choice("kind", {kind: kind for kind in KINDS}), form.text("text"), form.ticked("named")
        told = telling.Told(
            urgency=form.choice("urgency", {each: each for each in URGENCIES}, Urgency.ANY),
            about=form.text("about"),
            about_id=form.find_id("about_id"),
            reply_by=form.choice("reply_by", {each: each for each in REPLIES}, ReplyBy.CODE),
            reach=form.text("reach"),
            contacts=form.ids("contacts") or None,
        )
    _count(number, CONCERNS, CONCERNS_OF_PLACE)
    with database().writing() as db:
        get_programme(db, number)
        who = find_current_actor()
        code = telling.raise_concern(
            db, who, number, kind, text, now(), named=named, told=told, page_url=_where(number)
        )
    return _page(number, code=code)


@blueprint.post("/concern/<int:number>/answer")
@open_to(Audience.PUBLIC)
@without_cookie
@form_on("public.concern", "answer", field="code")
def concern_answer(number: int) -> str:
    """What became of it."""
    with read_form() as form:
        code = form.text("code")
    return _under(number, code)


@blueprint.post("/concern/<int:number>/more")
@open_to(Audience.PUBLIC)
@without_cookie
@form_on("public.concern", MORE, field="text", once=True)
def concern_more(number: int) -> str:
    """Say something more, or choose who goes on with it."""
    with read_form() as form:
        code, text, contact_id = form.text("code"), form.text("text"), form.find_id("contact")
    _count(number, CODES, CODES_OF_PLACE)
    with database().writing() as db:
        where = _where(number)
        if contact_id is not None:
            choose_reader(db, number, code, contact_id, now(), page_url=where)
        else:
            add_message(db, number, code, text, now(), page_url=where)
    flash(_("Sent."))
    return _conversation(number, code)


def _must_be_their_own() -> None:
    """Who is signed in may be named: their form is one of ours. Raises CSRFError for another site's."""
    if find_current_actor() is not None:
        forms.protect()


def _count(programme_id: int, of_browser: Limit, of_place: Limit) -> None:
    """Count what is sent; the count stays whatever becomes of it.

    A browser in which somebody has been signed in is counted by itself, by a random mark that says nothing of who they
    are, so that nobody who sends from the same place can silence them. All others count for their place. Nothing is
    kept of either but a keyed digest, for an hour.
    """
    limit, sender = of_place, request.remote_addr or ""
    if people_of_this_browser():
        limit, sender = of_browser, session.setdefault(TELLER, secrets.token_urlsafe(16))
    with database().writing() as db:
        if may_send(db, settings().secret_key, limit, sender, now()):
            return
        names = ", ".join(each.name for each in contacts_for(db, find_current_actor(), programme_id))
    way_on = say("Please send it again in an hour, or from another network. What you typed is still here.")
    if limit is of_place:
        way_on += " " + say("Or sign in first: then what others send from where you are doesn’t count.")
    if names:
        way_on += " " + say(
            "If it can’t wait, your hospital’s switchboard can put you through to: %(names)s.", names=names
        )
    raise NotPossible(
        say("A lot has been sent from where you are within this hour, so this was not sent."), what_to_do=way_on
    )


def _under(programme_id: int, code: str) -> str:
    _count(programme_id, CODES, CODES_OF_PLACE)
    try:
        return _conversation(programme_id, code)
    except NotFound as error:  # a slip of the pen, and nobody else's secret: the code stays in its field
        raise Rejected(error.message, what_to_do=error.what_to_do) from None


def _conversation(programme_id: int, code: str) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = get_conversation(db, programme_id, code)
    return render_template("public/conversation.html", programme=programme, found=found, code=code)


def _page(programme_id: int, code: str = "") -> str:
    who = find_current_actor()
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        contacts = contacts_for(db, who, programme_id)
        facilitators = facilitators_beside(db, who, programme_id)
        size = smallest_group(db, who, programme_id)
    return render_template(
        "public/concern.html",
        programme=programme,
        contacts=contacts,
        facilitators=facilitators,
        kinds=_said(KINDS),
        urgencies=_said(URGENCIES),
        replies=_said(REPLIES),
        is_small=size is not None and size < telling.SMALL_GROUP,
        small=telling.SMALL_GROUP,
        knows_group=size is not None,
        longest=telling.LONGEST,
        longest_line=telling.LONGEST_LINE,
        code=code,
    )


def _said(words: Any) -> dict[str, str]:
    return {key: say(text) for key, text in words.items()}


def _where(programme_id: int) -> str:
    return settings().base_url + url_for("oversight.concerns", programme_id=programme_id)
