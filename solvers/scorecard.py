"""The referee of plans that change: what :func:`solvers.referee.check` finds, looked at anew where a group changed.

Every count and every rule is the referee's own. What it finds is kept by the place where it is found: a group by
itself, a resident's groups, a facilitator's load, a room's and a person's bookings, a pin. A change of some groups
touches the places of these groups, and all others stay as they were.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from copy import copy
from dataclasses import dataclass
from types import MappingProxyType

from solvers import rules
from solvers.instance import Group, Pin
from solvers.lookup import Lookup, News, Roll, are_alike
from solvers.points import group_points, handover, regroup
from solvers.referee import (
    Booking,
    Breach,
    Verdict,
    group_breaches,
    in_one_group,
    person_bookings,
    person_overlaps,
    pin_kept,
    room_bookings,
    room_overlaps,
    unknown,
    within_capacity,
)

Place = tuple[str, str]
"""Where something can be wrong: a kind of place, and the id of the group, person or room."""

_GROUP, _PLACES, _LOAD, _ROOM, _PERSON, _PIN = "group", "places", "load", "room", "person", "pin"


@dataclass(frozen=True, slots=True)
class Card:
    """One group by itself: what it takes, what is wrong with it, and what it is worth."""

    group: Group
    breaches: tuple[Breach, ...]
    points: Mapping[str, int]
    residents: frozenset[str]
    facilitators: frozenset[str]
    rooms: Mapping[str, tuple[Booking, ...]]
    people: Mapping[str, tuple[Booking, ...]]

    @classmethod
    def of(cls, lookup: Lookup, group: Group) -> Card:
        """Judge a group. What is unknown earns nothing and takes nothing, as the referee has it."""
        points = Counter(_staying(lookup, group.id, group))
        roll = Roll.call(lookup, group)
        if roll is None:
            breach = unknown(lookup, group)
            return cls(group, (breach,), points, frozenset(), frozenset(), {}, {})
        points.update(group_points(lookup, roll))
        return cls(
            group=group,
            breaches=tuple(group_breaches(lookup, roll)),
            points=points,
            residents=frozenset(group.residents),
            facilitators=frozenset(group.facilitators),
            rooms=by_key(room_bookings(lookup, [roll])),
            people=by_key(person_bookings([roll])),
        )


def _staying(lookup: Lookup, group_id: str, group: Group | None) -> Mapping[str, int]:
    """What it costs that people have not stayed in the group of that id that there was before."""
    before = lookup.previous.get(group_id)
    if before is None:
        return {}
    return {"regroup": regroup(lookup, before, group), "handover": handover(lookup, before, group)}


def by_key(bookings: Iterable[Booking]) -> Mapping[str, tuple[Booking, ...]]:
    """Bookings by the room or person that is booked."""
    found: dict[str, list[Booking]] = defaultdict(list)
    for booking in bookings:
        found[booking[0]].append(booking)
    return {key: tuple(of_key) for key, of_key in found.items()}


@dataclass(frozen=True, slots=True)
class _Index:
    """Which groups each resident is in, each facilitator leads, and each room and person is booked by, by their ids."""

    residents: dict[str, frozenset[str]]
    facilitators: dict[str, frozenset[str]]
    rooms: dict[str, frozenset[str]]
    people: dict[str, frozenset[str]]

    @classmethod
    def of(cls, cards: Iterable[Card]) -> _Index:
        """Go through a plan's groups."""
        found = cls({}, {}, {}, {})
        for card in cards:
            found.add(card)
        return found

    def add(self, card: Card) -> None:
        """Take a group in."""
        for groups, keys in self._parts(card):
            for key in keys:
                groups[key] = groups.get(key, frozenset()) | {card.group.id}

    def take_out(self, card: Card) -> None:
        """Take a group out."""
        for groups, keys in self._parts(card):
            for key in keys:
                groups[key] = groups[key] - {card.group.id}

    def copy(self) -> _Index:
        """One that may be changed."""
        return _Index(dict(self.residents), dict(self.facilitators), dict(self.rooms), dict(self.people))

    def _parts(self, card: Card) -> Iterator[tuple[dict[str, frozenset[str]], Iterable[str]]]:
        yield self.residents, card.residents
        yield self.facilitators, card.facilitators
        yield self.rooms, card.rooms
        yield self.people, card.people


@dataclass(frozen=True, slots=True)
class Outcome:
    """What changes of groups do to a plan: the breaches that are ``new``, those that are ``gone``, and its ``points``
    then. ``cards`` has the changed groups, None for one that is no more."""

    cards: Mapping[str, Card | None]
    new: frozenset[Breach]
    gone: frozenset[Breach]
    points: Mapping[str, int]
    places: Mapping[Place, tuple[Breach, ...]]

    @property
    def score(self) -> int:
        """All points together."""
        return sum(self.points.values())


class Scorecard:
    """A plan as the referee sees it, judged again as some of its groups change. It never changes itself.

    The plan's groups have different ids, and of a bound nothing is asked.
    """

    def __init__(self, lookup: Lookup, groups: Iterable[Group]) -> None:
        self.lookup = lookup
        listed = list(groups)
        self.cards: Mapping[str, Card] = {group.id: Card.of(lookup, group) for group in listed}
        if len(self.cards) < len(listed):
            raise ValueError("two groups have one id")
        self._pins = _pins(lookup)
        self._index = _Index.of(self.cards.values())
        self._order: Mapping[str, int] = {key: number for number, key in enumerate(self.cards)}
        self._breaches: Mapping[Place, tuple[Breach, ...]] = self._all_breaches()
        self.points: Mapping[str, int] = MappingProxyType(self._all_points())

    @property
    def groups(self) -> tuple[Group, ...]:
        """The plan's groups, in their order."""
        return tuple(card.group for card in self.cards.values())

    @property
    def score(self) -> int:
        """All points together."""
        return sum(self.points.values())

    @property
    def broken(self) -> tuple[Breach, ...]:
        """All that is wrong."""
        return tuple(breach for found in self._breaches.values() for breach in found)

    def verdict(self) -> Verdict:
        """What :func:`solvers.referee.check` says of the plan, the breaches in another order."""
        return Verdict(self.broken, self.points, self.score)

    def groups_of(self, resident: str) -> tuple[str, ...]:
        """The ids of the groups that a resident is in, in the plan's order."""
        return tuple(sorted(self._index.residents.get(resident, ()), key=lambda key: self._order[key]))

    def led_by(self, facilitator: str) -> frozenset[str]:
        """The ids of the groups that somebody facilitates."""
        return self._index.facilitators.get(facilitator, frozenset())

    def room_slots(self, room: str, but: Collection[str] = ()) -> Iterator[int]:
        """The slots at which a room is booked, by other groups than these."""
        for key in self._index.rooms.get(room, frozenset()).difference(but):
            yield from (booking[1].slot for booking in self.cards[key].rooms[room])

    def person_slots(self, person: str, but: Collection[str] = ()) -> Iterator[int]:
        """The slots at which somebody is counted on, by other groups than these."""
        for key in self._index.people.get(person, frozenset()).difference(but):
            yield from (booking[1].slot for booking in self.cards[key].people[person])

    def outcome(self, changes: Mapping[str, Group | None]) -> Outcome:
        """What the plan is with these groups changed, new, or with None gone. Groups that are not there may go."""
        return self.outcome_of({key: Card.of(self.lookup, group) if group else None for key, group in changes.items()})

    def outcome_of(self, cards: Mapping[str, Card | None]) -> Outcome:
        """The same of groups that have been judged by themselves."""
        trial = _Trial(self, cards)
        places = {place: trial.at(place) for place in trial.touched()}
        before = {breach for place in places for breach in self._breaches.get(place, ())}
        after = {breach for found in places.values() for breach in found}
        points = Counter(self.points)
        for key, card in cards.items():
            points.subtract(self._points_of(key, self.cards.get(key)))
            points.update(self._points_of(key, card))
        return Outcome(cards, frozenset(after - before), frozenset(before - after), points, places)

    def after(self, outcome: Outcome) -> Scorecard:
        """The plan with the changes of an outcome made."""
        changed = object.__new__(Scorecard)
        changed.lookup, changed._pins = self.lookup, self._pins
        changed.cards = _merged(self.cards, outcome.cards)
        index = self._index.copy()
        for key, card in outcome.cards.items():
            if key in self.cards:
                index.take_out(self.cards[key])
            if card is not None:
                index.add(card)
        changed._index = index
        changed._order = {key: number for number, key in enumerate(changed.cards)}
        breaches = {**self._breaches, **outcome.places}
        changed._breaches = {place: found for place, found in breaches.items() if found}
        changed.points = MappingProxyType(dict(outcome.points))
        return changed

    def judged_by(self, lookup: Lookup, groups: Iterable[Group]) -> Scorecard:
        """These groups judged by another problem, or by the same: only those are looked at anew that are others than in
        this plan, or of which the two problems know something else."""
        listed = list(groups)
        now = {group.id: group for group in listed}
        if len(now) < len(listed) or not are_alike(self.lookup.instance, lookup.instance):
            return Scorecard(lookup, listed)
        news = News(self.lookup, lookup)
        keys = {**self.cards, **now, **self.lookup.previous, **lookup.previous}
        changed = {key: now.get(key) for key in keys if news.concern(key, self._group(key), now.get(key))}
        points = Counter(self.points)
        for key in changed:  # outcomes count with one problem: what these were worth by the other is taken out here
            points.subtract(self._points_of(key, self.cards.get(key)))
        judged = copy(self)
        judged.lookup = lookup
        for key in changed:
            points.update(judged._points_of(key, judged.cards.get(key)))
        judged.points = points
        judged = judged.after(judged.outcome(changed))
        judged.cards = {key: judged.cards[key] for key in now}
        judged._order = {key: number for number, key in enumerate(now)}
        return judged

    def _group(self, key: str) -> Group | None:
        card = self.cards.get(key)
        return card.group if card is not None else None

    def _points_of(self, key: str, card: Card | None) -> Mapping[str, int]:
        return card.points if card is not None else _staying(self.lookup, key, None)

    def _all_points(self) -> Counter[str]:
        points = Counter({rule.id: 0 for rule in rules.POINT_RULES})
        for key in {**self.cards, **self.lookup.previous}:
            points.update(self._points_of(key, self.cards.get(key)))
        return points

    def _all_breaches(self) -> Mapping[Place, tuple[Breach, ...]]:
        trial = _Trial(self, {})
        places = {*_places(self.cards.values()), *((_PIN, key) for key in self._pins)}
        return {place: found for place in places if (found := trial.at(place))}


class _Trial:
    """A plan with some of its groups changed, looked at place by place."""

    def __init__(self, base: Scorecard, cards: Mapping[str, Card | None]) -> None:
        self._base = base
        self._cards = cards
        self._known = [card for key in cards if (card := base.cards.get(key))]
        self._now = [card for card in cards.values() if card is not None]

    def touched(self) -> Set[Place]:
        """The places of the changed groups, as they were and as they are."""
        pins = {(_PIN, key) for key in self._cards if key in self._base._pins}
        return _places(self._known) | _places(self._now) | pins

    def at(self, place: Place) -> tuple[Breach, ...]:
        """What is wrong there."""
        kind, key = place
        return tuple(_FINDERS[kind](self, key))

    def group(self, key: str) -> Iterable[Breach]:
        card = self._card(key)
        return card.breaches if card else ()

    def places(self, resident: str) -> Iterable[Breach]:
        keys = self._keys(self._base._index.residents, resident, [c for c in self._now if resident in c.residents])
        return in_one_group(resident, sorted(keys, key=self._position) if len(keys) > 1 else keys)

    def load(self, person: str) -> Iterable[Breach]:
        leads = [card for card in self._now if person in card.facilitators]
        count = len(self._keys(self._base._index.facilitators, person, leads))
        return within_capacity(self._base.lookup, person, count)

    def room(self, room: str) -> Iterable[Breach]:
        keys = self._keys(self._base._index.rooms, room, [card for card in self._now if room in card.rooms])
        bookings = [booking for key in keys if (card := self._card(key)) for booking in card.rooms[room]]
        return room_overlaps(self._base.lookup, bookings)

    def person(self, person: str) -> Iterable[Breach]:
        keys = self._keys(self._base._index.people, person, [card for card in self._now if person in card.people])
        bookings = [booking for key in keys if (card := self._card(key)) for booking in card.people[person]]
        return person_overlaps(self._base.lookup, bookings)

    def pin(self, key: str) -> Iterable[Breach]:
        card = self._card(key)
        for pin in self._base._pins[key]:
            yield from pin_kept(self._base.lookup, pin, card.group if card else None)

    def _card(self, key: str) -> Card | None:
        return self._cards[key] if key in self._cards else self._base.cards.get(key)

    def _keys(self, index: Mapping[str, frozenset[str]], key: str, now: Iterable[Card]) -> list[str]:
        stay = [group for group in index.get(key, ()) if group not in self._cards]
        return [*stay, *(card.group.id for card in now)]

    def _position(self, key: str) -> int:
        """Where a group stands in the plan: new ones last, in their order."""
        order = self._base._order
        return order[key] if key in order else len(order) + list(self._cards).index(key)


_FINDERS: Mapping[str, Callable[[_Trial, str], Iterable[Breach]]] = {
    _GROUP: _Trial.group,
    _PLACES: _Trial.places,
    _LOAD: _Trial.load,
    _ROOM: _Trial.room,
    _PERSON: _Trial.person,
    _PIN: _Trial.pin,
}


def _places(cards: Iterable[Card]) -> Set[Place]:
    """Where the rules about these groups are kept or broken. An overlap of rooms or people takes two sessions."""
    return {
        place
        for card in cards
        for place in (
            (_GROUP, card.group.id),
            *((_PLACES, key) for key in card.residents),
            *((_LOAD, key) for key in card.facilitators),
            *((_ROOM, key) for key in card.rooms),
            *((_PERSON, key) for key in card.people),
        )
    }


def _pins(lookup: Lookup) -> Mapping[str, list[Pin]]:
    pins: dict[str, list[Pin]] = defaultdict(list)
    for pin in lookup.instance.pins:
        pins[pin.id].append(pin)
    return dict(pins)


def _merged(known: Mapping[str, Card], changed: Mapping[str, Card | None]) -> Mapping[str, Card]:
    merged: dict[str, Card | None] = {**known, **changed}
    return {key: card for key, card in merged.items() if card is not None}
