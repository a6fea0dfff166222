"""What a reminder asks beside the session: whether somebody was released, and a term's pulse."""

from __future__ import annotations

from scheduler.languages import say


def asked_afterwards(released: str, voice: str) -> list[str]:
    """What a reminder asks beside: the links to say afterwards whether one was released, and to a term's pulse."""
    lines = []
    if released:
        lines += [say("Afterwards, one tap tells whether you were really released. Nobody sees your answer:"), released]
    if voice:
        lines += [say("Three quick statements are waiting for you, once this term:"), voice]
    return [*lines, ""] if lines else []
