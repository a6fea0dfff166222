"""A cover list says that its times include the way there and back only where that is so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert

from scheduler.cover.ways import Ways, ways_of, ways_sentence
from scheduler.db import Database
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import JourneyRow
from tests.builders import World, programme, world


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


def found(here: World) -> Ways:
    with here.database.reading() as db:
        return ways_of(db, get_programme(db, here.programme_id))


def test_without_minutes_to_travel_the_times_are_those_of_the_sessions(here: World) -> None:
    assert found(here) is Ways.NONE
    assert "include" not in ways_sentence(found(here))
    with here.database.writing() as db:
        north, south = (site.id for site in get_programme(db, here.programme_id).sites)
        db.execute(insert(JourneyRow), [{"from_site_id": north, "to_site_id": south, "minutes": 20}])
    assert found(here) is Ways.ALL, "one direction is taken for both"
    assert ways_sentence(found(here)) == "Times include the way there and back."


def test_of_three_sites_some_may_have_no_minutes(storage: Database) -> None:
    sites = programme().sites
    here = world(storage, replace(programme(), sites=(*sites, replace(sites[1], key="west", name="West Hospital"))))
    with here.database.writing() as db:
        first, second, _third = (site.id for site in get_programme(db, here.programme_id).sites)
        db.execute(insert(JourneyRow), [{"from_site_id": first, "to_site_id": second, "minutes": 20}])
    assert found(here) is Ways.SOME
    assert "where the programme has minutes" in ways_sentence(found(here))


def test_where_there_is_one_site_nobody_has_a_way_to_go(storage: Database) -> None:
    here = world(storage, replace(programme(), sites=programme().sites[:1]))
    assert ways_sentence(found(here)) == ""
