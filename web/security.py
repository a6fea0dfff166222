"""What protects every answer: headers, cookies and forms with a token."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.http import parse_date
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from scheduler.settings import Settings
from scheduler.signing_in.links import LOGIN_DAYS
from web.forms.reader import LARGEST_ID
from web.problems import is_api

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
YEAR_SECONDS = 365 * 24 * 60 * 60
FORM_BYTES = 2 * 1024 * 1024
"""The most that a form without a file may hold: some hundred answers about a rota."""

forms = CSRFProtect()


def _numbers_up_to(largest: int) -> str:
    """A regular expression for whole numbers from 0 to the largest, which is greater than 9."""
    digits = str(largest)
    smaller = [rf"\d{{1,{len(digits) - 1}}}"]
    for place, digit in enumerate(digits):
        lowest = 1 if place == 0 else 0
        if int(digit) > lowest:
            smaller.append(rf"{digits[:place]}[{lowest}-{int(digit) - 1}]\d{{{len(digits) - place - 1}}}")
    return rf"0*(?:{'|'.join(smaller)}|{digits})"


class RowNumber(IntegerConverter):
    """A number in an address. One that no row can have leads nowhere, as any other wrong address does.

    The expression says so itself: a number that only the converter refuses would answer 405, not 404, where its address
    takes another method, too.
    """

    regex = _numbers_up_to(LARGEST_ID)

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


def protect(app: Flask, settings: Settings) -> None:
    """Set the application up with all of this."""
    secure = settings.base_url.startswith("https:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-rounds" if secure else "rounds",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=LOGIN_DAYS),
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        # A form lives as long as its login: somebody called away to a patient finds it working when they return.
        WTF_CSRF_TIME_LIMIT=None,
        # Our own pages send no referrer, so its absence says nothing; the token does the work.
        WTF_CSRF_SSL_STRICT=False,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowNumber
    app.before_request(_forget_impossible_dates)
    app.before_request(_refuse_what_is_no_text)
    forms.init_app(app)
    app.after_request(_add_headers)
    if secure:
        app.after_request(_insist_on_https)


def _forget_impossible_dates() -> None:
    """A date with numbers beyond all dates is none (RFC 9110, section 13.1.3): what reads it later would break down."""
    for name in ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"):
        try:
            parse_date(request.environ.get(name))
        except OverflowError:
            del request.environ[name]


def _refuse_what_is_no_text() -> None:
    """No database keeps the NUL character, and no page of ours makes an address with it, or with octets that are no
    UTF-8. Programs are told where a NUL is, once they have shown their token."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        request.query_string = b""
        abort(404)
    if "\0" in request.path or (not is_api() and any("\0" in value for value in request.args.values())):
        abort(404)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Pages hold what is known of people: no shared or disk cache keeps them.
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _insist_on_https(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_SECONDS}; includeSubDomains")
    return response
