"""Small problems in the shapes that programmes have: each changes one thing, the rest is drawn from a seed.

A planner that was made for one shape is often poor on another, and what it promises it promises for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from random import Random
from types import MappingProxyType
from typing import Final

from solvers.instance import Faculty, Instance, Model, Resident, Room, Slot, Weights
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from solvers.vocabulary import IN_PERSON, PHONE, VIDEO
from tests.solvers.builders import DAY, HOUR, MONDAY_NOON

ROUNDS = 4
SITES = ("north", "south")
PEER = Model("peer", (3, 6), (0, 2), (0, 0), target=4)
LED = Model("led", (3, 6), (0, 9), (1, 2), present=1, target=5)


def plain(random: Random, residents: int = 16, starts: int = 4) -> Instance:
    """Residents of two sites and three stages, a few facilitators and rooms, ``starts`` a round."""
    slots = tuple(
        Slot(MONDAY_NOON + DAY * (7 * round_ + day) + HOUR * (day % 2) * 4, round_)
        for round_ in range(ROUNDS)
        for day in sorted(random.sample(range(5), min(starts, 5)))
    )
    ids = [f"r{number}" for number in range(residents)]
    leads = [f"f{number}" for number in range(4)]
    return Instance(
        name="family",
        session_minutes=60,
        rounds=ROUNDS,
        slots=slots,
        quorum=0.6,
        min_attendance=0.7,
        models=(PEER, LED),
        residents=tuple(_resident(random, id_, ids, leads, len(slots)) for id_ in ids),
        faculty=tuple(_facilitator(random, id_, len(slots)) for id_ in leads),
        rooms=tuple(Room(f"room-{site}", site, 8, "1" * len(slots)) for site in SITES),
        conflicts=frozenset(frozenset((random.choice(leads), random.choice(ids))) for _ in range(3)),
        min_gap_days=3,
    )


def _marks(random: Random, slots: int) -> str:
    return "".join(random.choices("210?", (6, 2, 3, 1), k=slots))


def _resident(random: Random, id_: str, ids: list[str], leads: list[str], slots: int) -> Resident:
    models = {"peer": random.randint(1, 3), "led": random.randint(1, 3)}
    others = [other for other in ids if other != id_]
    return Resident(
        id=id_,
        stage=random.randint(1, 3),
        site=random.choice(SITES),
        availability=_marks(random, slots),
        modes=tuple(random.sample((IN_PERSON, VIDEO), random.randint(1, 2))),
        models=MappingProxyType(dict(random.sample(sorted(models.items()), random.randint(1, 2)))),
        interests=tuple(random.sample(("exams", "research"), random.randint(0, 2))),
        wants=tuple(random.sample(others, random.choice((0, 0, 1)))),
        choices=tuple(random.sample(leads, random.choice((0, 1)))),
    )


def _facilitator(random: Random, id_: str, slots: int) -> Faculty:
    return Faculty(id_, random.choice(SITES), _marks(random, slots), (IN_PERSON, VIDEO), ("led",), random.randint(1, 2))


def _thinned(random: Random, instance: Instance, share: float) -> Instance:
    """Of everybody's marks only a share is left."""
    residents = (replace(one, availability=_few(random, one.availability, share)) for one in instance.residents)
    return replace(instance, residents=tuple(residents))


def _few(random: Random, marks: str, share: float) -> str:
    return "".join(mark if random.random() < share else "0" for mark in marks)


def starved(random: Random) -> Instance:
    """One start a round, and hardly anybody is ever free."""
    return _thinned(random, plain(random, 14, starts=1), 0.45)


def thin(random: Random) -> Instance:
    """Half of all marks are gone."""
    return _thinned(random, plain(random, starts=3), 0.5)


def dyads(random: Random) -> Instance:
    """A resident with a mentor or with two."""
    models = (Model("dyad", (1, 1), (0, 0), (1, 1), present=1), Model("triad", (1, 1), (0, 0), (2, 2), present=1))
    instance = plain(random, 8)
    accepted = MappingProxyType({"dyad": 2, "triad": 1})
    return replace(
        instance,
        models=models,
        residents=tuple(replace(one, models=accepted) for one in instance.residents),
        faculty=tuple(replace(one, models=("dyad", "triad"), capacity=3) for one in instance.faculty),
    )


def circles(random: Random) -> Instance:
    """Large circles."""
    circle = Model("peer", (6, 10), (0, 9), (0, 0), target=8)
    return replace(plain(random, 20), models=(circle, LED), quorum=0.5)


def cohorts(random: Random) -> Instance:
    """Two cohorts of whom the one is free in even rounds and the other in odd ones."""
    instance = plain(random)
    residents = (
        replace(
            one,
            availability="".join(
                "0" if (slot.round + number) % 2 else mark
                for mark, slot in zip(one.availability, instance.slots, strict=True)
            ),
        )
        for number, one in enumerate(instance.residents)
    )
    return replace(instance, residents=tuple(residents))


def scarce(random: Random) -> Instance:
    """Everybody asks for a group with a facilitator, and there is one."""
    instance = plain(random)
    residents = tuple(replace(one, models=MappingProxyType({"led": 3}), choices=()) for one in instance.residents)
    return replace(instance, residents=residents, faculty=instance.faculty[:1], conflicts=frozenset())


def split(random: Random) -> Instance:
    """Some can only meet in person, some only by video; telephone is all that others share."""
    instance = plain(random)
    ways = ((IN_PERSON,), (VIDEO,), (IN_PERSON, PHONE), (VIDEO, PHONE))
    return replace(instance, residents=tuple(replace(one, modes=random.choice(ways)) for one in instance.residents))


def unknown(random: Random) -> Instance:
    """No rota yet for two in five."""
    instance = plain(random)
    blank = "?" * len(instance.slots)
    residents = (replace(one, availability=blank) if random.random() < 0.4 else one for one in instance.residents)
    return replace(instance, residents=tuple(residents))


def friends(random: Random) -> Instance:
    """Everybody names three others."""
    instance = plain(random)
    ids = [one.id for one in instance.residents]
    residents = (
        replace(one, wants=tuple(random.sample([id_ for id_ in ids if id_ != one.id], 3))) for one in instance.residents
    )
    return replace(instance, residents=tuple(residents))


def full(random: Random) -> Instance:
    """All that may be asked for: rhythm, company, somebody alike, somebody different, facilitators from elsewhere."""
    instance = plain(random)
    residents = (
        replace(
            one,
            tags=(tags := tuple(random.sample(("parent", "abroad"), random.randint(0, 2)))),
            company=tuple(random.sample(tags, random.randint(0, len(tags)))),
            traits=MappingProxyType({"ward": random.choice("ab")}),
            like=("ward",) if random.random() < 0.3 else (),
            unlike=("ward",) if random.random() < 0.3 else (),
            external=random.choice(("", "prefer", "require")),
        )
        for one in instance.residents
    )
    return replace(instance, residents=tuple(residents), interval_days=7, weights=Weights(alone=-180))


FAMILIES: Final[dict[str, Callable[[Random], Instance]]] = {
    family.__name__: family
    for family in (plain, starved, thin, dyads, circles, cohorts, scarce, split, unknown, friends, full)
}


def of_family(name: str, seed: int) -> Instance:
    """The problem of a family that a seed gives."""
    return replace(FAMILIES[name](Random(f"{name}/{seed}")), name=f"{name}-{seed}")


def planned(instance: Instance, stretches: int = 20) -> Solution:
    """A plan of one worker after so many stretches of moves: the same on every machine, however busy."""
    asked = count()
    return solve(instance, Limits(600.0, 1), should_stop=lambda: next(asked) >= stretches)
