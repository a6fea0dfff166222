"""Lateness: by how many weeks a group's first session is later than a resident asks."""

from __future__ import annotations

from typing import Final

MOST_WEEKS_LATE: Final = 4
"""No start counts as later than this, so that nobody is better off without a group than in one that begins late."""
_DAYS_A_WEEK: Final = 7


def weeks_late(within: int | None, days: int | None) -> int:
    """The weeks, begun ones included, by which a first session is late.

    ``within`` is how many days there are for it, the day of the first slot included, None where it does not matter;
    ``days`` is how many days after that day it is, None for a group that never meets, which is as late as can be.
    """
    most = most_weeks_late(within)
    return most if days is None or within is None else min(most, max(0, (days - within) // _DAYS_A_WEEK + 1))


def most_weeks_late(within: int | None) -> int:
    """The weeks by which a first session can be late; none for who does not ask."""
    return 0 if within is None else MOST_WEEKS_LATE
