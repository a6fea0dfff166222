"""How large an instance is as one model, without loading what would build it."""

from __future__ import annotations

from typing import Final

from solvers.instance import Instance, Model

SMALL: Final = 4_000
"""Up to so many cases of somebody coming to something, a model is built in a moment and solved in some seconds."""


def is_small(instance: Instance) -> bool:
    """Whether the joint model is worth building beside a search. It does not know of long leave."""
    return 0 < model_size(instance) <= SMALL and not any(resident.leave for resident in instance.residents)


def model_size(instance: Instance) -> int:
    """Residents x possible groups x slots: how many cases of somebody coming to something the model decides."""
    return len(instance.residents) * (len(instance.previous) + most_groups(instance)) * len(instance.slots)


def most_groups(instance: Instance) -> int:
    """How many groups there can be at once, by the residents and facilitators that each model needs."""
    smallest = min((model.size[0] for model in instance.models), default=1)
    return min(len(instance.residents) // smallest, sum(_most_of(instance, model) for model in instance.models))


def _most_of(instance: Instance, model: Model) -> int:
    willing = sum(model.id in person.models for person in instance.residents)
    offered = sum(person.capacity for person in instance.faculty if model.id in person.models)
    needed = model.facilitators[0]
    return min(willing // model.size[0], offered // needed if needed else willing)
