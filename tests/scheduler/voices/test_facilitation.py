"""Kind feedback on facilitation: who is asked when, and that no pool tells of fewer than five."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Db
from scheduler.errors import NotFound, Rejected
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.voices.facilitation import facilitators_to_tell, own_pools, take_names_off_feedback, tell
from scheduler.voices.tables import FacilitationRow
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

ASKED = timedelta(days=14)


def end_of(db: Db, term: Term) -> datetime:
    programme = get_programme(db, term.programme_id)
    return datetime.combine(programme.last_day, time(12), ZoneInfo(programme.zone))


def say(db: Db, term: Term, name: str, now: datetime, change: str = "time") -> None:
    tell(db, term.actor(name), term.programme_id, term.id_of(FACILITATOR), ["listens"], change, now)


def another_answer(
    db: Db, term: Term, person: str | None, change: str = "time", programme_id: int | None = None
) -> None:
    row = FacilitationRow(
        programme_id=programme_id or term.programme_id, person_id=person and term.id_of(person),
        facilitator_id=term.id_of(FACILITATOR), strengths=["discreet", "listens"], change=change,
        day=clock.now().date(),
    )  # fmt: skip
    db.add(row)
    db.flush()


def test_members_are_asked_once_about_their_own_facilitator_at_the_end_of_a_term(term: Term) -> None:
    with term.database.writing() as db:
        end = end_of(db, term)
        for name in NEAR_PEERS:
            [asked] = facilitators_to_tell(db, term.actor(name), end)
            assert asked.person_id == term.id_of(FACILITATOR)
            assert facilitators_to_tell(db, term.actor(name), end - timedelta(days=23)) == ()
            assert facilitators_to_tell(db, term.actor(name), end + timedelta(days=16)) == ()
        for name in (*PEERS, FACILITATOR):
            assert facilitators_to_tell(db, term.actor(name), end) == ()
            with pytest.raises(NotFound):
                say(db, term, name, end)
        say(db, term, NEAR_PEERS[0], end)
        with pytest.raises(NotFound):
            say(db, term, NEAR_PEERS[0], end)
        with pytest.raises(Rejected):
            say(db, term, NEAR_PEERS[1], end, "never comes")
        with pytest.raises(NotFound):
            tell(db, term.actor(NEAR_PEERS[1]), term.programme_id, term.id_of(SPARE), [], "time", end)
        assert not [row for row in db.scalars(select(AuditRow)) if "tell" in row.action or "facilitation" in row.action]


def test_four_answers_wait_and_five_are_shown_after_the_time_for_answering(term: Term) -> None:
    with term.database.writing() as db:
        end, fay = end_of(db, term), term.actor(FACILITATOR)
        for name in NEAR_PEERS:
            say(db, term, name, end, "nothing")
        later = end + timedelta(days=30)
        assert own_pools(db, fay, later) == (), "four"
        another_answer(db, term, PEERS[0])
        assert own_pools(db, fay, end) == (), "people can still answer"
        [pool] = own_pools(db, fay, later)
        assert (pool.answers, pool.strengths, pool.change) == (5, ("listens", "discreet"), "")
        for name in (SPARE, *NEAR_PEERS):
            assert own_pools(db, term.actor(name), later) == ()
        assert own_pools(db, term.coordinator(), later) == ()


def test_one_wish_for_change_is_shown_only_where_three_share_it(term: Term) -> None:
    with term.database.writing() as db:
        later = end_of(db, term) + timedelta(days=30)
        wishes = ("time", "time", "structure", "structure", "nothing")
        for name, change in zip((*PEERS, NEAR_PEERS[0]), wishes, strict=True):
            another_answer(db, term, name, change)
        [pool] = own_pools(db, term.actor(FACILITATOR), later)
        assert pool.change == ""
        another_answer(db, term, NEAR_PEERS[1], "time")
        [pool] = own_pools(db, term.actor(FACILITATOR), later)
        assert pool.change == "time"


def terms_after(db: Db, term: Term, count: int) -> list[int]:
    """Programmes like the term that end later, each a hundred days after the one before."""
    first, found = db.get_one(ProgrammeRow, term.programme_id), []
    for number in range(1, count + 1):
        values = {c.name: getattr(first, c.name) for c in ProgrammeRow.__table__.columns if c.name != "id"}
        row = ProgrammeRow(**{**values, "slug": f"later-{number}", "name": f"Later {number}"})
        row.first_day = first.first_day + timedelta(days=100 * number)
        row.last_day = first.last_day + timedelta(days=100 * number)
        db.add(row)
        db.flush()
        found.append(row.id)
    return found


def test_terms_are_pooled_until_five_people_have_answered_and_no_pool_shares_answers(term: Term) -> None:
    with term.database.writing() as db:
        end = end_of(db, term)
        others = terms_after(db, term, 2)
        for name in NEAR_PEERS[:3]:
            another_answer(db, term, name)
            another_answer(db, term, name, programme_id=others[0])
        fay, long_after = term.actor(FACILITATOR), end + timedelta(days=400)
        assert own_pools(db, fay, long_after) == (), "six answers of three people"
        for name in PEERS[:2]:
            another_answer(db, term, name, programme_id=others[0])
        [pool] = own_pools(db, fay, long_after)
        assert (pool.answers, pool.first_day) == (8, get_programme(db, term.programme_id).first_day)
        another_answer(db, term, NEAR_PEERS[3], programme_id=others[1])
        assert own_pools(db, fay, long_after) == (pool,), "one more waits for the next pool"


def test_no_pool_appears_goes_or_changes_with_somebody_who_is_deleted(term: Term) -> None:
    """Ada answers in two terms: with her, four people have answered by the second, and five by the third."""
    with term.database.writing() as db:
        later_terms = terms_after(db, term, 3)
        fay, long_after = term.actor(FACILITATOR), end_of(db, term) + timedelta(days=500)
        ada = PEERS[0]
        for name in (ada, *PEERS[1:3]):
            another_answer(db, term, name)
        for name in (ada, PEERS[3]):
            another_answer(db, term, name, "structure", programme_id=later_terms[0])
        assert own_pools(db, fay, long_after) == (), "five answers of four people"
        take_names_off_feedback(db, [term.id_of(ada)])
        db.flush()
        assert own_pools(db, fay, long_after) == (), "nor do they become five because she is gone"
        for name in (*NEAR_PEERS, PEERS[3]):
            another_answer(db, term, name, programme_id=later_terms[1])
        another_answer(db, term, NEAR_PEERS[0], programme_id=later_terms[2])
        before = own_pools(db, fay, long_after)
        assert [pool.answers for pool in before] == [10]
        for name in (*PEERS[1:], *NEAR_PEERS):
            take_names_off_feedback(db, [term.id_of(name)])
            db.flush()
            assert own_pools(db, fay, long_after) == before, name


def test_two_entries_of_one_person_are_one_once_they_are_deleted(term: Term) -> None:
    with term.database.writing() as db:
        later_terms = terms_after(db, term, 1)
        another_answer(db, term, PEERS[0])
        another_answer(db, term, PEERS[1], programme_id=later_terms[0])
        take_names_off_feedback(db, [term.id_of(PEERS[0]), term.id_of(PEERS[1])])
        db.flush()
        assert len(set(db.scalars(select(FacilitationRow.unnamed)))) == 1
