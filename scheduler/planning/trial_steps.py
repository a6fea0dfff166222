"""Rules as they might be, tried in a run: the steps of the planner's reasons, as text and put on an instance.

A step of a kind that needs somebody or something that does not exist yet (a facilitator, a room) cannot be tried: the
draft would name what is not there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from types import MappingProxyType
from typing import Any, Final

from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.planning.keys import person_key
from solvers.instance import MODES, Instance, Model, Resident
from solvers.reasons.facts import Step, StepKind

MOST_STEPS = 12
_LONGEST_TEXT = 400
_LARGEST_ID = 2**31 - 1
OF_MODELS: Final = (StepKind.LARGER, StepKind.SMALLER, StepKind.FARTHER, StepKind.NEARER)
CAN_BE_TRIED: Final = frozenset(
    {StepKind.QUORUM, StepKind.GAP, *OF_MODELS, StepKind.ACCEPT_MODE, StepKind.ACCEPT_MODEL}
)


def can_be_tried(step: Step[Any]) -> bool:
    """Whether a run can be started with a step."""
    return step.kind in CAN_BE_TRIED


def step_to_text(step: Step[int]) -> str:
    """A step for a form's field or a stored row; people by their ids in the database, models by their keys."""
    return json.dumps([step.kind, step.subject, step.what, step.value, step.instead_of], separators=(",", ":"))


def step_from_text(text: str) -> Step[int]:
    """The step behind :func:`step_to_text`. Raises :class:`NotPossible` for any other text."""
    try:
        return _step(json.loads(text[:_LONGEST_TEXT]))
    except (ValueError, TypeError, OverflowError) as error:
        raise _not_understood() from error


def steps_of(texts: Iterable[str] | None) -> tuple[Step[int], ...]:
    """The steps of a stored row."""
    return tuple(map(step_from_text, texts or ()))


def _step(given: Any) -> Step[int]:
    kind, subject, what, value, instead_of = given
    step: Step[int] = Step(StepKind(kind), subject, str(what), float(value), float(instead_of))
    if not isinstance(subject, int if step.asks_somebody else str) or isinstance(subject, bool):
        raise TypeError("a step of this kind is about something else")
    if isinstance(subject, int) and abs(subject) > _LARGEST_ID:
        raise ValueError("nobody has such a number")
    if not (math.isfinite(step.value) and math.isfinite(step.instead_of)):
        raise ValueError("a rule takes a number that is finite")
    return step


def _not_understood() -> NotPossible:
    return NotPossible(
        say("That rule can’t be tried as it was asked for."), what_to_do=say("Choose it again on the page of plans.")
    )


def with_steps(instance: Instance, steps: Iterable[Step[int]]) -> Instance:
    """The problem with exactly these rules. Raises :class:`NotPossible` where one of them cannot be."""
    given = tuple(steps)
    if len(given) > MOST_STEPS:
        raise _not_understood()
    return reduce(_with_step, given, instance)


def _with_step(instance: Instance, step: Step[int]) -> Instance:
    if not can_be_tried(step):
        raise NotPossible(
            say("A run can’t try this: it needs someone or something that isn’t in the programme yet."),
            what_to_do=say("Add it to the programme first, then make a plan."),
        )
    if step.kind is StepKind.QUORUM and 0 < step.value <= 1:
        return replace(instance, quorum=step.value)
    if step.kind is StepKind.GAP and 0 <= step.value <= 366:
        return replace(instance, min_gap_days=step.value)
    if step.kind in OF_MODELS:
        return replace(instance, models=_changed(instance.models, step.subject, _model_step(step)))
    if step.asks_somebody:
        return replace(instance, residents=_changed(instance.residents, person_key(int(step.subject)), _asked(step)))
    raise _not_understood()


_Changed = Callable[[Any], Any]


def _changed(things: tuple[Any, ...], id_: object, change: _Changed) -> tuple[Any, ...]:
    """These with the one of that id changed; it must be there."""
    if not any(thing.id == id_ for thing in things):
        raise NotPossible(
            say("That rule can’t be tried: the person or the kind of group it’s about is no longer planned."),
            what_to_do=say("Choose it again on the page of plans."),
        )
    return tuple(change(thing) if thing.id == id_ else thing for thing in things)


_FIELD_OF: Final[Mapping[StepKind, tuple[str, int]]] = MappingProxyType(
    {
        StepKind.LARGER: ("size", 1),
        StepKind.SMALLER: ("size", 0),
        StepKind.FARTHER: ("spread", 1),
        StepKind.NEARER: ("spread", 0),
    }
)
MOST = 100


def _model_step(step: Step[int]) -> _Changed:
    field, place = _FIELD_OF[step.kind]

    def changed(model: Model) -> Model:
        pair = list(getattr(model, field))
        pair[place] = int(step.value)
        least = 1 if field == "size" else 0
        if not (float(step.value).is_integer() and least <= pair[0] <= pair[1] <= MOST):
            raise _not_understood()
        return replace(model, **{field: tuple(pair)})  # type: ignore[arg-type]

    return changed


def _asked(step: Step[int]) -> _Changed:
    def changed(person: Resident) -> Resident:
        if step.kind is StepKind.ACCEPT_MODEL:
            return replace(person, models=MappingProxyType({step.what: 0, **person.models}))
        if step.what not in MODES:
            raise _not_understood()
        return person if step.what in person.modes else replace(person, modes=(*person.modes, step.what))

    return changed


def still_to_do(step: Step[int], instance: Instance) -> bool:
    """Whether the programme's rules, as the instance has them, still do not allow what the step allows."""
    if step.kind is StepKind.QUORUM:
        return instance.quorum > step.value + 1e-9
    if step.kind is StepKind.GAP:
        return instance.min_gap_days > step.value + 1e-9
    if step.kind in OF_MODELS:
        field, place = _FIELD_OF[step.kind]
        now = next((getattr(model, field)[place] for model in instance.models if model.id == step.subject), None)
        return now is not None and (now < step.value if place else now > step.value)
    person = next((one for one in instance.residents if one.id == person_key(int(step.subject))), None)
    accepted = () if person is None else person.modes if step.kind is StepKind.ACCEPT_MODE else tuple(person.models)
    return person is not None and step.what not in accepted
