"""What an edit brings with it: rooms, facilitators who come, groups that end."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solvers.edit import (
    AddFacilitator,
    DissolveGroup,
    DropSession,
    Edit,
    FormGroup,
    MergeGroups,
    MoveResident,
    RemoveFacilitator,
    ReplaceFacilitator,
    SetDate,
    SetMode,
    SetModel,
    SetRoom,
    SplitGroup,
    SwapResidents,
    preview,
)
from solvers.errors import UnusableInput
from solvers.instance import Group, Instance, Session
from solvers.solution import Solution
from tests.solvers.builders import (
    a_facilitator,
    a_group,
    a_model,
    a_resident,
    a_room,
    a_solution,
    an_instance,
    some_slots,
)

RESIDENTS = [a_resident(f"r{n}", "2222") for n in range(8)]
FACULTY = [a_facilitator("f1", "2222"), a_facilitator("f2", "2200"), a_facilitator("f3", "2222")]
ROOMS = (a_room("small", "1111", capacity=3), a_room("hall", "1111", capacity=9), a_room("other", "1111", capacity=9))


def problem(**fields: Any) -> Instance:
    """Two rounds of two slots each: Monday and Tuesday."""
    plain: dict[str, Any] = {"slots": some_slots(0, 1, 7, 8, rounds=2), "rooms": ROOMS}
    return an_instance([*RESIDENTS, *FACULTY], **{**plain, **fields})


def meeting_in(room: str, residents: str = "r0 r1", id_: str = "g1", **fields: Any) -> Group:
    """A group that meets in person at the first slot of either round."""
    group = a_group(residents, [], id=id_, mode="in_person", site="north", **fields)
    leads = fields.get("facilitators", ())
    return replace(group, sessions=(Session(0, 0, leads, room), Session(1, 2, leads, room)))


def online(residents: str, id_: str = "g2", **fields: Any) -> Group:
    """A group that meets by video at the first slot of either round."""
    leads = fields.get("facilitators", ())
    group = a_group(residents, [], id=id_, **fields)
    return replace(group, sessions=(Session(0, 0, leads), Session(1, 2, leads)))


def after(plan: Solution, *edits: Edit, instance: Instance | None = None) -> dict[str, Group]:
    return {group.id: group for group in preview(instance or problem(), plan, edits).solution.groups}


def rooms(group: Group) -> list[str | None]:
    return [session.room for session in group.sessions]


# --- people --------------------------------------------------------------------------------------------------------


def test_a_resident_leaves_the_group_that_they_were_in() -> None:
    found = after(a_solution(online("r0 r1", "g1"), online("r2 r3")), MoveResident("r0", "g2"))
    assert found["g1"].residents == ("r1",)
    assert found["g2"].residents == ("r2", "r3", "r0")


def test_who_has_no_group_is_added_and_who_goes_nowhere_has_none() -> None:
    plan = a_solution(online("r0 r1", "g1"))
    assert after(plan, MoveResident("r2", "g1"))["g1"].residents == ("r0", "r1", "r2")
    assert after(plan, MoveResident("r0", None))["g1"].residents == ("r1",)


def test_who_is_in_several_groups_leaves_all_or_the_one_named() -> None:
    plan = a_solution(online("r0 r1", "g1"), online("r0 r2"), online("r3", "g3"))
    everywhere = after(plan, MoveResident("r0", "g3"))
    assert [everywhere[id_].residents for id_ in ("g1", "g2", "g3")] == [("r1",), ("r2",), ("r3", "r0")]
    one = after(plan, MoveResident("r0", "g3", out_of="g2"))
    assert [one[id_].residents for id_ in ("g1", "g2", "g3")] == [("r0", "r1"), ("r2",), ("r3", "r0")]


def test_a_group_that_the_last_resident_leaves_is_no_more() -> None:
    plan = a_solution(online("r0", "g1"), online("r1 r2"))
    assert set(after(plan, MoveResident("r0", "g2"))) == {"g2"}


def test_two_swap_and_keep_each_other_s_place_in_the_list() -> None:
    found = after(a_solution(online("r0 r1", "g1"), online("r2 r3")), SwapResidents("r0", "r3"))
    assert (found["g1"].residents, found["g2"].residents) == (("r3", "r1"), ("r2", "r0"))


def test_a_new_facilitator_comes_to_the_sessions_that_they_can() -> None:
    found = after(a_solution(online("r0 r1", "g1")), AddFacilitator("f2", "g1"))
    assert [session.facilitators for session in found["g1"].sessions] == [("f2",), ()]


def test_a_new_facilitator_does_not_come_while_they_are_with_another_group() -> None:
    plan = a_solution(online("r0 r1", "g1"), online("r2 r3", facilitators=("f1",)))
    found = after(plan, DropSession("g2", 0), AddFacilitator("f1", "g1"))
    assert [session.facilitators for session in found["g1"].sessions] == [("f1",), ()]


def test_who_facilitates_no_more_comes_no_more() -> None:
    plan = a_solution(online("r0 r1", "g1", facilitators=("f1", "f2")))
    found = after(plan, RemoveFacilitator("f1", "g1"))["g1"]
    assert (found.facilitators, [s.facilitators for s in found.sessions]) == (("f2",), [("f2",), ("f2",)])


def test_who_takes_a_facilitator_s_place_comes_to_the_sessions_that_they_can() -> None:
    plan = a_solution(online("r0 r1", "g1", facilitators=("f1",)))
    found = after(plan, ReplaceFacilitator("f1", "g1", "f2"))["g1"]
    assert (found.facilitators, [s.facilitators for s in found.sessions]) == (("f2",), [("f2",), ()])


# --- rooms ---------------------------------------------------------------------------------------------------------


def test_a_group_that_outgrows_its_room_gets_a_larger_one_that_is_free() -> None:
    plan = a_solution(meeting_in("small", "r0 r1 r2"), meeting_in("hall", "r3 r4", "g2"))
    grown = MoveResident("r5", "g1")
    assert rooms(after(plan, grown)["g1"]) == ["other", "other"]
    assert rooms(after(plan, DropSession("g2", 1), grown)["g1"]) == ["other", "hall"]


def test_without_a_larger_room_the_referee_says_so() -> None:
    instance = problem(rooms=ROOMS[:1])
    found = preview(instance, a_solution(meeting_in("small", "r0 r1 r2")), [MoveResident("r5", "g1")])
    assert {(b.rule_id, b.round) for b in found.newly_broken} == {("room_capacity", 0), ("room_capacity", 1)}


def test_a_room_that_did_not_do_before_is_left_to_whoever_asked_for_it() -> None:
    plan = a_solution(meeting_in("small", "r0 r1 r2 r3"))
    assert rooms(after(plan, MoveResident("r4", "g1"))["g1"]) == ["small", "small"]


def test_a_group_that_meets_in_person_now_gets_the_smallest_rooms_that_do() -> None:
    plan = a_solution(online("r0 r1", "g1"), meeting_in("small", "r2 r3", "g2"))
    found = after(plan, SetMode("g1", "in_person", "north"))["g1"]
    assert (found.mode, found.site, rooms(found)) == ("in_person", "north", ["hall", "hall"])


def test_a_group_that_meets_by_video_now_has_neither_site_nor_rooms() -> None:
    found = after(a_solution(meeting_in("hall")), SetMode("g1", "video"))["g1"]
    assert (found.mode, found.site, rooms(found)) == ("video", None, [None, None])


# --- sessions ------------------------------------------------------------------------------------------------------


def test_a_session_moves_with_its_room_and_who_can_come() -> None:
    plan = a_solution(meeting_in("hall", facilitators=("f1", "f2")))
    found = after(plan, SetDate("g1", 3))["g1"]
    assert found.sessions[1] == Session(1, 3, ("f1",), "hall")
    assert found.sessions[0] == plan.groups[0].sessions[0]


def test_a_session_moves_into_a_free_room_where_its_own_is_taken() -> None:
    plan = a_solution(meeting_in("hall"), meeting_in("hall", "r2 r3", "g2"))
    moved = after(plan, SetDate("g2", 1), SetDate("g1", 1))
    assert (moved["g2"].sessions[0].room, moved["g1"].sessions[0].room) == ("hall", "small")


def test_a_date_may_say_its_room_and_who_comes() -> None:
    plan = a_solution(meeting_in("hall", facilitators=("f1",)))
    found = after(plan, SetDate("g1", 1, room="other", facilitators=()))["g1"]
    assert found.sessions[0] == Session(0, 1, (), "other")


def test_a_round_without_a_session_gets_one() -> None:
    plan = a_solution(replace(online("r0 r1", "g1"), sessions=(Session(1, 2),)))
    assert after(plan, SetDate("g1", 1))["g1"].sessions == (Session(0, 1), Session(1, 2))


def test_a_session_is_dropped_or_has_another_room() -> None:
    plan = a_solution(meeting_in("hall"))
    assert [s.round for s in after(plan, DropSession("g1", 0))["g1"].sessions] == [1]
    assert rooms(after(plan, SetRoom("g1", 1, "other"))["g1"]) == ["hall", "other"]


# --- groups --------------------------------------------------------------------------------------------------------


def test_a_group_is_formed_out_of_others() -> None:
    plan = a_solution(online("r0 r1 r2", "g1"))
    found = after(plan, FormGroup("peer", "video", ("r2", "r3"), ("f1",)))
    assert (found["g1"].residents, found["g2"]) == (
        ("r0", "r1"),
        Group("g2", "peer", "video", ("r2", "r3"), ("f1",)),
    )


def test_who_is_named_twice_is_in_the_new_group_once() -> None:
    found = after(a_solution(), FormGroup("peer", "video", ("r2", "r3", "r2"), ("f1", "f1")))
    assert (found["g1"].residents, found["g1"].facilitators) == (("r2", "r3"), ("f1",))


def test_a_group_that_is_formed_gets_no_id_of_the_previous_plan() -> None:
    instance = problem(previous=(online("r0 r1", "g1"), online("r2 r3")))
    found = after(a_solution(), FormGroup("peer", "video", ("r2", "r3")), instance=instance)
    assert set(found) == {"g3"}
    named = after(a_solution(), FormGroup("peer", "video", ("r2", "r3"), id="g2"), instance=instance)
    assert set(named) == {"g2"}


def test_a_group_is_split_and_its_part_meets_as_it_did_where_rooms_are_free() -> None:
    plan = a_solution(
        meeting_in("hall", "r0 r1 r2 r3", facilitators=("f1", "f2")),
        replace(meeting_in("small", "r4 r5", "g2"), sessions=(Session(0, 0, (), "small"),)),
        replace(meeting_in("other", "r6 r7", "g3"), sessions=(Session(0, 0, (), "other"),)),
    )
    found = after(plan, SplitGroup("g1", ("r2", "r3"), ("f2", "f3")))
    assert (found["g1"].residents, found["g1"].facilitators) == (("r0", "r1"), ("f1",))
    assert (found["g4"].residents, found["g4"].facilitators) == (("r2", "r3"), ("f2", "f3"))
    assert found["g4"].sessions == (Session(1, 2, ("f3",), "other"),)


def test_two_groups_become_one_that_meets_as_the_second() -> None:
    plan = a_solution(online("r0 r1", "g1", facilitators=("f2",)), meeting_in("small", "r2 r3", "g2"))
    found = after(plan, MergeGroups("g1", "g2"))
    assert set(found) == {"g2"}
    assert (found["g2"].residents, found["g2"].facilitators) == (("r2", "r3", "r0", "r1"), ("f2",))
    assert found["g2"].sessions == (Session(0, 0, ("f2",), "hall"), Session(1, 2, (), "hall"))


def test_a_group_is_dissolved_or_of_another_model() -> None:
    instance = problem(models=(a_model(), a_model(id="near")))
    plan = a_solution(online("r0 r1", "g1"), online("r2 r3"))
    assert set(after(plan, DissolveGroup("g1"))) == {"g2"}
    assert after(plan, SetModel("g1", "near"), instance=instance)["g1"].model == "near"


# --- what makes no sense -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (MoveResident("r0", "g1"), "to: r0 is in g1 already"),
        (MoveResident("r7", None), "resident: r7 is in no group"),
        (MoveResident("r7", "g1", "g2"), "out_of: r7 is not in g2"),
        (MoveResident("f1", "g1"), "resident: there is no resident f1"),
        (MoveResident("r0", "g9"), "to: there is no group g9"),
        (SwapResidents("r0", "r1"), "other: r0 and r1 are in one group"),
        (SwapResidents("r0", "r7"), "other: r7 is in no group"),
        (AddFacilitator("r0", "g1"), "facilitator: there is no facilitator r0"),
        (AddFacilitator("f1", "g1"), "facilitator: f1 facilitates g1 already"),
        (RemoveFacilitator("f2", "g1"), "facilitator: f2 does not facilitate g1"),
        (ReplaceFacilitator("f1", "g1", "f1"), "by: f1 facilitates g1 already"),
        (SetModel("g1", "none"), "model: there is no model none"),
        (SetMode("g1", "letter"), 'mode: is "letter"; expected one of "in_person", "video", "phone"'),
        (SetMode("g1", "in_person"), "site: is missing"),
        (SetDate("g1", 4), "slot: is 4; there are 4 slots, from 0 on"),
        (SetDate("g1", -1), "slot: is -1"),
        (SetDate("g1", 1, room="hall"), "room: g1 does not meet in person"),
        (SetRoom("g2", 0, "attic"), "room: there is no room attic"),
        (DropSession("g1", 7), "round: g1 has no session in round 7"),
        (FormGroup("peer", "video", ()), "residents: is empty"),
        (FormGroup("peer", "video", ("r7",), id="g1"), "id: there is a group g1 already"),
        (FormGroup("peer", "video", ("r7",), id=""), "id: is empty"),
        (SplitGroup("g1", ("r0", "r1")), "residents: are not some of those of g1"),
        (MergeGroups("g1", "g1"), "into: is the same group"),
        (DissolveGroup("g9"), "group: there is no group g9"),
    ],
)
def test_what_makes_no_sense_says_why(edit: Edit, text: str) -> None:
    plan = a_solution(online("r0 r1", "g1", facilitators=("f1",)), meeting_in("hall", "r2 r3", "g2"))
    with pytest.raises(UnusableInput) as refusal:
        preview(problem(), plan, [DropSession("g1", 0), edit])
    assert str(refusal.value.faults[0]).startswith(f"edits[1].{text}")


def test_the_example_in_the_documentation_can_be_run() -> None:
    page = (Path(__file__).parents[2] / "docs" / "solver.md").read_text(encoding="utf-8")
    section = page.split("\n## What if\n")[1].split("\n## ")[0]
    example = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert example
    names: dict[str, Any] = {
        "instance": problem(),
        "solution": a_solution(online("r0 r1", "g1"), online("r2 r3")),
    }
    exec(example[1], names)
    assert names["found"].solution.groups[1].residents == ("r2", "r3", "r1")
    assert names["editor"].solution.groups[1].residents == ("r2", "r3", "r1")
