"""Signing in by a link, out again, and the list of browsers in which somebody is signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from scheduler.errors import NotFound
from scheduler.joining.leaving import own_parts
from scheduler.people import clocks, limits, logins, signing_in
from scheduler.people.model import Role
from scheduler.programmes.own import own_programmes
from web.audiences import Audience, open_to
from web.auth import institution
from web.auth.landing import sign_in
from web.current import LOGIN, actor, database, find_current_actor, now, settings
from web.language import gettext as _

blueprint = Blueprint("auth", __name__)
WAIT_SECONDS = int(limits.PER_ADDRESS.within.total_seconds())


@blueprint.get("/sign-in")
@open_to(Audience.PUBLIC)
def ask() -> str:
    """The page that asks for an e-mail address."""
    return render_template("auth/ask.html", institution=institution)


@blueprint.post("/sign-in")
@open_to(Audience.PUBLIC)
def request_link() -> ResponseReturnValue:
    """Send a link to an address that is known. The answer is the same whether it is or not."""
    return _send(request.form.get("email", ""))


@blueprint.get("/sign-in/sent")
@open_to(Audience.PUBLIC)
def sent() -> str:
    """The page after asking."""
    return render_template("auth/sent.html", minutes=signing_in.LINK_MINUTES)


@blueprint.post("/sign-in/again")
@open_to(Audience.PUBLIC)
def request_again() -> ResponseReturnValue:
    """Send a new link in place of one that is used or over, to wherever that one went. A made-up one is answered
    alike."""
    secret = request.form.get("secret", "")
    with database().reading() as db:
        address = signing_in.find_address(db, secret)
    return _send(address or signing_in.digest(secret))


@blueprint.get("/sign-in/<secret>")
@open_to(Audience.PUBLIC)
def open_link(secret: str) -> ResponseReturnValue:
    """Sign in by a link that stays; show one button for others, since mail scanners open every link."""
    with database().reading() as db:
        owner = signing_in.find_link_owner(db, secret, now())
    if owner is None:
        return _over(secret)
    if owner.stays:
        return _use(secret)
    return render_template("auth/confirm.html", owner=owner, secret=secret)


@blueprint.post("/sign-in/<secret>")
@open_to(Audience.PUBLIC)
def use_link(secret: str) -> ResponseReturnValue:
    """Sign in by a link; one that does not stay is used up."""
    try:
        return _use(secret)
    except NotFound:
        return _over(secret)


def _send(address: str) -> ResponseReturnValue:
    """Send a link unless too many were asked for; the counts stay either way."""
    place = request.remote_addr or ""
    with database().writing() as db:
        is_allowed = limits.may_ask(db, settings().secret_key, address, place, now())
        if is_allowed:
            signing_in.request_link(db, address, settings().base_url, now())
    if not is_allowed:
        raise TooManyRequests(retry_after=WAIT_SECONDS)
    return redirect(url_for("auth.sent"), 303)


def _over(secret: str) -> ResponseReturnValue:
    return render_template("auth/over.html", secret=secret), 404


def _use(secret: str) -> ResponseReturnValue:
    with database().writing() as db:
        login = signing_in.use_link(db, secret, request.user_agent.string, now())
    return redirect(sign_in(login), 303)


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
    """Who is signed in and where, what they are in which programme, their clock, and ways out."""
    me = actor()
    with database().reading() as db:
        return render_template(
            "auth/account.html",
            days=signing_in.LOGIN_DAYS,
            person=find_current_actor(),
            logins=logins.list_logins(db, me, session[LOGIN], now()),
            programmes=own_programmes(db, me, *Role),
            parts=[part for part in own_parts(db, me) if part.left_at is not None],
            zone=clocks.zone_of(db, me),
            roles=Role,
        )


@blueprint.post("/account/logins")
@open_to(Audience.SIGNED_IN)
def end_login() -> ResponseReturnValue:
    """End one login on another device."""
    with database().writing() as db:
        logins.end_login(db, actor(), request.form.get("login", ""))
    flash(_("That device is signed out."))
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/clock")
@open_to(Audience.SIGNED_IN)
def choose_clock() -> ResponseReturnValue:
    """Say where one's clock stands, by a city; empty for the programme's clock."""
    with database().writing() as db:
        zone = clocks.set_zone(db, actor(), request.form.get("place", ""), now())
    flash(_("Times are shown on your clock beside the programme’s.") if zone else _("Times are the programme’s."))
    return redirect(url_for("auth.account"), 303)
