"""Tiny planning problems and plans, drawn at random.

Each strategy is made once: to make one takes Hypothesis longer than to draw from it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from functools import cache
from types import MappingProxyType

from hypothesis import strategies as st

from solvers.instance import Faculty, Group, Instance, Model, Pin, Resident, Room, Session, Slot, Weights
from solvers.vocabulary import MODES
from tests.solvers.builders import HOUR, MONDAY_NOON, NO_POINTS

SITES = ("north", "south")
TOPICS = ("exams", "research")
TAGS = ("parent", "abroad")
CATEGORIES = ("ward", "faith")
NOTHING: st.SearchStrategy[tuple[str, ...]] = st.just(())
BOOLEANS = st.booleans()
SOME_TRAITS = st.just({}) | st.dictionaries(st.sampled_from(CATEGORIES), st.sampled_from(("a", "b")))
A_SITE, A_MODE = st.sampled_from(SITES), st.sampled_from(MODES)
STEPS = st.sampled_from([0, 1, 48, 7 * 48])
HOURS_EAST = st.integers(-11, 11)
SPREADS = st.sampled_from([(0, 9), (0, 0), (1, 2)])
TARGETS = st.none() | st.integers(1, 3)
EXTERNAL = st.sampled_from(["", "prefer", "require"])
MODEL_IDS = st.sampled_from([("peer",), ("peer", "near")])
MINUTES = st.sampled_from([30, 60])
QUORUMS, LEAST_ATTENDANCES = st.sampled_from([0, 0.5, 0.6, 1]), st.sampled_from([0, 0.5, 0.7, 1])
GAPS, INTERVALS = st.sampled_from([0, 0.5, 7]), st.none() | st.sampled_from([0, 7, 20])
FIRST_WITHIN = st.none() | st.sampled_from([0, 1, 7, 20])


@cache
def numbers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@cache
def one_of(values: tuple[str | None, ...]) -> st.SearchStrategy[str | None]:
    return st.sampled_from(values)


@cache
def some_of(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the values in any order, none twice."""
    return st.lists(st.sampled_from(values), unique=True).map(tuple) if values else NOTHING


@cache
def few_of(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Often none."""
    return NOTHING | some_of(values)


@cache
def some_conflicts(people: tuple[str, ...]) -> st.SearchStrategy[frozenset[frozenset[str]]]:
    couples = [frozenset((one, other)) for one in people for other in people if one < other]
    nothing = st.just(frozenset())
    return nothing | st.frozensets(st.sampled_from(couples)) if couples else nothing


@cache
def some_accompanied(people: tuple[str, ...]) -> st.SearchStrategy[frozenset[tuple[str, str]]]:
    couples = [(one, other) for one in people for other in people if one != other]
    nothing = st.just(frozenset())
    return nothing | st.frozensets(st.sampled_from(couples), max_size=3) if couples else nothing


@cache
def wishes(model_ids: tuple[str, ...]) -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(model_ids), st.integers(0, 3))


@cache
def lists_of_steps(most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(STEPS, min_size=1, max_size=most)


@cache
def slots_of_rounds(rounds: tuple[int, ...]) -> st.SearchStrategy[list[int]]:
    """Some slots by number, of each round one at most."""
    return st.lists(st.integers(0, len(rounds) - 1), unique_by=lambda slot: rounds[slot])


@cache
def orders(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.permutations(values)


@cache
def some_rounds(rounds: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(0, rounds - 1), unique=True).map(tuple)


@cache
def marks(count: int, letters: str = "012?") -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(letters), min_size=count, max_size=count)


@cache
@st.composite
def slot_lists(draw: st.DrawFn, rounds: int, most: int) -> tuple[Slot, ...]:
    """Up to ``most`` slots in order, half hours apart or days, each round somewhere."""
    steps = draw(lists_of_steps(most))
    zone = timezone(timedelta(hours=draw(HOURS_EAST)))
    start, slots = MONDAY_NOON.astimezone(zone), []
    for step in steps:
        start += step * HOUR / 2
        slots.append(Slot(start, draw(numbers(0, rounds - 1))))
    return tuple(slots)


@cache
def pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda pair: (min(pair), max(pair)))


@cache
@st.composite
def models(draw: st.DrawFn, id_: str) -> Model:
    return Model(
        id=id_,
        size=draw(pairs(1, 3)),
        spread=draw(SPREADS),
        facilitators=draw(pairs(0, 2)),
        present=draw(numbers(0, 1)),
        target=draw(TARGETS),
    )


@cache
@st.composite
def residents(draw: st.DrawFn, id_: str, slots: int, model_ids: tuple[str, ...], people: tuple[str, ...]) -> Resident:
    others = tuple(person for person in people if person != id_)
    tags = draw(some_of(TAGS))
    return Resident(
        id=id_,
        stage=draw(numbers(1, 3)),
        site=draw(A_SITE),
        availability=draw(marks(slots)),
        modes=draw(some_of(MODES)),
        models=MappingProxyType(draw(wishes(model_ids))),
        interests=draw(some_of(TOPICS)),
        tags=tags,
        company=(company := draw(some_of(tags))),
        firm=draw(few_of(company)),
        traits=MappingProxyType(draw(SOME_TRAITS)),
        like=draw(few_of(CATEGORIES)),
        unlike=draw(few_of(CATEGORIES)),
        wants=draw(some_of(others)),
        avoids=draw(few_of(others)),
        choices=draw(some_of(tuple(person for person in others if person.startswith("f")))),
        external=draw(EXTERNAL),
        first_within_days=draw(FIRST_WITHIN),
    )


@cache
@st.composite
def facilitators(draw: st.DrawFn, id_: str, slots: int, model_ids: tuple[str, ...]) -> Faculty:
    return Faculty(
        id=id_,
        site=draw(A_SITE),
        availability=draw(marks(slots)),
        modes=draw(some_of(MODES)),
        models=draw(some_of(model_ids)),
        capacity=draw(numbers(0, 2)),
        interests=draw(some_of(TOPICS)),
        tags=draw(some_of(TAGS)),
        traits=MappingProxyType(draw(SOME_TRAITS)),
    )


@cache
@st.composite
def rooms(draw: st.DrawFn, id_: str, slots: int) -> Room:
    return Room(id_, draw(A_SITE), draw(numbers(1, 4)), draw(marks(slots, "01")))


@cache
def weights() -> st.SearchStrategy[Weights]:
    """The default ones, or small ones of any sign, or none but some."""
    small = {name: st.integers(-9, 9) for name in NO_POINTS if name != "attend"}
    attend = st.dictionaries(st.sampled_from("012?"), st.integers(-3, 9)).map(MappingProxyType)
    return st.just(Weights()) | st.builds(Weights, **small, attend=attend)


@st.composite
def instances(
    draw: st.DrawFn,
    most_residents: int = 4,
    most_faculty: int = 2,
    most_slots: int = 3,
    least_residents: int = 0,
    least_faculty: int = 0,
) -> Instance:
    """A tiny instance that every field of the format may occur in; no previous plan."""
    rounds = draw(numbers(1, 3))
    slots = draw(slot_lists(rounds, most_slots))
    model_ids = draw(MODEL_IDS)
    resident_ids = tuple(f"r{n}" for n in range(draw(numbers(least_residents, most_residents))))
    faculty_ids = tuple(f"f{n}" for n in range(draw(numbers(least_faculty, most_faculty))))
    people = resident_ids + faculty_ids
    return Instance(
        name="tiny",
        session_minutes=draw(MINUTES),
        rounds=rounds,
        slots=slots,
        quorum=draw(QUORUMS),
        min_attendance=draw(LEAST_ATTENDANCES),
        models=tuple(draw(models(id_)) for id_ in model_ids),
        residents=tuple(draw(residents(id_, len(slots), model_ids, people)) for id_ in resident_ids),
        faculty=tuple(draw(facilitators(id_, len(slots), model_ids)) for id_ in faculty_ids),
        rooms=tuple(draw(rooms(f"room{n}", len(slots))) for n in range(draw(numbers(0, 2)))),
        conflicts=draw(some_conflicts(people)),
        accompanied=draw(some_accompanied(people)),
        min_gap_days=draw(GAPS),
        weights=draw(weights()),
        interval_days=draw(INTERVALS),
    )


@st.composite
def instances_with_leave(draw: st.DrawFn, **sizes: int) -> Instance:
    """An instance some of whose residents are on long leave in some slots."""
    instance = draw(instances(**sizes))
    slots = st.frozensets(st.integers(0, len(instance.slots) - 1))
    residents = tuple(replace(resident, leave=draw(slots)) for resident in instance.residents)
    return replace(instance, residents=residents)


@st.composite
def plans(draw: st.DrawFn, instance: Instance, least: int = 0) -> tuple[Group, ...]:
    """Groups of an instance that keep few of the rules, but each resident once and one session a round."""
    ids = draw(orders(tuple(person.id for person in instance.residents)))
    groups = []
    while ids and (len(groups) < least or draw(BOOLEANS)):
        count = draw(numbers(1, min(3, len(ids))))
        groups.append(draw(_group(instance, f"g{len(groups)}", tuple(ids[:count]))))
        ids = ids[count:]
    return tuple(groups)


@st.composite
def _group(draw: st.DrawFn, instance: Instance, id_: str, members: tuple[str, ...]) -> Group:
    model = draw(one_of(tuple(model.id for model in instance.models)))
    mode = draw(A_MODE)
    leaders = draw(some_of(tuple(person.id for person in instance.faculty)))
    in_person = mode == "in_person"
    group = Group(id_, model, mode, members, leaders, (), draw(A_SITE) if in_person else None)
    slots = draw(slots_of_rounds(tuple(slot.round for slot in instance.slots)))
    halls = tuple(room.id for room in instance.rooms) if in_person else ()
    return replace(
        group,
        sessions=tuple(
            Session(instance.slots[s].round, s, draw(some_of(leaders)), draw(one_of((*halls, None)))) for s in slots
        ),
    )


@st.composite
def repairs(draw: st.DrawFn, least_groups: int = 0, **sizes: int) -> Instance:
    """A tiny instance with an earlier plan, and pins; somebody in that plan may have left."""
    instance = draw(instances(**sizes))
    previous = draw(plans(instance, least_groups))
    if previous and draw(BOOLEANS):
        previous = (replace(previous[0], residents=(*previous[0].residents, "gone")), *previous[1:])
    pins = draw(some_of(tuple(group.id for group in previous)))
    return replace(
        instance, previous=previous, pins=tuple(Pin(id_, draw(some_rounds(instance.rounds))) for id_ in pins)
    )
