"""Turns in the chair in a published term: stored with its sessions, swapped by two taps, kept through changes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from gzip import decompress as gunzip
from itertools import product

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedBodyRow
from scheduler.db import Db
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotFound, NotPossible
from scheduler.mail.tables import MailRow
from scheduler.programmes.tables import ModelRow
from scheduler.sessions.apologies import say_sorry, take_back
from scheduler.sessions.model import OwnGroup
from scheduler.sessions.service import own_group
from scheduler.sessions.turn_register import bring_turns_up_to_date
from scheduler.sessions.turn_swaps import answer_swap, ask_for_turn, lapsed_turns, own_turns, swappable, swaps_asked
from scheduler.sessions.turns import shares_of
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

ADA = PEERS[0]
CLEO, EVE, FINN = NEAR_PEERS[:3]


def seen_by(term: Term, db: Db, name: str) -> OwnGroup:
    return own_group(db, term.actor(name), term.programme_id, "g2")


def chairs(term: Term, db: Db) -> list[str]:
    return [session.chair.name if session.chair else "" for session in seen_by(term, db, EVE).sessions]


def test_turns_are_there_once_published_and_pass_over_who_cannot_come(term: Term) -> None:
    with term.database.reading() as db:
        before, sessions = chairs(term, db), seen_by(term, db, EVE).sessions
        assert before == ["Cleo Thistle", "Eve Moss", "Finn Oak"]
    with term.database.writing() as db:
        say_sorry(db, term.actor(EVE), sessions[1].id, clock.now())
    with term.database.reading() as db:
        after = chairs(term, db)
        assert after[1] != "Eve Moss"
        assert after[0] == before[0], "nothing moves that need not"
        shares = shares_of(seen_by(term, db, EVE).sessions)
        assert shares is not None
        assert (shares.least, shares.most, shares.short) == (0, 1, ())
    others = [name for name in NEAR_PEERS if name != CLEO]
    with term.database.writing() as db:
        for name, session in product(others, sessions[:2]):
            say_sorry(db, term.actor(name), session.id, clock.now())
    with term.database.reading() as db:
        assert chairs(term, db)[:2] == ["Cleo Thistle"] * 2
        shares = shares_of(seen_by(term, db, EVE).sessions)
        assert shares is not None
        assert (shares.most, len(shares.short)) == (2, 2), "what can’t be even is named"
        assert "Cleo Thistle" not in shares.short
    with term.database.writing() as db:
        for name, session in product(others, sessions[:2]):
            take_back(db, term.actor(name), session.id, clock.now())
    with term.database.reading() as db:
        assert max(Counter(chairs(term, db)).values()) == 1


def test_two_taps_swap_two_turns_and_no_third_person_can(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        group = seen_by(term, db, EVE)
        first, second = group.sessions[:2]
        assert [each.id for each in swappable(group, first, term.id_of(EVE), now)] == [second.id]
        assert not swappable(group, second, term.id_of(EVE), now), "a turn of one’s own is no wish"
        for name, error in ((ADA, NotFound), (SPARE, NotFound), (FACILITATOR, NotPossible), (FINN, NotPossible)):
            with pytest.raises(error):
                ask_for_turn(db, term.actor(name), first.id, second.id, now)
        ask_for_turn(db, term.actor(EVE), first.id, second.id, now)
    with term.database.writing() as db:
        for name in (EVE, FINN, FACILITATOR):
            assert not swaps_asked(seen_by(term, db, name), term.id_of(name), now)
            with pytest.raises(NotPossible):
                answer_swap(db, term.actor(name), second.id, now, agrees=True)
        [asked] = swaps_asked(seen_by(term, db, CLEO), term.id_of(CLEO), now)
        assert (asked.name, asked.own.id, asked.theirs.id) == ("Eve Moss", second.id, first.id)
        answer_swap(db, term.actor(CLEO), second.id, now, agrees=True)
    with term.database.writing() as db:
        assert chairs(term, db) == ["Eve Moss", "Cleo Thistle", "Finn Oak"]
        with pytest.raises(NotPossible):
            answer_swap(db, term.actor(CLEO), second.id, now, agrees=True)
        told = [row.details for row in db.scalars(select(AuditRow).where(AuditRow.action.startswith("turn.")))]
        assert all(set(each) <= {"session", "wanted", "offered"} for each in told), "no names"
    with term.database.writing() as db:
        assert not bring_turns_up_to_date(db, term.programme_id, now, None, None), "what was agreed stays"


def test_a_no_and_an_apology_end_a_wish(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        first, second = seen_by(term, db, EVE).sessions[:2]
        ask_for_turn(db, term.actor(EVE), first.id, second.id, now)
    with term.database.writing() as db:
        answer_swap(db, term.actor(CLEO), second.id, now, agrees=False)
        assert not swaps_asked(seen_by(term, db, CLEO), term.id_of(CLEO), now)
        ask_for_turn(db, term.actor(EVE), first.id, second.id, now)
    with term.database.writing() as db:
        say_sorry(db, term.actor(EVE), first.id, now)
    with term.database.writing() as db:
        assert not swaps_asked(seen_by(term, db, CLEO), term.id_of(CLEO), now)
        with pytest.raises(NotPossible):
            answer_swap(db, term.actor(CLEO), second.id, now, agrees=True)


def mails(db: Db) -> list[tuple[str, str, str]]:
    rows = db.execute(select(MailRow.address, MailRow.subject, MailRow.text).order_by(MailRow.id)).all()
    return [(address, subject, text) for address, subject, text in rows if "turn" in subject]


def test_each_is_told_by_one_mail_what_the_other_asks_and_answers(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        first, second = seen_by(term, db, EVE).sessions[:2]
        for _ in range(2):
            ask_for_turn(db, term.actor(EVE), first.id, second.id, now, page_url="https://r.example/my-group")
        [(to, subject, text)] = mails(db)
        row = db.scalars(select(MailRow).order_by(MailRow.id.desc())).first()
        assert row is not None
        assert (row.urgent, row.over_at) == (False, first.starts_at), "it waits for who is asleep, and never comes late"
    assert (to, subject) == (f"{CLEO}@example.org", "Somebody would like to swap turns with you")
    assert text.index("You’d chair on:") < text.index("They’d chair on:")
    assert "https://r.example/my-group" in text
    with term.database.writing() as db:
        answer_swap(db, term.actor(CLEO), second.id, now, agrees=False)
        ask_for_turn(db, term.actor(EVE), first.id, second.id, now)
    with term.database.writing() as db:
        answer_swap(db, term.actor(CLEO), second.id, now, agrees=True)
        told = [(to, subject) for to, subject, _ in mails(db)]
    eve = f"{EVE}@example.org"
    assert told[1:] == [
        (eve, "Somebody is keeping their turn"),
        (to, subject),
        (eve, "Somebody has swapped turns with you"),
    ]


def lapsed(term: Term, db: Db, name: str, at: datetime | None = None) -> list[int]:
    return [each.id for each in lapsed_turns(seen_by(term, db, name), term.id_of(name), at or clock.now())]


def ended(db: Db) -> list[str]:
    return [address for address, subject, _ in mails(db) if subject == "Your offer to swap turns has ended"]


def test_who_offered_a_turn_is_told_that_something_else_put_an_end_to_it(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        first, second, third = seen_by(term, db, EVE).sessions
        ask_for_turn(db, term.actor(EVE), first.id, second.id, now)
        ask_for_turn(db, term.actor(FINN), first.id, third.id, now)
    with term.database.writing() as db:
        answer_swap(db, term.actor(CLEO), second.id, now, agrees=True)
    with term.database.writing() as db:
        assert ended(db) == [f"{FINN}@example.org"], "the one who was first is not told of an end"
        assert lapsed(term, db, FINN) == [third.id]
        for name in (CLEO, EVE, FACILITATOR):
            assert not lapsed(term, db, name), "nobody else reads of it"
        assert not swaps_asked(seen_by(term, db, EVE), term.id_of(EVE), now), "who has the turn now was never asked"
        [text] = [text for _, subject, text in mails(db) if "ended" in subject]
        assert not any(name in text for name in ("Cleo", "Eve")), "who changed what stays unsaid"
        assert "{this service}/my-group" in text, "an address that is put in when it is sent"
        bring_turns_up_to_date(db, term.programme_id, now, None, None)
        assert len(ended(db)) == 1, "once"
        ask_for_turn(db, term.actor(FINN), first.id, third.id, now)
        assert not lapsed(term, db, FINN), "a new offer takes its place"
    with term.database.writing() as db:
        say_sorry(db, term.actor(EVE), third.id, now)
    with term.database.writing() as db:
        assert ended(db) == [f"{FINN}@example.org"] * 2, "the other can’t come to what they’d chair"


def test_an_offer_that_nobody_answers_ends_when_its_first_session_begins(term: Term) -> None:
    with term.database.writing() as db:
        first, second = seen_by(term, db, EVE).sessions[:2]
        ask_for_turn(db, term.actor(EVE), first.id, second.id, clock.now())
        bring_turns_up_to_date(db, term.programme_id, first.starts_at - timedelta(minutes=1), None, None)
        assert not ended(db)
        for _ in range(2):
            bring_turns_up_to_date(db, term.programme_id, first.starts_at, None, None)
        assert ended(db) == [f"{EVE}@example.org"]
        db.expire_all()
        assert lapsed(term, db, EVE, first.starts_at) == [second.id]
        assert not lapsed(term, db, EVE, second.ends_at), "what is over needs no word"


def test_no_mail_goes_to_who_may_not_open_the_group(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        first, second = seen_by(term, db, EVE).sessions[:2]
        line = f"{CLEO}@example.org,{FINN}@example.org,supervises,,\n".encode()
        import_relations(db, term.coordinator(), term.programme_id, b"person,about,kind,from,to\n" + line, now)
    with term.database.writing() as db:
        ask_for_turn(db, term.actor(EVE), first.id, second.id, now)
        assert not mails(db)


def last_modified(term: Term, db: Db, name: str, uid: str) -> str:
    feed = open_feed(db, term.actor(name), Subject(Purpose.PERSON), clock.now())
    body = gunzip(db.get_one(FeedBodyRow, feed.feed_id).gzipped).decode()
    [event] = [part for part in body.split("BEGIN:VEVENT") if f"UID:{uid}" in part]
    return next(line for line in event.splitlines() if line.startswith("LAST-MODIFIED"))


def test_who_gives_a_turn_up_has_a_newer_event_and_nobody_else_has(term: Term) -> None:
    later = clock.now() + timedelta(hours=1)
    with term.database.writing() as db:
        sessions = seen_by(term, db, EVE).sessions
        uid = sessions[0].uid
        before = {name: last_modified(term, db, name, uid) for name in (CLEO, EVE, FINN)}
        ask_for_turn(db, term.actor(EVE), sessions[0].id, sessions[1].id, later)
    with term.database.writing() as db:
        answer_swap(db, term.actor(CLEO), sessions[1].id, later, agrees=True)
    with term.database.writing() as db:
        after = {name: last_modified(term, db, name, uid) for name in (CLEO, EVE, FINN)}
    assert after[CLEO] > before[CLEO], "their line is gone"
    assert after[EVE] > before[EVE]
    assert after[FINN] == before[FINN], "and it tells nobody else"


def test_a_kind_without_turns_has_none_and_what_is_over_stays(term: Term) -> None:
    with term.database.writing() as db:
        sessions = seen_by(term, db, EVE).sessions
        later = sessions[0].ends_at
        db.execute(update(ModelRow).values(turns=False))
        bring_turns_up_to_date(db, term.programme_id, later, None, None)
        db.expire_all()
        assert chairs(term, db) == ["Cleo Thistle", "", ""]
        assert not own_turns(seen_by(term, db, EVE), term.id_of(EVE), later)


def test_ones_own_calendar_alone_tells_whose_turn_it_is(term: Term) -> None:
    with term.database.writing() as db:
        bodies = {}
        for name in (CLEO, EVE):
            feed = open_feed(db, term.actor(name), Subject(Purpose.PERSON), clock.now())
            bodies[name] = gunzip(db.get_one(FeedBodyRow, feed.feed_id).gzipped).decode().replace("\r\n ", "")
    turns = {name: body.count("chairing this time") for name, body in bodies.items()}
    assert turns == {CLEO: 1, EVE: 1}, "each has one of three"
    assert "Eve" not in bodies[CLEO], "nobody is named"
