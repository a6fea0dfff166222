"""How regularly a group meets, as a line with a point a session, always with the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from flask import Flask

from scheduler.sessions.rhythm import Rhythm
from web.language import ngettext

_FIRST, _LENGTH = 3.0, 94.0


@dataclass(frozen=True, slots=True)
class RhythmStrip:
    """``points`` are places on a line of 100 units, each with whether the gap before it is about as long as is meant;
    ``words`` says the same."""

    points: tuple[tuple[float, bool], ...]
    words: str


def draw(app: Flask) -> None:
    """Give the pages this picture."""
    app.jinja_env.globals.update(strip_of_rhythm=strip_of_rhythm)


def strip_of_rhythm(rhythm: Rhythm) -> RhythmStrip | None:
    """The picture of a rhythm; None where fewer than two sessions have none."""
    if not rhythm.gaps:
        return None
    whole = max(sum(rhythm.gaps), 1)
    days = accumulate(rhythm.gaps, initial=0)
    places = (round(_FIRST + _LENGTH * day / whole, 1) for day in days)
    return RhythmStrip(tuple(zip(places, (True, *rhythm.even), strict=True)), words_of_rhythm(rhythm))


def words_of_rhythm(rhythm: Rhythm) -> str:
    """``About every 4 weeks: 28, 27, 29 days apart``, or what is meant and what is so."""
    every = _every(rhythm)
    gaps = ", ".join(map(str, rhythm.gaps))
    last = rhythm.gaps[-1]
    if rhythm.is_even:
        return ngettext(
            "About %(every)s: %(gaps)s day apart.",
            "About %(every)s: %(gaps)s days apart.",
            last,
            every=every,
            gaps=gaps,
        )
    return ngettext(
        "Meant to be %(every)s; the dates are %(gaps)s day apart.",
        "Meant to be %(every)s; the dates are %(gaps)s days apart.",
        last,
        every=every,
        gaps=gaps,
    )


def _every(rhythm: Rhythm) -> str:
    if weeks := rhythm.whole_weeks:
        return ngettext("every week", "every %(num)s weeks", weeks)
    return ngettext("every day", "every %(num)s days", rhythm.interval)
