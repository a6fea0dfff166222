"""Facilitators who would like to be found by other facilitators of their programme: listed because they ticked it, with
what they wrote for it and nothing else, and seen by those alone who are listed too, and by coordinators.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, delete, select

from scheduler.db import Db
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.joining.tables import DirectoryEntryRow
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow

LONGEST: Final = 200
"""Characters of what somebody writes for their entry, each of the two."""


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """What a facilitator has said for the directory; nobody sees it unless they are ``listed``."""

    listed: bool = False
    topics: str = ""
    languages: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A facilitator as others read of them: this and nothing else."""

    name: str
    site: str
    topics: str
    languages: str


def own_entry(db: Db, actor: Actor, programme_id: int) -> OwnEntry:
    """The actor's own entry. Raises NotFound to whoever is no facilitator of the programme."""
    _must_facilitate(db, actor, programme_id)
    row = db.get(DirectoryEntryRow, (programme_id, actor.person_id))
    return OwnEntry() if row is None else OwnEntry(listed=True, topics=row.topics, languages=row.languages)


def list_me(db: Db, actor: Actor, programme_id: int, topics: str, languages: str, now: datetime) -> None:
    """Be listed from now on, or with other words than before."""
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    _must_facilitate(db, actor, programme_id)
    said = {"topics": " ".join(topics.split()), "languages": " ".join(languages.split())}
    words = say("Please use no more than %(count)s characters.", count=LONGEST)
    if faults := tuple(Fault(name, words) for name, text in said.items() if len(text) > LONGEST):
        raise Rejected(say("Please check the fields marked below."), faults)
    row = db.get(DirectoryEntryRow, (programme_id, actor.person_id))
    if row is None:
        row = DirectoryEntryRow(programme_id=programme_id, person_id=actor.person_id, listed_at=now)
        db.add(row)
    row.topics, row.languages = said["topics"], said["languages"]
    db.flush()


def take_me_off(db: Db, actor: Actor, programme_id: int) -> None:
    """Be listed no more, at once: what was written for it is deleted. Whoever is not listed is off it already."""
    if actor.person_id is not None:
        take_off_directory(db, programme_id, (actor.person_id,))


def take_off_directory(db: Db, programme_id: int, people: Collection[int]) -> None:
    """Take these people off it, for the product's own work."""
    entries = DirectoryEntryRow.programme_id == programme_id, DirectoryEntryRow.person_id.in_(people)
    db.execute(delete(DirectoryEntryRow).where(*entries))


def directory(db: Db, actor: Actor, programme_id: int) -> tuple[Listed, ...]:
    """Everyone who is listed, by name. Raises NotFound to all but those who are listed themselves, and coordinators."""
    listed = db.execute(_listed(programme_id)).all()
    is_one = actor.has(programme_id, Role.FACULTY) and actor.person_id in {who for who, *_ in listed}
    if not (is_one or actor.has(programme_id, Role.COORDINATOR)):
        raise NotFound(say("We can’t find that programme among yours."))
    return tuple(Listed(name, site, topics, languages) for _who, name, site, topics, languages in listed)


def _listed(programme_id: int) -> Select[int, str, str, str, str]:
    part = (ParticipantRow.programme_id == programme_id) & (ParticipantRow.person_id == DirectoryEntryRow.person_id)
    return (
        select(
            PersonRow.id,
            PersonRow.name,
            SiteRow.name,
            DirectoryEntryRow.topics,
            DirectoryEntryRow.languages,
        )
        .join(DirectoryEntryRow, DirectoryEntryRow.person_id == PersonRow.id)
        .join(ParticipantRow, part)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .where(
            DirectoryEntryRow.programme_id == programme_id,
            ParticipantRow.kind == Role.FACULTY,
            ~ParticipantRow.guest,
            ParticipantRow.left_at.is_(None),
        )
        .order_by(PersonRow.search_name, PersonRow.id)
    )


def _must_facilitate(db: Db, actor: Actor, programme_id: int) -> None:
    part = db.get(ParticipantRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    is_theirs = part is not None and part.kind == Role.FACULTY and not part.guest and part.left_at is None
    if not (is_theirs and actor.has(programme_id, Role.FACULTY)):
        raise NotFound(say("We can’t find that programme among yours."))
