"""A resident who gives up their place in a group and waits for the next plan: open to all of them, without a reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.audit.tables import AuditRow
from scheduler.coordination import storage
from scheduler.coordination.model import TakeOut
from scheduler.coordination.service import load_desk
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.membership import rosters
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import PlanRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.publishing.model import OwnChoice
from scheduler.publishing.tables import UnmetWishRow
from scheduler.publishing.unmet_wishes import keep_unmet_wishes

GIVEN_UP = "group.place_given_up"


def give_up_place(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Take the actor out of their groups; they stay in the programme, and the next plan looks for a group for them.

    The groups learn that they are no longer in them, and nobody why.
    """
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    who = actor.person_id or 0
    keys = {key for key, roster in rosters(db, programme_id).items() if roster.get(who) == MemberRole.RESIDENT}
    if not keys:
        raise NotPossible(say("You’re not in a group at the moment."), what_to_do=say("Go back to your page."))
    desk = load_desk(db, get_programme(db, programme_id), keys, now)
    after = desk.after([TakeOut(programme_id, key, who) for key in sorted(keys)])
    storage.store(db, programme_id, desk.board, after, desk.known.marks.of, now)
    for key in sorted(keys):
        record(db, actor, GIVEN_UP, now, programme_id, person=who, group=key)
    keep_unmet_wishes(db, programme_id, now, keys)
    row = db.scalar(
        select(UnmetWishRow).where(UnmetWishRow.programme_id == programme_id, UnmetWishRow.person_id == who)
    )
    if row is not None:
        row.groups, row.choice, row.chosen_at = [], OwnChoice.WAIT, now
    db.flush()


def given_up_in(db: Db, actor: Actor, programme_ids: Collection[int]) -> frozenset[int]:
    """In which of these programmes the actor has given up their place since the present plan was published."""
    since = (AuditRow.programme_id == PlanRow.programme_id) & (AuditRow.at >= PlanRow.published_at)
    rows = db.scalars(
        select(AuditRow.programme_id)
        .join(PlanRow, since)
        .where(PlanRow.state == PlanState.PUBLISHED, AuditRow.programme_id.in_(programme_ids))
        .where(AuditRow.actor_id == actor.person_id, AuditRow.action == GIVEN_UP)
    )
    return frozenset(found for found in rows if found is not None)
