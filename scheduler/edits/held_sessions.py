"""Which sessions of a draft will take place as things stand: those with which the referee finds nothing wrong."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.edits.facts import Facts
from scheduler.planning.left_alone import SessionOf
from scheduler.plans.whole import Sitting, StoredGroup
from scheduler.reasons.named_rules import NAMED
from solvers.referee import Breach


def is_settled(facts: Facts, group: StoredGroup, session: Sitting) -> bool:
    """Whether a session stays as it is, whatever is changed: it has begun, or its round is over."""
    return session.round in facts.begun_of(group.key) or facts.is_settled(session.round)


def is_off_slots(facts: Facts, group: StoredGroup, session: Sitting) -> bool:
    """Whether a session is at no time at which sessions can be: the planner does not know it."""
    known = (session.starts_at, session.round) in facts.index_of
    return not known and not is_settled(facts, group, session)


def failing(breaches: Iterable[Breach]) -> frozenset[SessionOf]:
    """The sessions with which something is wrong."""
    named = (each for each in breaches if each.rule_id in NAMED)
    return frozenset((each.group, each.round) for each in named if each.group and each.round is not None)


def takes_place(facts: Facts, group: StoredGroup, session: Sitting, fail: frozenset[SessionOf]) -> bool:
    """Whether a session will take place, beside those that ``fail``."""
    return (group.key, session.round) not in fail and not is_off_slots(facts, group, session)


def held_by(facts: Facts, group: StoredGroup | None, fail: frozenset[SessionOf]) -> int:
    """How many sessions of a group will; none where there is no group."""
    return sum(takes_place(facts, group, session, fail) for session in group.sessions) if group else 0
