"""Weeks in writing: who can't be there takes part by e-mail or page, apart from those missing, and nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.desk.tallies import tallies_of
from scheduler.enrolment.person_card import get_card
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.groups.agenda import suggest
from scheduler.groups.letters import places_in
from scheduler.groups.records import as_csv, sessions_led
from scheduler.groups.tables import ThreadReplyRow, ThreadRow
from scheduler.groups.thread import OPEN_FOR, Thread, find_thread, reply
from scheduler.groups.written_weeks import BEGINS_BEFORE, attend_to_weeks, stop_writing, take_part_in_writing
from scheduler.invitations.inbound_mail import Outcome, take_message
from scheduler.invitations.mail_reader import read_message
from scheduler.mail.addresses import Tags
from scheduler.mail.tables import MailRow
from scheduler.people.model import RelationKind
from scheduler.people.tables import RelationRow
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.apologies import take_back
from scheduler.sessions.attendance import note_who_came
from scheduler.sessions.model import Attendance
from scheduler.sessions.quorum import needed_by_group
from scheduler.sessions.service import own_session
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

SETTINGS = Settings(
    "sqlite://", "k" * 40, base_url="https://rounds.example", smtp_url="smtp://localhost",
    mail_from="rounds@example.org", mail_tag="+",
)  # fmt: skip
CLEO, EVE, FINN, GUS = NEAR_PEERS
ANSWER = "Telling a family at three in the morning."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def write_instead(term: Term, name: str = EVE, now: datetime | None = None) -> None:
    with term.database.writing() as db:
        take_part_in_writing(db, term.actor(name), term.session("g2").id, now or clock.now())


def attend(term: Term, now: datetime, settings: Settings = SETTINGS) -> Sequence[MailRow]:
    """What one look of the service puts into the outbox about weeks in writing."""
    with term.database.reading() as db:
        known = set(db.scalars(select(MailRow.id)))
    attend_to_weeks(term.database, settings, now)
    with term.database.reading() as db:
        return [row for row in db.scalars(select(MailRow).order_by(MailRow.address)) if row.id not in known]


def answer(term: Term, to: MailRow, text: str = ANSWER, sender: str = "", now: datetime | None = None) -> Outcome:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender or to.address, to.reply_to, f"Re: {to.subject}"
    quoted = "\n".join(f"> {line}" for line in to.text.split("\n"))
    message.set_content(f"{text}\n\nOn Tue, 1 Sep 2026 at 10:00, Mentor Rounds wrote:\n{quoted}\n")
    received = read_message(Tags(SETTINGS), message.as_bytes())
    with term.database.writing() as db:
        return take_message(db, SETTINGS, received, now or clock.now())


def place_of(term: Term, name: str = EVE, reader: str = GUS) -> Attendance:
    with term.database.reading() as db:
        _group, session = own_session(db, term.actor(reader), term.session("g2").id)
    found = session.attendee(term.id_of(name))
    assert found is not None
    return found


def read(term: Term, name: str = GUS) -> Thread | None:
    with term.database.reading() as db:
        return find_thread(db, term.actor(name), term.session("g2").id)


def before(term: Term) -> datetime:
    """When its questions are due."""
    return term.session("g2").starts_at - BEGINS_BEFORE


def test_the_questions_go_out_the_answer_comes_by_mail_and_the_group_has_it_once_a_day(term: Term) -> None:
    session = term.session("g2")
    with term.database.writing() as db:
        suggest(db, term.actor(GUS), term.programme_id, "g2", "How to say no", clock.now(), session.id)
    write_instead(term)
    assert (place_of(term).mark, place_of(term).in_writing) == ("0", True)
    assert attend(term, before(term) - HOUR) == [], "it is too soon"
    now = before(term)
    [prompt] = attend(term, now)
    assert prompt.address == f"{EVE}@example.org"
    assert "- How to say no" in prompt.text
    assert attend(term, now + HOUR) == [], "asked once"
    assert answer(term, prompt, now=now + HOUR) is Outcome.PASSED_ON
    assert answer(term, prompt, now=now + HOUR) is Outcome.PASSED_ON
    with term.database.reading() as db:
        assert [row.text for row in db.scalars(select(ThreadReplyRow))] == [ANSWER], "without what it quotes, and once"
    assert attend(term, now + 2 * HOUR) == []
    digests = attend(term, now + DAY)
    assert [row.address for row in digests] == sorted(f"{name}@example.org" for name in (CLEO, FINN, GUS, FACILITATOR))
    assert all(f"Eve Moss:\n{ANSWER}" in row.text for row in digests)
    assert not any(f"{name}@" in row.text for row in digests for name in (*NEAR_PEERS, FACILITATOR))
    assert len({row.reply_to for row in digests}) == 4
    assert not any("cora@" in row.reply_to for row in (prompt, *digests)), "nothing goes to a coordinator"
    assert answer(term, digests[0], "So do I.", now=now + DAY + HOUR) is Outcome.PASSED_ON
    assert attend(term, now + DAY + 2 * HOUR) == [], "one digest a day"
    again = {row.address: row.text for row in attend(term, now + 2 * DAY)}
    assert "So do I." in again[f"{EVE}@example.org"]
    assert ANSWER not in again[f"{GUS}@example.org"], "nothing is told twice"


def test_everything_that_was_written_is_deleted_when_the_week_is_over(term: Term) -> None:
    write_instead(term)
    now = before(term)
    [prompt] = attend(term, now)
    answer(term, prompt, now=now + HOUR)
    over = now + OPEN_FOR
    last = attend(term, over)
    assert all("week has ended" in row.text and ANSWER in row.text for row in last)
    assert len(last) == 4
    with term.database.reading() as db:
        assert db.scalars(select(ThreadReplyRow)).all() == []
        assert [row.question for row in db.scalars(select(ThreadRow))] == [""]
        assert not [row for row in db.scalars(select(AuditRow)) if ANSWER in str(row.details)]
    assert place_of(term).wrote, "that they took part stays"
    with pytest.raises(NotPossible, match="closed"):
        answer(term, prompt, now=over)
    assert attend(term, over + DAY) == []


def test_it_ends_without_a_mail_server_too(term: Term) -> None:
    quiet = Settings("sqlite://", "k" * 40)
    write_instead(term)
    assert attend(term, before(term), quiet) == []
    with term.database.writing() as db:
        reply(db, term.actor(EVE), term.session("g2").id, ANSWER, before(term) + HOUR)
    attend(term, before(term) + OPEN_FOR, quiet)
    with term.database.reading() as db:
        assert db.scalars(select(ThreadReplyRow)).all() == []


def test_whoever_comes_after_all_is_asked_nothing(term: Term) -> None:
    write_instead(term)
    with term.database.writing() as db:
        take_back(db, term.actor(EVE), term.session("g2").id, clock.now())
    assert (place_of(term).comes, place_of(term).in_writing) == (True, False)
    write_instead(term)
    with term.database.writing() as db:
        stop_writing(db, term.actor(EVE), term.session("g2").id, clock.now())
    assert (place_of(term).comes, place_of(term).in_writing) == (False, False)
    assert attend(term, before(term)) == []


def test_nothing_is_mailed_once_the_programme_has_ended_and_all_of_it_is_deleted(term: Term) -> None:
    write_instead(term)
    write_instead(term, FINN)
    [prompt, _other] = attend(term, before(term))
    answer(term, prompt, now=before(term) + HOUR)
    write_instead(term, GUS)
    with term.database.writing() as db:
        db.execute(update(ProgrammeRow).values(ended_at=before(term) + HOUR))
    assert attend(term, before(term) + DAY) == []
    assert attend(term, before(term) + OPEN_FOR) == []
    with term.database.reading() as db:
        assert db.scalars(select(ThreadReplyRow)).all() == []


def test_a_link_that_fails_is_no_end_of_it(term: Term) -> None:
    """Who could not get through says so afterwards, and gets the questions at once."""
    later = term.session("g2").ends_at + DAY
    write_instead(term, now=later)
    [prompt] = attend(term, later)
    assert "What has been on your mind" in prompt.text
    with pytest.raises(NotPossible, match="too late"):
        write_instead(term, FINN, now=term.session("g2").ends_at + OPEN_FOR)


def test_nobody_else_takes_part_writes_or_is_written_to(term: Term) -> None:
    for outsider in (PEERS[0], SPARE):
        with pytest.raises(NotFound):
            write_instead(term, outsider)
    with pytest.raises(NotFound), term.database.writing() as db:
        take_part_in_writing(db, term.coordinator(), term.session("g2").id, clock.now())
    write_instead(term)
    [prompt] = attend(term, before(term))
    with pytest.raises(NotAllowed, match="another address"):
        answer(term, prompt, sender=f"{PEERS[0]}@example.org")
    prompt.reply_to = prompt.reply_to.replace("+t", "+t9")
    with pytest.raises(Rejected, match="not read"):
        answer(term, prompt)
    found = read(term)
    assert found is not None
    assert found.replies == ()


def test_whoever_has_power_over_somebody_in_it_reads_none_of_it(term: Term) -> None:
    """A relation that comes later closes the digest as it closes the page; who has muted the group gets none either."""
    write_instead(term)
    [prompt] = attend(term, before(term))
    answer(term, prompt, now=before(term) + HOUR)
    with term.database.writing() as db:
        db.add(
            RelationRow(
                programme_id=term.programme_id, person_id=term.id_of(FACILITATOR), about_id=term.id_of(CLEO),
                kind=RelationKind.ASSESSES, declared=False,
            )
        )  # fmt: skip
        places_in(db, term.programme_id, "g2", [term.id_of(GUS)])[term.id_of(GUS)].muted = True
    digests = attend(term, before(term) + DAY)
    assert [row.address for row in digests] == [f"{name}@example.org" for name in (CLEO, FINN)]


def test_it_is_told_apart_from_missing_in_every_figure(term: Term) -> None:
    write_instead(term)
    now = term.session("g2").starts_at - HOUR
    attend_to_weeks(term.database, SETTINGS, now)
    with term.database.writing() as db:
        reply(db, term.actor(EVE), term.session("g2").id, ANSWER, now)
        past = clock.now() - timedelta(days=2)
        held = update(SessionRow).where(SessionRow.id == term.session("g2").id)
        db.execute(held.values(starts_at=past, ends_at=past + HOUR))
    with term.database.writing() as db:
        came = {term.id_of(name) for name in (CLEO, FINN, FACILITATOR)}
        note_who_came(db, term.actor(FACILITATOR), term.session("g2").id, came, clock.now())
    with term.database.reading() as db:
        [tally] = [
            each
            for each in tallies_of(db, term.programme_id, needed_by_group(db, get_programme(db, term.programme_id)))
            if each.session_id == term.session("g2").id
        ]
        cards = {
            name: get_card(db, term.coordinator(), term.programme_id, term.id_of(name), clock.now())
            for name in (EVE, GUS, CLEO)
        }
        [led] = [each for each in sessions_led(db, term.actor(FACILITATOR), clock.now()) if each.residents is not None]
    assert (tally.came, tally.noted, tally.wrote) == (2, 4, 1)
    figures = {name: (card.came.came, card.came.missed, card.came.in_writing) for name, card in cards.items()}
    assert figures == {EVE: (0, 0, 1), GUS: (0, 1, 0), CLEO: (1, 0, 0)}
    assert (led.residents, led.in_writing) == (2, 1)
    assert as_csv([led]).splitlines()[1].endswith("60,2,1")
