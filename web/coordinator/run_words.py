"""A run in words: how far it has come, what it was asked, and which of its rules are others by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scheduler.plans.model import Run, RunStep, Stopped
from scheduler.programmes.model import Programme
from scheduler.reasons.sentences import step_words
from solvers.gap import gap_of
from solvers.reasons.facts import Step
from web.language import gettext as _
from web.language import moment, ngettext, number

MOST_LINES = 8
MOST_RULES = 2


def attendance(step: RunStep) -> float | None:
    """The share of residents who can come to the sessions of the best plan so far."""
    return step.coming / step.seats if step.seats else None


def gap(run: Run, step: RunStep) -> float | None:
    """How much better a plan could be at most, as a share of what is at stake: as on the page of its draft."""
    return None if run.asked is None else gap_of(step.score, step.bound, step.placed * points_placed(run))


def points_placed(run: Run) -> int:
    """What a run gives for each resident in a group, in points; 0 where that is not known any more."""
    return int(run.asked["counts"]["points_placed"]) if run.asked is not None else 0


def gap_words(run: Run, step: RunStep) -> str:
    """``at most 2.1 %``."""
    share = gap(run, step)
    if share is None:
        return _no_gap_words(run)
    if share == 0:
        return _("none: this is the best plan")
    return _("at most %(share)s %%", share=number(round(max(share, 0.001) * 100, 1)))


def _no_gap_words(run: Run) -> str:
    if not run.state.ended:
        return _("not known yet")
    return _("not worked out") if run.is_improvement or run.is_repair else _("not proven")


def bound_words(run: Run) -> str:
    """Of a run that goes on from a draft: for what its room for improvement holds, or why there is none."""
    if not run.is_improvement or not run.state.ended or not run.steps:
        return ""
    if run.steps[-1].bound is None:
        return _(
            "How much better it could be isn’t worked out: the planner kept close to the draft, "
            "and drafts are measured by how close they are to what is published."
        )
    return _("The room for improvement is for plans that leave what was pinned as it is.")


def course(steps: Sequence[RunStep]) -> tuple[RunStep, ...]:
    """A few of the reports, evenly spread in their number, with the first and the last."""
    if len(steps) <= MOST_LINES:
        return tuple(steps)
    return tuple(steps[round(index * (len(steps) - 1) / (MOST_LINES - 1))] for index in range(MOST_LINES))


def stopped_sentence(stopped: Stopped, zone: str) -> str:
    """Who stopped a run and when, and how much of its time it had."""
    after, given = time_words(max(1, round(stopped.after))), time_words(stopped.seconds)
    if stopped.at is None:
        return _("The search was stopped after %(after)s of %(given)s.", after=after, given=given)
    return _(
        "%(by)s stopped the search on %(when)s, after %(after)s of %(given)s.",
        by=stopped.by or _("A coordinator"),
        when=moment(stopped.at, zone),
        after=after,
        given=given,
    )


def queue_words(run: Run) -> str:
    """Where a run waits."""
    if run.ahead == 0:
        return _("It will start in a moment.")
    return ngettext(
        "It starts when the run before it is done.", "It starts when the %(num)s runs before it are done.",
        run.ahead,
    )  # fmt: skip


def tried_words(steps: Iterable[Step[str]]) -> str:
    """``Tried with: …``, the rules in one line, or how many where they would not fit into one."""
    rules = [step_words(step) for step in steps]
    if len(rules) > MOST_RULES:
        return _("Tried with %(num)s other rules", num=number(len(rules)))
    return _("Tried with: %(rules)s", rules="; ".join(rules))


def time_words(seconds: float) -> str:
    """``30 seconds``."""
    if seconds < 60 or seconds % 60:
        return ngettext("%(num)s second", "%(num)s seconds", round(seconds))
    return ngettext("%(num)s minute", "%(num)s minutes", round(seconds) // 60)


def difference_words(
    differences: Iterable[tuple[str, Any, Any]], programme: Programme, models: Mapping[str, Any]
) -> tuple[str, ...]:
    """Which rules were others when the run was asked for, a sentence each."""
    names = {model.key: model.name for model in programme.models}
    return tuple(dict.fromkeys(_differences(differences, names, models)))


def _differences(
    differences: Iterable[tuple[str, Any, Any]], names: Mapping[str, str], models: Mapping[str, Any]
) -> Iterator[str]:
    plain = {
        "quorum": _("Share of a group that must be able to come: %(was)s then, %(now)s now."),
        "min_attendance": _("Share of sessions that each person should be able to come to: %(was)s then, %(now)s now."),
        "min_gap_days": _("Days between two sessions of a group: %(was)s then, %(now)s now."),
        "session_minutes": _("Minutes of a session: %(was)s then, %(now)s now."),
        "rounds": _("Rounds of the term: %(was)s then, %(now)s now."),
    }
    of_models = {
        "size": _("Residents in a group, %(kind)s: %(was)s then, %(now)s now."),
        "spread": _("Grades apart in a group, %(kind)s: %(was)s then, %(now)s now."),
        "facilitators": _("Facilitators of a group, %(kind)s: %(was)s then, %(now)s now."),
        "present": _("Facilitators at each session, %(kind)s: %(was)s then, %(now)s now."),
    }
    for name, was, now in differences:
        values = {"was": _value(name, was), "now": _value(name, now)}
        if name == "weights":
            yield _("What counts for how much was different then.")
        elif name in plain:
            yield plain[name] % values
        else:
            _models, key, field = name.split(".")
            if key not in names:
                yield _("A kind of group that the programme no longer has: %(kind)s.", kind=key)
            elif key not in models:
                yield _("A kind of group that the programme has had since: %(kind)s.", kind=names[key])
            else:
                yield of_models[field] % {**values, "kind": names[key]}


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{value[0]}–{value[1]}"
    if name in ("quorum", "min_attendance") and value is not None:
        return _("%(share)s %%", share=number(round(100 * value, 1)))
    return number(value) if isinstance(value, int | float) else ""
