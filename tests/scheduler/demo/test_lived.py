"""A term that the demo's people have lived: before it, in it, at its end and after, the same each time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from scheduler import clock
from scheduler.audit.chain import verify
from scheduler.audit.tables import AuditRow
from scheduler.consequences import bring_up_to_date, everything
from scheduler.db import Database
from scheduler.demo import lived
from scheduler.demo.lived import live
from scheduler.evidence.programme_counts import counts_of
from scheduler.evidence.tables import EvidenceReleaseRow
from scheduler.groups.records import minutes_led, sessions_led
from scheduler.groups.tables import GoalRow, NoteRow, ThanksRow, ThreadReplyRow
from scheduler.mail.tables import MailRow
from scheduler.oversight.tables import ConcernMessageRow, ConcernRow
from scheduler.people.model import Role
from scheduler.people.roles import appoint
from scheduler.programmes.service import get_programme
from scheduler.retention.service import Kept, carry_out
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow, WritingPlaceRow
from scheduler.settings import Settings
from scheduler.terms.next_term import NextTerm, begin_next_term, usual_next_day
from scheduler.voices.pulse import pulse_result, usual_day
from scheduler.voices.tables import FacilitationRow, GoalWeightRow, NominationRow, PulseAnswerRow, PulseRow
from tests.scheduler.sessions.term import FACILITATOR, Term, a_term

DAY = timedelta(days=1)
SETTINGS = Settings(database_url="", secret_key="kept")


@pytest.fixture
def term(database: Database, monkeypatch: pytest.MonkeyPatch) -> Term:
    """Few sessions, so that each of what happens now and then does happen."""
    for name, every in (
        ("SORRY_EVERY", 3),
        ("MISSED_EVERY", 2),
        ("UNNOTED_EVERY", 5),
        ("THANKED_EVERY", 2),
        ("MOVED_EVERY", 4),
    ):
        monkeypatch.setattr(lived, name, every)
    term = a_term(database)
    with database.writing() as db:
        for name in ("Olga", "Omar"):
            address, now = f"{name}@watch.example.org", clock.now()
            appoint(db, term.coordinator(), term.programme_id, f"{name} Watch", address, Role.OVERSIGHT, now)
        appoint(db, term.coordinator(), term.programme_id, "Dora Dean", "dora@dean.example.org", Role.DIRECTOR, now)
    return term


def ends(term: Term) -> list[datetime]:
    with term.database.reading() as db:
        return list(db.scalars(select(SessionRow.ends_at).order_by(SessionRow.ends_at)))


def lived_until(term: Term, until: datetime) -> int:
    return live(term.database, SETTINGS, term.coordinator(), term.programme_id, until)


def count(term: Term, table: type) -> int:
    with term.database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_before_the_term_nothing_has_happened(term: Term) -> None:
    assert lived_until(term, ends(term)[0] - DAY) == 0
    for table in (AttendedRow, GoalRow, ThanksRow, ConcernRow):
        assert count(term, table) == 0


def test_in_the_term_what_is_over_has_been_lived_and_nothing_ahead(term: Term) -> None:
    middle = ends(term)[2] + DAY
    assert 0 < lived_until(term, middle) < len(ends(term))
    with term.database.reading() as db:
        noted = db.scalars(select(SessionRow).join(AttendedRow, AttendedRow.session_id == SessionRow.id)).all()
        assert all(row.ends_at < middle for row in noted)
        assert all(row.noted_at < middle for row in db.scalars(select(AttendedRow)))
        told = db.scalars(select(AuditRow.at)).all()
        assert all(at < middle for at in told)


def test_at_the_end_the_term_shows_what_terms_leave(term: Term) -> None:
    middle, end = ends(term)[2] + DAY, ends(term)[-1] + 7 * DAY
    lived_until(term, middle)
    lived_until(term, end)
    assert lived_until(term, end) == 0, "each is lived once"
    for table in (GoalRow, NoteRow, ThanksRow, ConcernRow):
        assert count(term, table) > 0, table
    assert count(term, ConcernRow) == 1
    assert count(term, ConcernMessageRow) == 1, "and it was answered"
    with term.database.reading() as db:
        moved = db.scalars(select(AuditRow).where(AuditRow.action == "session.moved")).all()
        assert len(moved) == 1, "and once, though the clock was moved twice"
        came = set(db.scalars(select(AttendedRow.came)))
        sorry = db.scalars(select(AttendeeRow).where(AttendeeRow.mark == "0")).all()
        noted = db.scalar(select(func.count(AttendedRow.session_id.distinct()))) or 0
        led = sessions_led(db, term.actor(FACILITATOR), end)
        assert came == {True, False}
        assert sorry, "somebody said sorry before"
        assert 0 < noted < len(ends(term)), "and one was forgotten"
        assert minutes_led(led) > 0
        assert counts_of(db, term.programme_id, end)["sessions_moved"] == 1, "evidence knows of the coordinator's move"
        assert verify(db).broken == ()
        waiting = db.scalars(select(MailRow).where(MailRow.next_try_at.is_not(None))).all()
        assert len(waiting) < 10, "what was jumped over is not mailed by hundreds"


def test_what_people_are_asked_they_answer_once_at_its_time_and_most_of_them_do(term: Term) -> None:
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
        opens_on = usual_day(db, term.programme_id)
    begins, opens = (datetime.combine(day, time(12), UTC) for day in (programme.first_day, opens_on))
    lived_until(term, begins - DAY)
    assert count(term, PulseRow) == count(term, EvidenceReleaseRow) == 0, "nothing is asked before the term"
    lived_until(term, opens + 3 * DAY)
    early = count(term, PulseAnswerRow)
    lived_until(term, opens + 60 * DAY)
    end = datetime.combine(programme.last_day, time(12), UTC)
    lived_until(term, end + 30 * DAY)
    said = [count(term, each) for each in (PulseAnswerRow, FacilitationRow, NominationRow, EvidenceReleaseRow)]
    lived_until(term, end + 30 * DAY)
    again = [count(term, each) for each in (PulseAnswerRow, FacilitationRow, NominationRow, EvidenceReleaseRow)]
    assert said == again, "nobody answers twice"
    assert 0 < early < said[0] == 7 * 3, "seven of eight residents, three statements"
    assert count(term, GoalWeightRow) > 0
    with term.database.reading() as db:
        result = pulse_result(db, term.coordinator(), term.programme_id, end)
        assert result is not None
        assert result.pulse.changed_text
        assert all(each.answers == 5 for each in result.statements), "in fives"
        assert {day.month for day in db.scalars(select(EvidenceReleaseRow.made_at))} >= {begins.month, end.month}
        assert count(term, NominationRow) == 1
        assert all(db.scalars(select(NominationRow.agrees)))
        wrote = db.scalars(select(WritingPlaceRow.wrote_at)).all()
        assert wrote
        assert all(wrote), "who takes part in writing writes"
        assert not db.scalars(select(ThreadReplyRow)).all(), "and what they wrote is gone when the week is over"


def test_after_the_term_retention_comes_and_the_next_term_begins(term: Term) -> None:
    end = ends(term)[-1]
    lived_until(term, end + DAY)
    with term.database.writing() as db:
        bring_up_to_date(db, everything(term.programme_id, end + DAY))
        first_day = usual_next_day(get_programme(db, term.programme_id), end.date())
        wanted = NextTerm("Next term", first_day, keeps_groups=True)
        after = begin_next_term(db, term.coordinator(), term.programme_id, wanted, end + 2 * DAY)
        own = get_programme(db, term.programme_id).conduct
        assert get_programme(db, after).conduct == own, "the next term keeps things as long"
    came_before = count(term, AttendedRow)
    assert {each.what for each in carry_out(term.database, end + 120 * DAY)} == {Kept.PREFERENCES}
    assert count(term, AttendedRow) == came_before
    assert {each.what for each in carry_out(term.database, end + 400 * DAY)} == {Kept.ATTENDANCE}
    assert 0 < count(term, AttendedRow) < came_before, "facilitators keep their own"
