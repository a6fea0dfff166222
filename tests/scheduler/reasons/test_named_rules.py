"""Which rules may be named."""

from __future__ import annotations

from scheduler.reasons.named_rules import HALF_WAY, NAMED, OF_PEOPLE, PRIVATE
from scheduler.reasons.rule_words import RULES
from solvers import rules


def test_what_is_about_safety_or_kept_to_oneself_is_never_named() -> None:
    assert {rules.CONFLICT, rules.AVOIDS, rules.COMPANY_REQUIRED, rules.EXTERNAL_REQUIRED} == PRIVATE
    assert not NAMED & PRIVATE
    assert RULES.keys() == NAMED | PRIVATE


def test_people_are_named_where_they_know_what_is_told_of_them() -> None:
    accepted = {rules.MODEL_ACCEPTED, rules.MODE_ACCEPTED, rules.MODEL_OFFERED}
    elsewhere = {
        rules.CAPACITY,
        rules.PERSON_OVERLAP,
        rules.FACILITATOR_FREE,
        rules.ONE_GROUP,
        "hours",
        rules.ACCOMPANIED,
    }
    assert accepted | elsewhere == OF_PEOPLE


def test_what_people_accept_and_what_is_to_stay_is_not_broken_even_for_a_while() -> None:
    assert not HALF_WAY & {rules.MODEL_ACCEPTED, rules.MODE_ACCEPTED, rules.MODEL_OFFERED}
    assert not HALF_WAY & {rules.PIN_KEPT, rules.PIN_MEMBERS, rules.PIN_ROUNDS}
