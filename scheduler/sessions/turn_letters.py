"""E-mails about swapping turns in the chair: to the one who is asked, and back to the one who asked."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from scheduler.db import Db
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.moments import long_time
from scheduler.mail.service import SERVICE_URL, put_in_outbox
from scheduler.people.tables import PersonRow
from scheduler.programmes.firewall import closed_to
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import Session
from scheduler.sessions.tables import SessionRow

PAGE: Final = "/my-group"


def tell_who_is_asked(
    db: Db, programme_id: int, person_id: int, asker: str, own: Session, wanted: Session, now: datetime, page_url: str
) -> None:
    """Somebody would like the turn ``wanted``, which is this person's, for ``own``, which is theirs."""
    person = db.get_one(PersonRow, person_id)
    with in_language(person.language):
        subject = say("%(name)s would like to swap turns with you", name=asker)
        lines = (
            say("%(name)s would like to swap turns in the chair with you.", name=asker),
            "\n".join(
                (
                    say("You’d chair on: %(when)s", when=_when(own, person)),
                    say("They’d chair on: %(when)s", when=_when(wanted, person)),
                )
            ),
            say("You can say yes or keep your turn, without giving a reason. Until then nothing changes:"),
        )
        _send(db, programme_id, person, subject, lines, (own, wanted), now, page_url)


def tell_who_asked(
    db: Db,
    programme_id: int,
    person_id: int,
    name: str,
    own: Session,
    wanted: Session,
    now: datetime,
    page_url: str,
    *,
    agrees: bool,
) -> None:
    """What the other said: the turns are swapped, or both stay as they are."""
    person = db.get_one(PersonRow, person_id)
    with in_language(person.language):
        if agrees:
            subject = say("%(name)s has swapped turns with you", name=name)
            first = say("%(name)s has said yes: you’ve swapped turns in the chair.", name=name)
        else:
            subject = say("%(name)s is keeping their turn", name=name)
            first = say("%(name)s would rather keep their turn in the chair, so both of you keep yours.", name=name)
        turn = say("Your turn: %(when)s", when=_when(wanted if agrees else own, person))
        lines = (first, turn, say("Your group’s page is here:"))
        _send(db, programme_id, person, subject, lines, (own, wanted), now, page_url)


def tell_that_it_ended(
    db: Db, programme_id: int, person_id: int, own: SessionRow, wanted: SessionRow, now: datetime
) -> None:
    """An offer came to nothing: one of the turns has changed, or nobody answered in time. Never why: it could tell of
    another's absence."""
    person, zone = db.get_one(PersonRow, person_id), get_programme(db, programme_id).zone
    with in_language(person.language):
        subject = say("Your offer to swap turns has ended")
        first = say(
            "You offered to chair on %(wanted)s instead of %(own)s. These turns can no longer be swapped: one of them"
            " has changed, or it wasn’t answered in time.",
            wanted=_when_at(wanted, zone, person),
            own=_when_at(own, zone, person),
        )
        lines = (first, say("Your group’s page says who is chairing now, and you can ask again from there:"))
        _send(
            db, programme_id, person, subject, lines, (own, wanted), now, f"{SERVICE_URL}{PAGE}", over_at=own.starts_at
        )


def _when_at(row: SessionRow, zone: str, person: PersonRow) -> str:
    return long_time(row.starts_at, row.ends_at, zone, person.zone or zone)


def _when(session: Session, person: PersonRow) -> str:
    return long_time(session.starts_at, session.ends_at, session.zone, person.zone or session.zone)


def _send(
    db: Db,
    programme_id: int,
    person: PersonRow,
    subject: str,
    lines: tuple[str, ...],
    sessions: tuple[Session, Session] | tuple[SessionRow, SessionRow],
    now: datetime,
    page_url: str,
    over_at: datetime | None = None,
) -> None:
    """Not worth sending once the first of the two sessions has begun, if nothing else is said, and never to who may not
    open the group."""
    people = {each.person_id for session in sessions for each in session.attendees}
    if person.id in closed_to(db, programme_id, people, now):
        return
    text = "\n\n".join((greeting(person.name), *lines, page_url, ""))
    until = over_at or min(session.starts_at for session in sessions)
    if until > now:
        put_in_outbox(db, person.email, subject, text, now, over_at=until, programme_id=programme_id)
