"""Names as one file spells them: the same name in other letters, and names that are probably misspelt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz

from scheduler.rotas.reading.cells import folded, text_of

_ALIKE_FROM = 85.0
"""Likeness, 0 to 100, from which two names on one rota may be one."""


_MOST_COMPARED = 500
"""Each name is compared with each; no rota has more."""


class Spelling:
    """One spelling a name: the commonest of those that differ in case, blanks, accents and signs only."""

    def __init__(self, names: Iterable[str]) -> None:
        counts: dict[str, Counter[str]] = {}
        for name in names:
            counts.setdefault(_key(name), Counter())[text_of(name)] += 1
        self._usual = {key: spellings.most_common(1)[0][0] for key, spellings in counts.items()}

    def of(self, name: str) -> str:
        """The one spelling of ``name``."""
        return self._usual.get(_key(name), text_of(name))


def lookalikes(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Pairs (rarer, commoner) of names that are probably one name misspelt. Other figures mean other people."""
    names = sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_COMPARED]
    for position, rare in enumerate(names):
        for usual in names[:position]:
            if _figures(rare) == _figures(usual) and fuzz.ratio(folded(rare), folded(usual)) >= _ALIKE_FROM:
                yield rare, usual
                break


def _key(name: str) -> str:
    """What spellings of one name share; a name of signs alone is its own."""
    return folded(name) or text_of(name)


def _figures(name: str) -> list[str]:
    return re.findall(r"\d+", name)
