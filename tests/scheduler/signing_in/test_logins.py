"""Where somebody is signed in: told by device, and ended one by one."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import Rejected
from scheduler.people.clocks import set_zone, zone_at, zone_of
from scheduler.people.model import Actor, Role
from scheduler.people.roles import appoint
from scheduler.signing_in.links import LOGIN_DAYS, find_actor, start_login
from scheduler.signing_in.logins import SEEN_EVERY, device_of, end_login, is_to_be_noted, list_logins, note_seen
from scheduler.signing_in.tables import LoginRow
from tests.builders import NOW, World, world

PHONE = "Mozilla/5.0 (Linux; Android 9; SM-G950F) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


def sign_in(here: World, device: str = PHONE, person_id: int | None = None) -> str:
    with here.database.writing() as db:
        return start_login(db, person_id or here.coordinator.person_id or 0, device, NOW)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, ("Chrome", "Android")),
        (DESK, ("Firefox", "Windows")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/126.0 Safari/537.36 Edg/126.0", ("Edge", "Mac")),
        ("curl/8", ("", "")),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(agent: str, device: tuple[str, str]) -> None:
    assert device_of(agent) == device


def test_logins_are_listed_with_this_one_first_and_ended_one_by_one(here: World) -> None:
    phone, desk = sign_in(here), sign_in(here, DESK)
    note_seen(here.database, phone, NOW + timedelta(hours=1))
    with here.database.writing() as db:
        first, second = list_logins(db, here.coordinator, desk, NOW)
        assert (first.here, first.browser, second.here, second.system) == (True, "Firefox", False, "Android")
        assert second.seen_at == NOW + timedelta(hours=1)
        end_login(db, here.coordinator, second.handle)
        assert find_actor(db, phone, NOW) is None
        assert find_actor(db, desk, NOW) is not None
        assert list_logins(db, here.coordinator, desk, NOW + timedelta(days=LOGIN_DAYS)) == ()


def test_nobody_ends_or_sees_the_login_of_somebody_else(here: World) -> None:
    mine = sign_in(here)
    with here.database.writing() as db:
        other = appoint(db, here.coordinator, here.programme_id, "Olga", "olga@example.org", Role.OVERSIGHT, NOW)
        olga = Actor(other, "Olga")
        [login] = list_logins(db, here.coordinator, mine, NOW)
        end_login(db, olga, login.handle)
        assert find_actor(db, mine, NOW) is not None
        assert list_logins(db, olga, mine, NOW) == ()


def test_a_login_is_noted_now_and_then_and_not_for_every_page(here: World) -> None:
    login = sign_in(here)
    with here.database.writing() as db:
        assert not is_to_be_noted(db, login, NOW + SEEN_EVERY / 2)
        assert is_to_be_noted(db, login, NOW + SEEN_EVERY)
    note_seen(here.database, login, NOW + SEEN_EVERY)
    with here.database.reading() as db:
        assert not is_to_be_noted(db, login, NOW + SEEN_EVERY)
        assert not is_to_be_noted(db, "made-up", NOW)


def test_nobody_waits_for_that_note_while_somebody_else_writes(here: World) -> None:
    login = sign_in(here)
    with here.database.writing() as db:
        db.scalars(select(LoginRow).with_for_update()).all()
        note_seen(here.database, login, NOW + SEEN_EVERY)
    with here.database.reading() as db:
        assert is_to_be_noted(db, login, NOW + SEEN_EVERY)
    note_seen(here.database, login, NOW + SEEN_EVERY)
    with here.database.reading() as db:
        assert not is_to_be_noted(db, login, NOW + SEEN_EVERY)


@pytest.mark.parametrize(
    ("place", "zone"),
    [("Kampala", "Africa/Kampala"), (" new york ", "America/New_York"), ("europe/london", "Europe/London")],
)
def test_a_clock_is_found_by_its_city(here: World, place: str, zone: str) -> None:
    with here.database.writing() as db:
        assert set_zone(db, here.coordinator, place, NOW) == zone
        assert zone_of(db, here.coordinator) == zone
        assert set_zone(db, here.coordinator, "  ", NOW) == ""
        assert zone_of(db, here.coordinator) == ""


def test_a_place_without_a_clock_is_told_what_is_near() -> None:
    with pytest.raises(Rejected) as refused:
        zone_at("Londres")
    assert "London" in refused.value.what_to_do


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_zone_or_is_refused(place: str) -> None:
    with suppress(Rejected):
        assert zone_at(place) in available_timezones()
