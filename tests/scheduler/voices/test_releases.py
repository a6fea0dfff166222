"""“Were you really released?”: who is asked, how long, and what nobody can find out from the rates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.own_data.deletion import delete_everything
from scheduler.releases.tables import ReleaseRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.voices.model import ASKED_FOR, SETTLES_AFTER, ReleaseAnswer, Released, in_whole_fives
from scheduler.voices.releases import (
    answer_release_question,
    get_release_question,
    own_release_questions,
    put_release_questions,
    release_answers,
    release_rates,
    releases_needed,
    say_released,
    take_names_off_answers,
)
from scheduler.voices.tables import ReleaseAnswerRow
from tests.scheduler.releases.rostered import needed
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term

ADA, BEN, CAT, DAN = PEERS
HOUR = timedelta(hours=1)


def test_only_those_who_needed_a_release_are_asked_after_the_session(rostered: Term) -> None:
    session = rostered.session()
    after = session.ends_at + HOUR
    asked = set(needed(rostered))
    assert asked
    with rostered.database.writing() as db:
        for name in (*PEERS, *NEAR_PEERS, FACILITATOR):
            questions = own_release_questions(db, rostered.actor(name), after)
            assert [one.session_id for one in questions] == [session.id] * (name in asked), name
            assert own_release_questions(db, rostered.actor(name), session.ends_at - HOUR) == ()
            assert own_release_questions(db, rostered.actor(name), session.ends_at + ASKED_FOR) == ()
            if name not in asked:
                with pytest.raises(NotFound):
                    say_released(db, rostered.actor(name), session.id, Released.YES, after)
        assert releases_needed(db, rostered.programme_id, after) == {
            (session.id, rostered.id_of(name)) for name in asked
        }


def test_an_answer_can_be_changed_for_a_day_and_counts_afterwards(rostered: Term) -> None:
    session, name = rostered.session(), sorted(needed(rostered))[0]
    after, me = session.ends_at + HOUR, rostered.actor(name)
    with rostered.database.writing() as db:
        before = db.scalar(select(func.count()).select_from(AuditRow))
        with pytest.raises(NotPossible, match="over yet"):
            say_released(db, me, session.id, Released.YES, session.ends_at - HOUR)
        say_released(db, me, session.id, Released.YES, after)
        say_released(db, me, session.id, Released.NO, after + HOUR)
        assert [one.said for one in own_release_questions(db, me, after + HOUR)] == [Released.NO]
        assert release_answers(db, rostered.programme_id, after + HOUR) == ()
        settled = after + HOUR + SETTLES_AFTER
        assert own_release_questions(db, me, settled) == ()
        with pytest.raises(NotPossible, match="closed"):
            say_released(db, me, session.id, Released.YES, settled)
        [answer] = release_answers(db, rostered.programme_id, settled)
        assert (answer.person_id, answer.answer) == (rostered.id_of(name), Released.NO)
        assert db.scalar(select(func.count()).select_from(AuditRow)) == before, "the trail knows nothing of it"


def test_a_link_answers_for_whom_it_names_and_needs_nothing_else(rostered: Term) -> None:
    session, asked = rostered.session(), sorted(needed(rostered))
    everybody = [(session.id, rostered.id_of(name)) for name in (*PEERS, FACILITATOR)]
    after = session.ends_at + HOUR
    with rostered.database.writing() as db:
        links = put_release_questions(db, everybody)
        assert links.keys() == {(session.id, rostered.id_of(name)) for name in asked}
        assert put_release_questions(db, everybody) == links, "a second reminder has the same link"
        link = links[session.id, rostered.id_of(asked[0])]
        assert get_release_question(db, link, session.starts_at).is_ahead
        answer_release_question(db, link, Released.OFF, after)
        assert get_release_question(db, link, after).said is Released.OFF
        with pytest.raises(NotFound):
            get_release_question(db, max(links.values()) + 1, after)


def test_nobody_is_asked_of_a_session_that_did_not_take_place_or_a_release_that_was_not_needed(rostered: Term) -> None:
    session, name = rostered.session(), sorted(needed(rostered))[0]
    after, me = session.ends_at + HOUR, rostered.actor(name)
    with rostered.database.writing() as db:
        [link] = put_release_questions(db, [(session.id, rostered.id_of(name))]).values()
        db.get_one(SessionRow, session.id).status = SessionStatus.CANCELLED
        db.flush()
        assert own_release_questions(db, me, after) == ()
        with pytest.raises(NotFound):
            answer_release_question(db, link, Released.NO, after)
        db.get_one(SessionRow, session.id).status = SessionStatus.CONFIRMED
        for row in db.scalars(select(ReleaseRow)):
            row.ended_at = clock.now()
        db.flush()
        with pytest.raises(NotFound):
            answer_release_question(db, link, Released.NO, after)


def test_rates_are_for_coordinators_and_never_of_fewer_than_five(rostered: Term) -> None:
    session, asked = rostered.session(), sorted(needed(rostered))
    late = session.ends_at + HOUR + SETTLES_AFTER
    with rostered.database.writing() as db:
        for name in asked:
            say_released(db, rostered.actor(name), session.id, Released.YES, session.ends_at + HOUR)
        assert release_rates(db, rostered.coordinator(), rostered.programme_id, late) == ()
        more = [rostered.id_of(name) for name in (*PEERS, *NEAR_PEERS) if name not in asked]
        like = db.scalars(select(ReleaseRow).where(ReleaseRow.person_id == rostered.id_of(asked[0]))).one()
        for person_id in more[: 5 - len(asked)]:
            values = {c.name: getattr(like, c.name) for c in ReleaseRow.__table__.columns if c.name != "id"}
            db.add(ReleaseRow(**{**values, "person_id": person_id}))
            db.flush()
            [link] = put_release_questions(db, [(session.id, person_id)]).values()
            answer_release_question(db, link, Released.NO, session.ends_at + HOUR)
        [rate] = release_rates(db, rostered.coordinator(), rostered.programme_id, late)
        assert (rate.yes, rate.no, rate.off) == (len(asked), 5 - len(asked), 0)
        assert rate.share == len(asked) / 5
        for actor in (rostered.actor(FACILITATOR), rostered.actor(ADA)):
            with pytest.raises(NotAllowed):
                release_rates(db, actor, rostered.programme_id, late)
        link = min(db.scalars(select(ReleaseAnswerRow.id).where(ReleaseAnswerRow.person_id == like.person_id)))
    gone = rostered.id_of(asked[0])
    with rostered.database.writing() as db:
        delete_everything(db, rostered.coordinator(), gone, late)
    with rostered.database.writing() as db:
        after = release_rates(db, rostered.coordinator(), rostered.programme_id, late)
        assert after == (rate,), "whoever deletes someone learns nothing of what they said"
        assert gone not in {row.person_id for row in db.scalars(select(ReleaseAnswerRow))}
        with pytest.raises(NotFound):
            answer_release_question(db, link, Released.NO, session.ends_at + HOUR)


def test_all_that_one_person_said_goes_on_counting_as_ones(rostered: Term) -> None:
    session, name = rostered.session(), sorted(needed(rostered))[0]
    of = {"person_id": rostered.id_of(name), "session_id": session.id}
    with rostered.database.writing() as db:
        like = db.scalars(select(ReleaseRow).where(ReleaseRow.person_id == of["person_id"])).first()
        other = next(each for each in db.scalars(select(SessionRow)) if each.id != session.id)
        values = {c.name: getattr(like, c.name) for c in ReleaseRow.__table__.columns if c.name != "id"}
        db.add(ReleaseRow(**{**values, "session_id": other.id}))
        for session_id, answer in ((session.id, Released.YES), (other.id, Released.NO)):
            said = {"answer": answer, "said_at": session.ends_at}
            db.add(ReleaseAnswerRow(**{**of, "session_id": session_id}, **said))
        db.flush()
        take_names_off_answers(db, (rostered.id_of(name),))
        found = release_answers(db, rostered.programme_id, session.ends_at + SETTLES_AFTER)
        assert {each.answer for each in found} == {Released.YES, Released.NO}
        [one] = {each.person_id for each in found}
        assert one < 0


NOW = clock.now()
ANSWERS = st.lists(
    st.builds(
        ReleaseAnswer,
        st.integers(1, 9), st.integers(1, 4), st.just(1), st.sampled_from(Released),
        st.integers(0, 50).map(lambda hours: NOW + timedelta(hours=hours)),
    ),
    max_size=30,
)  # fmt: skip


@given(ANSWERS, st.integers(0, 50), st.integers(0, 50))
def test_two_looks_differ_by_five_people_or_not_at_all(answers: list[ReleaseAnswer], first: int, second: int) -> None:
    earlier, later = sorted((first, second))
    seen = [
        in_whole_fives([each for each in answers if each.said_at <= NOW + timedelta(hours=hours)])
        for hours in (earlier, later)
    ]
    assert seen[1][: len(seen[0])] == seen[0]
    new = seen[1][len(seen[0]) :]
    assert not new or len({each.person_id for each in new}) >= 5
