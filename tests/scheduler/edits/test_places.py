"""Where else somebody could be."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from scheduler.changes import Fact, note
from scheduler.db import Database
from scheduler.edits import service
from scheduler.edits.model import Exchange, MovePerson, Place, SetDate
from scheduler.people.model import RelationKind, WishKind
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.programmes.service import get_programme
from solvers.vocabulary import COMING
from tests.builders import NOW
from tests.scheduler.edits.drafts import Drafted, a_draft


@pytest.fixture
def here(database: Database) -> Drafted:
    return a_draft(database)


def places(here: Drafted, name: str) -> tuple[Place, ...]:
    with here.database.reading() as db:
        return service.best_places(db, here.coordinator, here.plan_id, here.ids[name], NOW)


def test_each_place_is_what_the_change_would_be(here: Drafted) -> None:
    for name in ("l", "r1", "r9", "v1"):
        found = places(here, name)
        assert found
        for place in found:
            here_id, other = here.ids[name], place.exchange_with
            seen = here.preview(MovePerson(here_id, place.group) if other is None else Exchange(here_id, other))
            assert place.broken == seen.broken
            assert place.coming_change == seen.coming_after - seen.coming_before


def test_the_best_comes_first_and_what_breaks_a_rule_last(here: Drafted) -> None:
    found = places(here, "l")
    assert {place.group for place in found if not place.broken} == {"g1", "g2", "g3", "g4"}
    assert [place.score_change for place in found] == sorted((p.score_change for p in found), reverse=True)
    moves = [place for place in places(here, "r1") if place.exchange_with is None]
    assert {broken.rule_id for place in moves for broken in place.broken} == {"group_size"}


def test_who_can_come_to_another_group_is_shown_it(here: Drafted) -> None:
    assert {place.can_come for place in places(here, "l")} == {3}
    here.say(l="0")
    assert {place.can_come for place in places(here, "l")} == {0}


def test_a_place_has_the_marks_that_the_person_has_once_they_are_there(here: Drafted) -> None:
    with here.database.reading() as db:
        slots = get_programme(db, here.world.programme_id).slots()
    here.say(l="".join("02"[slot.round % 2] for slot in slots))
    here.keep(SetDate("g1", 1, None))
    found = places(here, "l")
    assert {place.marks for place in found if place.group in ("g1", "g2")} == {"0 0", "020"}
    for place in found:
        assert place.exchange_with is None
        assert sum(mark in COMING for mark in place.marks) == place.can_come
        assert sum(mark != " " for mark in place.marks) == place.held
        here.keep(MovePerson(here.ids["l"], place.group))
        group = next(group for group in here.open().groups if group.key == place.group)
        [member] = [member for member in group.residents if member.person_id == here.ids["l"]]
        assert member.marks == place.marks
        here.undo()


def test_a_group_against_which_only_a_secret_stands_is_there(here: Drafted) -> None:
    """Whatever was missing from the list would tell of it."""
    before = {place.group for place in places(here, "l")}
    with here.database.writing() as db:
        db.add(WishRow(programme_id=here.world.programme_id, person_id=here.ids["r1"], about_id=here.ids["l"],
                       kind=WishKind.AVOID))  # fmt: skip
        note(db, Fact.PEOPLE, here.world.programme_id, NOW)
    assert {place.group for place in places(here, "l")} == before == {"g1", "g2", "g3", "g4"}


def test_a_group_against_which_a_relation_stands_is_not_there(here: Drafted) -> None:
    with here.database.writing() as db:
        db.add(RelationRow(programme_id=here.world.programme_id, person_id=here.ids["r1"], about_id=here.ids["l"],
                           kind=RelationKind.LINE_MANAGES))  # fmt: skip
        note(db, Fact.PEOPLE, here.world.programme_id, NOW)
    found = places(here, "l")
    assert {place.group for place in found} == {"g2", "g3", "g4"}
    refused = here.preview(MovePerson(here.ids["l"], "g1"))
    with here.database.writing() as db:
        of_l = (ParticipantRow.person_id == here.ids["l"],)
        db.execute(update(ParticipantRow).where(*of_l).values(models={"vertical": 1}))
        note(db, Fact.PEOPLE, here.world.programme_id, NOW)
    named = here.preview(MovePerson(here.ids["l"], "g2"))
    assert here.preview(MovePerson(here.ids["l"], "g1")).broken != refused.broken
    assert [broken.rule_id for broken in named.broken] == ["model_accepted"]
    assert {place.group for place in places(here, "l")} == {"g4"}


def test_who_is_no_resident_has_no_places(here: Drafted) -> None:
    assert places(here, "f1") == ()
