"""What people are asked after sessions and once a term, and when enough have answered to show a figure. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from scheduler.equity.disclosure import FEWEST
from scheduler.languages import mark, say

ASKED_FOR: Final = timedelta(days=28)
"""So long after a session people are asked whether they were released."""
SETTLES_AFTER: Final = timedelta(days=1)
"""So long an answer can be changed. It counts only afterwards, so no figure ever moves because of one changed mind."""
LEAST, MOST = 1, 5
"""The answers to a statement: from disagreeing to agreeing strongly; and how much something matters."""
AGREES: Final = 4
"""From this answer on somebody agrees."""
FARTHEST: Final = 4
"""How far somebody has come with what they chose: from 0, not begun, to this."""
MOST_QUESTIONS: Final = 3
LONGEST_QUESTION: Final = 200
LONGEST_NAME: Final = 120
LONGEST_CHANGE: Final = 1200
PULSE_OPEN_FOR: Final = timedelta(days=14)


class Released(StrEnum):
    """What somebody says of whether they were released for a session."""

    YES = "yes"
    NO = "no"
    OFF = "off"
    """They were off anyway, so nobody had to release them."""


@dataclass(frozen=True, slots=True)
class ReleaseAnswer:
    """One person's answer after one session; ``site_id`` is that of the rota they had to be released from. Somebody who
    is deleted is a negative number."""

    person_id: int
    session_id: int
    site_id: int
    answer: Released
    said_at: datetime


@dataclass(frozen=True, slots=True)
class PulseAnswer:
    """One answer to one statement of a term's pulse. ``person_id`` is None once its giver has had it cut off from
    them."""

    person_id: int | None
    question: int
    value: int
    said_at: datetime


@dataclass(frozen=True, slots=True)
class PulseAsked:
    """What a programme sets of its pulse: from which day on people are asked, from which instrument, and what."""

    opens_on: date
    instrument: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoalWeight:
    """How much an area matters to somebody, and how far they have come in it: never in whose words."""

    person_id: int
    area: str
    importance: int
    progress: int
    changed_at: datetime


SAFETY, GROWTH, OWN = "safety", "growth", "own"
STATEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "safety-1": mark("In my group I can say that I don’t know something."),
        "safety-2": mark("In my group I can speak honestly without it being held against me."),
        "safety-3": mark("What I say in my group stays there."),
        "growth-1": mark("Mentoring has made me more confident at work."),
        "growth-2": mark("I have learned something in my group that I use in clinical work or teaching."),
        "growth-3": mark("Mentoring has brought me closer to a goal of my own."),
    }
)
"""Our own short items, in our own words: no instrument that belongs to somebody else."""
INSTRUMENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        SAFETY: ("safety-1", "safety-2", "safety-3"),
        GROWTH: ("growth-1", "growth-2", "growth-3"),
    }
)
_NAMES: Final = {
    SAFETY: mark("Three short statements about speaking openly (our own, not a validated instrument)"),
    GROWTH: mark("Three short statements about what mentoring brings (our own, not a validated instrument)"),
}


def statement(text: str) -> str:
    """A statement in the reader's language; one that the site wrote or pasted as it is."""
    return say(STATEMENTS[text]) if text in STATEMENTS else text


def instrument_name(name: str) -> str:
    """What the statements are taken from, in the reader's language where they are ours."""
    return say(_NAMES[name]) if name in _NAMES else name


def in_whole_fives(answers: Iterable[ReleaseAnswer]) -> tuple[ReleaseAnswer, ...]:
    """The answers that may be counted: in order of time, taken in by batches that each hold five people or more.

    Whatever is shown before and after a batch differs by five people's answers at least, so looking every day tells no
    more than looking once.
    """
    counted: list[ReleaseAnswer] = []
    batch: list[ReleaseAnswer] = []
    for answer in sorted(answers, key=lambda each: (each.said_at, each.person_id, each.session_id)):
        batch.append(answer)
        if len({each.person_id for each in batch}) >= FEWEST:
            counted += batch
            batch = []
    return tuple(counted)
