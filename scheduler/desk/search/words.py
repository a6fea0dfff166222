"""How well what somebody types fits a name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, TypeVar

from rapidfuzz import fuzz, process

from scheduler.desk.search.model import MOST, Hits
from scheduler.text_input import folded

T = TypeVar("T")
LIKE_FROM: Final = 75.0
"""How like another word, of 100, a word has to be that takes its place."""


def rank_of(q: str, text: str) -> int | None:
    """0 if every word typed is a word of the text, 1 if every one begins one, 2 if every one is within one; else None.
    Numbers have to be whole: ``group 7`` is not group 17."""
    words, wanted = folded(text).split(), folded(q).split()
    if not wanted:
        return None
    ranks = [_rank_of_word(each, words) for each in wanted]
    known = [rank for rank in ranks if rank is not None]
    return max(known) if len(known) == len(ranks) else None


def _rank_of_word(wanted: str, words: Sequence[str]) -> int | None:
    if wanted in words:
        return 0
    if wanted.isdecimal():
        return None
    if any(word.startswith(wanted) for word in words):
        return 1
    return 2 if any(wanted in word for word in words) else None


def best_of(q: str, everything: Iterable[T], text: Callable[[T], str], *, own: Callable[[T], bool]) -> Hits[T]:
    """Those whose text fits, the best first; of equals, those of the own programme."""
    ranked = [(rank, not own(each), place, each) for place, each in enumerate(everything)
              if (rank := rank_of(q, text(each))) is not None]  # fmt: skip
    ranked.sort(key=lambda one: one[:3])
    return Hits(tuple(each for *_, each in ranked[:MOST]), len(ranked), ranked[0][0] if ranked else 9)


def spelt_as_known(q: str, known: Collection[str]) -> str:
    """What is typed with each word that nobody knows as the one that is most like it: ``grup 3`` as ``group 3``. Empty
    where a word is like none."""
    return " ".join(words) if all(words := [_known_word(word, known) for word in folded(q).split()]) else ""


def _known_word(word: str, known: Collection[str]) -> str:
    if word.isdecimal() or word in known or any(each.startswith(word) for each in known):
        return word
    found = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=LIKE_FROM)
    return found[0] if found else ""
