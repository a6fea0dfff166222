"""Reading and writing the files: back and forth unchanged, and every fault with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.codec import (
    UnusableInput,
    instance_from_json,
    instance_to_json,
    read_instance,
    read_solution,
    solution_from_json,
    solution_to_json,
)
from solvers.instance import Instance, Weights
from solvers.solution import Solution
from tests.solvers.strategies import instances, instances_with_leave, plans, repairs

INSTANCE: dict[str, Any] = {
    "format": "mentoring-instance/1",
    "name": "small",
    "session_minutes": 60,
    "rounds": 2,
    "slots": [
        {"start": "2027-01-04T12:30:00+00:00", "round": 0},
        {"start": "2027-02-01T12:30:00Z", "round": 1},
    ],
    "quorum": 0.6,
    "min_attendance": 0.7,
    "models": [{"id": "peer", "size": [2, 4], "spread": [0, 0], "facilitators": [0, 1]}],
    "people": [
        {
            "id": "ann",
            "role": "resident",
            "stage": 1,
            "site": "north",
            "availability": "2?",
            "modes": ["video"],
            "models": {"peer": 3},
            "wants": ["bob"],
        },
        {
            "id": "bob",
            "role": "resident",
            "stage": 1,
            "site": "north",
            "availability": "10",
            "modes": ["video"],
            "models": {"peer": 1},
        },
        {"id": "fay", "role": "faculty", "site": "south", "availability": "22", "modes": ["video"], "models": ["peer"]},
    ],
    "rooms": [{"id": "hall", "site": "north", "capacity": 6, "availability": "01"}],
    "conflicts": [["fay", "ann"]],
}
SOLUTION: dict[str, Any] = {
    "format": "mentoring-solution/1",
    "instance": "small",
    "groups": [
        {
            "id": "g1",
            "model": "peer",
            "mode": "video",
            "residents": ["ann", "bob"],
            "sessions": [{"round": 0, "slot": 0}],
        }
    ],
}


def faults_of(instance: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(UnusableInput) as caught:
        instance_from_json(instance)
    return {fault.path: fault.text for fault in caught.value.faults}


def changed(path: str, value: object) -> dict[str, Any]:
    """The small instance with one place set to ``value``; the path is written as a fault's."""
    instance = copy.deepcopy(INSTANCE)
    *way, last = [int(part) if part.isdigit() else part for part in path.replace("]", "").replace("[", ".").split(".")]
    place: Any = instance
    for step in way:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return instance


GONE = object()


@given(instances() | repairs())
def test_an_instance_comes_back_as_it_was_written(instance: Instance) -> None:
    assert read_instance(json.dumps(instance_to_json(instance))) == instance


@given(instances_with_leave())
def test_long_leave_stands_in_no_file(instance: Instance) -> None:
    nobody_away = tuple(replace(resident, leave=frozenset()) for resident in instance.residents)
    assert read_instance(json.dumps(instance_to_json(instance))) == replace(instance, residents=nobody_away)


@given(st.data())
def test_a_solution_comes_back_as_it_was_written(data: st.DataObject) -> None:
    groups = data.draw(plans(data.draw(instances())))
    solution = Solution("tiny", groups, data.draw(st.integers()), data.draw(st.none() | st.integers()), 1.5)
    assert read_solution(json.dumps(solution_to_json(solution))) == solution


def test_what_is_left_out_is_empty_or_its_default() -> None:
    instance = instance_from_json(INSTANCE)
    ann, fay = instance.residents[0], instance.faculty[0]
    assert (ann.interests, ann.tags, ann.company, ann.avoids, ann.choices, ann.external) == ((), (), (), (), (), "")
    assert (ann.firm, ann.traits, ann.like, ann.unlike, fay.traits) == ((), {}, (), (), {})
    assert (fay.capacity, ann.first_within_days) == (1, None)
    assert (instance.min_gap_days, instance.weights, instance.previous, instance.pins) == (0, Weights(), (), ())
    assert (instance.models[0].present, instance.models[0].target) == (0, None)


def test_weights_given_replace_their_defaults_one_by_one() -> None:
    weights = instance_from_json(INSTANCE | {"weights": {"placed": 1, "attend": {"2": 5}}}).weights
    assert (weights.placed, weights.held, dict(weights.attend)) == (1, 4, {"2": 5})


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("name", GONE, "is missing; expected a text"),
        ("rounds", "2", 'is "2"; expected a whole number from 1 to 1000'),
        ("rounds", True, "is true; expected a whole number from 1 to 1000"),
        ("rounds", 0, "is 0; expected a whole number from 1 to 1000"),
        ("session_minutes", 59.5, "is 59.5; expected a whole number from 1 to 1000000"),
        ("quorum", 1.5, "is 1.5; expected a number from 0 to 1"),
        ("min_attendance", float("nan"), "is NaN; expected a number from 0 to 1"),
        ("min_gap_days", float("inf"), "is Infinity; expected a number from 0 to 1000000"),
        ("slots", {}, "is an object of 0; expected a list"),
        ("slots[1]", 5, "is 5; expected an object"),
        ("slots[1].round", 2, "is 2; expected a whole number from 0 to 1"),
        (
            "slots[1].start",
            "2027-01-04T12:00:00Z",
            "is before the start of the slot above it; slots are ordered by start",
        ),
        (
            "slots[1].start",
            "2027-02-01T12:30:00",
            'is "2027-02-01T12:30:00"; expected a time with its offset, as "2027-01-04T12:30:00+00:00"',
        ),
        (
            "slots[1].start",
            "2027-02-30T12:30:00Z",
            'is "2027-02-30T12:30:00Z"; expected a time with its offset, as "2027-01-04T12:30:00+00:00"',
        ),
        ("models[0].size", [4, 2], "is [4, 2]; the least comes first"),
        ("models[0].size", [4], "is a list of 1; expected a pair [least, most] of whole numbers from 1 on"),
        ("models[0].target", None, "is null; expected a whole number from 0 to 1000000"),
        ("people[0].role", "boss", 'is "boss"; expected one of "resident", "faculty"'),
        ("people[0].stage", GONE, "is missing; expected a whole number from -1000000 to 1000000"),
        ("people[0].availability", "222", "has 3 characters; expected 2, one a slot"),
        ("people[0].availability", "2x", 'has "x" at 1; expected only 0 1 2 ?'),
        ("people[0].availability", GONE, "is missing; expected a text"),
        ("people[0].modes[0]", "fax", 'is "fax"; expected one of in_person, video, phone'),
        ("people[0].models.peer", 4, "is 4; expected a whole number from 0 to 3"),
        ("people[0].models.own", 1, '"own" is not the id of a model'),
        ("people[0].models", ["peer"], "is a list of 1; expected an object"),
        ("people[2].models[0]", "own", '"own" is not the id of a model'),
        ("people[2].capacity", -1, "is -1; expected a whole number from 0 to 1000000"),
        ("people[0].firm", "parent", 'is "parent"; expected a list'),
        ("people[0].traits", ["ward"], "is a list of 1; expected an object"),
        ("people[2].traits", {"": "7b"}, 'has "" for a name; expected a text that is not empty'),
        ("people[0].wants[0]", "eve", '"eve" is not the id of anybody in people'),
        ("people[0].wants[0]", "ann", "is their own id"),
        ("people[0].wants", "bob", 'is "bob"; expected a list'),
        ("people[0].wants[0]", 7, "is 7; expected a text"),
        ("people[0].external", "maybe", 'is "maybe"; expected one of "", "prefer", "require"'),
        ("people[1].id", "ann", 'is "ann", as people[0] is already'),
        ("people[1].id", "", 'is ""; expected a text that is not empty'),
        ("people[1].site", "\ud800", "is a text with half a surrogate pair; expected a text that is not empty"),
        ("rooms[0].availability", "12", 'has "2" at 1; expected only 0 1'),
        ("conflicts[0]", ["fay", "eve"], '"eve" is not the id of anybody in people'),
        ("conflicts[0]", ["fay", "fay"], 'names "fay" twice'),
        ("conflicts[0]", "fay", 'is "fay"; expected a pair of ids'),
    ],
)
def test_a_fault_has_its_place_and_says_what_was_expected(path: str, value: object, expected: str) -> None:
    assert faults_of(changed(path, value))[path] == expected


@pytest.mark.parametrize(
    ("person", "field", "value", "path", "expected"),
    [
        (0, "firm", ["parent"], "firm[0]", '"parent" is not in company'),
        (0, "like", ["ward", "ward"], "like[1]", '"ward" is listed twice'),
        (0, "unlike", [""], "unlike[0]", 'is ""; expected a text'),
        (0, "first_within_days", -1, "first_within_days", "is -1; expected a whole number from 0 to 1000000"),
        (0, "first_within_days", None, "first_within_days", "is null; expected a whole number from 0 to 1000000"),
        (0, "traits", {"ward": 7}, "traits.ward", "is 7; expected a text that is not empty"),
        (2, "traits", {"ward": ""}, "traits.ward", 'is ""; expected a text that is not empty'),
    ],
)
def test_a_fault_in_what_somebody_says_of_themselves_has_its_place(
    person: int, field: str, value: object, path: str, expected: str
) -> None:
    assert faults_of(changed(f"people[{person}].{field}", value)) == {f"people[{person}].{path}": expected}


def test_what_few_say_of_themselves_stands_in_a_file_only_where_they_do() -> None:
    ann = {"company": ["parent"], "firm": ["parent"], "traits": {"ward": "7b"}, "like": ["ward"], "unlike": ["faith"]}
    ann["first_within_days"] = 0
    instance = copy.deepcopy(INSTANCE)
    instance["people"][0] |= ann
    people = instance_to_json(instance_from_json(instance))["people"]
    assert {name: people[0][name] for name in ann} == ann
    assert {"firm", "traits", "like", "unlike", "first_within_days"}.isdisjoint(people[1].keys() | people[2].keys())


@pytest.mark.parametrize(
    ("fields", "path", "expected"),
    [
        ({"weights": {"placed": 0.5}}, "weights.placed", "is 0.5; expected a whole number from -1000000 to 1000000"),
        ({"weights": {"attend": {"3": 1}}}, "weights.attend.3", "is not a mark; expected 0, 1, 2, ?"),
        ({"pins": {"groups": [{"id": "g9"}]}}, "pins.groups[0].id", '"g9" is not the id of a group in previous'),
        (
            {"previous": SOLUTION["groups"], "pins": {"groups": [{"id": "g1", "rounds": [2]}]}},
            "pins.groups[0].rounds[0]",
            "is 2; expected a whole number from 0 to 1",
        ),
        (
            {"previous": SOLUTION["groups"], "pins": {"groups": [{"id": "g1"}, {"id": "g1"}]}},
            "pins.groups[1].id",
            '"g1" is pinned twice',
        ),
        ({"previous": SOLUTION["groups"] * 2}, "previous[1].id", 'is "g1", as previous[0] is already'),
        ({"previous": [{"id": "g1"}]}, "previous[0].residents", "is missing; expected a list"),
    ],
)
def test_a_fault_in_what_may_be_left_out(fields: dict[str, Any], path: str, expected: str) -> None:
    assert faults_of(INSTANCE | fields)[path] == expected


def test_a_misspelt_weight_is_named() -> None:
    assert faults_of(INSTANCE | {"weights": {"plased": 1}})["weights.plased"].startswith("is not a weight; expected")


def test_something_listed_twice_is_named() -> None:
    instance = changed("people[0].interests", ["exams", "exams"])
    assert faults_of(instance) == {"people[0].interests[1]": '"exams" is listed twice'}


def test_all_faults_are_told_at_once() -> None:
    instance = changed("people[1].stage", "one")
    instance["quorum"] = None
    del instance["people"][2]["modes"]
    assert set(faults_of(instance)) == {"people[1].stage", "quorum", "people[2].modes"}


def test_unreadable_models_are_not_told_again_by_everybody_who_accepts_one() -> None:
    assert set(faults_of(changed("models[0]", 1))) == {"models[0]"}


def test_in_a_repair_lists_may_name_people_who_have_left() -> None:
    instance = changed("people[0].wants", ["eve"]) | {"previous": SOLUTION["groups"], "conflicts": [["eve", "ann"]]}
    assert instance_from_json(instance).residents[0].wants == ("eve",)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xfe{}", "the file is not UTF-8 text (byte 0)"),
        (b"{", "the file is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        (b"", "the file is not JSON: Expecting value (line 1, column 1)"),
        (b"[" * 100_000, "the file is nested too deeply to be read"),
        (b"1" * 5_000, "the file holds a number with too many digits"),
        (b"[1]", "the file is a list of 1; expected an object"),
        (b"{}", 'format: is missing; expected "mentoring-instance/1"'),
        (b'{"format": 2}', 'format: is 2; expected "mentoring-instance/1"'),
    ],
)
def test_a_file_that_is_no_instance(data: bytes, expected: str) -> None:
    with pytest.raises(UnusableInput) as caught:
        read_instance(data)
    assert str(caught.value) == expected


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_instance(b"\xef\xbb\xbf" + json.dumps(INSTANCE).encode()).name == "small"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def paths_refused(read: Callable[[object], object], value: object) -> list[str]:
    try:
        read(value)
    except UnusableInput as refused:
        return [fault.path for fault in refused.faults]
    return []


@given(st.sampled_from(sorted(INSTANCE)), JSON)
def test_whatever_stands_in_a_field_is_read_or_refused(field: str, value: object) -> None:
    paths = paths_refused(instance_from_json, INSTANCE | {field: value})
    if type(value) is not type(INSTANCE[field]):
        assert all(path.startswith(field) for path in paths)
    assert len(set(paths)) == len(paths)


@given(st.sampled_from(sorted(SOLUTION)), JSON)
def test_whatever_stands_in_a_solution_is_read_or_refused(field: str, value: object) -> None:
    paths = paths_refused(solution_from_json, SOLUTION | {field: value})
    assert all(path.startswith(field) for path in paths)
    assert len(set(paths)) == len(paths)


def test_a_bound_with_a_fraction_is_rounded_down() -> None:
    assert solution_from_json(SOLUTION | {"bound": 4800.9}).bound == 4800
    assert solution_from_json(SOLUTION | {"bound": 4799.9999999}).bound == 4800


@pytest.mark.parametrize(
    ("group", "path"),
    [
        ({"residents": "ann"}, "groups[0].residents"),
        ({"residents": ["ann", 5]}, "groups[0].residents[1]"),
        ({"sessions": [{"round": 0}]}, "groups[0].sessions[0].slot"),
        ({"sessions": [{"round": 0, "slot": 0.5}]}, "groups[0].sessions[0].slot"),
        ({"id": None}, "groups[0].id"),
    ],
)
def test_a_fault_in_a_solution_has_its_place(group: dict[str, Any], path: str) -> None:
    with pytest.raises(UnusableInput) as caught:
        solution_from_json(SOLUTION | {"groups": [SOLUTION["groups"][0] | group]})
    assert [fault.path for fault in caught.value.faults] == [path]


@pytest.mark.parametrize(("written", "bound"), [(2**53 + 1, 2**53 + 1), (4799.9999999, 4800), (4799.5, 4799)])
def test_a_bound_is_read_to_the_point(written: float, bound: int) -> None:
    solution = solution_to_json(Solution("tiny", (), 0, None, 1.5)) | {"bound": written}
    assert read_solution(json.dumps(solution)).bound == bound
