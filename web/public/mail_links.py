"""The secrets of links in mails."""

from __future__ import annotations

from scheduler.errors import NotFound
from scheduler.mail.addresses import TagKind, Tags
from web.language import gettext as _
from web.request_context import settings


def number_behind(secret: str, kind: TagKind) -> int:
    """What a link of a kind is about, by its number. Raises NotFound for a secret that is none of ours."""
    number = Tags(settings()).find_one(kind, secret)
    if number is None:
        raise NotFound(_("This link is not one of ours, or no longer works."))
    return number
