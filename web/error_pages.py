"""The one door at which errors become pages: what is wrong, where, and what to do, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, g, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException, InternalServerError

from scheduler.audit.service import REFUSED_CHANGE, record
from scheduler.errors import Fault, MentorRoundsError, NotAllowed, NotFound, NotPossible, Page, Rejected, Unspoken
from scheduler.people.model import Role
from scheduler.storage_faults import StorageFault, fault_of
from web import problems
from web.language import gettext as _
from web.request_context import actor, database, let_go, now
from web.request_log import log_failure, log_fault


@dataclass(frozen=True, slots=True)
class Refusal:
    """The content of an error page. ``section`` is the address of the settings or the page with the way out."""

    status: int
    title: str
    message: str
    what_to_do: str
    faults: tuple[Fault, ...] = ()
    section: str = ""


def open_door(app: Flask) -> None:
    """Have every error answered by a page."""
    app.register_error_handler(MentorRoundsError, _refuse)
    app.register_error_handler(HTTPException, _refuse_request)
    app.register_error_handler(Exception, _fail)
    app.register_error_handler(InternalServerError, _fail)  # an error page that failed itself ends here


def _refuse(error: MentorRoundsError) -> Response:
    note_unspoken(error)
    return page_of(refusal_of(error))


def note_unspoken(error: MentorRoundsError) -> None:
    """Have the audit trail say that something was tried against what is nobody's business, so that whoever oversees can
    see trying after trying: nothing else of it is kept, so this is a transaction of its own."""
    if isinstance(error, Unspoken):
        with database().writing() as db:
            record(db, actor(), REFUSED_CHANGE, now(), error.programme_id)


def refusal_of(error: MentorRoundsError) -> Refusal:
    """What to tell of an error that the application raised. What may not be seen is told like what is not there."""
    if isinstance(error, NotFound | NotAllowed):
        return _nothing_here(error if isinstance(error, NotFound) else None)
    if isinstance(error, Rejected):
        return Refusal(422, _("That hasn’t worked yet"), _sentence(error), error.what_to_do, error.faults)
    if isinstance(error, NotPossible):
        title = _("This can’t be done right now")
        return Refusal(409, title, _sentence(error), error.what_to_do, section=_section(error))
    return Refusal(422, _("That hasn’t worked yet"), _sentence(error), error.what_to_do)


def _section(error: MentorRoundsError) -> str:
    """Where a coordinator, on a page of their programme, changes what stands in the way."""
    values = request.view_args or {}
    if request.blueprint != "coordinator" or "programme_id" not in values:
        return ""
    if error.page is not None:
        return address_of(error.page, values["programme_id"], values.get("plan_id"))
    if error.section:
        return url_for("coordinator.section", programme_id=values["programme_id"], section=error.section)
    return ""


def address_of(page: Page, programme_id: int, plan_id: int | None = None) -> str:
    """The address of the page with the way out; empty where that is a page of a plan, and none is known."""
    if page is not Page.CARRY_OVER:
        return url_for(_PAGES[page], programme_id=programme_id)
    if plan_id is None:
        return ""
    return url_for("coordinator.edit", programme_id=programme_id, plan_id=plan_id, act="carry", _anchor="panel")


_PAGES = {
    Page.PEOPLE: "coordinator.lists_to_upload",
    Page.ANSWERS: "coordinator.joining",
    Page.ROTAS: "coordinator.rotas",
    Page.PLANS: "coordinator.plans",
}


def _nothing_here(error: NotFound | None) -> Refusal:
    return Refusal(
        404,
        # What says what to do instead was there once: a list that somebody has confirmed meanwhile.
        _("This is no longer here") if error and error.what_to_do else _("We can’t find that page"),
        error.message if error else _("This page doesn’t exist, or you don’t have access to it."),
        (error.what_to_do if error else "") or _("Go to your own page, or sign in as someone who has access."),
    )


def _sentence(error: MentorRoundsError) -> str:
    return f"{error.where}: {error.message}" if error.where else error.message


def refuse_old_form() -> Response:
    """The page for a form whose token is not of this login, where it has no page of its own to come back on."""
    return page_of(old_form(_("Nothing was changed. Go back, reload the page and send it again.")))


def old_form(what_to_do: str) -> Refusal:
    """What to tell of a form whose token is not of this login."""
    return Refusal(
        400,
        _("This form is too old"),
        _("You opened it before you signed in or out, or your browser is blocking cookies."),
        what_to_do,
    )


def _refuse_request(error: HTTPException) -> Response:
    response = error.get_response()
    if response.status_code < 400:
        return make_response(response)  # a redirect of the router
    answer = page_of(_refusal_of_request(error.code or 500))
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _refusal_of_request(status: int) -> Refusal:
    known = {
        400: (_("That could not be read"), _("Go back, reload the page and send it again.")),
        404: (_("We can’t find that page"), _("Check the address, or go to your own page.")),
        405: (_("That page can’t be opened like this"), _("Go to the page before it and use its buttons.")),
        413: (
            _("The file is too large"),
            _("A list or a rota is usually much smaller. Check that this is the right file."),
        ),
    }
    title, advice = known.get(status, (_("That didn’t work"), _("Go back and try again.")))
    return Refusal(status, title, _messages().get(status, ""), advice)


def _messages() -> dict[int, str]:
    return {
        404: _("This page doesn’t exist, or you don’t have access to it."),
        413: _("Nothing was saved."),
    }


def _fail(error: Exception) -> Response:
    """The last door: an error that nobody thought of, or one of where data is kept. What it says is for the log, not
    for the page."""
    cause = getattr(error, "original_exception", None) or error
    fault = fault_of(cause)
    if fault is None:
        log_failure(cause)
    else:
        log_fault(fault)
    let_go()
    g.actor = None  # the page must not ask a database that may be what failed
    words = _words_of(fault)
    if problems.is_api():
        headers = {} if fault is None else {"Retry-After": "60"}
        _title, what, what_to_do = words
        return problems.answer(
            problems.Problem(500 if fault is None else 503, what, what_to_do=what_to_do, headers=headers)
        )
    answer = make_response(render_template("error_pages/failure.html", words=words), 500 if fault is None else 503)
    if fault is not None:
        answer.headers["Retry-After"] = "60"
    return answer


def _words_of(fault: StorageFault | None) -> tuple[str, str, str]:
    """Title, what is the matter, and what to do."""
    if fault in (StorageFault.FULL, StorageFault.READ_ONLY):
        return (
            _("Nothing can be saved at the moment"),
            _("Our disk is full, or can’t be written to. Nothing was left half saved."),
            _("Please tell your coordinator, or the person who runs this service, and try again later."),
        )
    if fault is not None:
        return (
            _("Our data can’t be reached at the moment"),
            _("It’s not your fault. Nothing was left half saved."),
            _("Please try again in a minute. If it goes on, tell your coordinator."),
        )
    return (
        _("Something went wrong on our side"),
        _("It’s not your fault. Nothing was left half saved."),
        _("Please try again in a minute. If it happens again, tell your coordinator what you were doing and when."),
    )


def _problem_of(refusal: Refusal) -> problems.Problem:
    """A refusal as a program reads it. What is not there, or not for this token, is told alike, whatever it would be;
    what to do is left out where it speaks of pages."""
    if refusal.status == 404:
        return problems.Problem(404, _("There is nothing at this address, or it is not this token’s to see."))
    if refusal.status == 405:
        return problems.Problem(
            405,
            _("This address doesn’t take this method."),
            what_to_do=_("The header Allow has the methods that it takes."),
        )
    detail = refusal.message or refusal.title
    return problems.Problem(refusal.status, detail, what_to_do=refusal.what_to_do, errors=refusal.faults)


def _programme() -> str:
    """The page of the programme that was asked for, to its coordinators."""
    programme_id, actor = (request.view_args or {}).get("programme_id"), g.get("actor")
    if programme_id is None or actor is None or not actor.has(programme_id, Role.COORDINATOR):
        return ""
    return url_for("coordinator.overview", programme_id=programme_id)


def page_of(refusal: Refusal, back: str = "") -> Response:
    """The page that tells of a refusal, and the way on: ``back`` to where one can act, else to the programme. Programs
    are told by a problem document."""
    if problems.is_api():
        return problems.answer(_problem_of(refusal))
    piece = request.headers.get("HX-Request") == "true"
    template = "error_pages/piece.html" if piece else "error_pages/page.html"
    return make_response(render_template(template, refusal=refusal, back=back or _programme()), refusal.status)
