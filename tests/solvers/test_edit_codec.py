"""Edits in files: back and forth unchanged, and every fault with its place."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.edit import EDITS_FORMAT, Edit, edits_from_json, edits_to_json, read_edits
from solvers.editing.codec import KINDS
from solvers.errors import UnusableInput
from tests.solvers.builders import a_facilitator, a_group, a_resident, a_room, an_instance
from tests.solvers.edit_strategies import any_edit

INSTANCE = an_instance([a_resident("r1"), a_resident("r2"), a_facilitator("f1")], rooms=(a_room(),))


@given(st.lists(any_edit(INSTANCE, [a_group("r1 r2")])))
def test_written_and_read_again_they_are_the_same(edits: list[Edit]) -> None:
    assert read_edits(json.dumps(edits_to_json(edits))) == tuple(edits)


def test_every_kind_of_edit_has_a_name_in_files() -> None:
    assert set(KINDS.values()) == set(get_args(Edit))
    assert len(KINDS) == len(get_args(Edit))


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        ({"edit": "fly"}, 'edits[0].edit: is "fly"; expected one of "move", '),
        ({"resident": "r1"}, "edits[0].edit: is missing; expected one of "),
        ({"edit": "move", "to": "g1"}, "edits[0].resident: is missing; expected a text that is not empty"),
        ({"edit": "move", "resident": "r1", "to": 7}, "edits[0].to: is 7; expected a text that is not empty"),
        ({"edit": "move", "resident": "r1", "into": "g1"}, "edits[0].into: is not a field of this edit"),
        ({"edit": "date", "group": "g1", "slot": "3"}, 'edits[0].slot: is "3"; expected a whole number'),
        ({"edit": "date", "group": "g1", "slot": True}, "edits[0].slot: is true; expected a whole number"),
        ({"edit": "form", "model": "m", "mode": "video"}, "edits[0].residents: is missing; expected a list"),
        ({"edit": "form", "model": "m", "mode": "video", "residents": [""]}, 'edits[0].residents[0]: is ""'),
        ("move", 'edits[0]: is "move"; expected an object'),
    ],
)
def test_what_is_wrong_is_told_with_its_place(edit: Any, fault: str) -> None:
    with pytest.raises(UnusableInput) as refusal:
        edits_from_json({"format": EDITS_FORMAT, "edits": [edit]})
    assert any(str(found).startswith(fault) for found in refusal.value.faults)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(UnusableInput) as refusal:
        edits_from_json({"format": EDITS_FORMAT, "edits": [{"edit": "fly"}, {"edit": "dissolve"}]})
    assert [fault.path for fault in refusal.value.faults] == ["edits[0].edit", "edits[1].group"]


@pytest.mark.parametrize("document", [[], {}, {"format": "mentoring-solution/1"}, {"format": EDITS_FORMAT}])
def test_another_file_is_refused(document: Any) -> None:
    with pytest.raises(UnusableInput):
        edits_from_json(document)
