"""Residents without a group and rounds without a session, put together by what stands in the way: for many of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import url_for

from scheduler.decisions.left_over import LeftOver, NoSession, WithoutGroup
from scheduler.decisions.not_planned import NotPlanned, WhyNot
from scheduler.plans.model import Lacking
from scheduler.programmes.model import Programme
from scheduler.reasons.named_rules import NAMED
from scheduler.reasons.rule_words import RULES
from scheduler.reasons.sentences import date_reason, groups_reason, missed_sentence, unplaced_sentence
from solvers import rules
from solvers.reasons.facts import Obstacle, Unplaced
from web.coordinator.why_words import could_take_sentence, dropped_sentence, not_planned_sentence, taken_out_sentence
from web.language import gettext as _

FEW: Final = 6
"""As many residents without a group are told one by one; more are put together by reason."""
UNKNOWN: Final = "other"
PLACE: Final = "place"
"""As far as we can say, a group could take them."""
NO_DATE: Final = rules.SLOT_OF_ROUND
"""Of a round that has none left."""
BY_HAND: Final = "by_hand"
UNLED: Final = "no_facilitator"
SHORT: Final = "too_few"
"""Of a session that has a date and will not be held as things stand."""


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


def unplaced_by_cause(left: LeftOver, zone: str) -> tuple[Cause, ...]:
    """The residents without a group by what keeps most of them out, the commonest first. For whom nothing may be told,
    they stand with all for whom there is no simple place."""
    found: dict[str, list[Line]] = defaultdict(list)
    sentences: dict[str, str] = {}
    for one in left.people:
        key, sentence = _cause_of(one)
        sentences.setdefault(key, sentence)
        found[key].append(Line(one.name, _without_sentence(one, zone), one.person_id))
    return _ranked(found, sentences)


def _cause_of(one: WithoutGroup) -> tuple[str, str]:
    if one.by_hand is not None:
        return BY_HAND, _("A coordinator took them out of their group by hand.")
    if one.place:
        return PLACE, _("As far as we can say, a group could take them.")
    first = next((obstacle for obstacle in one.obstacles if obstacle.rule_id in NAMED), None)
    if first is not None:
        return first.rule_id, groups_reason(first)
    return UNKNOWN, _("We don’t know of a single reason.")


def _without_sentence(one: WithoutGroup, zone: str) -> str:
    by_hand = taken_out_sentence(one.by_hand, zone) if one.by_hand is not None else ""
    why = could_take_sentence(one.place) if one.place else unplaced_sentence(Unplaced(one.name, one.obstacles))
    return f"{by_hand} {why}".strip()


def not_planned_by_cause(left: LeftOver) -> tuple[Cause, ...]:
    """The residents whom no plan was to place, by why; the commonest first."""
    found: dict[str, list[Line]] = defaultdict(list)
    for one in left.not_planned:
        found[one.why].append(_not_planned_line(one))
    return _ranked(found, {why: not_planned_sentence(WhyNot(why)) for why in found})


def _not_planned_line(one: NotPlanned) -> Line:
    return Line(one.name, not_planned_sentence(one.why), one.person_id)


def missed_by_cause(left: LeftOver, lacking: Iterable[Lacking], zone: str) -> tuple[Cause, ...]:
    """The rounds in which groups do not meet, by what stands against the best date of each, and those whose session has
    too few people or no facilitator as things stand; the commonest first."""
    found: dict[str, list[Line]] = defaultdict(list)
    sentences: dict[str, str] = {}
    for group in lacking:
        for number in group.missed_rounds:
            key, sentence = _missed_cause(left.of_round(group.key, number))
            sentences.setdefault(key, sentence)
            found[key].append(Line(group.name, missed_words(left, group.key, number, zone), 0, group.key, number))
        for number in group.short_rounds:
            unled = number in group.unled_rounds
            key = UNLED if unled else SHORT
            sentences.setdefault(key, _short_sentence(unled))
            found[key].append(Line(group.name, _short(unled, number), 0, group.key, number))
    return _ranked(found, sentences)


def way_out(programme: Programme, key: str) -> tuple[str, str]:
    """Where something can be done about a cause, and what that is called; empty where there is no one place."""
    here = {"programme_id": programme.id}
    if key in (WhyNot.NOT_INVITED, WhyNot.NOT_ANSWERED):
        return url_for("coordinator.joining", **here), _("Invite or remind them")  # type: ignore[arg-type]
    if key in RULES and (section := RULES[key].section):
        return url_for("coordinator.section", section=section, **here), _("Change it")  # type: ignore[arg-type]
    return "", ""


def _missed_cause(missed: NoSession) -> tuple[str, str]:
    if missed.by_hand is not None:
        return BY_HAND, _("A coordinator took the session out by hand.")
    if missed.why is None:
        return UNKNOWN, _("We don’t know of a single reason.")
    if missed.why.slot is None:
        return NO_DATE, _("The round has no date left.")
    if not missed.why.obstacles:
        return PLACE, _("Nothing stands against a date.")
    first = missed.why.obstacles[0].rule_id
    return first, _("On the best date, %(reason)s.", reason=date_reason(Obstacle(first)))


def missed_words(left: LeftOver, group_key: str, number: int, zone: str) -> str:
    """Why a group has no session in a round (from 0), and what would give it one."""
    missed = left.of_round(group_key, number)
    if missed.by_hand is None and missed.why is None:
        return _("Round %(number)s: no session", number=number + 1)
    by_hand = dropped_sentence(missed.by_hand, number, zone) if missed.by_hand is not None else ""
    why = missed_sentence(missed.why, zone, is_changed=left.is_changed) if missed.why is not None else ""
    return f"{by_hand} {why}".strip()


def _short_sentence(unled: bool) -> str:
    return _("No facilitator can come.") if unled else _("Too few residents can come.")


def _short(unled: bool, number: int) -> str:
    if unled:
        return _("Round %(number)s: no facilitator can come", number=number + 1)
    return _("Round %(number)s: too few residents can come", number=number + 1)


def _ranked(found: dict[str, list[Line]], sentences: dict[str, str]) -> tuple[Cause, ...]:
    causes = (Cause(key, sentences[key], tuple(lines)) for key, lines in found.items())
    return tuple(sorted(causes, key=lambda cause: (-len(cause.lines), cause.key)))
