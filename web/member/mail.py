"""What comes by mail: invitations, reminders, quiet hours, and an answer that is uploaded."""

from __future__ import annotations

from datetime import time

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import MentorRoundsError, Rejected
from scheduler.invitations.choices import choose, own_choices
from scheduler.invitations.incoming import take_upload
from scheduler.invitations.model import REMINDER_HOURS, MailChoices, Wish
from scheduler.invitations.planned import planned_reminders
from web.audiences import Audience, open_to
from web.current import actor, database, now, settings
from web.language import gettext as _
from web.language import lazy_gettext
from web.member.blueprint import blueprint
from web.refusals import Refusal, refusal_of
from web.uploads import uploaded

WISHES = {
    Wish.EACH: (
        lazy_gettext("For each session and each change"),
        lazy_gettext("Your mail program puts them into your calendar. Best where you have no calendar link."),
    ),
    Wish.NEAR: (
        lazy_gettext("Only when something changes within three days"),
        lazy_gettext("Best beside a calendar link, which may show a change a day late."),
    ),
    Wish.NONE: (
        lazy_gettext("None"),
        lazy_gettext("Just a few words when something changes within three days: that is always mailed."),
    ),
}
REMINDERS = {
    168: lazy_gettext("a week before"),
    72: lazy_gettext("three days before"),
    24: lazy_gettext("a day before"),
    2: lazy_gettext("two hours before"),
}


@blueprint.get("/account/mail")
@open_to(Audience.SIGNED_IN)
def mail() -> str:
    """What comes by mail, and when."""
    return _page()


@blueprint.post("/account/mail")
@open_to(Audience.SIGNED_IN)
def mail_chosen() -> ResponseReturnValue:
    """Take what somebody wants from now on."""
    try:
        with database().writing() as db:
            choose(db, actor(), _chosen())
    except Rejected as error:
        return _page(refusal_of(error)), 422
    flash(_("Saved. Reminders that were planned are planned anew."))
    return redirect(url_for("member.mail"), 303)


@blueprint.post("/account/mail/answer")
@open_to(Audience.SIGNED_IN)
def mail_answered() -> ResponseReturnValue:
    """Take an answer to an invitation that somebody uploads: for mail programs whose answers do not get through."""
    try:
        with database().writing() as db:
            is_new = take_upload(db, actor(), uploaded().content, now())
    except MentorRoundsError as error:
        refusal = refusal_of(error)
        return _page(refusal), refusal.status
    flash(_("Your answer is noted.") if is_new else _("A later answer of yours is known already; it counts."))
    return redirect(url_for("member.mail"), 303)


def _chosen() -> MailChoices:
    wishes = {wish.value: wish for wish in Wish}
    hours = {str(hours): hours for hours in REMINDER_HOURS}
    return MailChoices(
        invitations=wishes.get(request.form.get("invitations", "")),
        reminder_hours=tuple(hours[text] for text in request.form.getlist("reminder") if text in hours),
        quiet_from=_time("quiet_from"),
        quiet_to=_time("quiet_to"),
    )


def _time(field: str) -> time:
    try:
        found = time.fromisoformat(request.form.get(field, ""))
    except ValueError:
        found = None
    if found is None or found.tzinfo:
        raise Rejected(_("Quiet hours have two times."), what_to_do=_("Write them like 22:00 and press Save again."))
    return found


def _page(refusal: Refusal | None = None) -> str:
    with database().reading() as db:
        own = own_choices(db, actor())
        reminders = planned_reminders(db, actor(), now())
    return render_template(
        "member/mail.html",
        own=own,
        wishes=WISHES,
        reminder_names=REMINDERS,
        reminders=reminders,
        sends=bool(settings().smtp_url),
        refusal=refusal,
    )
