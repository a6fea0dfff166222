"""Tiny problems in all shapes that programmes have: small enough that the joint model proves the best plan at once.

A shape changes one thing; sizes, marks and wishes are drawn. What a search misses among six to ten people it misses
among hundreds too, only that nobody sees it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Final

from solvers.instance import Faculty, Group, Instance, Model, Resident, Room, Slot
from solvers.vocabulary import IN_PERSON, PHONE, VIDEO, External
from tests.solvers.builders import DAY, MONDAY_NOON

PEERS = Model("peers", (3, 5), (0, 1), (0, 0), target=4)
MIXED = Model("mixed", (2, 4), (1, 3), (0, 1), target=3)
LED = Model("led", (2, 4), (0, 3), (1, 2), present=1, target=3)
PAIR = Model("pair", (1, 1), (0, 0), (1, 1), present=1)
TRIO = Model("trio", (1, 1), (0, 0), (2, 2), present=1)
HERE, THERE = "here", "there"


def drawn(random: Random, rounds: int = 4, starts: int = 2, marks: str = "22221100?") -> Instance:
    """Six to ten residents of two sites and three stages; two or three facilitators; a room at each site."""
    days = [sorted(random.sample(range(5), starts)) for _ in range(rounds)]
    slots = tuple(Slot(MONDAY_NOON + DAY * (7 * n + day), n) for n, chosen in enumerate(days) for day in chosen)
    ids = [f"r{number}" for number in range(random.randint(6, 10))]
    leads = [f"f{number}" for number in range(random.randint(2, 3))]
    length = len(slots)
    return Instance(
        name="tiny",
        session_minutes=60,
        rounds=rounds,
        slots=slots,
        quorum=0.6,
        min_attendance=0.7,
        models=(PEERS, MIXED, LED),
        residents=tuple(_resident(random, id_, ids, leads, _marks(random, length, marks)) for id_ in ids),
        faculty=tuple(_facilitator(random, id_, _marks(random, length, marks)) for id_ in leads),
        rooms=tuple(Room(f"{site}-room", site, 6, _marks(random, length, "110")) for site in (HERE, THERE)),
        conflicts=frozenset({frozenset((random.choice(ids), random.choice(leads)))}),
        min_gap_days=random.choice((0, 3, 7)),
    )


def _marks(random: Random, length: int, marks: str) -> str:
    return "".join(random.choices(marks, k=length))


def _some(random: Random, options: list[str], most: int) -> tuple[str, ...]:
    return tuple(random.sample(options, random.randint(0, min(most, len(options)))))


def _liked(random: Random, *models: str) -> Mapping[str, int]:
    return MappingProxyType({model: random.randint(1, 3) for model in models})


def _resident(random: Random, id_: str, ids: list[str], leads: list[str], availability: str) -> Resident:
    others = [other for other in ids if other != id_]
    wants = _some(random, others, 2)
    tags = _some(random, ["carer", "parent"], 1)
    return Resident(
        id=id_,
        stage=random.randint(1, 3),
        site=random.choice((HERE, THERE)),
        availability=availability,
        modes=tuple(random.sample((IN_PERSON, VIDEO, PHONE), random.randint(1, 3))),
        models=_liked(random, *random.sample(("peers", "mixed", "led"), random.randint(1, 3))),
        interests=_some(random, ["exams", "research", "teaching"], 2),
        tags=tags,
        company=tags if random.random() < 0.3 else (),
        wants=wants,
        avoids=tuple(other for other in _some(random, others, 1) if other not in wants and random.random() < 0.2),
        choices=_some(random, leads, 1),
        external=random.choice((External.ANY, External.ANY, External.PREFER)),
    )


def _facilitator(random: Random, id_: str, availability: str) -> Faculty:
    return Faculty(
        id=id_,
        site=random.choice((HERE, THERE)),
        availability=availability,
        modes=(IN_PERSON, VIDEO, PHONE),
        models=("mixed", "led"),
        capacity=random.randint(1, 2),
        interests=_some(random, ["exams", "research", "teaching"], 1),
        tags=_some(random, ["carer", "parent"], 1),
    )


def _each(instance: Instance, change: Callable[[Resident, int], Resident]) -> Instance:
    return replace(instance, residents=tuple(change(one, number) for number, one in enumerate(instance.residents)))


def starved(random: Random) -> Instance:
    """One start a round, at which hardly anybody is free."""
    return drawn(random, starts=1, marks="2000?1")


def thin(random: Random) -> Instance:
    """Three starts a round, and every other mark is gone."""
    return drawn(random, starts=3, marks="210000")


def dyads(random: Random) -> Instance:
    """A mentor for everybody, or two, or a group."""
    instance = replace(drawn(random), models=(PAIR, TRIO, LED))
    faculty = tuple(
        replace(one, models=("pair", "trio", "led"), capacity=random.randint(1, 3)) for one in instance.faculty
    )
    kinds = ("pair", "trio", "led")
    liking = _each(instance, lambda one, _: replace(one, models=_liked(random, *random.sample(kinds, 2))))
    return replace(liking, faculty=faculty)


def year(random: Random) -> Instance:
    """Many rounds."""
    return drawn(random, rounds=8)


def circles(random: Random) -> Instance:
    """Circles of up to eight, that half must be able to come to."""
    circle = Model("circle", (4, 8), (0, 3), (0, 2), target=6)
    instance = replace(drawn(random), models=(circle, PEERS), quorum=0.5)
    liking = _each(instance, lambda one, _: replace(one, models=_liked(random, "circle", "peers")))
    return replace(liking, faculty=tuple(replace(one, models=("circle",)) for one in instance.faculty))


def cohorts(random: Random) -> Instance:
    """Two cohorts; each is away in every other round."""
    instance = drawn(random)

    def away(one: Resident, number: int) -> Resident:
        pairs = zip(one.availability, instance.slots, strict=True)
        return replace(one, availability="".join("0" if (s.round + number) % 2 else mark for mark, s in pairs))

    return _each(instance, away)


def scarce(random: Random) -> Instance:
    """All want a facilitator and there is one, rarely free."""
    instance = drawn(random)
    lead = replace(instance.faculty[0], capacity=2, availability=_marks(random, len(instance.slots), "200"))
    led = _each(instance, lambda one, _: replace(one, models=_liked(random, "led"), choices=()))
    return replace(led, faculty=(lead,), conflicts=frozenset())


def split(random: Random) -> Instance:
    """Half of them have no way of meeting in common."""
    ways = ((IN_PERSON,), (VIDEO,), (IN_PERSON, PHONE), (VIDEO, PHONE))
    return _each(drawn(random), lambda one, _: replace(one, modes=random.choice(ways)))


def unknown(random: Random) -> Instance:
    """No rota yet for two in five."""
    instance = drawn(random)
    blank = "?" * len(instance.slots)
    return _each(instance, lambda one, _: replace(one, availability=blank) if random.random() < 0.4 else one)


def friends(random: Random) -> Instance:
    """Everybody names three others."""
    instance = drawn(random)
    ids = [one.id for one in instance.residents]

    def befriended(one: Resident, _number: int) -> Resident:
        return replace(one, wants=tuple(random.sample([other for other in ids if other != one.id], 3)), avoids=())

    return _each(instance, befriended)


def full(random: Random) -> Instance:
    """An even rhythm, and somebody alike or different."""
    instance = replace(drawn(random, starts=3), interval_days=random.choice((7, 14)))

    def telling(one: Resident, _number: int) -> Resident:
        like = random.random() < 0.4
        traits = MappingProxyType({"ward": random.choice("abc")})
        return replace(one, traits=traits, like=("ward",) if like else (), unlike=() if like else ("ward",))

    return _each(instance, telling)


def turns(random: Random) -> Instance:
    """Two starts a round; some can only ever come to the first and some only to the second."""
    instance = drawn(random)
    marks = ("20", "20", "02", "02", "22")
    return _each(instance, lambda one, _: replace(one, availability=random.choice(marks) * instance.rounds))


def repaired(random: Random) -> Instance:
    """Groups that were there before, of whom the marks are new."""
    instance = drawn(random)
    ids = [one.id for one in instance.residents]
    half = len(ids) // 2
    former = (
        Group("g1", "peers", VIDEO, tuple(ids[:half])),
        Group("g2", "mixed", PHONE, tuple(ids[half:]), (instance.faculty[0].id,)),
    )
    return replace(instance, previous=former)


SHAPES: Final[dict[str, Callable[[Random], Instance]]] = {
    shape.__name__: shape
    for shape in (
        drawn,
        starved,
        thin,
        dyads,
        year,
        circles,
        cohorts,
        scarce,
        split,
        unknown,
        friends,
        full,
        turns,
        repaired,
    )
}


def of_shape(name: str, seed: int) -> Instance:
    """The problem of a shape that a seed gives."""
    return replace(SHAPES[name](Random(f"{name}/{seed}")), name=f"{name}-{seed}")
