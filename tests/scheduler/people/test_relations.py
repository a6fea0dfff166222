"""What relations allow, as far as a programme may choose."""

from __future__ import annotations

import pytest

from scheduler.people.model import RelationKind
from scheduler.people.relations import (
    ASSESSING_KINDS,
    CHOICES,
    RELATION_POLICIES,
    SECRET_KINDS,
    Policy,
    chosen_from,
    policies_from,
)


def test_every_kind_has_a_usual_policy_that_may_be_chosen() -> None:
    assert RELATION_POLICIES.keys() == CHOICES.keys() == set(RelationKind)
    assert all(RELATION_POLICIES[kind] == choices[0] for kind, choices in CHOICES.items())
    assert policies_from({}) == RELATION_POLICIES


@pytest.mark.parametrize("kind", sorted(SECRET_KINDS))
@pytest.mark.parametrize("policy", [*Policy, "", "anything"])
def test_what_is_fixed_stays_whatever_is_stored(kind: RelationKind, policy: str) -> None:
    assert policies_from({kind.value: policy})[kind] is Policy.FORBID


@pytest.mark.parametrize("kind", sorted(ASSESSING_KINDS))
@pytest.mark.parametrize("policy", [Policy.ALLOW, Policy.DISCLOSE])
def test_power_over_somebody_is_never_just_allowed(kind: RelationKind, policy: Policy) -> None:
    assert policies_from({kind.value: policy.value})[kind] is Policy.UNLESS_REASONED


def test_what_is_chosen_is_what_is_not_as_usual() -> None:
    chosen = {"panel": "forbid", "sponsors": "allow"}
    assert chosen_from(policies_from(chosen)) == chosen
    assert chosen_from(policies_from({"advises": "disclose"})) == {}
