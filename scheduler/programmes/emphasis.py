"""How much something matters to a plan, in words and as points."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from solvers.rules import POINT_RULE

_TIMES: Final = 3


class Emphasis(StrEnum):
    """How much something matters beside everything else."""

    MUCH = "much"
    """Three times the usual points."""
    USUAL = "usual"
    LESS = "less"
    """A third of the usual points."""
    NOT = "not"


MATTERS: Final = (
    "left_out", "twice", "size", "want_any", "want", "like", "unlike", "choice", "interest", "alone", "external",
    "model", "mode", "travel", "rhythm", "cadence", "first_late", "regroup", "moved", "handover", "reroom",
)  # fmt: skip
"""What a coordinator may stress, by the ids of its points; people before dates, and last what stays as it was."""
FUNDAMENTAL: Final = ("placed", "held")
"""What a plan is for, which numbers alone can change."""


_USUAL: Final[Mapping[str, int]] = MappingProxyType({"want": 4, "want_any": 16, "cadence": -3})
"""The points of a programme that are not those of the format: one companion for everybody comes before a second for
anybody, and groups keep their interval while nearly everybody can come (``docs/benchmarks.md`` has the figures)."""


def weights_of(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The points of a programme that gives these of its own, as far as they are not those of the format."""
    return {**_USUAL, **given}


def usual_points(rule_id: str) -> int:
    """The points that something has unless a programme says otherwise; below 0 for what is to be avoided."""
    usual = _USUAL.get(rule_id, POINT_RULE[rule_id].default)
    assert isinstance(usual, int), "points by availability have no single number"
    return usual


def points_of(rule_id: str) -> Mapping[Emphasis, int]:
    """The points of each emphasis; where a third could not be told from the usual there is no less."""
    usual = usual_points(rule_id)
    sign = 1 if usual > 0 else -1
    less = sign * max(1, round(abs(usual) / _TIMES))
    found = {Emphasis.MUCH: _TIMES * usual, Emphasis.USUAL: usual, Emphasis.LESS: less, Emphasis.NOT: 0}
    if less == usual:
        del found[Emphasis.LESS]
    return MappingProxyType(found)


def one_companion_first(weights: Mapping[str, Any]) -> bool:
    """Whether one companion for everybody who asked counts more than a second for anybody."""
    return points_in(weights, "want_any") > 0 < points_in(weights, "want")


def emphasis_of(rule_id: str, points: int) -> Emphasis | None:
    """The emphasis that these points are; None for a number of the programme's own."""
    return next((emphasis for emphasis, given in points_of(rule_id).items() if given == points), None)


def points_in(weights: Mapping[str, Any], rule_id: str) -> int:
    """The points that something has in a programme."""
    return int(weights.get(rule_id, usual_points(rule_id)))


def with_points(weights: Mapping[str, Any], points: Mapping[str, int]) -> dict[str, Any]:
    """A programme's weights with these points; what is as usual is left out."""
    found = dict(weights)
    for rule_id, given in points.items():
        if given == points_in(weights, rule_id):
            continue
        found.pop(rule_id, None)
        if given != usual_points(rule_id):
            found[rule_id] = given
    return found
