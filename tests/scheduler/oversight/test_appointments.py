"""Nobody becomes an oversight contact who runs the programme, under whatever name or address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.enrolment.new_addresses import in_office
from scheduler.enrolment.person_merge import merge_people
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, NotPossible, Rejected
from scheduler.mail.tables import MailRow
from scheduler.offices.coordinators import appoint_and_tell
from scheduler.offices.model import Appointed
from scheduler.offices.service import (
    accept_invitation,
    dismiss,
    get_invitation,
    invite,
    list_invited,
    step_down,
    withdraw_invitation,
)
from scheduler.oversight.appointments import CONTACT
from scheduler.people.model import Actor, Role
from scheduler.people.roles import appoint, contacts_of
from scheduler.people.tables import PersonRow
from tests.builders import actor
from tests.scheduler.oversight.people import overseer, two
from tests.scheduler.sessions.term import FACILITATOR, PEERS, Term

BASE = "http://rounds.example"


def ask(term: Term, name: str = "Pat Jones", email: str = "pat@example.org") -> Appointed:
    with term.database.writing() as db:
        return invite(db, CONTACT, term.coordinator(), term.programme_id, name, email, BASE, clock.now())


def who(term: Term, email: str = "pat@example.org") -> Actor:
    with term.database.reading() as db:
        return actor(db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one(), term.programme_id)


def accept(term: Term, email: str = "pat@example.org", *, declares: bool = True, browser: tuple[int, ...] = ()) -> None:
    with term.database.writing() as db:
        accept_invitation(
            db, CONTACT, who(term, email), term.programme_id, clock.now(), declares=declares, in_this_browser=browser
        )


def contacts(term: Term) -> list[str]:
    with term.database.reading() as db:
        return [person.name for person in contacts_of(db, term.programme_id)]


def coordinator_of(term: Term) -> PersonRow:
    with term.database.reading() as db:
        return db.get_one(PersonRow, term.coordinator().person_id)


def test_who_is_asked_is_none_until_they_accept_and_the_others_hear_of_both(term: Term) -> None:
    overseer(term)
    assert ask(term) is Appointed.TOLD
    assert contacts(term) == ["Olga Watch"]
    with term.database.reading() as db:
        asked = list_invited(db, CONTACT, term.coordinator(), term.programme_id, clock.now())
        assert [one.name for one in asked] == ["Pat Jones"]
        told = [mail.text for mail in db.scalars(select(MailRow).where(MailRow.address == "olga@example.org"))]
        assert any("Pat Jones has been asked" in text for text in told)
    accept(term)
    assert contacts(term) == ["Olga Watch", "Pat Jones"]
    assert ask(term) is Appointed.BEFORE
    with term.database.reading() as db:
        told = [mail.text for mail in db.scalars(select(MailRow).where(MailRow.address == "olga@example.org"))]
        assert any("Pat Jones is now an oversight contact" in text for text in told)
    with pytest.raises(NotFound):
        accept(term)


@pytest.mark.parametrize("how", ["address", "plus", "dots", "domain", "name", "initial", "former", "title"])
def test_a_coordinator_is_refused_under_whatever_entry(term: Term, how: str) -> None:
    cora = coordinator_of(term)
    local, _, domain = cora.email.partition("@")
    first, last = cora.name.split()[0], cora.name.split()[-1]
    if how == "former":
        with term.database.writing() as db:
            db.get_one(PersonRow, cora.id).email = "brand.new@example.org"
    name, email = {
        "address": ("Someone Else", cora.email),
        "plus": ("Someone Else", f"{local}+safe@{domain}"),
        "dots": ("Someone Else", f"{'.'.join(local)}@{domain}"),
        "domain": ("Someone Else", f"{local}@another.example"),
        "name": (f"{last}, {first}", "unheard.of@example.org"),
        "initial": (f"{first[0]}. {last}", "unheard.of@example.org"),
        "former": ("Someone Else", f"{local}@old.example"),
        "title": (f"Prof Dr {first} X. {last}", "unheard.of@example.org"),
    }[how]
    with pytest.raises(NotPossible):
        ask(term, name, email)
    with term.database.reading() as db:
        assert list_invited(db, CONTACT, term.coordinator(), term.programme_id, clock.now()) == ()


def test_what_changes_between_asking_and_accepting_is_noticed(term: Term) -> None:
    ask(term)
    with term.database.writing() as db:  # she takes the name and address on after she has asked
        cora = db.get_one(PersonRow, term.coordinator().person_id)
        cora.name = "Pat Jones"
    with pytest.raises(NotPossible):
        accept(term)
    assert contacts(term) == []


def test_not_in_the_coordinators_browser_nor_without_the_declaration_nor_too_late(term: Term) -> None:
    ask(term)
    with pytest.raises(NotPossible, match="browser"):
        accept(term, browser=(12345, term.coordinator().person_id or 0))
    with pytest.raises(Rejected):
        accept(term, declares=False)
    with term.database.writing() as db:
        later = clock.now() + timedelta(days=15)
        with pytest.raises(NotFound):
            accept_invitation(db, CONTACT, who(term), term.programme_id, later, declares=True, in_this_browser=())
        for other in (term.actor(PEERS[0]), term.coordinator()):
            with pytest.raises(NotFound):
                get_invitation(db, CONTACT, other, term.programme_id, clock.now())
    assert contacts(term) == []


def test_an_invitation_can_be_withdrawn_by_coordinators_alone(term: Term) -> None:
    ask(term)
    pat = who(term).person_id or 0
    with term.database.writing() as db:
        with pytest.raises(NotAllowed):
            withdraw_invitation(db, CONTACT, term.actor(PEERS[0]), term.programme_id, pat, clock.now())
        withdraw_invitation(db, CONTACT, term.coordinator(), term.programme_id, pat, clock.now())
    with pytest.raises(NotFound):
        accept(term)


def test_the_last_two_stay_and_whoever_goes_is_told(term: Term) -> None:
    olga, piet = two(term)
    now = clock.now()
    for one in (olga, piet):
        with term.database.writing() as db, pytest.raises(NotPossible):
            dismiss(db, CONTACT, term.coordinator(), term.programme_id, one.person_id or 0, now)
    ask(term)
    with term.database.writing() as db, pytest.raises(NotPossible):  # asked is no successor yet
        dismiss(db, CONTACT, term.coordinator(), term.programme_id, olga.person_id or 0, now)
    accept(term)
    with term.database.writing() as db:
        dismiss(db, CONTACT, term.coordinator(), term.programme_id, olga.person_id or 0, now)
        told = db.scalars(select(MailRow.address).where(MailRow.text.contains("is no longer an oversight contact")))
        assert sorted(told) == ["olga@example.org", "pat@example.org", "piet@example.org"]
    assert contacts(term) == ["Pat Jones", "Piet Guard"]


def test_a_contact_steps_down_alone_as_long_as_two_remain(term: Term) -> None:
    olga, piet = two(term)
    now = clock.now()
    with term.database.writing() as db, pytest.raises(NotPossible, match="at least two"):
        step_down(db, CONTACT, olga, term.programme_id, now)
    ask(term)
    with term.database.writing() as db, pytest.raises(NotPossible):  # asked is no successor yet
        step_down(db, CONTACT, olga, term.programme_id, now)
    accept(term)
    both = frozenset({*olga.roles, (term.programme_id, Role.COORDINATOR)})
    for other in (term.coordinator(), term.actor(PEERS[0]), Actor(olga.person_id, olga.name, both)):
        with term.database.writing() as db, pytest.raises(NotAllowed):
            step_down(db, CONTACT, other, term.programme_id, now)
    with term.database.writing() as db, pytest.raises(NotAllowed):
        step_down(db, CONTACT, olga, term.programme_id + 1, now)
    with term.database.writing() as db:
        step_down(db, CONTACT, olga, term.programme_id, now)
        told = db.scalars(select(MailRow.address).where(MailRow.text.contains("has stepped down")))
        assert sorted(told) == ["olga@example.org", "pat@example.org", "piet@example.org"]
        line = db.scalars(select(AuditRow).where(AuditRow.action == "oversight.stepped_down")).one()
        assert (line.actor_id, line.details) == (olga.person_id, {"person": olga.person_id})
    assert contacts(term) == ["Pat Jones", "Piet Guard"]
    with term.database.writing() as db, pytest.raises(NotFound):  # a login of before opens nothing
        step_down(db, CONTACT, olga, term.programme_id, now)
    with term.database.writing() as db, pytest.raises(NotPossible):  # the next one would leave one alone
        step_down(db, CONTACT, piet, term.programme_id, now)


def test_a_contact_is_made_no_coordinator_under_another_entry_either(term: Term) -> None:
    overseer(term)
    now = clock.now()
    for name, email in (("Someone", "olga@example.org"), ("O. Watch", "o@example.org"), ("X Y", "olga+c@example.org")):
        with term.database.writing() as db, pytest.raises(NotPossible):
            appoint_and_tell(db, term.coordinator(), term.programme_id, name, email, BASE, now)
        with term.database.writing() as db, pytest.raises(NotPossible):
            appoint(db, term.coordinator(), term.programme_id, name, email, Role.COORDINATOR, now)


def test_somebody_who_is_asked_gets_no_other_address_and_is_merged_with_nobody(term: Term) -> None:
    ask(term, "Ben Marrow", "ben.marrow@example.org")
    ben, ada = term.id_of(PEERS[1]), term.id_of(PEERS[0])
    with term.database.writing() as db:
        assert in_office(db, term.coordinator(), (ben, ada)) == {ben}
        with pytest.raises(MentorRoundsError):
            merge_people(db, term.coordinator(), term.programme_id, ada, ben, clock.now())


def test_nobody_else_asks(term: Term) -> None:
    olga = overseer(term)
    for other in (olga, term.actor(PEERS[0]), term.actor(FACILITATOR)):
        with term.database.writing() as db, pytest.raises(NotAllowed):
            invite(db, CONTACT, other, term.programme_id, "Pat Jones", "pat@example.org", BASE, clock.now())
