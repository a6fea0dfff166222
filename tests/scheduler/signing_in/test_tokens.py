"""Tokens for programs: of limited scope and life, listed and ended by their owner, and kept as digests alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.enrolment.new_addresses import give_address
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.people.model import OPERATOR, Actor
from scheduler.people.tables import PersonRow
from scheduler.signing_in import kept_answers, tokens
from scheduler.signing_in.links import find_actor_of_token
from scheduler.signing_in.tables import ApiTokenRow
from tests.builders import NOW, World, world

LATER = NOW + timedelta(days=1)


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


def make(here: World, actor: Actor | None = None, name: str = "a script", scope: str = "read", days: int = 1) -> str:
    with here.database.writing() as db:
        return tokens.make_token(db, actor or here.coordinator, name, scope, days, NOW).secret


def test_a_token_is_its_owner_until_it_ends_and_its_secret_is_not_kept(here: World) -> None:
    secret = make(here, days=1)
    with here.database.reading() as db:
        found = find_actor_of_token(db, secret, NOW)
        assert found is not None
        assert (found.person_id, found.roles) == (here.coordinator.person_id, here.coordinator.roles)
        for other in (
            secret[:-1],
            "",
            secret.removeprefix(tokens.PREFIX),
            db.scalars(select(ApiTokenRow.digest)).one(),
        ):
            assert find_actor_of_token(db, other, NOW) is None
        assert find_actor_of_token(db, secret, LATER - timedelta(seconds=1)) is not None
        assert find_actor_of_token(db, secret, LATER) is None
        assert tokens.list_tokens(db, here.coordinator, LATER) == ()
        told = [str(row.details) for row in db.scalars(select(AuditRow).where(AuditRow.action == "token.made"))]
        assert secret not in "".join(told)


def test_each_scope_includes_the_one_before(here: World) -> None:
    with here.database.reading() as db:
        assert tokens.find_in_use(db, "rounds_nothing", NOW) is None
    for scope, may in (("read", [True, False, False]), ("write", [True, True, False]), ("publish", [True] * 3)):
        secret = make(here, scope=scope)
        with here.database.reading() as db:
            found = tokens.find_in_use(db, secret, NOW)
            assert found is not None
            assert [found.covers(wanted) for wanted in ("read", "write", "publish")] == may


def test_a_token_is_revoked_by_its_owner_alone(here: World) -> None:
    secret = make(here)
    with here.database.reading() as db:
        [listed] = tokens.list_tokens(db, here.coordinator, NOW)
    stranger = replace(here.coordinator, person_id=10_000)
    with here.database.writing() as db, pytest.raises(NotFound):
        tokens.revoke_token(db, stranger, listed.id, NOW)
    with here.database.writing() as db:
        tokens.revoke_token(db, here.coordinator, listed.id, NOW)
    with here.database.reading() as db:
        assert find_actor_of_token(db, secret, NOW) is None
    with here.database.writing() as db, pytest.raises(NotFound):
        tokens.revoke_token(db, here.coordinator, listed.id, NOW)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [({"name": " "}, "name"), ({"name": "x" * 61}, "name"), ({"scope": "all"}, "scope"), ({"days": 0}, "days"),
     ({"days": 367}, "days")],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(here: World, wrong: dict[str, object], place: str) -> None:
    with pytest.raises(Rejected) as refused:
        make(here, **wrong)  # type: ignore[arg-type]
    assert [fault.where for fault in refused.value.faults] == [place]


def test_there_are_so_many_at_most_and_none_for_who_has_no_desk_or_is_sealed(here: World) -> None:
    for _ in range(tokens.MOST_TOKENS):
        make(here)
    with pytest.raises(NotPossible):
        make(here)
    with pytest.raises(NotFound):
        make(here, replace(here.coordinator, roles=frozenset()))
    with pytest.raises(NotPossible):
        make(here, replace(here.coordinator, sealed_until=LATER))


def test_nobody_waits_for_the_note_that_a_token_was_used_while_somebody_else_writes(here: World) -> None:
    secret = make(here, days=2)
    with here.database.writing() as db:
        token_id = db.scalars(select(ApiTokenRow.id).with_for_update()).one()
        tokens.note_seen(here.database, token_id, LATER)
    with here.database.reading() as db:
        found = tokens.find_in_use(db, secret, LATER)
        assert found is not None
        assert found.is_to_be_noted
    tokens.note_seen(here.database, token_id, LATER)
    with here.database.reading() as db:
        found = tokens.find_in_use(db, secret, LATER)
        assert found is not None
        assert not found.is_to_be_noted


def test_another_address_given_by_somebody_else_ends_tokens(here: World) -> None:
    secret = make(here)
    with here.database.writing() as db:
        cora = db.get_one(PersonRow, here.coordinator.person_id)
        give_address(db, OPERATOR, here.programme_id, cora, "another@example.org", NOW)
    with here.database.reading() as db:
        assert find_actor_of_token(db, secret, NOW) is None


def test_of_two_requests_with_one_key_one_is_done(here: World) -> None:
    asked = kept_answers.asked_under(here.coordinator, "POST /x", "a", b"1")
    other = kept_answers.asked_under(here.coordinator, "POST /x", "a", b"2")
    with here.database.writing() as db:
        assert kept_answers.begin(db, asked, NOW) is None
    with here.database.writing() as db:
        again, differs = kept_answers.begin(db, asked, NOW), kept_answers.begin(db, other, NOW)
        assert again is not None
        assert differs is not None
        assert (again.status, again.is_other, differs.is_other) == (None, False, True)
        kept_answers.keep(db, asked, 201, {"Location": "/y"}, "{}")
    with here.database.writing() as db:
        answered = kept_answers.begin(db, asked, NOW)
        assert answered is not None
        assert (answered.status, answered.headers, answered.body) == (201, {"Location": "/y"}, "{}")
        assert kept_answers.begin(db, asked, NOW + kept_answers.KEPT) is None
        kept_answers.forget(db, asked)
    with here.database.writing() as db:
        assert kept_answers.begin(db, asked, NOW) is None
