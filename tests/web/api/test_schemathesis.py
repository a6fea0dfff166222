"""The API as Schemathesis tries it: requests made from the description, answered as the description says.

Examples are few and always the same, so that a failure comes again; the description is what they are made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Final

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi.checks import UndefinedStatusCode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.web.api.builders import Program
from tests.web.api.test_plans import send
from tests.web.builders import Pages
from tests.web.test_rota_pages import DAYS, NIGHTS
from tests.web.test_trouble_pages import three_apologise
from tests.web.test_uploads import rota
from web.api.description import described
from web.api.operations import OPERATIONS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
NAMES = [one.name for one in OPERATIONS]
FEW = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def description_of(app: Flask, whole: Mapping[str, Any]) -> OpenApiSchema:
    schema = schemathesis.openapi.from_dict(deepcopy(dict(whole)))
    schema.app = app
    return schema


@pytest.fixture(scope="module")
def description(_app: Flask) -> OpenApiSchema:
    return description_of(_app, described())


def tried(
    schema: OpenApiSchema,
    name: str,
    headers: dict[str, str],
    mode: GenerationMode,
    address: dict[str, int] | None = None,
    query: dict[str, int] | None = None,
) -> list[int]:
    """The statuses of a few requests, each answered as described. What of ``address`` and ``query`` is not given is
    made up like everything else."""
    found: list[int] = []
    headers = {"Accept-Encoding": "identity", **headers}

    @FEW
    @given(schema.find_operation_by_id(name).as_strategy(generation_mode=mode, path_parameters=address, query=query))
    def run(case: Case) -> None:
        answer = case.call(headers=headers)
        found.append(answer.status_code)
        case.validate_response(answer, headers=headers, checks=CHECKS)

    run()
    return found


def a_reading(pages: Pages, program: Program) -> int:
    return int(send(program, pages, rota(["Ada Quill", *DAYS], ["Ben Marrow", *NIGHTS])).json["id"])


def a_webhook(pages: Pages, program: Program) -> int:
    told = {"address": "https://example.org/hook", "events": ["plan.published"]}
    return int(program.post(pages.path("/webhooks"), told).json["id"])


MADE: Final[dict[str, Callable[[Pages, Program], int]]] = {
    "programme_id": lambda pages, _: pages.programme_id,
    "plan_id": lambda pages, _: pages.draft_id,
    "run_id": lambda pages, _: pages.run_id,
    "reading_id": a_reading,
    "webhook_id": a_webhook,
    "trouble_id": lambda pages, _: three_apologise(pages),
}


def asked(pages: Pages, name: str) -> dict[str, int]:
    """What stands behind the question mark and has to be somebody."""
    return {"person": next(iter(pages.ids.values()))} if name == "availability" else {}


def numbers(pages: Pages, program: Program, name: str) -> dict[str, int]:
    """Numbers of what there is, for the address of an operation."""
    path = next(one.path for one in OPERATIONS if one.name == name)
    return {each: MADE[each](pages, program) for each in re.findall(r"<int:(\w+)>", path)}


def bearer(program: Program) -> dict[str, str]:
    return {"Authorization": f"Bearer {program.token}"}


@pytest.mark.parametrize("name", NAMES)
def test_requests_as_described_are_answered_as_described(
    pages: Pages, description: OpenApiSchema, program: Program, name: str
) -> None:
    statuses = tried(
        description, name, bearer(program), GenerationMode.POSITIVE, numbers(pages, program, name), asked(pages, name)
    )
    assert not {401, 403, 405, 415} & set(statuses), statuses
    assert set(statuses) != {404}, "what the address names is there"


@pytest.mark.parametrize("name", NAMES)
def test_requests_that_break_the_description_are_refused_as_described(
    pages: Pages, description: OpenApiSchema, program: Program, name: str
) -> None:
    tried(description, name, bearer(program), GenerationMode.NEGATIVE, numbers(pages, program, name))


@pytest.mark.parametrize("name", [one.name for one in OPERATIONS if "<" in one.path])
def test_numbers_of_nothing_are_answered_as_described(
    pages: Pages, description: OpenApiSchema, program: Program, name: str
) -> None:
    assert 404 in tried(description, name, bearer(program), GenerationMode.POSITIVE)


@pytest.mark.parametrize("name", NAMES)
def test_without_a_token_everything_is_refused_as_described(
    pages: Pages, description: OpenApiSchema, program: Program, name: str
) -> None:
    assert set(tried(description, name, {}, GenerationMode.POSITIVE, numbers(pages, program, name))) == {401}


def test_an_answer_that_is_not_described_is_found(pages: Pages, program: Program) -> None:
    whole = deepcopy(dict(described()))
    del whole["paths"]["/programmes"]["get"]["responses"]["200"]
    with pytest.raises(BaseExceptionGroup) as found:
        tried(description_of(pages.app, whole), "programmes", bearer(program), GenerationMode.POSITIVE)
    assert found.group_contains(UndefinedStatusCode)
