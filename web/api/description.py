"""The description of the API in OpenAPI 3.1, made of what is declared of its operations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import msgspec

from web.api.operations import JSON, KEY, LONGEST_KEY, OPERATIONS, Answer, Operation, operation
from web.forms.reader import LARGEST_ID
from web.problems import TYPE

_REF: Final = "#/components/schemas/{name}"
_NUMBER: Final = re.compile(r"<(?:int:)?(\w+)>")
_PRINTABLE: Final = "^[ -~]*$"
_WRONG: Final = {
    "400": "What was sent is not valid JSON, or its key can’t be used.",
    "401": "No token, or one that is unknown, revoked or over.",
    "403": "The token’s scope is too small.",
    "404": "Nothing is there, or not for this token’s owner.",
    "409": "Not possible as things stand.",
    "412": "Changed since it was read.",
    "413": "Too large.",
    "415": "Not sent as JSON, or as a form with a file.",
    "422": "A field, kind, size or value that can’t be used.",
    "428": "If-Match is missing.",
    "5XX": "It went wrong on the server’s side, and nothing was left half done.",
}
"""What is told of each status, in the words of docs/api.md."""
_ABOUT: Final = (
    "What programs read and change of mentoring programmes. A token acts as its owner, within its scope: read, write "
    "(what members do not see yet, lists and settings) or publish (what reaches members). Each includes the one before."
)


class Fault(msgspec.Struct, frozen=True):
    """A fault and its place."""

    where: str
    text: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong (RFC 9457), with every fault."""

    type: str
    title: str
    status: int
    detail: str
    what_to_do: str | msgspec.UnsetType = msgspec.UNSET
    errors: list[Fault] | msgspec.UnsetType = msgspec.UNSET


@operation("GET", "/openapi.json", dict[str, Any])
def openapi() -> Answer:
    """This description."""
    return Answer(described())


@cache
def described() -> Mapping[str, Any]:
    """The whole description; the same declarations always give the same."""
    bodies = (kind for one in OPERATIONS for kind in (one.gives, one.takes, one.files) if kind is not None)
    kinds = list(dict.fromkeys((*bodies, *(one.asks for one in OPERATIONS if one.asks is not None), Problem)))
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    by_kind = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(_NUMBER.sub(r"{\1}", one.path), {})[one.method.lower()] = _operation(one, by_kind, components)
    asked = {each["$ref"].rpartition("/")[2] for one in OPERATIONS if one.asks for each in [by_kind[one.asks]]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Mentor Rounds", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in components.items() if name not in asked},
            "responses": {_name_of(each): _problem(words, by_kind[Problem]) for each, words in _WRONG.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation, by_kind: Mapping[Any, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "x-scope": one.scope,
        "parameters": list(_parameters(one, by_kind, components)),
        "responses": {str(one.status): _answer(one, by_kind), **dict(_refusals(one))},
    }
    if one.description:
        found["description"] = one.description
    if one.takes is not None:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": by_kind[one.takes]}}}
    if one.files is not None:
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": by_kind[one.files]}}}
    return found


def _refusals(one: Operation) -> Iterator[tuple[str, dict[str, str]]]:
    """Every status with which it can be refused, and those with which it can fail."""
    takes_anything = one.takes is not None or one.files is not None
    can_be = {
        "400": takes_anything or one.takes_key,
        "404": "<" in one.path,
        "409": one.method != "GET",
        "412": one.matches,
        "413": takes_anything,
        "415": takes_anything,
        "428": one.matches,
    }
    for status in _WRONG:
        if can_be.get(status, True):
            yield status, {"$ref": f"#/components/responses/{_name_of(status)}"}


def _name_of(status: str) -> str:
    return f"Refused{status}" if status.isdecimal() else "Failed"


def _problem(description: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {TYPE: {"schema": schema}}}


def _answer(one: Operation, by_kind: Mapping[Any, Any]) -> dict[str, Any]:
    if one.gives is None:
        return {"description": "Done."}
    return {"description": one.summary, "content": {JSON: {"schema": by_kind[one.gives]}}}


def _parameters(one: Operation, by_kind: Mapping[Any, Any], components: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name in _NUMBER.findall(one.path):
        number = {"type": "integer", "minimum": 0, "maximum": LARGEST_ID}
        yield {"name": name, "in": "path", "required": True, "schema": number}
    if one.asks is not None:
        schema = components[by_kind[one.asks]["$ref"].rpartition("/")[2]]
        for name, kind in schema["properties"].items():
            yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": kind}
    if one.takes_key:
        yield {
            "name": KEY,
            "in": "header",
            "schema": {"type": "string", "maxLength": LONGEST_KEY, "pattern": _PRINTABLE},
        }
    if one.matches:
        yield {"name": "If-Match", "in": "header", "schema": {"type": "string"}}


def as_text() -> str:
    """The description as it is checked in."""
    return json.dumps(described(), indent=1, ensure_ascii=False) + "\n"
