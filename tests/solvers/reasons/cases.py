"""Small plans that lack something, and what explains them."""

from __future__ import annotations

from dataclasses import replace

from solvers import rules
from solvers.explain import Explainer
from solvers.instance import Group, Instance
from solvers.referee import check
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

PAIRS = (a_model(size=(2, 2)),)
GROUP = a_group("ann bob", [0, 1])


def explainer(instance: Instance, *groups: Group) -> Explainer:
    solution = a_solution(*groups)
    assert check(instance, solution).ok
    return Explainer(instance, solution)


MET_ONCE = a_group("ann bob", [0])
TWO = [a_resident("ann"), a_resident("bob")]
HERE = a_group("ann bob", [0], mode="in_person", site="north")
FAY = a_facilitator("fay", "20")
LED_ONCE = a_group("ann bob", [0], facilitators=("fay",))
NEEDS_ONE = (a_model(facilitators=(1, 1), present=1),)

MISSED: list[tuple[str, Instance, tuple[Group, ...]]] = [
    (rules.QUORUM, an_instance([a_resident("ann", "20"), a_resident("bob")], quorum=1), (MET_ONCE,)),
    (rules.GAP, an_instance(TWO, min_gap_days=8), (MET_ONCE,)),
    (
        rules.SLOT_OF_ROUND,
        an_instance([a_resident("ann", "2"), a_resident("bob", "2")], slots=some_slots(0, rounds=2)),
        (MET_ONCE,),
    ),
    (rules.PRESENT, an_instance([*TWO, FAY], models=NEEDS_ONE), (LED_ONCE,)),
    (
        rules.PERSON_OVERLAP,
        an_instance(
            [*TWO, a_resident("cat"), a_resident("dan"), a_facilitator("fay", capacity=2)],
            models=(a_model(size=(2, 2), facilitators=(1, 1), present=1),),
        ),
        (
            LED_ONCE,
            replace(
                a_group("cat dan", [0, 1], id="g2", facilitators=("fay",)),
                sessions=a_group("", [0, 1], facilitators=("fay",)).sessions[1:],
            ),
        ),
    ),
    (rules.ROOM_AT_SITE, an_instance(TWO, rounds=1, slots=some_slots(0, 1, rounds=1)), (replace(HERE, sessions=()),)),
    (
        rules.ROOM_CAPACITY,
        an_instance(TWO, rounds=1, slots=some_slots(0, 1, rounds=1), rooms=(a_room(capacity=1),)),
        (replace(HERE, sessions=()),),
    ),
    (rules.ROOM_FREE, an_instance(TWO, rooms=(a_room(marks="10"),)), (HERE,)),
    (
        rules.ROOM_OVERLAP,
        an_instance([*TWO, a_resident("cat"), a_resident("dan")], models=PAIRS, rooms=(a_room(),)),
        (
            HERE,
            replace(
                a_group("cat dan", [0, 1], id="g2", mode="in_person", site="north"),
                sessions=a_group("", [0, 1], mode="in_person").sessions[1:],
            ),
        ),
    ),
]
MISSED_FOR = {rule_id: (instance, *groups) for rule_id, instance, groups in MISSED}

WEEKLY = an_instance(
    [a_resident("ann", "2222"), a_resident("bob", "2222"), a_resident("cat", "2222")],
    slots=some_slots(0, 1, 7, 8, rounds=2),
    quorum=1,
    models=(a_model(size=(2, 3)),),
    previous=(a_group("ann bob", [0, 2]),),
)


def without(person: str, slot: int) -> Instance:
    """The rota has changed: somebody cannot come to a slot."""
    marks = "".join("0" if number == slot else "2" for number in range(4))
    people = (replace(p, availability=marks) if p.id == person else p for p in WEEKLY.residents)
    return replace(WEEKLY, residents=tuple(people))
