"""The words of a name, made plain: no titles, accents, apostrophes or hyphens."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from scheduler.text_input import folded


def _either(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


_PLAIN_TITLES = _either(
    "dr|drs|dra|drmed|doctor|docteur|doktor|dott|dottssa|dottor|dottore|dottoressa|prof|profs|professor|professora"
    "|professeur|mr|mrs|ms|miss|mx|mme|mlle|monsieur|madame|herr|frau"
)
"""Titles that are nobody's name."""
_TITLES = _PLAIN_TITLES | _either(
    "sir|dame|sig|signor|signora|sra|srta|senor|senora|med|priv|doz|univ|dipl|mag|lek|pan|pani|ing|doc|nurse|sister"
)
"""What stands before a name and is none, in the languages of the rotas that we know."""
_AFTER_NAMES = _either(
    "md|phd|do|mbbs|mbchb|frca|frcp|frcpc|frcs|mrcp|mrcs|fanzca|fracp|facs|facp|msc|bsc|rn|np|pa|crna|jr|jnr|snr|ii|iii"
    "|consultant|registrar|reg|spr|str|sho|sr|fellow|resident|intern|attending|locum|chief|ct|st|fy|pgy"
)
_GRADE = re.compile(r"[a-z]{1,4}\d{1,2}")
_APOSTROPHES = re.compile("(?<=\\w)['’‘`´ʼʻ′ʹʽ＇](?=\\w)")
_REMARK = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_AROUND = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
"""Letters that have a way of being written without their sign, beside leaving it out."""


def is_title(word: str) -> bool:
    """Whether a word, in small letters, is a plain title: it is no evidence of who is meant."""
    return word in _PLAIN_TITLES


def listed_words(name: str) -> tuple[str, ...]:
    """The words of a name as a list of people has it: whatever is no plain title belongs to it."""
    words = _plain_words(name)
    while len(words) > 1 and words[0] in _PLAIN_TITLES:
        words = words[1:]
    return words


def words_of(name: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """The words in their order, without titles, grades and remarks in brackets.

    A title that is one of the words in ``known`` is somebody's name, and stays. Some word always stays.
    """
    text = _REMARK.sub(" ", name)
    words = _plain_words(text if folded(text) else name)
    kept = tuple(word for word in words if word in known or not _is_beside_names(word, words))
    return kept or words


def _plain_words(name: str) -> tuple[str, ...]:
    return tuple(folded(_APOSTROPHES.sub("", name)).split())


def _is_beside_names(word: str, words: tuple[str, ...]) -> bool:
    if _GRADE.fullmatch(word):
        return True
    return word in _TITLES or (word in _AFTER_NAMES and word != words[0])


def written_out(name: str) -> str | None:
    """The name with ü as ue and the like; None where it holds no such letter."""
    small = name.casefold()
    other = "".join(_AROUND.get(sign, sign) for sign in small)
    return other if other != small else None


def with_short_names(name: str) -> Iterator[str]:
    """The name, and where a short one stands in brackets or quotes, as in ``William (Bill) Jones``, the two ways in
    which it can be said."""
    found = re.search(r"[(\"“„«]\s*([^\W\d_]{2,})\s*[)\"”“»]", name)
    if found is None:
        yield name
        return
    rest = f"{name[: found.start()]} {name[found.end() :]}".split()
    yield " ".join(rest)
    yield " ".join((found[1], *rest[1:]))
