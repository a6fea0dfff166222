"""Programmes of many shapes, drawn from a seed: each family changes one thing about an ordinary programme.

A planner that was made for one shape is often poor on another. A family and a seed always give the same instance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from solvers.instance import Faculty, Instance, Model, Resident, Room, Slot, Weights
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, IN_PERSON, NOT_KNOWN, PHONE, VIDEO

_FIRST_MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
_NOON, _QUARTER_PAST_ONE, _EVENING = (12, 30), (13, 15), (17, 30)
_WORKDAYS = range(5)
_SITES = ("north", "south", "east")
_TOPICS = ("exams", "research", "teaching", "burnout", "leadership", "ethics", "fellowships", "family")
_TAGS = ("parent", "from abroad", "part-time")
# What a line of a rota does on a day, in blocks of days, and what that leaves of noon and of the evening.
_LINES = ("DDDDDOO", "DDLLOOO", "NNNNOOO", "LLLOOOO", "DDDOOLL", "OODDDDD", "OONNNOO", "DODODOO")
_MARKS: Final = {
    "D": (IF_NEED_BE, CAN),
    "L": (IF_NEED_BE, CANNOT),
    "N": (CANNOT, CANNOT),
    "O": (CANNOT, IF_NEED_BE),
}
PEER: Final = Model("peer", (4, 8), (0, 0), (0, 0), target=6)
NEAR_PEER: Final = Model("near-peer", (4, 8), (1, 2), (0, 1), target=6)
VERTICAL: Final = Model("vertical", (4, 6), (2, 9), (1, 2), present=1, target=5)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """When sessions may start: ``weeks`` in rounds of ``weeks_a_round``, at these clock times on these weekdays."""

    weeks: int = 24
    weeks_a_round: int = 4
    times: tuple[tuple[int, int], ...] = (_NOON, _EVENING)
    weekdays: tuple[int, ...] = tuple(_WORKDAYS)

    def slots(self) -> tuple[Slot, ...]:
        return tuple(
            Slot(
                _FIRST_MONDAY + timedelta(weeks=week, days=day, hours=hour, minutes=minute), week // self.weeks_a_round
            )
            for week in range(self.weeks)
            for day in self.weekdays
            for hour, minute in self.times
        )


def ordinary(chance: Random, residents: int = 120, calendar: _Calendar | None = None) -> Instance:
    """Residents on rotas of a few lines at three sites, and a facilitator for every four of them."""
    slots = (calendar or _Calendar()).slots()
    ids = [f"r{number:03}" for number in range(residents)]
    leads = [f"f{number:03}" for number in range(max(2, residents // 4))]
    people = [_resident(chance, id_, ids, leads, slots) for id_ in ids]
    return Instance(
        name="ordinary",
        session_minutes=60,
        rounds=slots[-1].round + 1,
        slots=slots,
        quorum=0.6,
        min_attendance=0.7,
        models=(PEER, NEAR_PEER, VERTICAL),
        residents=tuple(people),
        faculty=tuple(_facilitator(chance, id_, slots) for id_ in leads),
        rooms=tuple(_room(chance, site, number, slots) for site in _SITES for number in range(2)),
        conflicts=frozenset(
            frozenset((lead, one.id)) for one in people for lead in chance.sample(leads, chance.choice((0, 0, 1)))
        ),
        min_gap_days=14 if slots[-1].round and (calendar or _Calendar()).weeks_a_round > 2 else 7,
    )


def _resident(chance: Random, id_: str, ids: list[str], leads: list[str], slots: tuple[Slot, ...]) -> Resident:
    others = [other for other in ids if other != id_]
    tags = tuple(tag for tag in _TAGS if chance.random() < 0.15)
    accepted = chance.sample(("peer", "near-peer", "vertical"), chance.choice((1, 2, 2, 3)))
    return Resident(
        id=id_,
        stage=chance.randint(1, 5),
        site=chance.choices(_SITES, (3, 2, 1))[0],
        availability=_rota_marks(chance, slots),
        modes=tuple(chance.sample((IN_PERSON, VIDEO), chance.choice((1, 2, 2)))),
        models=MappingProxyType({model: chance.randint(1, 3) for model in accepted}),
        interests=tuple(chance.sample(_TOPICS, chance.randint(0, 3))),
        tags=tags,
        company=tuple(tag for tag in tags if chance.random() < 0.4),
        wants=tuple(chance.sample(others, chance.choice((0, 0, 0, 1, 2)))),
        avoids=tuple(chance.sample(others, 1)) if chance.random() < 0.04 else (),
        choices=tuple(chance.sample(leads, chance.choice((0, 0, 1, 2)))),
    )


def _facilitator(chance: Random, id_: str, slots: tuple[Slot, ...]) -> Faculty:
    clinic = chance.sample(_WORKDAYS, 2)
    marks = "".join(
        CANNOT if slot.start.weekday() in clinic or chance.random() < 0.1 else chance.choice((CAN, CAN, IF_NEED_BE))
        for slot in slots
    )
    offered = tuple(chance.sample(("near-peer", "vertical"), chance.choice((1, 2))))
    site = chance.choices(_SITES, (3, 2, 1))[0]
    return Faculty(id_, site, marks, (VIDEO, IN_PERSON), offered, chance.choice((1, 1, 2)), ("teaching",))


def _room(chance: Random, site: str, number: int, slots: tuple[Slot, ...]) -> Room:
    free = "".join("0" if chance.random() < 0.2 else "1" for _ in slots)
    return Room(f"{site}-{number}", site, chance.choice((6, 8, 10)), free)


def _rota_marks(chance: Random, slots: tuple[Slot, ...]) -> str:
    """A line of the rota that changes every few weeks, with some leave."""
    line, turn, until, away = "", 0, -1, set[int]()
    marks = []
    for slot in slots:
        day = (slot.start.date() - _FIRST_MONDAY.date()).days
        if day > until:
            line, turn, until = chance.choice(_LINES), chance.randrange(7), day + 7 * chance.choice((2, 4, 6))
            away = {day // 7 + 1} if chance.random() < 0.15 else set()
        noon, evening = _MARKS[line[(day + turn) % 7]]
        marks.append(CANNOT if day // 7 in away else evening if slot.start.hour >= 16 else noon)
    return "".join(marks)


def _with_marks(instance: Instance, change: Callable[[Resident, int], str]) -> Instance:
    """The instance with other marks for each resident, who is handed over with their number."""
    residents = (replace(one, availability=change(one, number)) for number, one in enumerate(instance.residents))
    return replace(instance, residents=tuple(residents))


def _thinned(chance: Random, instance: Instance, share: float) -> Instance:
    def few(marks: str) -> str:
        return "".join(mark if chance.random() < share else CANNOT for mark in marks)

    faculty = tuple(replace(one, availability=few(one.availability)) for one in instance.faculty)
    return replace(_with_marks(instance, lambda one, _: few(one.availability)), faculty=faculty)


def starved(chance: Random) -> Instance:
    """One start a week, and hardly anybody is ever free."""
    return _thinned(chance, ordinary(chance, 60, _Calendar(16, times=(_NOON,), weekdays=(2,))), 0.45)


def thin(chance: Random) -> Instance:
    """Three starts a week, and half of all marks gone."""
    return _thinned(chance, ordinary(chance, 120, _Calendar(times=(_NOON,), weekdays=(0, 2, 4))), 0.5)


def pairs(chance: Random) -> Instance:
    """A resident with one mentor or two, and a few small groups."""
    instance = ordinary(chance, 80, _Calendar(12, 2, times=(_NOON, _EVENING)))
    models = (
        Model("dyad", (1, 1), (0, 0), (1, 1), present=1),
        Model("triad", (1, 1), (0, 0), (2, 2), present=1),
        Model("small", (3, 6), (0, 9), (0, 1), target=4),
    )
    names = [model.id for model in models]

    def accepted() -> MappingProxyType[str, int]:
        return MappingProxyType({name: chance.randint(1, 3) for name in chance.sample(names, chance.randint(1, 3))})

    return replace(
        instance,
        models=models,
        residents=tuple(replace(one, models=accepted()) for one in instance.residents),
        faculty=tuple(replace(one, models=tuple(names), capacity=chance.randint(1, 3)) for one in instance.faculty),
    )


def year(chance: Random) -> Instance:
    """A whole year with a round every fortnight."""
    return ordinary(chance, 72, _Calendar(52, 2, weekdays=(1, 3)))


def circles(chance: Random) -> Instance:
    """Large circles that half must be able to come to."""
    instance = ordinary(chance, 150)
    circle = Model("circle", (8, 14), (0, 9), (0, 2), target=10)

    def accepted() -> MappingProxyType[str, int]:
        also = {"peer": chance.randint(1, 3)} if chance.random() < 0.4 else {}
        return MappingProxyType({"circle": chance.randint(1, 3), **also})

    return replace(
        instance,
        quorum=0.5,
        models=(circle, PEER),
        residents=tuple(replace(one, models=accepted()) for one in instance.residents),
        faculty=tuple(replace(one, models=("circle",)) for one in instance.faculty),
    )


def cohorts(chance: Random) -> Instance:
    """Two cohorts whose nights alternate by the week: only people of one can meet often."""
    instance = ordinary(chance, 96)
    weeks = [(slot.start.date() - _FIRST_MONDAY.date()).days // 7 for slot in instance.slots]

    def alternating(one: Resident, number: int) -> str:
        return "".join(
            CANNOT if (week + number) % 2 else mark for week, mark in zip(weeks, one.availability, strict=True)
        )

    return _with_marks(instance, alternating)


def scarce(chance: Random) -> Instance:
    """Everybody asks for a group with a facilitator, and there is one for fourteen, rarely free."""
    instance = ordinary(chance, 140)
    leads = [
        replace(one, models=("near-peer", "vertical"), capacity=3, availability=_half(chance, one.availability))
        for one in instance.faculty[:10]
    ]
    kept = {one.id for one in leads}
    return replace(
        instance,
        faculty=tuple(leads),
        conflicts=frozenset(pair for pair in instance.conflicts if pair & kept),
        residents=tuple(
            replace(
                one,
                models=MappingProxyType({"vertical": 3, **({"near-peer": 2} if chance.random() < 0.5 else {})}),
                choices=tuple(lead for lead in one.choices if lead in kept),
            )
            for one in instance.residents
        ),
    )


def _half(chance: Random, marks: str) -> str:
    return "".join(mark if chance.random() < 0.5 else CANNOT for mark in marks)


def divided(chance: Random) -> Instance:
    """Some can't use video and some can't come in person; the telephone is all that others share."""
    instance = ordinary(chance, 90)
    ways = ((IN_PERSON,), (VIDEO,), (IN_PERSON, PHONE), (VIDEO, PHONE), (VIDEO, IN_PERSON))
    return replace(
        instance,
        residents=tuple(replace(one, modes=chance.choice(ways)) for one in instance.residents),
        faculty=tuple(replace(one, modes=chance.choice(ways)) for one in instance.faculty),
    )


def unknown(chance: Random) -> Instance:
    """No rota yet for two in five."""
    instance = ordinary(chance, 110)

    def marks(one: Resident, _: int) -> str:
        return NOT_KNOWN * len(instance.slots) if chance.random() < 0.4 else one.availability

    return _with_marks(instance, marks)


def friends(chance: Random) -> Instance:
    """Everybody names three people out of a circle of nine."""
    instance = ordinary(chance, 130)
    order = [one.id for one in instance.residents]
    chance.shuffle(order)
    circle_of = {id_: order[place - place % 9 : place - place % 9 + 9] for place, id_ in enumerate(order)}

    def named(one: Resident) -> tuple[str, ...]:
        others = [other for other in circle_of[one.id] if other != one.id and other not in one.avoids]
        return tuple(chance.sample(others, min(3, len(others))))

    return replace(instance, residents=tuple(replace(one, wants=named(one)) for one in instance.residents))


def everything(chance: Random) -> Instance:
    """All that may be asked for at once: an even rhythm, company, people alike and people different."""
    instance = ordinary(chance, 180, _Calendar(times=(_NOON, _QUARTER_PAST_ONE, _EVENING)))
    wards, schools = ("surgery", "medicine", "paediatrics"), ("here", "elsewhere")
    residents = (
        replace(
            one,
            traits=MappingProxyType({"specialty": chance.choice(wards), "trained": chance.choice(schools)}),
            like=("trained",) if chance.random() < 0.25 else (),
            unlike=("specialty",) if chance.random() < 0.25 else (),
        )
        for one in instance.residents
    )
    return replace(instance, residents=tuple(residents), interval_days=28, weights=Weights(cadence=-2))


FAMILIES: Final[dict[str, Callable[[Random], Instance]]] = {
    family.__name__: family
    for family in (
        ordinary, starved, thin, pairs, year, circles, cohorts, scarce, divided, unknown, friends, everything,
    )
}  # fmt: skip


def of_family(name: str, seed: int) -> Instance:
    """The instance of a family that a seed gives."""
    return replace(FAMILIES[name](Random(f"{name}/{seed}")), name=f"{name}-{seed}")


def of_all_families(seeds: range) -> Iterator[Instance]:
    """Every family with every seed."""
    return (of_family(name, seed) for name in FAMILIES for seed in seeds)
