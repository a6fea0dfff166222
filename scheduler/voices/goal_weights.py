"""What matters to each member, and how far they have come: areas that they chose and weighted themselves.

Words stay private (:mod:`scheduler.groups.private`); from here only an area, its weight and its progress are counted,
and shown as middle values of five people or more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

from sqlalchemy import select

from scheduler.db import Db
from scheduler.equity.disclosure import FEWEST
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.joining.model import MOST_TOPICS, TOPICS
from scheduler.joining.openly_counts import rounded
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.voices.model import FARTHEST, LEAST, MOST, GoalWeight
from scheduler.voices.tables import GoalWeightRow

AREAS = TOPICS
MOST_AREAS = MOST_TOPICS


@dataclass(frozen=True, slots=True)
class AreaSummary:
    """An area that five people or more chose: at least how many, how much it matters in the middle of them, and how far
    they are in the middle."""

    area: str
    people: int
    importance: int
    progress: int


def own_weights(db: Db, actor: Actor, programme_id: int) -> tuple[GoalWeight, ...]:
    """The areas that the actor chose, what matters most first."""
    rows = db.scalars(
        select(GoalWeightRow)
        .where(GoalWeightRow.programme_id == programme_id, GoalWeightRow.person_id == _author(actor))
        .order_by(GoalWeightRow.importance.desc(), GoalWeightRow.area)
    )
    return tuple(_value(row) for row in rows)


def weigh(db: Db, actor: Actor, programme_id: int, area: str, importance: int, progress: int, now: datetime) -> None:
    """Choose an area, or change what one said of it."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    if area not in AREAS:
        raise NotFound(say("That area isn’t on the list."))
    if not (LEAST <= importance <= MOST and 0 <= progress <= FARTHEST):
        raise Rejected(say("Choose one of the answers."))
    row = db.get(GoalWeightRow, (programme_id, _author(actor), area))
    if row is None:
        if len(own_weights(db, actor, programme_id)) >= MOST_AREAS:
            raise NotPossible(
                say("Choose no more than %(most)s areas: what matters most.", most=MOST_AREAS),
                what_to_do=say("Take one off first."),
            )
        db.add(row := GoalWeightRow(programme_id=programme_id, person_id=_author(actor), area=area))
    row.importance, row.progress, row.changed_at = importance, progress, now


def unweigh(db: Db, actor: Actor, programme_id: int, area: str) -> None:
    """Take an area off; one that is not there is off already."""
    row = db.get(GoalWeightRow, (programme_id, _author(actor), area))
    if row is not None:
        db.delete(row)


def goal_weights(db: Db, programme_id: int) -> tuple[GoalWeight, ...]:
    """What everybody chose, for figures alone."""
    rows = db.scalars(
        select(GoalWeightRow)
        .where(GoalWeightRow.programme_id == programme_id)
        .order_by(GoalWeightRow.area, GoalWeightRow.person_id)
    )
    return tuple(_value(row) for row in rows)


def area_summaries(db: Db, actor: Actor, programme_id: int) -> tuple[AreaSummary, ...]:
    """What people work on, for coordinators: middle values and numbers in fives, so that one person's change of mind
    seldom shows and never tells whose it was."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found: dict[str, list[GoalWeight]] = defaultdict(list)
    for weight in goal_weights(db, programme_id):
        found[weight.area].append(weight)
    summaries = [_summary(area, weights) for area, weights in found.items() if len(weights) >= FEWEST]
    return tuple(sorted(summaries, key=lambda each: (-each.people, -each.importance, each.area)))


def _summary(area: str, weights: Sequence[GoalWeight]) -> AreaSummary:
    return AreaSummary(
        area,
        rounded(len(weights)),
        median_low(each.importance for each in weights),
        median_low(each.progress for each in weights),
    )


def _author(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAllowed(say("Only people can keep private notes and goals."))
    actor.must_be_confirmed()
    return actor.person_id


def _value(row: GoalWeightRow) -> GoalWeight:
    return GoalWeight(row.person_id, row.area, row.importance, row.progress, row.changed_at)
