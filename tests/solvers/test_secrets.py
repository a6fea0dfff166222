"""Trying to infer from what one person is told whom others avoid, what they said about themselves, and conflicts.

The one who asks knows the plan and everything about it that is not secret. A secret cannot be inferred if they are
told the same whatever it is; so each test changes secrets under an unchanged plan and compares what is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers import rules
from solvers.engines.joint import solve_joint
from solvers.explain import Explainer, explain, openly_known
from solvers.instance import Instance
from solvers.reasons.reports import PersonReport
from solvers.solution import Solution
from solvers.stop import Limits, never
from tests.solvers.builders import a_facilitator, a_group, a_model, a_resident, a_solution, an_instance, only
from tests.solvers.strategies import CATEGORIES, SOME_TRAITS, TAGS, instances, repairs, some_of

ANN = a_resident(
    "ann",
    wants=("cat",),
    tags=("parent",),
    company=("parent",),
    interests=("exams",),
    traits={"ward": "7b", "faith": "none"},
    like=("ward",),
    unlike=("faith",),
)
OTHERS = (a_resident("bob"), a_resident("cat", tags=("carer",)), a_resident("dan"), a_resident("eve"))
FAY = a_facilitator("fay", tags=("abroad",))
WORLD = an_instance([ANN, *OTHERS, FAY], models=(a_model(size=(2, 2), facilitators=(0, 1)),))
PLAN = a_solution(a_group("ann bob", [0, 1]), a_group("cat dan", [0, 1], id="g2", facilitators=("fay",)))


def with_resident(instance: Instance, person: str, **fields: object) -> Instance:
    residents = (replace(r, **fields) if r.id == person else r for r in instance.residents)
    return replace(instance, residents=tuple(residents))


def conflicting(*people: str) -> Instance:
    return replace(WORLD, conflicts=WORLD.conflicts | {frozenset(people)})


# Each is a different truth behind the same plan. In the first, ann's wish for cat fails for no reason but the price.
SECRETS: dict[str, Instance] = {
    "cat avoids ann": with_resident(WORLD, "cat", avoids=("ann",)),
    "dan avoids ann": with_resident(WORLD, "dan", avoids=("ann",)),
    "everybody avoids eve": with_resident(with_resident(WORLD, "bob", avoids=("eve",)), "dan", avoids=("eve",)),
    "cat and ann have a conflict": conflicting("cat", "ann"),
    "fay and ann have a conflict": conflicting("fay", "ann"),
    "bob is a parent too": with_resident(WORLD, "bob", tags=("parent",)),
    "bob is a parent and wants company": with_resident(WORLD, "bob", tags=("parent",), company=("parent",)),
    "cat is no carer": with_resident(WORLD, "cat", tags=()),
    "cat does not want to be the only carer": with_resident(WORLD, "cat", company=("carer",)),
    "cat must never be the only carer, and is not": with_resident(
        with_resident(WORLD, "cat", company=("carer",), firm=("carer",)), "dan", tags=("carer",)
    ),
    "bob is of ann's ward": with_resident(WORLD, "bob", traits={"ward": "7b"}),
    "bob is of another faith": with_resident(WORLD, "bob", traits={"faith": "some"}),
    "bob wants somebody of his ward": with_resident(WORLD, "bob", traits={"ward": "7b"}, like=("ward",)),
    "bob wants nobody of his ward": with_resident(WORLD, "bob", traits={"ward": "7b"}, unlike=("ward",)),
    "fay is of ann's ward": replace(WORLD, faculty=(replace(FAY, traits={"ward": "7b"}),)),
    "fay is a parent": replace(WORLD, faculty=(replace(FAY, tags=("parent",)),)),
}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_of_others_changes_nothing_that_somebody_is_told(secret: str) -> None:
    for person in ("ann", "eve"):
        assert Explainer(SECRETS[secret], PLAN).for_person(person) == Explainer(WORLD, PLAN).for_person(person)


def test_the_coordinator_is_told() -> None:
    """So the secrets above do make a difference, and the test of them could fail."""
    told = {name: Explainer(world, PLAN).for_coordinator("ann") for name, world in SECRETS.items()}
    plain = Explainer(WORLD, PLAN).for_coordinator("ann")
    assert told["cat avoids ann"].wishes[0].in_the_way != plain.wishes[0].in_the_way
    assert rules.AVOIDS in told["cat avoids ann"].wishes[0].in_the_way
    assert rules.CONFLICT in told["cat and ann have a conflict"].wishes[0].in_the_way
    assert [wish.met for wish in told["bob is a parent too"].wishes if wish.kind == "alone"] == [True]
    assert [wish.met for wish in plain.wishes if wish.kind == "alone"] == [False]
    assert [wish.met for wish in told["bob is of ann's ward"].wishes if wish.kind == "like"] == [True]
    assert [wish.met for wish in told["bob is of another faith"].wishes if wish.kind == "unlike"] == [True]
    assert [wish.met for wish in plain.wishes if wish.kind in ("like", "unlike")] == [False, False]


def test_wishes_for_company_are_heard_and_not_answered() -> None:
    wishes = Explainer(SECRETS["bob is a parent too"], PLAN).for_person("ann").wishes
    assert [(wish.subject, wish.met, wish.cost) for wish in wishes if wish.kind == "alone"] == [("parent", None, None)]


def test_wishes_for_people_alike_and_different_are_heard_and_not_answered() -> None:
    for secret in ("bob is of ann's ward", "bob is of another faith"):
        wishes = [wish for wish in Explainer(SECRETS[secret], PLAN).for_person("ann").wishes if "like" in wish.kind]
        assert [(wish.kind, wish.subject) for wish in wishes] == [("like", "ward"), ("unlike", "faith")]
        assert {(wish.met, wish.cost, wish.in_the_way) for wish in wishes} == {(None, None, ())}


def test_who_stays_without_a_group_so_as_not_to_be_the_only_one_is_nobody_elses_business() -> None:
    """Whether eve made it firm changes nothing that anybody reads, coordinators on pages included."""
    world = with_resident(WORLD, "eve", tags=("carer",), company=("carer",))
    firm = with_resident(world, "eve", firm=("carer",))
    for person in ("ann", "bob", "cat", "eve", "fay"):
        assert Explainer(firm, PLAN).for_person(person) == Explainer(world, PLAN).for_person(person)
    assert Explainer(firm, PLAN).unplaced("eve") == Explainer(world, PLAN).unplaced("eve")
    assert openly_known(firm) == openly_known(WORLD)


def test_what_would_cost_nothing_and_was_not_done_is_not_priced() -> None:
    """It would gain the plan the wish, which only something untold explains."""
    plain = Explainer(SECRETS["cat avoids ann"], PLAN).for_person("ann").wishes
    assert [(wish.met, wish.cost, wish.in_the_way) for wish in plain if wish.kind == "want"] == [(False, None, ())]


def test_nobody_is_offered_an_exchange_with_whom_they_avoid_themselves() -> None:
    """Changing places with dan is cheaper, since he and bob share an interest, but leaves ann with cat."""
    ann = a_resident("ann", choices=("fay",))
    bob, dan = a_resident("bob", wants=("ann",), interests=("exams",)), a_resident("dan", interests=("exams",))
    people = [ann, bob, a_resident("cat"), dan, FAY]
    world = an_instance(people, models=WORLD.models, weights=only(want=12, interest=3))
    assert cost_of_choice(world) == 12 - 3 - 3
    assert cost_of_choice(with_resident(world, "ann", avoids=("cat",))) == 12


def cost_of_choice(world: Instance) -> int | None:
    """What ann is told that a facilitator of her choice would cost."""
    return next(wish.cost for wish in Explainer(world, PLAN).for_person("ann").wishes if wish.kind == "choice")


def test_the_unplaced_are_not_told_who_keeps_them_out() -> None:
    pair = a_solution(a_group("ann bob", [0, 1]))
    world = an_instance([ANN, a_resident("bob", avoids=("eve",)), a_resident("eve")])
    coordinator = Explainer(world, pair).for_coordinator("eve")
    person = Explainer(world, pair).for_person("eve")
    assert rules.AVOIDS in {obstacle.rule_id for obstacle in coordinator.unplaced}
    assert {obstacle.rule_id for obstacle in person.unplaced} == {rules.GROUP_SIZE}


def test_no_tag_of_others_and_no_word_for_a_secret_rule_is_in_what_somebody_is_told() -> None:
    for world in SECRETS.values():
        for person, report in explain(world, PLAN).for_people.items():
            others = {tag for other in world.residents if other.id != person for tag in other.tags}
            own = {tag for other in world.residents if other.id == person for tag in other.company}
            words = set(_words(asdict(report)))
            assert words.isdisjoint(others - own)
            values = {value for other in world.residents if other.id != person for value in other.traits.values()}
            assert words.isdisjoint(values)
            assert words.isdisjoint({rules.AVOIDS, rules.CONFLICT, rules.COMPANY_REQUIRED})


def _words(value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [word for part in value.values() for word in _words(part)]
    if isinstance(value, list | tuple):
        return [word for part in value for word in _words(part)]
    return str(value).replace(":", " ").split()


@st.composite
def other_secrets(draw: st.DrawFn, instance: Instance, person: str) -> Instance:
    """The same instance but for secrets: any for everybody but ``person``, whose own stay."""
    ids = tuple(other.id for other in (*instance.residents, *instance.faculty))
    residents = []
    for resident in instance.residents:
        if resident.id == person:
            residents.append(resident)
            continue
        tags = draw(some_of(TAGS))
        avoids = draw(some_of(tuple(other for other in ids if other != resident.id)))
        company = draw(some_of(tags))
        told = {"tags": tags, "company": company, "firm": draw(some_of(company)), "traits": draw(SOME_TRAITS)}
        wishes = {"like": draw(some_of(CATEGORIES)), "unlike": draw(some_of(CATEGORIES))}
        residents.append(replace(resident, avoids=avoids, **told, **wishes))
    faculty = tuple(replace(other, tags=draw(some_of(TAGS)), traits=draw(SOME_TRAITS)) for other in instance.faculty)
    couples = [frozenset((one, other)) for one in ids for other in ids if one < other]
    conflicts = draw(st.frozensets(st.sampled_from(couples))) if couples else frozenset()
    return replace(instance, residents=tuple(residents), faculty=faculty, conflicts=conflicts)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(instances(most_residents=5) | repairs(most_residents=4), st.data())
def test_whatever_the_secrets_of_others_somebody_is_told_the_same(instance: Instance, data: st.DataObject) -> None:
    answer = solve_joint(instance, Limits(seconds=10, workers=1), None, never)
    solution = Solution(instance.name, answer.groups or ())
    people = [person.id for person in (*instance.residents, *instance.faculty)]
    if not people:
        return
    person = data.draw(st.sampled_from(people))
    # A facilitator's own tags are theirs, but nothing that they are told depends on them either.
    elsewhere = data.draw(other_secrets(instance, person))
    told: PersonReport = Explainer(instance, solution).for_person(person)
    assert Explainer(elsewhere, solution).for_person(person) == told
