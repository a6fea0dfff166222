"""All that a programme asks of people's time: its rest rules, and what its duties leave open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from scheduler.availability.model import Policy
from scheduler.availability.policy import policy_from
from scheduler.availability.rest import RestRules, rules_for
from scheduler.db import Db
from scheduler.programmes.model import Programme
from scheduler.programmes.tables import JourneyRow, SiteRow


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for everybody of a programme."""

    rest: RestRules
    policy: Policy


def rules_of(db: Db, programme: Programme) -> Rules:
    """The rules of a programme as they are kept."""
    policy = policy_from(programme.duty_policy, programme.buffer_minutes, _journeys(db, programme.id))
    return Rules(rules_for(programme.rest_preset), policy)


def _journeys(db: Db, programme_id: int) -> dict[tuple[int, int], int]:
    start, end = aliased(SiteRow), aliased(SiteRow)
    rows = db.execute(
        select(JourneyRow.from_site_id, JourneyRow.to_site_id, JourneyRow.minutes)
        .join(start, start.id == JourneyRow.from_site_id)
        .join(end, end.id == JourneyRow.to_site_id)
        .where(start.programme_id == programme_id, end.programme_id == programme_id)
    )
    return {(from_id, to_id): minutes for from_id, to_id, minutes in rows}
