"""Guest coaches: invited from outside by name and address, for one group, under the same rules as other facilitators.

No list brings them and no plan places them: a coordinator invites them, and puts them into a group by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.people_changes import Details, add_person
from scheduler.errors import Fault, Rejected
from scheduler.joining.questions import questions_of, today_of
from scheduler.joining.readiness import nothing_yet, readiness_in, what_is_missing
from scheduler.joining.tables import AnswerRow
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.own_groups.service import OWN
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.plans.membership import rosters
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.signing_in.links import make_mailed_link

LINK_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest coach as a coordinator sees them: whether they have said yes, what is missing before they may lead, in
    words, and the key of their group; empty while they have none."""

    person_id: int
    name: str
    email: str
    agreed: bool
    missing: tuple[str, ...]
    group_key: str
    has_left: bool


def list_guests(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[Guest, ...]:
    """The guests of a programme, by name; those who have left come last."""
    actor.must_have(programme_id, Role.COORDINATOR)
    answer = (AnswerRow.person_id == PersonRow.id) & (AnswerRow.programme_id == programme_id)
    rows = db.execute(
        select(PersonRow, ParticipantRow.left_at, AnswerRow.agreed_at)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .outerjoin(AnswerRow, answer)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.guest)
        .order_by(ParticipantRow.left_at.is_not(None), PersonRow.name, PersonRow.id)
    ).all()
    kinds, today = questions_of(db, programme_id).training, today_of(db, programme_id, now)
    known, nothing = readiness_in(db, programme_id), nothing_yet(db, programme_id)
    groups = {who: key for key, roster in rosters(db, programme_id).items() for who in roster}
    return tuple(
        Guest(
            person.id,
            person.name,
            person.email,
            agreed_at is not None,
            what_is_missing(kinds, known.get(person.id, nothing), today),
            groups.get(person.id, ""),
            left_at is not None,
        )
        for person, left_at, agreed_at in rows
    )


def invite_guest(
    db: Db, actor: Actor, programme_id: int, name: str, email: str, site_id: int, base_url: str, now: datetime
) -> int:
    """Invite somebody from outside, and e-mail them a way in; returns their id.

    Raises ``Rejected`` for faults, and for whoever is in the programme already, in whatever part.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    address = email.strip().lower()
    in_it = select(RoleRow.role).join(PersonRow, PersonRow.id == RoleRow.person_id)
    if db.scalar(in_it.where(RoleRow.programme_id == programme_id, PersonRow.email == address).limit(1)) is not None:
        fault = Fault("email", say("They are already in the programme. A guest coach is from outside it."))
        raise Rejected(say("Nobody was invited."), (fault,))
    wanted = Details(name, address, Role.FACULTY, None)
    person_id = add_person(db, actor, programme_id, wanted, site_id, now, is_new=True)
    part, programme = db.get_one(ParticipantRow, (programme_id, person_id)), get_programme(db, programme_id)
    part.guest, part.capacity = True, 1
    part.models = {model.key: 1 for model in programme.models if model.key != OWN}
    db.add(AnswerRow(programme_id=programme_id, person_id=person_id, steps=[], needs="", invited_at=now))
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now, (person_id,))
    record(db, actor, "guest.invited", now, programme_id, person=person_id)
    _tell(db, actor, programme_id, db.get_one(PersonRow, person_id), programme.name, base_url, now)
    return person_id


def _tell(
    db: Db, actor: Actor, programme_id: int, person: PersonRow, programme: str, base_url: str, now: datetime
) -> None:
    lasts = timedelta(days=LINK_DAYS)
    link = make_mailed_link(db, person.id, base_url, now, lasts)
    with in_language(person.language):
        subject = say("%(programme)s: would you coach a group?", programme=programme)
        asked = say(
            "%(name)s would like you to be the guest coach of a group in %(programme)s. Please sign our code of "
            "conduct and tell us of your training. Then you’ll see your group’s dates, and your hours are counted.",
            name=actor.name,
            programme=programme,
        )
        way_in = say("This link signs you in. It works once, within %(days)s days:", days=LINK_DAYS)
        text = "\n\n".join((greeting(person.name), asked, way_in, link.words)) + "\n"
    put_in_outbox(db, person.email, subject, text, now, over_at=now + lasts, programme_id=programme_id)
