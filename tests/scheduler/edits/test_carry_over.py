"""What has changed of the published plan since a draft was made goes over into it; what was set by hand stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.coordination.first_dates import date_now
from scheduler.coordination.model import EndGroup, MoveSession
from scheduler.coordination.service import carry_out
from scheduler.db import Database, Db
from scheduler.edits import service
from scheduler.edits.findings import LeftOut, LeftOutKind
from scheduler.edits.model import CarryOver, MakeGroup, MergeGroups, MovePerson, Pin, PinKind, SetDate, SetPin
from scheduler.errors import NotPossible
from scheduler.own_groups.service import join_group, start_group
from scheduler.people.model import Actor, RelationKind, Role, WishKind
from scheduler.people.tables import RelationRow, WishRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.runs import queue_run
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow, RunRow
from scheduler.programmes.model import Conduct
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave
from scheduler.publishing.service import find_obstacle, has_changed_meanwhile, make_current
from scheduler.reasons.broken import Broken
from scheduler.sessions.tables import SessionRow
from tests.builders import NOW, actor, change_conduct, everybody_is_ready, publish
from tests.scheduler.edits.drafts import Drafted, a_draft, store, stored

ASKED, LATER = NOW + timedelta(minutes=2), NOW + timedelta(hours=1)
CARRIED = LATER + timedelta(minutes=5)


@pytest.fixture
def here(database: Database) -> Drafted:
    """A draft that was asked for while the same was published already."""
    first = a_draft(database)
    with database.writing() as db:
        publish(db, first.coordinator, first.plan_id, NOW + timedelta(minutes=1))
    draft = Drafted(first.world, store(first.world, first.ids), first.ids)
    with database.writing() as db:
        instance = build_instance(db, first.world.programme_id, NOW)
        run_id = queue_run(db, first.coordinator, first.world.programme_id, instance, ASKED, seconds=1, workers=1)
        db.get_one(RunRow, run_id).plan_id = draft.plan_id
    return draft


def published(here: Drafted, key: str) -> GroupRow:
    with here.database.reading() as db:
        plan = select(PlanRow.id).where(PlanRow.state == "published").scalar_subquery()
        row = select(GroupRow).where(GroupRow.plan_id == plan, GroupRow.key == key)
        return db.scalars(row.options(selectinload(GroupRow.sessions), selectinload(GroupRow.members))).one()


def move_published(here: Drafted, key: str, round_: int) -> object:
    """Give a published session the next date that is possible; returns when."""
    with here.database.reading() as db:
        dates = service.best_dates(db, here.coordinator, here.plan_id, key, round_, LATER)
        row = db.scalars(select(SessionRow).where(SessionRow.group_key == key, SessionRow.round == round_)).one()
    with here.database.writing() as db:
        carry_out(db, here.coordinator, MoveSession(row.id, dates[2].starts_at), "A clash.", LATER)
    here.note()
    return dates[2].starts_at


def is_blocked(here: Drafted) -> bool:
    with here.database.reading() as db:
        assert has_changed_meanwhile(db, here.coordinator, here.plan_id) == bool(
            find_obstacle(db, here.coordinator, here.plan_id)
        )
        return find_obstacle(db, here.coordinator, here.plan_id) is not None


def test_a_date_that_was_moved_goes_over_and_the_draft_can_be_published_again(here: Drafted) -> None:
    assert not is_blocked(here)
    when = move_published(here, "g1", 1)
    before = stored(here)
    assert is_blocked(here)
    here.keep(CarryOver(), now=CARRIED)
    assert here.group("g1").sessions[1].starts_at == when
    assert not here.group("g1").sessions[1].by_hand
    assert not is_blocked(here)
    here.undo(CARRIED)
    assert (stored(here), is_blocked(here)) == (before, True)
    here.redo(CARRIED)
    assert not is_blocked(here)
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, LATER + timedelta(hours=1))


def test_what_was_set_by_hand_stays_and_what_that_leaves_out_is_named(here: Drafted) -> None:
    with here.database.reading() as db:
        dates = service.best_dates(db, here.coordinator, here.plan_id, "g1", 1, NOW)
    here.keep(SetDate("g1", 1, dates[-1].starts_at))
    move_published(here, "g1", 1)
    moved = move_published(here, "g2", 0)
    found = here.preview(CarryOver(), LATER)
    assert found.left_out == (LeftOut(LeftOutKind.DATE, here.group("g1").name, 1),)
    here.keep(CarryOver(), now=CARRIED)
    assert here.group("g1").sessions[1].starts_at == dates[-1].starts_at
    assert here.group("g2").sessions[0].starts_at == moved


def test_a_second_time_only_what_is_newer_goes_over(here: Drafted) -> None:
    move_published(here, "g1", 1)
    here.keep(CarryOver(), now=CARRIED)
    own = here.group("g1").sessions[0].starts_at
    with here.database.reading() as db:
        back = service.best_dates(db, here.coordinator, here.plan_id, "g1", 1, LATER)[-1].starts_at
    here.keep(SetDate("g1", 1, back), now=CARRIED)
    found = here.preview(CarryOver(), LATER)
    assert (found.groups, found.left_out) == ((), ())
    assert here.group("g1").sessions[0].starts_at == own


def join(here: Drafted, name: str, key: str, out_of: str | None = None) -> None:
    """Have the coordinator put somebody into a published group."""
    group, who = published(here, key), here.ids[name]
    with here.database.writing() as db:
        if out_of is not None:
            db.delete(db.get_one(MemberRow, (published(here, out_of).id, who)))
        db.add(MemberRow(group_id=group.id, person_id=who, role=MemberRole.RESIDENT, since=LATER))
        db.get_one(PlanRow, group.plan_id).changed_at = LATER
    here.note()


def test_who_has_joined_changed_or_left_goes_over(here: Drafted) -> None:
    join(here, "l", "g1")
    join(here, "r5", "g1", out_of="g2")
    with here.database.writing() as db:
        leave(db, here.coordinator, here.world.programme_id, LATER, person_id=here.ids["r9"])
    here.note()
    here.keep(CarryOver(), now=CARRIED)
    assert here.people("g1") == {"r1", "r2", "r3", "r4", "r5", "l"}
    assert here.people("g2") == {"r6", "r7", "r8"}
    assert here.people("g3") == {"r10", "r11", "r12"}


def test_a_group_that_got_its_dates_at_once_goes_over_whole(here: Drafted) -> None:
    def who(name: str) -> Actor:
        return actor(here.ids[name], here.world.programme_id, Role.RESIDENT)

    with here.database.writing() as db:
        change_conduct(db, here.coordinator, here.world.programme_id, Conduct(several_groups=True), LATER)
        everybody_is_ready(db, here.world.programme_id)
    with here.database.writing() as db:
        begun = start_group(db, who("r1"), here.world.programme_id, "Friday circle", "video", LATER)
        join_group(db, who("r9"), here.world.programme_id, begun.code, LATER)
    with here.database.writing() as db:
        count = date_now(db, who("r1"), here.world.programme_id, begun.id, LATER)
    dates = [each.starts_at for each in published(here, begun.key).sessions]
    assert is_blocked(here), "the draft knows nothing of it, and would cancel its sessions"
    here.keep(CarryOver(), now=CARRIED)
    assert here.people("g1") == {"r1", "r2", "r3", "r4"}, "nobody is taken out of their other group"
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, CARRIED)
    whole = published(here, begun.key)
    assert ([each.starts_at for each in whole.sessions], len(dates)) == (dates, count)
    assert {each.person_id for each in whole.members} == {here.ids["r1"], here.ids["r9"]}


def test_somebody_put_elsewhere_by_hand_stays_there_and_is_named(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["l"], "g2"))
    join(here, "l", "g1")
    found = here.preview(CarryOver(), LATER)
    [left] = found.left_out
    assert (left.kind, left.group) == (LeftOutKind.PERSON, here.group("g1").name)
    here.keep(CarryOver(), now=CARRIED)
    assert "l" in here.people("g2")


def test_what_a_rule_stands_against_is_left_out_and_the_rest_goes_over(here: Drafted) -> None:
    of = {"programme_id": here.world.programme_id, "kind": RelationKind.LINE_MANAGES}
    with here.database.writing() as db:
        db.add(RelationRow(**of, person_id=here.ids["r5"], about_id=here.ids["l"]))
    join(here, "l", "g2")
    join(here, "r1", "g3", out_of="g1")
    when = move_published(here, "g4", 1)
    found = here.preview(CarryOver(), LATER)
    name = {member.person_id: member.name for member in here.open(LATER).without}[here.ids["l"]]
    left = LeftOut(LeftOutKind.PERSON, here.group("g2").name, person=name, against=Broken(None))
    assert (found.refused, found.left_out) == (False, (left,))
    here.keep(CarryOver(), now=CARRIED)
    assert "l" not in here.people("g2")
    assert "r1" in here.people("g3")
    assert here.group("g4").sessions[1].starts_at == when
    assert not is_blocked(here)


def test_a_change_that_another_makes_possible_goes_over_with_it(here: Drafted) -> None:
    """R1 may not be with R5; but R5 goes, in a change that is looked at later."""
    of = {"programme_id": here.world.programme_id, "kind": RelationKind.LINE_MANAGES}
    with here.database.writing() as db:
        db.add(RelationRow(**of, person_id=here.ids["r5"], about_id=here.ids["r1"]))
        db.add(RelationRow(**of, person_id=here.ids["r6"], about_id=here.ids["l"]))
    join(here, "r1", "g2", out_of="g1")
    join(here, "r5", "g3", out_of="g2")
    join(here, "l", "g2")
    found = here.preview(CarryOver(), LATER)
    assert [left.kind for left in found.left_out] == [LeftOutKind.PERSON]
    here.keep(CarryOver(), now=CARRIED)
    assert ("r1" in here.people("g2"), "r5" in here.people("g3"), "l" in here.people("g2")) == (True, True, False)


def test_what_people_keep_to_themselves_leaves_nobody_out(here: Drafted) -> None:
    """Whoever is missing would tell of it: the whole draft is looked at when it is published."""
    wish = {"programme_id": here.world.programme_id, "kind": WishKind.AVOID}
    with here.database.writing() as db:
        db.add(WishRow(**wish, person_id=here.ids["r5"], about_id=here.ids["l"]))
    join(here, "l", "g2")
    found = here.preview(CarryOver(), LATER)
    assert (found.refused, found.left_out) == (False, ())
    here.keep(CarryOver(), now=CARRIED)
    assert "l" in here.people("g2")


def test_other_facilitators_go_over(here: Drafted) -> None:
    group = published(here, "g4")
    with here.database.writing() as db:
        db.delete(db.get_one(MemberRow, (group.id, here.ids["f1"])))
        db.add(MemberRow(group_id=group.id, person_id=here.ids["f2"], role=MemberRole.FACILITATOR, since=LATER))
        db.get_one(PlanRow, group.plan_id).changed_at = LATER
    here.note()
    here.keep(CarryOver(), now=CARRIED)
    assert here.people("g4") == {"v1", "v2", "v3", "v4", "f2"}
    assert [session.facilitator_ids for session in here.group("g4").sessions] == [(here.ids["f2"],)] * 3


def test_a_group_that_was_ended_goes_from_the_draft(here: Drafted) -> None:
    with here.database.writing() as db:
        carry_out(db, here.coordinator, EndGroup(here.world.programme_id, "g3"), "Too few.", LATER)
    here.note()
    here.keep(CarryOver(), now=CARRIED)
    assert "g3" not in {group.key for group in here.open(LATER).groups}


def test_no_two_groups_of_a_draft_are_called_the_same_once_another_draft_is_published(here: Drafted) -> None:
    """Each draft has numbered a group of its own by itself: members know that of the published one by its number."""
    here.keep(MakeGroup(here.open().groups[0].model_id, "video", None, (here.ids["l"], here.ids["r12"])))
    [own] = [group for group in here.open().groups if group.key not in {"g1", "g2", "g3", "g4"}]
    other = Drafted(here.world, store(here.world, here.ids), here.ids)
    other.keep(MovePerson(here.ids["r1"], "g2"))
    other.keep(MakeGroup(own.model_id, "video", None, (here.ids["r1"], here.ids["r5"], here.ids["r6"])))
    [theirs] = [group for group in other.open().groups if group.key not in {"g1", "g2", "g3", "g4"}]
    assert theirs.name == own.name
    with here.database.writing() as db:
        publish_as_it_is(db, here, other.plan_id)
    here.note()
    with here.database.reading() as db:
        assert has_changed_meanwhile(db, here.coordinator, here.plan_id)
    assert [(group.key, group.name_before) for group in here.preview(CarryOver(), LATER).groups] == [
        (own.key, own.name)
    ]
    before = stored(here)
    here.keep(CarryOver(), now=CARRIED)
    assert here.group(own.key).name != published(here, theirs.key).name
    with here.database.reading() as db:
        assert not has_changed_meanwhile(db, here.coordinator, here.plan_id)
    here.undo(CARRIED)
    assert stored(here) == before


def publish_as_it_is(db: Db, here: Drafted, plan_id: int) -> None:
    """Let members see a draft, whatever the referee says of it."""
    make_current(db, here.coordinator, get_programme(db, here.world.programme_id), db.get_one(PlanRow, plan_id), LATER)


def test_a_draft_from_before_a_change_stays_behind_it_when_another_revision_is_published(here: Drafted) -> None:
    """The other revision has the change; this draft would undo it."""
    join(here, "l", "g1")
    other = Drafted(here.world, store(here.world, here.ids), here.ids)
    other.keep(MovePerson(here.ids["l"], "g1"))
    publish_another(here, other.plan_id)
    assert is_blocked(here)
    with here.database.writing() as db, pytest.raises(NotPossible, match="has been changed since"):
        publish(db, here.coordinator, here.plan_id, CARRIED + timedelta(minutes=2))


def publish_another(here: Drafted, plan_id: int, after: timedelta = timedelta(minutes=1)) -> None:
    """Publish another draft, made after all that was changed so far."""
    with here.database.writing() as db:
        db.get_one(PlanRow, plan_id).created_at = CARRIED
        publish(db, here.coordinator, plan_id, CARRIED + after)
    here.note()


def test_what_another_revision_has_dropped_again_is_not_carried_over(here: Drafted) -> None:
    join(here, "l", "g1")
    move_published(here, "g2", 1)
    publish_another(here, store(here.world, here.ids))
    assert not is_blocked(here)
    found = here.preview(CarryOver(), LATER)
    assert (found.groups, found.left_out) == ((), ())
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, CARRIED + timedelta(minutes=2))


def test_of_another_revision_only_what_was_changed_of_it_goes_over(here: Drafted) -> None:
    """Its groups and dates are its own: the draft is to take its place."""
    other = Drafted(here.world, store(here.world, here.ids), here.ids)
    other.keep(MovePerson(here.ids["r5"], "g1"))
    with here.database.writing() as db:
        publish_as_it_is(db, here, other.plan_id)
    here.note()
    assert not is_blocked(here)
    join(here, "l", "g1")
    when = move_published(here, "g3", 1)
    assert is_blocked(here)
    here.keep(CarryOver(), now=CARRIED + timedelta(hours=1))
    assert here.people("g1") == {"r1", "r2", "r3", "r4", "l"}
    assert "r5" in here.people("g2")
    assert here.group("g3").sessions[1].starts_at == when
    assert not is_blocked(here)


def test_what_has_changed_of_a_group_that_is_not_in_the_draft_is_named(here: Drafted) -> None:
    move_published(here, "g2", 1)
    here.keep(MergeGroups("g2", "g1"))
    found = here.preview(CarryOver(), LATER)
    assert (found.groups, found.left_out) == ((), (LeftOut(LeftOutKind.MISSING, published(here, "g2").name),))


def test_what_is_carried_over_and_pinned_is_no_change_by_hand(here: Drafted) -> None:
    move_published(here, "g1", 1)
    here.keep(CarryOver(), now=CARRIED)
    here.keep(SetPin(Pin(PinKind.GROUP, "g1"), is_set=True), now=CARRIED)
    assert here.open(CARRIED).by_hand == 0
    here.keep(MovePerson(here.ids["l"], "g2"), now=CARRIED)
    assert here.open(CARRIED).by_hand == 1
    here.undo()
    assert here.open(CARRIED).by_hand == 0


def test_where_it_is_not_known_what_was_published_nothing_is_carried_over(here: Drafted) -> None:
    with here.database.writing() as db:
        for row in db.scalars(select(RunRow)):
            row.plan_id = None
        for plan in db.scalars(select(PlanRow)):
            plan.as_published = None  # as those that were published before it was kept
    with pytest.raises(NotPossible, match="no longer know what was published"):
        here.preview(CarryOver(), LATER)
