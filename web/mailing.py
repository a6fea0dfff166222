"""What pages say of e-mails: that they are sent, or that there is nothing to send them with."""

from __future__ import annotations

from flask import Flask

from web.language import gettext as _
from web.request_context import settings


def offer(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals["mailed"] = mailed
    app.jinja_env.globals["sends_mail"] = sends_mail


def sends_mail() -> bool:
    """Whether there is a mail server, so that what waits is sent."""
    return bool(settings().smtp_url)


def mailed(words: str) -> str:
    """A sentence which says that something is going to be e-mailed; without a mail server, followed by what to do about
    that. It never says that something was sent: then the two would contradict each other."""
    if sends_mail():
        return words
    nothing = _("No mail server is set up, so nothing is sent yet. Ask the people who run Mentor Rounds to set one up.")
    return f"{words} {nothing}"
