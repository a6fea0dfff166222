"""What of a published plan doesn't work as things stand, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from scheduler.db import Db
from scheduler.errors import Fault, Rejected
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.troubles import service
from scheduler.troubles.model import Remedy as Known
from scheduler.troubles.model import TroubleState
from scheduler.troubles.remedies import remedies_for
from scheduler.troubles.settlement import Choice, carry_out_remedies
from scheduler.troubles.trouble_view import Trouble as Seen
from scheduler.troubles.wording import sentence
from web.api.operations import PUBLISH, Answer, changing, operation
from web.api.paging import Asked, Page, after, page
from web.api.programmes import must_be_there
from web.coordinator.troubles import cause_words, remedy_words
from web.problems import Problem
from web.request_context import actor, database, now


class GroupNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A group: its key and its name."""

    id: str
    name: str


class PersonNamed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom it concerns."""

    id: int
    name: str


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """Something that works, as the referee has found. can_come is how many residents could come then; with needs_why
    it is carried out only with a reason."""

    id: str
    kind: str
    text: str
    can_come: int
    needs_why: bool


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something that doesn't work. session is null for a whole group's; until is the last moment to settle it freely,
    change what brought it about."""

    id: int
    kind: str
    state: str
    text: str
    session: int | None
    group: GroupNamed
    people: list[PersonNamed]
    since: datetime
    until: datetime | None
    change: str
    remedies: list[Remedy]


class TroublesAsked(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which troubles: open, accepted or settled ones."""

    state: TroubleState = TroubleState.OPEN


class Settling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of its remedies settles it, by id, and why, where that is asked for."""

    remedy: Annotated[str, msgspec.Meta(max_length=200)]
    why: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@operation("GET", "/programmes/<int:programme_id>/troubles", Page[Trouble], asks=TroublesAsked)
def troubles(programme_id: int, asked: TroublesAsked) -> Answer:
    """What doesn't work as things stand, with what would settle it."""
    must_be_there(programme_id)
    with database().reading() as db:
        found = service.troubles_after(
            db, actor(), programme_id, after(asked.cursor), asked.limit + 1, now(), state=asked.state
        )
        shown = {each.id: each for each in seen(db, get_programme(db, programme_id), found[: asked.limit])}
    return page(found, asked.limit, lambda each: each.id, lambda each: shown[each.id])


@operation("GET", "/programmes/<int:programme_id>/troubles/<int:trouble_id>", Trouble)
def trouble(programme_id: int, trouble_id: int) -> Answer:
    """One trouble, with everything that works."""
    must_be_there(programme_id)
    with database().reading() as db:
        found = service.get_trouble(db, actor(), programme_id, trouble_id, now())
        return Answer(seen(db, get_programme(db, programme_id), (found,), thorough=True)[0])


@operation(
    "POST", "/programmes/<int:programme_id>/troubles/<int:trouble_id>/settle", Trouble, takes=Settling, scope=PUBLISH
)
def trouble_settled(programme_id: int, trouble_id: int, body: Settling) -> Answer:
    """Carry out a remedy. Members are told as they are of what is done on the pages."""
    must_be_there(programme_id)
    with changing(programme_id) as db:
        before = service.get_trouble(db, actor(), programme_id, trouble_id, now())
        try:
            carry_out_remedies(db, actor(), programme_id, (Choice(trouble_id, body.remedy),), body.why, now())
        except Rejected as wrong:
            if not wrong.faults:
                raise
            errors = [Fault("remedy", each.text) for each in wrong.faults]
            raise Problem(409 if before.ended_at is not None else 422, errors[0].text, errors=errors) from wrong
    with database().reading() as db:
        found = service.get_trouble(db, actor(), programme_id, trouble_id, now())
        return Answer(seen(db, get_programme(db, programme_id), (found,))[0])


def seen(db: Db, programme: Programme, found: Iterable[Seen], *, thorough: bool = False) -> list[Trouble]:
    """Troubles as they are answered, with what works for those that are not settled."""
    listed = list(found)
    remedies: Mapping[int, tuple[Known, ...]] = remedies_for(db, programme, listed, now(), thorough=thorough)
    return [_shown(each, remedies.get(each.id, ()), programme) for each in listed]


def _shown(one: Seen, remedies: Iterable[Known], programme: Programme) -> Trouble:
    return Trouble(
        id=one.id,
        kind=one.kind.value,
        state=one.state.value,
        text=sentence(one),
        session=one.session.id if one.session else None,
        group=GroupNamed(id=one.group_key, name=one.group_name),
        people=[PersonNamed(id=who, name=name) for who, name in one.named],
        since=one.since,
        until=one.settle_by,
        change=cause_words(one.cause),
        remedies=[
            Remedy(
                id=each.key,
                kind=each.kind.value,
                text=remedy_words(each, programme),
                can_come=each.coming,
                needs_why=each.needs_why,
            )
            for each in remedies
        ],
    )
