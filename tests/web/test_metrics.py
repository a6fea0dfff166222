"""Figures for monitors: right, of the whole, and for nobody without the token."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select

from scheduler.clock import now
from scheduler.people.tables import PersonRow
from scheduler.sessions.tables import SessionRow
from tests.web.builders import Pages
from web.app import create_app
from web.ops import metrics
from web.request_context import EXTENSION

TOKEN = "a-token-for-monitors"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(pages: Pages) -> Flask:
    settings = replace(pages.app.extensions[EXTENSION].settings, metrics_token=TOKEN)
    return create_app(settings, pages.database)


def _figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[(sample.name, *sample.labels.values())] = sample.value
    return found


def test_figures_are_those_of_the_database(pages: Pages, app: Flask) -> None:
    found = _figures(app.test_client())
    with pages.database.reading() as db:
        people = db.scalar(select(func.count()).select_from(PersonRow))
        ahead = db.scalar(select(func.count()).select_from(SessionRow).where(SessionRow.starts_at > now()))
    assert found["rounds_people",] == people
    assert found["rounds_sessions_ahead",] == ahead
    assert (found["rounds_runs", "queued"], found["rounds_runs", "running"]) == (1, 0)


def test_answers_are_counted_by_rule_and_never_by_address(app: Flask) -> None:
    client = app.test_client()
    before = _figures(client).get(("rounds_requests_total", "GET", "/sign-in/<secret>", "404"), 0)
    client.get("/sign-in/a-secret-that-nobody-may-read")
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "a-secret-that-nobody-may-read" not in answer.text
    after = _figures(client)["rounds_requests_total", "GET", "/sign-in/<secret>", "404"]
    assert after == before + 1


def test_words_that_are_no_method_of_ours_are_counted_as_one(app: Flask) -> None:
    client = app.test_client()
    for word in ("BREW", "TRACE", "X" * 40):
        client.open("/", method=word)
    methods = {labels[1] for labels in _figures(client) if labels[0] == "rounds_requests_total"}
    assert metrics.OTHER in methods
    assert methods <= {metrics.OTHER, *metrics.METHODS}


def test_a_calendar_that_had_not_changed_is_told_apart() -> None:
    before = metrics.FEEDS.labels("304")._value.get()
    metrics.count_feed(304)
    assert metrics.FEEDS.labels("304")._value.get() == before + 1


@pytest.mark.parametrize(
    "given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \u00e9"]
)
def test_without_the_token_there_is_no_such_page(app: Flask, given: str) -> None:
    assert app.test_client().get("/metrics", headers={"Authorization": given}).status_code == 404


def test_without_a_token_set_nothing_opens_it(pages: Pages) -> None:
    for given in ("", "Bearer ", "Bearer"):
        assert pages.app.test_client().get("/metrics", headers={"Authorization": given}).status_code == 404


def test_an_answer_and_its_log_lines_have_one_id(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (app.test_client().get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    lines = [line for line in capsys.readouterr().err.splitlines() if "path=/healthz" in line]
    assert [re.search(r"request=(\w+)", line)[1] for line in lines] == [first, second]  # type: ignore[index]


def test_alerts_and_dashboard_ask_for_figures_that_there_are(app: Flask) -> None:
    client = app.test_client()
    metrics.count_feed(200)
    client.get("/healthz")
    there = {name for name, *_ in _figures(client)} | {
        "rounds_run_seconds",
        "rounds_run_gap",
        "rounds_workers",
    }  # with workers
    for file in ("alerts.yaml", "dashboard.json"):
        asked = set(re.findall(r"\brounds_\w+", (ROOT / "deploy" / "monitoring" / file).read_text()))
        assert asked
        assert asked <= there
    documented = set(re.findall(r"`(rounds_(?!app\b)\w+)`", (ROOT / "docs" / "operating.md").read_text()))
    counted = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in there}
    assert counted - {"rounds_requests", "rounds_feed_answers"} == documented
