"""The families of the benchmark are sound problems, the same from the same seed, and each is what it says."""

from __future__ import annotations

import json

import pytest

from scheduler.benchmarks.families import FAMILIES, of_family
from solvers.codec import instance_to_json, read_instance
from solvers.vocabulary import CANNOT, NOT_KNOWN


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_and_a_seed_always_give_the_same_instance_which_is_a_sound_one(name: str) -> None:
    instance = of_family(name, 7)
    assert of_family(name, 7) == instance
    assert of_family(name, 8) != instance
    assert read_instance(json.dumps(instance_to_json(instance)).encode()) == instance


def share_of(mark: str, name: str) -> float:
    marks = "".join(one.availability for one in of_family(name, 3).residents)
    return marks.count(mark) / len(marks)


def test_each_shape_is_what_it_says() -> None:
    assert share_of(CANNOT, "starved") > share_of(CANNOT, "thin") > share_of(CANNOT, "ordinary") > 0.2
    assert 0.3 < share_of(NOT_KNOWN, "unknown") < 0.5
    assert of_family("year", 3).rounds == 26
    assert len(of_family("scarce", 3).faculty) == 10
    assert {len(one.wants) for one in of_family("friends", 3).residents} >= {3}
