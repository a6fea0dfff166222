"""What people choose for themselves, whatever programme they are in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow, RoleRow


def choose_language(db: Db, actor: Actor, language: str, now: datetime) -> None:
    """Speak ``language``, a tag such as ``fr``, to the actor: in pages, messages and calendars."""
    if actor.person_id is not None:
        _speak_to(db, db.get_one(PersonRow, actor.person_id), language, now)


def learn_language(db: Db, person_id: int, language: str, now: datetime) -> None:
    """Speak ``language``, that of a person's browser, to them from now on, unless theirs is known already."""
    person = db.get_one(PersonRow, person_id)
    if not person.language_known:
        _speak_to(db, person, language.partition("-")[0], now)


def _speak_to(db: Db, person: PersonRow, language: str, now: datetime) -> None:
    is_other = person.language != language
    person.language, person.language_known = language, True
    if is_other:
        for programme_id in set(db.scalars(select(RoleRow.programme_id).where(RoleRow.person_id == person.id))):
            note(db, Fact.PEOPLE, programme_id, now, (person.id,))
