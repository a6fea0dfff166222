"""Groups that long leave makes too small for several sessions: for the first page, and for the number beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, and_, exists, select, true

from scheduler.db import Db
from scheduler.desk.model import Reduced
from scheduler.desk.tallies import tallies_of
from scheduler.desk.term import reduced_of
from scheduler.plans.membership import model_ids
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import Needed
from scheduler.sessions.quorum import needed_by_group
from scheduler.sessions.tables import AttendeeRow, SessionRow


def anybody_is_away(programme_id: int, now: datetime) -> Exists:
    """Whether anybody is on long leave at a session ahead: else no group is reduced by it, and nothing is looked at."""
    return exists().where(AttendeeRow.session_id == SessionRow.id, _away(programme_id, now))


def _away(programme_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(SessionRow.programme_id == programme_id, SessionRow.starts_at > now, AttendeeRow.away)


def reduced_groups(db: Db, programme_id: int, now: datetime) -> tuple[Reduced, ...]:
    """The published groups of which long leave leaves too few. Nothing is looked at but those of whom somebody is on
    leave at a session ahead."""
    programme = get_programme(db, programme_id)
    away = frozenset(db.scalars(select(SessionRow.group_key).join(AttendeeRow).where(_away(programme_id, now))))
    needed = needed_of(db, programme, group_names(db, programme_id, away), away)
    return reduced_of(tallies_of(db, programme_id, needed, away), needed, smallest_by_group(db, programme), now)


def group_names(db: Db, programme_id: int, keys: Collection[str] | None = None) -> Mapping[str, str]:
    """The published groups that meet, by key; of these ``keys`` alone, if they are given."""
    rows = db.execute(
        select(GroupRow.key, GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, GroupRow.ended_at.is_(None))
        .where(true() if keys is None else GroupRow.key.in_(keys))
    )
    return dict(rows.all())


def needed_of(
    db: Db, programme: Programme, names: Mapping[str, str], keys: Collection[str] | None = None
) -> Mapping[str, Needed]:
    """How many each of these groups needs, of those that have anybody in them."""
    return {key: one for key, one in needed_by_group(db, programme, keys).items() if key in names and one.members}


def smallest_by_group(db: Db, programme: Programme) -> Mapping[str, int]:
    """How few residents the kind of each published group allows."""
    sizes = {model.id: model.size[0] for model in programme.models}
    return {key: sizes.get(model_id, 0) for key, model_id in model_ids(db, programme.id).items()}
