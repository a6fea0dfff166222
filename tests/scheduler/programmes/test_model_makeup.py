"""A kind of group that nobody can be in: the true reason, at its field, with a way out that leads on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from scheduler.programmes.model import DYAD, NEAR_PEER, PEER, TRIAD, VERTICAL, MentoringModel
from scheduler.programmes.model_makeup import Makeup, unfilled

TEN_EACH = Counter({1: 10, 2: 10, 3: 10})
BIG_PEER = replace(PEER, size=(30, 30), target=30)
BIG_NEAR_PEER = replace(NEAR_PEER, size=(21, 30), target=None, spread=(0, 1))


@pytest.mark.parametrize(
    ("model", "makeup", "where", "said"),
    [
        (BIG_PEER, Makeup(TEN_EACH, 0, TEN_EACH), "size_min", "residents of one grade, and no grade has more than 10"),
        (BIG_NEAR_PEER, Makeup(TEN_EACH, 0, TEN_EACH), "size_min", "at most 1 apart, and there are no more than 20"),
        (NEAR_PEER, Makeup(Counter({3: 9}), 0, Counter({3: 9})), "spread_min", "residents at most 0"),
        (NEAR_PEER, Makeup(Counter({3: 2, 6: 9}), 0, Counter({3: 2, 6: 9})), "spread_min", "no 4 residents"),
        (PEER, Makeup(Counter({3: 3}), 0, Counter({3: 3})), "size_min", "and the programme has 3"),
        (DYAD, Makeup(TEN_EACH, 0, TEN_EACH), "facilitators_min", "and the programme has 0"),
    ],
)
def test_a_kind_that_no_choice_of_people_fills_names_what_there_is_too_little_of(
    model: MentoringModel, makeup: Makeup, where: str, said: str
) -> None:
    [found] = unfilled([model], {model.key: makeup})
    assert found.for_anyone
    assert found.fault.where == f"models-{model.key}-{where}"
    assert found.fault.text.startswith(f"{model.name}: Nobody")
    assert said in found.fault.text
    assert found.fault.text.endswith("Change the numbers, unless more people are to come.")


@pytest.mark.parametrize(
    ("model", "makeup", "where"),
    [
        (DYAD, Makeup(TEN_EACH, 4, TEN_EACH, 0), "facilitators_min"),
        (NEAR_PEER, Makeup(TEN_EACH, 0, Counter({3: 9})), "spread_min"),
        (PEER, Makeup(TEN_EACH, 0, Counter({3: 3})), "size_min"),
        (PEER, Makeup(TEN_EACH, 0, Counter({3: 3, 1: 3})), "size_min"),
        (DYAD, Makeup(TEN_EACH, 3, Counter(), 1), "size_min"),
    ],
)
def test_a_kind_that_too_few_accept_can_be_accepted(model: MentoringModel, makeup: Makeup, where: str) -> None:
    [found] = unfilled([model], {model.key: makeup})
    assert not found.for_anyone
    assert found.fault.where == f"models-{model.key}-{where}"
    assert "under “My answers”" in found.fault.text


def test_nothing_is_said_of_a_kind_that_can_be_filled_or_where_nobody_is_there_yet() -> None:
    assert not list(unfilled([NEAR_PEER], {NEAR_PEER.key: Makeup(Counter({3: 2, 5: 9}), 0, Counter({3: 2, 5: 9}))}))
    assert not list(unfilled([VERTICAL], {VERTICAL.key: Makeup()}))


def test_mentors_who_differ_are_there_only_if_what_is_on_record_differs() -> None:
    for different, told in ((1, True), (0, True), (2, False), (None, False)):
        found = list(unfilled([TRIAD], {TRIAD.key: Makeup(TEN_EACH, 4, TEN_EACH, 4, different)}))
        assert [each.fault.where for each in found] == ["models-triad-facilitators_min"] * told
        assert all("by what is on record" in each.fault.text for each in found)
