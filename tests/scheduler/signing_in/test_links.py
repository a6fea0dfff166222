"""Links that sign in, and the browsers that are signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import NotFound
from scheduler.mail.tables import MailRow
from scheduler.people.model import Role
from scheduler.settings import Settings
from scheduler.signing_in.links import (
    LINK_MINUTES,
    LOGIN_DAYS,
    Wanted,
    find_actor,
    find_link_owner,
    make_link,
    request_link,
    sign_out,
    sign_out_everywhere,
    use_link,
)
from scheduler.signing_in.tables import LoginRow, SignInLinkRow
from tests.builders import NOW, World, world
from tests.web.builders import code_of


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


def link(here: World, **options: timedelta) -> str:
    assert here.coordinator.person_id is not None
    with here.database.writing() as db:
        return make_link(db, here.coordinator.person_id, NOW, **options)


def sign_in(here: World, secret: str, minutes: int = 1, code: str = "") -> str:
    with here.database.writing() as db:
        return use_link(db, secret, "a phone", NOW + timedelta(minutes=minutes), code=code).login


def test_a_link_signs_in_its_owner_with_their_roles(here: World) -> None:
    login = sign_in(here, link(here))
    with here.database.reading() as db:
        actor = find_actor(db, login, NOW)
    assert actor is not None
    assert actor.has(here.programme_id, Role.COORDINATOR)
    assert not actor.has(here.programme_id, Role.RESIDENT)
    assert not actor.has(here.programme_id + 1, Role.COORDINATOR)


def test_a_link_works_once(here: World) -> None:
    secret = link(here)
    sign_in(here, secret)
    with pytest.raises(NotFound, match="expired or been used"):
        sign_in(here, secret)


def test_looking_at_a_link_does_not_use_it_up(here: World) -> None:
    secret = link(here)
    for _ in range(2):
        with here.database.reading() as db:
            owner = find_link_owner(db, secret, NOW)
        assert owner is not None
        assert owner.name == "Cora Coordinator"
    assert sign_in(here, secret)


def test_a_link_is_over_after_a_quarter_of_an_hour(here: World) -> None:
    with pytest.raises(NotFound):
        sign_in(here, link(here), minutes=LINK_MINUTES)


def test_a_link_that_stays_works_again_until_it_ends(here: World) -> None:
    secret = link(here, stays=timedelta(hours=1))
    assert sign_in(here, secret) != sign_in(here, secret, minutes=59)
    with pytest.raises(NotFound):
        sign_in(here, secret, minutes=60)


def test_a_made_up_secret_is_nobodys(here: World) -> None:
    with pytest.raises(NotFound):
        sign_in(here, "made-up")
    with here.database.reading() as db:
        assert find_actor(db, "made-up", NOW) is None


def test_no_secret_is_kept(here: World) -> None:
    secret = link(here)
    login = sign_in(here, secret)
    with here.database.reading() as db:
        kept = [*db.scalars(select(SignInLinkRow.digest)), *db.scalars(select(LoginRow.digest))]
    assert secret not in kept
    assert login not in kept


def test_a_login_ends_by_itself_by_signing_out_and_everywhere(here: World) -> None:
    first, second, third = (sign_in(here, link(here)) for _ in range(3))
    with here.database.writing() as db:
        assert find_actor(db, first, NOW + timedelta(days=LOGIN_DAYS + 1)) is None
        sign_out(db, first)
        assert find_actor(db, first, NOW) is None
        assert find_actor(db, second, NOW) is not None
        sign_out_everywhere(db, here.coordinator)
        assert find_actor(db, second, NOW) is None
        assert find_actor(db, third, NOW) is None


def test_only_a_known_address_gets_mail(here: World) -> None:
    with here.database.writing() as db:
        request_link(db, Settings("", "key"), Wanted(" Cora@Example.org "), NOW)
        request_link(db, Settings("", "key"), Wanted("nobody@example.org"), NOW)
    with here.database.reading() as db:
        [mail] = db.scalars(select(MailRow))
    assert mail.address == "cora@example.org"
    secret = mail.text.split("/sign-in/")[1].split()[0]
    assert not sign_in(here, secret), "without its code it is worth nothing elsewhere"
    assert sign_in(here, secret, code=code_of(mail.text))
