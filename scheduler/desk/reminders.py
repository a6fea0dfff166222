"""Reminding people, by one click of the coordinator, of what their group waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.desk.model import ReminderKind
from scheduler.desk.owed import Owed, due_of, owed_in, reminded_lately
from scheduler.desk.tables import ReminderRow
from scheduler.joining.model import Step
from scheduler.joining.questions import today_of
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import rosters
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme


def remind(db: Db, actor: Actor, programme_id: int, kind: ReminderKind, base_url: str, now: datetime) -> int:
    """E-mail everybody who owes this and was not reminded of it lately; returns how many."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    owed = owed_in(db, programme_id, rosters(db, programme_id), today_of(db, programme_id, now), now)
    due = due_of(owed, kind, reminded_lately(db, programme_id, now))
    programme = get_programme(db, programme_id).name
    for person in db.scalars(select(PersonRow).where(PersonRow.id.in_(due)).order_by(PersonRow.id)):
        with in_language(person.language):
            subject, text = _letter(kind, person, programme, _addresses(kind, owed, person.id, programme_id, base_url))
        put_in_outbox(db, person.email, subject, f"{text}\n\n{actor.name}\n", now, programme_id=programme_id)
    _note(db, programme_id, kind, due, now)
    record(db, actor, "desk.reminded", now, programme_id, kind=kind.value, people=len(due))
    return len(due)


def _note(db: Db, programme_id: int, kind: ReminderKind, people: Sequence[int], now: datetime) -> None:
    which = (ReminderRow.programme_id == programme_id, ReminderRow.kind == kind, ReminderRow.person_id.in_(people))
    known = {row.person_id: row for row in db.scalars(select(ReminderRow).where(*which))}
    for person_id in people:
        if row := known.get(person_id):
            row.sent_at = now
        else:
            db.add(ReminderRow(programme_id=programme_id, person_id=person_id, kind=kind, sent_at=now))
    db.flush()


def _addresses(kind: ReminderKind, owed: Owed, person_id: int, programme_id: int, base_url: str) -> list[str]:
    """Where somebody gives what they owe: a page of each group, or of their answers."""
    if kind is ReminderKind.CHARTER:
        return [f"{base_url}/groups/{programme_id}/{key}/charter" for key in owed.charter[person_id]]
    return [f"{base_url}/join/{programme_id}/{Step.CONDUCT.value}"]


def _letter(kind: ReminderKind, person: PersonRow, programme: str, addresses: Sequence[str]) -> tuple[str, str]:
    subject, asked = _words(kind, programme)
    return subject, "\n\n".join((greeting(person.name), asked, "\n".join(addresses)))


def _words(kind: ReminderKind, programme: str) -> tuple[str, str]:
    if kind is ReminderKind.CHARTER:
        return (
            say("%(programme)s: please read your group’s charter", programme=programme),
            say(
                "Your mentoring group’s dates are only certain once everyone in it has agreed the charter. It takes "
                "about a minute:"
            ),
        )
    if kind is ReminderKind.CONDUCT:
        return (
            say("%(programme)s: please read the code of conduct", programme=programme),
            say("You facilitate a group, and you haven’t signed the present code of conduct. Please read it here:"),
        )
    return (
        say("%(programme)s: is your training still valid?", programme=programme),
        say("Some of your training isn’t on record yet, hasn’t been verified, or runs out before your last session. "
            "Please look at it here:"),
    )  # fmt: skip
