"""Groups that end with their term: who has been in one leaves the programme with it, unless they stay on.

Whoever stays on comes along into the next term, no longer for such a group: to help those who come next, or for
whatever kinds of group it has. It is asked of each of them, and may be taken back until the next term begins.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.departures import people_gone
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import find_published_plan
from scheduler.programmes.life import life_of
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ModelRow


def graduating(db: Db, programme_id: int) -> frozenset[int]:
    """The residents of a programme all of whose groups end with the term."""
    plan = find_published_plan(db, programme_id)
    closing = _closing_models(db, programme_id)
    if plan is None or not closing:
        return frozenset()
    gone = people_gone(db, plan)
    places = [
        (seat.person_id, group.model_id in closing)
        for group in plan.meeting
        for seat in group.members
        if seat.role == MemberRole.RESIDENT and seat.person_id not in gone
    ]
    return frozenset(who for who, _ in places) - {who for who, ends in places if not ends}


def leaving_with_the_term(db: Db, programme_id: int) -> frozenset[int]:
    """Those of them who do not stay on."""
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.stays_on)
    return graduating(db, programme_id) - set(db.scalars(select(ParticipantRow.person_id).where(*here)))


def staying_in(db: Db, actor: Actor, programme_ids: Collection[int]) -> frozenset[int]:
    """In which of these programmes the actor stays on."""
    own = (ParticipantRow.person_id == actor.person_id, ParticipantRow.stays_on)
    here = ParticipantRow.programme_id.in_(programme_ids)
    return frozenset(db.scalars(select(ParticipantRow.programme_id).where(here, *own)))


def stay_on(db: Db, actor: Actor, programme_id: int, now: datetime, *, stays: bool) -> None:
    """Say whether the actor stays on. Raises NotFound to whom it is not asked."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    part = db.get(ParticipantRow, (programme_id, actor.person_id), populate_existing=True)
    if part is None or part.left_at is not None or part.person_id not in graduating(db, programme_id):
        raise NotFound(say("There is nothing to decide here."))
    if life_of(db, programme_id, now).followed_by is not None:
        raise NotPossible(
            say("The next term has already begun."),
            what_to_do=say("Ask your coordinator whether you can still join it."),
        )
    if part.stays_on != stays:
        part.stays_on = stays
        db.flush()
        record(db, actor, "term.stays-on" if stays else "term.ends", now, programme_id)


def _closing_models(db: Db, programme_id: int) -> frozenset[int]:
    here = (ModelRow.programme_id == programme_id, ModelRow.closing)
    return frozenset(db.scalars(select(ModelRow.id).where(*here)))
