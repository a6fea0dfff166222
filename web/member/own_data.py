"""What is held on whoever is signed in: to see, to take away and to delete. For everybody, after leaving, too."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.own_data.deletion import DELETABLE, delete_everything, delete_kind
from scheduler.own_data.document import take_along
from scheduler.own_data.held import own_data
from scheduler.own_data.model import Kind, Record, Value
from web.audiences import Audience, open_to
from web.auth.login import forget_all_but_who
from web.forms import Form, form_on, read_form
from web.language import gettext as _
from web.language import mode_name
from web.member.blueprint import blueprint
from web.member.own_data_words import KINDS, PARTS, WORDS, WORDS_OF
from web.request_context import actor, database, now

EVERYTHING = "everything"


@blueprint.get("/my-data")
@open_to(Audience.SIGNED_IN)
def my_data() -> str:
    """All of it by kind, with what for, who reads it and until when."""
    with database().reading() as db:
        data = own_data(db, actor())
    return render_template("member/own_data.html", data=data, kinds=KINDS, parts=PARTS, deletable=DELETABLE, told=told)


@blueprint.post("/my-data/file")
@open_to(Audience.SIGNED_IN)
@form_on("member.my_data")
def my_data_file() -> Response:
    """All of it as a JSON document."""
    with database().writing() as db:
        content = take_along(db, actor(), now())
    name = 'attachment; filename="mentor-rounds-my-data.json"'
    return Response(content, headers={"Content-Type": "application/json; charset=utf-8", "Content-Disposition": name})


@blueprint.get("/my-data/delete")
@open_to(Audience.SIGNED_IN)
def my_data_delete() -> str:
    """What deleting a kind, or everything, does: said before it is done."""
    what = Form(request.form if request.method == "POST" else request.args).text("what") or EVERYTHING
    _must_be_known(what)
    with database().reading() as db:
        data = own_data(db, actor())
    kind = None if what == EVERYTHING else Kind(what)
    return render_template("member/own_data_delete.html", data=data, kind=kind, kinds=KINDS, what=what)


@blueprint.post("/my-data/delete")
@open_to(Audience.SIGNED_IN)
@form_on("member.my_data_delete", "sure")
def my_data_deleted() -> ResponseReturnValue:
    """Delete a kind, or everything; whoever deletes everything is signed out."""
    with read_form() as form:
        what = form.text("what")
        _must_be_known(what)
        if not form.ticked("sure"):
            form.refuse("sure", _("Tick this to go on."))
    with database().writing() as db:
        held = what == EVERYTHING or own_data(db, actor()).count(Kind(what)) > 0
        if what == EVERYTHING:
            delete_everything(db, actor(), actor().person_id or 0, now())
        else:
            delete_kind(db, actor(), Kind(what), now())
    if what != EVERYTHING:
        flash(_("Deleted. It’s no longer used.") if held else _("There was nothing to delete."))
        return redirect(url_for("member.my_data"), 303)
    forget_all_but_who()
    flash(_("Everything about you has been deleted."))
    return redirect(url_for("public.welcome"), 303)


def _must_be_known(what: str) -> None:
    if what not in (EVERYTHING, *DELETABLE):
        raise NotFound(_("We can’t find that answer."))


def told(record: Record) -> str:
    """A record in one line: what it says, without names of columns. What has an inner structure is in the file."""
    return " · ".join(filter(None, (said(value, name) for name, value in record.items())))


def said(value: Value, name: str = "") -> str:
    """A value as a page shows it, in words where there are any; empty for what says nothing."""
    if value is None or value is False or value in ("", [], {}):
        return ""
    if value is True:
        return str(_("yes"))
    if isinstance(value, Mapping):
        told = {each: said(word) for each, word in value.items()}
        return ", ".join(f"{each}: {words}" for each, words in told.items() if words)
    if isinstance(value, list | tuple):
        return ", ".join(said(each, name) for each in value if not isinstance(each, Mapping))
    return _plain(str(value), name)


def _plain(text: str, name: str) -> str:
    words = WORDS_OF.get(name, WORDS).get(text)
    if words:
        return str(_(words))
    is_moment = len(text) > 18 and text[4] == text[7] == "-" and text[10] == "T"
    return text[:16].replace("T", " ") if is_moment else mode_name(text)
