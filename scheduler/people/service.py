"""People as the coordinator sees them: who takes part, and whether anything is known of their time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.availability.tables import AvailabilityRow
from scheduler.people.model import Actor, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.tables import RotaLineRow, RotaRow


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One participant. The counts are of the programme's slots, by mark; all 0 until they are worked out."""

    person_id: int
    name: str
    email: str
    kind: str
    stage: int | None
    site: str
    rota: str
    can: int
    if_need_be: int
    cannot: int
    not_known: int


def list_people(db: Session, actor: Actor, programme_id: int) -> tuple[PersonLine, ...]:
    """Everybody who takes part, residents first, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rotas = dict(
        db.execute(
            select(RotaLineRow.person_id, RotaRow.name)
            .join(RotaRow, RotaRow.id == RotaLineRow.rota_id)
            .where(RotaRow.programme_id == programme_id, RotaLineRow.person_id.is_not(None))
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


def add_coordinator(db: Session, actor: Actor, programme_id: int, name: str, email: str, now: datetime) -> int:
    """Give somebody the coordinator's role in a programme; returns their id."""
    return appoint(db, actor, programme_id, name, email, Role.COORDINATOR, now)


def choose_language(db: Session, actor: Actor, language: str) -> None:
    """Speak ``language``, a tag such as ``fr``, to the actor: in pages, messages and calendars."""
    db.execute(update(PersonRow).where(PersonRow.id == actor.person_id).values(language=language))


def _line(person: PersonRow, participant: ParticipantRow, site: str, marks: str, rota: str) -> PersonLine:
    return PersonLine(
        person_id=person.id,
        name=person.name,
        email=person.email,
        kind=participant.kind,
        stage=participant.stage,
        site=site,
        rota=rota,
        can=marks.count("2"),
        if_need_be=marks.count("1"),
        cannot=marks.count("0"),
        not_known=marks.count("?"),
    )
