"""Whoever saves a form has seen what stands there; else they are shown both, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import web
from scheduler import clock
from scheduler.charters.model import PROPOSED
from scheduler.charters.service import adopt
from scheduler.people.model import OPERATOR
from scheduler.sessions.tables import SessionRow
from tests.web.builders import COORDINATOR, FACILITATOR, RESIDENT, Browser, Pages, everything_stored, words_of
from tests.web.test_group_pages import begin_the_past, session_of
from web.forms.versions import version_of

ANSWERED = "This was changed after you opened the page"


def form_of(browser: Browser, page: str, action: str) -> dict[str, Any]:
    """A form's fields as a browser would send them; ``action`` is the end of its address, or empty for its page's."""
    return form_in(browser.get(page).text, action or page)


def form_in(text: str, action: str) -> dict[str, Any]:
    """The same of a page that is there already, such as the answer to another form."""
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", text, re.DOTALL):
        found = re.search(r'action="([^"]*)"', attributes)
        target = unescape(found[1]).partition("?")[0] if found else ""
        if "post" in attributes and "seen" in inside and target.endswith(action):
            return _fields(inside)
    raise AssertionError(f"no form for {action}")


def _fields(inside: str) -> dict[str, Any]:
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", inside):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        is_box = re.search(r'type="(radio|checkbox)"', tag)
        if name and name[1] != "csrf_token" and (not is_box or re.search(r" checked", tag)):
            fields.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', inside, re.DOTALL):
        fields[name] = [unescape(text)]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', inside, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', options) or re.search(
            r'<option(?: value="([^"]*)")?>([^<]*)', options
        )
        fields[name] = [chosen[1] if chosen and chosen[1] is not None else chosen[2]] if chosen else [""]
    return dict(fields)


@pytest.mark.parametrize(
    ("email", "page", "action", "first", "second"),
    [
        (RESIDENT, "/sessions/{s}", "/sessions/{s}/note", {"text": "The newer note"}, {"text": ""}),
        (
            RESIDENT,
            "/groups/{p}/g1",
            "/groups/{p}/g1/meeting",
            {"url": "https://new.example.org"},
            {"phone": "+44 20 7946 0123"},
        ),
        (RESIDENT, "/join/{p}/topics", "", {"topic": ["exams"]}, {"topic": ["careers"]}),
        (RESIDENT, "/join/{p}/kind", "", {"model-peer": "2"}, {"model-peer": "3"}),
        (RESIDENT, "/join/{p}/ways", "", {"way-in_person": "0", "way-phone": "1"}, {"way-phone": "3"}),
        (RESIDENT, "/join/{p}/needs", "", {"needs": "A room without stairs"}, {"needs": "Captions"}),
        (RESIDENT, "/join/{p}/facilitators", "", {"external": "prefer"}, {"external": "require"}),
        (FACILITATOR, "/join/{p}/portrait", "", {"text": "I listen."}, {"text": "I talk."}),
        (FACILITATOR, "/join/{p}/offer", "", {"groups": "3"}, {"groups": "2"}),
        (
            FACILITATOR,
            "/join/{p}/conduct",
            "",
            {"note-equity": "No. 17", "done-equity": "2026-01-01"},
            {"note-equity": "No. 18"},
        ),
        (RESIDENT, "/account/mail", "/account/mail", {"quiet_from": "21:00"}, {"quiet_from": "23:00"}),
        (RESIDENT, "/account", "/account/clock", {"place": "Lima"}, {"place": "Oslo"}),
        (COORDINATOR, "/programmes/{p}/charter", "", {"expectations": "We come."}, {"expectations": "We stay."}),
        (COORDINATOR, "/programmes/{p}/rules", "/rules", {"buffer": "20"}, {"beside": "40"}),
        (COORDINATOR, "/programmes/{p}/page", "/page", {"text": "Welcome."}, {"text": "Hello."}),
        (COORDINATOR, "/programmes/{p}/joining", "/questions", {"topics": "exams"}, {"topics": "careers"}),
    ],
)
def test_a_stale_tab_wipes_nothing_and_loses_nothing(
    pages: Pages, email: str, page: str, action: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    values = {"p": pages.programme_id, "s": session_of(pages).id}
    page, action = page.format(**values), action.format(**values)
    if page == "/account":
        pages.signed_in(email).post("/account/clock", {"place": "Paris"})
    newer, stale = pages.signed_in(email), pages.signed_in(email)
    fields = form_of(newer, page, action)
    target = action if action.startswith("/") and action.count("/") > 1 else page
    if page.endswith("/joining"):
        target = f"{page}/questions"
    assert newer.save(target, {**fields, **first}).status_code == 303
    before = everything_stored(pages.database)
    refused = stale.post(target, {**fields, **second})
    assert refused.status_code == 409, refused.text
    assert ANSWERED in words_of(refused.text)
    assert everything_stored(pages.database) == before
    for text in (*_texts(first), *_texts(second)):
        assert text in unescape(refused.text), "both stand on the page"
    seen = re.findall(r'name="seen" value="([^"]+)"', refused.text)
    answers = {stale.post(target, {**fields, **second, "seen": each}).status_code for each in seen}
    assert 303 in answers, "who has seen both may save theirs"


@pytest.mark.parametrize(
    ("email", "page", "action", "first", "wrong"),
    [
        (COORDINATOR, "/programmes/{p}/joining", "/questions", {"topics": "careers"}, {"last_day": "31 February"}),
        (COORDINATOR, "/programmes/{p}/rules", "/rules", {"beside": "40"}, {"buffer": "soon"}),
        (COORDINATOR, "/programmes/{p}/charter", "", {"expectations": "We stay."}, {"communication": ""}),
        (COORDINATOR, "/programmes/{p}/settings/name", "/name", {"name": "Autumn circles"}, {"name": ""}),
        (FACILITATOR, "/join/{p}/conduct", "", {"done-equity": "2026-01-01"}, {"done-equity": "soon"}),
    ],
)
def test_a_form_that_comes_back_with_a_fault_has_seen_no_more_than_before(
    pages: Pages, email: str, page: str, action: str, first: dict[str, Any], wrong: dict[str, Any]
) -> None:
    page = page.format(p=pages.programme_id)
    newer, stale = pages.signed_in(email), pages.signed_in(email)
    fields = form_of(newer, page, action)
    target = f"{page}/questions" if page.endswith("/joining") else page
    assert newer.save(target, {**fields, **first}).status_code == 303
    # A form with a fault, sent as the pages send it: some look at the fields first, some at what has changed.
    answer = stale.post(target, {**fields, **wrong})
    if answer.status_code == 422:
        before = everything_stored(pages.database)
        seen = re.findall(r'name="seen" value="([^"]+)"', answer.text)
        assert fields["seen"][0] in seen
        assert stale.post(target, {**fields, "seen": fields["seen"]}).status_code == 409, "the fault is corrected"
        assert everything_stored(pages.database) == before
    else:
        assert answer.status_code == 409


def test_every_form_with_fields_says_its_name_to_what_it_has_seen() -> None:
    """Else it would have seen, after a fault, what it has never shown. Lists that change one by one carry no answers
    of others."""
    folder = Path(web.__file__).parent / "templates"
    nameless = [
        (str(page.relative_to(folder)), found[0])
        for page in folder.rglob("*.html")
        if page.name not in ("people.html", "troubles.html")
        for form in re.findall(r"<form\b.*?</form>", page.read_text(), re.DOTALL)
        if re.search(r"\{\{ field\(", form)
        for found in re.finditer(r"\{\{ seen\((?!.*form=).*?\}\}", form)
    ]
    assert nameless == []


def _texts(fields: dict[str, Any]) -> list[str]:
    return [value for value in fields.values() if isinstance(value, str) and len(value) > 2 and value.isalpha()]


def test_who_came_is_not_overwritten_by_a_stale_list(pages: Pages) -> None:
    session = session_of(pages, "g2")
    begin_the_past(pages)
    fay = pages.signed_in(FACILITATOR)
    fields = form_of(fay, f"/sessions/{session.id}", f"/sessions/{session.id}/came")
    path = f"/sessions/{session.id}/came"
    assert fay.post(path, {**fields, "came": fields["came"][:2]}).status_code == 303
    refused = fay.post(path, fields)
    assert refused.status_code == 409
    assert "Saved now:" in words_of(refused.text)


def test_a_form_that_comes_back_with_what_it_saw_is_saved(pages: Pages) -> None:
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    for text in ("First.", "First, and more."):
        fields = form_of(ada, f"/sessions/{session.id}", f"/sessions/{session.id}/note")
        assert ada.post(f"/sessions/{session.id}/note", {**fields, "text": text}).status_code == 303
    assert "First, and more." in ada.get(f"/sessions/{session.id}").text


def test_a_charter_that_nobody_has_adopted_is_seen_as_it_is_proposed(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    fields = form_of(cora, pages.path("/charter"), "")
    with pages.database.writing() as db:
        adopt(db, OPERATOR, pages.programme_id, PROPOSED, clock.now())
    assert cora.post(pages.path("/charter"), fields).status_code == 303, "it says the same"


def test_values_have_one_version_whatever_their_order() -> None:
    assert version_of({"a": 1, "b": 2}, {1, 2}) == version_of({"b": 2, "a": 1}, {2, 1})
    assert version_of(("a", "b")) != version_of(("b", "a"))
    assert version_of("") != version_of(None)
    assert len({version_of(value) for value in (1, "x", True, None, "", (), [1])}) >= 5


def zone_of_programme(pages: Pages, cora: Browser) -> int:
    return cora.save(pages.path("/time-zones"), {"place": "Europe/Paris"}).status_code


def first_session_moves(pages: Pages, _cora: Browser) -> int:
    with pages.database.writing() as db:
        row = db.get_one(SessionRow, session_of(pages).id)
        row.starts_at, row.ends_at = row.starts_at + timedelta(days=1), row.ends_at + timedelta(days=1)
    return 303


def another_plan_is_published(pages: Pages, cora: Browser) -> int:
    return cora.post(pages.path(f"/plans/{pages.draft_id}/publish"), {"reason": "It is better."}).status_code


def ada_is_taken_out(pages: Pages, cora: Browser) -> int:
    return cora.post(pages.path(f"/joining/people/{pages.ids[RESIDENT]}"), {"leave": "1"}).status_code


CONFIRMED = (
    (COORDINATOR, "/programmes/{p}/time-zones", "", {"place": "Europe/Madrid"}, zone_of_programme),
    (RESIDENT, "/sessions/{s}", "/sessions/{s}/cannot", {}, first_session_moves),
    (COORDINATOR, "/programmes/{p}/plans/{d}/publish", "", {}, another_plan_is_published),
    (COORDINATOR, "/programmes/{p}/joining", "/programmes/{p}/joining/people/{a}", {"leave": "1"}, ada_is_taken_out),
)


@pytest.mark.parametrize(("email", "page", "action", "typed", "meanwhile"), CONFIRMED)
def test_a_button_acts_on_what_was_shown_or_on_nothing(
    pages: Pages, email: str, page: str, action: str, typed: dict[str, Any], meanwhile: Callable[[Pages, Browser], int]
) -> None:
    values = {"p": pages.programme_id, "s": session_of(pages).id, "d": pages.draft_id, "a": pages.ids[RESIDENT]}
    page, action = page.format(**values), action.format(**values)
    stale = pages.signed_in(email)
    fields = form_of(stale, page, action)
    assert meanwhile(pages, pages.signed_in(COORDINATOR)) == 303
    before = everything_stored(pages.database)
    refused = stale.post(action or page, {**fields, **typed})
    assert refused.status_code == 409
    assert ANSWERED in words_of(refused.text)
    assert everything_stored(pages.database) == before
