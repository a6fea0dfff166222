"""What comes by mail: invitations, reminders, quiet hours, and an answer that is uploaded."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.desk.model import NoticeWish
from scheduler.desk.wishes import ProgrammeWish, choose_wishes, own_wishes
from scheduler.invitations.choices import OwnChoices, choose, choose_groups, own_choices, text_failed
from scheduler.invitations.inbound_mail import take_answers
from scheduler.invitations.mail_reader import read_answer_file
from scheduler.invitations.model import REMINDER_HOURS, Channel, InvitationWish, MailChoices
from scheduler.invitations.upcoming import planned_reminders
from web.audiences import Audience, open_to
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import lazy_gettext
from web.member.blueprint import blueprint
from web.request_context import actor, database, now, settings
from web.uploads import uploaded

WISHES = {
    InvitationWish.EACH: (
        lazy_gettext("For each session and each change"),
        lazy_gettext("Your e-mail program adds them to your calendar. Best if you don’t have a calendar link."),
    ),
    InvitationWish.NEAR: (
        lazy_gettext("Only when something changes within three days"),
        lazy_gettext("Best together with a calendar link, which may show a change up to a day late."),
    ),
    InvitationWish.NONE: (
        lazy_gettext("None"),
        lazy_gettext("Only a short e-mail when something changes within three days. That one is always sent."),
    ),
}
NOTICES = {
    NoticeWish.ONCE: lazy_gettext("A few minutes after something new needs me"),
    NoticeWish.DAILY: lazy_gettext("Once a day, in the morning, if anything new does"),
    NoticeWish.NEVER: lazy_gettext("Never"),
}
CHANNELS = {
    Channel.EMAIL: (lazy_gettext("By e-mail"), lazy_gettext("As you choose below.")),
    Channel.CALENDAR: (
        lazy_gettext("By my calendar alone"),
        lazy_gettext(
            "No invitations and no reminders: your calendar link has the dates. Only a short e-mail when something "
            "changes within three days."
        ),
    ),
    Channel.TEXT: (
        lazy_gettext("By text message"),
        lazy_gettext(
            "Reminders, and a text that something within three days has changed. For all else your e-mail address is "
            "used. No text names anyone."
        ),
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
@form_on("member.mail", "mail")
def mail_chosen() -> ResponseReturnValue:
    """Take what somebody wants from now on."""
    chosen, wanted = _chosen(), Form(request.form).ids("group")
    with database().writing() as db:
        own, notices = own_choices(db, actor()), own_wishes(db, actor())
        wishes = _notices(notices)
        must_be_as_seen(own.choices, own.groups, notices)
        choose(db, actor(), chosen, texts=bool(settings().text_gateway))
        choose_groups(db, actor(), wanted)
        choose_wishes(db, actor(), wishes)
    flash(_("Saved. Your reminders will follow your new choices."))
    return redirect(url_for("member.mail"), 303)


@blueprint.post("/account/mail/answer")
@open_to(Audience.SIGNED_IN)
@form_on("member.mail", "answer", field="file")
def mail_answered() -> ResponseReturnValue:
    """Take an answer to an invitation that somebody uploads: for mail programs whose answers do not get through."""
    replies = read_answer_file(actor(), uploaded().content)  # before anybody waits for this form's transaction
    with database().writing() as db:
        is_new = take_answers(db, actor(), replies, now())
    flash(
        _("Your answer has been saved.")
        if is_new
        else _("We already have a later answer from you, and that one counts.")
    )
    return redirect(url_for("member.mail"), 303)


def _chosen() -> MailChoices:
    with read_form() as form:
        return MailChoices(
            invitations=form.choice(
                "invitations", {"": None, **{wish.value: wish for wish in InvitationWish}}, default=""
            ),
            reminder_hours=form.choices("reminder", {str(hours): hours for hours in REMINDER_HOURS}),
            quiet_from=form.time("quiet_from"),
            quiet_to=form.time("quiet_to"),
            channel=form.choice("channel", {each.value: each for each in Channel}, default=Channel.EMAIL.value),
            number=form.text("number"),
        )


def _is_offered(channel: Channel, own: OwnChoices) -> bool:
    """Whether somebody could be reached like that; what they chose once is shown in any case."""
    possible = {Channel.CALENDAR: own.has_feed, Channel.TEXT: bool(settings().text_gateway)}
    return possible.get(channel, True) or (channel is Channel.CALENDAR and own.choices.channel is channel)


def _notices(known: tuple[ProgrammeWish, ...]) -> dict[int, NoticeWish]:
    """How often somebody wants to hear of each programme that they coordinate, as they chose it."""
    choices = {wish.value: wish for wish in NoticeWish}
    with read_form() as form:
        return {
            one.programme_id: form.choice(f"desk-{one.programme_id}", choices, default=one.wish.value) for one in known
        }


def _page() -> str:
    with database().reading() as db:
        desks = own_wishes(db, actor())
        own = own_choices(db, actor())
        reminders = planned_reminders(db, actor(), now())
        failed = text_failed(db, actor())
    return render_template(
        "member/mail.html",
        own=own,
        wishes=WISHES,
        reminder_names=REMINDERS,
        desks=desks,
        notices=NOTICES,
        reminders=reminders,
        channels=[each for each in Channel if _is_offered(each, own)],
        channel_names=CHANNELS,
        Channel=Channel,
        text_failed=failed,
        sends=bool(settings().smtp_url),
    )
