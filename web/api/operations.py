"""Operations of the API: declared once, routed, read, checked, answered, and described from the declaration."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, TypeVar

import msgspec
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from scheduler.db import Db
from scheduler.errors import MentorRoundsError
from scheduler.languages import say as _
from scheduler.signing_in import kept_answers
from scheduler.signing_in.tokens import note_change
from web import problems
from web.api.reading import read_body, read_query
from web.audiences import Audience, open_to
from web.problems import Problem
from web.request_context import actor, database, now, token
from web.security import forms

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.register_error_handler(Problem, problems.answer)
forms.exempt(blueprint)  # no cookie lets anybody in here, so no other site can have a browser send anything

READ, WRITE, PUBLISH = "read", "write", "publish"
JSON: Final = "application/json"
KEY: Final = "Idempotency-Key"
LONGEST_KEY: Final = 200
_KEPT_HEADERS: Final = ("Location", "ETag", "Content-Type")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers; a ``value`` of None has no body."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """What is declared of an operation. ``takes`` is the type of its JSON, ``files`` the parts of a form with a file
    instead; ``asks`` that of what stands behind the question mark. With ``matches`` it asks for the header
    If-Match."""

    name: str
    method: str
    path: str
    scope: str
    summary: str
    gives: Any
    status: int
    takes: Any = None
    asks: Any = None
    files: Any = None
    matches: bool = False
    description: str = ""

    @property
    def takes_key(self) -> bool:
        """Whether it may be asked for again under the same key."""
        return self.method == "POST"


OPERATIONS: Final[list[Operation]] = []
View = TypeVar("View", bound=Callable[..., Answer])


def operation(
    method: str,
    path: str,
    gives: Any,
    *,
    scope: str = READ,
    status: int = 200,
    takes: Any = None,
    asks: Any = None,
    files: Any = None,
    matches: bool = False,
) -> Callable[[View], View]:
    """Declare an operation. Its function gets the numbers in the address, and ``body`` and ``asked`` where they are
    declared; the first line of its docstring is its summary, the rest its description."""

    def declare(view: View) -> View:
        summary, _blank, rest = (view.__doc__ or "").partition("\n\n")
        declared = Operation(
            name=view.__name__,
            method=method,
            path=path,
            scope=scope,
            summary=_one_line(summary),
            gives=gives,
            status=status,
            takes=takes,
            asks=asks,
            files=files,
            matches=matches,
            description=_one_line(rest),
        )
        OPERATIONS.append(declared)
        view_function = open_to(Audience.PROGRAM)(_answering(declared, view))
        blueprint.add_url_rule(path, view.__name__, view_function, methods=[method])
        return view

    return declare


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _answering(declared: Operation, view: Callable[..., Answer]) -> Callable[..., Response]:
    @wraps(view)
    def answer(**values: Any) -> Response:
        _must_cover(declared)
        if declared.asks is not None:
            values["asked"] = read_query(declared.asks)
        elif request.args:
            read_query(Nothing)
        if declared.takes is not None:
            values["body"] = read_body(declared.takes)
        key = request.headers.get(KEY, "")
        if declared.takes_key and key:
            return _once(key, lambda: _response(view(**values)))
        return _response(view(**values))

    return answer


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """No field at all."""


def _must_cover(declared: Operation) -> None:
    """403 to a token of too little scope: what it may do is known to whoever holds it."""
    if not token().covers(declared.scope):
        challenge = f'{problems.CHALLENGE}, error="insufficient_scope", scope="{declared.scope}"'
        raise Problem(
            403,
            _("This token’s scope is “%(has)s”; this needs “%(needs)s”.", has=token().scope, needs=declared.scope),
            headers={"WWW-Authenticate": challenge},
        )


def _response(answer: Answer) -> Response:
    body = b"" if answer.value is None else msgspec.json.encode(answer.value, enc_hook=_plain)
    response = Response(body, answer.status, content_type=JSON, headers=dict(answer.headers))
    if request.method == "GET" and response.status_code == 200:
        response.make_conditional(request)
    return response


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON.")


@contextmanager
def changing(programme_id: int | None = None) -> Iterator[Db]:
    """A transaction that changes something; the audit trail has that a program did it."""
    with database().writing() as db:
        yield db
        what = (request.endpoint or "").rpartition(".")[2]
        note_change(db, actor(), token().id, what, programme_id, now())


# --- the same answer to the same key --------------------------------------------------------------------------------


def _once(key: str, do: Callable[[], Response]) -> Response:
    """Do it unless it was done under this key; what was refused is refused again. What went wrong on our side was
    undone whole, and may be asked for again."""
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Problem(
            400, _("The header %(name)s takes up to %(most)s printable characters.", name=KEY, most=LONGEST_KEY)
        )
    asked = kept_answers.asked_under(actor(), f"{request.method} {request.full_path}", key, _sent())
    with database().writing() as db:
        before = kept_answers.begin(db, asked, now())
    if before is not None:
        return _again(before)
    try:
        response = _refusals_answered(do)
    except BaseException:
        with database().writing() as db:
            kept_answers.forget(db, asked)
        raise
    told = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    with database().writing() as db:
        kept_answers.keep(db, asked, response.status_code, told, response.get_data(as_text=True))
    return response


def _sent() -> bytes:
    """What was sent, whether as JSON or as a form with files, whose boundary is another each time."""
    if request.mimetype != "multipart/form-data":
        return request.get_data()
    parts = [f"{name}={value}" for name, values in sorted(request.form.lists()) for value in values]
    for name, file in sorted(request.files.items(multi=True), key=lambda each: each[0]):
        parts.append(f"{name}:{file.filename}:{hashlib.sha256(file.read()).hexdigest()}")
        file.seek(0)
    return "\n".join(parts).encode()


def _refusals_answered(do: Callable[[], Response]) -> Response:
    """What is refused, as the answer that is kept."""
    try:
        return do()
    except (Problem, MentorRoundsError, HTTPException) as error:
        return current_app.make_response(current_app.handle_user_exception(error))


def _again(before: kept_answers.Kept) -> Response:
    if before.is_other:
        raise Problem(
            422, _("This key was sent with another request."), what_to_do=_("Send a new key with a new request.")
        )
    if before.status is None:
        raise Problem(
            409,
            _("What was asked under this key is still being done, or it isn’t known how it ended."),
            what_to_do=_("Look whether it was done; if it wasn’t, ask again with a new key."),
            headers={"Retry-After": "5"},
        )
    return Response(before.body, before.status, headers={**before.headers, "Idempotency-Replayed": "true"})
