"""What a resident may read about their own place in the published plan. Nothing in it depends on others' secrets."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.model import PlanState
from scheduler.plans.reasons import wishes_from_json
from scheduler.plans.tables import PlanRow, ToldRow


@dataclass(frozen=True, slots=True)
class OwnWish:
    """What became of a wish of one's own: ``name`` is the person, the topic or the way to meet that it was for.

    ``met`` is None where telling would tell about others; ``could_be`` says that others would have had to give up
    more for it.
    """

    kind: str
    met: bool | None
    name: str
    could_be: bool


def own_wishes(db: Session, actor: Actor, programme_id: int) -> tuple[OwnWish, ...]:
    """What became of the actor's own wishes in the plan that is published; nothing where that was not worked out."""
    stored = db.scalar(
        select(ToldRow.wishes)
        .join(PlanRow, PlanRow.id == ToldRow.plan_id)
        .where(
            PlanRow.programme_id == programme_id,
            PlanRow.state == PlanState.PUBLISHED,
            ToldRow.person_id == actor.person_id,
        )
    )
    wishes = wishes_from_json(stored or [])
    about = {wish.about_id for wish in wishes if wish.about_id is not None}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(about))).all())
    return tuple(
        OwnWish(wish.kind, wish.met, names.get(wish.about_id or 0, wish.subject), wish.cost is not None)
        for wish in wishes
        if wish.about_id is None or wish.about_id in names
    )
