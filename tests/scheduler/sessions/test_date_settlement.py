"""How another date is settled: by a vote, by two people, or by the coordinator; and by nobody alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.errors import NotFound, NotPossible
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.programmes.model import Conduct, DateSettling
from scheduler.programmes.service import get_programme
from scheduler.sessions.date_settlement import settling_of
from scheduler.sessions.proposals import Outcome, Proposal, answer, proposals_to, propose_move, settle
from tests.builders import change_conduct
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term
from tests.scheduler.sessions.test_apologies import sorry

ADA, BEN, CAT, DAN = PEERS


def settled_by(term: Term, how: DateSettling) -> None:
    with term.database.writing() as db:
        change_conduct(db, term.coordinator(), term.programme_id, Conduct(settling=how), clock.now())


def offers(term: Term, name: str = BEN) -> tuple[Proposal, ...]:
    with term.database.reading() as db:
        found = proposals_to(db, term.actor(name), [(term.programme_id, "g1")], clock.now())
    return found[term.programme_id, "g1"]


def agree(term: Term, name: str, proposal_id: int) -> Outcome:
    with term.database.writing() as db:
        return answer(db, term.actor(name), proposal_id, True, clock.now())


def only_on(term: Term, days: tuple[int, ...], *names: str) -> None:
    """These people can come on these days of the first round alone, counted from its first."""
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
    first = programme.rounds[0].first_day
    marks = ("2" if (slot.starts_at.date() - first).days in days else "0" for slot in programme.slots())
    term.mark("".join(marks), *names)


def test_what_is_offered_is_best_first_with_how_many_can_come_and_are_shut_out(term: Term) -> None:
    """Everybody can on the last day, all but Dan on the days before: M2, the earliest dates suited fewer."""
    only_on(term, (11,), DAN)
    sorry(term, ADA)
    sorry(term, BEN)
    found = offers(term)
    assert len(found) == 3
    assert [(each.coming, each.shut_out) for each in found] == [(4, 0), (3, 1), (3, 1)]
    assert found[0].starts_at > found[1].starts_at
    assert found[0].marks == ("2", "2", "2", "2")
    assert (found[0].own_mark, offers(term, DAN)[1].own_mark) == ("2", "0")


def test_one_tap_moves_nothing_and_two_do_where_two_settle(term: Term) -> None:
    settled_by(term, DateSettling.TWO)
    sorry(term, ADA)
    before, offer = term.session(), offers(term)[0]
    assert agree(term, BEN, offer.id) is Outcome.NOTED
    assert agree(term, BEN, offer.id) is Outcome.NOTED, "the same person once more"
    assert term.session().starts_at == before.starts_at
    assert agree(term, CAT, offer.id) is Outcome.ADOPTED
    assert term.session().starts_at == offer.starts_at


def test_whoever_cannot_come_then_moves_nobody(term: Term) -> None:
    settled_by(term, DateSettling.TWO)
    only_on(term, (11,), DAN)
    sorry(term, ADA)
    without_dan = offers(term)[1]
    assert agree(term, DAN, without_dan.id) is Outcome.NOTED
    assert agree(term, BEN, without_dan.id) is Outcome.NOTED, "of the two only one can come"
    assert agree(term, CAT, without_dan.id) is Outcome.ADOPTED


def test_by_a_vote_so_many_agree_that_it_would_be_held_with_them_alone(term: Term) -> None:
    sorry(term, ADA)
    offer = offers(term)[0]
    assert [agree(term, name, offer.id) for name in (ADA, BEN, CAT)] == [
        Outcome.NOTED, Outcome.NOTED, Outcome.ADOPTED,
    ]  # fmt: skip


def test_an_offer_that_somebody_agreed_to_stays_while_it_works(term: Term) -> None:
    """A better date that turns up does not take their agreement away."""
    only_on(term, (9, 10, 11), DAN)
    sorry(term, ADA)
    third = offers(term)[2]
    agree(term, BEN, third.id)
    only_on(term, (4, 7, 8), DAN)
    sorry(term, CAT)
    found = offers(term)
    assert [each.coming for each in found] == [4, 4, 3]
    assert found[2].id == third.id
    assert [each.agreed for each in offers(term) if each.id == third.id] == [("Ben Marrow",)]


def test_proposing_what_is_offered_is_agreeing_to_it(term: Term) -> None:
    settled_by(term, DateSettling.TWO)
    sorry(term, ADA)
    offer, session = offers(term)[0], term.session()
    with term.database.writing() as db:
        assert propose_move(db, term.actor(BEN), session.id, offer.starts_at, clock.now()) is Outcome.NOTED
        assert propose_move(db, term.actor(CAT), session.id, offer.starts_at, clock.now()) is Outcome.ADOPTED


def test_where_the_coordinator_settles_no_number_of_taps_does(term: Term) -> None:
    settled_by(term, DateSettling.COORDINATOR)
    sorry(term, ADA)
    before, offer = term.session(), offers(term)[0]
    assert {agree(term, name, offer.id) for name in PEERS} == {Outcome.NOTED}
    assert term.session().starts_at == before.starts_at
    with term.database.writing() as db:
        assert settle(db, term.coordinator(), offer.id, clock.now()) is Outcome.ADOPTED
    after = term.session()
    assert (after.starts_at, after.uid, after.sequence) == (offer.starts_at, before.uid, before.sequence + 1)
    with term.database.writing() as db:
        assert settle(db, term.coordinator(), offer.id, clock.now()) is Outcome.GONE


def test_only_the_coordinator_settles_and_only_where_it_is_theirs(term: Term) -> None:
    sorry(term, ADA)
    offer = offers(term)[0]
    with term.database.writing() as db, pytest.raises(NotPossible, match="choose their dates themselves"):
        settle(db, term.coordinator(), offer.id, clock.now())
    settled_by(term, DateSettling.COORDINATOR)
    for name in (BEN, NEAR_PEERS[0], FACILITATOR):
        with term.database.writing() as db, pytest.raises(NotFound):
            settle(db, term.actor(name), offer.id, clock.now())


@pytest.mark.parametrize("how", [DateSettling.VOTE, DateSettling.TWO])
def test_in_a_group_of_two_both_agree(term: Term, how: DateSettling) -> None:
    """A quorum of one would let one of the two move the other."""
    settled_by(term, how)
    with term.database.writing() as db:
        gone = [term.id_of(CAT), term.id_of(DAN)]
        which = select(MemberRow).join(GroupRow).where(GroupRow.key == "g1", MemberRow.person_id.in_(gone))
        for row in db.scalars(which):
            db.delete(row)
    with term.database.reading() as db:
        settling = settling_of(db, term.programme_id, "g1")
    ada, ben = term.id_of(ADA), term.id_of(BEN)
    assert [settling.is_met_by(people) for people in ([ada], [ben], [ada, ben])] == [False, False, True]
