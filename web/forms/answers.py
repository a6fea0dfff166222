"""A refused form comes back on its page, with what was typed; and its address answers to GET with that page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, Rejected
from web.audiences import audience_of, open_to
from web.choosing_language import speak_from_now
from web.error_pages import Refusal, note_unspoken, old_form, page_of, refusal_of, refuse_old_form
from web.forms.once import ONCE, SentBefore, taken_once
from web.forms.reader import Fields, Form, Unreadable
from web.forms.versions import ChangedMeanwhile
from web.language import gettext as _
from web.request_context import find_current_actor

View = TypeVar("View", bound=Callable[..., Any])
Values = Mapping[str, Any]
Place = tuple[str, Values]
"""The endpoint of a page and what its address is made of."""
SPEAK_IN = "speak_in"
"""The button that shows a form which was not taken in another language."""
IS_ONCE = "__once__"
"""Where a view keeps whether its form is taken once."""
_FORM = "__form__"
"""Where a view keeps its page, the name of its form, and the field for refusals that name none."""


class _Known(dict[str, Any]):
    """Values for the name of a form; nothing for what was not sent."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not taken: its name on the page, why, and what was typed into it.

    ``faults`` is what is wrong with which field, ``field`` the one to look at where nothing is; ``changed`` says that
    something else is kept by now than the form was filled with.
    """

    form: str
    refusal: Refusal
    typed: Fields
    faults: Mapping[str, str]
    field: str
    changed: bool

    @property
    def first(self) -> str:
        """The first field to look at, in the order in which they are read; empty where it is about no field."""
        return next(iter(self.faults), self.field)


def form_on(
    page: str | Callable[..., Place], form: str = "", *, field: str = "", once: bool = False
) -> Callable[[View], View]:
    """Declare on which page the form of a view stands, and under which name there.

    A refusal is answered by that page, the form with what was typed and marked where it is at fault; a GET of the
    form's address leads to the page. ``page`` is an endpoint, or tells it with its values from the values of the
    address; ``form`` may name values of the address or of the form in braces. ``field`` takes a refusal that names no
    field. A form that makes something is taken ``once``: sent again by reloading, it only leads to its page.
    """

    def declare(view: View) -> View:
        taking = taken_once(view) if once else view

        @wraps(view)
        def answer(**values: Any) -> ResponseReturnValue:
            if SPEAK_IN in request.form:
                return _in_another_language(_name(form, values), _place(page, values))
            try:
                found: ResponseReturnValue = taking(**values)
            except SentBefore:
                flash(_("You’d already sent this, so it wasn’t sent again."))
                endpoint, needed = _place(page, values)
                return redirect(url_for(endpoint, **needed), 303)
            except (NotAllowed, NotFound):
                raise
            except MentorRoundsError as error:
                note_unspoken(error)
                g.refused = _refused(error, _name(form, values), field)
                return _again(*_place(page, values))
            return found

        setattr(answer, _FORM, (page, form, field))
        setattr(answer, IS_ONCE, once)
        return answer  # type: ignore[return-value]  # as every decorator that keeps the arguments

    return declare


def keep_old_forms(app: Flask) -> None:
    """Let a form that was opened in an earlier login come back with what was typed, for whoever may send it.

    It is shown and not taken. Another site cannot have it shown: its forms arrive without the login's cookie.
    """

    @app.errorhandler(CSRFError)
    def come_back(_error: CSRFError) -> Response:
        view, values = current_app.view_functions[request.endpoint or ""], dict(request.view_args or {})
        page, form, _field = getattr(view, _FORM, (None, "", ""))
        if page is None or not _may_send(view, values):
            return refuse_old_form()
        refusal = old_form(_("What you typed is still here. Check it and send it again."))
        g.refused = Refused(_name(form, values), refusal, request.form, {}, "", changed=False)
        try:
            return _again(*_place(page, values))
        except MentorRoundsError:  # there is no such page any more, or it is not theirs
            del g.refused
            return refuse_old_form()


def _in_another_language(form: str, place: Place) -> Response:
    """The page of a form that was not taken, in another language: what was typed stays, and nothing is taken."""
    speak_from_now(request.form[SPEAK_IN])
    unsaved = Refusal(
        200, _("This isn’t saved yet"), _("What you typed is still here."), _("Check it and send it again.")
    )
    g.refused = Refused(form, unsaved, request.form, {}, "", changed=False)
    return _again(*place)


def typed_here() -> list[tuple[str, str]]:
    """What was typed into the form that was not taken just now, to be sent along when another language is chosen."""
    found: Refused | None = g.get("refused")
    own = {"csrf_token", ONCE, SPEAK_IN}
    return [(name, value) for name, value in found.typed.items(multi=True) if name not in own] if found else []


def _may_send(view: Callable[..., Any], values: Values) -> bool:
    actor, audience = find_current_actor(), audience_of(view)
    return actor is not None and audience is not None and audience.admits(actor, values.get("programme_id"))


def find_refused(form: str) -> Refused | None:
    """The form of this name on the page that is shown, if it was not taken just now."""
    found: Refused | None = g.get("refused")
    return found if found and found.form == form else None


def answer_to_get(app: Flask) -> None:
    """Let the address of every form lead to its page: whoever reloads or switches language there must not be stuck."""
    rules = list(app.url_map.iter_rules())
    answering = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    for rule in rules:
        view = app.view_functions[rule.endpoint]
        page, _form, _field = getattr(view, _FORM, (None, "", ""))
        if page is not None and rule.rule not in answering:
            answering.add(rule.rule)
            lead = _leading_to(page)
            audience = audience_of(view)
            app.add_url_rule(
                rule.rule, f"{rule.endpoint}_page", open_to(audience)(lead) if audience else lead, methods=["GET"]
            )


def is_refusing() -> bool:
    """Whether a page is shown with a form that was not taken: the refusal is told there, and need not be again."""
    return g.get("refused") is not None


def refuse_address(form: Form, name: str) -> int:
    """Let a page of what is looked for show its own form with what was typed and its faults; returns its status."""
    faults: dict[str, str] = {}
    for fault in form.faults:
        faults.setdefault(fault.where, fault.text)
    refusal = refusal_of(Unreadable(_("Please check the fields marked below."), tuple(form.faults)))
    g.refused = Refused(name, refusal, request.args, faults, "", changed=False)
    return refusal.status


def _name(form: str, values: Values) -> str:
    return form.format_map(_Known(request.form.to_dict(), **values))


def _leading_to(page: str | Callable[..., Place]) -> Callable[..., ResponseReturnValue]:
    def lead(**values: Any) -> ResponseReturnValue:
        endpoint, needed = _place(page, values)
        address, more = url_for(endpoint, **needed), request.query_string.decode(errors="replace")
        return redirect(f"{address}{'&' if '?' in address else '?'}{more}" if more else address)

    return lead


def _place(page: str | Callable[..., Place], values: Values) -> Place:
    if callable(page):
        return page(**values)
    arguments = {name for rule in current_app.url_map.iter_rules(page) for name in rule.arguments}
    return page, {name: value for name, value in values.items() if name in arguments}


def _again(endpoint: str, values: Values) -> Response:
    """The page with the refused form. A page that only leads on shows nothing, so the refusal is a page of its own; on
    one that no longer has the form it stands at the top."""
    view = current_app.view_functions[endpoint]
    answer = make_response(view(**values))
    if answer.location:
        return page_of(g.pop("refused").refusal, back=answer.location)
    if not g.get("refusal_is_told"):
        g.refused = replace(g.refused, form="", faults={}, field="")
        answer = make_response(view(**values))
    answer.status_code = g.refused.refusal.status
    return answer


def _refused(error: MentorRoundsError, form: str, field: str) -> Refused:
    refusal = refusal_of(error)
    found = error.faults if isinstance(error, Rejected) else ()
    faults: dict[str, str] = {}
    # Faults of a form name its field; those of a file or a list name a row or a cell.
    for fault in found:
        if isinstance(error, Unreadable) or fault.where in request.form:
            faults.setdefault(fault.where, fault.text)
    if error.where in request.form:
        faults[error.where], refusal = error.message, replace(refusal, message=error.message)
    elif not faults and field and not isinstance(error, ChangedMeanwhile):
        faults[field] = found[0].text if found else error.message
    return Refused(form, refusal, request.form, faults, field, isinstance(error, ChangedMeanwhile))
