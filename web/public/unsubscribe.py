"""One tap to end mail of a sort, by the link in each message: nobody has to sign in for it."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from scheduler.desk.wishes import stop_notices
from scheduler.errors import NotFound
from scheduler.invitations.choices import stop as stop_mail
from scheduler.mail.addresses import Tag, TagKind, Tags
from web.audiences import Audience, open_to
from web.language import gettext as _
from web.public.views import blueprint
from web.request_context import database, settings
from web.security import forms

STOPPING = (TagKind.STOP_REMINDERS, TagKind.STOP_INVITATIONS, TagKind.STOP_GROUP, TagKind.STOP_DESK)
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@blueprint.get("/mail/stop/<secret>")
@open_to(Audience.PUBLIC)
def stop(secret: str) -> str:
    """One button: mail scanners open every link, so opening it ends nothing yet."""
    return _page(_tag(secret), done=False)


@blueprint.post("/mail/stop/<secret>")
@open_to(Audience.PUBLIC)
@forms.exempt  # type: ignore[untyped-decorator]
def stopped(secret: str) -> ResponseReturnValue:
    """End them: by our own button, or by the button of a mail program, which knows no token (RFC 8058 section 3.1)."""
    name, value = ONE_CLICK
    if request.form.get(name) != value:
        forms.protect()
    tag = _tag(secret)
    with database().writing() as db:
        if tag.kind is TagKind.STOP_DESK:
            stop_notices(db, tag.number)
        else:
            stop_mail(db, tag)
    return _page(tag, done=True)


def _tag(secret: str) -> Tag:
    tag = next(Tags(settings()).find(secret), None)
    if tag is None or tag.kind not in STOPPING:
        raise NotFound(_("This link is not one of ours, or no longer works."))
    return tag


def _page(tag: Tag, *, done: bool) -> str:
    return render_template(
        "public/stop.html",
        reminders=tag.kind is TagKind.STOP_REMINDERS,
        group=tag.kind is TagKind.STOP_GROUP,
        desk=tag.kind is TagKind.STOP_DESK,
        done=done,
    )
