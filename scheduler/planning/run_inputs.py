"""What a run is asked, in short: kept with the run, so that its page says by which rules a plan was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.programmes.model import Programme
from solvers.instance import Instance

AFRESH = "afresh"
"""In what a run was asked: whether it forms the groups afresh, without holding to those that there are."""


def rules_of(programme: Programme) -> Mapping[str, Any]:
    """The rules of a programme as they are now, in the shape of :func:`asked_of`."""
    models = {
        model.key: {
            "size": list(model.size),
            "spread": list(model.spread),
            "facilitators": list(model.facilitators),
            "present": model.present,
        }
        for model in programme.models
    }
    return {
        "quorum": programme.quorum,
        "min_attendance": programme.min_attendance,
        "min_gap_days": programme.min_gap_days,
        "session_minutes": programme.session_minutes,
        "rounds": len(programme.rounds),
        "weights": dict(programme.weights),
        "models": models,
    }


def asked_of(programme: Programme, instance: Instance, *, afresh: bool = False) -> dict[str, Any]:
    """All rules that a run goes by: the programme's, but for those that its problem has others for; its counts; and
    whether it forms the groups ``afresh``."""
    rules = rules_of(programme)
    models = {
        model.id: {**rules["models"].get(model.id, {}), "size": list(model.size), "spread": list(model.spread)}
        for model in instance.models
    }
    counts = {
        "residents": len(instance.residents),
        "faculty": len(instance.faculty),
        "rooms": len(instance.rooms),
        "slots": len(instance.slots),
        "points_placed": instance.weights.placed,
    }
    changed = {"quorum": instance.quorum, "min_gap_days": instance.min_gap_days}
    return {**rules, **changed, "models": models, "counts": counts, **({AFRESH: True} if afresh else {})}


def is_afresh(asked: Mapping[str, Any] | None) -> bool:
    """Whether a run that was asked this forms the groups afresh."""
    return bool(asked and asked.get(AFRESH))


def names_of_differences(asked: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """What has become of these rules: a name (``quorum``, ``models.peer.size``), what it was, and what it is now."""
    return tuple(
        (name, was, current)
        for name, was in _flat(asked)
        if not name.startswith("counts") and name != AFRESH and (current := dict(_flat(now)).get(name)) != was
    ) + tuple(
        (name, None, current)
        for name, current in _flat(now)
        if name not in dict(_flat(asked)) and name.startswith("models")
    )


def _flat(rules: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in rules.items():
        if isinstance(value, Mapping) and name != "weights":
            found.extend(_flat(value, f"{before}{name}."))
        else:
            found.append((f"{before}{name}", value))
    return found
