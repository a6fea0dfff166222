"""The decisions of the joint model: who is in which candidate group, and when, where and how it meets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ortools.sat.python.cp_model import BoolVarT, CpModel, LinearExpr

from solvers.engines.small import most_groups
from solvers.instance import COMING, IN_PERSON, MODES, Faculty, Group, Instance, Model, Resident


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group that may come to be: one that was there before, or (``number`` of the new ones) a new one."""

    id: str
    previous: Group | None
    number: int


class JointModel:
    """The Boolean decisions, and the few that follow from others; every candidate is known by its index.

    ``member[resident, g]``, ``facilitates[facilitator, g]``, ``shape[g, model, size]``, ``meets_by[g, mode]``,
    ``at_site[g, site]``, ``meets[g, slot]``, ``attends[facilitator, g, slot]``, ``in_room[g, slot, room]``
    and ``coming[resident, g, slot]`` (a member, while the group meets there, free or not).
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.model = CpModel()
        self.candidates = candidates(instance)
        self.groups = range(len(self.candidates))
        self.slots = range(len(instance.slots))
        self.zero = self.model.new_constant(0)
        self._both: dict[tuple[int, int], BoolVarT] = {}
        self._any: dict[tuple[int, ...], BoolVarT] = {}
        new = self.model.new_bool_var
        self.member = {
            (person.id, g): new(f"{person.id} in {g}") if self._may_join(index, g) else self.zero
            for index, person in enumerate(instance.residents)
            for g in self.groups
        }
        self.facilitates = {
            (person.id, g): new(f"{person.id} leads {g}") for person in instance.faculty for g in self.groups
        }
        self.shape = {
            (g, kind.id, size): new(f"{g} is {kind.id} of {size}")
            for g in self.groups
            for kind in instance.models
            for size in self.sizes(kind)
        }
        self.meets_by = {(g, mode): new(f"{g} by {mode}") for g in self.groups for mode in MODES}
        self.at_site = {(g, site): new(f"{g} at {site}") for g in self.groups for site in self.sites}
        self.meets = {(g, slot): new(f"{g} meets at {slot}") for g in self.groups for slot in self.slots}
        self.attends = {
            (person.id, g, slot): new(f"{person.id} comes to {g} at {slot}")
            if self._is_free(person, slot)
            else self.zero
            for person in instance.faculty
            for g in self.groups
            for slot in self.slots
        }
        self.in_room = {
            (g, slot, room.id): new(f"{g} in {room.id} at {slot}")
            for g in self.groups
            for slot in self.slots
            for room in instance.rooms
        }

    @cached_property
    def coming(self) -> dict[tuple[str, int, int], BoolVarT]:
        """Members at the sessions of their groups; the linking that makes this model big and its bound weak."""
        return {
            (person.id, g, slot): self.both(self.member[person.id, g], self.meets[g, slot])
            for person in self.instance.residents
            for g in self.groups
            for slot in self.slots
        }

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """Everywhere that somebody works or a room is."""
        worked_at = {person.site for person in self.everybody()}
        return tuple(sorted(worked_at | {room.site for room in self.instance.rooms}))

    def sizes(self, kind: Model) -> range:
        """The sizes that a group of this model can have here."""
        return range(kind.size[0], min(kind.size[1], len(self.instance.residents)) + 1)

    def is_model(self, g: int, model_id: str) -> LinearExpr:
        """1 if the candidate is a group of that model."""
        return LinearExpr.sum([var for (group, kind, _), var in self.shape.items() if (group, kind) == (g, model_id)])

    def used(self, g: int) -> LinearExpr:
        """1 if the candidate comes to be."""
        return LinearExpr.sum([var for (group, _, _), var in self.shape.items() if group == g])

    def size(self, g: int) -> LinearExpr:
        """How many residents the candidate has."""
        return LinearExpr.sum([self.member[person.id, g] for person in self.instance.residents])

    def facilitator_count(self, g: int) -> LinearExpr:
        """How many facilitators the candidate has."""
        return LinearExpr.sum([self.facilitates[person.id, g] for person in self.instance.faculty])

    def person(self, person_id: str, g: int) -> BoolVarT:
        """Whether somebody, resident or faculty, belongs to the candidate; never if nobody has that id."""
        return self.member.get((person_id, g), self.facilitates.get((person_id, g), self.zero))

    def everybody(self) -> Iterator[Resident | Faculty]:
        """Residents, then faculty."""
        yield from self.instance.residents
        yield from self.instance.faculty

    def slots_of(self, round_: int) -> list[int]:
        """The slots of a round."""
        return [slot for slot in self.slots if self.instance.slots[slot].round == round_]

    def reached(self, resident: Resident, round_: int) -> LinearExpr:
        """1 if the resident's group has a session in the round that they can come to."""
        return LinearExpr.sum(
            [
                self.coming[resident.id, g, slot]
                for slot in self.slots_of(round_)
                if resident.availability[slot] in COMING
                for g in self.groups
            ]
        )

    def placed(self, resident: Resident) -> LinearExpr:
        """1 if the resident is in a group."""
        return LinearExpr.sum([self.member[resident.id, g] for g in self.groups])

    def both(self, one: BoolVarT, other: BoolVarT) -> BoolVarT:
        """True exactly if both are."""
        key = (min(one.index, other.index), max(one.index, other.index))
        if key not in self._both:
            both = self.model.new_bool_var("")
            self.model.add_implication(both, one)
            self.model.add_implication(both, other)
            self.model.add_bool_or(one.negated(), other.negated(), both)
            self._both[key] = both
        return self._both[key]

    def any_of(self, options: Iterable[BoolVarT]) -> BoolVarT:
        """True exactly if at least one is."""
        distinct = {option.index: option for option in options}
        key = tuple(sorted(distinct))
        if key not in self._any:
            found = self.model.new_bool_var("")
            self.model.add_max_equality(found, [*distinct.values(), self.zero])
            self._any[key] = found
        return self._any[key]

    def windows(self, minutes: float) -> list[list[int]]:
        """Largest sets of slots of which any two start less than ``minutes`` apart: one set from each slot on."""
        starts = [slot.start.timestamp() / 60 for slot in self.instance.slots]
        sets = [[later for later in self.slots[slot:] if starts[later] - starts[slot] < minutes] for slot in self.slots]
        return [window for window in sets if len(window) > 1]

    def _may_join(self, index: int, g: int) -> bool:
        """New groups stand in the order of their first members, so the k-th cannot begin before the k-th resident."""
        candidate = self.candidates[g]
        return candidate.previous is not None or index >= candidate.number

    @staticmethod
    def _is_free(person: Faculty, slot: int) -> bool:
        return person.availability[slot] in COMING


def candidates(instance: Instance) -> tuple[Candidate, ...]:
    """All groups of the previous plan, and as many new ones as there could ever be at once."""
    before = [Candidate(group.id, group, number) for number, group in enumerate(instance.previous)]
    taken = {candidate.id for candidate in before}
    free_ids = (f"g{number}" for number in range(1, most_groups(instance) + len(taken) + 1))
    new_ids = [id_ for id_ in free_ids if id_ not in taken][: most_groups(instance)]
    return (*before, *(Candidate(id_, None, number) for number, id_ in enumerate(new_ids)))


def is_in_person(joint: JointModel, g: int) -> BoolVarT:
    """Whether the candidate meets in person."""
    return joint.meets_by[g, IN_PERSON]


def exactly_if_used(joint: JointModel, g: int, options: Sequence[BoolVarT]) -> None:
    """One of the options holds for a candidate that comes to be, none for another."""
    joint.model.add(LinearExpr.sum(list(options)) == joint.used(g))
