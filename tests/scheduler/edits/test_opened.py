"""Drafts of programmes that are under way, whose people form groups themselves, or are in several."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from scheduler.db import Base, Database
from scheduler.edits.model import MovePerson, Pin, PinKind, SetDate, SetPin, SetWay
from scheduler.errors import NotPossible
from scheduler.memory import forget_everything
from scheduler.own_groups.service import OWN
from scheduler.people.model import RelationKind
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.programmes.model import Conduct
from scheduler.programmes.tables import ModelRow
from tests.builders import NOW, change_conduct, publish
from tests.scheduler.edits.drafts import Drafted, a_draft, store


@pytest.fixture
def here(storage: Database) -> Drafted:
    return a_draft(storage)


def test_what_has_begun_of_the_published_plan_stays(here: Drafted) -> None:
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, NOW)
    newer = Drafted(here.world, store(here.world, here.ids), here.ids)
    later = newer.group("g1").sessions[0].starts_at + timedelta(minutes=1)
    settled = {group.key: [s.is_settled for s in group.sessions] for group in newer.open(later).groups}
    assert settled == {"g1": [True, False, False]} | dict.fromkeys(("g2", "g3", "g4"), [False] * 3)
    with pytest.raises(NotPossible, match="has had its round 1"):
        newer.preview(SetDate("g1", 0, None), later)
    marks = [session.can_come for session in newer.open(later).groups[0].sessions]
    newer.keep(MovePerson(here.ids["l"], "g1"), now=later)
    group = next(group for group in newer.open(later).groups if group.key == "g1")
    assert [session.can_come for session in group.sessions] == [marks[0], marks[1] + 1, marks[2] + 1]
    line = next(member.marks for member in group.residents if member.person_id == here.ids["l"])
    assert line == "022"  # they were not at the one that has been


def test_a_group_of_peoples_own_is_theirs(here: Drafted) -> None:
    with here.database.writing() as db:
        own = ModelRow(programme_id=here.world.programme_id, key=OWN, name="Own group", size_min=1, size_max=12,
                       target=None, spread_min=0, spread_max=99, facilitators_min=0, facilitators_max=3,
                       present=0)  # fmt: skip
        db.add(own)
        db.flush()
        db.scalars(select(GroupRow).where(GroupRow.key == "g1")).one().model_id = own.id
    here.note()
    assert [group.is_whole for group in here.open().groups] == [False, True, True, True]
    for edit in (MovePerson(here.ids["l"], "g1"), MovePerson(here.ids["r1"], "g2"), SetWay("g1", "phone")):
        with pytest.raises(NotPossible, match="formed by its own people"):
            here.preview(edit)


@pytest.fixture
def several(here: Drafted) -> Drafted:
    """L is in the first group beside the second."""
    with here.database.writing() as db:
        change_conduct(db, here.coordinator, here.world.programme_id, Conduct(several_groups=True), NOW)
        for key, beside in (("g1", True), ("g2", False)):
            group = db.scalars(select(GroupRow).where(GroupRow.key == key)).one()
            db.add(MemberRow(group_id=group.id, person_id=here.ids["l"], role="resident", beside=beside))
    here.note()
    return here


def test_who_is_in_several_groups_leaves_the_one_that_is_said(several: Drafted) -> None:
    several.keep(MovePerson(several.ids["l"], "g3", out_of="g1"))
    assert ["l" in several.people(key) for key in ("g1", "g2", "g3")] == [False, True, True]
    with several.database.reading() as db:
        beside = select(GroupRow.key).join(MemberRow, MemberRow.group_id == GroupRow.id).where(MemberRow.beside)
        assert db.scalars(beside).all() == ["g3"]
    several.keep(MovePerson(several.ids["l"], "g4"))
    assert ["l" in several.people(key) for key in ("g2", "g3", "g4")] == [False, True, True]


def test_whom_they_may_not_be_with_counts_there_too(several: Drafted) -> None:
    with several.database.writing() as db:
        of = {"programme_id": several.world.programme_id, "kind": RelationKind.LINE_MANAGES}
        db.add(RelationRow(**of, person_id=several.ids["r9"], about_id=several.ids["l"]))
    several.note()
    assert several.preview(MovePerson(several.ids["l"], "g3", out_of="g1")).refused
    assert not several.preview(MovePerson(several.ids["l"], "g4", out_of="g1")).refused


def test_what_is_looked_at_again_in_part_is_as_if_it_were_looked_at_whole(here: Drafted) -> None:
    """After each change a draft, its groups and its figures are what they are where nothing is kept from before."""

    def change(row: type[Base], person: str, **values: object) -> None:
        with here.database.writing() as db:
            column = row.__table__.c.id if row is PersonRow else row.__table__.c.person_id
            db.execute(update(row).where(column == here.ids[person]).values(**values))
        here.note()

    before = here.open()
    for step in (
        lambda: here.say(r1="0", r2="1"),
        lambda: here.keep(MovePerson(here.ids["l"], "g1")),
        lambda: here.say(r1="2", v1="0", l="1"),
        lambda: here.keep(SetPin(Pin(PinKind.GROUP, "g2"))),
        lambda: change(PersonRow, "r5", name="Somebody Else"),
        lambda: here.keep(SetDate("g3", 1, None)),
        lambda: change(ParticipantRow, "r9", left_at=NOW),
        lambda: change(MemberRow, "f1", by_hand=True),
        here.undo,
        here.undo,
    ):
        step()
        seen = here.open()
        forget_everything()
        assert here.open() == seen != before
        before = seen
