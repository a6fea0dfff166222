"""Every address × every reader × every relation, made from the application's own map of addresses: what Cleo said and
did reaches nobody who has power over her."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from werkzeug.routing import Rule

from scheduler import clock
from scheduler.people.model import RelationKind
from scheduler.people.relations import ASSESSING_KINDS
from tests.web.builders import Browser, everything_stored
from tests.web.firewall.policies import POLICIES, Shows
from tests.web.firewall.world import (
    AGENDA,
    CLEO,
    CONCERN,
    GOAL,
    GROUP,
    IN_THE_GROUP,
    MARKS,
    NEEDS,
    NOTE,
    QUESTION,
    READERS,
    REPLY,
    REQUEST,
    VIDEO,
    Answer,
    Lived,
    without_tokens,
)
from web.audiences import Audience, audience_of

OF_GROUP = {GOAL, AGENDA, QUESTION, REPLY, VIDEO}
READ_BY = {
    "facilitator": OF_GROUP,
    "resident in the group": OF_GROUP,
    "resident of another group": set(),
    "deputy": {AGENDA, VIDEO},
    "coordinator": {NEEDS, REQUEST},
    "coordinator of another programme": set(),
    "oversight contact": {CONCERN},
}
"""What of Cleo's each reader reads who has no power over her: without this the tests below would show nothing."""
DAY = timedelta(days=1)


def policy_of(endpoint: str) -> Shows | None:
    return next((shows for shows, endpoints in POLICIES.items() if endpoint in endpoints), None)


def leads_to_a_form(rule: Rule) -> bool:
    return rule.endpoint.endswith("_page") and "GET" in (rule.methods or ())


def rules(app: Flask, method: str, *shows: Shows) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        wanted = policy_of(rule.endpoint) in shows if shows else rule.endpoint != "static"
        if rule.endpoint.startswith("api."):
            continue  # tried with tokens, in tests/web/api/test_firewall.py
        if wanted and method in (rule.methods or ()) and not leads_to_a_form(rule):
            yield rule


def sweep(lived: Lived, who: str) -> dict[tuple[str, str], Answer]:
    """All that somebody gets who asks for every address with every real id, but for what strangers get too."""
    return {
        (rule.endpoint, path): lived.ask(who, path)
        for rule in rules(lived.app, "GET")
        if audience_of(lived.app.view_functions[rule.endpoint]) is not Audience.PUBLIC
        for path in lived.paths(rule)
    }


@pytest.fixture(scope="module")
def open_answers(lived: Lived) -> dict[str, dict[tuple[str, str], Answer]]:
    """What each reader gets who has no power over anybody."""
    return {who: sweep(lived, who) for who in READERS}


def test_every_route_says_what_it_shows(lived: Lived) -> None:
    endpoints = {rule.endpoint for rule in lived.app.url_map.iter_rules() if not leads_to_a_form(rule)}
    said = Counter(endpoint for endpoints_of in POLICIES.values() for endpoint in endpoints_of)
    assert sorted(endpoints - said.keys()) == [], "say in policies.py what these show of people"
    assert sorted(said.keys() - endpoints) == [], "there are no such routes"
    assert [endpoint for endpoint, times in said.items() if times > 1] == []


def test_a_route_without_a_policy_would_fail(lived: Lived) -> None:
    assert policy_of("member.forgotten") is None


@pytest.mark.parametrize("who", READERS)
def test_without_power_everybody_reads_what_is_theirs_to_read(
    open_answers: dict[str, dict[tuple[str, str], Answer]], who: str
) -> None:
    found = open_answers[who]
    assert {mark for answer in found.values() for mark in answer.marks} == READ_BY[who]
    assert not [path for (_, path), answer in found.items() if answer.status >= 500]


def test_what_shows_a_word_of_cleos_has_a_policy_that_says_so(
    open_answers: dict[str, dict[tuple[str, str], Answer]],
) -> None:
    showing = {endpoint for found in open_answers.values() for (endpoint, _), answer in found.items() if answer.marks}
    assert {policy_of(endpoint) for endpoint in showing} <= {Shows.GROUP, Shows.OWN, Shows.WORDS, Shows.CONCERNS}


def test_a_stranger_reads_nothing(lived: Lived) -> None:
    browser = Browser(lived.app)
    for rule in rules(lived.app, "GET"):
        for path in lived.paths(rule):
            answer = browser.get(path)
            assert not [mark for mark in MARKS if mark in answer.text], path
            if audience_of(lived.app.view_functions[rule.endpoint]) is not Audience.PUBLIC:
                assert answer.status_code == 302, path


@pytest.mark.parametrize("who", READERS)
def test_no_address_shows_a_word_to_whoever_has_power(
    lived: Lived, open_answers: dict[str, dict[tuple[str, str], Answer]], who: str
) -> None:
    """Whatever was asked for before: pages that are kept are asked for a second time here."""
    with lived.power(who):
        found = sweep(lived, who)
    assert not {place: answer.marks for place, answer in found.items() if answer.marks}
    assert not [path for (_, path), answer in found.items() if answer.status >= 500]
    before = open_answers[who]
    for (endpoint, path), answer in found.items():
        if policy_of(endpoint) is Shows.GROUP:
            assert answer.status == 404, path
        elif endpoint == "oversight.concern":
            assert answer.status == 404, "who raised it gave their name"
        else:
            assert answer.status == before[endpoint, path].status, path


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("declared", [False, True], ids=["listed", "declared"])
def test_each_kind_of_power_closes_what_showed_a_word(
    lived: Lived, open_answers: dict[str, dict[tuple[str, str], Answer]], who: str, declared: bool
) -> None:
    showing = {endpoint: path for (endpoint, path), answer in open_answers[who].items() if answer.marks}
    for kind in ASSESSING_KINDS:
        with lived.power(who, kind, declared=declared):
            assert not [path for path in showing.values() if lived.ask(who, path).marks], kind


@pytest.mark.parametrize("who", READERS)
def test_power_counts_on_its_days_alone(
    lived: Lived, open_answers: dict[str, dict[tuple[str, str], Answer]], who: str
) -> None:
    showing = {endpoint: path for (endpoint, path), answer in open_answers[who].items() if answer.marks}
    today = clock.now().date()
    spans = {
        (None, today): True,
        (today, None): True,
        (today, today): True,
        (None, today - DAY): False,
        (today + DAY, None): False,
    }
    for (first, last), counts in spans.items():
        with lived.power(who, RelationKind.ASSESSES, first, last):
            for path in showing.values():
                assert bool(lived.ask(who, path).marks) is not counts, (path, first, last)


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("kind", sorted(set(RelationKind) - ASSESSING_KINDS))
def test_other_relations_close_nothing(
    lived: Lived, open_answers: dict[str, dict[tuple[str, str], Answer]], who: str, kind: RelationKind
) -> None:
    showing = {endpoint: path for (endpoint, path), answer in open_answers[who].items() if answer.marks}
    with lived.power(who, kind):
        assert not [path for path in showing.values() if not lived.ask(who, path).marks]


def test_power_runs_one_way(lived: Lived) -> None:
    """Cleo's own pages are not closed to her, whoever has power over her, nor is her group's."""
    with lived.power("facilitator"), lived.power("resident in the group", RelationKind.PANEL):
        assert AGENDA in lived.ask(CLEO, f"/sessions/{lived.sessions[2]}").text
        assert VIDEO in lived.ask(CLEO, f"/groups/{lived.pages.programme_id}/{GROUP}").text
        assert NOTE in lived.ask(CLEO, f"/sessions/{lived.sessions[0]}").text
        assert GOAL in lived.ask(CLEO, "/my-goals").text


@pytest.mark.parametrize("who", [*IN_THE_GROUP, "deputy"])
def test_a_closed_group_takes_no_form(lived: Lived, who: str) -> None:
    """Neither a form nor another way of asking does what the page would not."""
    lived.ask(who, "/account")  # signs in
    with lived.power(who):
        before = everything_stored(lived.pages.database)
        for rule in rules(lived.app, "POST", Shows.GROUP):
            if audience_of(lived.app.view_functions[rule.endpoint]) is Audience.PUBLIC:
                continue
            for path in lived.paths(rule):
                answer = lived.ask(who, path, "POST", text="x", question="x", came=["1"], agrees="1", answer="1")
                assert answer.status == 404, path
        for rule in rules(lived.app, "GET", Shows.GROUP):
            if audience_of(lived.app.view_functions[rule.endpoint]) is Audience.PUBLIC:
                continue
            for path, method in product(lived.paths(rule), ("HEAD", "OPTIONS", "PUT", "DELETE")):
                answer = lived.browser(who).client.open(path, method=method)
                assert answer.status_code in (404, 405, 200 if method == "OPTIONS" else 404), path
                assert not [mark for mark in MARKS if mark in answer.text], path
        assert everything_stored(lived.pages.database) == before


@pytest.mark.parametrize("who", READERS)
def test_whether_cleo_came_is_the_same_to_whoever_has_power(lived: Lived, who: str) -> None:
    """Two worlds that differ in this alone: no page, count or file may."""
    with lived.power(who):
        came = {place: without_tokens(answer.text) for place, answer in sweep(lived, who).items()}
        lived.let_cleo_have_come(False)
        try:
            missed = {place: without_tokens(answer.text) for place, answer in sweep(lived, who).items()}
        finally:
            lived.let_cleo_have_come(True)
    grows = {"record", "record_csv", "my_data"}  # each file that the walk takes out is a line there
    same = [place for place in came if place[0].partition(".")[2] not in grows]
    assert [place for place in same if came[place] != missed[place]] == []


@pytest.mark.parametrize(
    ("who", "endpoint"),
    [
        ("coordinator", "coordinator.person"),
        ("coordinator", "coordinator.overview"),
        ("facilitator", "member.session"),
        ("facilitator", "facilitator.record"),
        ("facilitator", "facilitator.record_as_csv"),
        ("resident in the group", "member.session"),
    ],
)
def test_whether_cleo_came_is_told_to_others(lived: Lived, who: str, endpoint: str) -> None:
    rule = next(rule for rule in lived.app.url_map.iter_rules() if rule.endpoint == endpoint)
    path = next(lived.paths(rule))
    came = without_tokens(lived.ask(who, path).text)
    lived.let_cleo_have_come(False)
    try:
        assert without_tokens(lived.ask(who, path).text) != came
    finally:
        lived.let_cleo_have_come(True)
