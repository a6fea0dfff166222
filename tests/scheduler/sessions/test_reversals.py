"""A date that was settled can be undone for a day; what people said of the old date counts again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.errors import NotFound, NotPossible
from scheduler.programmes.model import DateSettling
from scheduler.sessions.proposals import Outcome, settle
from scheduler.sessions.reversals import UNDO_FOR, Settled, settled_dates, settled_for, undo
from scheduler.sessions.tables import AttendeeRow, ProposalRow, SessionRow
from tests.scheduler.sessions.term import NEAR_PEERS, PEERS, Term
from tests.scheduler.sessions.test_apologies import sorry, sorry_people
from tests.scheduler.sessions.test_date_settlement import agree, offers, settled_by
from tests.scheduler.sessions.test_proposals import adopt_extra

ADA, BEN, CAT, DAN = PEERS


def move_by_two(term: Term) -> int:
    """Ada can't make it; Ben and Cat take the best other date."""
    settled_by(term, DateSettling.TWO)
    sorry(term, ADA)
    offer = offers(term)[0]
    agree(term, BEN, offer.id)
    assert agree(term, CAT, offer.id) is Outcome.ADOPTED
    return offer.id


def undo_it(term: Term, proposal_id: int, name: str = BEN, now: datetime | None = None) -> None:
    with term.database.writing() as db:
        undo(db, term.actor(name), proposal_id, now or clock.now())


def shown(term: Term, name: str = BEN) -> tuple[Settled, ...]:
    with term.database.reading() as db:
        group = (term.programme_id, "g1")
        return settled_dates(db, term.actor(name), [group], clock.now())[group]


def test_the_old_date_stands_again_with_its_uid_and_what_was_said_of_it(term: Term) -> None:
    before = term.session()
    proposal = move_by_two(term)
    assert sorry_people(term) == set(), "she said it of the old date"
    assert term.invited(before.id)[term.id_of(ADA)] == "2"
    assert [(each.moved_from, each.may_undo) for each in shown(term)] == [(before.starts_at, True)]
    undo_it(term, proposal)
    after = term.session()
    assert (after.starts_at, after.ends_at, after.uid) == (before.starts_at, before.ends_at, before.uid)
    assert after.sequence == before.sequence + 2
    assert sorry_people(term) == {(before.id, term.id_of(ADA))}
    assert term.invited(before.id)[term.id_of(ADA)] == "0"
    assert len(offers(term)) == 3, "too few can come again"
    assert shown(term) == ()


def test_only_who_took_part_undoes_and_only_once(term: Term) -> None:
    proposal = move_by_two(term)
    assert [each.may_undo for each in shown(term, DAN)] == [False]
    for outsider in (term.actor(DAN), term.actor(NEAR_PEERS[0]), term.coordinator()):
        with term.database.writing() as db, pytest.raises(NotFound):
            undo(db, outsider, proposal, clock.now())
    undo_it(term, proposal, CAT)
    with pytest.raises(NotPossible, match="no longer be undone"):
        undo_it(term, proposal, CAT)


def test_after_a_day_it_stays(term: Term) -> None:
    proposal = move_by_two(term)
    with pytest.raises(NotPossible, match="no longer be undone"):
        undo_it(term, proposal, now=clock.now() + UNDO_FOR + timedelta(minutes=1))


def test_a_date_that_is_over_cannot_be_had_again(term: Term) -> None:
    before = term.session()
    proposal = move_by_two(term)
    with term.database.writing() as db:
        db.get_one(ProposalRow, proposal).settled_at = before.starts_at - timedelta(hours=1)
    with pytest.raises(NotPossible, match="no longer be undone"):
        undo_it(term, proposal, now=before.starts_at + timedelta(minutes=1))


def test_it_is_short_notice_if_need_be(term: Term) -> None:
    before = term.session()
    proposal = move_by_two(term)
    with term.database.writing() as db:
        db.get_one(ProposalRow, proposal).settled_at = before.starts_at - timedelta(hours=3)
    undo_it(term, proposal, now=before.starts_at - timedelta(hours=2))
    assert term.session().starts_at == before.starts_at


def test_a_date_that_somebody_has_given_away_since_is_refused(term: Term) -> None:
    """Ada, Ben and Cat are invited elsewhere at the old time by now."""
    before = term.session()
    proposal = move_by_two(term)
    with term.database.writing() as db:
        db.add(
            SessionRow(
                uid="elsewhere", programme_id=term.programme_id, group_key="g1", group_name="Other", extra=7,
                model_name="Peer group", round=0, starts_at=before.starts_at, ends_at=before.ends_at, mode="video",
                status="confirmed", sequence=0, created_at=clock.now(), changed_at=clock.now(),
                attendees=[AttendeeRow(person_id=term.id_of(name), role="resident", mark="2") for name in (ADA, BEN)],
            )
        )  # fmt: skip
    with pytest.raises(NotPossible, match="no longer works"):
        undo_it(term, proposal)


def test_an_extra_session_is_taken_away_again(term: Term) -> None:
    extra = adopt_extra(term)
    [settled] = shown(term, ADA)
    assert (settled.session_id, settled.moved_from, settled.may_undo) == (extra.id, None, True)
    undo_it(term, settled.proposal_id, ADA)
    with term.database.reading() as db:
        assert db.scalars(select(SessionRow.status).where(SessionRow.id == extra.id)).one() == "cancelled"


def test_what_the_coordinator_settled_the_coordinator_undoes(term: Term) -> None:
    before = term.session()
    settled_by(term, DateSettling.COORDINATOR)
    sorry(term, ADA)
    offer = offers(term)[0]
    agree(term, BEN, offer.id)
    with term.database.writing() as db:
        settle(db, term.coordinator(), offer.id, clock.now())
        assert [each.may_undo for _, each in settled_for(db, term.coordinator(), term.programme_id, clock.now())]
    assert [each.may_undo for each in shown(term)] == [False]
    with pytest.raises(NotFound):
        undo_it(term, offer.id)
    with term.database.writing() as db:
        undo(db, term.coordinator(), offer.id, clock.now())
    assert term.session().starts_at == before.starts_at
