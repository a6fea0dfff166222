"""What a reminder asks beside the session: whether somebody was released, a term's pulse, a goal to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.languages import say


@dataclass(frozen=True, slots=True)
class Beside:
    """What a reminder asks beside: the question whether one was ``released``, how many ``pulses`` wait, and whether a
    goal is to be looked at by then (``reviews``)."""

    released: int | None = None
    pulses: int = 0
    reviews: bool = False


@dataclass(frozen=True, slots=True)
class BesideLinks:
    """Where each of these is answered."""

    released: str
    voice: str
    goals: str


def asked_afterwards(beside: Beside, links: BesideLinks) -> list[str]:
    """The lines of a reminder that ask these things, each with its link. What a goal is, no letter says."""
    lines = list(_lines(beside, links))
    return [*lines, ""] if lines else []


def _lines(beside: Beside, links: BesideLinks) -> Iterator[str]:
    if beside.released:
        yield say("Afterwards, one tap tells whether you were really released. Nobody sees your answer:")
        yield links.released
    if beside.pulses:
        yield say("Three quick statements are waiting for you, once this term:")
        yield links.voice
    if beside.reviews:
        yield say("You wanted to look at one of your goals around now. Whether you share it is up to you:")
        yield links.goals
