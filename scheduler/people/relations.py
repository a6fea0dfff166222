"""What people are to each other, and what that allows in a group."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from scheduler.people.model import RelationKind


class Policy(StrEnum):
    """What a relation means for sharing a group."""

    FORBID = "forbid"
    """Never."""
    UNLESS_REASONED = "unless_reasoned"
    """Never, unless a coordinator has recorded why, under their name, with what makes it safe."""
    DISCLOSE = "disclose"
    """Allowed, and told openly to the group."""
    ALLOW = "allow"
    """Allowed, and told to nobody."""


SECRET_KINDS: Final = frozenset((RelationKind.TREATS, RelationKind.FAMILY, RelationKind.PRIOR_COMPLAINT))
"""Always forbidden, and never given as the reason to anybody but who declared them."""
ASSESSING_KINDS: Final = frozenset(
    (RelationKind.SUPERVISES, RelationKind.ASSESSES, RelationKind.LINE_MANAGES, RelationKind.PANEL)
)
"""Nobody is mentored by a person with such power over them, unless that has been reasoned."""
DISCLOSED_KINDS: Final = frozenset((RelationKind.SPONSORS, RelationKind.ADVISES))
RELATION_POLICIES: Final[Mapping[RelationKind, Policy]] = MappingProxyType(
    {
        RelationKind.SUPERVISES: Policy.UNLESS_REASONED,
        RelationKind.ASSESSES: Policy.UNLESS_REASONED,
        RelationKind.LINE_MANAGES: Policy.UNLESS_REASONED,
        RelationKind.PANEL: Policy.UNLESS_REASONED,
        RelationKind.TREATS: Policy.FORBID,
        RelationKind.FAMILY: Policy.FORBID,
        RelationKind.PRIOR_COMPLAINT: Policy.FORBID,
        RelationKind.SPONSORS: Policy.DISCLOSE,
        RelationKind.ADVISES: Policy.DISCLOSE,
    }
)
"""Kind of relation → its policy, where a programme has not chosen another."""
CHOICES: Final[Mapping[RelationKind, tuple[Policy, ...]]] = MappingProxyType(
    {
        **{kind: (Policy.FORBID,) for kind in RELATION_POLICIES if kind in SECRET_KINDS},
        **{kind: (Policy.UNLESS_REASONED, Policy.FORBID) for kind in RELATION_POLICIES if kind in ASSESSING_KINDS},
        **{
            kind: (Policy.DISCLOSE, *(p for p in Policy if p is not Policy.DISCLOSE))
            for kind in RELATION_POLICIES
            if kind in DISCLOSED_KINDS
        },
    }
)
"""Kind of relation → what a programme may choose for it, the usual first."""
PARTING: Final = frozenset((Policy.FORBID, Policy.UNLESS_REASONED))
"""Policies of relations that keep two people apart as long as nothing has been recorded about them."""


def policies_from(chosen: Mapping[str, str]) -> Mapping[RelationKind, Policy]:
    """The policies of a programme that has chosen these, by kind; what is out of bounds counts as not chosen, so
    that no value in a file or in the database can loosen what is fixed."""
    return MappingProxyType(
        {
            kind: next((policy for policy in CHOICES[kind] if policy == chosen.get(kind)), usual)
            for kind, usual in RELATION_POLICIES.items()
        }
    )


def chosen_from(policies: Mapping[RelationKind, Policy]) -> dict[str, str]:
    """What a programme with these policies has chosen: those that are not as usual."""
    return {kind.value: policy.value for kind, policy in policies.items() if policy is not RELATION_POLICIES[kind]}


def hidden_number() -> int:
    """The number of a relation that nobody else may know of: below nought, so that none is missing from the numbers
    that others see, and drawn, so that it says nothing of when or how many."""
    return -1 - secrets.randbelow(2**31 - 1)


def kinds_with(policies: Mapping[RelationKind, Policy], *wanted: Policy) -> frozenset[RelationKind]:
    """The kinds of relation that have one of these policies."""
    return frozenset(kind for kind, policy in policies.items() if policy in wanted)
