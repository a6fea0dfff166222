"""Other rules with which a plan can be tried: a field a rule, each with a few values beside the programme's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.planning.trial_steps import step_to_text
from scheduler.programmes.model import MentoringModel, Programme
from scheduler.reasons.sentences import step_words
from solvers.reasons.facts import Step, StepKind
from web.language import gettext as _
from web.language import number

_LOWER_QUORUM = (0.1, 0.2)
_SHORTER_GAP_DAYS = (7, 14)


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """A field: its id, what it is about, how it is now, and pairs of a step as text and in words."""

    id: str
    label: str
    now: str
    steps: tuple[tuple[str, str], ...]


def rule_choices(programme: Programme) -> tuple[RuleChoice, ...]:
    """Everything that can be tried without asking anybody."""
    return tuple(choice for choice in _choices(programme) if choice.steps)


def _choices(programme: Programme) -> Iterator[RuleChoice]:
    share = _("%(share)s %%", share=number(round(100 * programme.quorum, 1)))
    lower = [round(programme.quorum - less, 2) for less in _LOWER_QUORUM]
    yield RuleChoice(
        "quorum",
        _("When a session goes ahead"),
        _("as now, when %(share)s can come", share=share),
        _said(Step(StepKind.QUORUM, value=value, instead_of=programme.quorum) for value in lower if value > 0),
    )
    gaps = [programme.min_gap_days - less for less in _SHORTER_GAP_DAYS]
    yield RuleChoice(
        "gap",
        _("Days between the sessions of a group"),
        _("as now, %(days)s or more", days=number(programme.min_gap_days)),
        _said(Step(StepKind.GAP, value=days, instead_of=programme.min_gap_days) for days in gaps if days > 0),
    )
    for model in programme.models:
        yield _size(model)
        yield _spread(model)


def _size(model: MentoringModel) -> RuleChoice:
    least, most = model.size
    steps: list[Step[int]] = [Step(StepKind.LARGER, model.key, value=most + more) for more in (1, 2)]
    if least > 1:
        steps.append(Step(StepKind.SMALLER, model.key, value=least - 1))
    now = _("as now, %(least)s to %(most)s residents", least=least, most=most)
    return RuleChoice(f"size-{model.key}", _("Size of a group: %(kind)s", kind=model.name), now, _said(steps, model))


def _spread(model: MentoringModel) -> RuleChoice:
    near, far = model.spread
    steps: list[Step[int]] = [Step(StepKind.FARTHER, model.key, value=far + 1)]
    if near > 0:
        steps.append(Step(StepKind.NEARER, model.key, value=near - 1))
    now = _("as now, up to %(far)s apart", far=far) if far else _("as now, all of one grade")
    if near:
        now = _("as now, %(near)s to %(far)s apart", near=near, far=far)
    return RuleChoice(
        f"spread-{model.key}", _("Grades in a group: %(kind)s", kind=model.name), now, _said(steps, model)
    )


def _said(
    steps: Iterator[Step[int]] | list[Step[int]], model: MentoringModel | None = None
) -> tuple[tuple[str, str], ...]:
    return tuple((step_to_text(step), step_words(_named(step, model))) for step in steps)


def _named(step: Step[int], model: MentoringModel | None) -> Step[str]:
    named = step.with_people(str)
    return replace(named, subject=model.name) if model else named
