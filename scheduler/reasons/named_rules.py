"""Which rules may be named to a coordinator where a plan breaks them, and which a draft may break for a while.

Everything that tells of a broken rule goes by these sets: what stands against publishing, the page of rules, drafts
changed by hand, and what keeps people out of groups. They are read off the table of rules (``rule_words``), which says
of each what kind it is. A rule that the table does not have is nobody's business.
"""

from __future__ import annotations

from typing import Final

from scheduler.reasons.rule_words import RULES, RuleKind


def _of_kind(kind: RuleKind) -> frozenset[str]:
    return frozenset(rule_id for rule_id, words in RULES.items() if words.kind is kind)


PRIVATE: Final = _of_kind(RuleKind.PRIVATE)
HALF_WAY: Final = _of_kind(RuleKind.HALF_WAY)
NAMED: Final = frozenset(RULES) - PRIVATE
"""Rules of which may be told that they are broken, and where."""
OF_PEOPLE: Final = frozenset(rule_id for rule_id in NAMED if RULES[rule_id].of_people)
"""Those of them of which may be told of whom they are."""
