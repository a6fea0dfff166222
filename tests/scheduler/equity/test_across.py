"""Several programmes together: everybody once, the hours of all, and nobody to be worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.db import Database
from scheduler.equity.across import BANDS, Across, across, bands_shown, everybody_shown
from scheduler.equity.disclosure import FEWEST
from scheduler.errors import NotFound
from scheduler.people.model import Actor
from scheduler.programmes.service import get_programme
from scheduler.sessions.tables import AttendedRow, SessionRow
from tests.builders import (
    NOW,
    World,
    add_draft,
    change_conduct,
    import_residents,
    programme,
    publish,
    set_marks,
    world,
)

FIRST = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)


def published(database: Database, slug: str, count: int, week: int) -> World:
    """A programme with one published group of the first so many people of the list, who meet twice."""
    here = world(database, programme(slug=slug, change_goal=f"What {slug} changes"))
    people = list(import_residents(here, count, models="peer:3").values())
    set_marks(here, dict.fromkeys(people, "2"))
    dates = {round_: FIRST + timedelta(days=week, weeks=4 * round_) for round_ in range(2)}
    plan_id = add_draft(here, g1=(people, dates))
    with database.writing() as db:
        publish(db, here.coordinator, plan_id, NOW)
    return here


def seen(database: Database, actor: Actor, year: int = 2027, now: datetime = NOW) -> Across:
    with database.reading() as db:
        return across(db, actor, year, now)


def test_people_of_two_programmes_are_counted_once_with_the_hours_of_both(database: Database) -> None:
    first = published(database, "spring", 6, 0)
    second = published(database, "autumn", 6, 1)
    both = replace(first.coordinator, roles=first.coordinator.roles | second.coordinator.roles)
    found = seen(database, both)
    assert [(line.goal, line.people, line.groups, line.planned, line.held) for line in found.lines] == [
        ("What spring changes", 6, 1, 2, 0),
        ("What autumn changes", 6, 1, 2, 0),
    ]
    assert (found.people, found.groups, found.planned) == (6, 2, 4)
    assert (found.median_hours, found.bands[0]) == (4.0, 6)
    later = seen(database, both, now=FIRST + timedelta(days=3))
    assert [line.held for line in later.lines] == [0, 0], "nobody noted who came"
    with database.writing() as db:
        opening = select(SessionRow).where(SessionRow.round == 0).order_by(SessionRow.programme_id)
        for row, came in zip(db.scalars(opening).all(), (2, 1), strict=True):
            for number, seat in enumerate(row.attendees):
                noted = {"session_id": row.id, "person_id": seat.person_id, "noted_at": NOW}
                db.add(AttendedRow(came=number < came, **noted))
    assert [line.held for line in seen(database, both, now=FIRST + timedelta(days=30)).lines] == [1, 0]
    assert seen(database, both, 2030).lines == ()


def test_only_programmes_that_somebody_runs_are_in_it(database: Database) -> None:
    first = published(database, "spring", 6, 0)
    published(database, "autumn", 6, 1)
    assert [line.name for line in seen(database, first.coordinator).lines] == ["Spring term"]
    for nobody in (Actor(1, "x"), Actor(None, "x")):
        with pytest.raises(NotFound):
            seen(database, nobody)


def test_fewer_than_five_are_never_shown(database: Database) -> None:
    first = published(database, "spring", 4, 0)
    found = seen(database, first.coordinator)
    assert (found.people, found.lines[0].people, found.median_hours) == (None, None, None)
    assert set(found.bands.values()) == {None}
    assert found.over_cap is None


def test_who_is_above_the_limit_is_told_only_of_many(database: Database) -> None:
    first = published(database, "spring", 6, 0)
    with database.writing() as db:
        conduct = replace(get_programme(db, first.programme_id).conduct, hours_a_year=1)
        change_conduct(db, first.coordinator, first.programme_id, conduct, clock.now())
    found = seen(database, first.coordinator)
    assert (found.cap, found.over_cap) == (1, None), "all of six would tell of each"


@pytest.mark.parametrize("sizes", [(10, 10), (10, 7), (6, 12), (5, 5), (4, 12)])
def test_no_pair_of_numbers_tells_of_fewer_than_five(sizes: tuple[int, int]) -> None:
    """Whatever overlap there is: nothing small is the difference of what is shown."""
    one = frozenset(range(sizes[0]))
    for shared in range(min(sizes) + 1):
        other = frozenset(range(sizes[0] - shared, sizes[0] - shared + sizes[1]))
        union = len(everybody_shown({1: one, 2: other}))
        shown = [len(each) for each in (one, other) if len(each) >= FEWEST]
        if not union or len(shown) < 2:
            continue
        told = {sum(shown) - union, *(union - each for each in shown)}
        assert not {number for number in told if 0 < number < FEWEST}


def test_no_band_of_fewer_than_five_is_shown_nor_told_by_the_others() -> None:
    for few, many in combinations(range(1, 9), 2):
        hours = dict.fromkeys(range(many), 1.0) | {100 + who: 7.0 for who in range(few)}
        shown = bands_shown(hours)
        known = [number for number in shown.values() if number is not None]
        assert all(number == 0 or number >= FEWEST for number in known)
        if few < FEWEST:
            assert shown[0] is None or shown[5] is None
            assert sum(number is None for number in shown.values()) != 1
    assert set(bands_shown({}).values()) == {None}
    assert tuple(bands_shown(dict.fromkeys(range(6), 30.0))) == BANDS
