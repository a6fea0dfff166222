"""The rules that a run or a draft tries, with names in place of ids and keys: to be said, and to lead to the form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select

from scheduler.db import Db
from scheduler.languages import say
from scheduler.people.tables import PersonRow
from scheduler.programmes.model import Programme
from solvers.reasons.facts import Step, StepKind


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that is tried; whoever is asked for it has an id."""

    step: Step[str]
    person_id: int | None = None


def named_steps(db: Db, programme: Programme, steps: Iterable[Step[int]]) -> tuple[Tried, ...]:
    """These steps by the names of people, models and sites, in their order."""
    given = tuple(steps)
    asked = {int(step.subject) for step in given if step.asks_somebody}
    people = (
        dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(asked))).all()) if asked else {}
    )
    places = {model.key: model.name for model in programme.models}
    places |= {site.key: site.name for site in programme.sites}

    def name(step: Step[int]) -> Tried:
        known = step.with_people(lambda who: people.get(who, say("someone who has left")))
        subject = known.subject if step.asks_somebody else places.get(known.subject, known.subject)
        what = places.get(step.what, step.what) if step.kind is StepKind.ACCEPT_MODEL else step.what
        who = int(step.subject) if step.asks_somebody else None
        return Tried(replace(known, subject=subject, what=what), who if who in people else None)

    return tuple(map(name, given))
