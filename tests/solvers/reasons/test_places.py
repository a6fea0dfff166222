"""Where else somebody could be, and what it would do to everybody else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers import rules
from solvers.explain import openly_known
from solvers.instance import COMING, Group, Instance
from solvers.reasons.facts import ForOthers, Step, StepKind
from solvers.reasons.places import Elsewhere, Whereabouts, group_with_place, whereabouts
from solvers.reasons.plan import Plan
from solvers.referee import check
from solvers.solution import Solution
from tests.solvers.builders import a_group, a_model, a_resident, an_instance, some_slots
from tests.solvers.strategies import instances, plans

PAIRS = (a_model(size=(2, 3)),)


def found(instance: Instance, who: str, *groups: Group) -> Whereabouts:
    return whereabouts(Plan(instance, groups), who)


def people(**marks: str) -> Instance:
    return an_instance([a_resident(name, text) for name, text in marks.items()], models=PAIRS)


def test_a_group_with_room_is_told_with_what_they_could_come_to() -> None:
    instance = people(ann="02", bob="22", cat="22", dan="20", eve="20")
    first = a_group("ann bob cat", [0, 1])
    result = found(instance, "ann", first, a_group("dan eve", [0], id="g2"))
    assert (result.group, result.can, result.held) == ("g1", 1, 2)
    assert [(place.group, place.can, place.held) for place in result.places if place.exchange_with is None] == [
        ("g2", 0, 1)
    ]


def test_who_is_needed_can_only_exchange_places() -> None:
    instance = people(ann="02", bob="22", cat="22", dan="20")
    result = found(instance, "ann", a_group("ann bob", [0, 1]), a_group("cat dan", [0, 1], id="g2"))
    assert result.is_needed
    assert all(place.exchange_with for place in result.places)


def test_what_others_would_lose_is_counted_in_people_and_sessions() -> None:
    instance = people(ann="20", bob="22", cat="02", dan="02")
    instance = replace(instance, quorum=0, slots=some_slots(0, 1, rounds=1), rounds=1)
    result = found(instance, "ann", a_group("ann bob", [0]), a_group("cat dan", [1], id="g2"))
    (place,) = result.places
    assert place.exchange_with == "cat"
    assert place.others == ForOthers(fewer=1, fewer_sessions=1)


def test_a_session_that_fails_without_the_move_too_is_no_cost_of_it() -> None:
    instance = people(ann="22", bob="20", cat="20", dan="22", eve="22")
    instance = replace(instance, quorum=1)
    result = found(instance, "ann", a_group("ann bob cat", [0, 1]), a_group("dan eve", [0, 1], id="g2"))
    place = next(place for place in result.places if place.exchange_with is None)
    assert (place.group, place.others) == ("g2", ForOthers())


def test_every_group_that_cannot_take_them_is_counted_once() -> None:
    instance = an_instance(
        [a_resident("ann", stage=9), *(a_resident(name) for name in ("bob", "cat", "dan", "eve"))],
        models=(a_model(size=(1, 2), spread=(0, 1)),),
    )
    result = found(instance, "ann", a_group("bob cat", [0, 1]), a_group("dan eve", [0, 1], id="g2"))
    assert [(one.rule_id, one.places) for one in result.against] == [(rules.STAGE_SPREAD, 2)]
    assert result.group is None


def test_the_one_step_that_opens_a_group_is_told_to_who_has_none() -> None:
    instance = an_instance(
        [a_resident(name) for name in ("ann", "bob", "cat", "dan")], models=(a_model(id="m", size=(1, 3)),)
    )
    instance = replace(instance, residents=tuple(replace(one, models={"m": 1}) for one in instance.residents))
    result = found(instance, "ann", a_group("bob cat dan", [0, 1], model="m"))
    assert result.ways_in == (Step(StepKind.LARGER, "m", value=4),)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], max_examples=60)
@given(data=st.data())
def test_every_place_that_is_told_keeps_every_rule_that_is_no_secret(data: st.DataObject) -> None:
    """The referee accepts the plan after any exchange, and counts as many who can come as was told."""
    instance = openly_known(replace(data.draw(instances()), pins=(), previous=()))
    groups = data.draw(plans(instance))
    plan = Plan(instance, groups)
    if not instance.residents or check(instance, Solution(instance.name, groups)).broken:
        return
    who = data.draw(st.sampled_from([person.id for person in instance.residents]))
    result = whereabouts(plan, who)
    assert len({place.group for place in result.places}) == len(result.places)
    for_everyone = [place.can + place.others.more_sessions - place.others.fewer_sessions for place in result.places]
    assert for_everyone == sorted(for_everyone, reverse=True), "the best for everyone first"
    if result.group is None:
        assert group_with_place(plan, who) == next((place.group for place in result.places), None)
    for place in result.places:
        after = moved(plan, who, place)
        assert not check(instance, Solution(instance.name, after)).broken
        home = next(group for group in after if who in group.residents)
        marks = plan.lookup.residents[who].availability
        assert place.can == sum(marks[session.slot] in COMING for session in home.sessions)
        assert place.held == len(home.sessions)


def moved(plan: Plan, who: str, place: Elsewhere) -> tuple[Group, ...]:
    """The plan's groups after a change of place, less sessions that fall through."""
    after = []
    for group in plan.groups.values():
        residents = [one for one in group.residents if one != who]
        if group.id == place.group:
            residents = [one for one in residents if one != place.exchange_with] + [who]
        elif who in group.residents and place.exchange_with:
            residents.append(place.exchange_with)
        settled = plan.settled(replace(group, residents=tuple(residents)))
        assert settled is not None
        if settled.residents:
            after.append(settled)
    return tuple(after)
