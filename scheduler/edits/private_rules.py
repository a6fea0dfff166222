"""Rules that are nobody's business, asked of the groups that an edit changes.

They are asked of a group that has at least the residents its kind needs. Of a smaller one nothing is asked until it
has them: else a group of two, made for a moment, would tell of any pair whether the two may be together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scheduler.edits.opened import OpenDraft
from scheduler.reasons.named_rules import PRIVATE
from solvers.instance import Group
from solvers.lookup import Lookup
from solvers.referee import Breach
from solvers.scorecard import Card, Outcome


def is_asked(lookup: Lookup, group: Group) -> bool:
    """Whether a group has the residents that its kind needs at least."""
    model = lookup.models.get(group.model)
    return model is None or len(group.residents) >= model.size[0]


def stand_against(draft: OpenDraft, outcome: Outcome, named: Collection[str]) -> bool:
    """Whether a rule that is not ``named`` stands against what an edit makes. What a changed group of its size broke
    already, and another has by the edit, is nothing new."""
    elsewhere = any(breach.rule_id not in named and breach.rule_id not in PRIVATE for breach in outcome.new)
    before = _broken(draft, map(draft.scorecard.cards.get, outcome.cards))
    return elsewhere or not _broken(draft, outcome.cards.values()) <= before


def _broken(draft: OpenDraft, cards: Iterable[Card | None]) -> set[tuple[str, str]]:
    """What is broken in these groups, whichever of them it is."""
    asked = (card for card in cards if card is not None and is_asked(draft.facts.lookup, card.group))
    return {_what(breach) for card in asked for breach in card.breaches if breach.rule_id in PRIVATE}


def _what(breach: Breach) -> tuple[str, str]:
    return breach.rule_id, breach.text.removeprefix(f"{breach.group}: ")
