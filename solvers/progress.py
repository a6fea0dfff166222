"""What a search reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """The best so far. Over one search ``score`` never falls and ``bound`` never rises.

    ``seconds`` since the search began; ``phase`` a short word for the step it is in; ``score`` the referee's
    points of the best answer, None before the first; ``bound`` proven, None before the first. ``held`` counts the
    sessions of the best answer, ``seats`` the residents invited to them and ``coming`` those of them who can come.
    """

    seconds: float
    phase: str
    score: int | None
    bound: int | None
    placed: int
    groups: int
    held: int = 0
    coming: int = 0
    seats: int = 0


OnProgress = Callable[[Progress], None]


def ignore(_progress: Progress) -> None:
    """Ignore all reports."""
