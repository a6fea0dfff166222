"""Signing in by one's institution, where one is set up: OpenID Connect's authorization code flow with PKCE.

Authlib checks state, nonce, signature, issuer, audience and times. Nothing of the institution's answer is kept but who
it says somebody is.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.settings import Settings
from scheduler.signing_in import links as signing_in
from scheduler.signing_in.institution import Identity, find_person_of
from web.audiences import Audience, open_to
from web.auth.destination import NEXT, page_of_ours, wanted
from web.auth.login import sign_in
from web.language import gettext as _
from web.request_context import database, now, settings

blueprint = Blueprint("institution", __name__)
_EXTENSION = "mentor_rounds_institution"
_TIMEOUT_SECONDS = 10
log = structlog.get_logger()


def is_offered() -> bool:
    """Whether this installation knows an institution."""
    return bool(settings().oidc_issuer)


def name() -> str:
    """How people call their institution's sign-in."""
    return settings().oidc_name or _("your institution")


@blueprint.get("/sign-in/institution")
@open_to(Audience.PUBLIC)
def start() -> ResponseReturnValue:
    """Go to the institution. A link rather than a form: the content security policy lets no form lead elsewhere."""
    session[NEXT] = wanted()
    try:
        answer: ResponseReturnValue = _client().authorize_redirect(settings().base_url + url_for("institution.back"))
    except _errors() as error:
        return _refused(error)
    return answer


@blueprint.get("/sign-in/institution/back")
@open_to(Audience.PUBLIC)
def back() -> ResponseReturnValue:
    """Come back from the institution, which says who somebody is."""
    try:
        claims = _client().authorize_access_token().get("userinfo") or {}
    except _errors() as error:
        return _refused(error)
    identity = _identity(claims, settings())
    with database().writing() as db:
        person_id = find_person_of(db, identity, now()) if identity else None
        login = signing_in.start_login(db, person_id, request.user_agent.string, now()) if person_id else ""
    if not login:
        return render_template("auth/unknown.html", name=name()), 403
    return redirect(sign_in(login, page_of_ours(session.get(NEXT, ""))), 303)


def _identity(claims: dict[str, Any], chosen: Settings) -> Identity | None:
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not subject:
        return None
    proven = claims.get("email_verified") in (True, "true") or chosen.oidc_trust_email
    return Identity(chosen.oidc_issuer, subject, email if isinstance(email, str) else "", proven)


def _client() -> Any:
    """The institution as a client of Authlib, made on first use: the library takes half a second to load, and most
    installations never need it."""
    chosen = settings()
    if not chosen.oidc_issuer:
        raise NotFound(_("This page doesn’t exist, or you don’t have access to it."))
    if _EXTENSION not in current_app.extensions:
        from authlib.integrations.flask_client import OAuth

        oauth = OAuth(current_app)
        oauth.register(
            "institution",
            client_id=chosen.oidc_client_id,
            client_secret=chosen.oidc_client_secret,
            server_metadata_url=chosen.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "timeout": _TIMEOUT_SECONDS,
            },
        )
        current_app.extensions[_EXTENSION] = oauth
    return current_app.extensions[_EXTENSION].institution


def _errors() -> tuple[type[Exception], ...]:
    """All that a sign-in elsewhere can end in: refused there, not what was asked for here, forged, or out of reach."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    return (AuthlibBaseError, JoseError, RequestException)


def _refused(error: Exception) -> ResponseReturnValue:
    log.warning("institution_refused", error=type(error).__name__)
    return render_template("auth/refused.html", name=name()), 502
