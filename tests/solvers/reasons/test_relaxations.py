"""What to relax: what each thing buys, and the fewest that buy as much as all."""

from __future__ import annotations

from dataclasses import replace

from solvers import rules
from solvers.instance import Group, Instance
from solvers.reasons.facts import Step, StepKind
from tests.solvers.builders import (
    a_facilitator,
    a_model,
    a_resident,
    an_instance,
    some_slots,
)
from tests.solvers.reasons.cases import (
    GROUP,
    LED_ONCE,
    MISSED_FOR,
    NEEDS_ONE,
    PAIRS,
    TWO,
    explainer,
)


def relaxed(instance: Instance, *groups: Group) -> dict[Step[str], tuple[int, int]]:
    """Each relaxation with the sessions and residents that it buys."""
    found = explainer(instance, *groups).relaxations()
    return {single.step: (single.gain.sessions, single.gain.residents) for single in found.single}


HALF: Step[str] = Step(StepKind.QUORUM, value=0.5, instead_of=1)
ON_MONDAYS: Step[str] = Step(StepKind.FACILITATORS_ON, what="Monday", value=1)


def test_relaxing_finds_what_lets_sessions_be_held() -> None:
    assert relaxed(*MISSED_FOR[rules.QUORUM]) == {HALF: (1, 0)}
    assert relaxed(*MISSED_FOR[rules.GAP]) == {
        Step(StepKind.GAP, value=7, instead_of=8): (1, 0),
    }
    assert relaxed(*MISSED_FOR[rules.PRESENT]) == {ON_MONDAYS: (1, 0)}
    assert relaxed(*MISSED_FOR[rules.ROOM_FREE]) == {Step(StepKind.ROOM, "north"): (1, 0)}
    assert relaxed(*MISSED_FOR[rules.SLOT_OF_ROUND]) == {}


SMALLER: Step[str] = Step(StepKind.SMALLER, "peer", value=1)


def test_relaxing_finds_what_lets_residents_be_placed() -> None:
    cat = a_resident("cat")
    same_stage = (a_model(spread=(0, 0)),)
    assert relaxed(an_instance([*TWO, replace(cat, modes=("phone",))]), GROUP) == {
        Step(StepKind.ACCEPT_MODE, "cat", "video"): (0, 1),
        SMALLER: (2, 1),
    }
    assert relaxed(an_instance([*TWO, cat], models=PAIRS), GROUP) == {
        Step(StepKind.LARGER, "peer", value=3): (0, 1),
        SMALLER: (2, 1),
    }
    assert relaxed(an_instance([*TWO, replace(cat, stage=2)], models=same_stage), GROUP) == {
        Step(StepKind.FARTHER, "peer", value=1): (0, 1),
        SMALLER: (2, 1),
    }
    assert relaxed(an_instance(TWO, models=NEEDS_ONE)) == {Step(StepKind.FACILITATOR, "peer"): (2, 2)}


def test_what_would_not_help_by_itself_is_not_proposed() -> None:
    cat = a_resident("cat", stage=3, modes=("phone",))
    assert relaxed(an_instance([*TWO, cat], models=(a_model(size=(2, 3), spread=(0, 0)),)), GROUP) == {SMALLER: (2, 1)}


def test_the_smallest_set_does_what_all_do_together() -> None:
    slots = some_slots(0, 7, 14, rounds=3)
    people = [a_resident("ann", "220"), a_resident("bob", "222"), a_facilitator("fay", "202")]
    instance = an_instance(people, rounds=3, slots=slots, quorum=1, models=NEEDS_ONE)
    found = explainer(instance, LED_ONCE).relaxations()
    assert {single.step for single in found.smallest} == {ON_MONDAYS, HALF}
    assert (found.together.sessions, found.together.residents) == (2, 0)


def test_where_nothing_is_missed_nothing_is_proposed() -> None:
    found = explainer(an_instance(TWO), GROUP).relaxations()
    assert (found.single, found.smallest) == ((), ())


def test_what_protects_people_is_never_proposed() -> None:
    instance = an_instance([*TWO, a_resident("cat", avoids=("ann",))], conflicts=frozenset([frozenset(["bob", "cat"])]))
    assert relaxed(instance, GROUP) == {SMALLER: (2, 1)}


def test_told_to_stop_it_tells_what_was_found_by_then() -> None:
    whole = explainer(*MISSED_FOR[rules.QUORUM])
    stopped = whole.relaxations(should_stop=lambda: True)
    assert (stopped.single, stopped.smallest, stopped.together.sessions) == ((), (), 0)
    asked = iter([False])
    found = whole.relaxations(should_stop=lambda: next(asked, True))
    assert [single.step for single in found.single] == [HALF]
    assert found.smallest == found.single
    assert found.together == found.single[0].gain
