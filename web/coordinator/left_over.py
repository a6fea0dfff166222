"""Residents without a group and rounds without a session, put together by what stands in the way: for many of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import url_for

from scheduler.plans.model import Lacking, Plan
from scheduler.programmes.model import Programme
from scheduler.reasons.sentences import date_reason, groups_reason, missed_sentence, unplaced_sentence
from solvers import rules
from solvers.reasons.facts import MissedSession, Obstacle, Unplaced
from web.language import gettext as _

FEW: Final = 6
"""As many residents without a group are told one by one; more are put together by reason."""
UNKNOWN: Final = "other"
PRIVATE: Final = frozenset({rules.CONFLICT, rules.AVOIDS, rules.EXTERNAL_REQUIRED})
"""Rules that may be about what somebody keeps to themselves: one sentence for all of them."""
_SAFETY: Final = "safety"
UNLED: Final = "no_facilitator"
SHORT: Final = "too_few"
"""Of a session that has a date and will not be held as things stand."""
_SECTIONS: Final = {
    rules.GROUP_SIZE: "kinds",
    rules.STAGE_SPREAD: "kinds",
    rules.QUORUM: "running",
    rules.GAP: "running",
    **dict.fromkeys((rules.ROOM_AT_SITE, rules.ROOM_CAPACITY, rules.ROOM_FREE, rules.ROOM_OVERLAP), "sites"),
    rules.SLOT_OF_ROUND: "windows",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One resident without a group, or one round without a session (``group_key`` and ``round``), and why."""

    name: str
    sentence: str
    person_id: int = 0
    group_key: str = ""
    round: int = 0


@dataclass(frozen=True, slots=True)
class Cause:
    """What stands in the way of so many: ``key`` is what its address says."""

    key: str
    sentence: str
    lines: tuple[Line, ...]


def unplaced_by_cause(plan: Plan) -> tuple[Cause, ...]:
    """The residents without a group by what keeps most of them out, the commonest first."""
    found: dict[str, list[Line]] = defaultdict(list)
    sentences: dict[str, str] = {}
    for missing, person_id in zip(plan.unplaced, plan.unplaced_ids, strict=True):
        first = missing.obstacles[0] if missing.obstacles else None
        key = _key(first)
        sentences.setdefault(key, _unplaced_sentence(key, first))
        found[key].append(Line(missing.person, _told(missing), person_id))
    return _ranked(found, sentences)


def missed_by_cause(plan: Plan, lacking: Iterable[Lacking], zone: str) -> tuple[Cause, ...]:
    """The rounds in which groups do not meet, by what stands against the best date of each, and those whose session has
    too few people or no facilitator as things stand; the commonest first."""
    reasons = {(one.group, one.round): one for one in plan.reasons.missed}
    found: dict[str, list[Line]] = defaultdict(list)
    sentences: dict[str, str] = {}
    for group in lacking:
        for number in group.missed_rounds:
            missed = reasons.get((group.key, number))
            first = missed.obstacles[0] if missed and missed.obstacles else None
            key = _key(first)
            sentences.setdefault(key, _missed_sentence(first))
            found[key].append(Line(group.name, _missed(missed, number, zone), 0, group.key, number))
        for number in group.short_rounds:
            unled = number in group.unled_rounds
            key = UNLED if unled else SHORT
            sentences.setdefault(key, _short_sentence(unled))
            found[key].append(Line(group.name, _short(unled, number), 0, group.key, number))
    return _ranked(found, sentences)


def way_out(programme: Programme, key: str) -> tuple[str, str]:
    """Where something can be done about a cause, and what that is called; empty where there is no one place."""
    here = {"programme_id": programme.id}
    if key in _SECTIONS:
        return url_for("coordinator.section", section=_SECTIONS[key], **here), _("Change it")  # type: ignore[arg-type]
    return "", ""


def _key(first: Obstacle | None) -> str:
    if first is None:
        return UNKNOWN
    return _SAFETY if first.rule_id in PRIVATE else first.rule_id


def _unplaced_sentence(key: str, first: Obstacle | None) -> str:
    if first is None:
        return _("Placing them would mean changing other groups.")
    return _private() if key == _SAFETY else groups_reason(first)


def _told(missing: Unplaced[str]) -> str:
    """What may be told of one of them."""
    is_private = bool(missing.obstacles) and missing.obstacles[0].rule_id in PRIVATE
    return _private() if is_private else unplaced_sentence(missing)


def _private() -> str:
    return _(
        "A rule about safety or someone’s own wishes stands against every group that would fit. Which, and whose, "
        "isn’t shown to anyone."
    )


def _missed_sentence(first: Obstacle | None) -> str:
    if first is None:
        return _("Nothing stands against a date: planning for longer may add it.")
    if first.rule_id == rules.QUORUM:
        return _("Too few residents can come on the best date.")
    if first.rule_id == rules.SLOT_OF_ROUND:
        return _("The round has no date left.")
    return _("On the best date, %(reason)s.", reason=date_reason(first))


def _missed(missed: MissedSession[datetime] | None, number: int, zone: str) -> str:
    if missed is None:
        return _("Round %(number)s: no session", number=number + 1)
    return missed_sentence(missed, zone)


def _short_sentence(unled: bool) -> str:
    return _("No facilitator can come.") if unled else _("Too few residents can come.")


def _short(unled: bool, number: int) -> str:
    if unled:
        return _("Round %(number)s: no facilitator can come", number=number + 1)
    return _("Round %(number)s: too few residents can come", number=number + 1)


def _ranked(found: dict[str, list[Line]], sentences: dict[str, str]) -> tuple[Cause, ...]:
    causes = (Cause(key, sentences[key], tuple(lines)) for key, lines in found.items())
    return tuple(sorted(causes, key=lambda cause: (-len(cause.lines), cause.key)))
