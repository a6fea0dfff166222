"""Passkeys: made by those with a desk for themselves, used by their owner alone, and refused for anything else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.enrolment.new_addresses import give_address
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.signing_in import passkeys
from scheduler.signing_in.links import find_actor
from scheduler.signing_in.passkeys import ANSWERED_WITHIN, MOST_PASSKEYS, Site, find_site
from scheduler.signing_in.tables import PasskeyRow
from tests.authenticator import PRESENT, Authenticator
from tests.builders import NOW, World, world

SITE = Site("rounds.hospital.example", "https://rounds.hospital.example")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


def authenticator() -> Authenticator:
    return Authenticator(SITE.origin)


def options(here: World, actor: Actor) -> tuple[bytes, dict[str, Any]]:
    challenge = passkeys.new_challenge(NOW)
    with here.database.reading() as db:
        told = json.loads(passkeys.options_to_add(db, actor, SITE, challenge))
    with here.database.writing() as db:
        return passkeys.take_challenge(db, challenge, NOW), told


def add(here: World, device: Authenticator, actor: Actor | None = None, name: str = "telephone", **client: Any) -> None:
    actor = actor or here.coordinator
    challenge, told = options(here, actor)
    with here.database.writing() as db:
        passkeys.add_passkey(db, actor, SITE, challenge, name, device.make(told, **client), NOW)


def sign_in(here: World, device: Authenticator, site: Site = SITE, answer: str = "", **client: Any) -> str | None:
    challenge = passkeys.new_challenge(LATER)
    told = json.loads(passkeys.options_to_sign_in(SITE, challenge))
    with here.database.writing() as db:
        taken = passkeys.take_challenge(db, challenge, LATER)
        return passkeys.sign_in_by_passkey(db, site, taken, answer or device.sign(told, **client), "Firefox", LATER)


def in_record(here: World) -> list[str]:
    with here.database.reading() as db:
        return list(db.scalars(select(AuditRow.action).where(AuditRow.action.like("passkey.%")).order_by(AuditRow.id)))


def kept(here: World) -> int:
    with here.database.reading() as db:
        return db.scalar(select(func.count()).select_from(PasskeyRow)) or 0


def test_its_owner_signs_in_with_it_and_sees_when_it_was_used(here: World) -> None:
    device = authenticator()
    add(here, device, name="  my   telephone ")
    with here.database.reading() as db:
        [listed] = passkeys.list_passkeys(db, here.coordinator)
        assert (listed.name, listed.created_at, listed.seen_at) == ("my telephone", NOW, None)
        told = db.scalars(select(MailRow).order_by(MailRow.id.desc())).first()
        assert told is not None
        assert told.subject == "A passkey was added to your account"
    for _ in range(2):
        login = sign_in(here, device)
        assert login
        with here.database.reading() as db:
            found = find_actor(db, login, LATER)
            assert found is not None
            assert (found.person_id, found.roles) == (here.coordinator.person_id, here.coordinator.roles)
            [listed] = passkeys.list_passkeys(db, here.coordinator)
            assert listed.seen_at == LATER
    assert in_record(here) == ["passkey.added"]


def test_one_that_does_not_count_its_uses_signs_in_again_and_again(here: World) -> None:
    device = Authenticator(SITE.origin, counts=False)
    add(here, device)
    assert sign_in(here, device)
    assert sign_in(here, device)


def test_a_count_that_does_not_go_on_is_refused_put_on_record_and_told(here: World) -> None:
    device = authenticator()
    add(here, device)
    assert sign_in(here, device)
    for back in (1, 5):
        device.count = max(0, device.count - back)
        assert sign_in(here, device) is None
    assert in_record(here) == ["passkey.added", "passkey.refused", "passkey.refused"]
    with here.database.reading() as db:
        told = db.scalars(select(MailRow).order_by(MailRow.id.desc())).first()
    assert told is not None
    assert told.subject == "A passkey of yours was refused"


@pytest.mark.parametrize(
    "client",
    [
        {"origin": "https://rounds.evil.example"},
        {"origin": "http://rounds.hospital.example"},
        {"challenge": "AAAA"},
        {"type": "webauthn.create"},
    ],
    ids=str,
)
def test_what_was_said_elsewhere_or_to_another_question_is_refused(here: World, client: dict[str, Any]) -> None:
    device = authenticator()
    add(here, device)
    assert sign_in(here, device, **client) is None
    assert sign_in(here, device)
    if client != {"type": "webauthn.create"}:
        with pytest.raises(Rejected):
            add(here, authenticator(), **client)
    assert kept(here) == 1


def test_another_host_a_missing_user_and_another_key_are_refused(here: World) -> None:
    device = authenticator()
    add(here, device)
    elsewhere = Site("elsewhere.example", SITE.origin)
    assert sign_in(here, device, elsewhere) is None
    assert sign_in(here, replace(device, flags=PRESENT)) is None
    assert sign_in(here, replace(device, key=authenticator().key, count=50)) is None
    with pytest.raises(Rejected):
        add(here, Authenticator(SITE.origin, flags=PRESENT))
    assert sign_in(here, device)


def test_a_passkey_of_somebody_else_signs_in_nobody_but_them(here: World) -> None:
    own, others = authenticator(), authenticator()
    add(here, own)
    add(here, others, other_desk(here))
    assert own.handle != others.handle
    assert sign_in(here, replace(own, handle=others.handle, count=10)) is None
    assert sign_in(here, replace(own, credential=others.credential, count=10)) is None
    assert sign_in(here, replace(own, credential=others.credential, handle=others.handle, count=10)) is None
    assert sign_in(here, replace(own, handle="")) is None
    with pytest.raises(NotPossible):
        add(here, replace(own, credential=others.credential))
    for device, whose in ((own, here.coordinator), (others, other_desk(here))):
        device.count = 20
        login = sign_in(here, device)
        with here.database.reading() as db:
            found = find_actor(db, login or "", LATER)
        assert found is not None
        assert found.person_id == whose.person_id


def test_a_challenge_is_answered_once_and_in_time(here: World) -> None:
    device = authenticator()
    add(here, device)
    challenge = passkeys.new_challenge(NOW)
    answer = device.sign(json.loads(passkeys.options_to_sign_in(SITE, challenge)))
    with here.database.writing() as db:
        taken = passkeys.take_challenge(db, challenge, NOW)
        assert passkeys.sign_in_by_passkey(db, SITE, taken, answer, "", NOW)
    for again, when in (
        (challenge, NOW),
        (None, NOW),
        (passkeys.new_challenge(NOW), NOW + ANSWERED_WITHIN),
        (passkeys.new_challenge(NOW), NOW - timedelta(seconds=1)),
    ):
        with here.database.writing() as db, pytest.raises(NotPossible):
            passkeys.take_challenge(db, again, when)


@pytest.mark.parametrize(
    "answer",
    ["", "{", "[]", "null", "{}", '{"id": 1}', '"' + "x" * 100_000, "\ud800", '{"id": "\\u0000", "rawId": "\\u0000"}',
     "[" * 100_000],
    ids=lambda answer: answer[:12],
)  # fmt: skip
def test_nonsense_is_refused(here: World, answer: str) -> None:
    assert sign_in(here, authenticator(), answer=answer or " ") is None
    challenge, _ = options(here, here.coordinator)
    with here.database.writing() as db, pytest.raises(Rejected):
        passkeys.add_passkey(db, here.coordinator, SITE, challenge, "x", answer, NOW)


def test_who_has_no_desk_has_none_and_names_and_numbers_are_bounded(here: World) -> None:
    nobody = replace(here.coordinator, roles=frozenset({(here.programme_id, Role.RESIDENT)}))
    with pytest.raises(NotFound):
        options(here, nobody)
    for name in ("", "  ", "x" * 61):
        with pytest.raises(Rejected):
            add(here, authenticator(), name=name)
    for _ in range(MOST_PASSKEYS):
        add(here, authenticator())
    with pytest.raises(NotPossible):
        add(here, authenticator())
    _, told = options(here, here.coordinator)
    assert len(told["excludeCredentials"]) == MOST_PASSKEYS
    assert told["authenticatorSelection"]["userVerification"] == "required"


def test_its_owner_alone_removes_it(here: World) -> None:
    device = authenticator()
    add(here, device)
    with here.database.reading() as db:
        [listed] = passkeys.list_passkeys(db, here.coordinator)
    other = other_desk(here)
    with here.database.writing() as db, pytest.raises(NotFound):
        passkeys.remove_passkey(db, other, listed.id, NOW)
    with here.database.writing() as db:
        passkeys.remove_passkey(db, here.coordinator, listed.id, NOW)
    assert sign_in(here, device) is None
    assert in_record(here) == ["passkey.added", "passkey.removed"]


def test_another_address_given_by_another_ends_it(here: World) -> None:
    device = authenticator()
    add(here, device)
    with here.database.writing() as db:
        person = db.get_one(PersonRow, here.coordinator.person_id)
        give_address(db, OPERATOR, here.programme_id, person, "new@example.org", NOW)
    assert sign_in(here, device) is None
    assert kept(here) == 0


def test_it_goes_with_its_owner(here: World) -> None:
    add(here, authenticator(), other := other_desk(here))
    with here.database.writing() as db:
        db.delete(db.get_one(PersonRow, other.person_id))
    assert kept(here) == 0


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://rounds.hospital.example", SITE),
        ("https://Rounds.Hospital.example", SITE),
        ("https://rounds.example:8443", Site("rounds.example", "https://rounds.example:8443")),
        ("http://localhost:8000", Site("localhost", "http://localhost:8000")),
        ("http://rounds.hospital.example", None),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]:8000", None),
        ("https://10.0.0.7", None),
    ],
)
def test_browsers_have_passkeys_by_name_and_https_alone(address: str, site: Site | None) -> None:
    assert find_site(address) == site


def other_desk(here: World) -> Actor:
    """Somebody else with a desk: made once."""
    with here.database.writing() as db:
        found = db.scalar(select(PersonRow).where(PersonRow.email == "olive@example.org"))
        if found is None:
            found = PersonRow(name="Olive Other", email="olive@example.org", created_at=NOW)
            db.add(found)
            db.flush()
        return Actor(found.id, found.name, frozenset({(here.programme_id, Role.OVERSIGHT)}))
