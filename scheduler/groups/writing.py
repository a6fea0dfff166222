"""What people type: trimmed, and refused where it is empty or too long."""

from __future__ import annotations

from scheduler.errors import Rejected
from scheduler.languages import say


def written(text: str, longest: int) -> str:
    """The text without blank space around it. Raises Rejected where nothing is left, or too much."""
    plain = text.strip()
    if not plain:
        raise Rejected(say("There is nothing written yet."), what_to_do=say("Write a few words, then save."))
    if len(plain) > longest:
        raise Rejected(say("This is longer than %(count)s characters.", count=longest))
    return plain
