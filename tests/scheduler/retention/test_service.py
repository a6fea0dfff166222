"""What a programme keeps goes when its time is over, not a day before, and figures are what they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.chain import verify
from scheduler.audit.tables import AuditRow
from scheduler.cli import rounds
from scheduler.db import Database
from scheduler.desk.tallies import tallies_of
from scheduler.groups.records import sessions_led
from scheduler.joining.tables import AnswerRow
from scheduler.mail.tables import MailRow
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.plans.tables import PlanRow
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.retention import service
from scheduler.retention.attendance import POOLED
from scheduler.retention.service import Due, Kept, carry_out, due
from scheduler.sessions.published_figures import figures_of
from scheduler.sessions.quorum import needed_by_group
from scheduler.sessions.tables import AttendanceShareRow, AttendedRow, AttendeeRow, SessionRow
from scheduler.voices.tables import PulseAnswerRow, PulseRow
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term, a_term

DAY = timedelta(days=1)


@pytest.fixture
def term(storage: Database) -> Term:
    """A term in which people wished and told; three came to each session of four, and so did the facilitator."""
    term = a_term(storage)
    of = {"programme_id": term.programme_id, "person_id": term.id_of("ada.quill")}
    with storage.writing() as db:
        db.add(WishRow(**of, about_id=term.id_of("ben.marrow"), kind="avoid"))
        db.execute(update(AnswerRow).where(AnswerRow.person_id == of["person_id"]).values(needs="Wintergreen"))
        family = {"person_id": of["person_id"], "about_id": term.id_of("finn.oak"), "kind": "family"}
        db.add(
            RelationRow(id=-7, programme_id=term.programme_id, declared=True, declared_by_id=of["person_id"], **family)
        )
        part = (ParticipantRow.programme_id == term.programme_id, ParticipantRow.person_id == of["person_id"])
        db.execute(update(ParticipantRow).where(*part).values(tags=["part-time"], traits={"faith": "Sassafras"}))
        for row in db.scalars(select(AttendeeRow)).all():
            came = row.person_id not in (term.id_of(PEERS[3]), term.id_of(NEAR_PEERS[3]))
            db.add(AttendedRow(session_id=row.session_id, person_id=row.person_id, came=came, noted_at=clock.now()))
    return term


def days_after_the_end(term: Term, days: int, hour: int = 12) -> datetime:
    with term.database.reading() as db:
        row = db.get_one(ProgrammeRow, term.programme_id)
    return datetime.combine(row.last_day + days * DAY, time(hour), ZoneInfo(row.zone))


def what_is_due(term: Term, now: datetime) -> set[Kept]:
    with term.database.reading() as db:
        return {each.what for each in due(db, now)}


def figures(term: Term, now: datetime) -> tuple[object, ...]:
    """What pages make of attendance: numbers of each session, and the facilitator's own record."""
    with term.database.reading() as db:
        needed = needed_by_group(db, get_programme(db, term.programme_id))
        tallies = tallies_of(db, term.programme_id, needed)
        plan_id = db.scalars(select(PlanRow.id).where(PlanRow.state == "published")).one()
        published = replace(figures_of(db, term.coordinator(), term.programme_id, plan_id), least=None)
        return tallies, published, sessions_led(db, term.actor(FACILITATOR), now)


def actions(term: Term) -> list[tuple[str, object]]:
    with term.database.reading() as db:
        rows = db.execute(select(AuditRow.action, AuditRow.details).where(AuditRow.action.like("retention.%")))
        return [(action, details["count"]) for action, details in rows]


EXPECTED = {-1: set(), 89: set(), 90: set(), 91: {Kept.PREFERENCES}, 365: {Kept.PREFERENCES}, 366: {*Kept}}
"""What is due so many days after the end."""


def test_each_goes_on_its_day_and_not_before(term: Term) -> None:
    assert {days: what_is_due(term, days_after_the_end(term, days)) for days in EXPECTED} == EXPECTED


def test_the_programmes_own_days_and_an_early_end_count(term: Term) -> None:
    now = days_after_the_end(term, 20)
    with term.database.writing() as db:
        db.execute(update(ProgrammeRow).values(preferences_days=19, attendance_days=0))
    assert what_is_due(term, now) == {*Kept}
    with term.database.writing() as db:
        db.execute(update(ProgrammeRow).values(preferences_days=21, attendance_days=400))
    assert what_is_due(term, now) == set()
    with term.database.writing() as db:
        db.execute(update(ProgrammeRow).values(ended_at=now - 30 * DAY, archived_at=now))
    assert what_is_due(term, now) == {Kept.PREFERENCES}, "archived programmes forget, too"


def test_wishes_and_circumstances_are_gone_everywhere_and_once(term: Term) -> None:
    now = days_after_the_end(term, 91)
    assert carry_out(term.database, now)
    with term.database.reading() as db:
        assert db.scalars(select(WishRow)).all() == []
        assert db.scalars(select(RelationRow).where(RelationRow.declared)).all() == []
        assert {row.needs for row in db.scalars(select(AnswerRow))} <= {""}
        assert not any(row.tags or row.traits or row.interests for row in db.scalars(select(ParticipantRow)))
        assert db.scalars(select(AttendedRow)).all(), "attendance has its own time"
    assert [action for action, _ in actions(term)] == ["retention.preferences"]
    assert carry_out(term.database, now) == ()
    assert len(actions(term)) == 1


def test_an_answer_to_the_pulse_is_nobodys_then_unless_it_can_still_be_given(term: Term) -> None:
    now = days_after_the_end(term, 91)
    of = {"programme_id": term.programme_id, "person_id": term.id_of("ada.quill")}
    with term.database.writing() as db:
        db.add(
            PulseRow(programme_id=term.programme_id, opens_on=now.date() - 10 * DAY, instrument="own", questions=["?"])
        )
        db.add(PulseAnswerRow(**of, question=0, value=4, said_at=now - 5 * DAY))
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == of["person_id"]).values(stays_on=True))

    def named() -> list[tuple[int | None, int]]:
        with term.database.reading() as db:
            return [(row.person_id, row.value) for row in db.scalars(select(PulseAnswerRow))]

    carry_out(term.database, now)
    assert named() == [(of["person_id"], 4)], "who answered while it is open is not asked twice"
    with term.database.reading() as db:
        assert not any(row.stays_on for row in db.scalars(select(ParticipantRow)))
    assert [each.what for each in carry_out(term.database, now + 10 * DAY)] == [Kept.PREFERENCES]
    assert named() == [(None, 4)], "the result stays"


def test_figures_of_attendance_are_the_same_after_it(term: Term) -> None:
    now = days_after_the_end(term, 366)
    before = figures(term, now)
    carry_out(term.database, now)
    assert figures(term, now) == before
    with term.database.reading() as db:
        roles = set(db.scalars(select(AttendeeRow.role)))
        assert {role.value for role in roles} == {"facilitator"}, "facilitators keep their own hours"
        assert len(db.scalars(select(AttendedRow)).all()) == len(db.scalars(select(AttendeeRow)).all())
        shares = db.scalars(select(AttendanceShareRow)).all()
        for aspect in ("grade", "site", "hours", "nights"):
            of = [row for row in shares if row.aspect == aspect]
            sessions = len(db.scalars(select(SessionRow)).all())
            assert (sum(row.people for row in of), sum(row.came for row in of)) == (8, 3 * sessions)
            assert sum(row.noted for row in of) == 4 * sessions
        assert [row.value for row in shares if row.aspect == "grade"] == [POOLED], "six and two: both are pooled"
        assert verify(db).broken == ()


def test_it_may_stop_half_way_and_be_run_again(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    now = days_after_the_end(term, 366)
    do = service._carry_out

    def fail(db: object, each: Due, at: datetime) -> None:
        do(db, each, at)  # type: ignore[arg-type]
        if each.what is Kept.ATTENDANCE:
            raise RuntimeError("the machine stops")

    monkeypatch.setattr(service, "_carry_out", fail)
    before = figures(term, now)
    with pytest.raises(RuntimeError):
        carry_out(term.database, now)
    monkeypatch.undo()
    assert what_is_due(term, now) == {Kept.ATTENDANCE}
    carry_out(term.database, now)
    assert (what_is_due(term, now), figures(term, now)) == (set(), before)


def test_what_piles_up_has_its_time(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        for days, waits in ((89, None), (91, None), (91, now)):
            db.add(MailRow(address="a@b", subject="", text="", created_at=now - days * DAY, next_try_at=waits))
    carry_out(term.database, now)
    with term.database.reading() as db:
        left = [
            (row.created_at, row.next_try_at) for row in db.scalars(select(MailRow).where(MailRow.address == "a@b"))
        ]
    assert sorted(left, key=str) == sorted([(now - 89 * DAY, None), (now - 91 * DAY, now)], key=str)


def test_the_command_says_first_and_does_it_then(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    term = a_term(database)
    of = {"programme_id": term.programme_id, "person_id": term.id_of("ada.quill")}
    with database.writing() as db:
        db.add(WishRow(**of, about_id=term.id_of("ben.marrow"), kind="avoid"))
        db.execute(update(ProgrammeRow).values(ended_at=clock.now() - 5 * DAY, preferences_days=2))
    monkeypatch.setenv("ROUNDS_DATABASE_URL", database.engine.url.render_as_string())
    monkeypatch.setenv("ROUNDS_SECRET_KEY", "for this test only")
    said = [CliRunner().invoke(rounds, ["retention", *more], catch_exceptions=False).output
            for more in (["--dry-run"], [], [])]  # fmt: skip
    assert "would delete 9 wishes and circumstances" in said[0]
    assert "deleted 9 wishes and circumstances" in said[1]
    assert said[2] == "Nothing is due.\n"
