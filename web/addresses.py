"""Calendar addresses as people take them over: by tapping, copying, or pointing a phone at a picture."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import segno
from flask import request, url_for
from markupsafe import Markup

from scheduler.calendars.feeds import ALARMS_MINUTES, Choices, FeedAddress, Purpose, Subject
from scheduler.errors import NotFound
from web.current import settings
from web.language import gettext as _
from web.language import ngettext

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
    try:
        return Subject(
            Purpose(request.form.get("purpose", "")),
            request.form.get("programme_id", type=int),
            request.form.get("group_key"),
            request.form.get("room_id", type=int),
            request.form.get("site_id", type=int),
        )
    except ValueError:
        raise NotFound(_("There is no such calendar.")) from None


def asked_choices() -> Choices:
    """What the form chooses for a calendar; nothing is no alarm and titles without the group."""
    try:
        return Choices(request.form.get("alarm", type=int), "names_group" in request.form)
    except ValueError:
        raise NotFound(_("There is no such reminder.")) from None


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
