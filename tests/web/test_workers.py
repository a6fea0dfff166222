"""Monitors learn that nobody makes plans or sends e-mail; the pages are ready all the same."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from scheduler.clock import now
from scheduler.db import Database
from scheduler.planning.workers import GONE_AFTER, arrive, give_sign
from scheduler.settings import Settings
from web.app import create_app
from web.ops.views import NO_WORKER

TOKEN = "a-token-for-monitors"


def workers_in(figures: str) -> list[str]:
    return re.findall(r"^rounds_workers (\S+)$", figures, re.MULTILINE)


@pytest.mark.postgres
@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_on_postgresql_a_worker_is_missed_until_it_gives_signs_of_life(storage: Database) -> None:
    settings = Settings(storage.engine.url.render_as_string(hide_password=False), "k" * 40, metrics_token=TOKEN)
    monitor = create_app(replace(settings, feed_folder=""), storage).test_client()
    token = {"Authorization": f"Bearer {TOKEN}"}
    assert (monitor.get("/readyz").status_code, monitor.get("/readyz").text) == (200, f"ready\n{NO_WORKER}")
    assert (monitor.get("/healthz/workers").status_code, monitor.get("/healthz/workers").text) == (500, NO_WORKER)
    assert workers_in(monitor.get("/metrics", headers=token).text) == ["0.0"]
    with storage.writing() as db:
        worker_id = arrive(db, "ward", 7, 1, now())
    assert monitor.get("/readyz").text == "ready\n"
    assert (monitor.get("/healthz/workers").status_code, monitor.get("/healthz/workers").text) == (200, "ok\n")
    assert workers_in(monitor.get("/metrics", headers=token).text) == ["1.0"]
    with storage.writing() as db:
        give_sign(db, worker_id, now() - GONE_AFTER)
    assert monitor.get("/healthz/workers").status_code == 500


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_on_sqlite_whoever_serves_pages_works(storage: Database) -> None:
    settings = Settings(storage.engine.url.render_as_string(hide_password=False), "k" * 40, metrics_token=TOKEN)
    monitor = create_app(replace(settings, feed_folder=""), storage).test_client()
    assert monitor.get("/healthz/workers").text == "ok\n"
    assert workers_in(monitor.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text) == []
