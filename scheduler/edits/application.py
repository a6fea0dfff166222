"""An edit applied to a draft's groups: which of them are others then, and how. Nothing here asks the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from scheduler.edits.date_refusals import no_date
from scheduler.edits.findings import LeftOut
from scheduler.edits.model import (
    DissolveGroup,
    Edit,
    Exchange,
    MakeGroup,
    MergeGroups,
    MovePerson,
    Pin,
    PinChanges,
    SetDate,
    SetFacilitators,
    SetPin,
    SetRoom,
    SetWay,
    SplitGroup,
    WithPin,
)
from scheduler.edits.opened import OpenDraft
from scheduler.edits.pins import changed_pins, pins_that_hold
from scheduler.edits.session_details import Dating
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.own_groups.service import OWN
from scheduler.planning.keys import person_key
from scheduler.plans.group_keys import new_group_key
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import Seat, Sitting, StoredGroup, in_order
from solvers.vocabulary import IN_PERSON, MODES


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit makes of a draft: the groups that are others then (None for one that is gone), and its pins."""

    groups: Mapping[str, StoredGroup | None]
    pins: tuple[Pin, ...]
    left_out: tuple[LeftOut, ...] = ()


def apply(draft: OpenDraft, edit: Edit, given: Collection[int] = ()) -> Change:
    """Apply an edit. ``given`` are the numbers of groups that the draft had once and has no more: no other group of it
    gets one. Raises :class:`NotPossible` where it makes no sense, with what stands against it."""
    if isinstance(edit, SetPin):
        return Change({}, changed_pins(draft.groups, draft.pins, draft.facts, edit))
    if isinstance(edit, WithPin):
        return _pinned(draft, apply(draft, edit.edit, given), (edit.pin,))
    if isinstance(edit, PinChanges):
        return _pinned(draft, Change({}, draft.pins), edit.pins)
    work = Work(draft, given)
    _APPLY[type(edit)](work, edit)
    return work.change()


def _pinned(draft: OpenDraft, change: Change, pins: Iterable[Pin]) -> Change:
    """A change with these pinned as well. Raises :class:`NotPossible` for one that is not so after it."""
    after = {key: group for key, group in {**draft.groups, **change.groups}.items() if group is not None}
    for pin in pins:
        change = replace(change, pins=changed_pins(after, change.pins, draft.facts, SetPin(pin)))
    return change


class Work:
    """A draft in the course of an edit."""

    def __init__(self, draft: OpenDraft, given: Collection[int] = ()) -> None:
        self.draft = draft
        self.facts = draft.facts
        self.given = given
        self.changed: dict[str, StoredGroup | None] = {}

    def change(self, left_out: tuple[LeftOut, ...] = ()) -> Change:
        """What has come of it."""
        self.give_own_places()
        after = {key: group for key, group in {**self.draft.groups, **self.changed}.items() if group is not None}
        return Change(self.changed, pins_that_hold(after, self.draft.pins, self.facts, self.changed), left_out)

    def changed_or_kept(self, key: str) -> StoredGroup:
        """A group as it is by now, which must be there."""
        found = self.changed.get(key, self.draft.groups.get(key))
        assert found is not None, "only a group that is there is asked for"
        return found

    def group(self, key: str) -> StoredGroup:
        """A group as it is by now, to be changed."""
        found = self.changed.get(key, self.draft.groups.get(key))
        if found is None:
            raise NotFound(say("We can’t find that group in this draft."))
        if self.facts.words.models.get(found.model_id) == OWN:
            raise NotPossible(
                say("%(group)s was formed by its own people.", group=found.name),
                what_to_do=say("Its members decide who is in it; the planner only finds its dates."),
            )
        return found

    def name(self, person_id: int) -> str:
        """What somebody is called."""
        known = self.facts.people.get(person_id)
        return known.name if known else say("Someone")

    def seat(self, person_id: int, out_of: str | None) -> tuple[str, Seat] | None:
        """Where somebody is, as a resident, and in which group."""
        keys = [out_of] if out_of is not None else self.keys_of(person_id)
        for key in keys:
            seat = self.group(key).seat_of(person_id)
            if seat is not None and seat.role == MemberRole.RESIDENT:
                return key, seat
        return None

    def keys_of(self, person_id: int) -> list[str]:
        """The groups that somebody is in: the one that the planner knows first."""
        planned = [key for key in self.draft.scorecard.groups_of(person_key(person_id)) if key not in self.changed]
        return planned or [key for key, group in self.draft.groups.items() if person_id in group.residents]

    def take_out(self, person_id: int, out_of: str | None = None) -> tuple[str, Seat] | None:
        """Take a resident out of the group that they are in, if they are in one."""
        found = self.seat(person_id, out_of)
        if found is not None:
            group = self.group(found[0])
            self.put(replace(group, members=tuple(seat for seat in group.members if seat.person_id != person_id)))
        return found

    def put_in(self, key: str, seat: Seat) -> None:
        """Give somebody a place in a group; whoever is in it beside the group that they leave has it as their own."""
        group = self.group(key)
        known = group.seat_of(seat.person_id)
        if known is not None and known.role == seat.role and known.beside and not seat.beside:
            self.put(replace(group, members=in_order((*(s for s in group.members if s != known), seat))))
            return
        if known is not None:
            name = self.name(seat.person_id)
            raise NotPossible(say("%(name)s is already in %(group)s.", name=name, group=group.name))
        self.put(replace(group, members=in_order((*group.members, seat))))

    def put(self, group: StoredGroup) -> None:
        """Let a group be so."""
        self.changed[group.key] = group

    def give_own_places(self) -> None:
        """Whoever has lost the place that the planner found for them, and is in another group beside it, has that one
        for their own: else the planner would know of no group of theirs."""
        before = (self.draft.groups.get(key) for key in self.changed)
        lost = {who for group in before if group is not None for who in group.own_residents}
        for who in sorted(lost.difference(*(group.own_residents for group in self.changed.values() if group))):
            every = {**self.changed, **{key: g for key, g in self.draft.groups.items() if key not in self.changed}}
            groups = [group for group in every.values() if group is not None]
            if any(who in group.own_residents for group in groups):
                continue
            further = (group for group in groups if who in group.residents and self.would_do(who, group))
            if (found := next(further, None)) is not None:
                self.put(replace(found, members=tuple(s.as_own() if s.person_id == who else s for s in found.members)))

    def would_do(self, person_id: int, group: StoredGroup) -> bool:
        """Whether the planner could have put a resident into a group, as far as their own answers go."""
        resident, model = (
            self.facts.lookup.residents.get(person_key(person_id)),
            self.facts.words.models[group.model_id],
        )
        return resident is not None and model != OWN and model in resident.models and group.mode in resident.modes

    def finish(self) -> None:
        """Give the changed groups rooms that hold them, facilitators who can come, and everybody's marks. A group whose
        residents have all gone is no more."""
        for key, group in list(self.changed.items()):
            if group is not None:
                self.changed[key] = self.dating().brought_up_to_date(group) if group.residents else None

    def dating(self) -> Dating:
        """What finds rooms and facilitators beside all that the other groups take."""
        return Dating(self.facts, self.draft.scorecard, self.draft.planned, self.changed)

    def must_be_resident(self, person_id: int) -> None:
        """Raise :class:`NotPossible` for somebody who is not planned as a resident."""
        if person_key(person_id) not in self.facts.lookup.residents:
            raise NotPossible(say("%(name)s isn’t a resident who can be planned now.", name=self.name(person_id)))

    def facilitator_seats(self, ids: Collection[int], known: StoredGroup | None = None) -> Iterator[Seat]:
        """Places for facilitators; those whom the group ``known`` had keep theirs."""
        for person_id in dict.fromkeys(ids):
            if person_key(person_id) not in self.facts.lookup.faculty:
                name = self.name(person_id)
                raise NotPossible(say("%(name)s isn’t a facilitator who can be planned now.", name=name))
            before = known.seat_of(person_id) if known else None
            yield before or Seat(person_id, MemberRole.FACILITATOR, by_hand=True)

    def new_group(self, model_id: int, mode: str, site_id: int | None) -> StoredGroup:
        """A group without anybody, with a name that none has."""
        model = self.facts.models.get(model_id)
        if model is None or model.key == OWN:
            raise NotPossible(say("The programme doesn’t have that kind of group."))
        site_id = self.site_for(mode, site_id)
        number = self.free_number()
        return StoredGroup(None, new_group_key(), f"{model.name} {number}", number, model_id, mode, site_id, (), ())

    def free_number(self) -> int:
        """A number for a group: none that members have seen, and none that a group of the draft has or had."""
        groups = (*self.draft.groups.values(), *(group for group in self.changed.values() if group is not None))
        taken = {*self.facts.numbers, *self.given, *(group.number for group in groups)}
        return next(number for number in count(1) if number not in taken)

    def site_for(self, mode: str, site_id: int | None) -> int | None:
        """The site of a group that meets so; nothing where it meets nowhere."""
        if mode not in MODES:
            raise NotPossible(say("We don’t know that way to meet."))
        if mode == IN_PERSON and site_id not in self.facts.words.sites:
            raise NotPossible(say("A group that meets in person needs a site."))
        return site_id if mode == IN_PERSON else None


# --- people ----------------------------------------------------------------------------------------------------


def _move(work: Work, edit: MovePerson) -> None:
    if edit.to is not None:
        work.must_be_resident(edit.person_id)
        work.group(edit.to)
    found = work.take_out(edit.person_id, edit.out_of)
    if found is None and (edit.to is None or edit.out_of is not None):
        raise NotPossible(say("%(name)s isn’t in that group.", name=work.name(edit.person_id)))
    if found is not None and found[0] == edit.to:
        group = work.group(found[0]).name
        raise NotPossible(say("%(name)s is already in %(group)s.", name=work.name(edit.person_id), group=group))
    if edit.to is not None:
        beside = found is not None and found[1].beside
        work.put_in(edit.to, Seat(edit.person_id, MemberRole.RESIDENT, beside, by_hand=True))
    work.finish()


def _exchange(work: Work, edit: Exchange) -> None:
    for person_id in (edit.person_id, edit.other_id):
        work.must_be_resident(person_id)
    one, other = work.take_out(edit.person_id), work.take_out(edit.other_id)
    if one is None or other is None:
        without = work.name(edit.person_id if one is None else edit.other_id)
        raise NotPossible(say("%(name)s has no group.", name=without), what_to_do=say("Move people one by one."))
    if one[0] == other[0]:
        raise NotPossible(say("They are already in one group."))
    work.put_in(other[0], one[1].set_by_hand(beside=other[1].beside))
    work.put_in(one[0], other[1].set_by_hand(beside=one[1].beside))
    work.finish()


# --- groups ----------------------------------------------------------------------------------------------------


def _make(work: Work, edit: MakeGroup) -> None:
    if not edit.resident_ids:
        raise NotPossible(say("A group needs at least one resident."))
    group = work.new_group(edit.model_id, edit.mode, edit.site_id)
    work.put(replace(group, members=in_order(work.facilitator_seats(edit.facilitator_ids))))
    for person_id in dict.fromkeys(edit.resident_ids):
        work.must_be_resident(person_id)
        work.take_out(person_id)
        work.put_in(group.key, Seat(person_id, MemberRole.RESIDENT, by_hand=True))
    work.finish()


def _split(work: Work, edit: SplitGroup) -> None:
    before = work.group(edit.group)
    going = set(edit.resident_ids)
    if not going or not going < set(before.residents):
        raise NotPossible(say("Choose some of the residents of %(group)s, and not all.", group=before.name))
    led_by = set(edit.facilitator_ids)
    group = work.new_group(before.model_id, before.mode, before.site_id)
    seats = [seat.set_by_hand(beside=seat.beside) for seat in before.members if seat.person_id in going]
    leads = list(work.facilitator_seats(edit.facilitator_ids))
    work.put(replace(before, members=tuple(s for s in before.members if s.person_id not in going | led_by)))
    work.finish()
    dates = [replace(s, facilitator_ids=(), by_hand=True) for s in before.sessions if work.dating().is_ahead(before, s)]
    work.put(replace(group, members=in_order((*seats, *leads)), sessions=tuple(dates)))
    work.put(work.dating().with_free_rooms(work.group(group.key)))
    work.finish()


def _merge(work: Work, edit: MergeGroups) -> None:
    if edit.group == edit.into:
        raise NotPossible(say("That is already one group."))
    gone, stays = work.group(edit.group), work.group(edit.into)
    new = [seat.set_by_hand(beside=seat.beside) for seat in gone.members if stays.seat_of(seat.person_id) is None]
    work.changed[gone.key] = None
    work.put(replace(stays, members=in_order((*stays.members, *new))))
    work.finish()


def _dissolve(work: Work, edit: DissolveGroup) -> None:
    work.changed[work.group(edit.group).key] = None


def _lead(work: Work, edit: SetFacilitators) -> None:
    group = work.group(edit.group)
    residents = [seat for seat in group.members if seat.role == MemberRole.RESIDENT]
    leads = list(work.facilitator_seats(edit.facilitator_ids, group))
    if {seat.person_id for seat in leads} == set(group.facilitators):
        raise NotPossible(say("%(group)s already has these facilitators.", group=group.name))
    work.put(replace(group, members=in_order((*residents, *leads))))
    work.finish()


# --- dates -----------------------------------------------------------------------------------------------------


def _date(work: Work, edit: SetDate) -> None:
    group, before = _session(work, edit.group, edit.round)
    if edit.starts_at is None:
        if before is None:
            raise NotPossible(say("%(group)s has no session in that round.", group=group.name))
        work.put(group.with_session(edit.round, None))
        return
    if (edit.starts_at, edit.round) not in work.facts.index_of:
        raise no_date(work.facts.programme, edit.round, edit.starts_at)
    session = Sitting(edit.round, edit.starts_at, edit.room_id or (before.room_id if before else None), (), {}, True)
    if edit.room_id is not None:
        _must_be_room_of(work, group, edit.room_id)
    work.put(work.dating().at_another_time(group, session, stays=edit.room_id is not None))


def _room(work: Work, edit: SetRoom) -> None:
    group, before = _session(work, edit.group, edit.round)
    if before is None:
        raise NotPossible(say("%(group)s has no session in that round.", group=group.name))
    _must_be_room_of(work, group, edit.room_id)
    work.put(group.with_session(edit.round, replace(before, room_id=edit.room_id, by_hand=True)))


def _way(work: Work, edit: SetWay) -> None:
    group = work.group(edit.group)
    site_id = work.site_for(edit.mode, edit.site_id)
    if (group.mode, group.site_id) == (edit.mode, site_id):
        raise NotPossible(say("%(group)s already meets in that way.", group=group.name))
    ahead = {session.round for session in group.sessions if work.dating().is_ahead(group, session)}
    sessions = (replace(s, room_id=None, by_hand=True) if s.round in ahead else s for s in group.sessions)
    work.put(replace(group, mode=edit.mode, site_id=site_id, sessions=tuple(sessions)))
    work.finish()


def _session(work: Work, key: str, round_: int) -> tuple[StoredGroup, Sitting | None]:
    """A group and its session of a round that can still be changed."""
    group = work.group(key)
    known = group.session_in(round_)
    if work.facts.is_settled(round_) or round_ in work.facts.begun_of(key):
        raise NotPossible(
            say("%(group)s has had its round %(round)s, so that stays.", round=round_ + 1, group=group.name)
        )
    return group, known


def _must_be_room_of(work: Work, group: StoredGroup, room_id: int) -> None:
    site = next((site for site in work.facts.programme.sites if site.id == group.site_id), None)
    if group.mode != IN_PERSON or site is None:
        raise NotPossible(say("%(group)s doesn’t meet in person, so it needs no room.", group=group.name))
    if all(room.id != room_id for room in site.rooms):
        raise NotPossible(say("We can’t find that room at %(site)s.", site=site.name))


_APPLY: Final[Mapping[type[Any], Callable[[Work, Any], None]]] = {
    MovePerson: _move,
    Exchange: _exchange,
    MakeGroup: _make,
    SplitGroup: _split,
    MergeGroups: _merge,
    DissolveGroup: _dissolve,
    SetFacilitators: _lead,
    SetDate: _date,
    SetRoom: _room,
    SetWay: _way,
}
