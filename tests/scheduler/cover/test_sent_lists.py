"""Cover lists by mail: a list and a table, with what is other than the time before; each sending is recorded."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.coordination.model import MoveSession
from scheduler.coordination.service import carry_out_all
from scheduler.cover.model import Wanted
from scheduler.cover.sent_lists import list_sendings, send_list, to_send
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotPossible
from scheduler.mail.service import send_waiting
from scheduler.sessions import apologies
from scheduler.terms.closure import end_programme
from tests.mail_server import Inbox, serving
from tests.scheduler.cover.test_service import all_days, keep
from tests.scheduler.releases.rostered import a_rostered_term, import_duties
from tests.scheduler.sessions.term import PEERS, Term

ADA, BEN, CAT, DAN = PEERS
ADDRESS = "office@example.org"


@pytest.fixture
def term(storage: Database) -> Term:
    return a_rostered_term(storage)


@pytest.fixture
def office(term: Term) -> int:
    return keep(term, "Rota office", email=ADDRESS)


def days(term: Term, office: int) -> Wanted:
    return all_days(term).only(office)


def send(term: Term, office: int, now: datetime) -> tuple[str, list[dict[str, str]]]:
    """What arrives at a real server: the text, and the table's rows."""
    with term.database.writing() as db:
        send_list(db, term.coordinator(), term.programme_id, days(term, office), now)
    inbox = Inbox()
    with serving(inbox) as settings:
        send_waiting(term.database, settings, now)
    [message] = inbox.taken(ADDRESS)
    [sheet] = message.iter_attachments()
    content = sheet.get_content()
    octets = content.encode() if isinstance(content, str) else content
    assert (sheet.get_content_type(), sheet.get_filename()) == ("text/csv", "cover.csv")
    text = message.get_body(("plain",)).get_content()
    assert message["Reply-To"] is not None
    assert term.session().group_name not in str(message["Subject"]) + text
    return text, list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"))))


def test_the_first_list_names_everybody_and_brings_the_table(term: Term, office: int) -> None:
    text, rows = send(term, office, clock.now())
    assert [row["Name"] for row in rows] == ["Ada Quill", "Ben Marrow", "Cat Osier"]
    assert {(row["Date"], row["Rota manager"]) for row in rows} == {
        (f"{term.session().starts_at:%Y-%m-%d}", "Rota office")
    }
    assert "Ada Quill, NROC, North Hospital" in text
    assert "since we last wrote" not in text


def test_the_next_list_says_what_is_new_changed_and_no_longer_needed(term: Term, office: int) -> None:
    now = clock.now()
    send(term, office, now)
    text, _ = send(term, office, now + timedelta(minutes=1))
    assert "Nothing has changed since we last wrote." in text
    with term.database.writing() as db:
        apologies.say_sorry(db, term.actor(ADA), term.session().id, now)
    import_duties(term, now, (BEN, "NROC", "09:00", "21:00"), (DAN, "NROC", "09:00", "21:00"))
    text, rows = send(term, office, now + timedelta(minutes=2))
    new, changed, over = (
        text.index(words) for words in ("New since we last wrote", "Changed since we last wrote", "No longer needed")
    )
    assert new < text.index("Dan Reed") < changed < text.index("Ben Marrow") < over < text.index("Ada Quill")
    assert [row["Name"] for row in rows] == ["Ben Marrow", "Cat Osier", "Dan Reed"]
    with term.database.reading() as db:
        sendings = list_sendings(db, term.coordinator(), term.programme_id, office)
        told = db.scalars(select(AuditRow.details).where(AuditRow.action == "cover.sent")).all()
    assert [(each.lines, each.new, each.changed, each.over) for each in sendings] == [
        (3, 1, 1, 1), (3, 0, 0, 0), (3, 3, 0, 0),
    ]  # fmt: skip
    assert len(told) == 3


def test_a_list_of_other_days_leaves_what_was_told_of_these(term: Term, office: int) -> None:
    now, week = clock.now(), days(term, office)
    send(term, office, now)
    later = Wanted(week.last_day + timedelta(days=1), week.last_day + timedelta(days=7)).only(office)
    with term.database.writing() as db, pytest.raises(NotPossible):
        send_list(db, term.coordinator(), term.programme_id, later, now)
    with term.database.reading() as db:
        assert to_send(db, term.coordinator(), term.programme_id, later, now).is_empty
        assert to_send(db, term.coordinator(), term.programme_id, week, now).difference.nothing


def test_a_release_that_moves_beyond_the_days_is_changed_and_not_over(term: Term, office: int) -> None:
    now, session = clock.now(), term.session()
    day = session.starts_at.date()
    short = Wanted(day, day).only(office)
    with term.database.writing() as db:
        told = {line.name for line in send_list(db, term.coordinator(), term.programme_id, short, now).lines}
    with term.database.writing() as db:
        acts = (MoveSession(session.id, session.starts_at + timedelta(days=1)),)
        carry_out_all(db, term.coordinator(), acts, "Asked for", now)
    import_duties(term, now, (ADA, "NROC", "09:00", "21:00"))
    with term.database.reading() as db:
        found = to_send(db, term.coordinator(), term.programme_id, short, now)
    assert [line.name for line in found.difference.changed] == ["Ada Quill"]
    assert {line.name for line in found.difference.over} == told - {"Ada Quill"} != set()
    assert found.lines == ()


def test_nothing_is_sent_once_a_programme_has_ended(term: Term, office: int) -> None:
    now = clock.now()
    with term.database.writing() as db:
        end_programme(db, term.coordinator(), term.programme_id, "It is over", now)
    with term.database.writing() as db, pytest.raises(NotPossible):
        send_list(db, term.coordinator(), term.programme_id, days(term, office), now)


def test_without_an_address_or_the_right_to_it_nothing_is_sent(term: Term) -> None:
    office = keep(term, "Rota office")
    with term.database.writing() as db:
        with pytest.raises(NotPossible, match="no e-mail address"):
            send_list(db, term.coordinator(), term.programme_id, days(term, office), clock.now())
        with pytest.raises(NotAllowed):
            send_list(db, term.actor(ADA), term.programme_id, days(term, office), clock.now())
        with pytest.raises(NotAllowed):
            list_sendings(db, term.actor(ADA), term.programme_id, office)
