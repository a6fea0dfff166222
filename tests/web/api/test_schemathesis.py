"""The API as Schemathesis tries it: requests made from the description, answered as the description says.

Examples are few and always the same, so that a failure comes again; the description is what they are made of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

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
from tests.web.builders import Pages
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


def tried(schema: OpenApiSchema, name: str, headers: dict[str, str], mode: GenerationMode, **fixed: int) -> list[int]:
    """The statuses of a few requests, each answered as described. Numbers in the address that are not ``fixed`` are
    made up like everything else."""
    found: list[int] = []
    headers = {"Accept-Encoding": "identity", **headers}

    @FEW
    @given(schema.find_operation_by_id(name).as_strategy(generation_mode=mode, path_parameters=fixed or None))
    def run(case: Case) -> None:
        answer = case.call(headers=headers)
        found.append(answer.status_code)
        case.validate_response(answer, headers=headers, checks=CHECKS)

    run()
    return found


def numbers(pages: Pages, name: str) -> dict[str, int]:
    """Numbers of what there is, for the address of an operation."""
    real = {"programme_id": pages.programme_id, "plan_id": pages.draft_id, "run_id": pages.run_id}
    path = next(one.path for one in OPERATIONS if one.name == name)
    return {each: real.get(each, 1) for each in re.findall(r"<int:(\w+)>", path)}


def bearer(program: Program) -> dict[str, str]:
    return {"Authorization": f"Bearer {program.token}"}


@pytest.mark.parametrize("name", NAMES)
def test_requests_as_described_are_answered_as_described(
    pages: Pages, description: OpenApiSchema, program: Program, name: str
) -> None:
    statuses = tried(description, name, bearer(program), GenerationMode.POSITIVE, **numbers(pages, name))
    assert not {401, 403, 405, 415} & set(statuses), statuses


@pytest.mark.parametrize("name", NAMES)
def test_requests_that_break_the_description_are_refused_as_described(
    pages: Pages, description: OpenApiSchema, program: Program, name: str
) -> None:
    tried(description, name, bearer(program), GenerationMode.NEGATIVE, **numbers(pages, name))


@pytest.mark.parametrize("name", [one.name for one in OPERATIONS if "<" in one.path])
def test_numbers_of_nothing_are_answered_as_described(
    pages: Pages, description: OpenApiSchema, program: Program, name: str
) -> None:
    assert set(tried(description, name, bearer(program), GenerationMode.POSITIVE)) <= {404, 422, 428}


@pytest.mark.parametrize("name", NAMES)
def test_without_a_token_everything_is_refused_as_described(
    pages: Pages, description: OpenApiSchema, name: str
) -> None:
    assert set(tried(description, name, {}, GenerationMode.POSITIVE, **numbers(pages, name))) == {401}


def test_an_answer_that_is_not_described_is_found(pages: Pages, program: Program) -> None:
    whole = deepcopy(dict(described()))
    del whole["paths"]["/programmes"]["get"]["responses"]["200"]
    with pytest.raises(BaseExceptionGroup) as found:
        tried(description_of(pages.app, whole), "programmes", bearer(program), GenerationMode.POSITIVE)
    assert found.group_contains(UndefinedStatusCode)
