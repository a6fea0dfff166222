"""Signing in by a link, and out again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.joining.leaving import own_parts
from scheduler.people import signing_in
from scheduler.people.model import Actor
from web.audiences import Audience, open_to
from web.current import LOGIN, actor, database, find_current_actor, now, settings
from web.language import gettext as _
from web.navigation import home_of
from web.security import asked_address, limiter

blueprint = Blueprint("auth", __name__)


@blueprint.get("/sign-in")
@open_to(Audience.PUBLIC)
def ask() -> str:
    """The page that asks for an e-mail address."""
    return render_template("auth/ask.html")


@blueprint.post("/sign-in")
@open_to(Audience.PUBLIC)
@limiter.limit("5 per 15 minutes", key_func=asked_address)
@limiter.limit("60 per hour")
def request_link() -> ResponseReturnValue:
    """Send a link to an address that is known. The answer is the same whether it is or not."""
    with database().writing() as db:
        signing_in.request_link(db, request.form.get("email", ""), settings().base_url, now())
    return redirect(url_for("auth.sent"), 303)


@blueprint.get("/sign-in/sent")
@open_to(Audience.PUBLIC)
def sent() -> str:
    """The page after asking."""
    return render_template("auth/sent.html", minutes=signing_in.LINK_MINUTES)


@blueprint.get("/sign-in/<secret>")
@open_to(Audience.PUBLIC)
def open_link(secret: str) -> ResponseReturnValue:
    """Sign in by a link that stays; show one button for others, since mail scanners open every link."""
    with database().reading() as db:
        owner = signing_in.find_link_owner(db, secret, now())
    if owner is None:
        return render_template("auth/over.html"), 404
    if owner.stays:
        return _sign_in(secret)
    return render_template("auth/confirm.html", owner=owner, secret=secret)


@blueprint.post("/sign-in/<secret>")
@open_to(Audience.PUBLIC)
def use_link(secret: str) -> ResponseReturnValue:
    """Sign in by a link; one that does not stay is used up."""
    try:
        return _sign_in(secret)
    except NotFound:
        return render_template("auth/over.html"), 404


def _sign_in(secret: str) -> ResponseReturnValue:
    with database().writing() as db:
        login = signing_in.use_link(db, secret, request.user_agent.string, now())
        found = signing_in.find_actor(db, login, now())
    session.clear()  # nothing of before goes along, the token of its forms least of all
    session.permanent = True
    session[LOGIN] = login
    return redirect(_first_page(found) if found else url_for("public.welcome"), 303)


def _first_page(found: Actor) -> str:
    """Where somebody goes who has just signed in: to the questions that wait for an answer, else to their own page."""
    with database().reading() as db:
        waiting = [part for part in own_parts(db, found) if part.is_open]
    return url_for("member.joining", programme_id=waiting[0].programme_id) if waiting else home_of(found)


@blueprint.post("/sign-out")
@open_to(Audience.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End this login."""
    with database().writing() as db:
        signing_in.sign_out(db, session[LOGIN])
    return _signed_out(_("You are signed out."))


@blueprint.post("/sign-out-everywhere")
@open_to(Audience.SIGNED_IN)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every login of this person."""
    with database().writing() as db:
        signing_in.sign_out_everywhere(db, actor())
    return _signed_out(_("You are signed out on every device."))


def _signed_out(words: str) -> ResponseReturnValue:
    session.clear()
    flash(words)
    return redirect(url_for("auth.ask"), 303)


@blueprint.get("/account")
@open_to(Audience.SIGNED_IN)
def account() -> str:
    """Who is signed in, and ways out."""
    return render_template("auth/account.html", days=signing_in.LOGIN_DAYS, person=find_current_actor())
