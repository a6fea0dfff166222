"""Concerns from the page on which they are raised to the contact's answer, and what tries to get in between."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.oversight.tables import ConcernReaderRow, ConcernRow
from scheduler.people.model import OPERATOR, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import ParticipantRow
from scheduler.signing_in import limits
from scheduler.signing_in.tables import RateLimitRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    Browser,
    Pages,
    words_of,
)

GUARD = "piet@example.org"
TEXT = "He laughed at my accent."


def second_contact(pages: Pages) -> None:
    with pages.database.writing() as db:
        appoint(db, OPERATOR, pages.programme_id, "Piet Guard", GUARD, Role.OVERSIGHT, clock.now())


def path(pages: Pages) -> str:
    return f"/concern/{pages.programme_id}"


def oversight(pages: Pages) -> str:
    return f"/oversight/{pages.programme_id}/concerns"


def sent_without_cookies(pages: Pages, to: str, data: dict[str, str]) -> str:
    """As a browser sends it that keeps no cookies: a client of its own each time."""
    answer = pages.app.test_client(use_cookies=False).post(to, data=data)
    assert answer.status_code == 200, words_of(answer.text)
    return words_of(answer.text)


def filled(pages: Pages, browser: Browser, **typed: str) -> dict[str, str]:
    """The form as its page fills it, with what was typed."""
    page = browser.get(path(pages)).text
    mark = re.search(r'name="once" value="([^"]+)"', page)
    assert mark
    contact = contact_id(page)
    return {
        "kind": "other",
        "urgency": "now",
        "reply_by": "code",
        "contacts": contact,
        "once": mark[1],
        "text": TEXT,
        **typed,
    }


def contact_id(page: str, name: str = "Olga Oversight") -> str:
    found = re.search(rf'value="(\d+)"[^>]*> {name}', page)
    assert found, page
    return found[1]


def code_in(page: str) -> str:
    found = re.search(r"we show it only once. (\w{4} \w{4} \w{4} \w{4})", page)
    assert found, page
    return found[1]


def the_concern(pages: Pages, browser: Browser) -> str:
    return re.findall(rf"{oversight(pages)}/(\d+)/seen", browser.get(oversight(pages)).text)[0]


def test_a_conversation_without_signing_in_and_without_cookies(pages: Pages) -> None:
    stranger, olga = pages.stranger(), pages.signed_in(OVERSEER)
    code = code_in(sent_without_cookies(pages, path(pages), filled(pages, stranger)))
    listed = olga.get(oversight(pages)).text
    assert TEXT not in listed
    assert "Please look at it today or tomorrow" in listed
    concern = f"{oversight(pages)}/{the_concern(pages, olga)}"
    assert olga.post(f"{concern}/seen").location == concern
    assert TEXT in olga.get(concern).text
    assert olga.post(concern, {"text": "I will speak to him."}).status_code == 303
    page = sent_without_cookies(pages, f"{path(pages)}/answer", {"code": code.upper()})
    assert "I will speak to him." in page
    more = {"code": code, "text": "Thank you, do."}
    assert "Thank you, do." in sent_without_cookies(pages, f"{path(pages)}/more", more)
    assert "Thank you, do." in words_of(olga.get(concern).text)
    assert olga.post(concern, {"text": "", "close": "1"}).status_code == 303
    page = sent_without_cookies(pages, f"{path(pages)}/answer", {"code": code})
    assert "This concern has been closed." in page


def test_nobody_else_opens_it(pages: Pages) -> None:
    second_contact(pages)
    stranger, olga = pages.stranger(), pages.signed_in(OVERSEER)
    sent_without_cookies(pages, path(pages), filled(pages, stranger))
    concern = f"{oversight(pages)}/{the_concern(pages, olga)}"
    piet = pages.signed_in(GUARD)
    assert TEXT not in piet.get(oversight(pages)).text
    for browser in (
        piet,
        *(pages.signed_in(who) for who in (COORDINATOR, FACILITATOR, RESIDENT, STRANGER_COORDINATOR)),
    ):
        assert browser.get(concern).status_code == 404
        for form in ("", "/seen", "/hand-over", "/about"):
            data = {"text": "mine", "contact": "1", "stays": "yes", "about_id": ""}
            assert browser.post(f"{concern}{form}", data).status_code == 404, form
    elsewhere = concern.replace(f"/oversight/{pages.programme_id}/", f"/oversight/{pages.stranger_programme_id}/")
    assert olga.get(elsewhere).status_code == 404
    assert pages.stranger().get(concern).status_code == 302


def test_it_is_handed_over_and_the_teller_reads_that(pages: Pages) -> None:
    second_contact(pages)
    stranger, olga, piet = pages.stranger(), pages.signed_in(OVERSEER), pages.signed_in(GUARD)
    code = code_in(sent_without_cookies(pages, path(pages), filled(pages, stranger)))
    concern = f"{oversight(pages)}/{the_concern(pages, olga)}"
    to = re.search(r'<option value="(\d+)"[^>]*>Piet Guard', olga.get(concern).text)
    assert to
    assert olga.post(f"{concern}/hand-over", {"contact": to[1], "stays": "no"}).location == oversight(pages)
    assert olga.get(concern).status_code == 404
    assert TEXT in piet.get(concern).text
    page = sent_without_cookies(pages, f"{path(pages)}/answer", {"code": code})
    assert "Piet Guard can now read this concern, too." in page


@pytest.mark.parametrize("named", ["", "1"])
def test_who_is_signed_in_is_kept_only_if_they_say_so(pages: Pages, named: str) -> None:
    ada = pages.signed_in(RESIDENT)
    with pages.database.reading() as db:
        lines = len(db.scalars(select(AuditRow.id)).all())
    typed = filled(pages, ada) | ({"named": named} if named else {})
    code_in(words_of(ada.post(path(pages), typed).text))
    with pages.database.reading() as db:
        row = db.scalars(select(ConcernRow)).one()
        assert row.person_id == (pages.ids[RESIDENT] if named else None)
        assert len(db.scalars(select(AuditRow.id)).all()) == lines
        assert not any(str(kept.key).startswith("127") for kept in db.scalars(select(RateLimitRow)))
        assert {kept.since.minute for kept in db.scalars(select(RateLimitRow))} == {0}


def test_another_site_cannot_have_somebody_named(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    typed = filled(pages, ada, named="1")
    assert ada.client.post(path(pages), data=typed).status_code != 200
    with pages.database.reading() as db:
        assert db.scalars(select(ConcernRow)).all() == []


def test_it_works_after_leaving_and_when_the_programme_is_over(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    with pages.database.writing() as db:
        db.execute(update(ParticipantRow).values(left_at=clock.now()))
    assert "Your group has" not in ada.get(path(pages)).text
    code_in(words_of(ada.post(path(pages), filled(pages, ada)).text))


def test_a_choice_among_those_who_are_not_near(pages: Pages) -> None:
    second_contact(pages)
    with pages.database.writing() as db:
        appoint(db, OPERATOR, pages.programme_id, "Fay Lantern", FACILITATOR, Role.OVERSIGHT, clock.now())
    cleo, ada = pages.signed_in(OTHER_RESIDENT), pages.signed_in(RESIDENT)
    everybody = pages.stranger().get(path(pages)).text
    fay = contact_id(everybody, "Fay Lantern")
    assert not re.search(r'type="checkbox"[^>]*> Fay Lantern', cleo.get(path(pages)).text)
    assert re.search(r'type="checkbox"[^>]*> Fay Lantern', ada.get(path(pages)).text)
    olga = contact_id(everybody)
    refused = cleo.post(path(pages), filled(pages, cleo, contacts=fay) | {"contacts": fay})
    assert (refused.status_code, TEXT in refused.text) == (422, True)
    about = {"about": "Olga Oversight", "contacts": olga}
    assert cleo.post(path(pages), filled(pages, cleo) | about).status_code == 422
    none = filled(pages, cleo)
    del none["contacts"]
    assert "Choose who should read it" in words_of(cleo.post(path(pages), none).text)
    with pages.database.reading() as db:
        assert db.scalars(select(ConcernReaderRow)).all() == []


def test_a_small_group_is_warned_before_anything_is_sent(pages: Pages) -> None:
    assert "Your group has fewer than 6 people" in words_of(pages.signed_in(RESIDENT).get(path(pages)).text)
    assert "In a group of fewer than 6 people" in words_of(pages.stranger().get(path(pages)).text)


def test_strangers_are_told_no_names_but_the_contacts(pages: Pages) -> None:
    page = pages.stranger().get(path(pages)).text
    for name in ("Ada Quill", "Fay Lantern", "Cora Coordinator", "Gil Spare"):
        assert name not in page
    assert pages.stranger().get("/concern/999").status_code == 404
    assert pages.app.test_client().post("/concern/999", data={"kind": "other"}).status_code == 404


def test_a_wrong_code_says_so_and_what_was_typed_stays(pages: Pages) -> None:
    refused = pages.app.test_client().post(f"{path(pages)}/answer", data={"code": "abcd abcd abcd abcd"})
    assert (refused.status_code, "abcd abcd abcd abcd" in refused.text) == (422, True)
    refused = pages.app.test_client().post(f"{path(pages)}/more", data={"code": "abcd", "text": "Hello?"})
    assert refused.status_code == 404
    code = code_in(sent_without_cookies(pages, path(pages), filled(pages, pages.stranger())))
    empty = pages.app.test_client().post(f"{path(pages)}/more", data={"code": code, "text": " "})
    assert (empty.status_code, TEXT in empty.text) == (422, True)


def test_a_message_is_sent_once(pages: Pages) -> None:
    code = code_in(sent_without_cookies(pages, path(pages), filled(pages, pages.stranger())))
    page = pages.app.test_client().post(f"{path(pages)}/answer", data={"code": code}).text
    mark = re.search(r'name="once" value="([^"]+)"', page)
    assert mark
    more = {"code": code, "text": "Once.", "once": mark[1]}
    sent_without_cookies(pages, f"{path(pages)}/more", more)
    assert pages.app.test_client().post(f"{path(pages)}/more", data=more).status_code == 303
    assert sent_without_cookies(pages, f"{path(pages)}/answer", {"code": code}).count("Once.") == 1


def test_a_flood_is_stopped_and_the_honest_keep_what_they_typed(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.public.concern.CONCERNS_OF_PLACE", limits.Limit("few", 2, limits.CONCERNS.within))
    for _ in range(2):
        sent_without_cookies(pages, path(pages), filled(pages, pages.stranger()))
    refused = pages.app.test_client().post(path(pages), data=filled(pages, pages.stranger()))
    assert (refused.status_code, TEXT in refused.text) == (409, True)
    assert "switchboard can put you through to: Olga" in words_of(refused.text)
    other = pages.app.test_client().post(
        path(pages), data=filled(pages, pages.stranger()), environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert other.status_code == 200


def test_a_flood_from_a_place_silences_nobody_who_has_been_signed_in(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONCERNS_OF_PLACE", "CONCERNS"):
        monkeypatch.setattr(f"web.public.concern.{name}", limits.Limit(name, 2, limits.CONCERNS.within))
    ada, ben, gone = (pages.signed_in(email) for email in (RESIDENT, OTHER_RESIDENT, FACILITATOR))
    gone.post("/sign-out")
    for _ in range(3):
        pages.app.test_client().post(path(pages), data=filled(pages, pages.stranger()))
    statuses = [ada.post(path(pages), filled(pages, ada)).status_code for _ in range(3)]
    assert statuses == [200, 200, 409], "one browser is counted by itself"
    for browser in (ben, gone):
        assert browser.post(path(pages), filled(pages, browser)).status_code == 200


def test_the_address_is_on_the_group_page_the_card_and_the_charter(pages: Pages) -> None:
    ada, fay = pages.signed_in(RESIDENT), pages.signed_in(FACILITATOR)
    for browser, page in ((ada, "/my-group"), (ada, "/calendar/card"), (fay, "/facilitating")):
        assert path(pages) in browser.get(page).text, page


def test_the_shared_page_says_how_the_programme_is_overseen_and_names_nobody(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    cora.post(pages.path("/page"), {"text": "Come along.", "shared": "1"})
    page = pages.stranger().get("/about/spring").text
    assert "1 oversight contact, who doesn’t run the programme" in words_of(page)
    assert path(pages) in page
    assert "Olga" not in page
