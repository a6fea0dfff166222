"""One term beside the next: the director stays, figures stand beside each other only where they were defined alike, and
nothing adds the two up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scheduler import clock
from scheduler.db import Database
from scheduler.evidence.model import Figure
from scheduler.evidence.releases import get_release, release_if_due, release_last_term
from scheduler.evidence.wording import beside_last_term
from scheduler.jobs import monthly_evidence
from scheduler.people.model import OPERATOR, Role
from scheduler.terms.next_term import NextTerm, begin_next_term
from tests.builders import actor
from tests.scheduler.evidence.hospital import a_hospital, day, live_a_month


def test_the_next_term_stands_beside_this_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    here = a_hospital(database)
    live_a_month(here, 0)
    with database.writing() as db:
        release_if_due(db, OPERATOR, here.programme_id, day(40))
        wanted = NextTerm("Summer term", date(2027, 5, 3), keeps_groups=False)
        after = begin_next_term(db, here.here.coordinator, here.programme_id, wanted, day(80))
    monkeypatch.setattr(clock, "now", lambda: day(125))
    monkeypatch.setattr(monthly_evidence, "now", lambda: day(125))
    monthly_evidence.work_out_due(database)
    monthly_evidence.work_out_due(database)
    me = here.director.person_id or 0
    both = replace(here.director, roles=frozenset({(here.programme_id, Role.DIRECTOR), (after, Role.DIRECTOR)}))
    with database.reading() as db:
        this, before = get_release(db, both, after), release_last_term(db, both, after)
        assert release_last_term(db, actor(me, after, Role.DIRECTOR), after) is None, "who directs this term alone"
    assert before is not None
    assert (this.number, before.number) == (1, 2), "the release of May is the last but one of spring"
    rows = {each.figure: each for each in beside_last_term(this, before)}
    assert (rows[Figure.JOINED].before, rows[Figure.JOINED].points) == ("80 %", 5 - 80), (
        "nobody has been asked again yet"
    )
    other = replace(before, versions={**before.versions, "joined": 0})
    joined = next(each for each in beside_last_term(this, other) if each.figure is Figure.JOINED)
    assert (joined.same_definition, joined.points) == (False, None)
