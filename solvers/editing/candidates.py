"""What could be done for a person or a group: edits that are possible, each tried, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from solvers.editing.application import Base, apply
from solvers.editing.model import (
    AddFacilitator,
    Edit,
    MoveResident,
    ReplaceFacilitator,
    SetDate,
    SwapResidents,
)
from solvers.errors import Fault, UnusableInput
from solvers.instance import COMING, Faculty, Group, Resident
from solvers.referee import Breach
from solvers.scorecard import Card, Outcome

MOST_EXCHANGES = 300
"""So many exchanges are tried: those that let most people come to the sessions there are."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An edit and what it would do. ``gain`` is how many points more the plan would have, ``broken`` the rules that
    hold now and would not, ``mended`` those that do not hold now and would."""

    edit: Edit
    outcome: Outcome
    gain: int

    @property
    def broken(self) -> tuple[Breach, ...]:
        """What would newly be wrong."""
        return newly(self.outcome.new, self.outcome.gone)

    @property
    def mended(self) -> tuple[Breach, ...]:
        """What would be wrong no more."""
        return newly(self.outcome.gone, self.outcome.new)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody could be: in ``group``, with ``instead_of`` in the place of one of its people.

    A resident and the one whose place they take change places; a facilitator takes that of another. They could come to
    ``can_come`` of its ``held`` sessions. ``gain`` are points that the plan would have more; ``broken`` are rules that
    hold now and would not.
    """

    edit: Edit
    group: str
    instead_of: str | None
    gain: int
    can_come: int
    held: int
    broken: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class PossibleDate:
    """When a group could meet in a round: at ``slot``, in ``room`` if in person, led by ``facilitators``; ``can_come``
    of its ``residents`` could come. ``gain`` and ``broken`` as for :class:`Place`."""

    edit: Edit
    round: int
    slot: int
    room: str | None
    facilitators: tuple[str, ...]
    gain: int
    can_come: int
    residents: int
    broken: tuple[Breach, ...] = ()


def newly(there: Iterable[Breach], before: Iterable[Breach]) -> tuple[Breach, ...]:
    """Of breaches those of a rule, group, person and round of which there was none ``before``: that one more or one
    fewer breaks the same rule is nothing new."""
    known = {_what(breach) for breach in before}
    return tuple(sorted((breach for breach in there if _what(breach) not in known), key=_order))


def _what(breach: Breach) -> tuple[object, ...]:
    return breach.rule_id, breach.group, breach.person, breach.round


def _order(breach: Breach) -> tuple[str, str, str]:
    return breach.rule_id, breach.group or "", breach.text


class Trials:
    """Edits of one plan tried one by one. A changed group that comes up again, as the one that somebody leaves does, is
    judged once."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._cards: dict[Group, Card] = {}

    def tried(self, edit: Edit) -> Tried:
        """Try one edit. Raises :class:`~solvers.errors.UnusableInput` where it makes no sense."""
        changes = apply(self.base, [edit])
        cards = {id_: self._card(group) if group else None for id_, group in changes.items()}
        outcome = self.base.scorecard.outcome_of(cards)
        return Tried(edit, outcome, outcome.score - self.base.scorecard.score)

    def _card(self, group: Group) -> Card:
        if group not in self._cards:
            self._cards[group] = Card.of(self.base.lookup, group)
        return self._cards[group]


# --- places of a person ----------------------------------------------------------------------------------------


def places(base: Base, person: str, limit: int) -> tuple[Place, ...]:
    """The best places for somebody besides those that they have: those that break no rule, by what the plan gains, then
    the others. Raises :class:`~solvers.errors.UnusableInput` for somebody who is not in the instance."""
    resident, facilitator = base.lookup.residents.get(person), base.lookup.faculty.get(person)
    trials = Trials(base)
    if resident is not None:
        found = list(_for_resident(trials, resident))
    elif facilitator is not None:
        found = list(_for_facilitator(trials, facilitator))
    else:
        raise UnusableInput([Fault("person", f"there is nobody with the id {person}")])
    return tuple(sorted(found, key=_rank)[:limit])


def _for_resident(trials: Trials, resident: Resident) -> Iterator[Place]:
    """Groups of a model and mode that they accept, and exchanges with residents who accept theirs; an exchange that
    breaks a rule is none."""
    base = trials.base
    homes = base.homes.get(resident.id, ())
    targets = [group for group in base.scorecard.groups if group.id not in homes and takes(resident, group)]
    for group in targets:
        yield _place(trials, MoveResident(resident.id, group.id), group, None, resident)
    home = base.scorecard.cards[homes[0]].group if len(homes) == 1 else None
    for group, other in exchanges(base, resident, home, targets) if home else ():
        place = _place(trials, SwapResidents(resident.id, other.id), group, other.id, resident)
        if not place.broken:
            yield place


def exchanges(
    base: Base, resident: Resident, home: Group, targets: Iterable[Group], most: int = MOST_EXCHANGES
) -> list[tuple[Group, Resident]]:
    """Members of the ``targets`` who could take the resident's place in ``home`` as far as their own answers go: those
    first with whom most more could come to the sessions there are."""
    found: list[tuple[int, Group, Resident]] = []
    own = _coming(resident, home)
    for group in targets:
        gain = _coming(resident, group) - own
        for id_ in group.residents:
            other = base.lookup.residents.get(id_)
            if other is not None and takes(other, home) and len(base.homes[id_]) == 1:
                found.append((gain + _coming(other, home) - _coming(other, group), group, other))
    found.sort(key=lambda each: -each[0])
    return [(group, other) for _, group, other in found[:most]]


def _for_facilitator(trials: Trials, facilitator: Faculty) -> Iterator[Place]:
    """Groups of a model that they offer and a mode that they accept, one more facilitator there or in the place of
    one."""
    for group in trials.base.scorecard.groups:
        if facilitator.id in group.facilitators or not _would_lead(facilitator, group):
            continue
        yield _place(trials, AddFacilitator(facilitator.id, group.id), group, None, facilitator)
        for other in dict.fromkeys(group.facilitators):
            edit = ReplaceFacilitator(other, group.id, facilitator.id)
            yield _place(trials, edit, group, other, facilitator)


def takes(resident: Resident, group: Group) -> bool:
    """Whether a resident accepts how a group is made up and how it meets."""
    return group.model in resident.models and group.mode in resident.modes


def _would_lead(facilitator: Faculty, group: Group) -> bool:
    return group.model in facilitator.models and group.mode in facilitator.modes


def _place(trials: Trials, edit: Edit, group: Group, instead_of: str | None, person: Resident | Faculty) -> Place:
    found = trials.tried(edit)
    card = found.outcome.cards[group.id]
    held = card.group.sessions if card else ()
    can_come = sum(person.availability[each.slot] in COMING for each in held if each.slot < len(person.availability))
    return Place(edit, group.id, instead_of, found.gain, can_come, len(held), found.broken)


def _coming(resident: Resident, group: Group) -> int:
    marks = resident.availability
    return sum(marks[session.slot] in COMING for session in group.sessions if session.slot < len(marks))


def _rank(found: Place | PossibleDate) -> tuple[int, int]:
    return len(found.broken), -found.gain


# --- dates of a group ------------------------------------------------------------------------------------------


def dates(base: Base, group_id: str, limit: int, round_: int | None) -> tuple[PossibleDate, ...]:
    """The best dates for a group besides those that it has, in one round or in all: those that break no rule, by what
    the plan gains, then the others. Raises :class:`~solvers.errors.UnusableInput` for a group or round that is not
    there."""
    card, instance = base.scorecard.cards.get(group_id), base.lookup.instance
    if card is None:
        raise UnusableInput([Fault("group", f"there is no group {group_id}")])
    if round_ is not None and not 0 <= round_ < instance.rounds:
        raise UnusableInput([Fault("round", f"is {round_}; there are {instance.rounds} rounds, from 0 on")])
    has = {session.slot for session in card.group.sessions}
    slots = (
        index
        for index, slot in enumerate(instance.slots)
        if index not in has and (round_ is None or slot.round == round_)
    )
    trials = Trials(base)
    found = (_date(trials, card.group, slot) for slot in slots)
    return tuple(sorted(found, key=_rank)[:limit])


def _date(trials: Trials, group: Group, slot: int) -> PossibleDate:
    base, edit = trials.base, SetDate(group.id, slot)
    found = trials.tried(edit)
    card, round_ = found.outcome.cards[group.id], base.lookup.instance.slots[slot].round
    assert card is not None, "a group with another date is there still"
    session = next(each for each in card.group.sessions if each.round == round_)
    residents = [base.lookup.residents[who] for who in group.residents if who in base.lookup.residents]
    return PossibleDate(
        edit=edit,
        round=round_,
        slot=slot,
        room=session.room,
        facilitators=session.facilitators,
        gain=found.gain,
        can_come=sum(resident.availability[slot] in COMING for resident in residents),
        residents=len(residents),
        broken=found.broken,
    )
