"""What of a published plan no longer holds, in sentences for its coordinator. No sentence says what somebody keeps to
themselves: who wishes not to share a group with somebody reads like a relation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scheduler.languages import mark, say, short_moment
from scheduler.programmes.misfits import Misfit
from scheduler.publishing.present_plan import Misplaced, Present
from scheduler.reasons.broken import Broken, KnownNames, broken_sentence
from solvers import rules

_OUTSIDE: Final = mark("The programme no longer meets when %(group)s would (round %(round)s, %(when)s).")
_TIMES: Final[Mapping[Misfit, str]] = {
    Misfit.CLOSED: mark("The programme no longer meets on the day of %(group)s (round %(round)s, %(when)s).")
}


@dataclass(frozen=True, slots=True)
class BrokenThing:
    """Something that no longer holds: of a group, by key and name ("" for none), and of its session ``at`` a time in a
    round where it is one's. ``what`` is a sentence that says all of it. Beside a change that moves somebody by name,
    what is ``secret`` would tell who they are that may not share a group."""

    group: str
    name: str
    round: int | None
    at: datetime | None
    what: str
    secret: bool = False


def broken_things(present: Present, people: Mapping[int, str]) -> tuple[BrokenThing, ...]:
    """Everything that no longer holds, each once: groups as such, then sessions in the order of time. ``people`` are
    names by ids."""
    names = KnownNames({group.key: group.name for group in present.plan.groups}, people)
    slots = {(g.id, s.round): s.slot for g in present.instance.previous for s in g.sessions}
    found = dict.fromkeys(_of(present, rule, names, slots) for rule in _worst(present.broken))
    found |= dict.fromkeys(_left_behind(each, names, present.programme.zone) for each in present.misplaced)
    return tuple(sorted(found, key=_order))


def _order(broken: BrokenThing) -> tuple[float, str]:
    return (broken.at.timestamp() if broken.at else 0.0, broken.name)


def _of(present: Present, rule: Broken, names: KnownNames, slots: Mapping[tuple[str, int], int]) -> BrokenThing:
    group = rule.group or ""
    slot = slots.get((group, rule.round)) if rule.round is not None else None
    at = present.instance.slots[slot].start if slot is not None else None
    name = names.groups.get(group, "")
    return BrokenThing(group, name, rule.round, at, _words(rule, names, at, present.programme.zone), not rule.is_named)


def _left_behind(session: Misplaced, names: KnownNames, zone: str) -> BrokenThing:
    """A session that lies where its programme holds none any more."""
    name, at = names.groups.get(session.group, ""), session.starts_at
    what = say(_TIMES.get(session.why, _OUTSIDE), group=name, round=session.round + 1, when=short_moment(at, zone))
    return BrokenThing(session.group, name, session.round, at, what)


def _words(rule: Broken, names: KnownNames, at: datetime | None, zone: str) -> str:
    """What is published is mended group by group, so that of a rule that isn't named the group is."""
    if not rule.is_named and rule.group in names.groups:
        return say("%(group)s: %(what)s", group=names.group(rule.group), what=broken_sentence(rule, names))
    if at is None or rule.round is None:
        return broken_sentence(rule, names)
    when = say("round %(round)s, %(when)s", round=rule.round + 1, when=short_moment(at, zone))
    return broken_sentence(rule, names, when)


def _worst(broken: Collection[Broken]) -> Iterator[Broken]:
    """Without that a facilitator can't come where too few can: the two are one."""
    unled = {(each.group, each.round) for each in broken if each.rule_id == rules.PRESENT}
    return (each for each in broken if each.rule_id != rules.FACILITATOR_FREE or (each.group, each.round) not in unled)
