"""Names as one file spells them: the same name in other letters, and names that are probably misspelt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scheduler.rotas.naming.likeness import is_name, is_short_form, slip
from scheduler.rotas.naming.words import words_of
from scheduler.rotas.reading.cells import folded, text_of

_FEWEST_LETTERS = 3

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
    """Pairs (rarer, commoner) of names that are probably one: a slip of the pen, or a short form.
    Other figures or initials, one more name, and two names that people have are other people."""
    names = sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_COMPARED]
    words, figures = {name: words_of(name) for name in names}, {name: _figures(name) for name in names}
    for position, rare in enumerate(names):
        for usual in names[:position]:
            if figures[rare] == figures[usual] and _may_be_one(words[rare], words[usual]):
                yield rare, usual
                break


def _key(name: str) -> str:
    """What spellings of one name share; a name of signs alone is its own."""
    return folded(name) or text_of(name)


def differ_in_blanks(one: str, other: str) -> bool:
    """Whether two names are the same letters, with a blank in another place or lost."""
    return "".join(words_of(one)) == "".join(words_of(other))


def _may_be_one(rare: Sequence[str], usual: Sequence[str]) -> bool:
    if "".join(rare) == "".join(usual):
        return True
    if len(rare) != len(usual) and 1 not in (len(rare), len(usual)):
        return False
    other = [(one, another) for one, another in zip(rare, usual, strict=False) if one != another]
    return len(other) == 1 and _may_be_one_word(*other[0])


def _may_be_one_word(rare: str, usual: str) -> bool:
    shorter, longer = sorted((rare, usual), key=len)
    if len(shorter) < _FEWEST_LETTERS:
        return False
    if is_short_form(shorter, longer):
        return True
    if longer.startswith(shorter) and len(longer) > len(shorter) + 1:
        return not (is_name(shorter) and is_name(longer))
    return any(found is not None and not found.is_doubtful for found in (slip(rare, usual), slip(usual, rare)))


def _figures(name: str) -> list[str]:
    return re.findall(r"\d+", name)
