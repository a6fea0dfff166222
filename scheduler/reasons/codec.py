"""Reasons as JSON, as they are stored with a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from scheduler.reasons.earlier_json import reasons_of_today, wish_of_today
from scheduler.reasons.model import KeptReasons
from solvers.reasons.facts import WishOutcome


def reasons_to_json(reasons: KeptReasons) -> dict[str, Any]:
    """The coordinator's part as it is stored."""
    stored: dict[str, Any] = msgspec.to_builtins(reasons)
    return stored


def reasons_from_json(stored: Mapping[str, Any]) -> KeptReasons:
    """What :func:`reasons_to_json` made, now or earlier; what was not kept then is empty."""
    return msgspec.convert(reasons_of_today(stored), KeptReasons)


def wishes_to_json(wishes: Iterable[WishOutcome[int]]) -> list[dict[str, Any]]:
    """A resident's part as it is stored."""
    return [msgspec.to_builtins(wish) for wish in wishes]


def wishes_from_json(stored: Iterable[Mapping[str, Any]], person_id: int) -> tuple[WishOutcome[int], ...]:
    """What :func:`wishes_to_json` made of that person's wishes, now or earlier."""
    return tuple(msgspec.convert(wish_of_today(wish, person_id), WishOutcome[int]) for wish in stored)
