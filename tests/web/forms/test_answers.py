"""A refused form comes back with what was typed, at its first fault; and no address is a dead end."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.web.builders import COORDINATOR, FACILITATOR, OVERSEER, RESIDENT, Browser, Pages, everything_stored, words_of
from tests.web.test_permissions import addresses
from web.audiences import Audience

PLAYERS = {
    Audience.PUBLIC: RESIDENT,
    Audience.SIGNED_IN: RESIDENT,
    Audience.RESIDENT: RESIDENT,
    Audience.MEMBER: RESIDENT,
    Audience.PARTICIPANT: RESIDENT,
    Audience.GUEST: RESIDENT,
    Audience.GUEST_RECORD: RESIDENT,
    Audience.FACULTY: FACILITATOR,
    Audience.COORDINATOR: COORDINATOR,
    Audience.BEGINNER: COORDINATOR,
    Audience.OVERSIGHT: OVERSEER,
    Audience.DIRECTOR: OVERSEER,  # what a director is shown has tests of its own
}


def test_every_address_of_a_form_answers_to_get(pages: Pages) -> None:
    """Whoever is left there reloads the page, or switches its language, and must not be stuck."""
    tried = 0
    for _rule, method, path, audience in list(addresses(pages)):
        if method == "POST" and audience is not None:
            answer = pages.signed_in(PLAYERS[audience]).get(path)
            assert answer.status_code not in (405, 500), path
            tried += 1
    assert tried > 60


def test_a_form_leads_to_the_page_on_which_it_stands(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    for path, page in (
        (f"/own-groups/{pages.programme_id}/join", f"/own-groups/{pages.programme_id}"),
        ("/availability/weekly?programme=1&week=2027-03-01", "/availability?programme=1&week=2027-03-01"),
        ("/sign-in/again", "/sign-in"),
        ("/language", "/"),
    ):
        answer = ada.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert pages.stranger().get(f"/own-groups/{pages.programme_id}/join").headers["Location"].startswith("/sign-in")


def test_a_form_says_where_it_goes_whichever_address_shows_its_page(pages: Pages) -> None:
    for _rule, method, path, audience in list(addresses(pages)):
        if method == "GET" and audience is not None and "institution" not in path:
            answer = pages.signed_in(PLAYERS[audience]).get(path)
            forms = re.findall(r"<form[^>]*>", answer.text) if answer.mimetype == "text/html" else []
            assert all("action=" in form for form in forms if 'method="post"' in form), path


def test_switching_language_on_a_refused_form_keeps_what_was_typed(pages: Pages) -> None:
    """And saves nothing, though the form be one that would be taken by now."""
    ada, path = pages.signed_in(RESIDENT), f"/concern/{pages.programme_id}"
    refused = ada.post(path, {"text": "Il était tard & seul"})
    [form] = re.findall(r'<form[^>]*action="[^"]+">(?:(?!</form>).)*name="speak_in"', refused.text, re.DOTALL)
    sent = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    assert sent.pop("csrf_token")
    before = everything_stored(pages.database)
    french = ada.post(path, {**sent, "kind": "pressure", "speak_in": "fr"})
    assert french.status_code == 200
    assert 'lang="fr"' in french.text
    assert "Il était tard &amp; seul</textarea>" in french.text
    assert "Ceci n’est pas encore enregistré" in french.text
    stored = everything_stored(pages.database)
    assert [stored[table] for table in ("concern", "mail", "audit")] == [
        before[table] for table in ("concern", "mail", "audit")
    ]
    assert 'lang="fr"' in ada.get("/my-group").text


REFUSED = (
    (RESIDENT, "/own-groups/{p}/join", {"code": "not a code", "leaves": "1"}, "join-code", "not a code"),
    (
        RESIDENT,
        "/groups/{p}/g1/meeting",
        {"url": "meet.example.org/us", "phone": "112"},
        "meeting-g1-url",
        "meet.example.org/us",
    ),
    (RESIDENT, "/groups/{p}/g1/agenda", {"text": "x" * 301}, "suggest-g1-text", "x" * 301),
    (RESIDENT, "/my-goals/{p}", {"text": "Leave on time", "review_on": "31.2."}, "goal-{p}-review_on", "Leave on time"),
    (RESIDENT, "/concern/{p}", {"text": "It was like this"}, "concern-kind", "It was like this"),
    (RESIDENT, "/concern/{p}/answer", {"code": "no such code"}, "answer-code", "no such code"),
    (RESIDENT, "/account/clock", {"place": "Atlantis"}, "clock-place", "Atlantis"),
    (RESIDENT, "/account/mail", {"quiet_from": "late", "quiet_to": "06:00"}, "mail-quiet_from", "late"),
    (RESIDENT, "/availability/calendars", {"address": "ftp://example.org"}, "calendar-address", "ftp://example.org"),
    (
        RESIDENT,
        "/availability/calendars",
        {"address": "http://calendar.example.org/me.ics"},
        "calendar-address",
        "http://calendar.example.org/me.ics",
    ),
    (
        RESIDENT,
        "/groups/{p}/g1/meeting",
        {"url": "http://meet.example.org/us"},
        "meeting-g1-url",
        "http://meet.example",
    ),
    (RESIDENT, "/my-goals/{p}", {"text": "Leave", "review_on": "2020-02-01"}, "goal-{p}-review_on", "2020-02-01"),
    (
        RESIDENT,
        "/availability/away",
        {"first_day": "2020-01-01", "last_day": "2020-02-01"},
        "away-last_day",
        "2020-02-01",
    ),
    (RESIDENT, "/availability/weekly", {"kind": "can", "start": "08:00", "end": "09:00"}, "weekly-weekday", "08:00"),
    (
        RESIDENT,
        "/availability/days",
        {"first_day": "2027-03-31", "last_day": "2027-03-01", "choice": "0"},
        "days-last_day",
        "2027-03-31",
    ),
    (COORDINATOR, "/programmes/{p}/patterns", {"start": "25:00", "except_days": "31.2."}, "pattern-person", "25:00"),
    (COORDINATOR, "/programmes/{p}/leave", {"person": "1", "first_day": ""}, "leave-first_day", ""),
    (
        COORDINATOR,
        "/programmes/{p}/joining/questions",
        {"last_day": "31.2.", "topics": "exams"},
        "questions-last_day",
        "exams",
    ),
    (
        COORDINATOR,
        "/programmes/{p}/offices",
        {"name": "Nia", "email": "nia", "role": "coordinator"},
        "appoint-coordinator-email",
        "Nia",
    ),
    (
        COORDINATOR,
        "/programmes/{p}/charter",
        {"confidentiality": "All of it.", "expectations": ""},
        "charter-expectations",
        "All of it.",
    ),
    (COORDINATOR, "/programmes/{p}/rules", {"rest": "custom", "long_run": "x", "buffer": "77"}, "rules-long_run", "77"),
    (COORDINATOR, "/programmes/{p}/page", {"text": "y" * 4001}, "page-text", "y" * 4001),
)


@pytest.mark.parametrize(("email", "path", "fields", "id_", "text"), REFUSED)
def test_what_was_typed_stays_and_the_focus_is_on_the_first_fault(
    pages: Pages, email: str, path: str, fields: dict[str, str], id_: str, text: str
) -> None:
    answer = pages.signed_in(email).post(path.format(p=pages.programme_id), fields)
    assert 400 <= answer.status_code < 500
    page = answer.text
    assert page.count(" autofocus") == 1, "one place is looked at first"
    [focused] = re.findall(r"<(\w+)([^>]*) autofocus", page)
    assert f'id="{id_.format(p=pages.programme_id)}' in focused[1] or focused[0] == "section"
    assert text in page
    assert 'role="alert"' in page


def test_every_fault_is_named_at_once_each_with_a_link_to_its_field(pages: Pages) -> None:
    path = pages.path("/patterns")
    page = pages.signed_in(COORDINATOR).post(path, {"start": "25:00", "end": "", "first_day": "31.2."}).text
    links = re.findall(r'<a href="#(pattern-[a-z_]+)">([^<]+)</a>', page)
    assert links == [
        ("pattern-person", "Choose one from the list."),
        ("pattern-weekday", "Tick at least one day."),
        ("pattern-category", "Choose one of the answers."),
        ("pattern-start", "“25:00” is not a valid time. Write it like 22:30."),
        ("pattern-end", "Choose a time."),
        ("pattern-first_day", "“31.2.” is not a valid date. Write it like 2027-03-31."),
    ]
    for id_, words in links:
        assert f'id="{id_}"' in page
        assert f'id="fault-{id_}">{words}' in page
        assert re.search(rf'id="{id_}"[^>]*aria-describedby="[^"]*fault-{id_}"[^>]*aria-invalid="true"', page)


def test_a_form_of_an_earlier_login_comes_back_with_what_was_typed(pages: Pages) -> None:
    ada, path = pages.signed_in(RESIDENT), f"/groups/{pages.programme_id}/g1/write"
    old = ada.token()
    ada.get(f"/sign-in/{pages.link(RESIDENT)}")
    before = everything_stored(pages.database)
    answer = ada.client.post(path, data={"text": "It was like this", "csrf_token": old})
    assert answer.status_code == 400
    assert "This form is too old" in words_of(answer.text)
    assert ">It was like this</textarea>" in answer.text
    assert everything_stored(pages.database) == before
    outsider = pages.signed_in(COORDINATOR).client.post(path, data={"text": "It was like this"})
    assert outsider.status_code == 400
    assert "It was like this" not in outsider.text, "shown only to who may send it"


def test_a_button_that_is_refused_answers_on_its_page(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    answer = browser.post(pages.path(f"/plans/{pages.published_id}/publish"))
    assert answer.status_code == 409
    assert "Publish" in words_of(answer.text)
    assert re.search(r'<section class="card alert" role="alert"[^>]*autofocus', answer.text)


def test_a_refusal_is_told_even_where_its_form_is_not_on_the_page_any_more(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    answer = ada.client.post("/calendar/77/choices", data={"alarm": "60", "csrf_token": "old"})
    assert answer.status_code == 400
    assert answer.text.count("This form is too old") == 1


def test_on_a_page_that_is_not_refused_nothing_has_the_focus(pages: Pages) -> None:
    def focused(browser: Browser, path: str) -> bool:
        return " autofocus" in browser.get(path).text

    ada = pages.signed_in(RESIDENT)
    assert not any(focused(ada, path) for path in ("/my-group", "/availability", "/account/mail", "/my-goals"))
