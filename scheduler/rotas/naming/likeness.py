"""How likely it is that somebody writes one word of a name in place of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rapidfuzz.distance import OSA

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Likeness:
    """How often a word is written so, of all the times that the name is written: 1 for the word itself. ``is_doubtful``
    where it may as well be another name: then it is no more than a guess."""

    weight: float
    is_doubtful: bool = False


THE_SAME: Final = Likeness(1.0)
INITIAL: Final = Likeness(0.5)
MORE_THAN_KNOWN: Final = Likeness(0.002, True)
"""A word for which a name has no more than its first letter."""
FEWEST_FOR_SLIPS: Final = 4
"""Letters; in shorter words a slip is as likely another name."""
_FEWEST_FOR_TWO_SLIPS = 7
_FEWEST_FOR_EXCHANGES = 7
_TAKEN = 0.03
"""By how much less likely a short form or a slip is where somebody has just that as their name."""


def likeness(written: str, word: str, *, is_taken: bool) -> Likeness | None:
    """How a word of a rota may stand for one of a name; None where it does not. ``is_taken`` says that somebody has
    the written word as part of their name."""
    if written == word:
        return INITIAL if len(word) == 1 and word.isalpha() else THE_SAME
    if not (written.isalpha() and word.isalpha()):
        return None
    if 1 in (len(written), len(word)):
        return (INITIAL if len(written) == 1 else MORE_THAN_KNOWN) if written[0] == word[0] else None
    if is_short_form(written, word):
        return _short_form(written, word)
    if word.startswith(written):
        return _beginning(written, word, is_taken=is_taken)
    return slip(written, word, is_taken=is_taken)


def _short_form(written: str, word: str) -> Likeness:
    """Short forms that are names of their own, as Greta is, are mostly just that."""
    is_own_name = is_given_name(written) and not word.startswith(written)
    return Likeness(0.005 if is_own_name else 0.1)


def _beginning(written: str, word: str, *, is_taken: bool) -> Likeness:
    weight = 0.1 if len(written) > 2 else 0.02
    if is_taken:
        return Likeness(weight * _TAKEN)
    is_other_name = is_given_name(written) and is_given_name(word)
    return Likeness(weight * 0.1, True) if is_other_name else Likeness(weight, len(written) < 3)


def slip(written: str, word: str, *, is_taken: bool = False) -> Likeness | None:
    """How a word may be another one with a slip of the pen, or two; None where it is too far from it."""
    longer, shorter = max(len(written), len(word)), min(len(written), len(word))
    if longer < FEWEST_FOR_SLIPS or shorter < FEWEST_FOR_SLIPS - 1:
        return None
    most = 1 if longer < _FEWEST_FOR_TWO_SLIPS else 2
    slips = OSA.distance(written, word, score_cutoff=most)
    if slips > most:
        return None
    weight = _weight_of_slips(written, word, slips) * (_TAKEN if is_taken else 1.0)
    if longer == FEWEST_FOR_SLIPS:
        weight *= 0.3
    return Likeness(weight, _may_be_another_name(written, word))


def _may_be_another_name(written: str, word: str) -> bool:
    """Whether it is as well no slip: it is a name itself, or has another letter in a short word, as Hall and Hull."""
    is_exchanged = len(written) == len(word) < _FEWEST_FOR_EXCHANGES and sorted(written) != sorted(word)
    return is_exchanged or is_name(written) or _has_other_ends(written, word)


def _weight_of_slips(written: str, word: str, slips: int) -> float:
    if slips == 2:
        return 0.0005
    if _has_other_ends(written, word):
        return 0.001
    return 0.003 if len(written) == len(word) and sorted(written) != sorted(word) else 0.01


def _has_other_ends(written: str, word: str) -> bool:
    """Whether the first or last letter is another one: that makes other names, Alia of Ali and Petrova of Petrov,
    more often than a slip does. A letter typed twice and two the other way round are slips."""
    if written[0] != word[0]:
        return True
    return written[-1] != word[-1] and sorted(written) != sorted(word) and not _ends_doubled(written, word)


def _ends_doubled(written: str, word: str) -> bool:
    longer, shorter = (written, word) if len(written) > len(word) else (word, written)
    return longer == shorter + shorter[-1]


def is_short_form(written: str, word: str) -> bool:
    """Whether one of two names is said for the other, or both for a third."""
    return word in short_forms().get(written, ())


@lru_cache(maxsize=1)
def short_forms() -> Mapping[str, frozenset[str]]:
    """Short form → the full names and the other short forms that it may stand for."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in _lines("short_forms.txt"):
        full, _, forms = line.partition(":")
        together = (full, *forms.split())
        for form in together:
            found[form].update(each for each in together if full in (form, each))
    return {form: frozenset(names - {form}) for form, names in found.items()}


def is_given_name(word: str) -> bool:
    """Whether people are called so: such a word is hardly another name with a slip in it."""
    return word in _given_names()


def is_name(word: str) -> bool:
    """Whether people have it as a given or a family name."""
    return word in _given_names() or word in _family_names()


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return frozenset(word for line in _lines("given_names.txt") for word in line.split())


@lru_cache(maxsize=1)
def _family_names() -> frozenset[str]:
    return frozenset(word for line in _lines("family_names.txt") for word in line.split())


def _lines(filename: str) -> list[str]:
    text = (_HERE / filename).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
