"""A figure over the months as a small line, with the same in words for who can't see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.model import Figure
from scheduler.evidence.releases import Release
from scheduler.evidence.wording import day_words, everybody, figure_name, value_words
from web.language import gettext as _

WIDTH, HEIGHT = 100, 30


@dataclass(frozen=True, slots=True)
class Trend:
    """The points of the line, as SVG writes them, and its words."""

    points: str
    words: str


def trend_of(releases: Sequence[Release], figure: Figure) -> Trend | None:
    """The line of a share of everybody; None for fewer than two months in which it is shown."""
    found = [(one, each) for one in releases if (each := everybody(one, figure)) is not None and each.value is not None]
    if len(found) < 2 or figure in IN_HOURS:
        return None
    step = WIDTH / (len(found) - 1)
    points = " ".join(
        f"{step * place:.1f},{HEIGHT - HEIGHT * (each.value or 0) / 100:.1f}"
        for place, (_one, each) in enumerate(found)
    )
    said = "; ".join(f"{day_words(one.made_at)}: {value_words(figure, each)}" for one, each in found)
    return Trend(points, _("%(figure)s, month by month: %(values)s", figure=figure_name(figure), values=said))
