"""Who is worse off than the others by more than the programme's share. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scheduler.equity.chance import Got
from scheduler.equity.disclosure import FEWEST
from scheduler.equity.fairness import Aspect, Measure, Nights, Person, Value
from scheduler.preflight.model import Cut, Finding, Item

MEASURES: Final = (Measure.PLACED, Measure.ATTENDANCE)
"""What counts: having a place at all, and the sessions one can come to."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What some people have of a measure together: ``got`` of ``of``; and how many ``people`` they are."""

    got: int = 0
    of: int = 0
    people: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.got + other.got, self.of + other.of, self.people + other.people)

    def __sub__(self, other: Tally) -> Tally:
        return Tally(self.got - other.got, self.of - other.of, self.people - other.people)


Tallies = Mapping[tuple[Measure, Aspect, Value], Tally]
"""By measure and by what people share, those of whom it is not known too."""


def worse_off(people: Sequence[Person], most_points: int) -> Iterator[Finding]:
    """Groups of at least :data:`~scheduler.equity.disclosure.FEWEST` people that have less than the rest, who are as
    many at least, by more than ``most_points`` of a hundred. The level is by how many."""
    return worse_off_by(tallies_of(people), most_points)


def tallies_of(people: Iterable[Person]) -> Tallies:
    """What there is to be compared of these people."""
    found: dict[tuple[Measure, Aspect, Value], Tally] = defaultdict(Tally)
    for person in people:
        for measure in MEASURES:
            for aspect in Aspect if measure in person.got else ():
                found[measure, aspect, person.values[aspect]] += _tally(person.got[measure])
    return found


def exchanged(tallies: Tallies, changed: Iterable[tuple[Person, Person]]) -> Tallies:
    """The same with some people as they would be in the place of as they are."""
    found = dict(tallies)
    for before, after in changed:
        for key, tally in tallies_of((before,)).items():
            found[key] = found.get(key, Tally()) - tally
        for key, tally in tallies_of((after,)).items():
            found[key] = found.get(key, Tally()) + tally
    return found


def worse_off_by(tallies: Tallies, most_points: int) -> Iterator[Finding]:
    """The same as :func:`worse_off`, of what has been added up already."""
    everybody: dict[tuple[Measure, Aspect], Tally] = defaultdict(Tally)
    for (measure, aspect, _), tally in tallies.items():
        everybody[measure, aspect] += tally
    for measure in MEASURES:
        for aspect in Aspect:
            values = {value for of, by, value in tallies if (of, by) == (measure, aspect) and _is_compared(by, value)}
            for value in sorted(values, key=repr):
                points = _points(tallies[measure, aspect, value], everybody[measure, aspect])
                if points > most_points:
                    subject = f"{measure}:{aspect}:{value}"
                    yield Finding(Item.WORSE_OFF, subject, points, cut=Cut(measure, aspect, value))


def _is_compared(aspect: Aspect, value: Value) -> bool:
    """What is looked at: each stage and site, who works part-time, who works nights."""
    if aspect is Aspect.HOURS:
        return value is True
    return value == Nights.YES if aspect is Aspect.NIGHTS else value is not None


def _tally(got: Got) -> Tally:
    return Tally(*got, people=1)


def _points(own: Tally, everybody: Tally) -> int:
    """By how many points of a hundred these people have less than the others; 0 where either are few."""
    others = everybody - own
    if min(own.people, others.people) < FEWEST:
        return 0
    return round(100 * (others.got / others.of - own.got / own.of))
