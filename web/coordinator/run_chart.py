"""A run's reports drawn as two lines that close in on each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scheduler.plans.model import RunStep
from web.language import gettext as _
from web.language import ngettext

WIDTH, HEIGHT, MARGIN = 600, 160, 8
Point = tuple[float, int]


@dataclass(frozen=True, slots=True)
class Chart:
    """SVG paths in a box of ``WIDTH`` by ``HEIGHT``, and what they show in words. ``bound`` may be empty."""

    score: str
    bound: str
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(steps: Sequence[RunStep], seconds: float, elapsed_seconds: float) -> Chart | None:
    """The best score and, once there is one, the proven limit over time; None before the first score."""
    scores = [(step.seconds, step.score) for step in steps if step.score is not None]
    bounds = [(step.seconds, step.bound) for step in steps if step.bound is not None]
    if not scores:
        return None
    until = max(elapsed_seconds, steps[-1].seconds)
    values = [value for _, value in (*scores, *bounds)]
    place = _placing(max(seconds, until), min(values), max(values))
    bound = _stairs(bounds, until, place) if bounds else ""
    return Chart(_stairs(scores, until, place), bound, _words(until, steps[-1]))


def _words(seconds: float, last: RunStep) -> str:
    """What the lines come to at their end, in what people know: sessions and who can come."""
    begun = ngettext("After %(num)s second:", "After %(num)s seconds:", round(seconds))
    placed = ngettext("%(num)s resident has a group", "%(num)s residents have a group", last.placed)
    held = ngettext("%(num)s session will take place", "%(num)s sessions will take place", last.held)
    return _("%(begun)s %(placed)s, and %(held)s.", begun=begun, placed=placed, held=held)


def _placing(last_second: float, lowest: int, highest: int) -> Callable[[Point], str]:
    span = max(1, highest - lowest)

    def place(point: Point) -> str:
        x = WIDTH * point[0] / max(last_second, 0.001)
        y = MARGIN + (HEIGHT - 2 * MARGIN) * (highest - point[1]) / span
        return f"{x:.1f} {y:.1f}"

    return place


def _stairs(points: Sequence[Point], until: float, place: Callable[[Point], str]) -> str:
    """A line that stays level until the next report, and runs on to the newest one."""
    path = [f"M{place(points[0])}"]
    for before, after in zip(points, (*points[1:], (until, points[-1][1])), strict=True):
        path.append(f"L{place((after[0], before[1]))}L{place(after)}")
    return "".join(path)
