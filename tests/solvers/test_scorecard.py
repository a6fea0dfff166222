"""A plan that changes step by step is judged as the referee judges it whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.instance import Group, Instance
from solvers.lookup import Lookup
from solvers.referee import check
from solvers.scorecard import Scorecard
from solvers.solution import Solution
from tests.solvers.strategies import orders, plans, repairs

Changes = Mapping[str, Group | None]
Story = tuple[Instance, tuple[Group, ...], list[Changes]]
"""An instance, a plan for it, and what of it changes step by step."""


@st.composite
def stories(draw: st.DrawFn) -> Story:
    instance = draw(repairs(most_residents=6, most_faculty=3, most_slots=5, least_residents=1))
    drawn = [group for _ in range(draw(st.integers(1, 3))) for group in draw(plans(instance, 1))]
    ids = st.sampled_from(["g0", "g1", "g2", "g3", "new"])
    # Groups of different plans, so that people, rooms and facilitators come to be in several; unknown ones too.
    others = [replace(drawn[0], residents=(*drawn[0].residents, "nobody")), replace(drawn[0], model="none")]
    group = st.none() | st.sampled_from([*drawn, *others])
    steps = draw(st.lists(st.dictionaries(ids, group, min_size=1, max_size=3), min_size=1, max_size=12))
    named = [{key: replace(g, id=key) if g else None for key, g in step.items()} for step in steps]
    return instance, draw(plans(instance)), named


def judged_whole(instance: Instance, groups: tuple[Group, ...]) -> tuple[object, ...]:
    verdict = check(instance, Solution(instance.name, groups))
    return set(verdict.broken), dict(verdict.points), verdict.score


@given(stories())
def test_however_many_steps_it_finds_what_the_referee_finds(story: Story) -> None:
    instance, groups, steps = story
    scorecard = Scorecard(Lookup.of(instance), groups)
    for changes in steps:
        before = set(scorecard.broken)
        outcome = scorecard.outcome(changes)
        scorecard = scorecard.after(outcome)
        whole = judged_whole(instance, scorecard.groups)
        verdict = scorecard.verdict()
        assert (set(verdict.broken), dict(verdict.points), verdict.score) == whole
        assert (set(outcome.new), set(outcome.gone)) == (whole[0] - before, before - whole[0])
        assert (dict(outcome.points), outcome.score) == whole[1:]


@given(stories())
def test_a_change_that_is_only_looked_at_changes_nothing(story: Story) -> None:
    instance, groups, steps = story
    scorecard = Scorecard(Lookup.of(instance), groups)
    for changes in steps:
        scorecard.outcome(changes)
    verdict = scorecard.verdict()
    assert (set(verdict.broken), dict(verdict.points), verdict.score) == judged_whole(instance, groups)


@st.composite
def others_like(draw: st.DrawFn, instance: Instance) -> Instance:
    """A problem that differs from another in people, groups before and conflicts, and now and then in its rules."""
    people = tuple(
        replace(person, availability="".join(draw(orders(tuple(person.availability)))), wants=())
        if draw(st.booleans())
        else person
        for person in instance.residents
    )
    fewer = draw(st.integers(0, 1))
    return replace(
        instance,
        residents=people[fewer:],
        faculty=tuple(replace(person, capacity=draw(st.integers(0, 3))) for person in instance.faculty),
        conflicts=draw(st.sampled_from([instance.conflicts, frozenset()])),
        previous=instance.previous if instance.pins else instance.previous[draw(st.integers(0, 1)) :],
        min_gap_days=draw(st.sampled_from([instance.min_gap_days] * 3 + [9])),
    )


@given(stories(), st.data())
def test_judged_by_another_problem_it_finds_what_the_referee_finds_there(story: Story, data: st.DataObject) -> None:
    instance, groups, steps = story
    scorecard = Scorecard(Lookup.of(instance), groups)
    for changes in steps:
        instance = data.draw(others_like(instance))
        changed = {**{group.id: group for group in scorecard.groups}, **changes}
        scorecard = scorecard.judged_by(Lookup.of(instance), [group for group in changed.values() if group])
        verdict = scorecard.verdict()
        assert (set(verdict.broken), dict(verdict.points), verdict.score) == judged_whole(instance, scorecard.groups)
        assert list(scorecard.cards) == [key for key, group in changed.items() if group]


@given(stories())
def test_it_knows_where_everybody_is(story: Story) -> None:
    instance, groups, steps = story
    scorecard = Scorecard(Lookup.of(instance), groups)
    for changes in steps:
        scorecard = scorecard.after(scorecard.outcome(changes))
    known = [card.group for card in scorecard.cards.values() if card.people or card.residents]
    for resident in instance.residents:
        there = tuple(group.id for group in known if resident.id in group.residents)
        assert scorecard.groups_of(resident.id) == there
    for person in instance.faculty:
        assert scorecard.led_by(person.id) == {group.id for group in known if person.id in group.facilitators}


@given(repairs(least_residents=1))
def test_groups_of_one_id_are_no_plan(instance: Instance) -> None:
    group = Group("g0", instance.models[0].id, "video", (instance.residents[0].id,))
    with pytest.raises(ValueError, match="one id"):
        Scorecard(Lookup.of(instance), [group, group])
