"""Whom a spelling can mean, of all who have a name, and how likely each is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from scheduler.rotas.naming.likeness import FEWEST_FOR_SLIPS, MORE_THAN_KNOWN, Likeness, likeness, short_forms
from scheduler.rotas.naming.words import words_of, written_out
from scheduler.text_input import folded

MOST_WORDS = 8
"""Of a name; whatever follows is no name."""
_LONGEST_RUN = 4
_MOST_INITIALS = 4
_COMPLETE, _ENDS, _FIRST_AND, _ALONE, _INNER = 1.0, 0.5, 0.4, 0.3, 0.05
"""How often people are written with all of their names, the first and the last, the first and another, the first or
the last alone, and one in between."""
_INITIALS_ONLY = 0.2
_EXTRA_WORD, _EXTRA_INITIAL, _OTHER_INITIAL = 0.005, 0.2, 0.0005
_NEAR_FROM = 0.003
_FORMER = 0.5
_BACKWARDS = 0.01


@dataclass(frozen=True, slots=True)
class Fit:
    """How likely it is that a person is written so, from 1 for the whole name, and whether it is no more than a
    guess. ``is_whole`` where it is that name in full, whatever the order."""

    weight: float
    is_doubtful: bool
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Bearer:
    """A name that somebody has: their number, its words, and whether they had it formerly."""

    person: int
    words: tuple[str, ...]
    is_former: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    """What a written word may stand for: words ``start`` up to ``end`` of a name."""

    start: int
    end: int
    likeness: Likeness


class Bearers:
    """People by the words of their names."""

    def __init__(self, bearers: Iterable[Bearer]) -> None:
        self._bearers = tuple(bearers)
        self._places: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for number, bearer in enumerate(self._bearers):
            for start, end in _runs(len(bearer.words)):
                self._places["".join(bearer.words[start:end])].append((number, start, end))
        self.words = frozenset(word for bearer in self._bearers for word in bearer.words)
        self._taken = frozenset(word for word in self.words if len(word) > 1)
        for word in sorted(self.words):
            self._by_letter[word[0]].append(word)
        self._joined = [word for word in self._places if len(word) >= FEWEST_FOR_SLIPS - 1]
        self._meant = lru_cache(maxsize=None)(self._find_meant)

    def fits(self, name: str) -> dict[int, Fit]:
        """Everybody who may be meant, by number."""
        best: dict[int, Fit] = {}
        for words in self._ways_of_reading(name):
            for person, fit in self._fits(words):
                if person not in best or _rank(fit) > _rank(best[person]):
                    best[person] = fit
        return best

    def near(self, name: str) -> tuple[int, ...]:
        """Those who have a word of the name, perhaps with a slip in it, those with the same first name first."""
        found: dict[int, tuple[int, float]] = {}
        for word in words_of(name, self._taken):
            for number, spans in self._meant(word).items() if len(word) > 2 else ():
                span = max(spans, key=lambda each: each.likeness.weight)
                rank = (-span.start, span.likeness.weight)
                if span.likeness is not MORE_THAN_KNOWN and span.likeness.weight >= _NEAR_FROM:
                    person = self._bearers[number].person
                    found[person] = max(rank, found.get(person, rank))
        return tuple(sorted(found, key=lambda who: (tuple(-each for each in found[who]), who)))

    def _ways_of_reading(self, name: str) -> Iterator[tuple[str, ...]]:
        """The words, the same with two or three written as one, and capitals as initials; with ü as ue too."""
        readings = [words_of(name, self._taken)[:MOST_WORDS]]
        if (other := written_out(name)) is not None:
            readings.append(words_of(other, self._taken)[:MOST_WORDS])
        capitals = frozenset(folded(word) for word in name.replace(".", " ").split() if _are_initials(word))
        for words in readings:
            yield words
            yield from self._with_joined(words)
            if apart := _as_initials(words, capitals - self._taken if len(words) > 1 else capitals):
                yield apart

    def _with_joined(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for start, end in _runs(len(words)):
            joined = "".join(words[start:end])
            if end - start > 1 and joined in self._places:
                yield (*words[:start], joined, *words[end:])

    def _fits(self, words: tuple[str, ...]) -> Iterator[tuple[int, Fit]]:
        spans: dict[int, list[list[_Span]]] = {}
        for position, word in enumerate(words):
            for number, found in self._meant(word).items():
                spans.setdefault(number, [[] for _ in words])[position] = found
        for number, options in spans.items():
            bearer = self._bearers[number]
            fit = _best(bearer, words, options)
            if fit is not None:
                yield bearer.person, fit

    def _find_meant(self, word: str) -> Mapping[int, list[_Span]]:
        """For each bearer the words of theirs that a written one may stand for."""
        found: dict[int, list[_Span]] = defaultdict(list)
        for known in self._like(word):
            how = likeness(word, known, is_taken=word in self._taken)
            for number, start, end in self._places[known] if how else ():
                is_one_word = end - start == 1
                if how and (is_one_word or min(len(word), len(known)) > 2):
                    found[number].append(_Span(start, end, how))
        return found

    def _like(self, word: str) -> Iterable[str]:
        """The words of names that need comparing."""
        if len(word) == 1:
            return self._by_letter[word]
        near: set[str] = {known for known in self._by_letter[word[0]] if known.startswith(word) or len(known) == 1}
        near.update(form for form in short_forms().get(word, ()) if form in self.words)
        if word in self._places:
            near.add(word)
        if len(word) >= FEWEST_FOR_SLIPS - 1:
            alike = process.extract(word, self._joined, scorer=OSA.distance, score_cutoff=2, limit=None)
            near.update(known for known, _, _ in alike)
        return near


def _rank(fit: Fit) -> tuple[bool, float]:
    return not fit.is_doubtful, fit.weight


def _runs(length: int) -> Iterator[tuple[int, int]]:
    """Where words that stand side by side begin and end, each alone and up to so many as one."""
    for start in range(length):
        for end in range(start + 1, min(length, start + _LONGEST_RUN) + 1):
            yield start, end


def _are_initials(word: str) -> bool:
    return 2 <= len(word) <= _MOST_INITIALS and word.isalpha() and word.isupper()


def _as_initials(words: tuple[str, ...], capitals: frozenset[str]) -> tuple[str, ...] | None:
    if not capitals.intersection(words):
        return None
    return tuple(letter for word in words for letter in (word if word in capitals else (word,)))[:MOST_WORDS]


def _best(bearer: Bearer, words: tuple[str, ...], options: Sequence[Sequence[_Span]]) -> Fit | None:
    """The likeliest way in which the written words stand for words of a name, each for others; all but one have to."""
    best: Fit | None = None
    for chosen in _assignments(options, 0, 0, may_skip=len(words) > 2):
        fit = _judged(bearer, words, chosen)
        if fit and (best is None or _rank(fit) > _rank(best)):
            best = fit
    return best


def _assignments(
    options: Sequence[Sequence[_Span]], position: int, used: int, *, may_skip: bool
) -> Iterator[tuple[_Span | None, ...]]:
    if position == len(options):
        yield ()
        return
    for span in options[position]:
        mask = (1 << span.end) - (1 << span.start)
        if not used & mask:
            for rest in _assignments(options, position + 1, used | mask, may_skip=may_skip):
                yield (span, *rest)
    if may_skip:
        for rest in _assignments(options, position + 1, used, may_skip=False):
            yield (None, *rest)


def _judged(bearer: Bearer, words: tuple[str, ...], chosen: Sequence[_Span | None]) -> Fit | None:
    spans = [span for span in chosen if span is not None]
    if not any(span.likeness is not MORE_THAN_KNOWN for span in spans):
        return None
    used = {place for span in spans for place in range(span.start, span.end)}
    weight, is_doubtful = _style(used, len(bearer.words)), any(span.likeness.is_doubtful for span in spans)
    for span in spans:
        weight *= span.likeness.weight
    if all(len(word) == 1 for word in words):
        weight *= _INITIALS_ONLY
        if [span.start for span in spans] != sorted(span.start for span in spans) or spans[0].start > 0:
            weight, is_doubtful = weight * _BACKWARDS, True
    if None in chosen:
        left_over = words[list(chosen).index(None)]
        if sum(1 for word in words if len(word) > 1 and word != left_over) < min(2, len(left_over)):
            return None
        extra, is_contrary = _extra(left_over, len(bearer.words) - len(used))
        weight, is_doubtful = weight * extra, is_doubtful or is_contrary
    if bearer.is_former:
        weight *= _FORMER
    is_whole = len(used) == len(bearer.words) and None not in chosen and all(s.likeness.weight == 1 for s in spans)
    return Fit(weight, is_doubtful, is_whole)


def _extra(word: str, left: int) -> tuple[float, bool]:
    """What a written word means that stands for none of a name's; one more initial says little, unless the name has
    another word in its place."""
    if len(word) > 1:
        return _EXTRA_WORD, True
    return (_OTHER_INITIAL, True) if left else (_EXTRA_INITIAL, False)


def _style(used: set[int], length: int) -> float:
    """How often people are written with just these of their names."""
    if len(used) == length:
        return _COMPLETE
    first, last = 0 in used, length - 1 in used
    if first and last:
        return _ENDS
    if first and len(used) > 1:
        return _FIRST_AND
    return _ALONE if first or last else _INNER
