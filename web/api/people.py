"""The people of a programme, known by their e-mail addresses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from scheduler.db import Db
from scheduler.enrolment.comparison import Comparison
from scheduler.enrolment.people_sent import PersonKnown, list_known, preview_people, take_people
from scheduler.errors import Fault
from scheduler.languages import say as _
from scheduler.lists import NONE
from web.api.matching import must_match, tag_of
from web.api.operations import WRITE, Answer, changing, operation
from web.api.paging import Asked, Page, after, page
from web.api.programmes import must_be_there
from web.problems import Problem
from web.request_context import actor, database, now

MOST_SENT = 20_000
Text = Annotated[str, Meta(max_length=1000)]
Texts = Annotated[list[Text], Meta(max_length=200)]
Number = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who takes part. What people told the planner alone is never read."""

    id: int
    name: str
    email: str
    role: str
    site: str
    stage: int | None
    modes: list[str]
    models: dict[str, int]
    capacity: int
    specialty: str
    mentor_level: str


class PersonSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody as they are to be: known by their address, else new. What is left out stays as it is; what people said
    themselves stays in any case."""

    name: Text
    email: Text
    role: Text
    site: Text
    id: Number | UnsetType = UNSET
    stage: Number | None = None
    modes: Texts | UnsetType = UNSET
    models: dict[Text, Number] | Texts | UnsetType = UNSET
    interests: Texts | UnsetType = UNSET
    tags: Texts | UnsetType = UNSET
    company: Texts | UnsetType = UNSET
    external: Text | UnsetType = UNSET
    capacity: Number | UnsetType = UNSET
    new_here: bool | UnsetType = UNSET
    specialty: Text | UnsetType = UNSET
    mentor_level: Text | UnsetType = UNSET
    wants: Texts | UnsetType = UNSET
    avoids: Texts | UnsetType = UNSET
    choices: Texts | UnsetType = UNSET
    site_from: date | UnsetType = UNSET
    former_email: Text | UnsetType = UNSET


class PeopleSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People to be added or changed. Nobody else is touched."""

    items: Annotated[list[PersonSent], Meta(max_length=MOST_SENT)]


class DryRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With dry_run nothing is changed: the answer says what would be."""

    dry_run: bool = False


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A field that changes; of what is private neither the one nor the other is told."""

    field: str
    before: str
    after: str


class EntryChanged(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that changes, and in what."""

    name: str
    detail: str
    differences: list[Difference]


class EntryNamed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, by name and what tells it from others."""

    name: str
    detail: str


class ListTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What a list does, or would do in a dry run."""

    dry_run: bool
    added: list[EntryNamed]
    changed: list[EntryChanged]
    removed: list[EntryNamed]
    unchanged: int
    notes: list[str]


@operation("GET", "/programmes/<int:programme_id>/people", Page[Person], asks=Asked)
def people(programme_id: int, asked: Asked) -> Answer:
    """Everybody who takes part. The ETag is that of the whole list, whatever page of it is read."""
    start = after(asked.cursor)
    with database().reading() as db:
        known = _known(db, programme_id)
    found = page(
        [each for each in known if each.id > start][: asked.limit + 1],
        asked.limit,
        lambda each: each.id,
        lambda each: msgspec.convert(asdict(each), Person),
    )
    return Answer(found.value, headers={"ETag": _tag(known)})


@operation(
    "PUT", "/programmes/<int:programme_id>/people", ListTaken, takes=PeopleSent, asks=DryRun, scope=WRITE, matches=True
)
def people_sent(programme_id: int, body: PeopleSent, asked: DryRun) -> Answer:
    """Add and change people, known by their e-mail addresses: all or nothing.

    Nobody is removed. A dry run needs no If-Match and says what would change.
    """
    if asked.dry_run:
        with database().reading() as db:
            cells = _all_cells(_known(db, programme_id), body.items)
            return Answer(told(preview_people(db, actor(), programme_id, cells, now()), dry_run=True))
    with changing(programme_id) as db:
        known = _known(db, programme_id)
        must_match(_tag(known))
        done, _imported = take_people(db, actor(), programme_id, _all_cells(known, body.items), now())
        tag = _tag(_known(db, programme_id))
    return Answer(told(done, dry_run=False), headers={"ETag": tag})


def _known(db: Db, programme_id: int) -> tuple[PersonKnown, ...]:
    must_be_there(programme_id)
    return list_known(db, actor(), programme_id)


def _tag(known: Sequence[PersonKnown]) -> str:
    return tag_of([asdict(each) for each in known])


def told(found: Comparison, *, dry_run: bool, removes: bool = False) -> ListTaken:
    """What a list does. ``removes`` says that what is not on it goes."""
    return ListTaken(
        dry_run=dry_run,
        added=[EntryNamed(name=each.name, detail=each.detail) for each in found.added],
        changed=[
            EntryChanged(
                name=each.entry.name,
                detail=each.entry.detail,
                differences=[
                    Difference(field=_(one.label), before=one.before, after=one.after) for one in each.differences
                ],
            )
            for each in found.changed
        ],
        removed=[EntryNamed(name=each.name, detail=each.detail) for each in found.absent if removes],
        unchanged=found.unchanged,
        notes=list(found.notes),
    )


def _all_cells(known: Sequence[PersonKnown], sent: Sequence[PersonSent]) -> list[Mapping[str, str]]:
    """What was sent, as the cells of a list. Raises :class:`Problem` for a number that is somebody else's."""
    ids = {each.email: each.id for each in known}
    faults = [
        Fault(f"items[{number}].id", _("This is not the number of %(email)s. Leave it out.", email=each.email[:254]))
        for number, each in enumerate(sent)
        if each.id is not UNSET and ids.get(each.email.strip().lower()) != each.id
    ]
    found = [cells_of(each, f"items[{number}]", faults) for number, each in enumerate(sent)]
    if faults:
        raise Problem(422, _("Something in this request can’t be used."), errors=faults)
    return found


def cells_of(
    sent: msgspec.Struct, place: str, faults: list[Fault], but: Collection[str] = ("id",)
) -> Mapping[str, str]:
    """The cells of a list that say what was sent, ``but`` these fields."""
    values = {name: value for name, value in msgspec.structs.asdict(sent).items() if name not in but}
    given = {name: value for name, value in values.items() if value is not UNSET and value is not None}
    return {name: _cell(value, f"{place}.{name}", faults) for name, value in given.items()}


def _cell(value: Any, place: str, faults: list[Fault]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ";".join(f"{_part(name, place, faults)}:{liking}" for name, liking in value.items()) or NONE
    if isinstance(value, list):
        return ";".join(_part(each, place, faults) for each in value) or NONE
    return str(value).strip()


def _part(text: str, place: str, faults: list[Fault]) -> str:
    if ";" in text or not text.strip():
        faults.append(Fault(place, _("Nothing in this list may be empty or hold a semicolon.")))
    return text
