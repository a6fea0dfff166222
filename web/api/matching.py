"""Changes of what somebody has read: refused where it is no longer as they read it."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from flask import request

from scheduler.languages import say as _
from web.problems import Problem


def tag_of(value: Any) -> str:
    """A tag of what is shown: the same as long as that is."""
    digest = hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
    return f'"{digest[:32]}"'


def must_match(tag: str) -> None:
    """Raise :class:`Problem` unless the header If-Match has the tag of what is there: 428 without it, 412 for another.

    A tag that is marked as weak matches too: an answer that was compressed on the way has such a one.
    """
    given = request.headers.get("If-Match", "")
    if not given:
        raise Problem(
            428,
            _("Say what you have read: send its ETag in the header If-Match."),
            what_to_do=_("Read it first, then change it."),
        )
    tags = {each.strip().removeprefix("W/") for each in given.split(",")}
    if "*" not in tags and tag not in tags:
        raise Problem(
            412,
            _("This has changed since you read it. Nothing was saved."),
            what_to_do=_("Read it again, then change it."),
            headers={"ETag": tag},
        )
