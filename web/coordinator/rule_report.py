"""The rules of a draft as a list of ticks: what each asks for, which groups break it, and where that is mended.

Rules that tell of what people keep to themselves share one line, which names nobody, and is there only where the
draft could be published but for them: whoever only tries things learns nothing from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import url_for

from scheduler.languages import say
from scheduler.programmes.model import Programme
from scheduler.reasons.broken import private_sentence
from scheduler.reasons.named_rules import NAMED
from scheduler.reasons.rule_words import RULES
from web.language import gettext as _
from web.language import ngettext

MOST_NAMED = 8
Broken = Mapping[str, Mapping[str, str]]
"""Groups that break a rule, by its id: their names by their keys."""


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
    for heading, ids in _headings().items():
        wrong = [id_ for id_ in ids if id_ in broken]
        if not wrong:
            yield RuleLine(say(heading), is_kept=True)
            continue
        groups = {key: name for id_ in wrong for key, name in broken[id_].items()}
        section = next((words.section for id_ in wrong if (words := RULES[id_]).section), "")
        yield RuleLine(
            say(heading),
            False,
            "" if groups else _("This is no longer so."),
            tuple((name, _on_the_board(programme, plan_id, key)) for key, name in list(groups.items())[:MOST_NAMED]),
            _more_words(len(groups) - MOST_NAMED),
            url_for("coordinator.section", programme_id=programme.id, section=section) if section else "",
        )


def _headings() -> Mapping[str, list[str]]:
    """The rules that may be named, by what pages call them."""
    found: dict[str, list[str]] = {}
    for id_, words in RULES.items():
        if id_ in NAMED:
            found.setdefault(words.heading, []).append(id_)
    return found


def _on_the_board(programme: Programme, plan_id: int, key: str) -> str:
    return url_for("coordinator.edit", programme_id=programme.id, plan_id=plan_id, group=key, _anchor="panel")


def _private_line(broken: Broken) -> RuleLine:
    """Relations that the coordinator may know of: of what people keep to themselves nobody learns by looking."""
    label = _("Relations on record. What people keep to themselves is checked as you publish.")
    is_kept = all(id_ in NAMED for id_ in broken)
    return RuleLine(label, is_kept, "" if is_kept else private_sentence())


def _more_words(more: int) -> str:
    return ngettext("and %(num)s more group", "and %(num)s more groups", more) if more > 0 else ""
