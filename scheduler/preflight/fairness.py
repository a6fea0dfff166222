"""Who is worse off than the others by more than the programme's share. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scheduler.equity.chance import Got
from scheduler.equity.disclosure import FEWEST
from scheduler.equity.fairness import Aspect, Measure, Nights, Person, Value
from scheduler.preflight.model import Cut, Finding, Item

MEASURES: Final = (Measure.PLACED, Measure.ATTENDANCE)
"""What counts: having a place at all, and the sessions one can come to."""


def worse_off(people: Sequence[Person], most_points: int) -> Iterator[Finding]:
    """Groups of at least :data:`~scheduler.equity.disclosure.FEWEST` people that have less than the rest, who are as
    many at least, by more than ``most_points`` of a hundred. The level is by how many."""
    for measure in MEASURES:
        concerned = [person for person in people if measure in person.got]
        for aspect in Aspect:
            for value in sorted(_groups(aspect, concerned), key=repr):
                points = _points(concerned, measure, aspect, value)
                if points > most_points:
                    subject = f"{measure}:{aspect}:{value}"
                    yield Finding(Item.WORSE_OFF, subject, points, cut=Cut(measure, aspect, value))


def _groups(aspect: Aspect, people: Sequence[Person]) -> frozenset[Value]:
    """The groups of an aspect that are looked at: each stage and site, who works part-time, who works nights."""
    if aspect is Aspect.HOURS:
        return frozenset((True,))
    if aspect is Aspect.NIGHTS:
        return frozenset((Nights.YES,))
    return frozenset(person.values[aspect] for person in people) - {None}


def _points(people: Sequence[Person], measure: Measure, aspect: Aspect, value: Value) -> int:
    """By how many points of a hundred these people have less than the others; 0 where either are few."""
    own = [person.got[measure] for person in people if person.values[aspect] == value]
    others = [person.got[measure] for person in people if person.values[aspect] != value]
    if min(len(own), len(others)) < FEWEST:
        return 0
    return round(100 * (_share(others) - _share(own)))


def _share(got: Sequence[Got]) -> float:
    return sum(one for one, _ in got) / sum(of for _, of in got)
