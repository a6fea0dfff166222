"""The page about the API: its examples work as they stand, and its tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

from scheduler.signing_in.tables import SCOPES
from scheduler.signing_in.tokens import MOST_DAYS, MOST_TOKENS, USUAL_DAYS
from scheduler.webhooks.delivery import MOST_ATTEMPTS
from scheduler.webhooks.service import EVENTS
from tests.web.api.builders import Program
from tests.web.builders import Pages
from web.api.operations import OPERATIONS
from web.api.paging import MOST, USUAL

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```http\n(\w+) /api/v1(\S+)\n(?:\n(.*?))?```", TEXT, re.DOTALL)


def test_every_example_is_answered(pages: Pages, program: Program) -> None:
    assert len(EXAMPLES) == TEXT.count("```http") > 7
    for method, path, body in EXAMPLES:
        sent = {"data": body, "content_type": "application/json"} if body else {}
        answer = program.ask(method, path, **sent)
        assert answer.status_code < 300, (path, answer.text)


def test_every_address_and_number_is_told() -> None:
    named = re.sub(r"\{\w+\}", "{}", TEXT)
    for one in OPERATIONS:
        path = re.sub(r"<[^>]+>", "{}", one.path)
        last = f"/{path.rpartition('/')[2]}"
        assert f"`{path}`" in named or f"`{last}`" in named or path == "/openapi.json", one.path
    assert all(f"`{scope}`" in TEXT for scope in SCOPES)
    assert all(f"`{event}`" in TEXT for event in EVENTS)
    for number in (MOST_ATTEMPTS, MOST_DAYS, MOST_TOKENS, USUAL_DAYS, MOST, USUAL):
        assert re.search(rf"\b{number}\b", TEXT), number
