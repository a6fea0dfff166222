"""Tiny planning problems and plans, drawn at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from types import MappingProxyType

from hypothesis import strategies as st

from solvers.instance import MODES, Faculty, Group, Instance, Model, Pin, Resident, Room, Session, Slot, Weights
from tests.solvers.builders import HOUR, MONDAY_NOON, NO_POINTS

SITES = ("north", "south")
TOPICS = ("exams", "research")
TAGS = ("parent", "abroad")


def some_of(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the values in any order, none twice."""
    return st.lists(st.sampled_from(values), unique=True).map(tuple) if values else st.just(())


def marks(count: int, letters: str = "012?") -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(letters), min_size=count, max_size=count)


@st.composite
def slot_lists(draw: st.DrawFn, rounds: int, most: int) -> tuple[Slot, ...]:
    """Up to ``most`` slots in order, half hours apart or days, each round somewhere."""
    steps = draw(st.lists(st.sampled_from([0, 1, 48, 7 * 48]), min_size=1, max_size=most))
    zone = timezone(timedelta(hours=draw(st.integers(-11, 11))))
    start, slots = MONDAY_NOON.astimezone(zone), []
    for step in steps:
        start += step * HOUR / 2
        slots.append(Slot(start, draw(st.integers(0, rounds - 1))))
    return tuple(slots)


def pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda pair: (min(pair), max(pair)))


@st.composite
def models(draw: st.DrawFn, id_: str) -> Model:
    return Model(
        id=id_,
        size=draw(pairs(1, 3)),
        spread=draw(st.sampled_from([(0, 9), (0, 0), (1, 2)])),
        facilitators=draw(pairs(0, 2)),
        present=draw(st.integers(0, 1)),
        target=draw(st.none() | st.integers(1, 3)),
    )


@st.composite
def residents(draw: st.DrawFn, id_: str, slots: int, model_ids: tuple[str, ...], people: tuple[str, ...]) -> Resident:
    others = tuple(person for person in people if person != id_)
    tags = draw(some_of(TAGS))
    return Resident(
        id=id_,
        stage=draw(st.integers(1, 3)),
        site=draw(st.sampled_from(SITES)),
        availability=draw(marks(slots)),
        modes=draw(some_of(MODES)),
        models=MappingProxyType(draw(st.dictionaries(st.sampled_from(model_ids), st.integers(0, 3)))),
        interests=draw(some_of(TOPICS)),
        tags=tags,
        company=draw(some_of(tags)),
        wants=draw(some_of(others)),
        avoids=draw(st.just(()) | some_of(others)),
        choices=draw(some_of(tuple(person for person in others if person.startswith("f")))),
        external=draw(st.sampled_from(["", "prefer", "require"])),
    )


@st.composite
def facilitators(draw: st.DrawFn, id_: str, slots: int, model_ids: tuple[str, ...]) -> Faculty:
    return Faculty(
        id=id_,
        site=draw(st.sampled_from(SITES)),
        availability=draw(marks(slots)),
        modes=draw(some_of(MODES)),
        models=draw(some_of(model_ids)),
        capacity=draw(st.integers(0, 2)),
        interests=draw(some_of(TOPICS)),
        tags=draw(some_of(TAGS)),
    )


@st.composite
def rooms(draw: st.DrawFn, id_: str, slots: int) -> Room:
    return Room(id_, draw(st.sampled_from(SITES)), draw(st.integers(1, 4)), draw(marks(slots, "01")))


def weights() -> st.SearchStrategy[Weights]:
    """The default ones, or small ones of any sign, or none but some."""
    small = {name: st.integers(-9, 9) for name in NO_POINTS if name != "attend"}
    attend = st.dictionaries(st.sampled_from("012?"), st.integers(-3, 9)).map(MappingProxyType)
    return st.just(Weights()) | st.builds(Weights, **small, attend=attend)


@st.composite
def instances(draw: st.DrawFn, most_residents: int = 4, most_faculty: int = 2, most_slots: int = 3) -> Instance:
    """A tiny instance that every field of the format may occur in; no previous plan."""
    rounds = draw(st.integers(1, 3))
    slots = draw(slot_lists(rounds, most_slots))
    model_ids = draw(st.sampled_from([("peer",), ("peer", "near")]))
    resident_ids = tuple(f"r{n}" for n in range(draw(st.integers(0, most_residents))))
    faculty_ids = tuple(f"f{n}" for n in range(draw(st.integers(0, most_faculty))))
    people = resident_ids + faculty_ids
    couples = [frozenset((one, other)) for one in people for other in people if one < other]
    return Instance(
        name="tiny",
        session_minutes=draw(st.sampled_from([30, 60])),
        rounds=rounds,
        slots=slots,
        quorum=draw(st.sampled_from([0, 0.5, 0.6, 1])),
        min_attendance=draw(st.sampled_from([0, 0.5, 0.7, 1])),
        models=tuple(draw(models(id_)) for id_ in model_ids),
        residents=tuple(draw(residents(id_, len(slots), model_ids, people)) for id_ in resident_ids),
        faculty=tuple(draw(facilitators(id_, len(slots), model_ids)) for id_ in faculty_ids),
        rooms=tuple(draw(rooms(f"room{n}", len(slots))) for n in range(draw(st.integers(0, 2)))),
        conflicts=draw(st.just(frozenset()) | st.frozensets(st.sampled_from(couples))) if couples else frozenset(),
        min_gap_days=draw(st.sampled_from([0, 0.5, 7])),
        weights=draw(weights()),
    )


@st.composite
def plans(draw: st.DrawFn, instance: Instance) -> tuple[Group, ...]:
    """Groups of an instance that keep few of the rules, but each resident once and one session a round."""
    ids = draw(st.permutations([person.id for person in instance.residents]))
    groups = []
    while ids and draw(st.booleans()):
        count = draw(st.integers(1, min(3, len(ids))))
        groups.append(draw(_group(instance, f"g{len(groups)}", tuple(ids[:count]))))
        ids = ids[count:]
    return tuple(groups)


@st.composite
def _group(draw: st.DrawFn, instance: Instance, id_: str, members: tuple[str, ...]) -> Group:
    model = draw(st.sampled_from([model.id for model in instance.models]))
    mode = draw(st.sampled_from(MODES))
    leaders = draw(some_of(tuple(person.id for person in instance.faculty)))
    in_person = mode == "in_person"
    group = Group(id_, model, mode, members, leaders, (), draw(st.sampled_from(SITES)) if in_person else None)
    slots = draw(st.lists(st.integers(0, len(instance.slots) - 1), unique_by=lambda s: instance.slots[s].round))
    halls = [room.id for room in instance.rooms] if in_person else []
    return replace(
        group,
        sessions=tuple(
            Session(instance.slots[s].round, s, draw(some_of(leaders)), draw(st.sampled_from([*halls, None])))
            for s in slots
        ),
    )


@st.composite
def repairs(draw: st.DrawFn, **sizes: int) -> Instance:
    """A tiny instance with an earlier plan, and pins; somebody in that plan may have left."""
    instance = draw(instances(**sizes))
    previous = draw(plans(instance))
    if previous and draw(st.booleans()):
        previous = (replace(previous[0], residents=(*previous[0].residents, "gone")), *previous[1:])
    pins = draw(some_of(tuple(group.id for group in previous)))
    rounds = st.lists(st.integers(0, instance.rounds - 1), unique=True).map(tuple)
    return replace(instance, previous=previous, pins=tuple(Pin(id_, draw(rounds)) for id_ in pins))
