"""Every fault of a programme at its field, all at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.faults import faults_of
from scheduler.programmes.model import (
    DYAD,
    PEER,
    VERTICAL,
    Conduct,
    Grade,
    Programme,
    Room,
    Round,
    Site,
    Window,
)
from tests.builders import NORTH, programme

WED = Window(2, time(16), time(17, 30))

LOFT = Room("a", "Loft", 8, frozenset({0}), time(9), time(17))


def days(*spans: tuple[int, int, int, int]) -> tuple[Round, ...]:
    """Rounds of 2031 from month and day to month and day."""
    return tuple(Round(n, date(2031, a, b), date(2031, c, d)) for n, (a, b, c, d) in enumerate(spans))


def a_model(**rules: object) -> Programme:
    return programme(models=(replace(VERTICAL, key="v", **rules),))  # type: ignore[arg-type]


WHOLE = days((9, 1, 9, 28), (9, 29, 10, 26))
CASES: dict[str, tuple[Programme, set[str]]] = {
    "nothing": (programme(), set()),
    "zone and name": (programme(zone="Europe/Erewhon", name=" "), {"zone", "name"}),
    "overlapping": (programme(rounds=days((9, 1, 9, 28), (9, 28, 10, 26))), {"rounds-1-first_day"}),
    "backwards": (programme(rounds=days((9, 1, 9, 28), (10, 20, 10, 2))), {"rounds-1-last_day"}),
    "out of order": (programme(rounds=days((9, 1, 9, 28), (8, 1, 8, 30))), {"rounds-1-first_day"}),
    "too long": (programme(rounds=days((1, 1, 12, 31))), {"rounds-0-last_day"}),
    "numbered otherwise": (programme(rounds=(replace(WHOLE[0], index=1),)), {"rounds"}),
    "window without an end": (programme(windows=(WED, Window(3, time(16), time(0)))), {"windows-1-closes_at"}),
    "window backwards": (programme(windows=(Window(3, time(22), time(1)),)), {"windows-0-closes_at"}),
    "window too short": (programme(windows=(WED,), session_minutes=100), {"windows-0-closes_at"}),
    "windows overlap": (programme(windows=(WED, Window(2, time(17), time(19)))), {"windows-1-opens_at"}),
    "no weekday": (programme(windows=(replace(WED, weekday=7),)), {"windows-0-weekday"}),
    "minutes": (programme(session_minutes=5, buffer_minutes=-1), {"session_minutes", "buffer_minutes"}),
    "least above most": (a_model(size=(7, 3), target=None), {"models-v-size_max"}),
    "target outside": (a_model(size=(3, 5), target=6), {"models-v-target"}),
    "spread backwards": (a_model(spread=(4, 1)), {"models-v-spread_max"}),
    "spread of one": (a_model(size=(1, 1), target=None, spread=(1, 2)), {"models-v-spread_min"}),
    "more present than led": (a_model(facilitators=(1, 1), present=2), {"models-v-present"}),
    "models of one name": (
        programme(models=(PEER, replace(DYAD, name=" peer  GROUP"))),
        {"models-dyad-name"},
    ),
    "models of one key": (programme(models=(PEER, replace(DYAD, key="peer"))), {"models"}),
    "percentages": (programme(quorum=0, min_attendance=1.2), {"quorum", "min_attendance"}),
    "gap": (programme(rounds=days((9, 1, 9, 7), (9, 8, 9, 14)), min_gap_days=14), {"min_gap_days"}),
    "interval": (programme(conduct=Conduct(interval_days=7), min_gap_days=10), {"interval_days"}),
    "closed round": (
        programme(
            rounds=WHOLE,
            windows=(WED,),
            closed=ClosedDays(days_off=(DaysOff(date(2031, 9, 29), date(2031, 10, 24), "Exams"),)),
        ),
        {"rounds-1-last_day"},
    ),
    "round without times": (
        programme(rounds=days((9, 1, 9, 28), (10, 2, 10, 4)), windows=(WED,), min_gap_days=1),
        {"rounds-1-last_day"},
    ),
    "days off backwards": (
        programme(closed=ClosedDays(days_off=(DaysOff(date(2031, 9, 2), date(2031, 9, 1), ""),))),
        {"days_off-0-last_day", "days_off-0-name"},
    ),
    "country": (programme(closed=ClosedDays("ZZ")), {"country"}),
    "region": (programme(closed=ClosedDays("IE", "SCT")), {"region"}),
    "grades": (programme(grades=(Grade(1, "IMT1"), Grade(1, "imt1 "))), {"grades-1-name", "grades"}),
    "grades far off": (programme(grades=(Grade(-1, "A"), Grade(10**20, "B"))), {"grades-0-stage", "grades-1-stage"}),
    "a long short name": (programme(slug="a" * 5000), {"slug"}),
    "weights": (
        programme(weights={"hold": 3, "want": -2, "attend": {"2": 3}, "size": -99999, "model": "many"}),
        {"weights-hold", "weights-want", "weights-attend", "weights-size", "weights-model"},
    ),
    "sites": (
        programme(sites=(NORTH, Site("east", "north hospital", "Nowhere"), Site("north", "", "UTC"))),
        {"sites", "sites-east-name", "sites-east-zone", "sites-north-name"},
    ),
    "rooms": (
        programme(sites=(Site("w", "West", "UTC", (Room("a", "A", 0, frozenset({8}), time(9), time(9)),)),)),
        {"sites-w-rooms-a-capacity", "sites-w-rooms-a-weekdays", "sites-w-rooms-a-closes_at"},
    ),
    "rooms of one name": (
        programme(sites=(Site("w", "West", "UTC", (LOFT, replace(LOFT, key="b", name="loft "))),)),
        {"sites-w-rooms-b-name"},
    ),
    "a new room with the name of one that was closed": (
        programme(sites=(Site("w", "West", "UTC", (replace(LOFT, weekdays=frozenset()), replace(LOFT, key="b"))),)),
        set(),
    ),
    "a closed room without a name": (
        programme(sites=(Site("w", "West", "UTC", (replace(LOFT, weekdays=frozenset(), name=" "),)),)),
        {"sites-w-rooms-a-name"},
    ),
    "several at once": (
        programme(slug="New one", zone="x/y", quorum=2, windows=(), rounds=()),
        {"slug", "zone", "quorum", "windows", "rounds"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_at_its_field_and_nothing_else_is(name: str) -> None:
    wanted, where = CASES[name]
    assert {fault.where for fault in faults_of(wanted)} == where
