"""Who may open which page. Every view says it with a decorator; a view that says nothing is open to nobody."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, TypeVar

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.languages import say as _
from scheduler.people.model import GUESTS, Actor, Role
from web.problems import CHALLENGE, Problem
from web.request_context import bearer, find_current_actor, this_page

View = TypeVar("View", bound=Callable[..., Any])
LONGEST_WANTED: Final = 300
"""In letters; where a longer page was asked for, signing in leads to the first one. It stands in the address of the
page that asks for signing in, which must not grow longer than a server takes."""
_MARK = "__audience__"


class Audience(Enum):
    """Whom a view is for. The service behind it checks again: this is the first of two doors."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    RESIDENT = "resident"
    FACULTY = "faculty"
    MEMBER = "member"
    """Residents and faculty."""
    PARTICIPANT = "participant"
    """Residents, faculty and guest coaches: what is about themselves alone."""
    GUEST = "guest"
    """Guest coaches."""
    GUEST_RECORD = "guest record"
    """The same, also once their group has ended."""
    COORDINATOR = "coordinator"
    BEGINNER = "beginner"
    """Who may begin a programme: coordinators, and who begins an installation."""
    OVERSIGHT = "oversight"
    DIRECTOR = "director"
    PROGRAM = "program"
    """Programs, with a token of somebody's; each service asks for the roles of whose it is."""

    def admits(self, actor: Actor, programme_id: int | None) -> bool:
        """Whether somebody who is signed in may open the view; a coordinator's pages name their programme."""
        if self in (Audience.PUBLIC, Audience.SIGNED_IN, Audience.PROGRAM):
            return True
        if self is Audience.BEGINNER:
            return actor.may_begin_programmes
        roles = _ROLES[self]
        if programme_id is None:
            return actor.is_anywhere(*roles)
        return actor.has(programme_id, *roles)


_ROLES: Final = {
    Audience.RESIDENT: (Role.RESIDENT,),
    Audience.FACULTY: (Role.FACULTY,),
    Audience.MEMBER: (Role.RESIDENT, Role.FACULTY),
    Audience.PARTICIPANT: (Role.RESIDENT, Role.FACULTY, Role.GUEST),
    Audience.GUEST: (Role.GUEST,),
    Audience.GUEST_RECORD: GUESTS,
    Audience.COORDINATOR: (Role.COORDINATOR,),
    Audience.OVERSIGHT: (Role.OVERSIGHT,),
    Audience.DIRECTOR: (Role.DIRECTOR,),
}


def open_to(audience: Audience) -> Callable[[View], View]:
    """Declare whom a view is for."""

    def declare(view: View) -> View:
        setattr(view, _MARK, audience)
        return view

    return declare


def audience_of(view: object) -> Audience | None:
    """Whom a view is for; None where it does not say."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Audience) else None


def turn_away() -> ResponseReturnValue | None:
    """Before each request: let in whom the view is for, ask strangers to sign in, show others nothing.

    Somebody without the right gets the page of a wrong address, so that nobody learns what exists.
    """
    if request.endpoint is None:
        return None
    audience = audience_of(current_app.view_functions[request.endpoint])
    if audience is Audience.PUBLIC:
        return None
    actor = find_current_actor()
    if actor is None and audience is Audience.PROGRAM:
        raise _unknown_token()
    if actor is None and audience is not None:
        wanted = this_page()
        return redirect(url_for("auth.ask", next=wanted if len(wanted) <= LONGEST_WANTED else None))
    if actor is None or audience is None or not audience.admits(actor, (request.view_args or {}).get("programme_id")):
        raise NotFound("There is nothing at this address, or it is not yours to see.")
    return None


def _unknown_token() -> Problem:
    """What a program is told that sends no token, or one that holds no more."""
    if not bearer():
        return Problem(
            401,
            _("This needs a token: send it in the header Authorization, as “Bearer …”."),
            what_to_do=_("Make one on the page “Your account”, or by “rounds token new”."),
            headers={"WWW-Authenticate": CHALLENGE},
        )
    return Problem(
        401,
        _("This token is unknown, revoked or over."),
        what_to_do=_("Make a new one on the page “Your account”, or by “rounds token new”."),
        headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'},
    )
