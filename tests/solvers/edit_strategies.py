"""Random plans, good and bad, and random edits of them, sensible or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from solvers.edit import (
    AddFacilitator,
    DissolveGroup,
    DropSession,
    Edit,
    FormGroup,
    MergeGroups,
    MoveResident,
    RemoveFacilitator,
    ReplaceFacilitator,
    SetDate,
    SetMode,
    SetModel,
    SetRoom,
    SplitGroup,
    SwapResidents,
)
from solvers.instance import Group, Instance
from solvers.solution import Solution
from solvers.vocabulary import MODES
from tests.solvers.strategies import SITES, plans, repairs

Story = tuple[Instance, Solution, list[Edit]]
"""An instance, a plan of it, and edits of it, of which some may make no sense."""
NEW_IDS = ("new", "g0")


def any_edit(instance: Instance, groups: Sequence[Group]) -> st.SearchStrategy[Edit]:
    """An edit that names what there is, or what there is not."""
    residents = st.sampled_from([*(person.id for person in instance.residents), "nobody"])
    faculty = st.sampled_from([*(person.id for person in instance.faculty), "nobody"])
    ids = st.sampled_from([*(group.id for group in groups), *NEW_IDS, "gone"])
    models = st.sampled_from([*(model.id for model in instance.models), "none"])
    rooms = st.sampled_from([*(room.id for room in instance.rooms), "nowhere"])
    slots = st.integers(0, len(instance.slots))
    rounds = st.integers(0, instance.rounds - 1)
    modes, sites, new = st.sampled_from(MODES), st.sampled_from(SITES), st.none() | st.sampled_from(NEW_IDS)
    many, leads = (
        st.lists(residents, max_size=3, unique=True).map(tuple),
        st.lists(faculty, max_size=2, unique=True).map(tuple),
    )
    kinds: list[st.SearchStrategy[Edit]] = [
        st.builds(MoveResident, residents, ids | st.none(), st.none() | ids),
        st.builds(SwapResidents, residents, residents),
        st.builds(AddFacilitator, faculty, ids),
        st.builds(RemoveFacilitator, faculty, ids),
        st.builds(ReplaceFacilitator, faculty, ids, faculty),
        st.builds(SetModel, ids, models),
        st.builds(SetMode, ids, modes, sites | st.none()),
        st.builds(SetDate, ids, slots, st.none() | rooms, st.none() | leads),
        st.builds(SetRoom, ids, rounds, rooms),
        st.builds(DropSession, ids, rounds),
        st.builds(FormGroup, models, modes, many, leads, sites | st.none(), new),
        st.builds(SplitGroup, ids, many, leads, new),
        st.builds(MergeGroups, ids, ids),
        st.builds(DissolveGroup, ids),
    ]
    return st.one_of(kinds)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Plans that keep few of the rules, in which people may be in several groups and groups unknown."""
    instance = draw(repairs(most_residents=6, most_faculty=3, most_slots=5, least_residents=2, least_faculty=1))
    drawn = [group for _ in range(draw(st.integers(1, 2))) for group in draw(plans(instance, 1))]
    groups = [replace(group, id=f"g{number}") for number, group in enumerate(drawn)]
    if draw(st.integers(0, 5)) == 0:
        groups[0] = replace(groups[0], residents=(*groups[0].residents, "gone"))
    bound = draw(st.none() | st.integers(-100, 3000))
    edits = draw(st.lists(any_edit(instance, groups), min_size=1, max_size=6))
    return instance, Solution(instance.name, tuple(groups), bound=bound), edits
