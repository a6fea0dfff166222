"""What people are to each other outside the programme, as the coordinator's list has it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from scheduler.enrolment.people_sent import preview_relations, take_relations
from scheduler.enrolment.relation_list import Relation as Known
from scheduler.enrolment.relation_list import relations_after
from scheduler.errors import Fault
from web.api.operations import WRITE, Answer, changing, operation
from web.api.paging import Asked, Page, after, page
from web.api.people import DryRun, ListTaken, Text, cells_of, told
from web.api.programmes import must_be_there
from web.request_context import actor, database, now


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
    """A relation by the e-mail addresses of the two."""

    person: Text
    about: Text
    kind: Text
    first_day: date | None = None
    last_day: date | None = None


class RelationsSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole list of relations."""

    items: Annotated[list[RelationSent], Meta(max_length=50_000)]


@operation("GET", "/programmes/<int:programme_id>/relations", Page[Relation], asks=Asked)
def relations(programme_id: int, asked: Asked) -> Answer:
    """Relations that a coordinator may know of, by e-mail addresses."""
    must_be_there(programme_id)
    with database().reading() as db:
        found, emails = relations_after(db, actor(), programme_id, after(asked.cursor), asked.limit + 1)

    def shown(each: Known) -> Relation:
        return Relation(
            id=each.id,
            person=emails[each.person_id],
            about=emails[each.about_id],
            kind=each.kind.value,
            first_day=each.first_day,
            last_day=each.last_day,
            declared=bool(each.declared_by),
        )

    return page(found, asked.limit, lambda each: each.id, shown)


@operation("PUT", "/programmes/<int:programme_id>/relations", ListTaken, takes=RelationsSent, asks=DryRun, scope=WRITE)
def relations_sent(programme_id: int, body: RelationsSent, asked: DryRun) -> Answer:
    """Put these relations in the place of those on the coordinator's list: all or nothing.

    What people declared themselves stays.
    """
    must_be_there(programme_id)
    faults: list[Fault] = []
    cells = [cells_of(each, f"items[{number}]", faults) for number, each in enumerate(body.items)]
    if asked.dry_run:
        with database().reading() as db:
            return Answer(told(preview_relations(db, actor(), programme_id, cells), dry_run=True, removes=True))
    with changing(programme_id) as db:
        done = take_relations(db, actor(), programme_id, cells, now())
    return Answer(told(done, dry_run=False, removes=True))
