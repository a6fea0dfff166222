"""Names as one file spells them: the same name in other letters, and names that are probably misspelt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scheduler.rotas.naming.likeness import is_given_name, is_short_form, slip
from scheduler.rotas.naming.words import words_of
from scheduler.rotas.reading.cells import folded, text_of

_SELDOM = 3
"""How many times as often the other name stands where a short form is taken for a habit of somebody."""
_FEWEST_LETTERS = 3

_MOST_COMPARED = 500
"""Each name is compared with each; no rota has more."""


class Spelling:
    """One spelling a name: the commonest of those that differ in case, blanks, accents and signs only."""

    def __init__(self, names: Iterable[str]) -> None:
        counts: dict[str, Counter[str]] = {}
        for name in names:
            counts.setdefault(folded(name), Counter())[text_of(name)] += 1
        self._usual = {key: spellings.most_common(1)[0][0] for key, spellings in counts.items()}

    def of(self, name: str) -> str:
        """The one spelling of ``name``."""
        return self._usual.get(folded(name), text_of(name))


def lookalikes(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Pairs (rarer, commoner) of names that are probably one: a slip of the pen, or a short form that is seldom used.
    Other figures or initials, one more name, and two names that people have are other people."""
    names = sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_COMPARED]
    words = {name: words_of(name) for name in names}
    for position, rare in enumerate(names):
        for usual in names[:position]:
            is_seldom = counts[rare] * _SELDOM <= counts[usual]
            if _figures(rare) == _figures(usual) and _may_be_one(words[rare], words[usual], is_seldom=is_seldom):
                yield rare, usual
                break


def _may_be_one(rare: Sequence[str], usual: Sequence[str], *, is_seldom: bool) -> bool:
    if len(rare) != len(usual) and 1 not in (len(rare), len(usual)):
        return False
    other = [(one, another) for one, another in zip(rare, usual, strict=False) if one != another]
    return len(other) == 1 and _may_be_one_word(*other[0], is_seldom=is_seldom)


def _may_be_one_word(rare: str, usual: str, *, is_seldom: bool) -> bool:
    shorter, longer = sorted((rare, usual), key=len)
    if len(shorter) < _FEWEST_LETTERS:
        return False
    if is_short_form(shorter, longer) or (longer.startswith(shorter) and len(longer) > len(shorter) + 1):
        return is_seldom and not (
            is_given_name(shorter) and is_given_name(longer) and not is_short_form(shorter, longer)
        )
    found = slip(shorter, longer)
    return found is not None and not found.is_doubtful


def _figures(name: str) -> list[str]:
    return re.findall(r"\d+", name)
