"""What a group needs to begin well: each need is met by what is really there, and nothing is asked once it has met."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from scheduler import clock
from scheduler.charters.group_terms import write_terms
from scheduler.charters.model import PROPOSED, GroupField
from scheduler.charters.service import accept, adopt, group_charters
from scheduler.groups.beginning import Need, beginning
from scheduler.sessions.model import OwnGroup
from scheduler.sessions.service import own_group
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term


def needs(term: Term, name: str = PEERS[0], key: str = "g1", **later: int) -> dict[Need, bool]:
    """Which needs the group has, and which of them are met."""
    who, place = term.actor(name), (term.programme_id, key)
    with term.database.reading() as db:
        group, charters = own_group(db, who, *place), group_charters(db, who, [place], clock.now())
    found = beginning(group, charters.get(place), clock.now() + timedelta(**later))
    return {each.need: each.done for each in found}


def group_of(term: Term, name: str, key: str) -> OwnGroup:
    with term.database.reading() as db:
        return own_group(db, term.actor(name), term.programme_id, key)


def test_each_step_is_done_or_says_what_to_do(term: Term) -> None:
    with term.database.writing() as db:
        adopt(db, term.coordinator(), term.programme_id, PROPOSED, clock.now())
    found = needs(term)
    assert (found[Need.CHARTER], found[Need.GOALS], found[Need.CHANNEL]) == (False, False, False)
    with term.database.writing() as db:
        texts = {GroupField.GOALS: "Pass the exam."}
        write_terms(db, term.actor(PEERS[0]), term.programme_id, "g1", texts, clock.now())
    assert (needs(term)[Need.GOALS], needs(term)[Need.CHANNEL]) == (True, False)
    for name in PEERS:
        assert not needs(term)[Need.CHARTER], "everyone has to agree"
        with term.database.writing() as db:
            accept(db, term.actor(name), term.programme_id, "g1", 1, clock.now(), terms=1)
    assert needs(term)[Need.CHARTER]


def test_without_a_charter_none_is_asked_for(term: Term) -> None:
    assert Need.CHARTER not in needs(term)
    assert Need.GOALS not in needs(term)


def test_a_group_that_needs_a_facilitator_is_not_ready_without(term: Term) -> None:
    assert Need.LED not in needs(term), "a peer group needs none"

    def led() -> list[bool]:
        group = replace(group_of(term, NEAR_PEERS[0], "g2"), present=1)
        return [each.done for each in beginning(group, None, clock.now()) if each.need is Need.LED]

    assert led() == [True]
    term.mark("0", FACILITATOR)
    assert led() == [False]


def test_once_it_has_met_nothing_is_asked(term: Term) -> None:
    group = group_of(term, PEERS[0], "g1")
    assert needs(term) != {}
    ends = group.sessions[0].ends_at
    assert beginning(group, None, ends) == ()
    assert beginning(group, None, group.sessions[-1].ends_at + timedelta(days=1)) == ()
