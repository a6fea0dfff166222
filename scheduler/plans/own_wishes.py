"""What a resident may read about their own place in the published plan. Nothing in it depends on others' secrets."""

from __future__ import annotations

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import OwnWishesRow, PlanRow
from scheduler.reasons.codec import wishes_from_json
from scheduler.reasons.names import named_wishes
from solvers.reasons.facts import WishOutcome


def own_wishes(db: Db, actor: Actor, programme_id: int) -> tuple[WishOutcome[str], ...]:
    """What became of the actor's own wishes in the plan that is published; nothing where that was not worked out."""
    stored = db.scalar(
        select(OwnWishesRow.wishes)
        .join(PlanRow, PlanRow.id == OwnWishesRow.plan_id)
        .where(
            PlanRow.programme_id == programme_id,
            PlanRow.state == PlanState.PUBLISHED,
            OwnWishesRow.person_id == actor.person_id,
        )
    )
    wishes = wishes_from_json(stored or (), actor.person_id) if actor.person_id else ()
    people = {person_id for wish in wishes for person_id in wish.people}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())
    return named_wishes(wishes, names)
