"""A director is asked, accepts by themselves, and reads figures alone."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.mail.tables import MailRow
from scheduler.offices.model import LINK_DAYS
from scheduler.people.model import Role
from scheduler.people.tables import ContactInvitationRow, PersonRow, RoleRow
from scheduler.programmes.service import get_programme
from tests.web.builders import COORDINATOR, FACILITATOR, OVERSEER, PEOPLE, RESIDENT, Browser, Pages, words_of
from tests.web.test_oversight_pages import signs_in

DORA = {"name": "Dora Directs", "email": "dora@example.org"}


def asked(pages: Pages) -> str:
    return f"/director/asked/{pages.programme_id}"


def at(pages: Pages, rest: str = "") -> str:
    return f"/director/{pages.programme_id}{rest}"


def directing(pages: Pages) -> Browser:
    """Somebody who has asked for nothing but to be the director."""
    with pages.database.writing() as db:
        person = PersonRow(name=DORA["name"], email=DORA["email"], created_at=clock.now())
        db.add(person)
        db.flush()
        db.add(RoleRow(programme_id=pages.programme_id, person_id=person.id, role=Role.DIRECTOR))
    return pages.signed_in(DORA["email"])


def in_term(monkeypatch: pytest.MonkeyPatch, pages: Pages) -> None:
    with pages.database.reading() as db:
        first = get_programme(db, pages.programme_id).first_day
    moment = datetime.combine(first, time(12), UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_coordinator_asks_and_the_director_accepts_alone(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    assert cora.post(pages.path("/offices/director"), DORA).status_code == 303
    assert "asked, not accepted yet" in words_of(cora.get(pages.path("/offices")).text)
    with pages.database.reading() as db:
        mail = db.scalars(select(MailRow).where(MailRow.address == DORA["email"])).one()
    dora = pages.stranger()
    assert signs_in(dora, mail.text) == asked(pages)
    assert "Cora Coordinator" in dora.get(asked(pages)).text
    assert dora.get(at(pages)).status_code == 404
    assert dora.post(asked(pages)).status_code == 422
    assert dora.post(asked(pages), {"declares": "1"}).location == at(pages)
    assert dora.get(at(pages)).status_code == 200
    assert dora.post(at(pages, "/step-down")).status_code == 303
    assert dora.get(at(pages)).status_code == 404


def test_without_the_e_mail_the_question_is_found_after_signing_in_and_by_nobody_else(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    assert cora.post(pages.path("/offices/director"), DORA).status_code == 303
    assert "They find the question on their account page" in words_of(cora.get(pages.path("/offices")).text)
    dora, link = pages.signed_in(DORA["email"]), f'href="{asked(pages)}"'
    home = dora.get("/").location
    assert home is not None
    for page in (home, "/account"):
        text = dora.get(page).text
        assert (link in text, "You’ve been asked to be the director of" in words_of(text)) == (True, True), page
    assert "You’re not in a programme" not in words_of(dora.get(home).text)
    assert link not in pages.signed_in(RESIDENT).get("/account").text
    for once_over in (timedelta(days=LINK_DAYS), timedelta()):
        with pages.database.writing() as db:
            db.scalars(select(ContactInvitationRow)).one().invited_at = clock.now() - once_over
        assert (link in dora.get("/account").text) == (not once_over)
    assert dora.post(asked(pages), {"declares": "1"}).location == at(pages)
    assert link not in dora.get("/account").text


NO_ADDRESSES = ("x@x", "x@.x", "x@x.", "x@x..uk", "x", f"{'x' * 250}@x.uk")


@pytest.mark.parametrize("role", ["coordinator", "oversight", "director"])
def test_no_office_is_given_to_what_is_no_address_or_no_name(pages: Pages, role: str) -> None:
    cora, page = pages.signed_in(COORDINATOR), pages.path("/offices" + ("/director" if role == "director" else ""))
    wrong = [*({"name": "Xan", "email": each} for each in NO_ADDRESSES), {"name": "x" * 5000, "email": "xan@x.uk"}]
    for each in wrong:
        answer = cora.post(page, {"role": role, **each})
        words = "Shorten the name" if len(each["name"]) > 9 else "Enter an e-mail address"
        assert (answer.status_code, words in words_of(answer.text)) == (422, True), each
    with pages.database.reading() as db:
        assert db.scalars(select(PersonRow.id).where(PersonRow.email.startswith("x"))).all() == []
        assert db.scalars(select(ContactInvitationRow)).all() == []


def test_who_is_asked_for_one_office_is_asked_for_no_other_until_that_is_withdrawn_or_over(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    contact, director = {"role": "oversight", **DORA}, pages.path("/offices/director")
    assert cora.post(pages.path("/offices"), contact).status_code == 303
    refused = cora.post(director, DORA)
    assert (refused.status_code, "asked to be an oversight contact and" in words_of(refused.text)) == (409, True)
    dora = pages.signed_in(DORA["email"])
    assert dora.get(f"/oversight/contact/{pages.programme_id}").status_code == 200
    with pages.database.writing() as db:
        row = db.scalars(select(ContactInvitationRow)).one()
        who, row.invited_at = row.person_id, clock.now() - timedelta(days=LINK_DAYS)
    assert cora.post(director, DORA).status_code == 303
    back = cora.post(pages.path("/offices"), contact)
    assert (back.status_code, "asked to be the director and" in words_of(back.text)) == (409, True)
    assert cora.post(f"{director}/removed", {"person": str(who)}).status_code == 303
    page = words_of(cora.get(pages.path("/offices")).text)
    assert ("The invitation is withdrawn." in page, "no longer the director" in page) == (True, False)
    assert cora.post(pages.path("/offices"), contact).status_code == 303


def test_who_was_the_director_is_said_to_be_it_no_longer(pages: Pages) -> None:
    directing(pages)
    cora = pages.signed_in(COORDINATOR)
    with pages.database.reading() as db:
        who = db.scalars(select(PersonRow.id).where(PersonRow.email == DORA["email"])).one()
    assert cora.post(pages.path("/offices/director/removed"), {"person": str(who)}).status_code == 303
    page = words_of(cora.get(pages.path("/offices")).text)
    assert ("They’re no longer the director." in page, "withdrawn" in page) == (True, False)


@pytest.mark.parametrize("email", [RESIDENT, FACILITATOR, OVERSEER, COORDINATOR])
def test_nobody_with_another_part_is_asked(pages: Pages, email: str) -> None:
    answer = pages.signed_in(COORDINATOR).post(pages.path("/offices/director"), {"name": "Some One", "email": email})
    assert (answer.status_code, "They already have a part" in words_of(answer.text)) == (409, True)


def test_neither_is_the_coordinator_under_another_address(pages: Pages) -> None:
    twin = {"name": "Cora Coordinator", "email": "cora.coordinator@home.example"}
    answer = pages.signed_in(COORDINATOR).post(pages.path("/offices/director"), twin)
    assert answer.status_code == 409


def test_a_director_who_comes_to_another_part_reads_nothing(pages: Pages) -> None:
    dora = directing(pages)
    assert dora.get(at(pages)).status_code == 200
    cora = pages.signed_in(COORDINATOR)
    refused = cora.post(pages.path("/offices"), {"role": "coordinator", **DORA})
    assert refused.status_code == 409
    with pages.database.writing() as db:
        who = db.scalars(select(PersonRow.id).where(PersonRow.email == DORA["email"])).one()
        db.add(RoleRow(programme_id=pages.programme_id, person_id=who, role=Role.FACULTY))
    for rest in ("", "/evidence.csv", "/evidence.pdf", "/evaluation.zip"):
        assert dora.get(at(pages, rest)).status_code == 404


@pytest.mark.parametrize("email", [RESIDENT, FACILITATOR, OVERSEER, COORDINATOR])
def test_others_find_nothing_there(pages: Pages, email: str) -> None:
    browser = pages.signed_in(email)
    for rest in ("", "/evidence.csv", "/evidence.pdf", "/evaluation.zip"):
        assert browser.get(at(pages, rest)).status_code == 404
    for rest in ("/releases", "/step-down"):
        assert browser.post(at(pages, rest)).status_code == 404


def test_the_page_and_the_files_show_one_release_and_name_nobody(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    dora = directing(pages)
    assert "There are no figures of this programme yet" in words_of(dora.get(at(pages)).text)
    assert dora.get(at(pages, "/evidence.csv")).status_code == 404
    in_term(monkeypatch, pages)
    assert dora.post(at(pages, "/releases")).status_code == 303
    page, table = dora.get(at(pages)).text, dora.get(at(pages, "/evidence.csv")).text
    paper, archive = dora.get(at(pages, "/evidence.pdf")).data, dora.get(at(pages, "/evaluation.zip")).data
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        assert file.namelist() == ["figures.csv", "counts.csv", "dictionary.csv"]
        texts = [page, table, *(file.read(name).decode() for name in file.namelist())]
    assert paper.startswith(b"%PDF")
    people = [line.split(",")[0] for line in PEOPLE]
    assert not [name for name in people for text in texts if name in text or f" {name.split()[1]} " in text]
    assert "In a group" in words_of(page)
    assert "90 %" in words_of(page), "eight of nine residents have a group"
    assert "90 %" in table
    with pages.database.reading() as db:
        taken = db.scalars(select(AuditRow.details).where(AuditRow.action == "data.exported")).all()
    assert [each["format"] for each in taken] == ["csv", "pdf", "zip"]


def test_all_programmes_together_are_read_by_directors_alone(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    dora = directing(pages)
    in_term(monkeypatch, pages)
    assert "It has no figures yet" in words_of(dora.get("/director/across").text)
    assert dora.post(at(pages, "/releases")).status_code == 303
    page = words_of(dora.get("/director/across").text)
    assert "Spring term" in page
    assert "Other term" not in page
    own = re.search(r"\d+ % or less", words_of(dora.get(at(pages)).text))
    assert own
    assert own[0] in page, "what one programme shows is said as it says it"
    table = dora.get("/director/across.csv").text
    assert own[0] in table
    assert table.count("In a group") == 2, "together, and the one programme"
    assert "Other term" not in table
    assert "No programme that you direct runs" in words_of(dora.get("/director/across?year=2031").text)
    for year in ("x", "-1", "9" * 30, "1900"):
        assert dora.get(f"/director/across?year={year}").status_code in (400, 404, 422), year
    for email in (RESIDENT, FACILITATOR, OVERSEER, COORDINATOR):
        assert pages.signed_in(email).get("/director/across").status_code == 404
        assert pages.signed_in(email).get("/director/across.csv").status_code == 404
