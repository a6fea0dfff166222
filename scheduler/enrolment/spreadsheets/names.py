"""Names as lists write them, put the way people say them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scheduler.rotas.naming.words import is_title
from scheduler.text_input import folded

_BLANKS = re.compile(r"\s+")
_ADDRESS = re.compile(r"<?(?:mailto:)?([^@\s;,<>]+@[^@\s;,<>]+)>?\.?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_OF_THE_CLAN = re.compile(r"\bMc([a-z])")


def full_name(name: str, given: str, surname: str) -> str:
    """One name of what the columns hold: ``Quill, Ada`` and ``QUILL Ada`` are Ada Quill, and with a title wherever it
    is written (``Dr Quill, Ada``, ``Quill, Dr Ada``, ``Quill, Ada, Prof.``) the title comes first."""
    if name:
        parts = [" ".join(part.split()) for part in name.split(",")]
        titles = [title for part in parts for title in _untitled(part)[0]]
        bare = [each for each in (_untitled(part)[1] for part in parts) if each]
        return " ".join(filter(None, (*titles, _in_order(bare))))
    (first_titles, first), (last_titles, last) = _untitled(given), _untitled(surname)
    return " ".join(filter(None, (*last_titles, *first_titles, _eased(first), _surname(last))))


def plain_address(text: str) -> str:
    """The address in ``Ada Quill <ada@example.org>`` or ``mailto:ada@example.org``; the text itself where none is."""
    found = _ADDRESS.findall(text)
    return str(found[0]).lower() if len(found) == 1 else text


def _untitled(part: str) -> tuple[list[str], str]:
    """The titles before and after a name or a piece of one, and what is between them."""
    words = _BLANKS.sub(" ", part).strip().split()
    first = next((at for at, word in enumerate(words) if not _is_title(word)), len(words))
    last = next((at for at in range(len(words), first, -1) if not _is_title(words[at - 1])), first)
    return [_said(title) for title in (*words[:first], *words[last:])], " ".join(words[first:last])


def _is_title(word: str) -> bool:
    return is_title(folded(word).replace(" ", ""))


def _said(title: str) -> str:
    return title.capitalize() if title.isupper() else title


def _in_order(parts: Sequence[str]) -> str:
    """The parts of a name around its commas, the surname last."""
    if len(parts) == 2:
        return f"{_eased(parts[1])} {_surname(parts[0])}"
    return _surname_last(", ".join(parts))


def _surname_last(name: str) -> str:
    """``QUILL Ada`` the other way round; a name all in capitals as it is said."""
    words = name.split()
    shouted = _shouted_at_the_start(words)
    if shouted == len(words):
        return " ".join(map(_eased, words))
    if shouted:
        return " ".join((*words[shouted:], *map(_surname, words[:shouted])))
    last = _shouted_at_the_start(words[::-1])
    return " ".join((*words[: len(words) - last], *map(_surname, words[len(words) - last :]))) if last else name


def _shouted_at_the_start(words: Sequence[str]) -> int:
    """How many words in capitals a name begins with, as surnames are; initials alone are none."""
    count = next((at for at, word in enumerate(words) if not _is_shouted(word)), len(words))
    return count if any(sum(map(str.isalpha, word)) > 2 for word in words[:count]) else 0


def _is_shouted(word: str) -> bool:
    letters = [sign for sign in word if sign.isalpha()]
    return len(letters) > 1 and all(sign.isupper() for sign in letters)


def _surname(name: str) -> str:
    """A surname as it is written: two capitals are a short name here, not initials."""
    return _capitalised(name) if name.isupper() and len(name) > 1 else name


def _eased(name: str) -> str:
    """Capitals only where names begin: ``O'BRIEN-SMITH`` is O'Brien-Smith. Mixed writing is left alone, and so are
    initials."""
    return _capitalised(name) if name.isupper() and len(name) > 2 else name


def _capitalised(name: str) -> str:
    spelt = _WORD.sub(lambda part: part[0].capitalize(), name)
    return _OF_THE_CLAN.sub(lambda found: f"Mc{found[1].upper()}", spelt)
