"""How exactly a share may be read: the one rule for every share of people that is shown. Pure.

Numbers of people are said in fives. A share in whole hundredths would say more: 73 % of “10 or more” can only be eight
of eleven. So shares of few people are rounded, far enough that each that is shown fits people of at least two numbers:
to tens below 15 people, to fives below 85. Of what people did or said themselves all and none would tell it of each,
so those are said together with all but one and all but none: “80 % or more” of five, “95 % or more” from twenty on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scheduler.equity.combinations import FEWEST

_TENS_BELOW: Final = 15
_FIVES_BELOW: Final = 85


@dataclass(frozen=True, slots=True)
class Share:
    """A share in hundredths as it is read; ``low`` and ``high`` say that it is no more, or no less."""

    value: int
    low: bool = False
    high: bool = False


def share_shown(some: float, of: float, people: int, *, own_doing: bool = False) -> Share:
    """The share of ``some`` in ``of``, counted of so many ``people``; with ``own_doing`` of what they did or said."""
    value, edge = _rounded(some, of, _step(people)), _edge(people)
    if own_doing and value <= edge:
        return Share(edge, low=True)
    if own_doing and value >= 100 - edge:
        return Share(100 - edge, high=True)
    return Share(value)


def fraction_shown(some: float, of: float, people: int) -> float:
    """The same as a fraction, to be drawn and compared."""
    return share_shown(some, of, people).value / 100


def in_fives(people: int) -> int:
    """The number as it may be shown: rounded down to fives."""
    return people - people % FEWEST


def _step(people: int) -> int:
    return 10 if people < _TENS_BELOW else 5 if people < _FIVES_BELOW else 1


def _edge(people: int) -> int:
    """What one person of the smallest number that is said alike is at most, in fives of a hundred."""
    return max(5, _up_to_five(100 / max(in_fives(people), FEWEST)))


def _up_to_five(value: float) -> int:
    return 5 * -int(-value // 5)


def _rounded(some: float, of: float, step: int) -> int:
    """To the nearest, halves up; all and none are said only where it is all, or none."""
    value = step * int(100 * some / of / step + 0.5)
    least, most = step if some > 0 else 0, 100 - step if some < of else 100
    return min(max(value, least), most)
