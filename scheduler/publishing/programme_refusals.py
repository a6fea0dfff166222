"""What forbids a change of a programme: its own faults, and what is there already and uses what would go."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import func, select

from scheduler.availability.policy import policy_faults, policy_from
from scheduler.availability.rest import rules_for
from scheduler.db import Db
from scheduler.errors import Fault, Rejected
from scheduler.languages import say, say_many
from scheduler.people.tables import ParticipantRow
from scheduler.planning.runs import is_running
from scheduler.plans.model import UNPUBLISHED
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.faults import faults_of
from scheduler.programmes.grades import gone
from scheduler.programmes.model import Programme
from scheduler.programmes.service import find_programme_id
from scheduler.publishing.round_numbers import new_numbers, round_refusals
from scheduler.publishing.site_changes import site_refusals

GRADE_ROW: Final = "was"
"""Before the number that a grade has so far, in the name of the field of one that is to be removed."""
_SEEN_BY_RUNS: Final = ("rounds", "models", "sites", "zone")


def all_faults(wanted: Programme) -> Iterator[Fault]:
    """Every fault of a programme by itself, those of its rules for duties and rest included."""
    yield from faults_of(wanted)
    try:
        rules_for(wanted.rest_preset)
    except Rejected as wrong:
        yield Fault("rest_preset", str(wrong))
    try:
        yield from policy_faults(policy_from(wanted.duty_policy, wanted.buffer_minutes))
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError):
        yield Fault("duty_policy", say("We can’t read these rules. Set them again on the page of rules."))


def refusals(db: Db, before: Programme, wanted: Programme, changed: Collection[str]) -> Iterator[Fault]:
    """What is there already and forbids the change, each with what to do."""
    if "slug" in changed and find_programme_id(db, wanted.slug) not in (None, before.id):
        yield Fault("slug", say("There is already a programme called “%(slug)s”. Choose another.", slug=wanted.slug))
    if "models" in changed:
        yield from _models_in_use(db, before, wanted)
    if "sites" in changed:
        yield from site_refusals(db, before, wanted)
    if "grades" in changed:
        yield from _grades_in_use(db, before, wanted)
    if "rounds" in changed:
        yield from round_refusals(db, before.id, new_numbers(before.rounds, wanted.rounds))
    seen = [name for name in _SEEN_BY_RUNS if name in changed]
    if seen and is_running(db, before.id):
        yield Fault(seen[0], say("A plan is being made with this. Wait for it or stop it, then save again."))


def _models_in_use(db: Db, before: Programme, wanted: Programme) -> Iterator[Fault]:
    kept = {model.key for model in wanted.models}
    gone = {model.id: model for model in before.models if model.key not in kept}
    used = dict(
        db.execute(
            select(GroupRow.model_id, func.count())
            .join(PlanRow, PlanRow.id == GroupRow.plan_id)
            .where(GroupRow.model_id.in_(gone), PlanRow.state.not_in(UNPUBLISHED))
            .group_by(GroupRow.model_id)
        ).all()
    )
    for model_id, count in used.items():
        yield Fault(
            f"models-{gone[model_id].key}",
            say_many(
                "%(num)s published group is or was a “%(name)s”. Keep this kind of group, and rename it if need be.",
                "%(num)s published groups are or were a “%(name)s”. Keep this kind of group, and rename it if need be.",
                count,
                name=gone[model_id].name,
            ),
        )


def _grades_in_use(db: Db, before: Programme, wanted: Programme) -> Iterator[Fault]:
    removed = {grade.stage: grade.name for grade in gone(before.grades, wanted.grades)}
    counts = db.execute(
        select(ParticipantRow.stage, func.count())
        .where(ParticipantRow.programme_id == before.id, ParticipantRow.left_at.is_(None))
        .where(ParticipantRow.stage.in_(removed))
        .group_by(ParticipantRow.stage)
        .order_by(ParticipantRow.stage)
    )
    for stage, count in counts.all():
        yield Fault(
            f"grades-{GRADE_ROW}{stage}",
            say_many(
                "%(num)s person is %(name)s. Keep the grade, or give them another first: tick them under “People”.",
                "%(num)s people are %(name)s. Keep the grade, or give them another first: tick them under “People”.",
                count,
                name=removed[stage or 0],
            ),
        )
