"""Names as lists write them, put the way people say them."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"\s+")
_ADDRESS = re.compile(r"<?(?:mailto:)?([^@\s;,<>]+@[^@\s;,<>]+)>?\.?", re.IGNORECASE)


def full_name(name: str, given: str, surname: str) -> str:
    """One name of what the columns hold: ``Quill, Ada`` and ``QUILL Ada`` are Ada Quill."""
    whole = _BLANKS.sub(" ", name or f"{_eased(given)} {_eased(surname)}").strip()
    last, comma, first = whole.partition(",")
    if comma and first.strip() and "," not in first:
        return _BLANKS.sub(" ", f"{_eased(first.strip())} {_eased(last.strip())}")
    return _surname_last(whole)


def plain_address(text: str) -> str:
    """The address in ``Ada Quill <ada@example.org>`` or ``mailto:ada@example.org``; the text itself where none is."""
    found = _ADDRESS.findall(text)
    return str(found[0]).lower() if len(found) == 1 else text


def _surname_last(name: str) -> str:
    """``QUILL Ada`` the other way round; a name all in capitals as it is said."""
    words = name.split()
    shouted = [word for word in words if _is_shouted(word)]
    if len(shouted) == len(words):
        return " ".join(map(_eased, words))
    if shouted and words[: len(shouted)] == shouted:
        return " ".join((*words[len(shouted) :], *map(_eased, shouted)))
    return " ".join(map(_eased, words)) if shouted and words[-len(shouted) :] == shouted else name


def _is_shouted(word: str) -> bool:
    letters = [sign for sign in word if sign.isalpha()]
    return len(letters) > 2 and all(sign.isupper() for sign in letters)


def _eased(name: str) -> str:
    """Capitals only where names begin: ``O'BRIEN-SMITH`` is O'Brien-Smith. Mixed writing is left alone."""
    if not name.isupper() or len(name) < 3:
        return name
    return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), name)
