"""What would help a plan, as the form that does it, filled in."""

from __future__ import annotations

from typing import Any, Final

from flask import url_for

from scheduler.programmes.model import Programme
from solvers.reasons.facts import Step, StepKind
from web.coordinator.setup.conduct import percent_text

_OF_MODELS: Final = {
    StepKind.LARGER: "size_max",
    StepKind.SMALLER: "size_min",
    StepKind.FARTHER: "spread_max",
    StepKind.NEARER: "spread_min",
}


def address_of_step(step: Step[str], programme: Programme) -> str:
    """The section in which a step is made, with its value in the field; empty where it takes a person to ask."""
    if step.kind is StepKind.QUORUM:
        return _section(programme, "running", {"quorum": percent_text(step.value)})
    if step.kind is StepKind.GAP:
        return _section(programme, "running", {"min_gap_days": f"{step.value:g}"})
    if step.kind is StepKind.ROOM:
        return _section(programme, "sites", {})
    if part := _OF_MODELS.get(step.kind):
        key = next((model.key for model in programme.models if step.subject in (model.name, model.key)), "")
        return _section(programme, "kinds", {f"models-{key}-{part}": f"{step.value:g}"} if key else {})
    return ""


def _section(programme: Programme, section: str, fields: dict[str, Any]) -> str:
    return url_for("coordinator.section", programme_id=programme.id, section=section, **fields)
