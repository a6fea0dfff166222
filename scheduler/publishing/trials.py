"""Drafts that were made with other rules are published once the programme has these rules."""

from __future__ import annotations

from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.planning.instance_builder import problem_of
from scheduler.planning.trial_steps import steps_of, still_to_do
from scheduler.planning.tried import Tried, named_steps
from scheduler.plans.tables import PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.reasons.sentences import step_words


def rules_to_change(db: Db, programme: Programme, plan: PlanRow) -> tuple[Tried, ...]:
    """The rules that a draft was made with and that the programme does not have, with names."""
    steps = steps_of(plan.trial_steps)
    if not steps:
        return ()
    problem = problem_of(db, programme, {int(step.subject) for step in steps if step.asks_somebody})
    return named_steps(db, programme, (step for step in steps if still_to_do(step, problem)))


def must_have_tried_rules(db: Db, programme: Programme, plan: PlanRow) -> None:
    """Raise :class:`NotPossible` for a draft made with a rule that the programme does not have."""
    if to_change := rules_to_change(db, programme, plan):
        raise NotPossible(
            say(
                "This draft was made with a rule that the programme doesn’t have: %(rule)s.",
                rule=step_words(to_change[0].step),
            ),
            what_to_do=say("Change the rule first. The draft can be published then as it is."),
        )


def tried_of(db: Db, plan_id: int) -> tuple[tuple[Tried, ...], tuple[Tried, ...]]:
    """All rules that a draft was made with, and those of them that are still to be changed."""
    plan = db.get_one(PlanRow, plan_id)
    if not plan.trial_steps:
        return (), ()
    programme = get_programme(db, plan.programme_id)
    return named_steps(db, programme, steps_of(plan.trial_steps)), rules_to_change(db, programme, plan)
