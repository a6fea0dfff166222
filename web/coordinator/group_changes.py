"""A change of what is published: what it would do and break, then carried out with one line why."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.coordination.act_scope import scope_of
from scheduler.coordination.model import Act, Preview
from scheduler.coordination.service import LONGEST_WHY, carry_out, preview
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.acts import READERS, fields_of
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_seen
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/change")
@open_to(Audience.COORDINATOR)
def change(programme_id: int) -> ResponseReturnValue:
    """What a change would do: who can come before and after, what would break, and whether it needs a reason."""
    # A change that was refused comes back with its fields, which are the form's then.
    fields = request.form if request.method == "POST" else request.args
    kind = fields.get("act", "")
    if kind not in READERS:
        return redirect(url_for("coordinator.groups", programme_id=programme_id))
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        act = _read(db, Form(fields), kind, programme_id)
        found = preview(db, actor(), act, now())
    return render_template(
        "coordinator/change.html",
        programme=programme,
        reader=READERS[kind],
        fields=list(fields_of(kind, act)),
        preview=found,
        told=_told(found),
        back=_back(act, programme_id),
        longest=LONGEST_WHY,
    )


@blueprint.post("/<int:programme_id>/change")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.change", "change", field="why")
def change_made(programme_id: int) -> ResponseReturnValue:
    """Carry it out."""
    form = Form(request.form)
    kind = form.text("act")
    if kind not in READERS:
        return redirect(url_for("coordinator.groups", programme_id=programme_id))
    with database().writing() as db:
        act = _read(db, form, kind, programme_id)
        must_be_as_seen(*_told(preview(db, actor(), act, now())))
        carry_out(db, actor(), act, form.text("why"), now())
    flash(_("Done. Pages and calendars show it now."))
    return redirect(_back(act, programme_id), 303)


def _told(seen: Preview) -> tuple[str, str]:
    """What a preview tells, to notice whether it is still so when the change is made."""
    return repr(seen.breaches), repr(seen.effects)


def _read(db: Db, form: Form, kind: str, programme_id: int) -> Act:
    act = READERS[kind].read(form, programme_id, ZoneInfo(get_programme(db, programme_id).zone))
    form.check()
    if scope_of(db, (act,)).programme_id != programme_id:
        raise NotFound(_("We can’t find that session."))
    return act


def _back(act: Any, programme_id: int) -> str:
    """The page that the change is about."""
    if hasattr(act, "session_id"):
        return url_for("coordinator.published_session", programme_id=programme_id, session_id=act.session_id)
    return url_for("coordinator.group", programme_id=programme_id, group_key=act.group_key)
