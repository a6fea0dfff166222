"""A draft changed by hand: what is kept, taken back and done again."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.edits.model import DissolveGroup, Exchange, MovePerson, Pin, PinKind, SetPin
from scheduler.edits.service import ChangedMeanwhile
from scheduler.enrolment.person_merge import merge_people
from scheduler.errors import NotAllowed, NotPossible
from scheduler.people.model import Actor, RelationKind
from scheduler.people.tables import PersonRow, RelationRow
from scheduler.plans.model import PlanState
from scheduler.plans.service import mark_reviewed
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from tests.builders import NOW
from tests.scheduler.edits.drafts import Drafted, a_draft, history_of, stored


@pytest.fixture
def here(storage: Database) -> Drafted:
    return a_draft(storage)


def test_a_draft_opens_with_everybody_in_it(here: Drafted) -> None:
    draft = here.open()
    assert (draft.version, draft.by_hand, draft.undo, draft.redo) == (0, 0, None, None)
    assert [group.key for group in draft.groups] == ["g1", "g2", "g3", "g4"]
    assert here.people("g4") == {"v1", "v2", "v3", "v4", "f1"}
    assert [member.person_id for member in draft.without] == [here.ids["l"]]
    assert (draft.coming, draft.seats, draft.held, draft.wanted) == (48, 48, 12, 12)
    assert draft.broken == ()
    assert [session.place for session in here.group("g3").sessions] == ["Library, North Hospital"] * 3
    assert {member.marks for member in here.group("g1").residents} == {"222"}


def test_a_move_is_seen_before_it_is_made(here: Drafted) -> None:
    before = stored(here)
    found = here.preview(MovePerson(here.ids["r1"], "g2"))
    assert not found.refused
    assert {(group.key, group.size_before, group.size_after) for group in found.groups} == {("g1", 4, 3), ("g2", 4, 5)}
    assert (found.coming_before, found.coming_after) == (48, 48)
    assert stored(here) == before


def test_a_move_that_is_kept_is_there(here: Drafted) -> None:
    version = here.keep(MovePerson(here.ids["l"], "g1"))
    draft = here.open()
    assert version == draft.version == 1
    assert here.people("g1") == {"l", "r1", "r2", "r3", "r4"}
    assert draft.without == ()
    assert draft.undo == MovePerson(here.ids["l"], "g1")
    assert [m.by_hand for m in here.group("g1").residents] == [m.person_id == here.ids["l"] for m in
                                                               here.group("g1").residents]  # fmt: skip
    with here.database.reading() as db:
        plan = db.get_one(PlanRow, here.plan_id)
        assert (plan.score, plan.bound) == (draft.score, None)
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "draft.changed")).all()
        assert [line.details for line in lines] == [{"plan": here.plan_id, "edit": "MovePerson"}]


def test_two_people_change_places(here: Drafted) -> None:
    here.keep(Exchange(here.ids["r1"], here.ids["r5"]))
    assert here.people("g1") == {"r5", "r2", "r3", "r4"}
    assert here.people("g2") == {"r1", "r6", "r7", "r8"}


def test_what_is_undone_is_as_it_was_and_done_again_as_it_became(here: Drafted) -> None:
    states = [stored(here)]
    for edit in (MovePerson(here.ids["l"], "g1"), Exchange(here.ids["r1"], here.ids["r5"])):
        here.keep(edit)
        states.append(stored(here))
    for state in reversed(states[:-1]):
        here.undo()
        assert stored(here) == state
    for state in states[1:]:
        here.redo()
        assert stored(here) == state
    with pytest.raises(NotPossible, match="nothing to do again"):
        here.redo()
    assert history_of(here) == (6, 2, 2)


def test_a_draft_that_was_read_is_one_again_once_a_change_is_undone_or_done_again(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["l"], "g1"))
    for change in (here.undo, here.redo):
        with here.database.writing() as db:
            mark_reviewed(db, here.coordinator, here.plan_id, NOW)
        change()
        with here.database.reading() as db:
            assert db.get_one(PlanRow, here.plan_id).state == PlanState.DRAFT


def test_undoing_puts_nobody_together_who_may_not_be_by_now(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["r1"], None))
    with here.database.writing() as db:
        of = {"programme_id": here.world.programme_id, "kind": RelationKind.LINE_MANAGES}
        db.add(RelationRow(**of, person_id=here.ids["r1"], about_id=here.ids["r2"]))
    here.note()
    before = stored(here)
    with pytest.raises(NotPossible):
        here.undo()
    assert stored(here) == before


def test_doing_again_puts_nobody_together_who_may_not_be_by_now(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["l"], "g1"))
    here.undo()
    with here.database.writing() as db:
        of = {"programme_id": here.world.programme_id, "kind": RelationKind.LINE_MANAGES}
        db.add(RelationRow(**of, person_id=here.ids["r1"], about_id=here.ids["l"]))
    here.note()
    with pytest.raises(NotPossible):
        here.redo()
    assert "l" not in here.people("g1")


def test_since_when_somebody_is_in_a_group_comes_back(here: Drafted) -> None:
    with here.database.writing() as db:
        group = db.scalar(select(GroupRow.id).where(GroupRow.plan_id == here.plan_id, GroupRow.key == "g1"))
        db.execute(update(MemberRow).where(MemberRow.group_id == group).values(since=NOW))
    here.note()
    before = stored(here)
    here.keep(DissolveGroup("g1"))
    here.undo()
    assert stored(here) == before


def test_undoing_says_nothing_of_who_is_no_more(here: Drafted) -> None:
    here.keep(SetPin(Pin(PinKind.APART, person_id=here.ids["l"], other_id=here.ids["r9"])))
    here.keep(MovePerson(here.ids["l"], "g1"))
    with here.database.writing() as db:
        db.execute(delete(PersonRow).where(PersonRow.id == here.ids["l"]))
    here.note()
    here.undo()
    assert here.people("g1") == {"r1", "r2", "r3", "r4"}
    assert (here.open().pins, here.open().without) == ((), ())
    with pytest.raises(NotPossible, match="is no longer here"):
        here.redo()


def test_who_were_two_people_end_the_history_of_what_named_them(here: Drafted) -> None:
    here.keep(SetPin(Pin(PinKind.APART, person_id=here.ids["l"], other_id=here.ids["r1"])))
    here.keep(MovePerson(here.ids["l"], "g2"))
    with here.database.writing() as db:
        merge_people(db, here.coordinator, here.world.programme_id, here.ids["r12"], here.ids["l"], NOW)
    draft = here.open()
    assert (draft.undo, draft.redo, draft.version) == (None, None, 3)
    one, other = sorted((here.ids["r1"], here.ids["r12"]))
    assert draft.pins == (Pin(PinKind.APART, person_id=one, other_id=other),)
    here.keep(SetPin(draft.pins[0], is_set=False))
    with pytest.raises(NotPossible, match="nothing to undo"):
        here.undo(), here.undo()


def test_a_new_change_after_one_that_was_undone_takes_its_place(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["l"], "g1"))
    here.undo()
    assert here.open().redo == MovePerson(here.ids["l"], "g1")
    here.keep(MovePerson(here.ids["l"], "g2"))
    assert here.open().redo is None
    assert history_of(here) == (3, 1, 1)


def test_who_saw_another_version_changes_nothing(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["l"], "g1"))
    before = stored(here)
    with pytest.raises(ChangedMeanwhile):
        here.keep(MovePerson(here.ids["r1"], "g2"), version=0)
    assert stored(here) == before


def test_only_the_coordinator_may(here: Drafted) -> None:
    from scheduler.edits.service import open_draft

    with here.database.reading() as db, pytest.raises(NotAllowed):
        open_draft(db, Actor(here.ids["r1"], "R1", frozenset()), here.plan_id, NOW)
