"""What people of a group are to each other is part of what they agree to: a line that comes later asks them again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.charters.agreements import agreed_groups, still_to_agree
from scheduler.charters.model import PROPOSED, GroupCharter, Hat
from scheduler.charters.service import accept, adopt, find_group_charter
from scheduler.charters.tables import AgreementRow
from scheduler.db import Database
from scheduler.enrolment.own_relations import declare, take_back
from scheduler.enrolment.person_merge import merge_people
from scheduler.enrolment.relation_overrides import override_relation, withdraw_override
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotPossible
from scheduler.people.tables import RelationOverrideRow, RelationRow
from scheduler.plans.membership import rosters
from scheduler.sessions.tables import SessionRow
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, SPARE, Term, a_term

CLEO, EVE = NEAR_PEERS[:2]
WHY = "There is no other senior in this small department."


@pytest.fixture
def term(database: Database) -> Term:
    """A published term in which all of the second group have agreed its charter."""
    found = a_term(database)
    with found.database.writing() as db:
        adopt(db, found.coordinator(), found.programme_id, PROPOSED, clock.now())
    everybody_agrees(found)
    assert is_agreed(found)
    return found


def agree(term: Term, name: str, told: tuple[str, ...] | None = None) -> None:
    hats = frozenset({Hat.MENTOR}) if name == FACILITATOR else None
    with term.database.writing() as db:
        accept(db, term.actor(name), term.programme_id, "g2", 1, clock.now(), hats=hats, told=told)


def everybody_agrees(term: Term) -> None:
    for name in (*NEAR_PEERS, FACILITATOR):
        agree(term, name)


def is_agreed(term: Term) -> bool:
    with term.database.reading() as db:
        agreed = "g2" in agreed_groups(db, term.programme_id, clock.now())
        states = set(db.scalars(select(SessionRow.status).where(SessionRow.group_key == "g2")))
    assert states == {"confirmed" if agreed else "tentative"}, "calendars say the same"
    return agreed


def charter_of(term: Term, name: str) -> GroupCharter:
    with term.database.reading() as db:
        found = find_group_charter(db, term.actor(name), term.programme_id, "g2", clock.now())
    assert found
    return found


def says(term: Term, name: str, tie: str, about: str) -> None:
    with term.database.writing() as db:
        declare(db, term.actor(name), term.programme_id, term.id_of(about), tie, None, None, clock.now())


def on_the_list(term: Term) -> None:
    text = f"person,about,kind\n{FACILITATOR}@example.org,{CLEO}@example.org,sponsors\n"
    with term.database.writing() as db:
        import_relations(db, term.coordinator(), term.programme_id, text.encode(), clock.now())


@pytest.mark.parametrize(
    "tell",
    [
        lambda term: says(term, FACILITATOR, "sponsors", CLEO),
        lambda term: says(term, CLEO, "sponsors-me", FACILITATOR),
        lambda term: says(term, CLEO, "advises-me", FACILITATOR),
        on_the_list,
    ],
)
def test_a_line_that_comes_later_asks_everybody_again(term: Term, tell: Callable[[Term], None]) -> None:
    before = {row.id: row.starts_at for row in sessions(term)}
    tell(term)
    assert not is_agreed(term)
    with term.database.reading() as db:
        waits = still_to_agree(db, term.programme_id, rosters(db, term.programme_id), clock.now())
    assert waits["g2"] == {term.id_of(name) for name in (*NEAR_PEERS, FACILITATOR)}
    assert {row.id: row.starts_at for row in sessions(term)} == before, "the dates stay"
    for name in (CLEO, EVE, FACILITATOR):
        found = charter_of(term, name)
        assert [each.line for each in found.told_since[term.id_of(name)]] == [each.line for each in found.told]
        assert found.told
    everybody_agrees(term)
    assert is_agreed(term)
    assert not charter_of(term, EVE).told_since


def sessions(term: Term) -> list[SessionRow]:
    with term.database.reading() as db:
        return list(db.scalars(select(SessionRow).where(SessionRow.group_key == "g2")))


def test_an_override_given_later_asks_again_and_another_reason_once_more(term: Term) -> None:
    says(term, FACILITATOR, "supervises", CLEO)
    assert is_agreed(term), "nobody is told of what keeps two apart: the coordinator has to part them"
    for reason in (WHY, f"{WHY} It is so until spring."):
        with term.database.writing() as db:
            relation = db.scalars(select(RelationRow.id)).one()
            override_relation(db, term.coordinator(), term.programme_id, relation, reason, clock.now())
        assert not is_agreed(term)
        assert reason in charter_of(term, EVE).told_since[term.id_of(EVE)][0].line
        everybody_agrees(term)
        assert is_agreed(term)
        with term.database.writing() as db:
            last = db.scalars(select(RelationOverrideRow.id).order_by(RelationOverrideRow.id.desc())).first()
            withdraw_override(db, term.coordinator(), term.programme_id, last or 0, clock.now())
        assert is_agreed(term), "what is told no longer asks nobody"


def test_what_ends_is_taken_back_or_is_not_told_asks_nobody(term: Term) -> None:
    says(term, CLEO, "treats-me", FACILITATOR)
    says(term, CLEO, "complaint", EVE)
    assert is_agreed(term), "what is never told shows in no agreement"
    with term.database.writing() as db:
        yesterday = clock.now().date() - timedelta(days=1)
        tie = (term.id_of(FACILITATOR), "advises-me", None, yesterday - timedelta(days=1))
        declare(db, term.actor(CLEO), term.programme_id, *tie, clock.now())
    assert is_agreed(term), "it was over before anybody was told"
    says(term, CLEO, "sponsors-me", FACILITATOR)
    with term.database.writing() as db:
        newest = db.scalars(select(RelationRow.id).order_by(RelationRow.id.desc())).first()
        take_back(db, term.actor(CLEO), term.programme_id, newest or 0, clock.now())
    assert is_agreed(term)


def test_nobody_agrees_to_a_line_that_they_have_not_read(term: Term) -> None:
    shown = tuple(each.key for each in charter_of(term, EVE).told)
    says(term, FACILITATOR, "sponsors", CLEO)
    for told in (shown, ("sponsors:1:2:0",)):
        with pytest.raises(NotPossible, match="changed since"):
            agree(term, EVE, told)
    assert not is_agreed(term)
    agree(term, EVE, tuple(each.key for each in charter_of(term, EVE).told))
    assert not charter_of(term, EVE).awaits(term.id_of(EVE))


def test_two_entries_that_become_one_ask_nobody_again(term: Term) -> None:
    says(term, FACILITATOR, "sponsors", CLEO)
    everybody_agrees(term)
    with term.database.writing() as db:
        ids = term.id_of(SPARE), term.id_of(FACILITATOR)
        merge_people(db, term.coordinator(), term.programme_id, *ids, clock.now())
    assert is_agreed(term)
    with term.database.reading() as db:
        assert {key for row in db.scalars(select(AgreementRow)) for key in row.told} == {
            f"sponsors:{ids[0]}:{term.id_of(CLEO)}:0"
        }
