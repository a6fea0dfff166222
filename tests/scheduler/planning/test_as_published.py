"""The previous plan as its sessions are by now."""

from __future__ import annotations

from scheduler.planning.as_published import HeldAt, as_published
from solvers.instance import Group, Instance, Session
from tests.solvers.builders import a_facilitator, a_resident, a_room, an_instance, some_slots


def meeting() -> Instance:
    """Ann and Bob meet at the first slots of both rounds, led by Fay, who cannot come to the last slot, and Gus."""
    leads = (a_facilitator("fay", "2220"), a_facilitator("gus", "2222"))
    people = (a_resident("ann", "2222"), a_resident("bob", "2222"), *leads)
    sessions = (Session(0, 0, ("fay", "gus"), "hall"), Session(1, 2, ("fay", "gus"), "hall"))
    group = Group("g1", "peer", "in_person", ("ann", "bob"), ("fay", "gus"), sessions, "north")
    return an_instance(
        people, slots=some_slots(0, 2, 7, 9, rounds=2), rooms=(a_room(), a_room("hut")), previous=(group,)
    )


def held(instance: Instance, *slots: int, room: str | None = "hall") -> dict[tuple[str, int], HeldAt]:
    return {("g1", instance.slots[slot].round): HeldAt(instance.slots[slot].start, room) for slot in slots}


def test_sessions_are_where_they_are_by_now_and_led_by_who_can_come() -> None:
    instance = meeting()
    [group] = as_published(instance, held(instance, 1, 3, room="hut"), {}).previous
    assert group.sessions == (Session(0, 1, ("fay", "gus"), "hut"), Session(1, 3, ("gus",), "hut"))


def test_what_is_cancelled_or_held_at_no_slot_is_left_out() -> None:
    instance = meeting()
    other = {("g1", 0): HeldAt(instance.slots[2].start, "hall")}
    assert as_published(instance, other, {}).previous[0].sessions == ()


def test_who_has_left_is_not_in_it() -> None:
    instance = meeting()
    [group] = as_published(instance, held(instance, 0, 2), {"g1": {"bob", "gus"}}).previous
    assert (group.residents, group.facilitators) == (("ann",), ("fay",))
    assert [session.facilitators for session in group.sessions] == [("fay",), ("fay",)]
