"""A place that becomes free is found for whoever waits for it, without anybody asking again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.coordination.model import TakeOut
from scheduler.coordination.service import carry_out
from scheduler.coordination.waiting_swaps import WaitingSwaps
from scheduler.db import Database
from scheduler.publishing.leavers import leave
from tests.builders import NOW, World
from tests.scheduler.coordination.test_swaps import a_swapping_world, asks, home, id_of, keep_full, somebody


@pytest.fixture
def here(storage: Database) -> World:
    return a_swapping_world(storage)


def test_a_place_that_somebody_leaves_goes_to_the_first_who_asked(here: World) -> None:
    keep_full(here, least=4)
    asks(here, "R12", "g1", now=NOW)
    asks(here, "R11", "g1", now=NOW + timedelta(hours=1))
    looking = WaitingSwaps(here.database)
    looking.look(NOW + timedelta(hours=2))
    assert home(here, "R12") == "g3", "there is no place yet"
    with here.database.writing() as db:
        leave(db, somebody(here, "R1"), here.programme_id, NOW + timedelta(hours=3))
    looking.look(NOW + timedelta(hours=4))
    assert (home(here, "R12"), home(here, "R11")) == ("g1", "g3")


def test_after_the_time_nothing_is_done_any_more(here: World) -> None:
    keep_full(here, least=4)
    asks(here, "R12", "g1")
    with here.database.writing() as db:
        carry_out(db, here.coordinator, TakeOut(here.programme_id, "g1", id_of(here, "R1")), "They asked.", NOW)
    WaitingSwaps(here.database).look(NOW + timedelta(days=11))
    assert home(here, "R12") == "g3"
    WaitingSwaps(here.database).look(NOW + timedelta(days=10))
    assert home(here, "R12") == "g1"
