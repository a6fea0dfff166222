"""The demo's programme: a term of six rounds that begins a few weeks from now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from scheduler.programmes.closed_days import ClosedDays
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL, Grade, Programme, Site, Window, equal_rounds

SLUG = "demo"
ROUNDS, WEEKS_A_ROUND = 6, 4
ZONE = "Europe/London"
_NOTICE = timedelta(weeks=4)
_WORKDAYS = range(5)
_GRADES = tuple(Grade(stage, name) for stage, name in enumerate(("FY1", "FY2", "ST1", "ST2", "ST3"), 1))
_SITES = (("harbour", "Harbour General"), ("hill", "Hill Infirmary"), ("lakeside", "Lakeside Hospital"))
_THREE_SITES_FROM = 100
"""From so many residents on the hospital has its third site."""


def demo_programme(today: date, residents: int) -> Programme:
    """The programme for a hospital of this size, its term beginning on a Monday at least four weeks off."""
    return Programme(
        slug=SLUG,
        name="Mentoring at Harbour and Hill",
        zone=ZONE,
        rounds=equal_rounds(_first_monday(today + _NOTICE), ROUNDS, WEEKS_A_ROUND),
        windows=_windows(),
        models=(replace(PEER), replace(NEAR_PEER), replace(VERTICAL)),
        sites=tuple(Site(key, name, ZONE) for key, name in _SITES[: 3 if residents >= _THREE_SITES_FROM else 2]),
        closed=ClosedDays("GB", "ENG"),
        grades=_GRADES,
    )


def _first_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _windows() -> tuple[Window, ...]:
    lunch = (Window(day, time(12, 30), time(14, 15), 45, protected=True) for day in _WORKDAYS)
    evening = (Window(day, time(17, 30), time(18, 30), 30) for day in _WORKDAYS)
    return (*lunch, *evening)
