"""What edits would do is what the referee says of the plan afterwards, looked at as a whole."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.edit import (
    AddFacilitator,
    DissolveGroup,
    Edit,
    Editor,
    MoveResident,
    Place,
    PossibleDate,
    ReplaceFacilitator,
    SetDate,
    SwapResidents,
    best_dates,
    best_places,
    preview,
)
from solvers.errors import UnusableInput
from solvers.instance import Instance
from solvers.referee import check
from solvers.solution import Solution
from tests.solvers.builders import a_facilitator, a_group, a_resident, a_solution, an_instance
from tests.solvers.edit_strategies import Story, any_edit, stories
from tests.solvers.strategies import plans, repairs

EVERYTHING = 10_000


def sensible(instance: Instance, solution: Solution, edits: list[Edit]) -> list[Edit]:
    """Those that can be made one after the other."""
    found: list[Edit] = []
    for edit in edits:
        with suppress(UnusableInput):
            preview(instance, solution, [*found, edit])
            found.append(edit)
    return found


def judged(instance: Instance, solution: Solution) -> tuple[object, ...]:
    verdict = check(instance, solution)
    return Counter(verdict.broken), dict(verdict.points), verdict.score


@given(stories())
def test_before_and_after_are_what_the_referee_says(story: Story) -> None:
    instance, solution, edits = story
    made = sensible(instance, solution, edits)
    found = preview(instance, solution, made)
    before = Counter(found.broken_before), dict(found.points_before), found.score_before
    after = Counter(found.broken_after), dict(found.points_after), found.score_after
    assert before == judged(instance, solution)
    assert after == judged(instance, found.solution)
    assert found.gain == found.score_after - found.score_before


@given(stories())
def test_the_plan_after_differs_in_the_changes_alone(story: Story) -> None:
    instance, solution, edits = story
    found = preview(instance, solution, sensible(instance, solution, edits))
    was, now = ({group.id: group for group in plan.groups} for plan in (solution, found.solution))
    for id_ in {**was, **now, **found.changes}:
        assert now.get(id_) == (found.changes[id_] if id_ in found.changes else was.get(id_))
    kept = [id_ for id_ in was if id_ in now]
    assert [group.id for group in found.solution.groups][: len(kept)] == kept


@given(stories())
def test_a_bound_goes_with_a_plan_that_keeps_every_rule(story: Story) -> None:
    instance, solution, edits = story
    made = sensible(instance, solution, edits)
    found = preview(instance, solution, made)
    if found.changes:
        rules_kept = check(instance, replace(found.solution, bound=None)).ok
        assert found.solution.bound == (solution.bound if rules_kept else None)
        assert found.solution.score == found.score_after


@given(stories())
def test_step_by_step_comes_to_the_same_as_at_once(story: Story) -> None:
    instance, solution, edits = story
    made = sensible(instance, solution, edits)
    editor = Editor(instance, solution)
    for edit in made:
        editor = editor.after([edit])
    assert {g.id: g for g in editor.solution.groups} == {
        g.id: g for g in preview(instance, solution, made).solution.groups
    }


@given(stories())
def test_looking_changes_nothing(story: Story) -> None:
    instance, solution, edits = story
    made = sensible(instance, solution, edits)
    editor = Editor(instance, solution)
    first = editor.preview(made)
    editor.preview(made[:1])
    again = editor.preview(made)
    assert (again.solution, again.points_after) == (first.solution, first.points_after)
    assert judged(instance, solution)[1] == dict(again.points_before)


@given(stories())
def test_what_makes_no_sense_is_refused_with_its_place(story: Story) -> None:
    instance, solution, edits = story
    made = sensible(instance, solution, edits)
    for edit in edits:
        if refusal := refused(instance, solution, [*made, edit]):
            assert refusal.faults[0].path.startswith(f"edits[{len(made)}].")


def refused(instance: Instance, solution: Solution, edits: list[Edit]) -> UnusableInput | None:
    try:
        preview(instance, solution, edits)
    except UnusableInput as error:
        return error
    return None


@given(stories())
def test_nobody_comes_to_be_in_two_groups_by_an_edit(story: Story) -> None:
    instance, solution, edits = story
    made = [e for e in sensible(instance, solution, edits) if not (isinstance(e, MoveResident) and e.out_of)]
    with suppress(UnusableInput):
        found = preview(instance, solution, made)
        assert not [breach for breach in found.newly_broken if breach.rule_id in {"one_group", "once", "group_id"}]


# --- places and dates --------------------------------------------------------------------------------------------


def seen(found: list[tuple[int, int, object]]) -> Counter[tuple[int, int]]:
    return Counter((broken, gain) for broken, gain, _ in found)


def tried(instance: Instance, solution: Solution, edit: Edit) -> tuple[int, int, object] | None:
    """How many rules an edit newly breaks and what it gains, by the referee of the whole plan."""
    try:
        after = preview(instance, solution, [edit]).solution
    except UnusableInput:
        return None
    was, now = check(instance, replace(solution, bound=None)), check(instance, replace(after, bound=None))
    gone = {(b.rule_id, b.group, b.person, b.round) for b in set(was.broken) - set(now.broken)}
    new = [b for b in set(now.broken) - set(was.broken) if (b.rule_id, b.group, b.person, b.round) not in gone]
    return len(new), now.score - was.score, edit


def all_places(instance: Instance, solution: Solution, who: str) -> list[tuple[int, int, object]]:
    groups = {group.id: group for group in solution.groups}
    edits: list[Edit] = []
    resident = next((one for one in instance.residents if one.id == who), None)
    for group in solution.groups:
        if resident is not None:
            if group.model not in resident.models or group.mode not in resident.modes or who in group.residents:
                continue
            edits.append(MoveResident(who, group.id))
            homes = [g for g in groups.values() if who in g.residents]
            known = (one for one in instance.residents if one.id in group.residents)
            edits += [
                SwapResidents(who, other.id)
                for other in known
                if homes and homes[0].model in other.models and homes[0].mode in other.modes
            ]
            continue
        leader = next(one for one in instance.faculty if one.id == who)
        if group.model in leader.models and group.mode in leader.modes and who not in group.facilitators:
            edits.append(AddFacilitator(who, group.id))
            edits += [ReplaceFacilitator(other, group.id, who) for other in group.facilitators]
    found = [one for edit in edits if (one := tried(instance, solution, edit))]
    return [one for one in found if not (isinstance(one[2], SwapResidents) and one[0])]


@st.composite
def plain_plans(draw: st.DrawFn) -> tuple[Instance, Solution]:
    instance = draw(repairs(most_residents=6, most_faculty=3, most_slots=5, least_residents=2, least_faculty=1))
    groups = draw(plans(instance, 1))
    return instance, Solution(instance.name, groups)


@given(plain_plans(), st.data())
def test_the_best_places_are_the_best_of_all_that_the_referee_finds(
    problem: tuple[Instance, Solution], data: st.DataObject
) -> None:
    instance, solution = problem
    who = data.draw(st.sampled_from([person.id for person in (*instance.residents, *instance.faculty)]))
    expected = all_places(instance, solution, who)
    found = best_places(instance, solution, who, EVERYTHING)
    assert Counter((len(place.broken), place.gain) for place in found) == seen(expected)
    assert list(found) == sorted(found, key=_rank)
    assert best_places(instance, solution, who, 2) == found[:2]
    for place in found:
        told = preview(instance, solution, [place.edit])
        assert (place.gain, set(place.broken)) == (told.gain, set(told.newly_broken))


@given(plain_plans(), st.data())
def test_the_best_dates_are_the_best_of_all_that_the_referee_finds(
    problem: tuple[Instance, Solution], data: st.DataObject
) -> None:
    instance, solution = problem
    group = data.draw(st.sampled_from(solution.groups))
    has = {session.slot for session in group.sessions}
    others = [slot for slot in range(len(instance.slots)) if slot not in has]
    expected = [one for slot in others if (one := tried(instance, solution, SetDate(group.id, slot)))]
    found = best_dates(instance, solution, group.id, EVERYTHING)
    assert Counter((len(date.broken), date.gain) for date in found) == seen(expected)
    assert list(found) == sorted(found, key=_rank)
    for round_ in range(instance.rounds):
        of_round = best_dates(instance, solution, group.id, EVERYTHING, round=round_)
        assert of_round == tuple(date for date in found if date.round == round_)


def _rank(found: Place | PossibleDate) -> tuple[int, int]:
    return len(found.broken), -found.gain


@given(plain_plans(), st.data())
def test_what_is_suggested_can_be_made(problem: tuple[Instance, Solution], data: st.DataObject) -> None:
    instance, solution = problem
    group = data.draw(st.sampled_from(solution.groups))
    for date in best_dates(instance, solution, group.id):
        after = preview(instance, solution, [date.edit]).changes[group.id]
        assert after is not None
        session = next(each for each in after.sessions if each.round == date.round)
        assert (session.slot, session.room, session.facilitators) == (date.slot, date.room, date.facilitators)


# --- what is refused ---------------------------------------------------------------------------------------------

PEOPLE = [a_resident(f"r{n}") for n in range(4)] + [a_facilitator("f1")]
PLAN = a_solution(a_group("r0 r1", [0], id="g1"), a_group("r2 r3", [1], id="g2"))


def test_groups_of_one_id_are_no_plan_to_edit() -> None:
    twice = a_solution(a_group("r0 r1"), a_group("r2 r3"))
    with pytest.raises(UnusableInput, match=r"groups\[1\].id: is that of another group"):
        preview(an_instance(PEOPLE), twice, [])


def test_who_is_not_there_has_no_places() -> None:
    with pytest.raises(UnusableInput, match="person: there is nobody with the id nobody"):
        best_places(an_instance(PEOPLE), PLAN, "nobody")


def test_a_group_or_round_that_is_not_there_has_no_dates() -> None:
    with pytest.raises(UnusableInput, match="group: there is no group g9"):
        best_dates(an_instance(PEOPLE), PLAN, "g9")
    with pytest.raises(UnusableInput, match="round: is 2; there are 2 rounds"):
        best_dates(an_instance(PEOPLE), PLAN, "g1", round=2)


def test_no_edits_change_nothing_not_even_a_bound_that_is_wrong() -> None:
    found = preview(an_instance(PEOPLE), replace(PLAN, bound=1), [])
    assert found.solution == replace(PLAN, bound=1)
    assert [breach.rule_id for breach in found.broken_after if breach.rule_id == "bound"] == ["bound"]
    assert not found.newly_broken
    assert not found.mended


@given(st.data())
def test_a_refusal_leaves_the_plan_as_it_was(data: st.DataObject) -> None:
    instance = an_instance(PEOPLE)
    editor = Editor(instance, PLAN)
    edits = data.draw(st.lists(any_edit(instance, PLAN.groups), max_size=4))
    with suppress(UnusableInput):
        editor.preview([*edits, DissolveGroup("nowhere")])
    assert editor.solution.groups == PLAN.groups
