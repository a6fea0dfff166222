"""What is wrong with mentoring models: by themselves, and beside the people who are there to fill them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from scheduler.errors import Fault
from scheduler.languages import say, say_many
from scheduler.programmes.field_faults import are_keys, between, named_once
from scheduler.programmes.model import MentoringModel

MOST_PEOPLE: Final = 30
MOST_STAGES: Final = 30
MOST_FACILITATORS: Final = 10


@dataclass(frozen=True, slots=True)
class Makeup:
    """Who there is to fill a model: ``stages`` counts the residents who accept it by their stage, ``facilitators``
    those who offer it. ``residents`` and ``faculty`` are all there are in the programme."""

    residents: int = 0
    faculty: int = 0
    stages: Mapping[int, int] = field(default_factory=Counter)
    facilitators: int = 0


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
            say(
                "The most is %(most)s and the least %(least)s. Enter a larger number here.", least=pair[0], most=pair[1]
            ),
        )


def makeup_warnings(models: Iterable[MentoringModel], makeups: Mapping[str, Makeup]) -> Iterator[Fault]:
    """What these models cannot be filled with for now, with figures: no reason to refuse them, since people still
    come. Nothing is said where there is nobody yet."""
    for model in models:
        makeup = makeups.get(model.key)
        if makeup is not None and (makeup.residents or makeup.faculty):
            for each in _unfilled(model, makeup):
                told = say("%(kind)s: %(what)s", kind=model.name, what=each.text)
                yield Fault(each.where, f"{told} {_way_out()}")


def _way_out() -> str:
    return say("Anyone who has answered can add it under “My answers”. For everyone else, add it on their page.")


def _unfilled(model: MentoringModel, makeup: Makeup) -> Iterator[Fault]:
    willing = sum(makeup.stages.values())
    if makeup.residents and willing < model.size[0]:
        yield Fault(
            f"models-{model.key}-size_min",
            say_many(
                "Nobody can be in such a group yet. It needs %(num)s resident, and %(willing)s of %(all)s accept it.",
                "Nobody can be in such a group yet. It needs %(num)s residents, and %(willing)s of %(all)s accept it.",
                model.size[0],
                willing=willing,
                all=makeup.residents,
            ),
        )
    elif makeup.residents and not _spans(makeup.stages, model):
        yield Fault(
            f"models-{model.key}-spread_min",
            say_many(
                "Nobody can be in such a group yet: %(num)s resident accepts it, of a single grade.",
                "Nobody can be in such a group yet: the grades of the %(num)s residents who accept it are not "
                "%(least)s to %(most)s apart.",
                willing,
                least=model.spread[0],
                most=model.spread[1],
            ),
        )
    needed = max(model.facilitators[0], model.present)
    if makeup.facilitators < needed:
        yield Fault(
            f"models-{model.key}-facilitators_min",
            say_many(
                "Nobody can be in such a group yet. It needs %(num)s facilitator, and %(willing)s of %(all)s offer it.",
                "Nobody can be in such a group yet. It needs %(num)s facilitators, and %(willing)s of %(all)s offer "
                "it.",
                needed,
                willing=makeup.facilitators,
                all=makeup.faculty,
            ),
        )


def _spans(stages: Mapping[int, int], model: MentoringModel) -> bool:
    """Whether one group can be made up of residents of these stages: the lowest of them, the highest, and others of
    between, as many as the smallest group needs."""
    least, most = model.spread
    for low in stages:
        within = {stage: count for stage, count in stages.items() if low <= stage <= low + most}
        if max(within) - low >= least and sum(within.values()) >= model.size[0]:
            return True
    return False
