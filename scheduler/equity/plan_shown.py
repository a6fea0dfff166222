"""The plan that a picture is of: the one that is published, or a draft."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.model import UNPUBLISHED, PlanState
from scheduler.plans.tables import PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan of a programme; ``revision`` is None for a draft."""

    id: int
    number: int
    revision: int | None
    is_published: bool
    is_draft: bool
    programme: Programme


def find_plan_shown(db: Db, actor: Actor, programme_id: int, plan_id: int | None = None) -> PlanShown | None:
    """The plan of that id, or the published one; None where nothing is published yet."""
    actor.must_have(programme_id, Role.COORDINATOR)
    if plan_id is not None:
        return get_plan_shown(db, actor, programme_id, plan_id)
    return _find(db, programme_id, PlanRow.state == PlanState.PUBLISHED)


def get_plan_shown(db: Db, actor: Actor, programme_id: int, plan_id: int) -> PlanShown:
    """The plan of that id. Raises NotFound where the programme has none."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = _find(db, programme_id, PlanRow.id == plan_id)
    if found is None:
        raise NotFound(say("We can’t find that plan in this programme."))
    return found


def _find(db: Db, programme_id: int, which: ColumnElement[bool]) -> PlanShown | None:
    columns = (PlanRow.id, PlanRow.number, PlanRow.revision, PlanRow.state)
    row = db.execute(select(*columns).where(PlanRow.programme_id == programme_id, which)).first()
    if row is None:
        return None
    return PlanShown(
        id=row.id,
        number=row.number,
        revision=row.revision,
        is_published=row.state is PlanState.PUBLISHED,
        is_draft=row.state in UNPUBLISHED,
        programme=get_programme(db, programme_id),
    )
