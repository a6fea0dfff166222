"""What of a published plan no longer holds, in sentences for its coordinator. No sentence says what somebody keeps to
themselves: who wishes not to share a group with somebody reads like a relation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scheduler.languages import mark, say
from scheduler.planning.repair import BrokenRule
from scheduler.programmes.misfits import Misfit
from scheduler.publishing.present_plan import Misplaced, Present
from scheduler.reasons.sentences import date_reason
from solvers import rules

_SESSION: Final[Mapping[str, str]] = {
    rules.PRESENT: mark("no facilitator can come"),
    rules.FACILITATOR_FREE: mark("a facilitator can’t come"),
    rules.ATTENDING: mark("a facilitator no longer belongs to the group"),
    rules.ROOM_AT_SITE: mark("its room is no longer at the group’s site"),
    rules.ROOM_CAPACITY: mark("its room is too small for the group"),
    rules.ROOM_FREE: mark("its room can’t be used then"),
    rules.ROOM_OVERLAP: mark("another session is in its room"),
    rules.PERSON_OVERLAP: mark("someone has another session at the same time"),
}
_NOT_TOGETHER: Final = mark("some of its members can no longer share a group")
_GROUP: Final[Mapping[str, str]] = {
    rules.GROUP_SIZE: mark("it has too few or too many residents"),
    rules.STAGE_SPREAD: mark("the grades of its residents no longer fit this kind of group"),
    rules.FACILITATORS: mark("it has too few or too many facilitators"),
    rules.MODEL_ACCEPTED: mark("someone in it no longer accepts this kind of group"),
    rules.MODEL_OFFERED: mark("a facilitator no longer offers this kind of group"),
    rules.MODE_ACCEPTED: mark("someone in it can’t meet in this way"),
    rules.GAP: mark("two of its sessions are too close together"),
    rules.CONFLICT: _NOT_TOGETHER,
    rules.AVOIDS: _NOT_TOGETHER,
    rules.EXTERNAL_REQUIRED: _NOT_TOGETHER,
    rules.CAPACITY: mark("someone leads more groups than they offered"),
}
_OUTSIDE: Final = mark("the programme no longer meets at that time")
_TIME: Final[Mapping[Misfit, str]] = {Misfit.CLOSED: mark("the programme no longer meets on that day")}
_OTHERWISE: Final = mark("it breaks a rule")
_SECRET: Final = frozenset(rule for rule, words in _GROUP.items() if words == _NOT_TOGETHER)


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that no longer holds: of a group, by key and name ("" for none), and of its session ``at`` a time in a
    round where it is one's. ``what`` is said without a full stop. Beside a change that moves somebody by name, what is
    ``secret`` would tell who they are that may not share a group."""

    group: str
    name: str
    round: int | None
    at: datetime | None
    what: str
    secret: bool = False


def broken_things(present: Present) -> tuple[Broken, ...]:
    """Everything that no longer holds, each once: groups as such, then sessions in the order of time."""
    names = {group.key: group.name for group in present.plan.groups}
    slots = {(g.id, s.round): s.slot for g in present.instance.previous for s in g.sessions}
    found = dict.fromkeys(_of(present, rule, names, slots) for rule in present.broken)
    found |= dict.fromkeys(_left_behind(each, names) for each in present.misplaced)
    return tuple(sorted(_worst(found), key=_order))


def _order(broken: Broken) -> tuple[float, str]:
    return (broken.at.timestamp() if broken.at else 0.0, broken.name)


def _of(present: Present, rule: BrokenRule, names: Mapping[str, str], slots: Mapping[tuple[str, int], int]) -> Broken:
    group = rule.group or ""
    slot = slots.get((group, rule.round)) if rule.round is not None else None
    at = present.instance.slots[slot].start if slot is not None else None
    return Broken(group, names.get(group, ""), rule.round, at, _words(rule), rule.rule_id in _SECRET)


def _left_behind(session: Misplaced, names: Mapping[str, str]) -> Broken:
    what = say(_TIME.get(session.why, _OUTSIDE))
    return Broken(session.group, names.get(session.group, ""), session.round, session.starts_at, what)


def _words(rule: BrokenRule) -> str:
    if rule.figures is not None:
        return date_reason(rule.figures)
    return say({**_SESSION, **_GROUP}.get(rule.rule_id, _OTHERWISE))


def _worst(found: Iterable[Broken]) -> Iterator[Broken]:
    """Without “a facilitator can’t come” where nobody can: the two are one."""
    all_of = list(found)
    nobody = {(b.group, b.round) for b in all_of if b.what == say(_SESSION[rules.PRESENT])}
    one = say(_SESSION[rules.FACILITATOR_FREE])
    return (b for b in all_of if b.what != one or (b.group, b.round) not in nobody)
