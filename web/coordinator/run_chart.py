"""A run's reports drawn as two lines that close in on each other: points over seconds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scheduler.plans.model import RunStep
from web.language import gettext as _
from web.language import ngettext, number

WIDTH, HEIGHT = 520, 230
LEFT, RIGHT, TOP, BOTTOM = 84, 24, 28, 34
"""What is left free around the lines for the axes and their labels."""
MOST_TICKS: Final = 5
_STEPS: Final = (1, 2, 5, 10)
_TIMES: Final = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
Point = tuple[float, int]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: how far from the left or the top, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """SVG paths in a box of ``width`` by ``height``, the marks of both axes, and what they show in words. ``bound`` may
    be empty. The axes cross at ``left`` and ``base``."""

    score: str
    bound: str
    words: str
    time_unit: str
    times: tuple[Tick, ...]
    points: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM


def chart_of(steps: Sequence[RunStep], seconds: float, elapsed_seconds: float) -> Chart | None:
    """The best score and, once there is one, the proven limit over time; None before the first score."""
    scores = [(step.seconds, step.score) for step in steps if step.score is not None]
    bounds = [(step.seconds, step.bound) for step in steps if step.bound is not None]
    if not scores:
        return None
    until = max(elapsed_seconds, steps[-1].seconds)
    last = max(seconds, until)
    values = [value for _, value in (*scores, *bounds)]
    lowest, highest = min(values), max(values)
    place = _placing(last, lowest, highest)
    return Chart(
        score=_stairs(scores, until, place),
        bound=_stairs(bounds, until, place) if bounds else "",
        words=_words(until, steps[-1]),
        time_unit=_("minutes") if last > 120 else _("seconds"),
        times=tuple(Tick(place((time, lowest))[0], _time_label(time, last)) for time in time_marks(last)),
        points=tuple(Tick(place((0, value))[1], number(value)) for value in point_marks(lowest, highest)),
    )


def _words(seconds: float, last: RunStep) -> str:
    """What the lines come to at their end, in what people know: sessions and who can come."""
    begun = ngettext("After %(num)s second:", "After %(num)s seconds:", round(seconds))
    placed = ngettext("%(num)s resident has a group", "%(num)s residents have a group", last.placed)
    held = ngettext("%(num)s session will take place", "%(num)s sessions will take place", last.held)
    return _("%(begun)s %(placed)s, and %(held)s.", begun=begun, placed=placed, held=held)


def time_marks(last_second: float) -> Iterator[int]:
    """A few round moments, in seconds, from the start to the end."""
    step = next((step for step in _TIMES if last_second / step <= MOST_TICKS), _TIMES[-1])
    return iter(range(0, math.floor(last_second) + 1, step))


def _time_label(seconds: int, last_second: float) -> str:
    """In minutes where a run takes more than two."""
    return number(round(seconds / 60, 1) if last_second > 120 else seconds)


def point_marks(lowest: int, highest: int) -> Iterator[int]:
    """A few round numbers of points between the two; where there is none, the lowest."""
    span = max(1, highest - lowest)
    tens = 10 ** max(0, math.floor(math.log10(span / MOST_TICKS)) if span > MOST_TICKS else 0)
    step = next(step * tens for step in _STEPS if span / (step * tens) <= MOST_TICKS)
    first = -(-lowest // step) * step
    return iter(range(first, highest + 1, step) or (lowest,))


def _placing(last_second: float, lowest: int, highest: int) -> Callable[[Point], tuple[float, float]]:
    span = max(1, highest - lowest)

    def place(point: Point) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * point[0] / max(last_second, 0.001)
        y = TOP + (HEIGHT - TOP - BOTTOM) * (highest - point[1]) / span
        return round(x, 1), round(y, 1)

    return place


def _stairs(points: Sequence[Point], until: float, place: Callable[[Point], tuple[float, float]]) -> str:
    """A line that stays level until the next report, and runs on to the newest one."""

    def at(point: Point) -> str:
        return "{} {}".format(*place(point))

    path = [f"M{at(points[0])}"]
    for before, after in zip(points, (*points[1:], (until, points[-1][1])), strict=True):
        path.append(f"L{at((after[0], before[1]))}L{at(after)}")
    return "".join(path)
