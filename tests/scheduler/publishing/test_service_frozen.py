"""Whether any published session is frozen is asked of the database, and is what the rule says of each."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.plans.tables import PlannedSessionRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.service import is_anything_frozen
from tests.scheduler.sessions.term import Term, a_term


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def test_whether_any_session_is_frozen_is_what_the_rule_says_of_each(term: Term) -> None:
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
        starts = sorted(db.scalars(select(PlannedSessionRow.starts_at)))
        freeze, second = timedelta(days=programme.conduct.freeze_days), timedelta(seconds=1)
        edges = {at + by for at in (starts[0], starts[-1]) for by in (-freeze, timedelta(0))}
        moments: list[datetime] = [edge + by for edge in sorted(edges) for by in (-second, timedelta(0), second)]
        found = [is_anything_frozen(db, programme, now) for now in moments]
    assert found == [any(programme.conduct.is_frozen(at, now) for at in starts) for now in moments]
    assert set(found) == {True, False}
