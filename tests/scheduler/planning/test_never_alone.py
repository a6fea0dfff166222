"""Who must not be the only one is not, in groups that people are put in beside their own too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.own_groups.service import OWN
from scheduler.planning.beside import broken_beside
from scheduler.planning.own_group_pins import OwnGroup, with_own_groups
from solvers import rules
from solvers.instance import Instance
from tests.solvers.builders import a_facilitator, a_group, a_resident, an_instance

ANN = a_resident("p1", tags=("faith: none",), company=("faith: none",), firm=("faith: none",))
BOB, CAT = a_resident("p2"), a_resident("p3", tags=("faith: none",))
FAY = a_facilitator("p4", tags=("faith: none",))
WORLD = an_instance([ANN, BOB, CAT, FAY])


@pytest.mark.parametrize(
    ("members", "leads", "broken"),
    [
        ("p1 p2", (), True),
        ("p1 p2 p3", (), False),
        ("p1 p2", ("p4",), False),
        ("p2 p3", (), False),
        ("p1 p99", (), True),
    ],
)
def test_a_group_in_which_they_would_be_is_not_published(members: str, leads: tuple[str, ...], broken: bool) -> None:
    group = a_group(members, facilitators=leads)
    found = [(rules.COMPANY_REQUIRED, "g1")] if broken else []
    assert [each for each in broken_beside(WORLD, [], [group]) if each[0] != rules.QUORUM] == found


def test_a_group_of_peoples_own_is_theirs_to_choose() -> None:
    own = OwnGroup("g1", "video", ("p1", "p2"), ())
    instance: Instance = with_own_groups(WORLD, [own])
    assert [pin.id for pin in instance.pins] == ["g1"], "and that it isn't pinned would tell of what somebody asked"
    assert instance.residents[0].firm == ()
    assert instance.residents[0].company == ANN.company
    group = replace(a_group("p1 p2"), model=OWN)
    assert rules.COMPANY_REQUIRED not in {rule for rule, _ in broken_beside(WORLD, [], [group])}
