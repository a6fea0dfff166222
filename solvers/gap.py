"""How far a plan can be from the best one: worked out in one place for runs, plans, drafts, commands and benchmarks."""

from __future__ import annotations


def gap_of(score: int | None, bound: int | None, for_placing: int) -> float | None:
    """How far from the best possible plan one of this score is at most, as a share of what is really at stake.

    The points ``for_placing`` people are left out, since every sensible plan has them. None without a bound, or where
    nothing is at stake.
    """
    if score is None or bound is None or score <= for_placing:
        return None
    return max(0.0, (bound - score) / (score - for_placing))
