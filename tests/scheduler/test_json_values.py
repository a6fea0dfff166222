"""Frozen values as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from types import MappingProxyType

import msgspec
import pytest

from scheduler.json_values import as_json, from_json


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Box:
    """A value with one field of each kind."""

    colour: Colour
    days: tuple[date, ...]
    opens: time | None
    at: datetime
    sizes: Mapping[str, int]


BOX = Box(Colour.RED, (date(2026, 8, 5),), None, datetime(2026, 8, 5, 9, tzinfo=UTC), MappingProxyType({"a": 1}))
WRITTEN = {"colour": "red", "days": ["2026-08-05"], "opens": None, "at": "2026-08-05T09:00:00Z", "sizes": {"a": 1}}


def test_values_are_written_plainly_and_come_back() -> None:
    assert json.loads(json.dumps(as_json(BOX))) == WRITTEN
    assert from_json(Box, WRITTEN) == BOX


@pytest.mark.parametrize("wrong", [{"colour": "blue"}, {"days": ["31.2."]}, {"sizes": {"a": "much"}}])
def test_what_is_no_such_value_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        from_json(Box, WRITTEN | wrong)


def test_what_has_no_form_in_json_is_not_written() -> None:
    with pytest.raises(NotImplementedError, match="object"):
        as_json(object())
