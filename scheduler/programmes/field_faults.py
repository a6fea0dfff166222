"""Faults that many fields can have: a name, a number, a zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from zoneinfo import available_timezones

from scheduler.errors import Fault
from scheduler.languages import say

LONGEST_NAME: Final = 120
LONGEST_KEY: Final = 150
"""The most characters of a short name, which is made of a name."""


def name_faults(where: str, name: str) -> Iterator[Fault]:
    """What is wrong with a name that people read."""
    if not name.strip():
        yield Fault(where, say("Enter a name."))
    elif len(name) > LONGEST_NAME:
        yield Fault(where, say("The name is too long: use up to %(most)s characters.", most=LONGEST_NAME))


def named_once(named: Iterable[tuple[str, str]], sentence: Callable[[str], str]) -> Iterator[Fault]:
    """Faults of names, given as field and name, and at each that one before it has, whatever case and spaces."""
    known: set[str] = set()
    for where, name in named:
        yield from name_faults(where, name)
        plain = " ".join(name.split()).casefold()
        if plain and plain in known:
            yield Fault(where, sentence(name))
        known.add(plain)


def are_keys(keys: Iterable[str]) -> bool:
    """Whether none of these short names is empty, far too long or there twice."""
    return all(key and len(key) <= LONGEST_KEY and count == 1 for key, count in Counter(keys).items())


def between(where: str, number: int | None, least: int, most: int) -> Iterator[Fault]:
    """A fault of a number outside these two; None is no number, and none."""
    if number is not None and not least <= number <= most:
        yield Fault(where, say("Enter a number from %(least)s to %(most)s.", least=least, most=most))


def zone_faults(where: str, zone: str) -> Iterator[Fault]:
    """A fault of a time zone that does not exist."""
    if zone not in available_timezones():
        yield Fault(where, say("We don’t know the time zone “%(zone)s”. Enter one like Europe/London.", zone=zone[:60]))
