"""Every date that a group could have in a round, and what would let a missed round be held."""

from __future__ import annotations

from dataclasses import replace

from solvers import rules
from solvers.instance import Group, Instance
from solvers.reasons.dates import RoundDates, round_dates
from solvers.reasons.facts import Step, StepKind
from solvers.reasons.plan import Plan
from tests.solvers.builders import a_facilitator, a_group, a_model, a_resident, an_instance, some_slots


def dates(instance: Instance, round_: int, *groups: Group) -> RoundDates:
    return round_dates(Plan(instance, groups), groups[0].id, round_)


PEOPLE = [a_resident("ann", "22222"), a_resident("bob", "20222"), a_resident("cat", "20220")]
SLOTS = some_slots(0, 1, 8, 9, 10, rounds=1)


def test_other_dates_come_with_who_could_come_best_first() -> None:
    instance = an_instance(PEOPLE, slots=SLOTS, quorum=0.5)
    found = dates(instance, 0, a_group("ann bob cat", [4]))
    assert found.chosen is not None
    assert found.chosen.coming == ("ann", "bob")
    assert [(one.slot, len(one.coming)) for one in found.possible] == [(0, 3), (2, 3), (3, 3)]
    assert [(one.rule_id, one.places) for one in found.against] == [(rules.QUORUM, 1)]


def test_the_group_does_not_stand_in_its_own_way() -> None:
    """A slot that overlaps its own session is free, for the session may move there."""
    people = [a_resident("ann", "22"), a_resident("bob", "22"), a_facilitator("fay", "22")]
    near = some_slots(0, 0, rounds=1)
    slots = (near[0], replace(near[1], start=near[1].start.replace(minute=30)))
    instance = an_instance(
        people, slots=slots, session_minutes=60, models=(a_model(size=(2, 2), facilitators=(1, 1), present=1),)
    )
    group = a_group("ann bob", [0], facilitators=("fay",))
    group = replace(group, sessions=(replace(group.sessions[0], facilitators=("fay",)),))
    assert [one.slot for one in dates(instance, 0, group).possible] == [1]


def test_a_missed_round_tells_the_mildest_step_of_each_kind() -> None:
    instance = an_instance(PEOPLE, slots=some_slots(0, 8, 9, 10, 11, rounds=1), quorum=1)
    instance = replace(
        instance, residents=tuple(replace(one, availability=marks) for one, marks in zip(
            instance.residents, ("02222", "00220", "00020"), strict=True))
    )  # fmt: skip
    found = dates(instance, 0, a_group("ann bob cat"))
    assert found.chosen is None
    assert found.possible[0].slot == 3
    assert found.ways == ()
    harder = replace(instance, residents=tuple(replace(one, availability=one.availability[:3] + "00")
                                               for one in instance.residents))  # fmt: skip
    (way,) = dates(harder, 0, a_group("ann bob cat")).ways
    assert way.slot == 2
    assert way.step == Step(StepKind.QUORUM, value=0.65, instead_of=1)
    assert (way.obstacle.have, way.obstacle.of) == (2, 3)


def test_a_step_that_is_told_does_hold_the_round() -> None:
    people = [a_resident("ann", "0220"), a_resident("bob", "0220"), a_resident("cat", "0000")]
    instance = an_instance(people, slots=some_slots(0, 8, 9, 10, rounds=1), quorum=1)
    (way,) = dates(instance, 0, a_group("ann bob cat")).ways
    relaxed = replace(instance, quorum=way.step.value)
    assert way.slot in {one.slot for one in dates(relaxed, 0, a_group("ann bob cat")).possible}
