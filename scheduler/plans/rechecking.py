"""Look at a stored draft once more before it is published: people and rotas may have changed since it was made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.errors import NotPossible
from scheduler.languages import mark, say
from scheduler.plans.building import build_instance, groups_of
from scheduler.plans.tables import PlanRow
from scheduler.programmes.model import Programme
from solvers import rules
from solvers.referee import check
from solvers.solution import Solution

PLAN_AGAIN = mark("Plan again: the new draft will keep the rules.")
OTHERWISE = mark("%(group)s would break a rule now.")
SENTENCES: Mapping[str, str] = {
    rules.QUORUM: mark("Too few of %(group)s can come to one of its dates now."),
    rules.FACILITATOR_FREE: mark("A facilitator of %(group)s cannot come to one of its dates any more."),
}
"""Broken rule → what is said of it. For every other rule nothing is said but that one is broken: which one might tell
what somebody keeps to themselves."""


def must_still_hold(db: Session, programme: Programme, plan: PlanRow, now: datetime) -> None:
    """Raise :class:`NotPossible` if the draft breaks a hard rule as things stand now, or if its dates have begun."""
    instance = build_instance(db, programme.id, now)
    settled = frozenset(range(len(programme.rounds))) - {slot.round for slot in instance.slots}
    ahead = {slot.start for slot in instance.slots}
    for session in (session for group in plan.groups for session in group.sessions):
        if session.round not in settled and session.starts_at not in ahead:
            raise NotPossible(say("A date of this draft is over, or has begun."), what_to_do=say(PLAN_AGAIN))
    solution = Solution(instance.name, groups_of(programme, plan, instance.slots))
    broken = check(instance, solution).broken
    if broken:
        names = {group.key: group.name for group in plan.groups}
        first = broken[0]
        raise NotPossible(
            _sentence(first.rule_id, names.get(first.group or "", say("A group"))), what_to_do=say(PLAN_AGAIN)
        )


def _sentence(rule_id: str, group: str) -> str:
    found = say(SENTENCES.get(rule_id, OTHERWISE), group=group)
    return say("Something changed since this draft was made. %(what)s", what=found)
