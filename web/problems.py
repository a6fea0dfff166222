"""How the API tells what is wrong: problem documents (RFC 9457), with every fault at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from flask import Response, request

from scheduler.errors import Fault

BASE: Final = "/api/"
TYPE: Final = "application/problem+json"
CHALLENGE: Final = 'Bearer realm="Mentor Rounds"'


class Problem(Exception):
    """What is wrong with a request to the API: a status, a sentence, what to do, and faults with their places."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        what_to_do: str = "",
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.what_to_do = status, detail, what_to_do
        self.errors, self.headers, self.more = tuple(errors), dict(headers or {}), more


def is_api() -> bool:
    """Whether this request is to the API, whatever is at its address."""
    return request.path.startswith(BASE)


def answer(problem: Problem) -> Response:
    """The document of a problem."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.what_to_do:
        told["what_to_do"] = problem.what_to_do
    if problem.errors:
        told["errors"] = [{"where": fault.where, "text": fault.text} for fault in problem.errors]
    body = msgspec.json.encode({**told, **problem.more})
    return Response(body, problem.status, content_type=TYPE, headers=problem.headers)
