"""Programmes: their list, and all settings of one, as ``rounds programme export`` writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
from flask import url_for

from scheduler.db import Db
from scheduler.errors import Fault, NotFound
from scheduler.languages import say as _
from scheduler.people.model import Role
from scheduler.plans.own_programmes import OwnProgramme, own_programmes
from scheduler.programme_files.service import change_by_document, make_by_document, programme_document
from scheduler.signing_in.tokens import DESKS
from web.api.matching import must_match, tag_of
from web.api.operations import WRITE, Answer, changing, operation
from web.api.paging import Asked, Page, after, page
from web.problems import Problem
from web.request_context import actor, database, now

Document = dict[str, Any]


class ListedProgramme(msgspec.Struct, frozen=True, kw_only=True):
    """A programme that this token's owner coordinates or directs, as they are in the list."""

    id: int
    name: str
    zone: str
    first_day: date | None
    last_day: date | None
    published: bool
    ended: bool
    archived: bool
    roles: list[str]


@operation("GET", "/programmes", Page[ListedProgramme], asks=Asked)
def programmes(asked: Asked) -> Answer:
    """The programmes that this token's owner coordinates or directs, the oldest first."""
    start = after(asked.cursor)
    with database().reading() as db:
        live, archived = (own_programmes(db, actor(), *DESKS, archived=which) for which in (False, True))
    put_away = {each.id for each in archived}
    found = sorted((each for each in (*live, *archived) if each.id > start), key=lambda each: each.id)
    return page(found, asked.limit, lambda each: each.id, lambda each: _listed(each, each.id in put_away))


def _listed(found: OwnProgramme, archived: bool) -> ListedProgramme:
    return ListedProgramme(
        id=found.id,
        name=found.name,
        zone=found.zone,
        first_day=found.first_day,
        last_day=found.last_day,
        published=found.published,
        ended=found.ended,
        archived=archived,
        roles=[role.value for role in DESKS if actor().has(found.id, role)],
    )


@operation("POST", "/programmes", Document, takes=Document, scope=WRITE, status=201)
def programme_made(body: Document) -> Answer:
    """Make a programme.

    The body has all settings, as a file of “rounds programme export” does, with days and times as texts. Whoever makes
    it becomes its coordinator.
    """
    with changing() as db:
        programme_id = make_by_document(db, actor(), _without_id(body, None), now())
        inside = replace(actor(), roles=actor().roles | {(programme_id, Role.COORDINATOR)})
        document = programme_document(db, inside, programme_id)
    location = url_for("api.programme", programme_id=programme_id)
    return _told(programme_id, document, 201, {"Location": location})


@operation("GET", "/programmes/<int:programme_id>", Document)
def programme(programme_id: int) -> Answer:
    """All settings of a programme, as “rounds programme export” writes them, with its id."""
    with database().reading() as db:
        return _told(programme_id, _document(db, programme_id))


@operation("PUT", "/programmes/<int:programme_id>", Document, takes=Document, scope=WRITE, matches=True)
def programme_changed(programme_id: int, body: Document) -> Answer:
    """Change all settings of a programme at once.

    What is left out is as in a new programme; questions, openly, charter, code_of_conduct, page, signposts,
    journeys and pulse stay as they are if they are left out.
    """
    with changing(programme_id) as db:
        must_match(tag_of(_document(db, programme_id)))
        change_by_document(db, actor(), programme_id, _without_id(body, programme_id), now())
        return _told(programme_id, _document(db, programme_id))


def _document(db: Db, programme_id: int) -> Document:
    must_be_there(programme_id)
    return programme_document(db, actor(), programme_id)


def must_be_there(programme_id: int) -> None:
    """Raise NotFound unless this token's owner has a desk in the programme: of any other nothing is said."""
    if not actor().has(programme_id, *DESKS):
        raise NotFound(_("There is nothing at this address, or it is not this token’s to see."))


def _told(programme_id: int, document: Document, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer({"id": programme_id, **document}, status, {"ETag": tag_of(document), **(headers or {})})


def _without_id(body: Document, programme_id: int | None) -> Document:
    """What is sent, without the number that reading it gave."""
    if "id" in body and body["id"] != programme_id:
        fault = Fault("id", _("Leave this out: it is in the address."))
        raise Problem(422, _("Something in this request can’t be used."), errors=[fault])
    return {name: value for name, value in body.items() if name != "id"}
