"""Every address, tried by everybody: who may not open a page learns nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule

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
from web.audiences import Audience, audience_of, open_to

ROLES = {
    RESIDENT: {Audience.PUBLIC, Audience.SIGNED_IN, Audience.MEMBER, Audience.PARTICIPANT, Audience.RESIDENT},
    FACILITATOR: {Audience.PUBLIC, Audience.SIGNED_IN, Audience.MEMBER, Audience.PARTICIPANT, Audience.FACULTY},
    COORDINATOR: {Audience.PUBLIC, Audience.SIGNED_IN, Audience.COORDINATOR, Audience.BEGINNER},
    OVERSEER: {Audience.PUBLIC, Audience.SIGNED_IN, Audience.OVERSIGHT},
}
VALUES = {
    "secret": "x" * 43,
    "kind": "people",
    "filename": "style.css",
    "feed_id": 1,
    "waiting_id": 1,
    "number": 1,
    "rota_id": 1,
    "address_id": 1,
    "result_id": 1,
    "replaced_id": 1,
    "site_key": "north",
    "calendar_id": 1,
    "pattern_id": 1,
    "relation_id": 1,
    "override_id": 1,
    "absence_id": 1,
    "step": "ways",
    "request_id": 1,
    "group_key": "g1",
    "round_number": 1,
    "session_id": 1,
    "proposal_id": 1,
    "item_id": 1,
    "goal_id": 1,
    "concern_id": 1,
    "trouble_id": 1,
    "webhook_id": 1,
    "manager_id": 1,
    "training_id": 1,
    "mark_id": 1,
    "own_group_id": 1,
    "circle_id": 1,
    "opportunity_id": 1,
    "past_id": 1,
    "nomination_id": 1,
    "question_id": 1,
    "line_id": 1,
    "slug": "autumn",
    "table": "people",
    "ending": "csv",
    "item": "charter",
    "key": "near-peer",
    "section": "name",
}
NOT_THERE = {
    "secret",
    "slug",
    "waiting_id",
    "number",
    "rota_id",
    "address_id",
    "result_id",
    "replaced_id",
    "pattern_id",
    "relation_id",
    "override_id",
    "trouble_id",
    "manager_id",
    "training_id",
    "circle_id",
    "opportunity_id",
    "past_id",
    "nomination_id",
}
"""What the programme has none of."""
OF_A_GROUP = {"group_key", "session_id", "proposal_id", "item_id", "request_id"}
"""What belongs to a group, and so is told nobody else who has the same role."""
OF_TAKING_PART = {"member.told", "member.own_relations", "member.help_map"}
"""Pages of whoever takes part in a programme, or did: for nobody else who is signed in."""


OF_A_DESK = {"passkeys.options_to_add"}
"""Of whoever coordinates or directs a programme, or is its oversight contact, on the page that all have."""
ELSEWHERE = OF_TAKING_PART | OF_A_DESK


def addresses(pages: Pages, programme_id: int | None = None) -> Iterator[tuple[Rule, str, str, Audience | None]]:
    """(rule, method, path, audience) of all that the application answers to browsers; what it answers to programs is
    tried in ``tests/web/api/test_door.py``."""
    values = {
        **VALUES,
        "programme_id": programme_id or pages.programme_id,
        "plan_id": pages.published_id,
        "run_id": pages.run_id,
        "person_id": pages.ids["gil.spare@example.org"],
    }
    adapter = pages.app.url_map.bind("localhost")
    for rule in pages.app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            continue
        path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, append_unknown=False)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method, path, audience_of(pages.app.view_functions[rule.endpoint])


def ask(browser: Browser, method: str, path: str) -> int:
    return (browser.post(path) if method == "POST" else browser.get(path)).status_code


def leads_on(rule: Rule) -> bool:
    """Whether the address of a form leads to its page, which is among the addresses itself."""
    return rule.endpoint.endswith("_page")


def test_every_view_says_whom_it_is_for(pages: Pages) -> None:
    assert [rule.endpoint for rule, _, _, audience in addresses(pages) if audience is None] == []


def test_a_view_that_does_not_say_is_open_to_nobody(own_pages: Pages) -> None:
    app: Flask = own_pages.app
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert own_pages.stranger().get("/forgotten").status_code == 404
    assert own_pages.signed_in(COORDINATOR).get("/forgotten").status_code == 404
    app.view_functions["forgotten"] = open_to(Audience.PUBLIC)(lambda: "open")
    assert own_pages.stranger().get("/forgotten").text == "open"


def test_strangers_are_asked_to_sign_in_everywhere(pages: Pages) -> None:
    tried = 0
    for _, method, path, audience in addresses(pages):
        if audience is Audience.PUBLIC:
            continue
        browser = pages.stranger()
        answer = browser.post(path) if method == "POST" else browser.get(path)
        there = f"/sign-in?next={quote(path, safe='/')}"
        assert (answer.status_code, answer.headers.get("Location")) == (302, there), path
        tried += 1
    assert tried > 25


@pytest.mark.parametrize("email", ROLES)
def test_each_role_opens_its_own_pages_and_no_others(pages: Pages, email: str) -> None:
    browser = pages.signed_in(email)
    for rule, method, path, audience in sorted(addresses(pages), key=lambda address: address[1]):  # forms come last
        if rule.endpoint.startswith(("auth.sign_out", "member.joining_left", "institution.")):
            continue
        if rule.endpoint == "ops.metrics":  # it asks for a token of its own: tests/web/test_metrics.py
            continue
        if method == "POST" and audience in ROLES[email]:
            browser = pages.signed_in(email)  # an earlier form may have ended the login
        status = ask(browser, method, path)
        assert status < 500, path
        if audience not in ROLES[email]:
            assert status == 404, (email, method, path)
        elif method == "GET" and not {*NOT_THERE, *OF_A_GROUP} & rule.arguments and rule.endpoint not in ELSEWHERE:
            assert status in (200, 302), (email, method, path)


def test_a_coordinator_of_another_programme_sees_nothing_of_this_one(pages: Pages) -> None:
    browser = pages.signed_in(STRANGER_COORDINATOR)
    for rule, method, path, _ in addresses(pages):
        if "programme_id" in rule.arguments and not leads_on(rule):
            assert ask(browser, method, path) == 404, path


def test_the_own_programme_does_not_open_the_plans_and_runs_of_another(pages: Pages) -> None:
    tried, browser = 0, pages.signed_in(STRANGER_COORDINATOR)
    for rule, method, path, _ in addresses(pages, pages.stranger_programme_id):
        if {"plan_id", "run_id"} & rule.arguments and not leads_on(rule):
            assert ask(browser, method, path) == 404, path
            tried += 1
    assert tried >= 7


def test_nobody_reads_another_groups_members_or_dates(pages: Pages) -> None:
    ada, cleo = (words_of(pages.signed_in(email).get("/my-group").text) for email in (RESIDENT, OTHER_RESIDENT))
    assert "Peer group 1" in ada
    assert "Near-peer group 2" in cleo
    for other in ("Cleo Thistle", "Eve Moss", "Finn Oak", "Fay Lantern", "Near-peer group 2", "Zoe Left"):
        assert other not in ada
    for other in ("Ada Quill", "Ben Marrow", "Peer group 1", "Zoe Left"):
        assert other not in cleo.replace("Near-peer group", "")


def test_a_facilitator_sees_their_own_groups_only(pages: Pages) -> None:
    page = words_of(pages.signed_in(FACILITATOR).get("/facilitating").text)
    assert "Near-peer group 2" in page
    assert "Finn Oak" in page
    assert "Ada Quill" not in page
    nobody = words_of(pages.signed_in("gil.spare@example.org").get("/facilitating").text)
    assert "You don’t have a group this term" in nobody
    assert "Finn Oak" not in nobody
