"""Why somebody is where a coordinator put them by hand, and where the planner had them: on both databases."""

from __future__ import annotations

from datetime import timedelta

from scheduler.db import Database
from scheduler.decisions.model import Basis, ByHand, PersonDecision, SessionDecision
from scheduler.decisions.person import why_person
from scheduler.decisions.session import why_session
from scheduler.edits.model import MovePerson, SetDate
from tests.builders import NOW
from tests.scheduler.edits.drafts import Drafted, a_draft

LATER = NOW + timedelta(hours=1)


def person(here: Drafted, name: str) -> PersonDecision:
    with here.database.reading() as db:
        return why_person(db, here.coordinator, here.world.programme_id, here.plan_id, here.ids[name], LATER)


def session(here: Drafted, key: str, round_: int) -> SessionDecision:
    with here.database.reading() as db:
        return why_session(db, here.coordinator, here.world.programme_id, here.plan_id, key, round_, LATER)


def test_who_was_moved_by_hand_is_told_with_the_group_that_the_planner_had(storage: Database) -> None:
    here = a_draft(storage)
    assert person(here, "r1").by_hand is None
    before = here.group("g1").name
    here.keep(MovePerson(here.ids["r1"], "g2"), now=LATER)
    decision = person(here, "r1")
    assert decision.by_hand == ByHand(LATER, "Cora Coordinator", before)
    assert [group.key for group in decision.groups] == ["g2"]
    assert decision.plan.basis is Basis.NOW


def test_who_had_no_group_before_they_were_put_into_one(storage: Database) -> None:
    here = a_draft(storage)
    assert person(here, "l").groups == ()
    here.keep(MovePerson(here.ids["l"], "g1"), now=LATER)
    assert person(here, "l").by_hand == ByHand(LATER, "Cora Coordinator", "")


def test_what_was_undone_is_the_planners_again(storage: Database) -> None:
    here = a_draft(storage)
    here.keep(MovePerson(here.ids["r1"], "g2"), now=LATER)
    here.undo(LATER)
    assert person(here, "r1").by_hand is None


def test_a_date_that_was_set_by_hand_says_so(storage: Database) -> None:
    here = a_draft(storage)
    found = session(here, "g1", 1)
    assert found.by_hand is None
    here.keep(SetDate("g1", 1, found.possible[0].starts_at), now=LATER)
    moved = session(here, "g1", 1)
    assert moved.starts_at == found.possible[0].starts_at
    assert moved.by_hand == ByHand(LATER, "Cora Coordinator")
    assert session(here, "g1", 2).by_hand is None


def test_other_places_are_compared_with_the_one_they_have(storage: Database) -> None:
    here = a_draft(storage)
    here.say(r1="0")
    decision = person(here, "r1")
    assert (decision.can, decision.held, decision.changed) == (0, 3, 3)
    assert decision.places
    assert {place.more for place in decision.places} == {0}
    assert all(place.group for place in decision.places)
