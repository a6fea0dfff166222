"""The way between two sites: one site where they have one name, the longest that anybody gives, else a usual one."""

from __future__ import annotations

from datetime import timedelta

from scheduler.bookings.places import place_of
from scheduler.bookings.ways import USUAL_WAY, ways
from scheduler.db import Database
from scheduler.programmes.model import Site
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import JourneyRow
from tests.builders import NORTH, SOUTH, programme, world


def test_sites_of_one_name_are_one_and_the_longest_way_counts(database: Database) -> None:
    spring = world(database)
    other = Site("n", " north  HOSPITAL", "Europe/London")
    hill = Site("hill", "Hill Clinic", "Europe/London")
    autumn = world(database, programme(slug="autumn", sites=(other, SOUTH, hill)))
    with database.writing() as db:
        north, south = (site.id for site in get_programme(db, spring.programme_id).sites)
        same, south_again, clinic = (site.id for site in get_programme(db, autumn.programme_id).sites)
        db.add(JourneyRow(from_site_id=north, to_site_id=south, minutes=20))
        db.add(JourneyRow(from_site_id=south_again, to_site_id=same, minutes=45))
    with database.reading() as db:
        known = ways(db)
    assert known.between(north, same) == timedelta()
    assert known.between(north, south_again) == timedelta(minutes=45)
    assert known.between(north, clinic) == USUAL_WAY
    assert known.between(north, None) == timedelta()


def test_rooms_are_one_where_site_and_room_have_one_name() -> None:
    library = place_of(NORTH.name, "Library")
    assert place_of("north hospital", " LIBRARY ") == library
    assert place_of(NORTH.name, "Library 2") != library
    assert place_of(SOUTH.name, "Library") != library
