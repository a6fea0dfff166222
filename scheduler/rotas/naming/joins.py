"""The names of one file, joined to people all together: certain where one person alone can be meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from scheduler.rotas.naming.bearers import Bearer, Bearers, Fit
from scheduler.rotas.naming.likeness import is_given_name
from scheduler.rotas.naming.words import words_of
from scheduler.text_input import folded

CERTAIN_FROM = 0.98
"""Confidence, 0 to 1, from which a name counts as somebody's."""
_SHARED_WORD, _SHARED_SLIP, _SHARED_INITIAL, _SHARED_BEGINNING = 0.005, 0.002, 0.1, 0.02
"""How often somebody else has the same name, the same wrong letters, the same initial or the same two or three first
letters."""
_UNSEEN = 0.02
"""How many people the list leaves out though nothing in the file shows it."""
_LIKE_SEEN = 1.0
"""How many more they are for each name in the file that is nobody's on the list."""
_NOT_MEANT = 1e-6
_OTHER_LETTERS = 0.01
"""For whom the accents fit, where they fit somebody else's name to the letter."""
_FEWEST_INITIALS, _HABIT = 3, 0.2
"""How many names, and which share of them, are initials where a file writes people so; else a few capitals are as well
a code."""
_FEWEST_IN_FULL, _MOSTLY, _SHORTENED = 2, 0.9, 0.0001
"""How many names, and which share of them, are full where a file writes people so, and how often it then shortens
one."""
_BY_MISTAKE = 0.01
_THERE_ALREADY = 0.1
_SAME_SITE = 3.0

_LONGEST_INITIALS = 3

Slot = tuple[date, str]
"""Half a day: the day, and ``am`` or ``pm``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a name stands: each cell with the halves of days that it is about."""

    cells: tuple[str, ...] = ()
    slots: Mapping[Slot, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


NOWHERE = Seen()


@dataclass(frozen=True, slots=True)
class Join:
    """A name and whom it can mean, likeliest first, with a confidence from 0 to 1 that it is the first of them."""

    name: str
    people: tuple[int, ...]
    confidence: float
    is_certain: bool
    weight: float = 0.0


class Joining:
    """People, and the names that one file has for them."""

    def __init__(self, people: Bearers, exact: Mapping[str, frozenset[int]], sites: Mapping[int, bool]) -> None:
        """``exact`` are names to the letter → who goes by them; ``sites`` says of whom it is known whether they work
        where the rota is for."""
        self._people, self._exact, self._sites = people, exact, sites

    def joined(self, names: Sequence[str], seen: Mapping[str, Seen], said: Mapping[str, int]) -> list[Join]:
        """Each name with whom it can mean. ``said`` are names whose person is known from elsewhere."""
        fits = _in_full({name: self._fits(name) for name in names})
        others = _Others(names, fits)
        initials = {name for name in names if _are_initials(name) and folded(name) not in self._people.words}
        is_habit = len(initials) >= max(_FEWEST_INITIALS, _HABIT * len(names))
        first = [self._join(name, fits[name], others, may_be=is_habit or name not in initials) for name in names]
        posts = _Posts(first, seen, said)
        return [self._ranked(posts.checked(join), fits[join.name], posts) for join in first]

    def _fits(self, name: str) -> dict[int, Fit]:
        fits = {who: fit for who, fit in self._people.fits(name).items() if fit.weight > _NOT_MEANT}
        exact = self._exact.get(" ".join(name.casefold().split()), frozenset())
        if not exact:
            return fits
        return {
            who: Fit(1.0, False, True) if who in exact else Fit(fit.weight * _other(fit), fit.is_doubtful)
            for who, fit in (fits | {who: Fit(1.0, False, True) for who in exact}).items()
        }

    def near(self, name: str) -> tuple[int, ...]:
        """Those who share a word with a name that does not fit them."""
        return self._people.near(name)

    def _join(self, name: str, fits: Mapping[int, Fit], others: _Others, *, may_be: bool) -> Join:
        people = sorted(fits, key=lambda who: (-fits[who].weight, who))
        if not people:
            return Join(name, (), 0.0, False)
        best = fits[people[0]]
        rivals = sum(fits[who].weight for who in people[1:]) + others.weight(name, best)
        confidence = best.weight / (best.weight + rivals)
        is_certain = may_be and confidence >= CERTAIN_FROM and not best.is_doubtful
        return Join(name, tuple(people), confidence, is_certain, best.weight)

    def _ranked(self, join: Join, fits: Mapping[int, Fit], posts: _Posts) -> Join:
        """An open question's people in the order of what else is known: who is at another post then, who works there.
        That ranks answers and decides none."""
        if join.is_certain or len(join.people) < 2:
            return join
        chances = {who: fits[who].weight * self._beside(who, join.name, posts) for who in join.people}
        people = tuple(sorted(join.people, key=lambda who: (-chances[who], who)))
        return Join(join.name, people, chances[people[0]] / sum(chances.values()), False, join.weight)

    def _beside(self, who: int, name: str, posts: _Posts) -> float:
        elsewhere = _THERE_ALREADY if posts.is_elsewhere(who, name) else 1.0
        return elsewhere * (_SAME_SITE if self._sites.get(who) else 1.0)


def _in_full(fits: dict[str, dict[int, Fit]]) -> dict[str, dict[int, Fit]]:
    """The fits; in a file that writes names in full, a full name hardly means somebody who has a longer one."""
    fitting = [each for each in fits.values() if each]
    whole = [each for each in fitting if _is_somebodys(each)]
    if len(whole) < max(_FEWEST_IN_FULL, _MOSTLY * len(fitting)):
        return fits
    return {name: _without_longer(each) if _is_somebodys(each) else each for name, each in fits.items()}


def _is_somebodys(fits: Mapping[int, Fit]) -> bool:
    return any(fit.is_whole for fit in fits.values())


def _without_longer(fits: Mapping[int, Fit]) -> dict[int, Fit]:
    return {who: fit if fit.is_whole else Fit(fit.weight * _SHORTENED, fit.is_doubtful) for who, fit in fits.items()}


def _other(fit: Fit) -> float:
    """Another name with the same letters but for accents counts little beside the very name; a part of a longer name
    counts as before."""
    return _OTHER_LETTERS if fit.is_whole else 1.0


class _Others:
    """Those whom the file may mean and the list has not."""

    def __init__(self, names: Sequence[str], fits: Mapping[str, Mapping[int, Fit]]) -> None:
        strangers = [name for name in names if not any(not fit.is_doubtful for fit in fits[name].values())]
        self._words = {name: words_of(name) for name in strangers}
        nobodys = [name for name in strangers if not fits[name] and _is_name(self._words[name])]
        self._unseen = _UNSEEN + _LIKE_SEEN * len(nobodys)
        self._written = [name for name, words in self._words.items() if sum(len(word) > 1 for word in words) > 1]
        self._bearers = Bearers(Bearer(number, self._words[name]) for number, name in enumerate(self._written))

    def weight(self, name: str, best: Fit) -> float:
        """How likely it is that the name means one of them rather than whom it fits best."""
        named = sum(fit.weight for number, fit in self._bearers.fits(name).items() if self._written[number] != name)
        return named + self._unseen * _shared(name, best)


def _are_initials(name: str) -> bool:
    return all(len(word) == 1 for word in words_of(name)) or (name.isupper() and len(name) <= _LONGEST_INITIALS)


def _is_name(words: Collection[str]) -> bool:
    return all(word.isalpha() for word in words) and any(len(word) > 2 for word in words)


def _shared(name: str, best: Fit) -> float:
    """How often somebody else has such a name."""
    words = words_of(name)
    share = 1.0 if len(words) > 1 else 0.3
    for word in words:
        if len(word) <= _LONGEST_INITIALS:
            share *= _SHARED_INITIAL if len(word) == 1 else _SHARED_BEGINNING
        else:
            share *= _SHARED_WORD if best.weight > 0.04 or is_given_name(word) else _SHARED_SLIP
    if len(words) == 1 and len(words[0]) < 4 and name.isupper():
        share = max(share, 0.2 * _SHARED_INITIAL ** len(words[0]))
    return share


class _Posts:
    """Who is where at the same time, by the names that are certain."""

    def __init__(self, joins: Sequence[Join], seen: Mapping[str, Seen], said: Mapping[str, int]) -> None:
        self._joins, self._seen = joins, seen
        self._known = {**{join.name: join.people[0] for join in joins if join.is_certain}, **said}
        self._weights = {join.name: join.weight for join in joins}

    def checked(self, join: Join) -> Join:
        """The join; a question where the person is at another post at the same time, by a name that is surer, in a
        file in which nobody is at two."""
        if not join.is_certain or self._several_are_usual:
            return join
        surer = [name for name in self._names_of(join.people[0]) if self._is_surer(name, join)]
        if not any(self._cross(join.name, name) for name in surer):
            return join
        return Join(join.name, join.people, join.confidence / 2, False, join.weight)

    def is_elsewhere(self, who: int, name: str) -> bool:
        """Whether somebody is at another post for most of the time for which a name stands."""
        crossing = {slot for other in self._names_of(who) if other != name for slot in self._cross(name, other)}
        return len(crossing) * 2 > len(self._seen.get(name, NOWHERE).slots)

    def _is_surer(self, name: str, join: Join) -> bool:
        if name == join.name or words_of(name) == words_of(join.name):
            return False
        return self._weights.get(name, 1.0) >= join.weight

    def _cross(self, name: str, other: str) -> list[Slot]:
        here, there = self._seen.get(name, NOWHERE).slots, self._seen.get(other, NOWHERE).slots
        return [slot for slot, cells in here.items() if slot in there and there[slot] != cells]

    @cached_property
    def _several_are_usual(self) -> bool:
        """Whether the file has people at two posts at a time under one name, so that this tells nothing; once in a
        hundred times is a mistake in it."""
        at_posts = [len(cells) for seen in self._seen.values() for cells in seen.slots.values()]
        return sum(1 for posts in at_posts if posts > 1) > _BY_MISTAKE * len(at_posts)

    def _names_of(self, who: int) -> Sequence[str]:
        return self._by_person.get(who, ())

    @cached_property
    def _by_person(self) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for name, who in self._known.items():
            found[who].append(name)
        return found


def by_letters(names: Iterable[tuple[int, str]]) -> dict[str, frozenset[int]]:
    """Names to the letter, but for case and blanks → who goes by them."""
    found: dict[str, set[int]] = defaultdict(set)
    for who, name in names:
        found[" ".join(name.casefold().split())].add(who)
    return {name: frozenset(people) for name, people in found.items()}
