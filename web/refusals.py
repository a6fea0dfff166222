"""The one door at which errors become pages: what is wrong, where, and what to do, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from scheduler.errors import Fault, MentorRoundsError, NotAllowed, NotFound, NotPossible, Rejected
from web.language import gettext as _
from web.request_log import log_failure


@dataclass(frozen=True, slots=True)
class Refusal:
    """The content of an error page."""

    status: int
    title: str
    message: str
    what_to_do: str
    faults: tuple[Fault, ...] = ()


def open_door(app: Flask) -> None:
    """Have every error answered by a page."""
    app.register_error_handler(MentorRoundsError, _refuse)
    app.register_error_handler(CSRFError, _refuse_form)
    app.register_error_handler(HTTPException, _refuse_request)
    app.register_error_handler(Exception, _fail)
    app.register_error_handler(InternalServerError, _fail)  # an error page that failed itself ends here


def _refuse(error: MentorRoundsError) -> Response:
    return _page(refusal_of(error))


def refusal_of(error: MentorRoundsError) -> Refusal:
    """What to tell of an error that the application raised. What may not be seen is told like what is not there."""
    if isinstance(error, NotFound | NotAllowed):
        return _nothing_here(error if isinstance(error, NotFound) else None)
    if isinstance(error, Rejected):
        return Refusal(422, _("That did not work yet"), _sentence(error), error.what_to_do, error.faults)
    if isinstance(error, NotPossible):
        return Refusal(409, _("Not possible just now"), _sentence(error), error.what_to_do)
    return Refusal(422, _("That did not work yet"), _sentence(error), error.what_to_do)


def _nothing_here(error: NotFound | None) -> Refusal:
    return Refusal(
        404,
        _("Nothing here"),
        error.message if error else _("There is nothing at this address, or it is not yours to see."),
        (error.what_to_do if error else "") or _("Go to your own page, or sign in as somebody who may see it."),
    )


def _sentence(error: MentorRoundsError) -> str:
    return f"{error.where}: {error.message}" if error.where else error.message


def _refuse_form(_error: CSRFError) -> Response:
    refusal = Refusal(
        400,
        _("This form is too old"),
        _("It was opened before you signed in or out, or the browser blocks cookies. Nothing was changed."),
        _("Go back, load the page again, and send it once more."),
    )
    return _page(refusal)


def _refuse_request(error: HTTPException) -> Response:
    response = error.get_response()
    if response.status_code < 400:
        return make_response(response)  # a redirect of the router
    answer = _page(_refusal_of_request(error.code or 500))
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _refusal_of_request(status: int) -> Refusal:
    known = {
        400: (_("That could not be read"), _("Go back, load the page again, and send it once more.")),
        404: (_("Nothing here"), _("Check the address, or go to your own page.")),
        405: (_("Not like this"), _("Go to the page and use its buttons.")),
        413: (_("The file is too big"), _("A list or a rota is far smaller. Check that it is the right file.")),
        429: (_("A little too often"), _("Wait a quarter of an hour, then try again.")),
    }
    title, advice = known.get(status, (_("That did not work"), _("Go back and try it once more.")))
    return Refusal(status, title, _messages().get(status, ""), advice)


def _messages() -> dict[int, str]:
    return {
        404: _("There is nothing at this address, or it is not yours to see."),
        413: _("Nothing of it was taken."),
        429: _("Several links were asked for from here within a short time."),
    }


def _fail(error: Exception) -> Response:
    """The last door: an error that nobody thought of. What it says is for the log, not for the page."""
    log_failure(getattr(error, "original_exception", None) or error)
    g.actor = None  # the page must not ask a database that may be what failed
    return make_response(render_template("refusals/failure.html"), 500)


def _page(refusal: Refusal) -> Response:
    piece = request.headers.get("HX-Request") == "true"
    template = "refusals/piece.html" if piece else "refusals/page.html"
    return make_response(render_template(template, refusal=refusal), refusal.status)
