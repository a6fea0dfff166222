"""The rules of a draft as a list of ticks: what each asks for, which groups break it, and where that is mended.

Rules that tell of what people keep to themselves share one line, which names nobody, and is there only where the
draft could be published but for them: whoever only tries things learns nothing from it.
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
Broken = Mapping[str, Mapping[str, str]]
"""Groups that break a rule, by its id: their names by their keys."""

_ROOMS = (rules.ROOM_AT_SITE, rules.ROOM_CAPACITY, rules.ROOM_FREE, rules.ROOM_OVERLAP, rules.SITE)
_FACILITATORS = (rules.FACILITATORS, rules.PRESENT, rules.FACILITATOR_FREE, rules.CAPACITY, rules.ATTENDING)
_WHO = (rules.KNOWN, *sorted(OF_FORM))
_DATES = (rules.SLOT_OF_ROUND, rules.ONE_SESSION, PASSED)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule and whether it is kept. Where it is not: what is wrong, the groups that break it as pairs of a name and
    the place on the board where it is mended, how many more there are, and the page on which the rule is set."""

    label: str
    is_kept: bool
    words: str = ""
    groups: tuple[tuple[str, str], ...] = ()
    more: str = ""
    address: str = ""


def rule_lines(programme: Programme, plan_id: int, broken: Broken) -> tuple[RuleLine, ...]:
    """All rules, the broken ones first."""
    lines = list(_lines(programme, plan_id, broken))
    if all(line.is_kept for line in lines):
        lines.append(_private_line(broken))
    return tuple(sorted(lines, key=lambda line: line.is_kept))


def _lines(programme: Programme, plan_id: int, broken: Broken) -> Iterator[RuleLine]:
    for label, ids, section in _named_rules():
        if not any(id_ in broken for id_ in ids):
            yield RuleLine(label, is_kept=True)
            continue
        groups = {key: name for id_ in ids for key, name in broken.get(id_, {}).items()}
        yield RuleLine(
            label,
            False,
            "" if groups else _("This is no longer so."),
            tuple((name, _on_the_board(programme, plan_id, key)) for key, name in list(groups.items())[:MOST_NAMED]),
            _more_words(len(groups) - MOST_NAMED),
            url_for("coordinator.section", programme_id=programme.id, section=section) if section else "",
        )


def _on_the_board(programme: Programme, plan_id: int, key: str) -> str:
    return url_for("coordinator.edit", programme_id=programme.id, plan_id=plan_id, group=key, _anchor="panel")


def _private_line(broken: Broken) -> RuleLine:
    label = _("Safety, and what people asked for themselves")
    if all(id_ in (*NAMED, PASSED, HOURS) for id_ in broken):
        return RuleLine(label, is_kept=True)
    told = _("A rule about safety or someone’s own wishes stands against it; which, and whose, isn’t shown to anyone.")
    return RuleLine(label, False, told)


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


def _more_words(more: int) -> str:
    return ngettext("and %(num)s more group", "and %(num)s more groups", more) if more > 0 else ""
