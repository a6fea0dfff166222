"""Where else somebody could be: groups that they could join, and residents with whom they could change places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scheduler.edits.application import apply
from scheduler.edits.attendance import GroupMarks, can_come
from scheduler.edits.judgement import Judged, coming_change, judge, open_change
from scheduler.edits.model import Exchange, MovePerson, Place
from scheduler.edits.opened import OpenDraft
from scheduler.edits.private_rules import is_asked
from scheduler.errors import NotPossible
from scheduler.own_groups.service import OWN
from scheduler.planning.keys import database_id, person_key
from scheduler.plans.whole import StoredGroup
from scheduler.reasons.named_rules import HALF_WAY
from solvers.edit import MoveResident, SwapResidents
from solvers.editing.application import Base
from solvers.editing.candidates import Trials, exchanges, takes
from solvers.instance import Group, Resident

MOST_PLACES: Final = 20
MOST_EXCHANGES: Final = 10
MOST_TRIED: Final = 240
"""So many exchanges are judged: those that let most people come, as their answers are counted."""

Act = MovePerson | Exchange


@dataclass(frozen=True, slots=True)
class _Found:
    """Something that could be done, and how much more the plan would be worth as far as it may be known; ``breaks``
    says that an ordinary rule would not hold."""

    act: Act
    gain: int
    breaks: bool


def best_places_in(draft: OpenDraft, person_id: int, most: int = MOST_PLACES) -> tuple[Place, ...]:
    """The best groups for somebody, and the best exchanges, by the points of the whole plan without those for what
    people keep to themselves; what would break a rule comes last. Where a rule stands against it that may never be
    broken, a group is not among them."""
    search = _Search.of(draft, person_id)
    if search is None:
        return ()
    moves = list(search.moves())
    good = [found for found in moves if not found.breaks] + sorted(search.exchanges(), key=_rank)[:MOST_EXCHANGES]
    ranked = (*sorted(good, key=_rank), *sorted((found for found in moves if found.breaks), key=_rank))
    places = (_place(draft, found.act) for found in ranked[: most + MOST_EXCHANGES])
    return tuple(sorted((place for place in places if place is not None), key=_order)[:most])


def _rank(found: _Found) -> int:
    return -found.gain


def _order(place: Place) -> tuple[bool, int]:
    return bool(place.broken), -place.score_change


@dataclass(frozen=True, slots=True)
class _Search:
    """A resident who is looked for a place, and their ``home`` as it is."""

    draft: OpenDraft
    trials: Trials
    resident: Resident
    home: Group | None

    @classmethod
    def of(cls, draft: OpenDraft, person_id: int) -> _Search | None:
        """None for somebody who is not planned as a resident, or whose own group may not be changed."""
        resident = draft.facts.lookup.residents.get(person_key(person_id))
        if resident is None:
            return None
        keys = draft.scorecard.groups_of(resident.id)
        home = draft.scorecard.cards[keys[0]].group if keys else None
        if home is not None and home.model == OWN:
            return None
        return cls(draft, Trials(Base.of(draft.scorecard)), resident, home)

    def targets(self) -> Iterator[Group]:
        """The groups that the resident could join as far as their own answers go."""
        for group in self.draft.scorecard.groups:
            is_another = self.resident.id not in group.residents
            if is_another and group.model != OWN and takes(self.resident, group):
                yield group

    def moves(self) -> Iterator[_Found]:
        """Each group that they could join, if no rule stands against it that may never be broken."""
        for target in self.targets():
            joined = replace(target, residents=(*target.residents, self.resident.id))
            if not is_asked(self.draft.facts.lookup, joined):
                continue  # nothing private is asked of it yet, so nothing can be said of it
            found = self.trials.tried(MoveResident(self.resident.id, target.id))
            if all(breach.rule_id in HALF_WAY for breach in found.outcome.new):
                act = MovePerson(database_id(self.resident.id), target.id)
                yield _Found(act, open_change(self.draft, found.outcome), bool(found.broken))

    def exchanges(self) -> Iterator[_Found]:
        """Residents with whom they could change places without breaking any rule."""
        home, lookup = self.home, self.draft.facts.lookup
        if home is None or not is_asked(lookup, home):
            return
        targets = (target for target in self.targets() if is_asked(lookup, target))
        for _, other in exchanges(self.trials.base, self.resident, home, targets, MOST_TRIED):
            found = self.trials.tried(SwapResidents(self.resident.id, other.id))
            if not found.broken:
                act = Exchange(database_id(self.resident.id), database_id(other.id))
                yield _Found(act, open_change(self.draft, found.outcome), breaks=False)


def _place(draft: OpenDraft, act: Act) -> Place | None:
    """What is said of a place, as it would really be: with the rooms that are free."""
    try:
        found = judge(draft, apply(draft, act))
    except NotPossible:
        return None
    if found.refused or (isinstance(act, Exchange) and found.broken):
        return None
    key = act.to if isinstance(act, MovePerson) else _group_of(found, act.person_id)
    group = found.change.groups.get(key or "")
    if group is None:
        return None
    return _told(draft, act, found, group)


def _told(draft: OpenDraft, act: Act, found: Judged, group: StoredGroup) -> Place:
    other_id = act.other_id if isinstance(act, Exchange) else None
    theirs = found.change.groups.get(_group_of(found, other_id) or "") if other_id is not None else None
    marks = GroupMarks(draft.facts, group)
    return Place(
        group=group.key,
        name=group.name,
        score_change=found.open_change,
        coming_change=coming_change(draft, found.change),
        marks=marks.line(act.person_id),
        can_come=marks.coming(act.person_id),
        held=len(group.sessions),
        size_after=len(group.residents),
        broken=found.broken,
        exchange_with=other_id,
        exchange_name=draft.facts.people[other_id].name if other_id is not None else "",
        other_can_come=can_come(draft.facts, theirs, other_id) if theirs is not None and other_id is not None else 0,
        other_held=len(theirs.sessions) if theirs is not None else 0,
    )


def _group_of(found: Judged, person_id: int) -> str | None:
    """The changed group that somebody is in then."""
    groups = ((key, group) for key, group in found.change.groups.items() if group is not None)
    return next((key for key, group in groups if person_id in group.residents), None)
