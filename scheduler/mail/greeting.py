"""How a mail greets its reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scheduler.languages import say

_TITLES: Final = frozenset(
    (
        *("dame", "doctor", "dr", "lady", "lord", "miss", "mr", "mrs", "ms", "mx", "prof", "professor", "sir"),
        *("docteur", "m", "madame", "mlle", "mme", "monsieur", "pr", "professeur"),
    )
)
"""Without their full stops, in the languages that are spoken."""
_OF_SURNAMES: Final = frozenset((
    "al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "ten", "ter", "van",
    "vom", "von", "zu", "zur",
))  # fmt: skip
"""Small words with which surnames begin; with a capital they may be names of their own."""


def greeting(name: str) -> str:
    """``Hello Ada,`` to Ada Quill, ``Hello Dr Quill,`` to Dr Ada Quill, in the language spoken now."""
    return say("Hello %(name)s,", name=called(name))


def called(name: str) -> str:
    """What somebody is called to their face: their first name, or title and last name; all of it where it is unclear
    which part is which (initials, more than ``Quill, Ada`` around a comma)."""
    last, comma, first = (part.strip() for part in name.partition(","))
    words = name.split() if not comma else f"{first} {last}".split()
    if not words or (comma and (" " in last or not first)):
        return name
    if words[0].rstrip(".").lower() in _TITLES:
        return f"{words[0]} {_surname(words[1:])}" if len(words) > 1 else name
    return name if _is_initial(words[0]) else words[0]


def _surname(words: Sequence[str]) -> str:
    """The last word, with the small words before it: van der Berg."""
    before = next((at for at in range(len(words) - 1, 0, -1) if words[at - 1] not in _OF_SURNAMES), 0)
    return " ".join(words[before:])


def _is_initial(word: str) -> bool:
    return word.endswith(".") or len(word) == 1
