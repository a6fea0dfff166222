"""What the referee finds broken has figures where the rule is one of numbers."""

from __future__ import annotations

import pytest

from scheduler.planning.breaches import broken_of
from solvers import rules
from solvers.lookup import Lookup
from solvers.referee import check
from tests.solvers.test_referee_rules import BROKEN


@pytest.mark.parametrize(
    ("rule_id", "figures"),
    [
        (rules.GROUP_SIZE, (1, 2, 0)),
        (rules.STAGE_SPREAD, (0, 1, 0)),
        (rules.FACILITATORS, (0, 1, 0)),
        (rules.GAP, (7, 7.5, 0)),
        (rules.QUORUM, (1, 2, 2)),
        (rules.PRESENT, (0, 1, 0)),
        (rules.ROOM_CAPACITY, (2, 1, 0)),
        (rules.ROOM_FREE, (0, 0, 0)),
        (rules.KNOWN, (0, 0, 0)),
    ],
)
def test_a_rule_of_numbers_has_its_figures(rule_id: str, figures: tuple[int, float, int]) -> None:
    instance, solution = BROKEN[rule_id]
    groups = {group.id: group for group in solution.groups}
    lookup = Lookup.of(instance)
    found = [broken_of(lookup, groups, breach) for breach in check(instance, solution).broken]
    assert {(each.rule_id, each.group, each.have, each.needed, each.of) for each in found} == {
        (rule_id, "g1", *figures)
    }
