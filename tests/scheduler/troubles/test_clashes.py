"""Relations that will part a published group: from when, which sessions, and the best swap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.coordination.model import PutIn, SwapFacilitators
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.enrolment import relation_list
from scheduler.enrolment.own_relations import change_days, declare, list_declared
from scheduler.errors import MentorRoundsError
from scheduler.people.model import RelationKind
from scheduler.people.tables import ParticipantRow
from scheduler.plans.membership import rosters
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL
from scheduler.troubles.model import RemedyKind
from scheduler.troubles.service import count_clashes, list_clashes
from scheduler.troubles.tables import TroubleRow
from scheduler.troubles.trouble_view import Trouble
from scheduler.troubles.wording import sentence
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, SPARE, Term
from tests.scheduler.troubles.conftest import a_true_term
from tests.scheduler.troubles.test_remedies import do, of

CLEO, EVE = NEAR_PEERS[:2]
BOTH_LED = (replace(PEER, facilitators=(0, 1)), NEAR_PEER, VERTICAL)


def clashes(term: Term) -> tuple[Trouble, ...]:
    with term.database.reading() as db:
        return list_clashes(db, term.coordinator(), term.programme_id, clock.now()).troubles


def day_of(term: Term, round_: int) -> date:
    return term.session("g2", round_).starts_at.date()


def listed(term: Term, about: str, first: date | None, last: date | None = None, kind: str = "assesses") -> None:
    with term.database.writing() as db:
        relation_list.add_relation(
            db, term.coordinator(), term.programme_id, term.id_of(FACILITATOR), term.id_of(about), RelationKind(kind),
            first, last, clock.now(),
        )  # fmt: skip


def declared(term: Term, author: str, about: str, tie: str, first: date | None = None) -> None:
    with term.database.writing() as db:
        declare(db, term.actor(author), term.programme_id, term.id_of(about), tie, first, None, clock.now())


def test_one_that_begins_later_is_told_months_ahead(term: Term) -> None:
    begins = day_of(term, 1)
    listed(term, CLEO, begins)
    [clash] = clashes(term)
    assert (clash.from_day, clash.group_key) == (begins, "g2")
    assert [each.date() for each in clash.missed] == [day_of(term, 1), day_of(term, 2)]
    assert set(clash.people) == {"Cleo Thistle", "Fay Lantern"}
    assert "assess" not in sentence(clash)
    assert clash.settle_by is not None
    assert clash.settle_by <= term.session("g2", 1).starts_at


def test_what_begins_after_the_last_session_or_ends_before_the_next_is_none(term: Term) -> None:
    listed(term, CLEO, day_of(term, 2) + timedelta(days=1))
    listed(term, EVE, None, day_of(term, 0) - timedelta(days=1))
    assert clashes(term) == ()


def test_one_that_is_between_two_sessions_is_none(term: Term) -> None:
    listed(term, CLEO, day_of(term, 0) + timedelta(days=1), day_of(term, 1) - timedelta(days=1))
    assert clashes(term) == ()


def test_whoever_says_it_and_however_often_a_pair_is_told_once(term: Term) -> None:
    listed(term, CLEO, day_of(term, 2))
    declared(term, CLEO, FACILITATOR, "supervises-me", day_of(term, 1))
    declared(term, FACILITATOR, CLEO, "assesses", day_of(term, 2))
    [clash] = clashes(term)
    assert clash.from_day == day_of(term, 1), "the first of them"
    declared(term, EVE, FACILITATOR, "panel-me")
    assert [each.from_day for each in clashes(term)] == [None, day_of(term, 1)], "the soonest first"


@pytest.mark.parametrize("tie", ["treats", "treats-me", "family", "complaint"])
@pytest.mark.parametrize("author", [FACILITATOR, CLEO])
def test_what_is_told_in_confidence_is_never_listed(term: Term, author: str, tie: str) -> None:
    declared(term, author, CLEO if author == FACILITATOR else FACILITATOR, tie)
    with term.database.reading() as db:
        assert db.scalars(select(TroubleRow)).all() == []
        assert count_clashes(db, term.programme_id) == 0


def test_it_is_looked_at_again_whenever_its_days_change(term: Term) -> None:
    declared(term, FACILITATOR, CLEO, "supervises", date(2099, 1, 1))
    assert clashes(term) == ()
    who = term.actor(FACILITATOR)
    with term.database.writing() as db:
        [own] = list_declared(db, who, term.programme_id)
        change_days(db, who, term.programme_id, own.id, None, None, clock.now())
    [clash] = clashes(term)
    assert clash.from_day is None
    with term.database.writing() as db:
        change_days(db, who, term.programme_id, own.id, None, clock.now().date(), clock.now())
    assert clashes(term) == ()


@pytest.fixture
def led(database: Database) -> Term:
    """Gil leads the peers, Fay the near-peers, and either may lead both kinds."""
    term = a_true_term(database, models=BOTH_LED)
    with term.database.writing() as db:
        both = (ParticipantRow.programme_id == term.programme_id, ParticipantRow.kind == "faculty")
        db.execute(update(ParticipantRow).where(*both).values(models={"peer": 1, "near-peer": 1}, capacity=2))
        carry_out(db, term.coordinator(), PutIn(term.programme_id, "g1", term.id_of(SPARE)), "", clock.now())
    return term


def leading(term: Term, key: str) -> set[int]:
    with term.database.reading() as db:
        return {who for who, role in rosters(db, term.programme_id)[key].items() if role == "facilitator"}


def test_two_facilitators_swap_from_that_day(led: Term) -> None:
    fay, gil = led.id_of(FACILITATOR), led.id_of(SPARE)
    listed(led, CLEO, day_of(led, 1))
    [clash] = clashes(led)
    [swap] = of(led, clash, thorough=True)[RemedyKind.SWAP]
    assert (swap.person, swap.name, swap.other_group) == ("Fay Lantern", "Gil Spare", "Peer group 1")
    assert (swap.can_come, swap.there) == ((2, 2), (2, 2))
    do(led, clash, swap.key, "she assesses one of them from then on")
    assert (leading(led, "g1"), leading(led, "g2")) == ({fay}, {gil})
    assert [fay in led.invited(led.session("g2", n).id) for n in range(3)] == [True, False, False]
    assert [gil in led.invited(led.session("g2", n).id) for n in range(3)] == [False, True, True]
    assert [fay in led.invited(led.session("g1", n).id) for n in range(3)] == [False, True, True]
    assert clashes(led) == ()


def test_no_swap_is_proposed_that_would_be_a_clash_itself(led: Term) -> None:
    listed(led, CLEO, None)
    with led.database.writing() as db:
        relation_list.add_relation(
            db, led.coordinator(), led.programme_id, led.id_of(SPARE), led.id_of(EVE), RelationKind.ASSESSES,
            None, None, clock.now(),
        )  # fmt: skip
    [clash] = clashes(led)
    found = of(led, clash, thorough=True)
    assert RemedyKind.SWAP not in found
    assert RemedyKind.OVER not in found


def test_a_swap_of_what_is_not_so_is_refused(led: Term) -> None:
    fay, gil, here = led.id_of(FACILITATOR), led.id_of(SPARE), led.programme_id
    for act in (
        SwapFacilitators(here, "g1", fay, "g2", gil),
        SwapFacilitators(here, "g2", fay, "g2", fay),
        SwapFacilitators(here, "g2", fay, "g9", gil),
        SwapFacilitators(here, "g2", led.id_of(CLEO), "g1", gil),
        SwapFacilitators(here + 1, "g2", fay, "g1", gil),
    ):
        with led.database.writing() as db, pytest.raises(MentorRoundsError):
            carry_out(db, led.coordinator(), act, "because", clock.now())
    assert (leading(led, "g1"), leading(led, "g2")) == ({gil}, {fay})
