"""What each edit makes of a draft, and which make no sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.edits.model import (
    DissolveGroup,
    Edit,
    Exchange,
    MakeGroup,
    MergeGroups,
    MovePerson,
    SetDate,
    SetFacilitators,
    SetRoom,
    SetWay,
    SplitGroup,
)
from scheduler.errors import NotPossible
from scheduler.joining.questions import questions_of, set_questions
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Conduct, Programme
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from solvers import rules
from tests.builders import NOW, make_ready, publish
from tests.scheduler.edits.drafts import Drafted, a_draft, stored


@pytest.fixture
def here(database: Database) -> Drafted:
    return a_draft(database)


def programme(here: Drafted) -> Programme:
    with here.database.reading() as db:
        return get_programme(db, here.world.programme_id)


def model_id(here: Drafted, key: str) -> int:
    return next(model.id for model in programme(here).models if model.key == key)


def test_a_new_group_has_its_people_and_no_dates(here: Drafted) -> None:
    people = tuple(here.ids[name] for name in ("r1", "r5", "l"))
    here.keep(MakeGroup(model_id(here, "peer"), "video", None, people))
    group = here.open().groups[-1]
    assert {member.person_id for member in group.residents} == set(people)
    assert group.sessions == ()
    assert group.name == "Peer group 5"
    assert [broken.rule_id for broken in group.broken] == [rules.GROUP_SIZE]
    assert (group.broken[0].have, group.broken[0].needed) == (3, 4)
    assert (here.people("g1"), here.people("g2")) == ({"r2", "r3", "r4"}, {"r6", "r7", "r8"})


def test_the_name_of_a_group_that_is_gone_goes_to_no_other(here: Drafted) -> None:
    making = MakeGroup(model_id(here, "peer"), "video", None, (here.ids["l"],))
    here.keep(making)
    first = here.open().groups[-1]
    here.keep(DissolveGroup(first.key))
    here.keep(DissolveGroup("g2"))
    here.keep(making)
    assert (first.name, here.open().groups[-1].name) == ("Peer group 5", "Peer group 6")
    here.undo()
    here.undo()
    here.undo()
    here.undo()
    here.keep(making)
    assert here.open().groups[-1].name == "Peer group 5", "what was undone has never been"


def test_a_group_in_two_has_the_same_dates_as_far_as_there_are_rooms(here: Drafted) -> None:
    here.keep(SplitGroup("g1", (here.ids["r1"], here.ids["r2"])))
    new, before = here.open().groups[-1], here.group("g1")
    assert [session.starts_at for session in new.sessions] == [session.starts_at for session in before.sessions]
    assert {member.marks for member in new.residents} == {"222"}
    here.keep(SplitGroup("g3", (here.ids["r9"],)))
    assert here.open().groups[-1].sessions == ()  # there is one room, which the other half has


def test_two_groups_as_one_have_the_dates_of_the_second(here: Drafted) -> None:
    dates = here.group("g2").sessions
    here.keep(MergeGroups("g1", "g2"))
    assert here.people("g2") == {f"r{n}" for n in range(1, 9)}
    assert [session.starts_at for session in here.group("g2").sessions] == [date.starts_at for date in dates]
    assert [group.key for group in here.open().groups] == ["g2", "g3", "g4"]


def test_who_was_in_a_group_that_is_given_up_has_none(here: Drafted) -> None:
    here.keep(DissolveGroup("g4"))
    names = {"l", "v1", "v2", "v3", "v4"}
    assert {member.person_id for member in here.open().without} == {here.ids[name] for name in names}


def test_a_group_that_everybody_has_left_is_no_more(here: Drafted) -> None:
    for name in ("r1", "r2", "r3", "r4"):
        here.keep(MovePerson(here.ids[name], "g2"))
    assert [group.key for group in here.open().groups] == ["g2", "g3", "g4"]


def test_another_facilitator_comes_to_the_sessions_that_they_can_come_to(here: Drafted) -> None:
    start = here.group("g4").sessions[1].starts_at
    slots = programme(here).slots()
    here.say(f2="".join("0" if slot.starts_at == start else "2" for slot in slots))
    here.keep(SetFacilitators("g4", (here.ids["f2"],)))
    group = here.group("g4")
    assert [session.facilitator_ids for session in group.sessions] == [(here.ids["f2"],), (), (here.ids["f2"],)]
    assert [(broken.rule_id, broken.round) for broken in group.broken] == [(rules.PRESENT, 1)]
    assert [(member.marks, member.by_hand) for member in group.facilitators] == [("202", True)]


def test_another_date_takes_a_room_that_is_free(here: Drafted) -> None:
    taken = here.group("g3").sessions[0].starts_at
    here.keep(SetWay("g1", "in_person", programme(here).sites[0].id))
    group = here.group("g1")
    assert {session.place for session in group.sessions} == {"Library, North Hospital"}
    seen = here.preview(SetDate("g1", 0, taken))
    assert [broken.rule_id for broken in seen.broken] == [rules.ROOM_OVERLAP]
    here.keep(SetDate("g1", 0, None))
    assert [session.round for session in here.group("g1").sessions] == [1, 2]


def test_rooms_are_those_of_the_site(here: Drafted) -> None:
    room = programme(here).sites[0].rooms[0].id
    with pytest.raises(NotPossible, match="meet in person"):
        here.preview(SetRoom("g1", 0, room))
    with pytest.raises(NotPossible, match="find that room"):
        here.preview(SetRoom("g3", 0, 9999))
    assert here.preview(SetRoom("g3", 0, room)).broken == ()


NO_SENSE = [
    (lambda here: MovePerson(here.ids["r1"], "g1"), "already"),
    (lambda here: MovePerson(here.ids["l"], None), "isn’t in that group"),
    (lambda here: MovePerson(here.ids["f1"], "g1"), "isn’t a resident"),
    (lambda here: MovePerson(here.ids["r1"], "nowhere"), "can’t find that group"),
    (lambda here: Exchange(here.ids["r1"], here.ids["r2"]), "already in one group"),
    (lambda here: Exchange(here.ids["r1"], here.ids["l"]), "has no group"),
    (lambda here: MakeGroup(9999, "video", None, (here.ids["l"],)), "kind of group"),
    (lambda here: MakeGroup(model_id(here, "peer"), "smoke", None, (here.ids["l"],)), "way to meet"),
    (lambda here: MakeGroup(model_id(here, "peer"), "in_person", None, (here.ids["l"],)), "needs a site"),
    (lambda here: MakeGroup(model_id(here, "peer"), "video", None, ()), "at least one resident"),
    (lambda _here: SplitGroup("g1", ()), "not all"),
    (lambda here: SplitGroup("g1", tuple(here.ids[f"r{n}"] for n in range(1, 5))), "not all"),
    (lambda _here: MergeGroups("g1", "g1"), "already one group"),
    (lambda here: SetFacilitators("g4", (here.ids["f1"],)), "already"),
    (lambda here: SetFacilitators("g4", (here.ids["r1"],)), "isn’t a facilitator"),
    (lambda _here: SetDate("g1", 0, NOW), "isn’t in round 1"),
    (lambda _here: SetWay("g1", "video"), "already"),
]


@pytest.mark.parametrize(("edit", "why"), NO_SENSE)
def test_what_makes_no_sense_is_said(here: Drafted, edit: object, why: str) -> None:
    made: Edit = edit(here)  # type: ignore[operator]
    with pytest.raises(Exception, match=why):
        here.preview(made)


def test_what_is_no_draft_any_more_stays(here: Drafted) -> None:
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, NOW)
    with pytest.raises(NotPossible, match="no longer a draft"):
        here.preview(MovePerson(here.ids["l"], "g1"))


def test_what_mends_the_published_plan_stays(here: Drafted) -> None:
    with here.database.writing() as db:
        db.get_one(PlanRow, here.plan_id).repairs = {"g1": ""}
    with pytest.raises(NotPossible, match="mends what is published"):
        here.open()


def test_in_a_programme_that_has_ended_nothing_is_changed(here: Drafted) -> None:
    with here.database.writing() as db:
        db.get_one(ProgrammeRow, here.world.programme_id).ended_at = NOW
    with here.database.reading() as db, pytest.raises(NotPossible):
        must_go_on(db, here.world.programme_id)
    with pytest.raises(NotPossible, match="has ended"):
        here.open()


def test_a_date_that_is_over_stays(here: Drafted) -> None:
    """Before anything is published a round is over when none of its times is ahead."""
    with here.database.reading() as db:
        last = max(slot.starts_at for slot in get_programme(db, here.world.programme_id).slots() if slot.round == 0)
    later = last + timedelta(minutes=1)
    assert [session.is_settled for session in here.open(later).groups[0].sessions] == [True, False, False]
    with pytest.raises(NotPossible, match="has had its round 1"):
        here.preview(SetDate("g1", 0, None), later)
    with here.database.reading() as db:
        assert db.scalars(select(PlanRow.state)).one() == "draft"


def beside(here: Drafted, name: str, key: str) -> None:
    """Let somebody be in a group beside their own."""
    with here.database.writing() as db:
        group = db.scalars(select(GroupRow).where(GroupRow.plan_id == here.plan_id, GroupRow.key == key)).one()
        group.members.append(MemberRow(person_id=here.ids[name], role=MemberRole.RESIDENT, beside=True))
    here.note()


@pytest.mark.parametrize(
    "edit",
    [
        lambda _ids: MergeGroups("g1", "g2"),
        lambda ids: MovePerson(ids["r1"], "g2"),
        lambda ids: MovePerson(ids["r1"], None),
        lambda ids: Exchange(ids["r1"], ids["r5"]),
        lambda _ids: DissolveGroup("g1"),
    ],
)
def test_whose_own_place_goes_has_the_further_one_for_their_own(database: Database, edit: Any) -> None:
    here = a_draft(database, conduct=Conduct(several_groups=True))
    beside(here, "r1", "g2")
    before = stored(here)
    here.keep(edit(here.ids))
    with here.database.reading() as db:
        seats = select(GroupRow.key, MemberRow.beside).join(GroupRow, GroupRow.id == MemberRow.group_id)
        mine = db.execute(seats.where(GroupRow.plan_id == here.plan_id, MemberRow.person_id == here.ids["r1"])).all()
    assert [tuple(row) for row in mine] == [("g2", False)]
    here.undo()
    assert stored(here) == before


def test_a_facilitator_who_is_not_ready_is_not_put_in_by_hand(here: Drafted) -> None:
    with here.database.writing() as db:
        wanted = replace(questions_of(db, here.world.programme_id), code_needed=True)
        set_questions(db, here.coordinator, here.world.programme_id, wanted, NOW)
        make_ready(db, here.coordinator, here.world.programme_id, (here.ids["f1"],), NOW)
    with pytest.raises(NotPossible):
        here.keep(SetFacilitators("g4", (here.ids["f2"],)))
    with pytest.raises(NotPossible):
        here.keep(SetFacilitators("g4", (here.ids["f1"], here.ids["f2"])))
    with here.database.writing() as db:
        make_ready(db, here.coordinator, here.world.programme_id, (here.ids["f2"],), NOW)
    here.keep(SetFacilitators("g4", (here.ids["f2"],)))
