"""A programme of the facilitators' own: begun in one step for those who ticked that they would like to meet others."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.people_import import import_people
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.joining.tables import PortraitRow
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.model import Programme, equal_rounds
from scheduler.programmes.service import create_programme, get_programme
from scheduler.programmes.start import LONGEST_NAME, free_slug
from scheduler.programmes.tables import SiteRow
from scheduler.programmes.templates import FACILITATOR_GRADE, TEMPLATES, Template
from scheduler.terms.copies import Copying

_TEMPLATE: Final[Template] = next(each for each in TEMPLATES if each.key == "facilitators")
FEWEST: Final = _TEMPLATE.models[0].size[0]
"""So many facilitators make a group of their own."""
_Member = tuple[int, str, str, str, Sequence[str]]


def facilitators_for_peers(db: Db, actor: Actor, programme_id: int) -> tuple[str, ...]:
    """The names of facilitators who would like to meet others, for a coordinator."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return tuple(name for _, name, *_ in _members(db, programme_id))


def begin_peer_programme(db: Db, actor: Actor, programme_id: int, name: str, first_day: date, now: datetime) -> int:
    """Begin a programme in which these facilitators are the members; returns its id.

    Its sites, rooms and closed days are those of their programme, and their clinics and leave come along. Nobody is
    planned before they have said yes there.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    title = " ".join(name.split())
    if not title or len(title) > LONGEST_NAME:
        raise Rejected(
            say("Please check the fields marked below."),
            (Fault("name", say("Give it a name of up to %(most)s characters.", most=LONGEST_NAME)),),
        )
    members = _members(db, programme_id)
    if len(members) < FEWEST:
        raise NotPossible(
            say("A group of facilitators needs at least %(fewest)s of them.", fewest=FEWEST),
            what_to_do=say("Wait until more have ticked that they’d like to meet others."),
        )
    before = get_programme(db, programme_id)
    after = create_programme(db, actor, _programme(db, before, title, first_day), now)
    inside = replace(actor, roles=actor.roles | {(after, Role.COORDINATOR)})
    import_people(db, inside, after, _list_of(members), now)
    Copying.between(db, programme_id, after, now).time_of(frozenset(who for who, *_ in members), first_day)
    db.flush()
    note(db, Fact.PEOPLE, after, now)
    note(db, Fact.TIME, after, now)
    record(db, actor, "peers.begun", now, after, follows=programme_id, people=len(members))
    return after


def _programme(db: Db, before: Programme, name: str, first_day: date) -> Programme:
    return Programme(
        slug=free_slug(db, name),
        name=name,
        zone=before.zone,
        rounds=equal_rounds(first_day, _TEMPLATE.rounds, _TEMPLATE.weeks),
        windows=_TEMPLATE.windows(),
        models=_TEMPLATE.models,
        sites=before.sites,
        session_minutes=_TEMPLATE.session_minutes,
        min_gap_days=_TEMPLATE.min_gap_days,
        conduct=_TEMPLATE.conduct,
        grades=_TEMPLATE.grades,
        first_within_days=_TEMPLATE.first_within_days,
        closed=before.closed,
    )


def _members(db: Db, programme_id: int) -> list[_Member]:
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, SiteRow.key, ParticipantRow.modes)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .join(
            PortraitRow,
            (PortraitRow.person_id == PersonRow.id) & (PortraitRow.programme_id == ParticipantRow.programme_id),
        )
        .where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.kind == Role.FACULTY,
            ParticipantRow.left_at.is_(None),
            PortraitRow.peers_wanted.is_(True),
        )
        .order_by(PersonRow.name, PersonRow.id)
    )
    return [(who, name, email, site, modes) for who, name, email, site, modes in rows]


def _list_of(members: Sequence[_Member]) -> bytes:
    """Them as a list of people, who are residents there: the members of its groups."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("name", "email", "role", "stage", "site", "modes", "models"))
    for _, name, email, site, modes in members:
        model = _TEMPLATE.models[0].key
        rows.writerow((name, email, Role.RESIDENT.value, FACILITATOR_GRADE.stage, site, ";".join(modes), model))
    return text.getvalue().encode()
