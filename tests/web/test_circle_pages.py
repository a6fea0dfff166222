"""Circles on their pages: who reaches them, and what everybody else reads instead."""

from __future__ import annotations

import re

from sqlalchemy import select

from scheduler.mail.tables import MailRow
from scheduler.people.tables import RoleRow
from scheduler.programmes.tables import ProgrammeRow
from tests.web.builders import COORDINATOR, FACILITATOR, OTHER_RESIDENT, OVERSEER, RESIDENT, Browser, Pages

NAME = "Common ground"


def offered(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.get_one(ProgrammeRow, pages.programme_id).circles = True


def begun(pages: Pages) -> tuple[Browser, str, str]:
    """A circle of Ada and Cleo: Ada's browser, its page, its code."""
    offered(pages)
    ada = pages.signed_in(RESIDENT)
    there = ada.post(f"/circles/{pages.programme_id}", {"name": NAME, "place": "Room 4"}).headers["Location"]
    found = re.search(r'class="figure">(\w{6}) (\w{6})<', ada.get(there).text)
    assert found
    code = found[1] + found[2]
    cleo = pages.signed_in(OTHER_RESIDENT)
    assert cleo.post(f"/circles/{pages.programme_id}/join", {"code": code}).headers["Location"] == there
    return ada, there, code


def test_a_circle_is_formed_agreed_dated_and_left(pages: Pages) -> None:
    ada, there, _code = begun(pages)
    cleo = pages.signed_in(OTHER_RESIDENT)
    version = seen_in(ada.get(there).text, "charter")
    assert ada.post(f"{there}/charter", {"text": "Stays here.", "place": "Room 5", "seen": version}).status_code == 303
    stale = ada.post(f"{there}/charter", {"text": "Typed in another tab.", "place": "", "seen": version})
    assert stale.status_code == 409
    assert "Typed in another tab." in stale.text
    assert cleo.post(f"{there}/charter", {"agree": "1"}).status_code == 303
    assert "Everyone has agreed." in ada.get(there).text
    assert "Stays here." in ada.get(there).text
    assert ada.post(f"{there}/dates").status_code == 303
    with pages.database.reading() as db:
        [mail] = db.scalars(select(MailRow.text).where(MailRow.text.contains("There are new dates"))).all()
    assert "circle" not in mail, "an e-mail names none, nor its address"
    assert ada.get(there).text.count("<time datetime") >= 3
    assert "Cleo Thistle joined on" in ada.get(there).text
    assert "Yes, leave" in cleo.get(there).text, "asked once, behind a line of its own"
    assert cleo.post(f"{there}/leave").status_code == 303
    assert cleo.get(there).status_code == 404
    assert NAME in cleo.get(f"/circles/{pages.programme_id}").text, "in her own record"
    assert "Cleo" not in ada.get(there).text


def test_a_new_code_ends_the_old_one_and_no_code_is_no_code(pages: Pages) -> None:
    ada, there, code = begun(pages)
    assert ada.post(f"{there}/code").status_code == 303
    assert code[:6] not in ada.get(there).text
    ben, join = pages.signed_in("ben.marrow@example.org"), f"/circles/{pages.programme_id}/join"
    empty = ben.post(join, {"code": " "})
    assert empty.status_code == 422
    assert "Enter a code." in empty.text
    assert ben.post(join, {"code": code}).status_code == 409
    assert ben.get(there).status_code == 404


def seen_in(page: str, form: str) -> str:
    """What a form of a page has seen."""
    after = page[page.index(f'id="{form}-text"') - 900 :]
    found = re.search(r'name="seen" value="([^"]*)"', after)
    assert found
    return found[1]


def test_nobody_else_opens_it_and_every_form_answers_like_a_page_that_is_not_there(pages: Pages) -> None:
    _ada, there, _code = begun(pages)
    other = f"/circles/{pages.stranger_programme_id}/{there.rsplit('/', 1)[1]}"
    for email in (FACILITATOR, COORDINATOR, OVERSEER, "ben.marrow@example.org"):
        browser = pages.signed_in(email)
        assert browser.get(there).status_code == browser.get(other).status_code == 404
        for form in ("charter", "dates", "contacts", "concern", "leave", "code"):
            sent = {"text": "x", "to": "1", "people": "1"}
            assert browser.post(f"{there}/{form}", sent).status_code == 404, (email, form)


def test_the_calendar_is_shown_once_and_its_address_and_title_say_nothing(pages: Pages) -> None:
    ada, there, _code = begun(pages)
    ada.post(f"{there}/dates")
    page = ada.post(f"/circles/{pages.programme_id}/calendar").text
    found = re.search(r'value="http://localhost(/own-dates/[^"]+)"', page)
    assert found
    assert "circle" not in found[1]
    assert found[1] not in ada.get(f"/circles/{pages.programme_id}").text
    feed = pages.stranger().get(found[1])
    assert feed.mimetype == "text/calendar"
    assert "SUMMARY:Group – 60 min" in feed.text
    assert NAME not in feed.text
    ada.post(f"/circles/{pages.programme_id}/calendar", {"close": "1"})
    assert pages.stranger().get(found[1]).status_code == 404


def test_a_contact_is_chosen_written_to_and_answers(pages: Pages) -> None:
    ada, there, _code = begun(pages)
    fay = pages.signed_in(FACILITATOR)
    olga = pages.signed_in(OVERSEER)
    assert fay.post(f"/circles/{pages.programme_id}/willing", {"willing": "1"}).status_code == 303
    assert olga.post(f"/oversight/{pages.programme_id}/circles", {"willing": "1"}).status_code == 303
    assert "Olga Oversight" in ada.get(there).text
    people = str(pages.ids[FACILITATOR])
    assert ada.post(f"{there}/contacts", {"people": people}).status_code == 303
    sent = {"to": people, "text": "It hurt."}
    assert ada.post(f"{there}/concern", sent).status_code == 303
    read = fay.get("/for-me-to-read").text
    assert "It hurt." in read
    assert "Ada" not in read
    assert "It hurt." not in olga.get("/for-me-to-read").text
    number = re.search(r"/for-me-to-read/(\d+)", read)
    assert number
    assert olga.post(number[0], {"text": "x"}).status_code == 404
    assert fay.post(number[0], {"text": "Let us talk."}).status_code == 303
    assert "Let us talk." in ada.get(there).text


def test_a_coordinator_reads_that_they_are_offered_and_two_counts(pages: Pages) -> None:
    before = pages.signed_in(COORDINATOR).get(pages.path("/circles")).text
    assert "No circles can be formed here now" in before
    begun(pages)
    page = pages.signed_in(COORDINATOR).get(pages.path("/circles")).text
    assert "Fewer than 5 circles, or none" in page
    assert NAME not in page
    assert "People can form circles here." in page


def test_the_way_to_circles_is_shown_to_everybody_who_may_form_one_and_to_no_coordinator(pages: Pages) -> None:
    there = f'href="/circles/{pages.programme_id}"'
    ada = pages.signed_in(RESIDENT)
    assert there not in ada.get(f"/own-groups/{pages.programme_id}").text
    offered(pages)
    for email in (RESIDENT, FACILITATOR):
        assert there in pages.signed_in(email).get(f"/own-groups/{pages.programme_id}").text
    with pages.database.writing() as db:
        db.add(RoleRow(programme_id=pages.programme_id, person_id=pages.ids[RESIDENT], role="coordinator"))
    assert there not in ada.get(f"/own-groups/{pages.programme_id}").text
    assert ada.get(f"/circles/{pages.programme_id}").status_code == 404
