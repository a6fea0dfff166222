"""Signing in by a link, out again, and the list of browsers in which somebody is signed in."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import Fault, NotFound, Rejected
from scheduler.offices.service import own_invitations
from scheduler.people import clocks
from scheduler.people.model import Role
from scheduler.plans.own_programmes import own_programmes
from scheduler.publishing.leavers import own_parts
from scheduler.signing_in import links as signing_in
from scheduler.signing_in import logins, tokens
from scheduler.signing_in.codes import LONGEST, Attempt, Here
from scheduler.signing_in.passkeys import LONGEST_NAME as LONGEST_PASSKEY
from scheduler.signing_in.passkeys import may_have_passkeys
from web.audiences import Audience, open_to
from web.auth import institution, passkeys
from web.auth.destination import NEXT, wanted
from web.auth.login import forget_all_but_who, people_of_this_browser, sign_in
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import lazy_gettext
from web.request_context import LOGIN, actor, database, find_current_actor, now, settings

blueprint = Blueprint("auth", __name__)
ASKED: Final = "asked"
"""Where the signed cookie holds the mark of a browser in which a link was asked for."""
SCOPE_NAMES = {
    "read": lazy_gettext("look only"),
    "write": lazy_gettext("also change lists, settings, rotas and drafts"),
    "publish": lazy_gettext("also publish plans and settle troubles"),
}
"""What a token may do, each more than the one before."""


@blueprint.get("/sign-in")
@open_to(Audience.PUBLIC)
def ask() -> str:
    """The page that asks for an e-mail address."""
    return render_template("auth/ask.html", institution=institution, passkeys=passkeys, next=wanted())


@blueprint.post("/sign-in")
@open_to(Audience.PUBLIC)
def request_link() -> ResponseReturnValue:
    """Send a link to an address that is known. The answer is the same whether it is or not."""
    return _send(Form(request.form).text("email"))


@blueprint.get("/sign-in/sent")
@open_to(Audience.PUBLIC)
def sent() -> str:
    """The page after asking."""
    return render_template(
        "auth/sent.html", minutes=signing_in.LINK_MINUTES, next=wanted(), asked=ASKED in session, longest=LONGEST
    )


@blueprint.post("/sign-in/code")
@open_to(Audience.PUBLIC)
@form_on("auth.sent", "code", field="code")
def use_code() -> ResponseReturnValue:
    """Sign in by the code of the letter that was asked for in this browser."""
    with read_form() as form:
        code = form.text("code")
    with database().writing() as db:
        attempt = signing_in.use_code(db, code, request.user_agent.string, now(), _here())
    if not attempt.may_go_on:  # and the next letter that is asked for is of a new mark
        session.pop(ASKED, None)
    return redirect(sign_in(_login_of(attempt, code), wanted()), 303)


@blueprint.post("/sign-in/again")
@open_to(Audience.PUBLIC)
@form_on("auth.ask")
def request_again() -> ResponseReturnValue:
    """Send a new link in place of one that is used or over, to wherever that one went. A made-up one is answered
    alike."""
    secret = Form(request.form).text("secret")
    with database().reading() as db:
        address = signing_in.find_address(db, secret)
    return _send(address or signing_in.digest(secret))


@blueprint.get("/sign-in/<secret>")
@open_to(Audience.PUBLIC)
def open_link(secret: str) -> ResponseReturnValue:
    """Sign in by a link that stays; show one button for others, since mail scanners open every link, or in a browser
    that is not known to be its owner's a field for the code, since some press buttons, too."""
    with database().reading() as db:
        owner = signing_in.find_link_owner(db, secret, now(), _here())
    if owner is None:
        return _over(secret)
    if owner.stays and _is_read_by_somebody():
        return _use(secret, "")
    return render_template("auth/confirm.html", owner=owner, secret=secret, next=wanted(), longest=LONGEST)


@blueprint.post("/sign-in/<secret>")
@open_to(Audience.PUBLIC)
@form_on("auth.open_link", "link", field="code")
def use_link(secret: str) -> ResponseReturnValue:
    """Sign in by a link, with its code where it asks for it; one that does not stay is used up."""
    with read_form() as form:
        code = form.text("code")
    try:
        return _use(secret, code)
    except NotFound:
        return _over(secret)


def _send(address: str) -> ResponseReturnValue:
    """Have a link sent, and say the same whatever comes of it."""
    session.setdefault(ASKED, secrets.token_urlsafe(32))
    session.permanent = True
    wanted_link = signing_in.Wanted(address, request.remote_addr or "", _here(), _query())
    with database().writing() as db:
        signing_in.request_link(db, settings(), wanted_link, now())
    return redirect(url_for("auth.sent", next=wanted() or None), 303)


def _is_read_by_somebody() -> bool:
    """Whether a person opens the page, as far as it tells: nothing that looks ahead, or at the headers only."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _query() -> str:
    """What a link carries of where somebody wanted to go."""
    return f"?{urlencode({NEXT: wanted()})}" if wanted() else ""


def _over(secret: str) -> ResponseReturnValue:
    return render_template("auth/over.html", secret=secret, next=wanted()), 404


def _use(secret: str, code: str) -> ResponseReturnValue:
    with database().writing() as db:
        attempt = signing_in.use_link(db, secret, request.user_agent.string, now(), _here(), code)
    return redirect(sign_in(_login_of(attempt, code), wanted()), 303)


def _here() -> Here:
    """What is known of this browser."""
    mark = session.get(ASKED)
    return Here(mark if isinstance(mark, str) else "", people_of_this_browser())


def _login_of(attempt: Attempt, code: str) -> str:
    """The login that an attempt has won; refused where it has not, after its count was kept."""
    if attempt.login:
        return attempt.login
    if not attempt.may_go_on:
        raise Rejected(
            _("Too many codes were tried."),
            (Fault("code", _("No code is taken here for now.")),),
            what_to_do=_("Ask for a new e-mail and type the code that it brings."),
        )
    if not code.strip():
        raise Rejected(_("The code is missing."), (Fault("code", _("Type the code from the e-mail.")),))
    raise Rejected(
        _("That code didn’t work."),
        (Fault("code", _("Type the code of the newest e-mail, such as abcd-2345.")),),
        what_to_do=_("If it still doesn’t work, open the link of that e-mail and type the code there."),
    )


@blueprint.post("/sign-out")
@open_to(Audience.SIGNED_IN)
@form_on("auth.account")
def sign_out() -> ResponseReturnValue:
    """End this login."""
    with database().writing() as db:
        signing_in.sign_out(db, session[LOGIN])
    return _signed_out(_("You’ve signed out."))


@blueprint.post("/sign-out-everywhere")
@open_to(Audience.SIGNED_IN)
@form_on("auth.account")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every login of this person, and their tokens."""
    with database().writing() as db:
        signing_in.sign_out_everywhere(db, actor())
        ended = tokens.end_all_tokens(db, actor(), now())
    if ended:
        return _signed_out(_("You’ve signed out on every device. Your tokens for programs have ended, too."))
    return _signed_out(_("You’ve signed out on every device."))


def _signed_out(words: str) -> ResponseReturnValue:
    forget_all_but_who()
    flash(words)
    return redirect(url_for("auth.ask"), 303)


@blueprint.get("/account")
@open_to(Audience.SIGNED_IN)
def account() -> str:
    """Who is signed in and where, what they are in which programme, their clock, and ways out."""
    return _account()


def _account(new_token: tokens.Made | None = None) -> str:
    me = actor()
    with database().reading() as db:
        return render_template(
            "auth/account.html",
            days=signing_in.LOGIN_DAYS,
            person=find_current_actor(),
            logins=logins.list_logins(db, me, session[LOGIN], now()),
            programmes=own_programmes(db, me, *Role),
            asked=own_invitations(db, me, now()),
            parts=[part for part in own_parts(db, me) if part.left_at is not None],
            zone=clocks.zone_of(db, me),
            roles=Role,
            has_desk=tokens.may_have_tokens(me),
            tokens=tokens.list_tokens(db, me, now()),
            new_token=new_token,
            passkeys=passkeys.shown_on_account(db, me),
            adds_passkeys=passkeys.is_offered() and may_have_passkeys(me),
            longest_passkey=LONGEST_PASSKEY,
            scopes=SCOPE_NAMES,
            usual_days=tokens.USUAL_DAYS,
            most_days=tokens.MOST_DAYS,
            longest_name=tokens.LONGEST_NAME,
        )


@blueprint.post("/account/logins")
@open_to(Audience.SIGNED_IN)
@form_on("auth.account")
def end_login() -> ResponseReturnValue:
    """End one login on another device."""
    with database().writing() as db:
        logins.end_login(db, actor(), Form(request.form).text("login"))
    flash(_("That device has been signed out."))
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/clock")
@open_to(Audience.SIGNED_IN)
@form_on("auth.account", "clock", field="place")
def choose_clock() -> ResponseReturnValue:
    """Say where one's clock stands, by a city; empty for the programme's clock."""
    with read_form() as form:
        place = form.text("place")
    with database().writing() as db:
        must_be_as_seen(clocks.zone_of(db, actor()))
        zone = clocks.set_zone(db, actor(), place, now())
    flash(
        _("Times are now shown in your own time zone as well.")
        if zone
        else _("Times are shown in the programme’s time zone.")
    )
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/tokens")
@open_to(Audience.SIGNED_IN)
@form_on("auth.account", "token", field="name")
def token_made() -> ResponseReturnValue:
    """Make a token for a program. The page that answers shows it, once: no address leads back to it."""
    with read_form() as form:
        name, scope = form.text("name"), form.choice("scope", {each: each for each in SCOPE_NAMES}, "")
        days = form.number("days", 1, tokens.MOST_DAYS, tokens.USUAL_DAYS)
    with database().writing() as db:
        made = tokens.make_token(db, actor(), name, scope, days, now())
    return _account(made)


@blueprint.post("/account/tokens/revoke")
@open_to(Audience.SIGNED_IN)
@form_on("auth.account")
def token_revoked() -> ResponseReturnValue:
    """End a token."""
    with read_form() as form:
        token_id = form.id("token")
    with database().writing() as db:
        tokens.revoke_token(db, actor(), token_id, now())
    flash(_("The token has been revoked. Whatever uses it is locked out from now on."))
    return redirect(url_for("auth.account"), 303)
