"""A changed address: the former one can undo it, and who takes an entry over reads nothing that is private."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.circles.contacts import concerns_for
from scheduler.circles.service import own_circles, past_circles, start_circle
from scheduler.db import Database, Db
from scheduler.enrolment.addresses import set_address
from scheduler.enrolment.own_relations import list_declared
from scheduler.enrolment.people_changes import Details, add_person, correct_person
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.person_merge import merge_people
from scheduler.errors import NotFound, NotPossible
from scheduler.groups.help_map import own_help_map
from scheduler.groups.private import add_goal, own_goals, own_notes, write_note
from scheduler.joining.answers import own_answers
from scheduler.joining.openly import own_traits
from scheduler.joining.told_answers import told_answers
from scheduler.mail.service import SERVICE_URL
from scheduler.mail.tables import MailRow
from scheduler.own_data.deletion import delete_everything, delete_kind
from scheduler.own_data.held import own_data
from scheduler.own_data.model import Kind
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import PersonRow
from scheduler.programmes.service import get_programme
from scheduler.signing_in import address_changes as changes
from scheduler.signing_in.links import find_actor, start_login
from scheduler.signing_in.tables import IdentityRow, LoginRow
from scheduler.voices.goal_weights import own_weights, weigh
from scheduler.voices.own_record import own_record
from tests.builders import NOW, World, people_csv, person_line, world

ADA, HERS = "ada.quill@example.org", "coordinator.second@example.org"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    with made.database.writing() as db:
        lines = (person_line("Ada Quill"), person_line("Ben Marrow"))
        import_people(db, made.coordinator, made.programme_id, people_csv(*lines), NOW)
    return made


def id_of(here: World, address: str) -> int:
    with here.database.reading() as db:
        return person_ids_by_address(db, here.programme_id)[address]


def sign_in(here: World, address: str, at: datetime = NOW) -> str:
    with here.database.writing() as db:
        return start_login(db, id_of(here, address), "browser", at)


def readdress(here: World, former: str = ADA, address: str = HERS, at: datetime = NOW) -> None:
    with here.database.writing() as db:
        wanted = Details("Ada Quill", address, Role.RESIDENT, 1)
        correct_person(db, here.coordinator, here.programme_id, id_of(here, former), wanted, at)


def as_(here: World, login: str, at: datetime = LATER) -> Actor:
    with here.database.reading() as db:
        found = find_actor(db, login, at)
    assert found is not None
    return found


def link_to(here: World, address: str) -> str:
    """The secret in the last mail to an address."""
    with here.database.reading() as db:
        last = select(MailRow.text).where(MailRow.address == address).order_by(MailRow.id.desc())
        text = db.scalars(last).first() or ""
    return text.partition(f"{SERVICE_URL}{changes.PATH}")[2].split("\n")[0]


OPENS: tuple[Callable[[Db, Actor, int], Any], ...] = (
    told_answers,
    own_traits,
    list_declared,
    own_goals,
    past_circles,
    lambda db, me, here: own_answers(db, me, here, LATER),
    lambda db, me, here: own_circles(db, me, here, LATER),
    lambda db, me, here: start_circle(db, me, here, "Ours", "", LATER),
    lambda db, me, _here: own_help_map(db, me, LATER),
    lambda db, me, _here: own_record(db, me, LATER),
    lambda db, me, _here: own_data(db, me),
    lambda db, me, _here: concerns_for(db, me),
    lambda db, me, here: own_weights(db, me, here),
    lambda db, me, here: weigh(db, me, here, "careers", 1, 1, LATER),
    lambda db, me, _here: write_note(db, me, 1, "Hm.", LATER),
    lambda db, me, here: add_goal(db, me, here, "Rest", LATER),
    lambda db, me, _here: delete_kind(db, me, Kind.GOALS, LATER),
    lambda db, me, _here: delete_everything(db, me, me.person_id or 0, LATER),
)


def is_sealed(here: World, login: str, at: datetime = LATER) -> bool:
    """Whether all that is private is closed, each by the same sentence; or nothing of it is."""
    me, closed = as_(here, login, at), []
    with here.database.reading() as db:
        assert own_notes(db, me) == {}
        for opens in OPENS[:7]:
            try:
                opens(db, me, here.programme_id)
            except NotPossible as error:
                closed.append("changed by someone else" in error.message)
            except NotFound:
                closed.append(False)
    assert len(set(closed)) <= 1
    return any(closed)


def test_whoever_signs_in_under_the_new_address_opens_nothing_private(here: World) -> None:
    sign_in(here, ADA)
    readdress(here)
    me = as_(here, sign_in(here, HERS))
    with here.database.reading() as db:
        for opens in OPENS:
            with pytest.raises(NotPossible, match="changed by someone else"):
                opens(db, me, here.programme_id)


def test_the_link_to_the_former_address_opens_it_and_two_weeks_do(here: World) -> None:
    sign_in(here, ADA)
    readdress(here)
    login, after = sign_in(here, HERS), NOW + changes.SEALED_FOR + timedelta(seconds=1)
    assert is_sealed(here, login)
    assert not is_sealed(here, login, after)
    with here.database.writing() as db:
        changes.confirm(db, link_to(here, ADA), LATER)
    assert not is_sealed(here, login)
    with here.database.reading() as db, pytest.raises(NotFound):
        changes.get_change(db, link_to(here, ADA), LATER)


def test_a_browser_of_before_opens_it_and_no_other(here: World) -> None:
    before = sign_in(here, ADA)
    bens = sign_in(here, "ben.marrow@example.org")
    readdress(here)
    login = sign_in(here, HERS)
    for known, sealed in ((bens, True), (login, True), ("made up", True), (before, False)):
        with here.database.writing() as db:
            changes.confirm_by_device(db, known, login, LATER)
        assert is_sealed(here, login) is sealed


def test_a_second_change_opens_nothing_and_its_link_only_itself(here: World) -> None:
    sign_in(here, ADA)
    readdress(here)
    sign_in(here, HERS)
    readdress(here, HERS, "third@example.org", LATER)
    login = sign_in(here, "third@example.org")
    with here.database.writing() as db:
        changes.confirm(db, link_to(here, HERS), LATER)
    assert is_sealed(here, login)
    with here.database.writing() as db:
        assert changes.take_back(db, link_to(here, ADA), LATER)
    assert id_of(here, ADA)


def test_this_was_not_me_puts_it_back_signs_out_and_tells_oversight(here: World) -> None:
    with here.database.writing() as db:
        appoint(db, OPERATOR, here.programme_id, "Olive", "olive@example.org", Role.OVERSIGHT, NOW)
    sign_in(here, ADA)
    readdress(here)
    sign_in(here, HERS)
    with here.database.writing() as db:
        assert changes.take_back(db, link_to(here, ADA), LATER)
    with here.database.reading() as db:
        assert not db.scalars(select(LoginRow)).all()
        assert db.scalar(select(PersonRow.email).where(PersonRow.name == "Ada Quill")) == ADA
        told = db.scalars(select(MailRow).where(MailRow.address == "olive@example.org").order_by(MailRow.id.desc()))
        text = next(iter(told)).text
    assert "was not theirs" in text
    assert "Ada" not in text
    assert not is_sealed(here, sign_in(here, ADA))


def test_it_stays_sealed_where_the_former_address_was_given_away(here: World) -> None:
    sign_in(here, ADA)
    readdress(here)
    with here.database.writing() as db:
        wanted = Details("Adam", ADA, Role.RESIDENT, 1)
        add_person(db, here.coordinator, here.programme_id, wanted, _site(db, here), LATER)
        assert not changes.take_back(db, link_to(here, ADA), LATER)
    assert is_sealed(here, sign_in(here, HERS), NOW + timedelta(days=29))


def test_nothing_is_sealed_of_who_was_never_here_nor_by_the_operator(here: World) -> None:
    readdress(here)
    assert not link_to(here, ADA)
    login = sign_in(here, HERS)
    assert not is_sealed(here, login)
    readdress(here, HERS, "third@example.org")
    assert is_sealed(here, login := sign_in(here, "third@example.org"))
    with here.database.writing() as db:
        set_address(db, OPERATOR, "third@example.org", "right@example.org", LATER)
    assert not is_sealed(here, login)


def test_merging_is_no_way_round(here: World) -> None:
    """Neither into an entry of her own, nor by her institution's sign-in, which would pass over with an entry."""
    sign_in(here, ADA)
    with here.database.writing() as db:
        wanted = Details("Ada Quill", HERS, Role.RESIDENT, 1)
        hers = add_person(db, here.coordinator, here.programme_id, wanted, _site(db, here), NOW, is_new=True)
    login = sign_in(here, HERS)
    with here.database.writing() as db:
        merge_people(db, here.coordinator, here.programme_id, hers, id_of(here, ADA), NOW)
    assert is_sealed(here, login)
    ben = id_of(here, "ben.marrow@example.org")
    sign_in(here, "ben.marrow@example.org")
    with here.database.writing() as db:
        wanted = Details("Ben Marrow", "fourth@example.org", Role.RESIDENT, 1)
        fourth = add_person(db, here.coordinator, here.programme_id, wanted, _site(db, here), NOW, is_new=True)
        db.add(IdentityRow(issuer="x", subject="y", person_id=fourth, linked_at=NOW))
        db.flush()
        merge_people(db, here.coordinator, here.programme_id, ben, fourth, NOW)
        login = start_login(db, ben, "by the institution", NOW)
    assert is_sealed(here, login)
    assert link_to(here, "ben.marrow@example.org")


def _site(db: Db, here: World) -> int:
    return get_programme(db, here.programme_id).sites[0].id
