"""One group that changes beside others: what the referee finds then is what it finds in the whole plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from solvers import rules
from solvers.instance import Group, Instance
from solvers.lookup import Lookup
from solvers.one_group import OneGroup
from solvers.referee import Breach, check
from solvers.solution import Solution
from tests.solvers.strategies import plans, repairs

Changed = tuple[Instance, tuple[Group, ...], Group, Group]
"""An instance without pins, the groups that stay, and one before and after its sessions change."""


@st.composite
def changed_groups(draw: st.DrawFn) -> Changed:
    instance = replace(draw(repairs(most_residents=5, most_faculty=3, most_slots=5, least_residents=1)), pins=())
    before = draw(plans(instance, 1))
    index = draw(st.integers(0, len(before) - 1))
    group, others = before[index], (*before[:index], *before[index + 1 :])
    borrowed = draw(st.sampled_from([*(other.sessions for other in before), group.sessions[:1], ()]))
    return instance, others, group, replace(group, sessions=borrowed)


def everything(instance: Instance, *groups: Group) -> set[Breach]:
    return set(check(instance, Solution(instance.name, groups)).broken)


def without_words(breaches: Iterable[Breach]) -> set[tuple[object, ...]]:
    return {(breach.rule_id, breach.group, breach.person, breach.round) for breach in breaches}


@given(changed_groups())
def test_a_change_breaks_something_new_exactly_where_it_does_in_the_whole_plan(case: Changed) -> None:
    instance, others, before, after = case
    known = without_words(everything(instance, *others, before))
    full = everything(instance, *others, after)
    found = set(OneGroup(Lookup.of(instance), others).breaches(after))
    assert found <= full
    assert (without_words(found) <= known) == (without_words(full) <= known)


@given(changed_groups())
def test_alone_it_is_asked_all_but_how_many_groups_somebody_leads(case: Changed) -> None:
    instance, _others, _before, group = case
    full = {breach for breach in everything(instance, group) if breach.rule_id != rules.CAPACITY}
    assert set(OneGroup(Lookup.of(instance)).breaches(group)) == full


@given(repairs())
def test_a_group_with_somebody_unknown_breaks_that_rule_and_no_other(instance: Instance) -> None:
    group = Group("g9", instance.models[0].id, "video", ("nobody",))
    assert [breach.rule_id for breach in OneGroup(Lookup.of(instance)).breaches(group)] == [rules.KNOWN]
