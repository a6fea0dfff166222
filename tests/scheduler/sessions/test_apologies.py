"""“I can't make it”, and what is offered where too few are left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, true

from scheduler import clock
from scheduler.availability.refusals import withdraw_refusal
from scheduler.availability.service import bring_up_to_date
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedRow
from scheduler.db import Database
from scheduler.errors import NotFound, NotPossible
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.open_dates import NOTICE
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.programmes.tables import ModelRow
from scheduler.sessions.alternatives import find_date
from scheduler.sessions.apologies import say_sorry, take_back
from scheduler.sessions.proposals import Outcome, answer
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.service import own_groups
from scheduler.sessions.tables import ProposalRow, SessionRow
from tests.scheduler.sessions.term import FACILITATOR, PEERS, Term, a_term

ADA, BEN, CAT, DAN = PEERS


def sorry(term: Term, name: str, session: SessionRow | None = None, now: datetime | None = None) -> bool:
    with term.database.writing() as db:
        return say_sorry(db, term.actor(name), (session or term.session()).id, now or clock.now())


def come_after_all(term: Term, name: str) -> None:
    with term.database.writing() as db:
        take_back(db, term.actor(name), term.session().id, clock.now())


def pick(term: Term, proposal_id: int, *names: str) -> Outcome:
    """These people agree to an offered date, one after the other; returns what came of the last yes."""
    outcome = Outcome.NOTED
    for name in names:
        with term.database.writing() as db:
            outcome = answer(db, term.actor(name), proposal_id, True, clock.now())
    return outcome


def sorry_people(term: Term) -> set[tuple[int, int]]:
    with term.database.reading() as db:
        return set(who_is_sorry(db, true()))


def test_with_enough_left_the_session_is_held_and_nothing_is_offered(term: Term) -> None:
    assert sorry(term, "eve.moss", term.session("g2"))
    assert term.open_dates() == []
    with term.database.reading() as db:
        group = own_groups(db, term.actor("finn.oak"))[0]
    first = group.sessions[0]
    assert [a.name for a in first.attendees if a.sorry] == ["Eve Moss"]
    assert [a.name for a in first.residents if not a.comes] == ["Eve Moss"]
    assert group.holds(first)
    assert not sorry(term, "gus.fern", term.session("g2"))


def test_saying_it_twice_is_saying_it_once_and_it_can_be_taken_back(term: Term) -> None:
    assert not sorry(term, ADA)
    assert not sorry(term, ADA)
    assert sorry_people(term) == {(term.session().id, term.id_of(ADA))}
    come_after_all(term, ADA)
    come_after_all(term, ADA)
    assert sorry_people(term) == set()
    assert term.invited(term.session().id)[term.id_of(ADA)] == "2"
    assert term.open_dates() == [], "enough can come again"


def test_where_too_few_are_left_three_dates_on_different_days_are_offered(term: Term) -> None:
    assert not sorry(term, ADA)
    offers = term.open_dates()
    session = term.session()
    assert len(offers) == 3
    assert len({offer.starts_at.date() for offer in offers}) == 3
    assert {offer.by_id for offer in offers} == {None}
    with term.database.reading() as db:
        slots = build_instance(db, term.programme_id, clock.now(), begun_too=True).slots
    of_round = {slot.start for slot in slots if slot.round == session.round}
    assert all(offer.starts_at in of_round for offer in offers)
    assert all(offer.starts_at.date() != session.starts_at.date() for offer in offers)


def test_nobody_is_offered_a_date_that_is_not_theirs_to_keep(term: Term) -> None:
    """Ada and Ben can come on a few days only: what is offered has quorum, and keeps the gap to the other sessions."""
    with term.database.reading() as db:
        slots = build_instance(db, term.programme_id, clock.now(), begun_too=True).slots
    free = [slot.start.weekday() == 3 for slot in slots]
    term.mark("".join("2" if is_free else "0" for is_free in free), ADA, BEN)
    sorry(term, CAT)
    offers = [offer for offer in term.open_dates() if offer.session_id == term.session().id]
    assert offers
    assert {offer.starts_at.weekday() for offer in offers} == {3}
    next_round = term.session(round_=1).starts_at
    assert all(next_round - offer.starts_at >= timedelta(days=14) for offer in offers)


def test_a_round_that_has_begun_still_offers_dates_and_never_at_short_notice(term: Term) -> None:
    now = term.session().starts_at - timedelta(minutes=30)
    sorry(term, ADA, now=now)
    offers = term.open_dates()
    assert offers
    assert all(offer.starts_at >= now + NOTICE for offer in offers)


def test_without_any_date_that_works_nothing_is_offered(term: Term) -> None:
    term.mark("0", ADA, BEN)
    assert not sorry(term, CAT)
    assert term.open_dates() == []


def test_a_chosen_date_moves_the_session_and_all_that_hangs_on_it(term: Term) -> None:
    before = term.session()
    with term.database.writing() as db:
        feed = open_feed(db, term.actor(BEN), Subject(Purpose.PERSON), clock.now()).feed_id
    with term.database.reading() as db:
        etag = db.get_one(FeedRow, feed).etag
    sorry(term, ADA)
    offer = term.open_dates()[1]
    assert pick(term, offer.id, BEN, CAT) is Outcome.NOTED
    assert term.session().sequence == before.sequence, "two of four are too few to be held with them alone"
    assert pick(term, offer.id, ADA) is Outcome.ADOPTED
    after = term.session()
    assert (after.uid, after.id, after.sequence) == (before.uid, before.id, before.sequence + 1)
    assert after.starts_at == offer.starts_at
    assert after.ends_at - after.starts_at == before.ends_at - before.starts_at
    assert after.agreed_at
    assert term.open_dates() == []
    with term.database.reading() as db:
        assert who_is_sorry(db, true()) == set(), "she said it of the old date"
        assert db.get_one(FeedRow, feed).etag != etag
        planned = db.scalars(
            select(PlannedSessionRow)
            .join(GroupRow, GroupRow.id == PlannedSessionRow.group_id)
            .join(PlanRow, PlanRow.id == GroupRow.plan_id)
            .where(PlanRow.state == "published", GroupRow.key == "g1", PlannedSessionRow.round == 0)
        ).one()
        assert planned.starts_at == offer.starts_at
        assert planned.marks == {str(person_id): mark for person_id, mark in term.invited(after.id).items()}


def test_the_second_of_two_taps_finds_the_date_chosen(term: Term) -> None:
    sorry(term, ADA)
    first, second, _ = term.open_dates()
    assert pick(term, first.id, ADA, BEN, CAT) is Outcome.ADOPTED
    assert pick(term, second.id, CAT) is Outcome.GONE
    assert pick(term, first.id, CAT) is Outcome.GONE
    assert term.session().starts_at == first.starts_at


def test_an_offer_that_has_gone_stale_is_replaced_by_ones_that_hold(term: Term) -> None:
    sorry(term, ADA)
    stale = term.open_dates()[0]
    with term.database.reading() as db:
        slots = build_instance(db, term.programme_id, clock.now(), begun_too=True).slots
    term.mark("".join("0" if slot.start.date() == stale.starts_at.date() else "2" for slot in slots), ADA, BEN)
    assert pick(term, stale.id, BEN, CAT, DAN) is Outcome.GONE
    fresh = term.open_dates()
    assert len(fresh) == 3
    assert stale.starts_at.date() not in {offer.starts_at.date() for offer in fresh}


def test_strangers_other_groups_and_the_coordinator_can_neither_say_it_nor_choose(term: Term) -> None:
    sorry(term, ADA)
    offer = term.open_dates()[0]
    for outsider in (term.actor("eve.moss"), term.actor(FACILITATOR), term.coordinator()):
        with term.database.writing() as db:
            with pytest.raises(NotFound):
                say_sorry(db, outsider, term.session().id, clock.now())
            with pytest.raises(NotFound):
                answer(db, outsider, offer.id, True, clock.now())


def test_what_is_over_or_cancelled_needs_no_apology(term: Term) -> None:
    session = term.session()
    with pytest.raises(NotPossible, match="already begun"):
        sorry(term, ADA, now=session.starts_at)
    with term.database.writing() as db:
        row = db.get_one(SessionRow, session.id)
        row.status, row.cancelled_at = "cancelled", clock.now()
    with pytest.raises(NotPossible, match="cancelled"):
        sorry(term, ADA)


def test_a_session_that_needs_its_facilitator_is_in_doubt_without_them(term: Term) -> None:
    with term.database.writing() as db:
        db.scalars(select(ModelRow).where(ModelRow.key == "near-peer", ModelRow.programme_id == 1)).one().present = 1
    assert not sorry(term, FACILITATOR, term.session("g2"))
    assert len(term.open_dates()) == 3


@pytest.mark.parametrize("name", ["Mixed group", "Peer group"])
def test_a_model_by_another_name_needs_as_many_facilitators(term: Term, name: str) -> None:
    """Even by the name that another model had."""
    with term.database.writing() as db:
        model = db.scalars(select(ModelRow).where(ModelRow.key == "near-peer")).one()
        other = db.scalars(select(ModelRow).where(ModelRow.key == "peer")).one()
        model.present, other.present, other.name, model.name = 1, 0, "Equals", name
    assert sorry(term, "eve.moss", term.session("g2"))
    assert not sorry(term, FACILITATOR, term.session("g2"))
    with term.database.reading() as db:
        group = own_groups(db, term.actor(FACILITATOR))[0]
    assert (group.present, group.holds(group.sessions[0])) == (1, False)


def both_at_once(*taps: Callable[[], Outcome]) -> list[Outcome]:
    with ThreadPoolExecutor(len(taps)) as pool:
        return sorted(future.result() for future in [pool.submit(tap) for tap in taps])


@pytest.mark.postgres
def test_of_two_taps_at_the_same_moment_one_counts(storage: Database) -> None:
    term = a_term(storage)
    sorry(term, ADA)
    first, second, _ = term.open_dates()
    for offer in (first, second):
        assert pick(term, offer.id, ADA, DAN) is Outcome.NOTED
    assert both_at_once(lambda: pick(term, first.id, BEN), lambda: pick(term, second.id, CAT)) == [
        Outcome.ADOPTED, Outcome.GONE,
    ]  # fmt: skip
    with term.database.reading() as db:
        adopted = db.scalars(select(ProposalRow).where(ProposalRow.state == "adopted")).one()
    assert term.session().starts_at == adopted.starts_at
    assert term.session().sequence == 1


def test_a_no_to_a_time_outlives_moves_and_no_date_at_that_time_counts_the_person(term: Term) -> None:
    """M3: after a move the refused date is not offered as one that they can come to; taking it back frees it again."""
    before = term.session()
    sorry(term, ADA)
    offer = term.open_dates()[0]
    assert pick(term, offer.id, ADA, BEN, CAT) is Outcome.ADOPTED
    after = term.session()
    assert term.invited(after.id)[term.id_of(ADA)] == "2", "of the new time she has said nothing"
    assert coming_at(term, before, after) is None, "Ben and Cat alone are too few"
    term.mark("2", DAN)
    assert coming_at(term, before, after) == 3
    with term.database.writing() as db:
        assert withdraw_refusal(db, term.programme_id, term.id_of(ADA), before.starts_at)
        bring_up_to_date(db, term.programme_id, clock.now(), [term.id_of(ADA)])
    assert coming_at(term, before, after) == 4


def test_the_next_plan_knows_of_a_refusal(term: Term) -> None:
    sorry(term, ADA)
    with term.database.reading() as db:
        instance = build_instance(db, term.programme_id, clock.now())
    start = term.session().starts_at
    slot = next(index for index, slot in enumerate(instance.slots) if slot.start == start)
    marks = {person.id: person.availability[slot] for person in instance.residents}
    assert (marks[person_key(term.id_of(ADA))], marks[person_key(term.id_of(BEN))]) == ("0", "2")


def coming_at(term: Term, before: SessionRow, now_at: SessionRow) -> int | None:
    """How many could come if the session went back to its date before; None where that is no date for the group."""
    with term.database.reading() as db:
        row = db.get_one(SessionRow, now_at.id)
        date = find_date(db, term.programme_id, "g1", before.starts_at, clock.now(), instead_of=row)
    return date.coming if date else None
