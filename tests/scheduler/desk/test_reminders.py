"""One click reminds whoever owes something, once a week at most, each in their language and with their links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.charters.service import accept, adopt, charter_to_edit
from scheduler.desk.model import ReminderKind
from scheduler.desk.owed import REMIND_AFTER
from scheduler.desk.reminders import remind
from scheduler.errors import NotAllowed
from scheduler.mail.tables import MailRow
from scheduler.people.tables import PersonRow
from tests.scheduler.sessions.term import NEAR_PEERS, PEERS, Term

SITE = "https://rounds.example"


def with_charter(term: Term) -> Term:
    with term.database.writing() as db:
        proposed = charter_to_edit(db, term.coordinator(), term.programme_id)
        adopt(db, term.coordinator(), term.programme_id, proposed, clock.now())
        for name in PEERS:
            accept(db, term.actor(name), term.programme_id, "g1", 1, clock.now())
    return term


def ask(term: Term, days: int = 0) -> int:
    now = clock.now() + timedelta(days=days)
    with term.database.writing() as db:
        return remind(db, term.coordinator(), term.programme_id, ReminderKind.CHARTER, SITE, now)


def letters(term: Term) -> dict[str, MailRow]:
    with term.database.reading() as db:
        rows = db.scalars(select(MailRow).where(MailRow.subject.contains("chart")).order_by(MailRow.id))
        return {row.address: row for row in rows}


def test_only_those_who_have_not_agreed_are_reminded(stored_term: Term) -> None:
    term = with_charter(stored_term)
    assert ask(term) == 5
    sent = letters(term)
    assert f"{NEAR_PEERS[0]}@example.org" in sent
    assert f"{PEERS[0]}@example.org" not in sent
    letter = sent[f"{NEAR_PEERS[0]}@example.org"]
    assert f"{SITE}/groups/{term.programme_id}/g2/charter" in letter.text
    assert letter.reply_to == "cora@example.org"
    assert not letter.urgent


def test_nobody_is_reminded_twice_within_a_week(stored_term: Term) -> None:
    term = with_charter(stored_term)
    assert [ask(term, days) for days in (0, 1, REMIND_AFTER.days - 1, REMIND_AFTER.days + 1)] == [5, 0, 0, 5]


def test_each_is_reminded_in_their_language(term: Term) -> None:
    with_charter(term)
    with term.database.writing() as db:
        person = db.scalars(select(PersonRow).where(PersonRow.id == term.id_of(NEAR_PEERS[1]))).one()
        person.language = "fr"
    ask(term)
    letter = letters(term)[f"{NEAR_PEERS[1]}@example.org"]
    assert "la charte de votre groupe" in letter.subject
    assert "Les dates de votre groupe" in letter.text


def test_where_nothing_is_owed_nobody_is_written_to(term: Term) -> None:
    assert ask(term) == 0
    with term.database.writing() as db:
        assert remind(db, term.coordinator(), term.programme_id, ReminderKind.TRAINING, SITE, clock.now()) == 0
    assert letters(term) == {}


def test_only_coordinators_remind(term: Term) -> None:
    with term.database.writing() as db, pytest.raises(NotAllowed):
        remind(db, term.actor(PEERS[0]), term.programme_id, ReminderKind.CHARTER, SITE, clock.now())
