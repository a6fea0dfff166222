"""How many residents must come to a session for it to be held: the one place that says so, for planning and pages."""

from __future__ import annotations

import math
from typing import Final

_ROUNDING: Final = 1e-9
FEWEST_TOGETHER: Final = 2
"""Nobody meets alone where more are meant to come."""


def quorum_of(share: float, residents: int, away: int = 0) -> int:
    """The share of so many residents, rounded up (``docs/instance-format.md``). Those who are ``away`` on long leave
    are not expected and do not count, but it is never one alone where it would otherwise be more."""
    if not away:
        return _share_of(share, residents)
    return max(_share_of(share, max(0, residents - away)), min(FEWEST_TOGETHER, _share_of(share, residents)))


def _share_of(share: float, residents: int) -> int:
    return math.ceil(share * residents - _ROUNDING)
