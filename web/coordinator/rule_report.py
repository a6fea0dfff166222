"""The rules of a draft as a list of ticks: what each asks for, which groups break it, and where that is mended.

Rules that tell of what people keep to themselves share one line, which names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import url_for

from scheduler.planning.recheck import HOURS, PASSED
from scheduler.programmes.model import Programme
from scheduler.reasons.named_rules import ACCEPTED, NAMED, OF_FORM, STAYING
from solvers import rules
from web.language import gettext as _
from web.language import ngettext

MOST_NAMED = 8
_ROOMS = (rules.ROOM_AT_SITE, rules.ROOM_CAPACITY, rules.ROOM_FREE, rules.ROOM_OVERLAP, rules.SITE)
_FACILITATORS = (rules.FACILITATORS, rules.PRESENT, rules.FACILITATOR_FREE, rules.CAPACITY, rules.ATTENDING)
_WHO = (rules.KNOWN, *sorted(OF_FORM))
_DATES = (rules.SLOT_OF_ROUND, rules.ONE_SESSION, PASSED)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule, whether it is kept, what is wrong where it is not, and the page on which it is set."""

    label: str
    is_kept: bool
    words: str
    address: str


def rule_lines(programme: Programme, broken: Mapping[str, tuple[str, ...]]) -> tuple[RuleLine, ...]:
    """All rules, the broken ones first."""
    return tuple(sorted(_lines(programme, broken), key=lambda line: line.is_kept))


def _lines(programme: Programme, broken: Mapping[str, tuple[str, ...]]) -> Iterator[RuleLine]:
    for label, ids, section in _named_rules():
        groups = tuple(dict.fromkeys(name for id_ in ids for name in broken.get(id_, ())))
        is_kept = not any(id_ in broken for id_ in ids)
        address = url_for("coordinator.section", programme_id=programme.id, section=section) if section else ""
        yield RuleLine(label, is_kept, "" if is_kept else _groups_words(groups), address)
    private = any(id_ not in (*NAMED, PASSED, HOURS) for id_ in broken)
    yield RuleLine(
        _("Safety, and what people asked for themselves"),
        not private,
        _("A rule about safety or someone’s own wishes stands against it; which, and whose, isn’t shown to anyone.")
        if private
        else "",
        "",
    )


def _named_rules() -> tuple[tuple[str, tuple[str, ...], str], ...]:
    return (
        (_("Enough people can come to every session"), (rules.QUORUM,), "running"),
        (_("Every group has its facilitators, and they can come"), _FACILITATORS, "kinds"),
        (_("Every group has the size that its kind asks for"), (rules.GROUP_SIZE,), "kinds"),
        (_("The grades in a group are as far apart as its kind asks for"), (rules.STAGE_SPREAD,), "kinds"),
        (_("The sessions of a group are far enough apart"), (rules.GAP,), "running"),
        (_("Every date is still ahead and at a time for sessions"), _DATES, "rounds"),
        (_("Every session in person has a room that is free and large enough"), _ROOMS, "sites"),
        (_("Everyone accepts the kind of group they are in, and the way it meets"), tuple(sorted(ACCEPTED)), ""),
        (_("Everyone in a group takes part, and has one place"), _WHO, ""),
        (_("What is meant to stay as it is does"), tuple(sorted(STAYING)), ""),
        (_("No one is in two places at once"), (rules.PERSON_OVERLAP,), ""),
        (_("No one gives more hours than the programme asks for"), (HOURS,), "running"),
    )


def _groups_words(groups: tuple[str, ...]) -> str:
    if not groups:
        return _("This is no longer so.")
    shown = ", ".join(groups[:MOST_NAMED])
    if len(groups) <= MOST_NAMED:
        return shown
    more = ngettext("%(num)s more group", "%(num)s more groups", len(groups) - MOST_NAMED)
    return _("%(shown)s and %(more)s", shown=shown, more=more)
