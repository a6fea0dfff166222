"""What people type: trimmed, and refused where it is empty or too long; made plain, to be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from scheduler.errors import Fault, Rejected
from scheduler.languages import say


def required_text(text: str, longest: int) -> str:
    """The text without blank space around it. Raises Rejected where nothing is left, or too much."""
    plain = text.strip()
    if not plain:
        raise Rejected(say("You haven’t written anything yet."), what_to_do=say("Write a few words, then save."))
    if len(plain) > longest:
        raise Rejected(say("Please use no more than %(count)s characters.", count=longest))
    return plain


LONGEST_QUOTE: Final = 120
"""So many signs of what somebody has written are repeated to them; more would hide what is said about it."""


def shortened(text: str, longest: int = LONGEST_QUOTE) -> str:
    """The text as it is repeated to whoever wrote it: its beginning, where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1].rstrip()}…"


LONGEST_REASON: Final = 300
"""Characters of a reason that somebody gives for a change."""


_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Kinds of characters that take up no place in what is read."""


def reason_given(why: str) -> str:
    """The reason on one line, perhaps empty: without what nobody can see, and nothing at all where it has no letter.
    Raises Rejected, with the field ``why``, where it is too long."""
    seen = "".join(sign for sign in why if sign.isspace() or unicodedata.category(sign) not in _UNSEEN)
    reason = " ".join(seen.split()) if any(sign.isalnum() for sign in seen) else ""
    if len(reason) > LONGEST_REASON:
        raise Rejected(
            say("The reason is too long."),
            (Fault("why", say("Please use no more than %(count)s characters.", count=LONGEST_REASON)),),
        )
    return reason


_LAST_ACCENT = "\u06ff"
"""Marks of later scripts, such as the vowels of Thai, are no accents: without them another word is left."""
_LATIN = re.compile(r"LATIN (?:SMALL )?(?:LETTER|LIGATURE) (?:DOTLESS |SHARP )?([A-Z]+)(?: WITH .*)?")
_SOUNDS = {"ETH": "d", "THORN": "th", "ENG": "ng", "KRA": "q", "SCHWA": "a", "EZH": "zh", "ESH": "sh"}
"""Letters that have a name instead of a sound in Unicode."""
_WITHIN_WORDS = str.maketrans(dict.fromkeys("'’‘`´-‐‑", ""))


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """The text for comparing: lower case, no accents, words and figures only, single blanks."""
    small = text.casefold()
    plain = small if small.isascii() else "".join(map(_plain, unicodedata.normalize("NFKD", small))).casefold()
    return " ".join("".join(sign if _is_of_a_word(sign) else " " for sign in plain).split())


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or (sign > _LAST_ACCENT and unicodedata.category(sign).startswith("M"))


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    """A sign without its accent, in the letters of English where it is Latin: by its name, which says what it is."""
    if sign.isascii():
        return sign
    if unicodedata.combining(sign) and sign <= _LAST_ACCENT:
        return ""
    name = unicodedata.name(sign, "")
    if name.startswith("MODIFIER LETTER"):
        return " "  # an apostrophe that counts as a letter
    found = _LATIN.fullmatch(name)
    if found is None:
        return sign
    return found[1].lower() if len(found[1]) < 3 else _SOUNDS.get(found[1], sign)


def search_text(name: str) -> str:
    """A name for searching: small letters without accents; ``o neil oneil`` where something stands within a word."""
    apart, together = folded(name), folded(name.translate(_WITHIN_WORDS))
    return apart if apart == together else f"{apart} {together}"
