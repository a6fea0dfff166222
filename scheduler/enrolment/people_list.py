"""People as the coordinator sees them: who takes part, and whether anything is known of their time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Db
from scheduler.people.fields import shown_fields
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import RotaLineRow, RotaRow
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One participant; ``shown`` has the values of :func:`~scheduler.people.fields.shown_fields` of their kind.

    The counts are of the programme's slots, by mark; all 0 until they are worked out.
    """

    person_id: int
    name: str
    email: str
    kind: Role
    shown: tuple[Any, ...]
    site: str
    rota: str
    can: int
    if_need_be: int
    cannot: int
    not_known: int


def list_people(db: Db, actor: Actor, programme_id: int) -> tuple[PersonLine, ...]:
    """Everybody who takes part, residents first, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rotas = dict(
        db.execute(
            select(RotaLineRow.person_id, RotaRow.name)
            .join(RotaRow, RotaRow.id == RotaLineRow.rota_id)
            .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, RotaLineRow.person_id.is_not(None))
        ).all()
    )
    rows = db.execute(
        select(PersonRow, ParticipantRow, SiteRow.name, AvailabilityRow.marks)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .outerjoin(
            AvailabilityRow,
            (AvailabilityRow.person_id == PersonRow.id) & (AvailabilityRow.programme_id == programme_id),
        )
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(ParticipantRow.kind.desc(), PersonRow.name)
    )
    return tuple(
        _line(person, participant, site, marks or "", rotas.get(person.id, ""))
        for person, participant, site, marks in rows
    )


def _line(person: PersonRow, participant: ParticipantRow, site: str, marks: str, rota: str) -> PersonLine:
    return PersonLine(
        person_id=person.id,
        name=person.name,
        email=person.email,
        kind=participant.kind,
        shown=tuple(getattr(participant, field.name) for field in shown_fields(participant.kind)),
        site=site,
        rota=rota,
        can=marks.count(CAN),
        if_need_be=marks.count(IF_NEED_BE),
        cannot=marks.count(CANNOT),
        not_known=marks.count(NOT_KNOWN),
    )
