"""What a programme lets duties leave open, as it is kept: levels by kind, lunch, and the hours beside work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from types import MappingProxyType
from typing import Any

from scheduler.availability.model import DEFAULT_LEVELS, Level, Policy
from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.rotas.model import DutyKind

NEVER = frozenset((DutyKind.OFF, DutyKind.LEAVE))
"""Kinds that no programme opens: only the person themselves offers a day off, or a day of leave."""

MOST_BESIDE_MINUTES = 240
MOST_BUFFER_MINUTES = 120
MOST_JOURNEY_MINUTES = 480


def policy_from(
    stored: Mapping[str, Any], buffer_minutes: int, journeys: Mapping[tuple[int, int], int] = MappingProxyType({})
) -> Policy:
    """The policy that was kept; what it does not name is as by default."""
    plain = Policy()
    levels = {DutyKind(kind): Level(level) for kind, level in stored.get("during", {}).items()}
    opens, closes = (time.fromisoformat(clock) for clock in stored.get("lunch", map(time.isoformat, plain.lunch)))
    return Policy(
        lunch=(opens, closes),
        beside_work=timedelta(minutes=stored.get("beside_work_minutes", plain.beside_work.total_seconds() // 60)),
        during=MappingProxyType({**DEFAULT_LEVELS, **levels}),
        buffer=timedelta(minutes=buffer_minutes),
        journeys=MappingProxyType({way: timedelta(minutes=minutes) for way, minutes in journeys.items()}),
    )


def policy_json(policy: Policy) -> dict[str, Any]:
    """The part of a policy that :func:`policy_from` reads from ``stored``: only what differs from the default."""
    plain = Policy()
    kept: dict[str, Any] = {}
    during = {kind.value: level.value for kind, level in policy.during.items() if level is not DEFAULT_LEVELS[kind]}
    if during:
        kept["during"] = during
    if policy.lunch != plain.lunch:
        kept["lunch"] = [f"{clock:%H:%M}" for clock in policy.lunch]
    if policy.beside_work != plain.beside_work:
        kept["beside_work_minutes"] = int(policy.beside_work.total_seconds() // 60)
    return kept


def must_be_possible(policy: Policy) -> None:
    """Raise :class:`Rejected`, with every fault, for a policy that cannot be kept to."""
    if faults := tuple(policy_faults(policy)):
        raise Rejected(say("The rules were not saved."), faults)


def policy_faults(policy: Policy) -> Iterator[Fault]:
    """Everything for which a policy cannot be kept to."""
    for kind in sorted(NEVER):
        if policy.during[kind] is not Level.BLOCKED:
            yield Fault(
                kind.value, say("Days off and leave always stay free of sessions, unless the person offers the time.")
            )
    if policy.lunch[1] < policy.lunch[0]:
        yield Fault(say("lunch"), say("The end is before the start."))
    if not timedelta() <= policy.beside_work <= timedelta(minutes=MOST_BESIDE_MINUTES):
        yield _out_of_range(say("before and after work"), MOST_BESIDE_MINUTES)
    if not timedelta() <= policy.buffer <= timedelta(minutes=MOST_BUFFER_MINUTES):
        yield _out_of_range(say("around a session"), MOST_BUFFER_MINUTES)
    if any(not timedelta() < way <= timedelta(minutes=MOST_JOURNEY_MINUTES) for way in policy.journeys.values()):
        yield _out_of_range(say("journeys"), MOST_JOURNEY_MINUTES)


def _out_of_range(where: str, most: int) -> Fault:
    return Fault(where, say("Enter a number of minutes from 0 to %(most)s.", most=most))
