"""Changing what a programme asks of people's time: checked as a whole, and everybody's marks worked out once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, update

from scheduler.audit.service import record
from scheduler.availability.model import Policy
from scheduler.availability.policy import must_be_possible, policy_json
from scheduler.availability.rest import rules_for
from scheduler.availability.rules import Rules, rules_of
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import JourneyRow, ProgrammeRow


def get_rules(db: Db, actor: Actor, programme_id: int) -> Rules:
    """The rules of a programme, for its coordinators."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return rules_of(db, get_programme(db, programme_id))


def change_rules(db: Db, actor: Actor, programme_id: int, rest: str, policy: Policy, now: datetime) -> bool:
    """Take over rest rules, written as :func:`~scheduler.availability.rest.rules_for` reads them, and a policy.

    Returns whether anything is other than it was; only then is everybody's availability worked out anew. Raises
    ``Rejected`` for what cannot be.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    programme = get_programme(db, programme_id)
    wanted = Rules(rules_for(rest), policy)
    must_be_possible(policy)
    _must_be_sites(programme, policy)
    if wanted == rules_of(db, programme):
        return False
    _store(db, programme, rest, policy)
    record(db, actor, "rules.changed", now, programme_id)
    note(db, Fact.RULES, programme_id, now)
    return True


def _must_be_sites(programme: Programme, policy: Policy) -> None:
    sites = {site.id for site in programme.sites}
    if any(start == end or not {start, end} <= sites for start, end in policy.journeys):
        raise NotFound(say("We can’t find that site in this programme."))


def _store(db: Db, programme: Programme, rest: str, policy: Policy) -> None:
    db.execute(
        update(ProgrammeRow)
        .where(ProgrammeRow.id == programme.id)
        .values(
            rest_preset=rest,
            duty_policy=policy_json(policy),
            buffer_minutes=int(policy.buffer.total_seconds() // 60),
        )
    )
    db.execute(delete(JourneyRow).where(JourneyRow.from_site_id.in_([site.id for site in programme.sites])))
    rows = [
        {"from_site_id": start, "to_site_id": end, "minutes": int(way.total_seconds() // 60)}
        for (start, end), way in policy.journeys.items()
    ]
    if rows:
        db.execute(insert(JourneyRow), rows)
