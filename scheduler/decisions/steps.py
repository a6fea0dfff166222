"""Steps of the planner with ids of the database in place of keys, and with names, both for a page."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.planning.keys import database_id
from scheduler.programmes.model import Programme
from solvers.reasons.facts import Step, StepKind


def step_by_ids(step: Step[str]) -> Step[int]:
    """The step as a run takes it."""
    return step.with_people(database_id)


def step_shown(step: Step[int], programme: Programme, names: Mapping[int, str]) -> Step[str]:
    """The step as it is read: people, kinds of group and sites by their names."""
    places = {model.key: model.name for model in programme.models} | {site.key: site.name for site in programme.sites}
    named = step.with_people(lambda person_id: names.get(person_id, ""))
    subject = named.subject if step.asks_somebody else places.get(str(named.subject), str(named.subject))
    what = places.get(step.what, step.what) if step.kind is StepKind.ACCEPT_MODEL else step.what
    return Step(step.kind, subject, what, step.value, step.instead_of)
