"""The figures of plans side by side: those that the other pages give, whichever plan an assignment is stored in."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, update

from scheduler import clock
from scheduler.coordination.plan_comparison import compare
from scheduler.db import Database
from scheduler.paging import Paging
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.pictures.equity import equity_of
from scheduler.pictures.fairness import Measure
from scheduler.pictures.plan_shown import find_plan_shown
from tests.scheduler.sessions.term import NEAR_PEERS, PEERS, Term, a_term, store_plan


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def test_the_same_groups_have_the_same_wishes_met_in_every_plan_and_on_every_page(term: Term) -> None:
    everybody = (*PEERS, *NEAR_PEERS)
    drafts = [store_plan(term, (0, 1)), store_plan(term, (0, 1))]
    with term.database.writing() as db:
        db.execute(update(ParticipantRow).values(models={}))
        db.execute(delete(WishRow))
        pairs = zip(everybody, (*everybody[1:], everybody[0]), strict=True)
        wish = {"programme_id": term.programme_id, "kind": "want"}
        db.execute(
            insert(WishRow),
            [{**wish, "person_id": term.id_of(one), "about_id": term.id_of(other)} for one, other in pairs],
        )
    with term.database.reading() as db:
        published = find_plan_shown(db, term.coordinator(), term.programme_id, None)
        assert published is not None
        plans = [published.id, *drafts]
        compared, _ = compare(db, term.coordinator(), term.programme_id, plans, Paging())
        assert [side.wishes for side in compared.sides] == [(6, 8)] * 3
        for plan_id in (None, *drafts):
            plan = find_plan_shown(db, term.coordinator(), term.programme_id, plan_id)
            assert plan is not None
            measures = equity_of(db, term.coordinator(), plan, clock.now()).measures
            assert next(each.share for each in measures if each.measure is Measure.WISHES) == 6 / 8
