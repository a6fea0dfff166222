"""Dates that members propose, and how a group agrees on one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, true

from scheduler import clock
from scheduler.availability.entries import replace_own_marks
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedRow
from scheduler.coordination.model import CancelSession, EndGroup, MergeGroups
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.errors import NotFound, NotPossible
from scheduler.people.model import OPERATOR
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ModelRow
from scheduler.publishing.programme_changes import change_programme
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.proposals import (
    Outcome,
    Proposal,
    answer,
    possible_dates,
    proposals_to,
    propose_extra,
    propose_move,
    withdraw,
)
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.sessions.waiting_dates import waiting_dates
from solvers.vocabulary import CANNOT
from tests.builders import publish
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term, a_term, publish_plan, store_plan
from tests.scheduler.sessions.test_apologies import both_at_once

ADA, BEN, CAT, DAN = PEERS
OUTSIDERS = ("eve.moss", FACILITATOR)


def dates(term: Term, name: str = ADA, group: str = "g1", session: SessionRow | None = None) -> list[datetime]:
    with term.database.reading() as db:
        found = possible_dates(
            db, term.actor(name), term.programme_id, group, clock.now(), session_id=session.id if session else None
        )
    return [date.starts_at for date in found]


def propose(term: Term, starts_at: datetime, name: str = ADA, session: SessionRow | None = None) -> Outcome:
    with term.database.writing() as db:
        if session:
            return propose_move(db, term.actor(name), session.id, starts_at, clock.now())
        return propose_extra(db, term.actor(name), term.programme_id, "g1", starts_at, clock.now())


def say(term: Term, name: str, proposal_id: int, agrees: bool = True) -> Outcome:
    with term.database.writing() as db:
        return answer(db, term.actor(name), proposal_id, agrees, clock.now())


def on_the_table(term: Term, name: str = BEN, group: str = "g1") -> tuple[Proposal, ...]:
    with term.database.reading() as db:
        return proposals_to(db, term.actor(name), [(term.programme_id, group)], clock.now())[term.programme_id, group]


def test_an_extra_session_is_agreed_by_tap_and_reaches_calendars(term: Term) -> None:
    with term.database.writing() as db:
        feed = open_feed(db, term.actor(DAN), Subject(Purpose.PERSON), clock.now()).feed_id
        before = db.get_one(FeedRow, feed).etag
    wanted = dates(term)[0]
    assert propose(term, wanted) is Outcome.NOTED
    proposal = on_the_table(term)[0]
    assert (proposal.by, proposal.agreed, proposal.own, proposal.is_own) == ("Ada Quill", ("Ada Quill",), None, False)
    assert say(term, BEN, proposal.id) is Outcome.NOTED
    assert say(term, DAN, proposal.id, agrees=False) is Outcome.NOTED
    assert say(term, CAT, proposal.id) is Outcome.ADOPTED
    extra = term.session(round_=0, extra=1)
    assert (extra.starts_at, extra.status, extra.group_name) == (wanted, "confirmed", term.session().group_name)
    assert extra.ends_at - extra.starts_at == timedelta(minutes=60)
    assert set(term.invited(extra.id)) == {term.id_of(name) for name in PEERS}
    assert on_the_table(term) == ()
    with term.database.reading() as db:
        assert db.get_one(FeedRow, feed).etag != before


def test_another_date_for_a_session_moves_it_once_enough_agree(term: Term) -> None:
    session = term.session(round_=1)
    wanted = dates(term, session=session)[-1]
    assert propose(term, wanted, session=session) is Outcome.NOTED
    proposal = on_the_table(term)[0]
    say(term, BEN, proposal.id)
    assert say(term, CAT, proposal.id) is Outcome.ADOPTED
    after = term.session(round_=1)
    assert (after.uid, after.starts_at, after.sequence) == (session.uid, wanted, session.sequence + 1)


def test_a_session_that_moves_lasts_as_long_as_sessions_do_now(term: Term) -> None:
    """Who can come on a date is looked at for that length: it must not promise more than the session keeps."""
    session = term.session(round_=1)
    with term.database.writing() as db:
        wanted = replace(get_programme(db, term.programme_id), session_minutes=30)
        change_programme(db, term.coordinator(), term.programme_id, wanted, clock.now())
    at = dates(term, session=session)[-1]
    with term.database.writing() as db:
        after = OwnMark(Interval(at + timedelta(minutes=30), at + timedelta(hours=1)), CANNOT)
        replace_own_marks(db, term.actor(ADA), term.programme_id, (), (after,), clock.now())
    propose(term, at, session=session)
    [proposal] = on_the_table(term)
    assert proposal.marks.count(CANNOT) == 0
    outcomes = [say(term, name, proposal.id) for name in (BEN, CAT)]
    assert outcomes[-1] is Outcome.ADOPTED
    moved = term.session(round_=1)
    assert moved.ends_at - moved.starts_at == timedelta(minutes=30)
    assert CANNOT not in term.invited(moved.id).values()


@pytest.mark.parametrize("how", ["the session is cancelled", "the group ends", "the group goes on in another"])
def test_a_date_for_what_takes_place_no_more_waits_for_nobody(term: Term, how: str) -> None:
    session, programme_id = term.session(round_=1), term.programme_id
    propose(term, dates(term, session=session)[-1], session=session)
    propose(term, dates(term)[0])
    with term.database.reading() as db:
        assert len(waiting_dates(db, term.coordinator(), programme_id, clock.now())[0].dates) == 2
    with term.database.writing() as db:
        if how == "the session is cancelled":
            carry_out(db, term.coordinator(), CancelSession(session.id), "Flooded", clock.now())
        elif how == "the group ends":
            carry_out(db, term.coordinator(), EndGroup(programme_id, "g1"), "Too few", clock.now())
        else:
            carry_out(db, term.coordinator(), MergeGroups(programme_id, "g1", "g2"), "Too few", clock.now())
    with term.database.reading() as db:
        waiting = [date for group in waiting_dates(db, term.coordinator(), programme_id, clock.now())
                   for date in group.dates]  # fmt: skip
    assert [date.instead_of for date in waiting] == ([None] if how == "the session is cancelled" else [])


def test_a_date_that_the_group_is_to_choose_for_a_cancelled_session_stays(term: Term) -> None:
    session = term.session(round_=1)
    propose(term, dates(term, session=session)[-1], session=session)
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), CancelSession(session.id, offers_again=True), "Flooded", clock.now())
    assert [proposal.by for proposal in on_the_table(term) if proposal.by] == ["Ada Quill"]


def test_who_changes_their_mind_is_counted_once(term: Term) -> None:
    propose(term, dates(term)[0])
    proposal = on_the_table(term)[0]
    for agrees in (True, False, True):
        assert say(term, BEN, proposal.id, agrees) is Outcome.NOTED
    assert on_the_table(term)[0].agreed == ("Ada Quill", "Ben Marrow")
    assert on_the_table(term)[0].own is True


def test_proposing_the_same_again_is_agreeing(term: Term) -> None:
    wanted = dates(term)[0]
    assert propose(term, wanted, ADA) is Outcome.NOTED
    assert propose(term, wanted, BEN) is Outcome.NOTED
    assert propose(term, wanted, CAT) is Outcome.ADOPTED


def test_the_referee_sees_a_date_before_it_is_offered(term: Term) -> None:
    session = term.session(round_=1)
    offered = dates(term, session=session)
    assert len({starts_at.date() for starts_at in offered}) == len(offered)
    neighbours = (term.session(round_=0).starts_at, term.session(round_=2).starts_at)
    assert all(abs(starts_at - other) >= timedelta(days=14) for starts_at in offered for other in neighbours)
    with pytest.raises(NotPossible, match="no longer works"):
        propose(term, offered[0] + timedelta(minutes=7), session=session)
    with pytest.raises(NotPossible, match="no longer works"):
        propose(term, term.session(round_=0).starts_at, session=session)
    term.mark("0", ADA, BEN)
    assert dates(term) == dates(term, session=session) == []


def test_a_date_that_stopped_working_is_not_adopted(term: Term) -> None:
    propose(term, dates(term)[0])
    proposal = on_the_table(term)[0]
    say(term, BEN, proposal.id)
    term.mark("0", ADA, BEN)
    assert say(term, CAT, proposal.id) is Outcome.GONE
    assert on_the_table(term) == ()


def test_only_who_proposed_takes_it_back(term: Term) -> None:
    propose(term, dates(term)[0])
    proposal = on_the_table(term)[0]
    with term.database.writing() as db:
        with pytest.raises(NotFound):
            withdraw(db, term.actor(BEN), proposal.id, clock.now())
        withdraw(db, term.actor(ADA), proposal.id, clock.now())
    assert on_the_table(term) == ()
    assert say(term, BEN, proposal.id) is Outcome.GONE


def test_outsiders_and_the_coordinator_neither_see_nor_propose_nor_answer(term: Term) -> None:
    wanted = dates(term)[0]
    propose(term, wanted)
    proposal = on_the_table(term)[0]
    session_id, here = term.session().id, term.programme_id
    for outsider in (*map(term.actor, OUTSIDERS), term.coordinator()):
        with term.database.writing() as db:
            for use_case, *what in (
                (proposals_to, [(here, "g1")]),
                (possible_dates, here, "g1"),
                (propose_extra, here, "g1", wanted),
                (propose_move, session_id, wanted),
                (answer, proposal.id, True),
                (withdraw, proposal.id),
            ):
                with pytest.raises(NotFound):
                    use_case(db, outsider, *what, clock.now())


def test_a_session_of_another_group_is_not_ones_own_to_look_for_dates(term: Term) -> None:
    with pytest.raises(NotFound):
        dates(term, session=term.session("g2"))


def adopt_extra(term: Term) -> SessionRow:
    wanted = dates(term)[0]
    for name in (ADA, BEN, CAT):
        propose(term, wanted, name)
    return term.session(extra=1)


def test_a_new_plan_keeps_what_the_group_added_while_the_group_goes_on(term: Term) -> None:
    extra = adopt_extra(term)
    publish_plan(term, missing=(2,))
    assert term.session(extra=1).status == "confirmed"
    assert term.session(extra=1).starts_at == extra.starts_at
    assert term.session(round_=2).status == "cancelled"
    publish_plan(term, missing=(0, 1, 2))
    assert term.session(extra=1).status == "cancelled"


def test_a_draft_from_before_a_group_chose_a_date_cannot_undo_it(term: Term) -> None:
    draft = store_plan(term)
    session = term.session()
    wanted = dates(term, session=session)[0]
    for name in (ADA, BEN, CAT):
        propose(term, wanted, name, session)
    with term.database.writing() as db, pytest.raises(NotPossible, match="moved to another date"):
        publish(db, OPERATOR, draft, clock.now())
    assert term.session().starts_at == wanted


def test_a_no_to_a_time_counts_for_whatever_a_new_plan_puts_there(term: Term) -> None:
    with term.database.writing() as db:
        for round_ in (0, 1):
            say_sorry(db, term.actor("eve.moss"), term.session("g2", round_).id, clock.now())
    with term.database.writing() as db:
        row = db.get_one(SessionRow, term.session("g2", 1).id)
        row.starts_at += timedelta(days=1)
        row.ends_at += timedelta(days=1)
        of_published = (PlanRow.state == "published", GroupRow.key == "g2", PlannedSessionRow.round == 1)
        planned = db.scalars(select(PlannedSessionRow).join(GroupRow).join(PlanRow).where(*of_published)).one()
        planned.starts_at = row.starts_at

    def refused() -> set[int]:
        with term.database.reading() as db:
            return {session_id for session_id, _ in who_is_sorry(db, true())}

    assert refused() == {term.session("g2", 0).id}
    publish_plan(term)
    assert refused() == {term.session("g2", 0).id, term.session("g2", 1).id}, "it is at the refused time again"


def test_a_taken_room_or_person_is_never_offered_twice(term: Term) -> None:
    """A second programme holds Ada at a time at which her own group might like to meet."""
    wanted = dates(term)[0]
    with term.database.writing() as db:
        db.add(
            SessionRow(
                uid="elsewhere", programme_id=term.programme_id, group_key="other", group_name="Other",
                model_name="Peer group", round=0, starts_at=wanted, ends_at=wanted + timedelta(hours=1), mode="video",
                status="confirmed", sequence=0, created_at=clock.now(), changed_at=clock.now(),
                attendees=[
                    AttendeeRow(person_id=term.id_of(name), role="resident", mark="2") for name in (ADA, BEN)
                ],
            )
        )  # fmt: skip
    assert wanted not in dates(term)


@pytest.mark.postgres
def test_of_two_proposals_adopted_at_the_same_moment_one_counts(storage: Database) -> None:
    term = a_term(storage)
    session = term.session()
    first, second = dates(term, session=session)[:2]
    propose(term, first, ADA, session)
    propose(term, first, BEN, session)
    propose(term, second, ADA, session)
    propose(term, second, BEN, session)
    one, other = on_the_table(term, CAT)
    assert both_at_once(lambda: say(term, CAT, one.id), lambda: say(term, DAN, other.id)) == [
        Outcome.ADOPTED, Outcome.GONE,
    ]  # fmt: skip
    assert term.session().sequence == 1
    assert term.session().starts_at in (first, second)


def test_near_peers_agree_without_their_facilitator_where_the_model_needs_none(term: Term) -> None:
    session = term.session("g2")
    wanted = dates(term, NEAR_PEERS[0], "g2", session)[0]
    outcomes = [propose(term, wanted, name, session) for name in NEAR_PEERS[:3]]
    assert outcomes == [Outcome.NOTED, Outcome.NOTED, Outcome.ADOPTED]


def test_a_model_by_another_name_asks_for_as_many_who_agree(term: Term) -> None:
    session = term.session("g2")
    wanted = dates(term, NEAR_PEERS[0], "g2", session)[0]
    with term.database.writing() as db:
        model = db.scalars(select(ModelRow).where(ModelRow.key == "near-peer")).one()
        model.present, model.name = 1, "Mixed group"
    outcomes = [propose(term, wanted, name, session) for name in (*NEAR_PEERS[:3], FACILITATOR)]
    assert outcomes == [Outcome.NOTED, Outcome.NOTED, Outcome.NOTED, Outcome.ADOPTED]
