"""Sets of people whose times are counted: nobody can be told from them, by whatever sums and differences."""

from __future__ import annotations

import random

import pytest

from scheduler.equity.combinations import FEWEST, find_telling
from scheduler.equity.counted_times import is_one_choice, may_be_counted
from scheduler.people.model import Role
from scheduler.plans.participant_filter import Participant, ParticipantFilter

KINDS, SITES, STAGES = ("", "resident", "faculty"), ("north", "south", "east"), (1, 2, 3, None)


def hospital(seed: int, size: int) -> list[Participant]:
    pick = random.Random(seed)
    roles = [Role.FACULTY if pick.random() < 0.2 else Role.RESIDENT for _ in range(size)]
    return [Participant(n, str(n), role, pick.choice(SITES), pick.choice(STAGES)) for n, role in enumerate(roles)]


def choices() -> list[ParticipantFilter]:
    one = [
        *(ParticipantFilter(site=site) for site in SITES),
        *(ParticipantFilter(stage=stage) for stage in STAGES if stage),
    ]
    return [ParticipantFilter(kind, each.site, each.stage) for kind in KINDS for each in (ParticipantFilter(), *one)]


def those_of(people: list[Participant], choice: ParticipantFilter) -> set[tuple[int, int]]:
    return {
        (each.person_id, 0)
        for each in people
        if choice.kind in ("", each.kind) and choice.site in ("", each.site) and choice.stage in (None, each.stage)
    }


@pytest.mark.parametrize("seed", range(6))
def test_no_sum_or_difference_of_what_is_counted_is_about_fewer_than_five(seed: int) -> None:
    people = hospital(seed, 12 + 9 * seed)
    shown = [those_of(people, choice) for choice in choices() if may_be_counted(people, choice)]
    assert all(not each or len(each) >= FEWEST for each in shown)
    assert find_telling([each for each in shown if each]) is None
    assert shown


def test_one_person_at_a_site_is_not_found_by_taking_the_others_away() -> None:
    people = [Participant(n, str(n), Role.RESIDENT, "north" if n else "south", 1) for n in range(20)]
    assert may_be_counted(people, ParticipantFilter())
    assert not may_be_counted(people, ParticipantFilter(site="south"))
    assert not may_be_counted(people, ParticipantFilter(site="north"))


def test_one_choice_at_a_time_and_a_group_whole() -> None:
    assert is_one_choice(ParticipantFilter("resident", stage=0))
    assert not is_one_choice(ParticipantFilter(site="north", stage=0))
    assert not is_one_choice(ParticipantFilter(site="north", group="g1"))
    assert may_be_counted([], ParticipantFilter(group="g1"))
    assert not may_be_counted([], ParticipantFilter("faculty", group="g1"))
