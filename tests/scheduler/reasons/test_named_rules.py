"""Which rules may be named."""

from __future__ import annotations

from scheduler.planning.recheck import SENTENCES
from scheduler.reasons.named_rules import ACCEPTED, HALF_WAY, NAMED, OF_FORM, OF_PEOPLE, PRIVATE, STAYING
from solvers import rules


def test_every_rule_is_of_one_kind() -> None:
    kinds = (PRIVATE, HALF_WAY, ACCEPTED, STAYING, OF_FORM)
    assert sorted(rule for kind in kinds for rule in kind) == sorted(rules.HARD_RULE)
    assert OF_PEOPLE < NAMED


def test_no_private_rule_is_said_and_every_one_that_a_draft_may_break_is() -> None:
    assert not SENTENCES.keys() & PRIVATE
    assert (HALF_WAY | ACCEPTED | STAYING) - {rules.KNOWN, rules.ONE_SESSION} == SENTENCES.keys()
