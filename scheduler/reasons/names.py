"""Names in place of ids and keys, filled in once, where reasons are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scheduler.reasons.model import KeptReasons, NamedReasons
from solvers.reasons.facts import OPEN_WISHES, Relaxed, Step, StepKind, WishOutcome, known

Names = Mapping[int, str]


def named(reasons: KeptReasons, names: Names, places: Mapping[str, str]) -> NamedReasons:
    """The reasons with the names of people, and of models and sites (``places``, by key).

    What tells of somebody or something without a name, because they are gone, stays out. Residents without a group
    come in the order of their names, wishes with those first that would have cost least. Wishes that nobody else may
    know of stay out as well, which plans of earlier versions still hold.
    """
    found = reasons.with_people(names.__getitem__)
    return replace(
        found,
        unplaced=tuple(sorted(found.unplaced, key=lambda missing: missing.person)),
        help=replace(found.help, smallest=tuple(_placed(found.help.smallest, places))),
        unmet=tuple(sorted((wish for wish in found.unmet if wish.kind in OPEN_WISHES), key=_rank)),
    )


def named_wishes(wishes: Iterable[WishOutcome[int]], names: Names) -> tuple[WishOutcome[str], ...]:
    """The wishes with the names of people, in their order; those that tell of somebody without a name stay out."""
    return known(wishes, lambda wish: wish.with_people(names.__getitem__))


def named_steps(
    steps: Iterable[Relaxed[int]], names: Names, places: Mapping[str, str]
) -> tuple[tuple[Relaxed[str], Step[int]], ...]:
    """The steps of :func:`named` in their order, each with the step as it is kept: to be tried."""
    return tuple(
        (shown, one.step)
        for one in steps
        for shown in _placed(known([one], lambda step: step.with_people(names.__getitem__)), places)
    )


def _placed(steps: Iterable[Relaxed[str]], places: Mapping[str, str]) -> Iterator[Relaxed[str]]:
    """What is done to people has their names already."""
    for one in steps:
        step = one.step
        subject = step.subject if step.asks_somebody or not step.subject else places.get(step.subject)
        what = places.get(step.what) if step.kind is StepKind.ACCEPT_MODEL else step.what
        if subject is not None and what is not None:
            yield replace(one, step=replace(step, subject=subject, what=what))


def _rank(wish: WishOutcome[str]) -> tuple[bool, int, str]:
    return wish.cost is None, wish.cost or 0, wish.person
