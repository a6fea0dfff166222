"""The reasons behind a plan with names in place of ids and keys, as the coordinator reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scheduler.plans.model import Advice, Unmet
from scheduler.plans.reasons import Help, Reasons
from scheduler.programmes.model import Programme


def advice_of(reasons: Reasons, programme: Programme, names: Mapping[int, str]) -> Advice:
    """What would help. Steps about people, models or sites that are gone are left out."""
    known = {model.key: model.name for model in programme.models} | {site.key: site.name for site in programme.sites}
    steps = tuple(_named(step, known, names) for step in reasons.help if _is_known(step, known, names))
    return Advice(steps, *reasons.together)


def _is_known(step: Help, known: Mapping[str, str], names: Mapping[int, str]) -> bool:
    return (not step.subject or step.subject in known) and (step.person_id is None or step.person_id in names)


def _named(step: Help, known: Mapping[str, str], names: Mapping[int, str]) -> Help:
    subject = names[step.person_id] if step.person_id is not None else known.get(step.subject, "")
    what = known.get(step.what, "") if step.kind == "accept_model" else step.what
    return replace(step, subject=subject, what=what)


def unmet_of(reasons: Reasons, names: Mapping[int, str]) -> tuple[Unmet, ...]:
    """The wishes that are not met, those that would have cost least first, those without any way last."""
    return tuple(sorted(_unmet(reasons, names), key=_rank))


def _unmet(reasons: Reasons, names: Mapping[int, str]) -> Iterator[Unmet]:
    for person_id, wishes in reasons.unmet.items():
        for wish in wishes:
            if person_id in names and (wish.about_id is None or wish.about_id in names):
                yield Unmet(names[person_id], names[wish.about_id] if wish.about_id else "", wish)


def _rank(unmet: Unmet) -> tuple[bool, int, str]:
    return unmet.wish.cost is None, unmet.wish.cost or 0, unmet.name
