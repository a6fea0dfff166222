"""Why a resident has no group: which lack stands in the way of every model that they accept.

The reason names no other person and no wish about one, so that it may be read by the coordinator and retold.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from solvers.instance import Faculty, Instance, Model, Resident

NO_MODEL = "no-model"
NO_FACILITATOR = "no-facilitator"
NO_COMPANY = "no-company"
NO_COMBINATION = "no-combination"

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        NO_MODEL: "Accepts no kind of group that this programme offers. Ask which they would take.",
        NO_FACILITATOR: "The groups that would fit need a facilitator, and none can take them: "
        "none offers that kind of group in a way to meet that they accept, or rules keep them apart. "
        "One more facilitator would help.",
        NO_COMPANY: "Too few others accept the same kind of group, at a fitting level and by the same way to meet. "
        "A smaller least size, a wider span of levels or one more way to meet would help.",
        NO_COMBINATION: "Fits a group on their own, but not together with everybody else's place: "
        "one more facilitator, or a smaller least size of groups, would help.",
    }
)
"""Reason → what the coordinator reads."""


def reason_for(instance: Instance, resident: Resident) -> str:
    """The lack that is nearest to being mended, over all the models that the resident accepts."""
    models = [model for model in instance.models if model.id in resident.models]
    if not models:
        return NO_MODEL
    lacks = {_lack(instance, resident, model) for model in models}
    return next(reason for reason in (NO_COMBINATION, NO_FACILITATOR, NO_COMPANY) if reason in lacks)


def _lack(instance: Instance, resident: Resident, model: Model) -> str:
    """What a group of this model around the resident lacks, by the best of the ways to meet."""
    lacks = {_lack_by_mode(instance, resident, model, mode) for mode in resident.modes}
    return next((reason for reason in (NO_COMBINATION, NO_FACILITATOR, NO_COMPANY) if reason in lacks), NO_COMPANY)


def _lack_by_mode(instance: Instance, resident: Resident, model: Model, mode: str) -> str:
    facilitators = sum(_could_facilitate(instance, faculty, resident, model, mode) for faculty in instance.faculty)
    if facilitators < model.facilitators[0]:
        return NO_FACILITATOR
    company = [other.stage for other in instance.residents if _could_share(instance, other, resident, model, mode)]
    return NO_COMBINATION if _enough(company, resident.stage, model) else NO_COMPANY


def _could_facilitate(instance: Instance, faculty: Faculty, resident: Resident, model: Model, mode: str) -> bool:
    return (
        faculty.capacity > 0
        and model.id in faculty.models
        and mode in faculty.modes
        and faculty.id not in resident.avoids
        and frozenset((faculty.id, resident.id)) not in instance.conflicts
        and not (resident.external == "require" and faculty.site == resident.site)
    )


def _could_share(instance: Instance, other: Resident, resident: Resident, model: Model, mode: str) -> bool:
    return (
        other.id != resident.id
        and model.id in other.models
        and mode in other.modes
        and abs(other.stage - resident.stage) <= model.spread[1]
        and other.id not in resident.avoids
        and resident.id not in other.avoids
        and frozenset((other.id, resident.id)) not in instance.conflicts
    )


def _enough(stages: list[int], own: int, model: Model) -> bool:
    """Whether some span of levels around the own one holds enough people, apart as far as the model asks."""
    if model.size[0] == 1 and model.spread[0] == 0:
        return True
    for lowest in range(own - model.spread[1], own + 1):
        span = [stage for stage in (*stages, own) if lowest <= stage <= lowest + model.spread[1]]
        if len(span) >= model.size[0] and max(span) - min(span) >= model.spread[0]:
            return True
    return False
