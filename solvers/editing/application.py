"""Edits applied to a plan, one after the other: which groups are others then, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from solvers.editing.model import (
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
from solvers.editing.resources import Resources
from solvers.errors import Fault, UnusableInput
from solvers.instance import IN_PERSON, MODES, Group, Session
from solvers.lookup import Lookup
from solvers.scorecard import Scorecard

Changes = Mapping[str, Group | None]
"""Groups that are others than in the plan, by their ids; None for one that is gone."""


@dataclass(frozen=True, slots=True)
class Base:
    """A plan that edits are applied to. ``homes`` has the groups that each resident is in, in the plan's order."""

    scorecard: Scorecard
    homes: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, scorecard: Scorecard) -> Base:
        """Go through the plan's groups."""
        homes: dict[str, list[str]] = defaultdict(list)
        for group in scorecard.groups:
            for resident in dict.fromkeys(group.residents):
                homes[resident].append(group.id)
        return cls(scorecard, {resident: tuple(groups) for resident, groups in homes.items()})

    @property
    def lookup(self) -> Lookup:
        """The instance by id."""
        return self.scorecard.lookup


def apply(base: Base, edits: Iterable[Edit]) -> Changes:
    """Apply edits one after the other; each finds the plan as those before have left it.

    Raises :class:`~solvers.errors.UnusableInput` for the first that makes no sense, with its place among them.
    """
    work = _Work(base)
    for number, edit in enumerate(edits):
        try:
            _APPLY[type(edit)](work, edit)
        except _Senseless as error:
            raise UnusableInput([Fault(f"edits[{number}].{error.field}", error.text)]) from None
    return work.changed


class _Senseless(Exception):
    """An edit that cannot be made; ``field`` is the one that is wrong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


class _Work:
    """A plan in the course of its edits."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self.lookup = base.lookup
        self.changed: dict[str, Group | None] = {}

    def find(self, id_: str) -> Group | None:
        """A group as it is by now."""
        if id_ in self.changed:
            return self.changed[id_]
        card = self._base.scorecard.cards.get(id_)
        return card.group if card else None

    def group(self, id_: str, field: str = "group") -> Group:
        """A group as it is by now, which must be there."""
        found = self.find(id_)
        if found is None:
            raise _Senseless(field, f"there is no group {id_}")
        return found

    def homes(self, resident: str) -> list[str]:
        """The groups that a resident is in by now."""
        stay = [id_ for id_ in self._base.homes.get(resident, ()) if id_ not in self.changed]
        changed = (group for group in self.changed.values() if group is not None)
        return [*stay, *(group.id for group in changed if resident in group.residents)]

    def put(self, group: Group, *, newly: Iterable[str] = ()) -> None:
        """Let a group be so. Its sessions keep facilitators it has still and rooms that will do; those who facilitate
        it ``newly`` come to the sessions that they can."""
        before = self.find(group.id)
        self.changed[group.id] = self.resources().settled(before, group, tuple(newly))

    def take_out(self, resident: str, id_: str) -> None:
        """Take a resident out of a group, which is no more if nobody else is in it."""
        group = self.group(id_)
        stay = tuple(who for who in group.residents if who != resident)
        if stay:
            self.put(replace(group, residents=stay))
        else:
            self.changed[id_] = None

    def leave_all(self, residents: Iterable[str]) -> None:
        """Take residents out of every group."""
        for resident in residents:
            for home in self.homes(resident):
                self.take_out(resident, home)

    def resources(self) -> Resources:
        """What rooms and people have free beside the plan as it is by now."""
        return Resources(self._base.scorecard, self.changed)

    # --- what must be so --------------------------------------------------------------------------------------

    def must_be_residents(self, ids: Iterable[str], field: str) -> tuple[str, ...]:
        """The ids, each once, of residents of the instance."""
        found = tuple(dict.fromkeys(ids))
        for id_ in found:
            if id_ not in self.lookup.residents:
                raise _Senseless(field, f"there is no resident {id_}")
        return found

    def must_be_faculty(self, ids: Iterable[str], field: str) -> tuple[str, ...]:
        """The ids, each once, of faculty of the instance."""
        found = tuple(dict.fromkeys(ids))
        for id_ in found:
            if id_ not in self.lookup.faculty:
                raise _Senseless(field, f"there is no facilitator {id_}")
        return found

    def model(self, id_: str) -> str:
        if id_ not in self.lookup.models:
            raise _Senseless("model", f"there is no model {id_}")
        return id_

    def site_for(self, mode: str, site: str | None) -> str | None:
        """Where a group that meets so does: nowhere but in person."""
        if mode not in MODES:
            raise _Senseless("mode", f'is "{mode}"; expected one of ' + ", ".join(f'"{known}"' for known in MODES))
        if mode != IN_PERSON:
            return None
        if not site:
            raise _Senseless("site", "is missing; a group that meets in person has one")
        return site

    def new_id(self, id_: str | None) -> str:
        """An id for a new group."""
        if id_ is None:
            return next(free for n in count(1) if not self._is_known(free := f"g{n}") and free not in self.changed)
        if not id_ or self.find(id_) is not None:
            raise _Senseless("id", f"there is a group {id_} already" if id_ else "is empty")
        return id_

    def _is_known(self, id_: str) -> bool:
        return id_ in self._base.scorecard.cards or id_ in self.lookup.previous


# --- people ----------------------------------------------------------------------------------------------------


def _move(work: _Work, edit: MoveResident) -> None:
    homes = work.homes(edit.resident)
    if edit.out_of is not None and edit.out_of not in homes:
        raise _Senseless("out_of", f"{edit.resident} is not in {edit.out_of}")
    leaves = homes if edit.out_of is None else [edit.out_of]
    if edit.to is None:
        if not leaves:
            raise _Senseless("resident", f"{edit.resident} is in no group")
    else:
        work.must_be_residents([edit.resident], "resident")
        if edit.resident in work.group(edit.to, "to").residents:
            raise _Senseless("to", f"{edit.resident} is in {edit.to} already")
    for home in leaves:
        work.take_out(edit.resident, home)
    if edit.to is not None:
        group = work.group(edit.to, "to")
        work.put(replace(group, residents=(*group.residents, edit.resident)))


def _swap(work: _Work, edit: SwapResidents) -> None:
    one, other = _only_home(work, edit.resident, "resident"), _only_home(work, edit.other, "other")
    if one.id == other.id:
        raise _Senseless("other", f"{edit.resident} and {edit.other} are in one group")
    work.put(_with_instead(one, edit.resident, edit.other))
    work.put(_with_instead(other, edit.other, edit.resident))


def _only_home(work: _Work, resident: str, field: str) -> Group:
    work.must_be_residents([resident], field)
    homes = work.homes(resident)
    if len(homes) != 1:
        raise _Senseless(field, f"{resident} is in {f'{len(homes)} groups' if homes else 'no group'}")
    return work.group(homes[0])


def _with_instead(group: Group, leaves: str, comes: str) -> Group:
    return replace(group, residents=tuple(comes if who == leaves else who for who in group.residents))


def _add_facilitator(work: _Work, edit: AddFacilitator) -> None:
    group = work.group(edit.group)
    _put_leads(work, group, (*group.facilitators, _newly(work, group, edit.facilitator, "facilitator")))


def _remove_facilitator(work: _Work, edit: RemoveFacilitator) -> None:
    group = work.group(edit.group)
    _must_lead(group, edit.facilitator)
    _put_leads(work, group, (who for who in group.facilitators if who != edit.facilitator))


def _replace_facilitator(work: _Work, edit: ReplaceFacilitator) -> None:
    group = work.group(edit.group)
    _must_lead(group, edit.facilitator)
    by = _newly(work, group, edit.by, "by")
    _put_leads(work, group, dict.fromkeys(by if who == edit.facilitator else who for who in group.facilitators))


def _newly(work: _Work, group: Group, facilitator: str, field: str) -> str:
    work.must_be_faculty([facilitator], field)
    if facilitator in group.facilitators:
        raise _Senseless(field, f"{facilitator} facilitates {group.id} already")
    return facilitator


def _must_lead(group: Group, facilitator: str) -> None:
    if facilitator not in group.facilitators:
        raise _Senseless("facilitator", f"{facilitator} does not facilitate {group.id}")


def _put_leads(work: _Work, group: Group, leads: Iterable[str]) -> None:
    listed = tuple(leads)
    work.put(replace(group, facilitators=listed), newly=(who for who in listed if who not in group.facilitators))


# --- groups ----------------------------------------------------------------------------------------------------


def _set_model(work: _Work, edit: SetModel) -> None:
    work.put(replace(work.group(edit.group), model=work.model(edit.model)))


def _set_mode(work: _Work, edit: SetMode) -> None:
    group = work.group(edit.group)
    work.put(replace(group, mode=edit.mode, site=work.site_for(edit.mode, edit.site)))


def _form(work: _Work, edit: FormGroup) -> None:
    residents = work.must_be_residents(edit.residents, "residents")
    facilitators = work.must_be_faculty(edit.facilitators, "facilitators")
    if not residents:
        raise _Senseless("residents", "is empty; a group has residents")
    model, site, id_ = work.model(edit.model), work.site_for(edit.mode, edit.site), work.new_id(edit.id)
    work.leave_all(residents)
    work.put(Group(id_, model, edit.mode, residents, facilitators, (), site))


def _split(work: _Work, edit: SplitGroup) -> None:
    group = work.group(edit.group)
    going = tuple(dict.fromkeys(edit.residents))
    leads = work.must_be_faculty(edit.facilitators, "facilitators")
    if not going or not set(going) < set(group.residents):
        raise _Senseless("residents", f"are not some of those of {group.id}, and fewer than all")
    id_ = work.new_id(edit.id)
    stay = tuple(who for who in group.residents if who not in going)
    left = tuple(who for who in group.facilitators if who not in leads)
    work.put(replace(group, residents=stay, facilitators=left))
    work.changed[id_] = work.resources().dated_like(replace(group, id=id_, residents=going, facilitators=leads))


def _merge(work: _Work, edit: MergeGroups) -> None:
    gone, stays = work.group(edit.group), work.group(edit.into, "into")
    if gone.id == stays.id:
        raise _Senseless("into", "is the same group")
    residents = dict.fromkeys((*stays.residents, *gone.residents))
    leads = dict.fromkeys((*stays.facilitators, *gone.facilitators))
    work.changed[gone.id] = None
    _put_leads(work, replace(stays, residents=tuple(residents)), leads)


def _dissolve(work: _Work, edit: DissolveGroup) -> None:
    work.changed[work.group(edit.group).id] = None


# --- sessions --------------------------------------------------------------------------------------------------


def _set_date(work: _Work, edit: SetDate) -> None:
    group, slots = work.group(edit.group), work.lookup.instance.slots
    if not 0 <= edit.slot < len(slots):
        raise _Senseless("slot", f"is {edit.slot}; there are {len(slots)} slots, from 0 on")
    if edit.room is not None:
        _must_be_room(work, group, edit.room)
    round_ = slots[edit.slot].round
    known = next((session for session in group.sessions if session.round == round_), None)
    resources = work.resources()
    leads = edit.facilitators
    if leads is None:
        leads = tuple(who for who in group.facilitators if resources.can_lead(group, who, edit.slot))
    session = Session(round_, edit.slot, leads, edit.room or (known.room if known else None))
    if edit.room is None:
        session = resources.in_room(group, session)
    others = (each for each in group.sessions if each.round != round_)
    work.changed[group.id] = replace(group, sessions=_in_order((*others, session)))


def _set_room(work: _Work, edit: SetRoom) -> None:
    group = work.group(edit.group)
    _must_meet(group, edit.round)
    _must_be_room(work, group, edit.room)
    moved = (replace(each, room=edit.room) if each.round == edit.round else each for each in group.sessions)
    work.changed[group.id] = replace(group, sessions=tuple(moved))


def _drop(work: _Work, edit: DropSession) -> None:
    group = work.group(edit.group)
    _must_meet(group, edit.round)
    work.changed[group.id] = replace(group, sessions=tuple(each for each in group.sessions if each.round != edit.round))


def _must_meet(group: Group, round_: int) -> None:
    if all(session.round != round_ for session in group.sessions):
        raise _Senseless("round", f"{group.id} has no session in round {round_}")


def _must_be_room(work: _Work, group: Group, room: str) -> None:
    if room not in work.lookup.rooms:
        raise _Senseless("room", f"there is no room {room}")
    if group.mode != IN_PERSON:
        raise _Senseless("room", f"{group.id} does not meet in person")


def _in_order(sessions: Iterable[Session]) -> tuple[Session, ...]:
    return tuple(sorted(sessions, key=lambda session: session.round))


_APPLY: Final[Mapping[type[Any], Callable[[_Work, Any], None]]] = {
    MoveResident: _move,
    SwapResidents: _swap,
    AddFacilitator: _add_facilitator,
    RemoveFacilitator: _remove_facilitator,
    ReplaceFacilitator: _replace_facilitator,
    SetModel: _set_model,
    SetMode: _set_mode,
    SetDate: _set_date,
    SetRoom: _set_room,
    DropSession: _drop,
    FormGroup: _form,
    SplitGroup: _split,
    MergeGroups: _merge,
    DissolveGroup: _dissolve,
}
