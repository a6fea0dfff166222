"""A run's reports drawn as two lines that close in on each other: how good plans are over time, in per cent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scheduler.plans.model import RunStep
from web.language import gettext as _
from web.language import ngettext, number

WIDTH, HEIGHT = 520, 230
LEFT, RIGHT, TOP, BOTTOM = 68, 44, 14, 34
"""What is left free around the lines for the axes and their labels."""
MOST_TICKS: Final = 5
_STEPS: Final = (1, 2, 5, 10)
_TIMES: Final = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
Point = tuple[float, float]
"""A moment in seconds, and how good a plan is in per cent of the best that the run has found."""


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
    shares: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM


def chart_of(steps: Sequence[RunStep], seconds: float, elapsed_seconds: float, points_placed: int = 0) -> Chart | None:
    """The best plan and, once there is one, the proven limit over time; None before the first plan.

    What everybody's place is worth, ``points_placed`` each, is left out of the shares, as it is of a plan's gap."""
    found = [step for step in steps if step.score is not None]
    if not found:
        return None
    share = _sharing(found[-1], points_placed)
    scores = [(step.seconds, share(step.score)) for step in found if step.score is not None]
    bounds = [(step.seconds, share(step.bound)) for step in steps if step.bound is not None]
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
        shares=tuple(Tick(place((0, value))[1], _share_label(value)) for value in share_marks(lowest, highest)),
    )


def _sharing(last: RunStep, points_placed: int) -> Callable[[int], float]:
    """Points as a share of what is at stake in the last plan, in per cent; a plan that has less than nothing has 0."""
    out = last.placed * points_placed
    at_stake = (last.score or 0) - out

    def share(points: int) -> float:
        return max(0.0, 100 * (points - out) / at_stake) if at_stake > 0 else 0.0

    return share


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


def share_marks(lowest: float, highest: float) -> Iterator[float]:
    """A few round shares between the two, in per cent; where there is none, the highest."""
    span = max(0.1, highest - lowest)
    tens = 10.0 ** max(-1, math.floor(math.log10(span / MOST_TICKS)))
    step = next(step * tens for step in _STEPS if span / (step * tens) <= MOST_TICKS)
    first, last = math.ceil(lowest / step), math.floor(highest / step)
    return iter([step * count for count in range(first, last + 1)] or [highest])


def _share_label(share: float) -> str:
    return _("%(share)s %%", share=number(round(share, 1)))


def _placing(last_second: float, lowest: float, highest: float) -> Callable[[Point], tuple[float, float]]:
    span = max(0.1, highest - lowest)

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
