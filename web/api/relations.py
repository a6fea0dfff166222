"""What people are to each other outside the programme, as the coordinator's list has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

import msgspec
from flask import request
from msgspec import UNSET, Meta, UnsetType

from scheduler.db import Db
from scheduler.enrolment.people_sent import preview_relations, take_relations
from scheduler.enrolment.relation_list import Relation as Known
from scheduler.enrolment.relation_list import relations_after
from scheduler.errors import Fault
from web.api.matching import must_match, tag_of
from web.api.operations import WRITE, Answer, changing, operation
from web.api.paging import Asked, Page, after, page
from web.api.people import DryRun, ListTaken, Number, Text, cells_of, told
from web.api.programmes import must_be_there
from web.request_context import actor, database, now

MOST_SENT: Final = 50_000


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """What one person is to another. One that a person declared themselves has declared true."""

    id: int
    person: str
    about: str
    kind: str
    first_day: date | None
    last_day: date | None
    declared: bool


class RelationSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A relation by the e-mail addresses of the two. As it was read it may be sent, too: id is not looked at, and what
    is declared stays whatever is sent of it."""

    person: Text
    about: Text
    kind: Text
    first_day: date | None = None
    last_day: date | None = None
    id: Number | UnsetType = UNSET
    declared: bool | UnsetType = UNSET


class RelationsSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole list of relations."""

    items: Annotated[list[RelationSent], Meta(max_length=MOST_SENT)]


@operation("GET", "/programmes/<int:programme_id>/relations", Page[Relation], asks=Asked)
def relations(programme_id: int, asked: Asked) -> Answer:
    """Relations that a coordinator may know of, by e-mail addresses.

    ETag is that of the whole list, whatever page of it is read.
    """
    start = after(asked.cursor)
    with database().reading() as db:
        known = _known(db, programme_id)
    found = page([each for each in known if each.id > start], asked.limit, lambda each: each.id, lambda each: each)
    return Answer(found.value, headers={"ETag": tag_of(known)})


def _known(db: Db, programme_id: int) -> list[Relation]:
    must_be_there(programme_id)
    found, emails = relations_after(db, actor(), programme_id, 0, MOST_SENT)
    return [_shown(each, emails) for each in found]


def _shown(one: Known, emails: Mapping[int, str]) -> Relation:
    return Relation(
        id=one.id,
        person=emails[one.person_id],
        about=emails[one.about_id],
        kind=one.kind.value,
        first_day=one.first_day,
        last_day=one.last_day,
        declared=bool(one.declared_by),
    )


@operation("PUT", "/programmes/<int:programme_id>/relations", ListTaken, takes=RelationsSent, asks=DryRun, scope=WRITE)
def relations_sent(programme_id: int, body: RelationsSent, asked: DryRun) -> Answer:
    """Put these relations in the place of those on the coordinator's list: all or nothing.

    What people declared themselves stays. With If-Match only if the list is still the one that was read.
    """
    must_be_there(programme_id)
    faults: list[Fault] = []
    cells = [
        None if each.declared is True else cells_of(each, f"items[{number}]", faults, but=("id", "declared"))
        for number, each in enumerate(body.items)
    ]
    if asked.dry_run:
        with database().reading() as db:
            return Answer(told(preview_relations(db, actor(), programme_id, cells), dry_run=True, removes=True))
    with changing(programme_id) as db:
        if request.headers.get("If-Match"):
            must_match(tag_of(_known(db, programme_id)))
        done = take_relations(db, actor(), programme_id, cells, now())
        tag = tag_of(_known(db, programme_id))
    return Answer(told(done, dry_run=False, removes=True), headers={"ETag": tag})
