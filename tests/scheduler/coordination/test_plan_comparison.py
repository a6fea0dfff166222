"""The figures of plans side by side: those that the other pages give, whichever plan an assignment is stored in."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.coordination.plan_comparison import compare
from scheduler.db import Database
from scheduler.equity.fairness import Measure
from scheduler.equity.figures import equity_of
from scheduler.equity.plan_shown import find_plan_shown
from scheduler.paging import Paging
from scheduler.people.tables import ParticipantRow, WishRow
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term, a_term, store_plan


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def like_peers_best(term: Term) -> None:
    """All who are in a group like peer groups better than near-peer groups, and meet by video alone."""
    with term.database.writing() as db:
        db.execute(update(ParticipantRow).values(models={"peer": 2, "near-peer": 1}, modes=["video"]))


def test_no_figure_tells_what_somebody_wished_of_others(term: Term) -> None:
    like_peers_best(term)
    drafts = [store_plan(term, (0, 1)), store_plan(term, (0, 1))]

    def figures() -> object:
        with term.database.reading() as db:
            shown = [find_plan_shown(db, term.coordinator(), term.programme_id, plan_id) for plan_id in (None, *drafts)]
            fair = [equity_of(db, term.coordinator(), plan, clock.now()) for plan in shown if plan]
            sides = compare(db, term.coordinator(), term.programme_id, drafts, Paging())[0].sides
            return fair, [side.wishes for side in sides]

    before = figures()
    with term.database.writing() as db:
        ada = {"programme_id": term.programme_id, "person_id": term.id_of(PEERS[0])}
        said = (("want", PEERS[1]), ("choice", FACILITATOR), ("avoid", NEAR_PEERS[0]))
        db.execute(insert(WishRow), [{**ada, "kind": kind, "about_id": term.id_of(name)} for kind, name in said])
        here = (ParticipantRow.person_id == ada["person_id"],)
        db.execute(update(ParticipantRow).where(*here).values(interests=["exams"], external="prefer", tags=["img"]))
        note(db, Fact.PEOPLE, term.programme_id, clock.now(), [ada["person_id"]])
    assert figures() == before


def test_the_same_groups_have_the_same_wishes_met_in_every_plan_and_on_every_page(term: Term) -> None:
    drafts = [store_plan(term, (0, 1)), store_plan(term, (0, 1))]
    like_peers_best(term)
    with term.database.reading() as db:
        published = find_plan_shown(db, term.coordinator(), term.programme_id, None)
        assert published is not None
        plans = [published.id, *drafts]
        compared, _ = compare(db, term.coordinator(), term.programme_id, plans, Paging())
        assert [side.wishes for side in compared.sides] == [(4, 9)] * 3
        for plan_id in (None, *drafts):
            plan = find_plan_shown(db, term.coordinator(), term.programme_id, plan_id)
            assert plan is not None
            measures = equity_of(db, term.coordinator(), plan, clock.now()).measures
            assert next(each.share for each in measures if each.measure is Measure.WISHES) == 0.4, "in tens, of so few"
