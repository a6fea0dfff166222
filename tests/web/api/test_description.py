"""The description of the API: as it is checked in, whole, and true of what is answered."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from tests.web.api.builders import Program
from tests.web.api.test_door import paths
from tests.web.builders import Pages
from web.api.description import as_text, described
from web.api.operations import OPERATIONS

KEPT = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_description_that_is_checked_in_is_that_of_the_code() -> None:
    assert KEPT.read_text() == as_text(), "write it anew: make openapi"


def test_it_describes_every_operation_and_refers_to_nothing_that_it_lacks() -> None:
    whole = described()
    found = {(method.upper(), path) for path, methods in whole["paths"].items() for method in methods}
    assert len(found) == len(OPERATIONS)
    schemas = set(whole["components"]["schemas"])
    text = json.dumps(whole)
    for name in {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in schemas, name
    for one in OPERATIONS:
        assert one.summary.endswith("."), one.name


def test_what_is_answered_is_what_is_described(pages: Pages, program: Program) -> None:
    for one, path in paths(pages):
        if one.method == "GET" and one.name not in ("evidence", "trouble", "rota_reading"):
            answer = program.get(path.removeprefix("/api/v1"))
            assert answer.status_code == one.status, path
            msgspec.json.decode(answer.data, type=one.gives, strict=True)
