"""Short notes to several people: that something waits for them, and nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from scheduler.db import Db
from scheduler.languages import in_language
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.tables import PersonRow

Words = Callable[[], str]


def write_to(
    db: Db, people: Iterable[PersonRow], subject: Words, words: Words, page_url: str, now: datetime, *, urgent: bool
) -> None:
    """Mail these people, each in their language: that something waits, and nothing of it."""
    for person in people:
        with in_language(person.language):
            text = "\n\n".join(filter(None, (greeting(person.name), words(), page_url))) + "\n"
            put_in_outbox(db, person.email, subject(), text, now, urgent=urgent)
