"""Headers, forms and logs: what protects every answer."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

import web
from scheduler.planning.runs import MOST_WAITING
from tests.web.builders import COORDINATOR, RESIDENT, Pages, everything_stored
from tests.web.test_permissions import addresses
from web.audiences import Audience

VENDOR = Path(web.__file__).parent / "static" / "vendor"
SECRET_FREE = ("style-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "default-src 'none'")


def test_every_answer_carries_the_headers(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for path in ("/", pages.path(), "/nowhere", "/static/style.css", "/feeds/" + "x" * 43 + "/a.ics", "/healthz"):
        headers = browser.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        for rule in SECRET_FREE:
            assert rule in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in headers, "not over plain http"


def test_pages_are_kept_by_no_cache_and_static_files_for_long(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    assert browser.get("/my-group").headers["Cache-Control"] == "no-store"
    style = re.search(r'href="(/static/style\.css\?v=[0-9a-f]+)"', browser.get("/my-group").text)
    assert style
    assert "max-age=31536000" in browser.get(style[1]).headers["Cache-Control"]


def test_pages_have_no_inline_script_or_style_and_ask_no_third_party(pages: Pages) -> None:
    for email in (RESIDENT, COORDINATOR):
        browser = pages.signed_in(email)
        for _, method, path, audience in addresses(pages):
            if method == "POST" or audience is None or path.startswith("/static"):
                continue
            answer = browser.get(path)
            page = answer.text if answer.mimetype == "text/html" else ""
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), path
            assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", page), path
            assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!localhost)', page), path


def test_no_form_is_taken_without_its_token(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    before = everything_stored(pages.database)
    tried = 0
    for _, method, path, audience in addresses(pages):
        if path.startswith("/concern/"):
            continue  # taken without a cookie, so that nobody can be told by one: there is no login to misuse
        if method != "POST" or audience not in (Audience.COORDINATOR, Audience.SIGNED_IN, Audience.PUBLIC):
            continue
        for data in ({}, {"csrf_token": "made-up"}):
            answer = browser.client.post(path, data=data)
            assert answer.status_code == 400, path
            assert "This form is too old" in answer.text
            tried += 1
    assert tried > 20
    assert everything_stored(pages.database) == before


def test_the_token_of_one_login_does_not_serve_another(pages: Pages) -> None:
    mine, theirs = pages.signed_in(COORDINATOR), pages.signed_in(COORDINATOR)
    assert mine.client.post("/sign-out", data={"csrf_token": theirs.token()}).status_code == 400


def test_a_form_is_taken_with_the_token_that_its_page_shows(pages: Pages) -> None:
    """Which all other tests make for themselves: ``Browser.token``."""
    browser = pages.signed_in(COORDINATOR)
    shown = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)
    assert shown
    assert browser.client.post("/sign-out", data={"csrf_token": shown[0]}).status_code == 303


def test_logs_hold_no_secret_no_address_and_no_query(pages: Pages) -> None:
    link = pages.link(RESIDENT)
    browser = pages.stranger()
    with structlog.testing.capture_logs() as lines:
        browser.get(f"/sign-in/{link}?from=mail")
        browser.post("/sign-in", {"email": "ada.quill@example.org"})
        browser.get("/feeds/" + "s" * 43 + "/my-feed.ics")
        browser.get("/no/such/place?email=ada.quill@example.org")
        browser.get("/my-group")
    said = repr(lines)
    assert {"/sign-in/<secret>", "/sign-in", "/my-group", "(no such page)"} <= {line["path"] for line in lines}
    for secret in (link, "sss", "ada.quill", "example.org", "from=mail", "such/place"):
        assert secret not in said
    assert all(line["status"] and line["duration_ms"] >= 0 for line in lines if line["event"] == "request")


def test_an_unforeseen_error_is_a_calm_page_and_a_line_without_what_people_typed(own_pages: Pages) -> None:
    def fail() -> str:
        raise RuntimeError("ada.quill@example.org broke it")

    fail.__audience__ = Audience.PUBLIC  # type: ignore[attr-defined]
    own_pages.app.add_url_rule("/broken", "broken", fail)
    with structlog.testing.capture_logs() as lines:
        answer = own_pages.signed_in(RESIDENT).get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "Traceback" not in answer.text
    assert "broke it" not in answer.text + repr(lines)
    [line] = [line for line in lines if line["event"] == "request_failed"]
    assert (line["error"], line["path"]) == ("RuntimeError", "/broken")
    assert "test_security.py" in line["places"]


def test_a_database_that_fails_ends_on_the_same_calm_page(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    with pages.database.writing() as db:
        db.execute(text("DROP TABLE login"))
    for path in ("/my-group", "/nowhere", "/"):
        answer = browser.get(path)
        assert answer.status_code == 500, path
        assert "Something went wrong on our side" in answer.text


def test_errors_say_what_to_do(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    missing = browser.get("/programmes/999999")
    assert (missing.status_code, "We can’t find that page" in missing.text) == (404, True)
    wrong_way = browser.client.put(f"{pages.path()}/runs")
    assert wrong_way.status_code == 405
    assert wrong_way.headers["Allow"]
    many = [browser.post(f"{pages.path()}/runs", {"seconds": f"{10 + number}"}) for number in range(MOST_WAITING + 1)][
        -1
    ]
    assert many.status_code == 409
    assert "Wait for one to be made, or stop one first." in many.text
    piece = browser.get("/programmes/999999/runs/1/progress", headers={"HX-Request": "true"})
    assert piece.status_code == 404
    assert "<html" not in piece.text


@pytest.mark.parametrize(("path", "said"), [("/healthz", "ok\n"), ("/readyz", "ready\n")])
def test_whoever_watches_the_machine_gets_plain_answers(pages: Pages, path: str, said: str) -> None:
    assert pages.stranger().get(path).text.startswith(said)  # on PostgreSQL also whether a worker is alive


def test_vendored_files_are_what_their_list_says() -> None:
    rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "README.md").read_text(), re.MULTILINE)
    assert dict(rows) == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")}


def test_the_pages_never_load_the_solver() -> None:
    """It takes a second and 60 MB: the processes that answer pages stay small, and start soon."""
    unneeded = {
        "ortools", "numba", "numpy",
        "pdfplumber", "PIL", "openpyxl", "fpdf", "authlib", "requests", "psycopg",
        "scheduler.rotas.reading.reader", "scheduler.rotas.reading.layouts", "scheduler.demo", "scheduler.commands",
    }  # fmt: skip
    code = f"import gc, sys, web.app; print(sorted({unneeded!r} & set(sys.modules)), gc.get_threshold()[0] > 10_000)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[] True\n"
