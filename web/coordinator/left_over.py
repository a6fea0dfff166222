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
from scheduler.reasons.named_rules import NAMED
from scheduler.reasons.sentences import date_reason, groups_reason, missed_sentence, unplaced_sentence
from solvers import rules
from solvers.reasons.facts import MissedSession, Obstacle
from web.language import gettext as _

FEW: Final = 6
"""As many residents without a group are told one by one; more are put together by reason."""
UNKNOWN: Final = "other"
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
    """The residents without a group by what keeps most of them out, the commonest first. For whom nothing may be told,
    they stand with all for whom there is no simple place."""
    found: dict[str, list[Line]] = defaultdict(list)
    sentences: dict[str, str] = {}
    for missing, person_id in zip(plan.unplaced, plan.unplaced_ids, strict=True):
        first = next((one for one in missing.obstacles if one.rule_id in NAMED), None)
        key = first.rule_id if first is not None else UNKNOWN
        sentences.setdefault(key, _unplaced_sentence(first))
        found[key].append(Line(missing.person, unplaced_sentence(missing), person_id))
    return _ranked(found, sentences)


def _unplaced_sentence(first: Obstacle | None) -> str:
    return groups_reason(first) if first is not None else _("Placing them would mean changing other groups.")


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
            key = first.rule_id if first is not None else UNKNOWN
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
