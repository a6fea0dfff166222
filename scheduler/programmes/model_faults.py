"""What is wrong with mentoring models by themselves; whether there is anybody to fill them: ``model_makeup``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scheduler.errors import Fault
from scheduler.languages import say, say_many
from scheduler.programmes.field_faults import are_keys, between, named_once
from scheduler.programmes.model import MentoringModel

MOST_PEOPLE: Final = 30
MOST_STAGES: Final = 30
MOST_FACILITATORS: Final = 10


def model_faults(models: Sequence[MentoringModel]) -> Iterator[Fault]:
    """Every fault of these models by themselves."""
    if not models:
        yield Fault("models", say("Add at least one kind of group."))
    if not are_keys(model.key for model in models):
        yield Fault("models", say("Give each kind of group a short name of its own."))
    yield from named_once(((f"models-{model.key}-name", model.name) for model in models), _twice)
    for model in models:
        yield from _size(model)
        yield from _spread(model)
        yield from _led(model)


def _twice(name: str) -> str:
    return say("There are two kinds of group called “%(name)s”. Rename one.", name=name)


def _size(model: MentoringModel) -> Iterator[Fault]:
    least, most = model.size
    yield from _pair(model, "size", model.size, 1, MOST_PEOPLE)
    if model.target is not None and least <= most and not least <= model.target <= most:
        yield Fault(
            f"models-{model.key}-target",
            say("The preferred size has to be from %(least)s to %(most)s, like the group.", least=least, most=most),
        )


def _spread(model: MentoringModel) -> Iterator[Fault]:
    yield from _pair(model, "spread", model.spread, 0, MOST_STAGES)
    if model.spread[0] > 0 and model.size[1] == 1:
        yield Fault(
            f"models-{model.key}-spread_min",
            say("A single resident has one grade. Enter 0, or let the group have more residents."),
        )


def _led(model: MentoringModel) -> Iterator[Fault]:
    yield from _pair(model, "facilitators", model.facilitators, 0, MOST_FACILITATORS)
    if not 0 <= model.present <= model.facilitators[1]:
        yield Fault(
            f"models-{model.key}-present",
            say_many(
                "The group has at most %(num)s facilitator, so no more can be at each session.",
                "The group has at most %(num)s facilitators, so no more can be at each session.",
                model.facilitators[1],
            ),
        )


def _pair(model: MentoringModel, name: str, pair: tuple[int, int], lowest: int, highest: int) -> Iterator[Fault]:
    for end, number in zip(("min", "max"), pair, strict=True):
        yield from between(f"models-{model.key}-{name}_{end}", number, lowest, highest)
    if pair[0] > pair[1]:
        yield Fault(
            f"models-{model.key}-{name}_max",
            say("The maximum is %(most)s but the minimum is %(least)s.", least=pair[0], most=pair[1]),
        )
