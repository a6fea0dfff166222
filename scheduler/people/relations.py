"""What people are to each other, and what that allows in a group."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from scheduler.people.model import RelationKind


class Policy(StrEnum):
    """What a relation means for sharing a group: never, or told openly."""

    FORBID = "forbid"
    DISCLOSE = "disclose"


RELATION_POLICIES: Mapping[RelationKind, Policy] = MappingProxyType(
    {
        RelationKind.SUPERVISES: Policy.FORBID,
        RelationKind.ASSESSES: Policy.FORBID,
        RelationKind.LINE_MANAGES: Policy.FORBID,
        RelationKind.PANEL: Policy.FORBID,
        RelationKind.TREATS: Policy.FORBID,
        RelationKind.FAMILY: Policy.FORBID,
        RelationKind.PRIOR_COMPLAINT: Policy.FORBID,
        RelationKind.SPONSORS: Policy.DISCLOSE,
        RelationKind.ADVISES: Policy.DISCLOSE,
    }
)
"""Kind of relation → policy. Nobody is facilitated by somebody who assesses or supervises them."""
FORBIDDING = frozenset(kind for kind, policy in RELATION_POLICIES.items() if policy is Policy.FORBID)
