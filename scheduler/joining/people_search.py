"""Whom somebody can choose or name. What is secret about two people never shows in who is on a list."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, select

from scheduler.db import Db
from scheduler.errors import NotAllowed
from scheduler.joining.model import FacilitatorOffer, NamedPerson, Portrait
from scheduler.joining.readiness import ready_among
from scheduler.joining.tables import PortraitRow
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.forbidden_pairs import forbidden_pairs, pairs_kept_apart
from scheduler.programmes.tables import GradeRow, ProgrammeRow, SiteRow

FEWEST_LETTERS = 2
MOST_FOUND = 8
MOST_SHOWN = 40


def list_facilitators(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[FacilitatorOffer, ...]:
    """The facilitators whom the actor may choose; who shares topics with them first."""
    part = _resident(db, actor, programme_id)
    tied, offered = _tied(db, part), db.execute(_facilitators(programme_id)).all()
    ready = ready_among(db, programme_id, {person.id for person, *_ in offered}, now)
    found = []
    for person, faculty, site, row in offered:
        portrait = portrait_of(row)
        if person.id in tied or not _offers(faculty) or person.id not in ready:
            continue
        shared = tuple(topic for topic in faculty.interests if topic in part.interests)
        found.append(FacilitatorOffer(person.id, person.name, site, portrait.text, tuple(faculty.interests), shared))
    return tuple(sorted(found, key=lambda one: (-len(one.shared), one.name)))


def first_shown(
    facilitators: Sequence[FacilitatorOffer], chosen: Collection[int], text: str
) -> tuple[FacilitatorOffer, ...]:
    """As many as fit on a page that loads on a slow line: the chosen ones, then those with a name like the text."""
    wanted = _plain(text)
    others = (one for one in facilitators if one.person_id not in chosen and wanted in _plain(one.name))
    return (*(one for one in facilitators if one.person_id in chosen), *islice(others, MOST_SHOWN))


def facilitator_ids_on_offer(db: Db, part: ParticipantRow, now: datetime) -> set[int]:
    """The same as ids, for checking a choice."""
    actor = Actor(part.person_id, "", frozenset(((part.programme_id, Role.RESIDENT),)))
    return {one.person_id for one in list_facilitators(db, actor, part.programme_id, now)}


def find_people(db: Db, actor: Actor, programme_id: int, text: str, *kinds: Role) -> tuple[NamedPerson, ...]:
    """Those of the programme with a name like this, at most :data:`MOST_FOUND`; nobody for fewer than two letters.

    Everybody on the coordinator's list is found, whether or not they have joined: that is theirs to tell.
    """
    return find_each(db, actor, programme_id, (text,), *kinds)[text][:MOST_FOUND]


def find_each(
    db: Db, actor: Actor, programme_id: int, texts: Iterable[str], *kinds: Role
) -> dict[str, tuple[NamedPerson, ...]]:
    """The same for several texts at once, by text: all who are found, the likeliest first."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    everybody = [
        (_plain(one.name), one)
        for one in _people(db, programme_id, ParticipantRow.kind.in_(kinds), PersonRow.id != actor.person_id)
    ]
    return {text: _found(everybody, _plain(text)) for text in texts}


def is_called(one: NamedPerson, text: str) -> bool:
    """Whether a text is somebody's whole name, as people type it in a hurry."""
    return _plain(one.name) == _plain(text)


def names_of(db: Db, actor: Actor, programme_id: int, person_ids: Collection[int]) -> dict[int, NamedPerson]:
    """Those of these people who take part, by id: for a list that the actor has made."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    return {one.person_id: one for one in _people(db, programme_id, PersonRow.id.in_(set(person_ids)))}


def participants_among(db: Db, programme_id: int, person_ids: Collection[int]) -> set[int]:
    """Those of these people who take part and have not left."""
    return {one.person_id for one in _people(db, programme_id, PersonRow.id.in_(set(person_ids)))}


def portrait_of(row: PortraitRow | None) -> Portrait:
    """A stored portrait as a value; an empty one where nothing is stored."""
    if row is None:
        return Portrait()
    return Portrait(row.text, row.deputy_wanted, row.peers_wanted, row.code_signed_at, row.code_version)


def _found(everybody: Iterable[tuple[str, NamedPerson]], wanted: str) -> tuple[NamedPerson, ...]:
    if len(wanted) < FEWEST_LETTERS:
        return ()
    ranked = sorted((_rank(name, wanted), one.name, one.person_id, one) for name, one in everybody if wanted in name)
    return tuple(one for *_, one in ranked)


def _resident(db: Db, actor: Actor, programme_id: int) -> ParticipantRow:
    actor.must_have(programme_id, Role.RESIDENT)
    part = db.get(ParticipantRow, (programme_id, actor.person_id))
    if part is None:
        raise NotAllowed(say("Only residents can choose facilitators."))
    return part


def _facilitators(programme_id: int) -> Select[PersonRow, ParticipantRow, str, PortraitRow]:
    of_person = (PortraitRow.person_id == PersonRow.id) & (PortraitRow.programme_id == programme_id)
    return (
        select(PersonRow, ParticipantRow, SiteRow.name, PortraitRow)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .outerjoin(PortraitRow, of_person)
        .where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.kind == Role.FACULTY,
            ~ParticipantRow.guest,
            ParticipantRow.left_at.is_(None),
        )
    )


def _offers(faculty: ParticipantRow) -> bool:
    return bool(faculty.models) and faculty.capacity > 0


def _tied(db: Db, part: ParticipantRow) -> set[int]:
    """Those with whom the resident has a forbidding relation, at any time of the programme, that both know of.

    All others who may not meet stay on the list, because who is missing from it would give somebody's secret away.
    """
    term = select(ProgrammeRow.first_day, ProgrammeRow.last_day).where(ProgrammeRow.id == part.programme_id)
    first_day, last_day = db.execute(term).one()
    found = forbidden_pairs(db, part.programme_id, first_day, last_day, {part.person_id})
    return {one for pair in pairs_kept_apart(each for each in found if not each.secret) for one in pair} - {
        part.person_id
    }


def _people(db: Db, programme_id: int, *conditions: object) -> Iterable[NamedPerson]:
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, SiteRow.name, GradeRow.name, ParticipantRow.stage)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .outerjoin(GradeRow, (GradeRow.programme_id == programme_id) & (GradeRow.stage == ParticipantRow.stage))
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None), *conditions)  # type: ignore[arg-type]
    )
    return (
        NamedPerson(id_, name, site, grade or ("" if stage is None else str(stage)))
        for id_, name, site, grade, stage in rows
    )


def _plain(name: str) -> str:
    """A name as people type it in a hurry: small letters, no accents, single blanks."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())


def _rank(name: str, wanted: str) -> int:
    """0 for a name that begins so, 1 for one with a part that does, 2 for the rest."""
    if name.startswith(wanted):
        return 0
    return 1 if any(part.startswith(wanted) for part in name.split()) else 2
