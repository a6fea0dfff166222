"""Pages that a request names to go to: where somebody wanted to go before they were asked to sign in, or where they
were when they chose a language. Only pages of ours, whatever is asked for.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from scheduler.people.model import Actor
from web.audiences import LONGEST_WANTED, Audience, audience_of
from web.forms import Form

NEXT: Final = "next"
"""The field, and the part of an address, that holds it; and its place in the signed cookie while an institution is
asked."""


def wanted() -> str:
    """The page that the request says its reader wanted; empty where it names none of ours."""
    return page_of_ours(Form(request.values).text(NEXT))


def page_of_ours(address: str) -> str:
    """The address if it is that of a page for people who are signed in, as this site writes it; else nothing.

    Only what our own map of addresses knows is let through, and only its path and query: so nothing leads elsewhere.
    """
    if len(address) > LONGEST_WANTED:
        return ""
    return address if _audience(_path_here(address)) not in (None, Audience.PUBLIC) else ""


def any_page_of_ours(address: str, instead: str) -> str:
    """The address if any page of this site is there; else another one."""
    return address if _audience(_path_here(address)) is not None else instead


def _path_here(address: str) -> str:
    """The path of an address on this very site; empty where any browser could take it for one that leads elsewhere."""
    if not address.startswith("/") or not address.isprintable() or "\\" in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc or "//" in unquote(parts.path) else parts.path


def is_open_to(actor: Actor, address: str) -> bool:
    """Whether somebody may open the page at an address of ours."""
    endpoint, values = _find(urlsplit(address).path)
    audience = audience_of(current_app.view_functions[endpoint]) if endpoint else None
    return audience is not None and audience.admits(actor, values.get("programme_id"))


def _audience(path: str) -> Audience | None:
    endpoint, _values = _find(path) if path else ("", {})
    return audience_of(current_app.view_functions[endpoint]) if endpoint else None


def _find(path: str) -> tuple[str, dict[str, int]]:
    """The view behind a path; an empty name where there is none."""
    try:
        endpoint, values = current_app.url_map.bind("").match(unquote(path), method="GET")
    except (HTTPException, RequestRedirect):
        return "", {}
    return str(endpoint), dict(values)
