"""What people are to each other, and what that allows in a group."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Policy(StrEnum):
    """What a relation means for sharing a group: never, or told openly."""

    FORBID = "forbid"
    DISCLOSE = "disclose"


RELATION_POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "supervises": Policy.FORBID,
        "assesses": Policy.FORBID,
        "line-manages": Policy.FORBID,
        "panel": Policy.FORBID,
        "treats": Policy.FORBID,
        "family": Policy.FORBID,
        "prior-complaint": Policy.FORBID,
        "sponsors": Policy.DISCLOSE,
        "advises": Policy.DISCLOSE,
    }
)
"""Kind of relation → policy. Nobody is facilitated by somebody who assesses or supervises them."""
FORBIDDING = frozenset(kind for kind, policy in RELATION_POLICIES.items() if policy is Policy.FORBID)
