"""Calendar addresses as people take them over: by tapping, copying, or pointing a phone at a picture."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import segno
from flask import request, url_for
from markupsafe import Markup

from scheduler.calendars.feeds import ALARMS_MINUTES, Choices, FeedAddress, Subject
from scheduler.calendars.model import Purpose
from scheduler.errors import NotFound
from web.forms import Form
from web.language import gettext as _
from web.language import ngettext
from web.request_context import settings

_OUTLOOK = "https://outlook.{host}/calendar/0/addfromweb?url={address}&name={name}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A calendar that somebody may have."""

    subject: Subject
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A new address in every form that a calendar takes; the last two open Outlook on the web with it filled in."""

    name: str
    address: str
    webcal: str
    qr: Markup
    outlook_at_work: str
    outlook_at_home: str


def shown(made: FeedAddress, base_url: str) -> Shown:
    """The address in all its forms."""
    address = base_url + made.path
    secret, name = quote(address, safe=""), quote(made.name, safe="")
    return Shown(
        name=made.name,
        address=address,
        webcal="webcal:" + address.partition(":")[2],
        qr=qr_code(address),
        outlook_at_work=_OUTLOOK.format(host="office.com", address=secret, name=name),
        outlook_at_home=_OUTLOOK.format(host="live.com", address=secret, name=name),
    )


def qr_code(address: str) -> Markup:
    """The picture of an address, for the page itself: nobody else is asked to draw it."""
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True, light="#fff", title=_("QR code"))
    return Markup(picture)  # noqa: S704 - drawn here


def asked_subject() -> Subject:
    """What the form asks a calendar of; raises NotFound for what makes no sense."""
    form = Form(request.form)
    try:
        return Subject(
            Purpose(form.text("purpose")),
            form.find_id("programme_id"),
            form.text("group_key") or None,
            form.find_id("room_id"),
            form.find_id("site_id"),
        )
    except ValueError:
        raise NotFound(_("We can’t find that calendar.")) from None


def asked_choices() -> Choices:
    """What the form chooses for a calendar; nothing is no alarm and titles without the group."""
    form = Form(request.form)
    try:
        return Choices(form.find_number("alarm", 1, max(ALARMS_MINUTES)), form.ticked("names_group"))
    except ValueError:
        raise NotFound(_("We can’t find that reminder.")) from None


def alarms() -> tuple[tuple[int, str], ...]:
    """The reminders to choose from: minutes, and how people say it."""
    return tuple((minutes, _before(minutes)) for minutes in ALARMS_MINUTES)


def _before(minutes: int) -> str:
    if minutes % (24 * 60) == 0:
        return ngettext("a day before", "%(num)s days before", minutes // (24 * 60))
    if minutes % 60 == 0:
        return ngettext("an hour before", "%(num)s hours before", minutes // 60)
    return ngettext("a minute before", "%(num)s minutes before", minutes)


def page_address() -> str:
    """Where a calendar's reader finds the pages: the address itself signs nobody in."""
    return settings().base_url + url_for("public.welcome")
