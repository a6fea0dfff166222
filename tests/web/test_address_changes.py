"""A changed address on pages: what is private is closed with its reason, and the mail's link answers by its buttons."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from scheduler import clock
from scheduler.enrolment.people_changes import correct_person
from scheduler.enrolment.person_card import get_card
from scheduler.mail.tables import MailRow
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow
from tests.builders import actor
from tests.web.builders import COORDINATOR, RESIDENT, Pages, words_of

HERS = "second.mailbox@example.org"
PRIVATE = ("/join/{here}/told", "/my-goals", "/circles/{here}", "/my-map", "/my-data", "/my-record")


def readdressed(pages: Pages) -> str:
    """The link in the mail to the former address of somebody who had been here, and signs in no more under it."""
    pages.signed_in(RESIDENT)
    here, who = pages.programme_id, pages.ids[RESIDENT]
    with pages.database.writing() as db:
        she = db.scalars(select(PersonRow.id).where(PersonRow.email == COORDINATOR)).one()
        coordinator = actor(she, here, Role.COORDINATOR)
        wanted = replace(get_card(db, coordinator, here, who, clock.now()).details, email=HERS)
        correct_person(db, coordinator, here, who, wanted, clock.now())
        text = db.scalars(select(MailRow.text).where(MailRow.address == RESIDENT).order_by(MailRow.id.desc())).first()
    _, found, rest = (text or "").partition("/mail/address/")
    assert found
    return found + rest.split()[0]


def test_private_pages_say_why_they_are_closed_and_others_stay_open(pages: Pages) -> None:
    link = readdressed(pages)
    taken = pages.signed_in(HERS)
    for path in PRIVATE:
        answer = taken.get(path.format(here=pages.programme_id))
        assert answer.status_code == 409, path
        assert "changed by someone else" in words_of(answer.text), path
    assert taken.get(f"/programmes/{pages.programme_id}/people").status_code in (403, 404)
    assert pages.stranger().get(link).status_code == 200
    assert taken.get("/my-goals").status_code == 409, "scanners of mail open every link"


def test_its_owner_puts_it_back(pages: Pages) -> None:
    link = readdressed(pages)
    taken = pages.signed_in(HERS)
    owner = pages.stranger()
    assert owner.post(link, {"answer": "no"}).status_code == 303
    assert taken.get("/my-goals").status_code in (302, 303)
    assert pages.signed_in(RESIDENT).get("/my-goals").status_code == 200
    assert owner.get(link).status_code == 404
