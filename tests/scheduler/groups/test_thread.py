"""A week in writing: asked and answered by the group alone, for seven days."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.errors import NotFound, NotPossible
from scheduler.groups.letters import places_in
from scheduler.groups.thread import OPEN_FOR, Thread, find_thread, open_thread, reply, reply_by_mail
from scheduler.mail.tables import MailRow
from scheduler.settings import Settings
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

SETTINGS = Settings("sqlite://", "k" * 40, base_url="https://rounds.example", smtp_url="smtp://localhost")
CLEO, EVE, FINN, GUS = NEAR_PEERS
QUESTION, ANSWER = "What was hard last month?", "Telling a family at three in the morning."


def ask(term: Term, name: str = FACILITATOR, now: datetime | None = None) -> None:
    with term.database.writing() as db:
        open_thread(db, SETTINGS, term.actor(name), term.session("g2").id, QUESTION, now or clock.now())


def write(term: Term, name: str, text: str = ANSWER, now: datetime | None = None) -> None:
    with term.database.writing() as db:
        reply(db, term.actor(name), term.session("g2").id, text, now or clock.now())


def read(term: Term, name: str = GUS) -> Thread | None:
    with term.database.reading() as db:
        return find_thread(db, term.actor(name), term.session("g2").id)


def test_the_group_is_told_and_answers_for_a_week(term: Term) -> None:
    assert read(term) is None
    ask(term)
    write(term, EVE)
    found = read(term)
    assert found
    assert (found.question, found.opened_by) == (QUESTION, "Fay Lantern")
    assert [(one.name, one.text) for one in found.replies] == [("Eve Moss", ANSWER)]
    with term.database.reading() as db:
        letters = {row.address: row.text for row in db.scalars(select(MailRow)) if "question" in row.subject}
    assert set(letters) == {f"{name}@example.org" for name in NEAR_PEERS}
    page = f"{SETTINGS.base_url}/sessions/{term.session('g2').id}"
    assert all(page in text and QUESTION in text and "deleted" in text for text in letters.values())
    with pytest.raises(NotPossible, match="has closed"):
        write(term, FINN, now=found.closes_at)
    assert found.closes_at - found.opened_at == OPEN_FOR


def test_whoever_wants_no_mail_about_the_group_gets_none(term: Term) -> None:
    with term.database.writing() as db:
        places_in(db, term.programme_id, "g2", [term.id_of(GUS)])[term.id_of(GUS)].muted = True
    ask(term)
    with term.database.reading() as db:
        letters = {row.address for row in db.scalars(select(MailRow)) if "question" in row.subject}
    assert letters == {f"{name}@example.org" for name in (CLEO, EVE, FINN)}


def test_whoever_writes_again_changes_what_they_wrote(term: Term) -> None:
    ask(term, CLEO)
    write(term, EVE)
    write(term, EVE, "Sleep.")
    found = read(term)
    assert found
    assert [one.text for one in found.replies] == ["Sleep."]
    write(term, EVE, " ")
    found = read(term)
    assert found
    assert found.replies == ()


def test_a_session_has_one_and_not_long_after(term: Term) -> None:
    ask(term)
    with pytest.raises(NotPossible, match="already has"):
        ask(term, CLEO)
    other = term.session("g2", 1)
    too_late = other.ends_at + OPEN_FOR + timedelta(minutes=1)
    with term.database.writing() as db, pytest.raises(NotPossible, match="too late"):
        open_thread(db, SETTINGS, term.actor(CLEO), other.id, QUESTION, too_late)


def test_nobody_else_reads_asks_or_answers_and_nothing_is_recorded(term: Term) -> None:
    ask(term)
    for outsider in (term.actor(PEERS[0]), term.actor(SPARE), term.coordinator()):
        with term.database.writing() as db:
            for use_case, *what in ((find_thread,), (reply, "x", clock.now()), (reply_by_mail, "x", clock.now())):
                with pytest.raises(NotFound):
                    use_case(db, outsider, term.session("g2").id, *what)
            with pytest.raises(NotFound):
                open_thread(db, SETTINGS, outsider, term.session("g2").id, QUESTION, clock.now())
    with term.database.reading() as db:
        assert not [row for row in db.scalars(select(AuditRow)) if "thread" in row.action]
