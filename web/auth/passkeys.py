"""Passkeys on the account page, and signing in by one. Where browsers have none, links work as ever."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog
from flask import Blueprint, Response, flash, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.people.model import Actor
from scheduler.signing_in import passkeys
from scheduler.signing_in.passkeys import Challenge, Passkey, Site
from web.audiences import Audience, open_to
from web.auth.destination import wanted
from web.auth.login import sign_in
from web.forms import form_on, read_form
from web.language import gettext as _
from web.request_context import actor, database, now, settings

blueprint = Blueprint("passkeys", __name__)
TO_ADD: Final = "passkey to add"
TO_SIGN_IN: Final = "passkey to sign in"
"""Where the signed cookie holds the challenge of either: what was asked for one is no answer to the other. Signing in
and out empties the cookie, so a passkey is added in the login in which it was asked for."""
log = structlog.get_logger()


def is_offered() -> bool:
    """Whether browsers can have passkeys for these pages."""
    return passkeys.find_site(settings().base_url) is not None


def shown_on_account(db: Db, me: Actor) -> tuple[Passkey, ...] | None:
    """The actor's passkeys; None for who has none and can't have any."""
    found = passkeys.list_passkeys(db, me)
    return found if found or (is_offered() and passkeys.may_have_passkeys(me)) else None


@blueprint.get("/account/passkeys/options")
@open_to(Audience.SIGNED_IN)
def options_to_add() -> Response:
    """What the browser is told that shall make a passkey."""
    challenge = _challenge(TO_ADD)
    with database().reading() as db:
        return _json(passkeys.options_to_add(db, actor(), _site(), challenge))


@blueprint.post("/account/passkeys")
@open_to(Audience.SIGNED_IN)
@form_on("auth.account", "passkey", field="name")
def added() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    with read_form() as form:
        name, answer = form.text("name"), form.text("answer")
    challenge = _taken(TO_ADD)
    with database().writing() as db:
        passkeys.add_passkey(db, actor(), _site(), challenge, name, answer, now())
    flash(_("The passkey has been added. You can sign in with it from now on."))
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/passkeys/remove")
@open_to(Audience.SIGNED_IN)
@form_on("auth.account")
def removed() -> ResponseReturnValue:
    """Remove a passkey."""
    with read_form() as form:
        passkey_id = form.id("passkey")
    with database().writing() as db:
        passkeys.remove_passkey(db, actor(), passkey_id, now())
    flash(_("The passkey has been removed. It can’t sign anyone in now, though your device may still offer it."))
    return redirect(url_for("auth.account"), 303)


@blueprint.get("/sign-in/passkey/options")
@open_to(Audience.PUBLIC)
def options_to_sign_in() -> Response:
    """What the browser is told that shall sign in by a passkey: the same for everybody."""
    site = _site()
    return _json(passkeys.options_to_sign_in(site, _challenge(TO_SIGN_IN)))


@blueprint.post("/sign-in/passkey")
@open_to(Audience.PUBLIC)
@form_on("auth.ask", "passkey")
def use() -> ResponseReturnValue:
    """Sign in by a passkey."""
    with read_form() as form:
        answer = form.text("answer")
    site, challenge = _site(), _taken(TO_SIGN_IN)
    with database().writing() as db:
        login = passkeys.sign_in_by_passkey(db, site, challenge, answer, request.user_agent.string, now())
    if login is None:
        log.warning("passkey_refused")
        raise NotPossible(
            _("That passkey didn’t work."), what_to_do=_("Try again, or have a sign-in link sent to your e-mail.")
        )
    return redirect(sign_in(login, wanted()), 303)


def _site() -> Site:
    found = passkeys.find_site(settings().base_url)
    if found is None:
        raise NotFound(_("This page doesn’t exist, or you don’t have access to it."))
    return found


def _challenge(purpose: str) -> Challenge:
    """A new challenge, in place of the one before in this browser."""
    made = passkeys.new_challenge(now())
    session[purpose] = [made.secret, made.made_at.isoformat()]
    return made


def _taken(purpose: str) -> bytes:
    """The challenge of this browser, used up by being answered."""
    kept = session.pop(purpose, None)
    found = Challenge(kept[0], datetime.fromisoformat(kept[1])) if isinstance(kept, list) else None
    with database().writing() as db:
        return passkeys.take_challenge(db, found, now())


def _json(text: str) -> Response:
    answer = make_response(text)
    answer.mimetype = "application/json"
    return answer
