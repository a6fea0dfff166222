"""An e-mail to each person who has something to read about their own wishes: it says so, and not a word of what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, select

from scheduler.db import Database
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.publishing.tables import UnmetWishRow
from scheduler.settings import Settings

STANDS_FOR: Final = timedelta(minutes=5)
"""Something that is changed back sooner is no news."""


def tell_privately(database: Database, settings: Settings, now: datetime) -> int:
    """Put into the outbox what is due; returns how many. Answers go to nobody: coordinators are not to learn of it."""
    query = _due(now)
    with database.reading() as db:
        if db.execute(query.limit(1)).first() is None:
            return 0
    with database.writing() as db:
        rows = db.execute(query).all()
        for row, person, programme in rows:
            with in_language(person.language):
                subject, text = _letter(person.name, programme, f"{settings.base_url}/join/{row.programme_id}/place")
            put_in_outbox(db, person.email, subject, text, now)
            row.mailed_at = now
    return len(rows)


def _due(now: datetime) -> Select[UnmetWishRow, PersonRow, str]:
    part = (ParticipantRow.programme_id == UnmetWishRow.programme_id) & (
        ParticipantRow.person_id == UnmetWishRow.person_id
    )
    return (
        select(UnmetWishRow, PersonRow, ProgrammeRow.name)
        .join(PersonRow, PersonRow.id == UnmetWishRow.person_id)
        .join(ProgrammeRow, ProgrammeRow.id == UnmetWishRow.programme_id)
        .join(ParticipantRow, part)
        .where(UnmetWishRow.mailed_at.is_(None), UnmetWishRow.choice.is_(None))
        .where(UnmetWishRow.found_at <= now - STANDS_FOR)
        .where(ParticipantRow.left_at.is_(None), ProgrammeRow.ended_at.is_(None))
        .order_by(UnmetWishRow.programme_id, UnmetWishRow.person_id)
    )


def _letter(name: str, programme: str, address: str) -> tuple[str, str]:
    subject = say("%(programme)s: a note on your page", programme=programme)
    text = say(
        "There’s a note on your page that only you can read, and something you can decide. There’s no hurry.\n\n"
        "%(address)s\n\nPlease decide it there: we can’t keep answers to this e-mail private.",
        address=address,
    )
    return subject, f"{greeting(name)}\n\n{text}\n"
