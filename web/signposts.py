"""Signposts to help that mentoring is not, at the foot of every page of residents and facilitators."""

from __future__ import annotations

from typing import Final

from flask import Flask, request

from scheduler.people.model import Role
from scheduler.programmes.model import Signpost
from scheduler.programmes.signposts import signposts_of
from web.request_context import database, find_current_actor

_PUBLIC: Final = "public.concern"
"""The pages on which concerns are raised show them to everybody."""


def offer(app: Flask) -> None:
    """Give pages the signposts of their reader's programmes."""
    app.jinja_env.globals.update(signposts_here=signposts_here)


def signposts_here() -> tuple[Signpost, ...]:
    """Those of the page's programme, else of all in which its reader takes part; on pages of members, and where
    concerns are raised."""
    endpoint = request.endpoint or ""
    values = request.view_args or {}
    if endpoint.startswith(_PUBLIC) and "number" in values:
        return _of({values["number"]})
    chosen: int | None = values.get("programme_id")
    actor = find_current_actor()
    if actor is None or request.blueprint not in ("member", "facilitator"):
        return ()
    theirs = {*actor.programmes(Role.RESIDENT), *actor.programmes(Role.FACULTY)}
    return _of({chosen} if chosen is not None and chosen in theirs else theirs)


def _of(programmes: set[int]) -> tuple[Signpost, ...]:
    with database().reading() as db:
        return signposts_of(db, programmes)
