"""Build the planning problem from what the database knows. The only place that does.

It names nobody and holds no rota: ids are the keys of :mod:`scheduler.planning.keys`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.long_leave import leave_of_programme
from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Db, seen_once
from scheduler.errors import NotPossible
from scheduler.joining.facilitator_offers import people_to_plan
from scheduler.languages import say
from scheduler.memory import Derived
from scheduler.people.guests import guests_of
from scheduler.people.model import Role
from scheduler.people.sites import moves_of, site_on
from scheduler.people.tables import ParticipantRow
from scheduler.planning.beside import without_own_groups
from scheduler.planning.commitments import with_what_stands
from scheduler.planning.early_starts import early_starts
from scheduler.planning.guest_pins import with_guests_kept
from scheduler.planning.keys import person_key, room_key
from scheduler.planning.known_to import KnownTo
from scheduler.planning.last_term import previous_groups
from scheduler.planning.left_alone import Standing, begun_sessions, leaving_alone
from scheduler.planning.only_ones import NOBODY, OnlyOnes, only_ones
from scheduler.planning.open_dates import NOTICE
from scheduler.planning.own_group_pins import own_group_of, with_own_groups
from scheduler.planning.pairs_apart import facilitators_alike, ties_between
from scheduler.planning.pauses import paused_people, without_paused_groups
from scheduler.planning.planned_people import (
    Participant,
    asked_of,
    facilitator,
    made_before,
    on_leave,
    participants_of,
    resident,
    slots_away,
    starting_early,
)
from scheduler.planning.scope import Part, Scope, part_for, whole
from scheduler.planning.stored_groups import groups_of
from scheduler.programmes.by_call import accepted_ways
from scheduler.programmes.emphasis import weights_of
from scheduler.programmes.model import MentoringModel, Programme
from scheduler.programmes.model import Slot as ProgrammeSlot
from scheduler.programmes.service import get_programme
from solvers.instance import Group, Instance, Model, Resident, Room, Slot, Weights
from solvers.vocabulary import NOT_KNOWN


@dataclass(frozen=True, slots=True)
class OpenMarks:
    """What people say to slots, each by its start and its round, before anything is closed to anybody; by their ids in
    an instance."""

    slots: tuple[tuple[datetime, int], ...]
    marks: Mapping[str, str]


_previous: Final[Derived[tuple[Group, ...]]] = Derived(8)
"""The groups before, by the programme."""


def build_instance(
    db: Db,
    programme_id: int,
    now: datetime,
    *,
    begun_too: bool = False,
    scope: Scope | None = None,
    known_to: KnownTo = KnownTo.PLANNER,
) -> Instance:
    """The planning problem of a programme as it stands: everybody who has joined and not left, slots yet to come.

    What other programmes' sessions take, and its own that no plan replaces, is taken from it: people's time and rooms.
    Who has no group and is on long leave through all of these slots is left out until they are back. Once groups meet,
    whatever has begun is left alone, and nobody gets a new date within a day. Not so with ``begun_too``, where one
    session is to find a new date. With a ``scope`` it holds, and loads, only what that one group needs. Who will work
    at another site counts as of the one at which they work on the day of the first slot. What is shown to anybody is
    worked out of the problem as it is ``known_to`` them.
    """
    programme = get_programme(db, programme_id)
    part = part_for(db, programme_id, scope) if scope else whole(db, programme_id)
    time = _time_of(programme, part, now, begun_too=begun_too)
    instance = _problem(db, programme, part, time, known_to, begun_too=begun_too, now=now)
    own = tuple(map(own_group_of, part.own_groups))
    if begun_too:  # whoever looks for a date knows what is taken, and wants each group as it is
        return with_own_groups(instance, own)
    instance = with_what_stands(db, programme, instance, time.settled, now)
    several = programme.conduct.several_groups
    instance = without_own_groups(instance) if several else with_own_groups(instance, own)
    instance = with_guests_kept(instance, map(person_key, guests_of(db, programme_id)))
    return leaving_alone(instance, _standing(programme, part, now)) if part.is_published else instance


@dataclass(frozen=True, slots=True)
class _Time:
    """All slots of a programme; those ``ahead`` by their indices and as the planner’s slots; the rounds ``settled``."""

    every_slot: Sequence[ProgrammeSlot]
    ahead: list[int]
    settled: frozenset[int]
    slots: tuple[Slot, ...]

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day ahead."""
        return self.slots[0].start.date(), self.slots[-1].start.date()


def _time_of(programme: Programme, part: Part, now: datetime, *, begun_too: bool) -> _Time:
    every_slot, zone = programme.slots(), ZoneInfo(programme.zone)
    settled = _settled(programme, part, now) if part.is_published and not begun_too else frozenset()
    ahead = _ahead(every_slot, settled, now)
    slots = tuple(Slot(every_slot[i].starts_at.astimezone(zone), every_slot[i].round) for i in ahead)
    return _Time(every_slot, ahead, settled, slots)


class _Known(NamedTuple):
    """What is known of people: where each works, their marks, and the models that there are."""

    works_at: Mapping[int, str]
    marks: Mapping[int, str]
    models: Collection[str]


def _problem(
    db: Db, programme: Programme, part: Part, time: _Time, known_to: KnownTo, *, begun_too: bool, now: datetime
) -> Instance:
    """Everybody's wishes and marks with the programme's rules, before anything is taken from it."""
    participants = _by_call_too(programme, _planned(db, programme, part, time, now, begun_too=begun_too))
    in_it = {row.person_id for row in participants}
    marks = _marks_before_closing(db, programme, part, time.every_slot, time.ahead)
    known = _Known(_sites(db, programme, participants, time.days[0]), marks, {model.key for model in programme.models})
    residents = _residents(db, programme, part, time, participants, known, now)
    faculty = tuple(facilitator(r, *known) for r in participants if r.kind == Role.FACULTY)
    only = _only_ones(db, programme, part)
    residents, faculty = tuple(map(only.resident, residents)), only.facilitators(faculty, residents)
    ties = ties_between(db, programme, part, in_it, now, known_to)
    alike = facilitators_alike(programme.facilitators_differ, faculty, participants, part.groups)
    return Instance(
        name=f"{programme.slug}-{now:%Y%m%dT%H%M%SZ}",
        session_minutes=programme.session_minutes,
        rounds=len(programme.rounds),
        slots=time.slots,
        quorum=programme.quorum,
        # Only the rounds still open can be attended by this plan: the share is of those.
        min_attendance=programme.min_attendance * (1 - len(time.settled) / len(programme.rounds)),
        models=tuple(_model(model) for model in programme.models),
        residents=tuple(map(known_to.resident, residents)),
        faculty=faculty,
        rooms=tuple(rooms_of(programme, time.slots)),
        conflicts=ties.apart | alike,
        accompanied=ties.accompanied,
        min_gap_days=programme.min_gap_days,
        weights=replace(Weights(), **weights_of(programme.weights)),
        previous=_previous_groups(db, programme, part, time.slots, in_it, begun_too=begun_too),
        interval_days=programme.interval_days,
    )


def _only_ones(db: Db, programme: Programme, part: Part) -> OnlyOnes:
    """Who is the only one at their site, of all who take part, said yes or not; where one group is looked at it does
    not matter."""
    return only_ones(programme, participants_of(db, programme.id, part)) if part.people is None else NOBODY


def _planned(
    db: Db, programme: Programme, part: Part, time: _Time, now: datetime, *, begun_too: bool
) -> Sequence[Participant]:
    """Those who are planned, but for those who are away through all that lies ahead. A group that looks for one date
    does so with the facilitators it has, whether or not they are ready by now."""
    everybody = participants_of(db, programme.id, part)
    planned = people_to_plan(db, programme.id, {row.person_id: row.kind for row in everybody}, now)
    if begun_too:
        planned |= {member.person_id for group in part.groups for member in group.members}
    planned -= guests_of(db, programme.id) - {member.person_id for group in part.groups for member in group.members}
    planned -= paused_people(db, programme.id, *time.days)
    return [row for row in everybody if row.person_id in planned]


def _by_call_too(programme: Programme, people: Sequence[Participant]) -> Sequence[Participant]:
    """With a place in groups that meet in person, last of all, for whoever can join those by call."""
    if not programme.conduct.hybrid:
        return people
    return [replace(row, modes=accepted_ways(row.modes, programme)) for row in people]


def _sites(db: Db, programme: Programme, participants: Sequence[Participant], day: date) -> Mapping[int, str]:
    """At which site each works on a day, by its key."""
    keys, moves = {site.id: site.key for site in programme.sites}, moves_of(db, programme.id)
    return {row.person_id: keys[site_on(moves, row.person_id, row.site_id, day)] for row in participants}


def _residents(
    db: Db,
    programme: Programme,
    part: Part,
    time: _Time,
    participants: Sequence[Participant],
    known: _Known,
    now: datetime,
) -> tuple[Resident, ...]:
    asked = asked_of(db, programme.id, part, {row.person_id for row in participants})
    away = slots_away(programme, leave_of_programme(db, programme.id, part.people), time.slots)
    early = early_starts(programme, participants, part.groups, time.slots, now)
    made = made_before(programme.id)
    planned = (
        (r.person_id, resident(r, known.works_at, known.marks, asked, known.models, made))
        for r in participants
        if r.kind == Role.RESIDENT
    )
    return tuple(starting_early(on_leave(one, away.get(who)), early.get(who)) for who, one in planned)


def _previous_groups(
    db: Db, programme: Programme, part: Part, slots: tuple[Slot, ...], people: Collection[int], *, begun_too: bool
) -> tuple[Group, ...]:
    """The groups as they are; before anything is published, those of the term before."""
    if not part.is_published and part.people is None:
        return previous_groups(db, programme, {person_key(person_id) for person_id in people})
    return _previous.get(
        (programme.id, part.people is None),
        (programme, part.groups, slots, begun_too),
        lambda: groups_of(programme, part.groups, slots, whole=begun_too),
    )


def open_marks(db: Db, programme_id: int, now: datetime) -> OpenMarks:
    """What everybody in a programme says to the slots ahead, whoever has met and whatever is taken."""
    programme, part = get_programme(db, programme_id), whole(db, programme_id)
    every_slot = programme.slots()
    ahead = _ahead(every_slot, frozenset(), now)
    marks = _marks_before_closing(db, programme, part, every_slot, ahead)
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    return OpenMarks(
        slots=tuple((every_slot[i].starts_at, every_slot[i].round) for i in ahead),
        marks={person_key(who): marks[who] for who in db.scalars(select(ParticipantRow.person_id).where(*here))},
    )


def problem_of(
    db: Db,
    programme: Programme,
    people: Collection[int],
    now: datetime | None = None,
    known_to: KnownTo = KnownTo.PLANNER,
) -> Instance:
    """What is known of these people and of the programme's rules, without a slot: to judge groups at any times, or at
    any from ``now`` on."""
    part = Part(frozenset(people), (), (), True)
    participants = _by_call_too(programme, participants_of(db, programme.id, part))
    sites = {site.id: site.key for site in programme.sites}
    in_it = {row.person_id for row in participants}
    works_at = {row.person_id: sites[row.site_id] for row in participants}
    asked = asked_of(db, programme.id, part, in_it)
    no_marks: Mapping[int, str] = defaultdict(str)
    known = {model.key for model in programme.models}
    ties = ties_between(db, programme, part, in_it, now, known_to)
    return Instance(
        name=programme.slug,
        session_minutes=programme.session_minutes,
        rounds=1,
        slots=(),
        quorum=programme.quorum,
        min_attendance=0,
        models=tuple(_model(model) for model in programme.models),
        residents=tuple(
            known_to.resident(resident(r, works_at, no_marks, asked, known, {}))
            for r in participants
            if r.kind == Role.RESIDENT
        ),
        faculty=tuple(facilitator(r, works_at, no_marks, known) for r in participants if r.kind == Role.FACULTY),
        conflicts=ties.apart,
        accompanied=ties.accompanied,
        min_gap_days=programme.min_gap_days,
    )


def _ahead(slots: Sequence[ProgrammeSlot], settled: Collection[int], now: datetime) -> list[int]:
    """The indices of the slots to come, but for those of settled rounds."""
    ahead = [i for i, slot in enumerate(slots) if slot.starts_at > now and slot.round not in settled]
    if not ahead:
        raise NotPossible(
            say("Every round of this programme has finished, or its groups have met."),
            what_to_do=say("Add later rounds, then plan again."),
            section="rounds",
        )
    return ahead


def _marks_before_closing(
    db: Db, programme: Programme, part: Part, slots: Sequence[ProgrammeSlot], ahead: list[int]
) -> Mapping[int, str]:
    """By person a mark for each slot ahead, before anything is closed to anybody."""
    zone = ZoneInfo(programme.zone)
    marks = _marks(db, programme.id, part, len(slots), ahead)
    on_days = [slots[i].starts_at.astimezone(zone).date() for i in ahead]
    return _of_anybody(without_paused_groups(db, programme.id, marks, part.groups, on_days), len(ahead))


def _marks(db: Db, programme_id: int, part: Part, slot_count: int, ahead: list[int]) -> Mapping[int, str]:
    """By person a mark for each slot ahead."""
    what = ("marks", programme_id, None if part.people is None else frozenset(part.people))
    rows = seen_once(db, what, lambda: _marks_of_every_slot(db, programme_id, part, slot_count))
    stretches = list(_stretches(ahead))
    if stretches == [slice(0, slot_count)]:
        return rows
    return seen_once(
        db, (*what, *ahead), lambda: {who: "".join([marks[s] for s in stretches]) for who, marks in rows.items()}
    )


def _marks_of_every_slot(db: Db, programme_id: int, part: Part, slot_count: int) -> Mapping[int, str]:
    columns = (AvailabilityRow.person_id, AvailabilityRow.planner_marks, AvailabilityRow.marks)
    here = (AvailabilityRow.programme_id == programme_id, part.holds(AvailabilityRow.person_id))
    found = {who: planned or shown for who, planned, shown in db.execute(select(*columns).where(*here))}
    if any(len(marks) != slot_count for marks in found.values()):
        raise NotPossible(
            say("The programme’s session times have changed since availability was worked out."),
            what_to_do=say("Import a rota again or work out availability again, then plan."),
        )
    return found


def _stretches(indices: Sequence[int]) -> Iterator[slice]:
    """These indices, in order, as few slices."""
    begins = [i for i, index in enumerate(indices) if i == 0 or indices[i - 1] != index - 1]
    for begin, end in zip(begins, [*begins[1:], len(indices)], strict=True):
        yield slice(indices[begin], indices[end - 1] + 1)


def _of_anybody(marks: Mapping[int, str], slots: int) -> Mapping[int, str]:
    """These marks; nothing is known of somebody for whom nothing has been worked out yet."""
    return defaultdict(lambda: NOT_KNOWN * slots, marks)


def _model(model: MentoringModel) -> Model:
    """A model as the planner knows it: its rules have the same names on both sides."""
    rules = {field.name: getattr(model, field.name) for field in fields(Model) if field.name != "id"}
    return Model(id=model.key, **rules)


def rooms_of(programme: Programme, slots: tuple[Slot, ...], only: Collection[int] | None = None) -> Iterable[Room]:
    """The rooms of all sites, or ``only`` some by their ids, with the slots at which each is open. Many are open at the
    same hours."""
    for site in programme.sites:
        rooms = [room for room in site.rooms if only is None or room.id in only]
        if not rooms:
            continue
        zone = ZoneInfo(site.zone)
        local = [slot.start.astimezone(zone) for slot in slots]
        known: dict[tuple[object, ...], str] = {}
        for room in rooms:
            hours = (room.weekdays, room.opens_at, room.closes_at)
            if hours not in known:
                known[hours] = "".join(str(int(room.is_open(start, programme.session_minutes))) for start in local)
            yield Room(id=room_key(room.id), site=site.key, capacity=room.capacity, availability=known[hours])


def _settled(programme: Programme, part: Part, now: datetime) -> frozenset[int]:
    """The rounds in which nothing is left to plan: no date lies ahead, or every group has met."""
    ahead = {slot.round for slot in programme.slots() if slot.starts_at > now}
    met = [{session.round for session in group.sessions if session.starts_at <= now} for group in part.groups]
    return frozenset(
        span.index
        for span in programme.rounds
        if span.index not in ahead or (met and all(span.index in rounds for rounds in met))
    )


def _standing(programme: Programme, part: Part, now: datetime) -> Standing:
    """What stays of a published plan whatever comes."""
    length = timedelta(minutes=programme.session_minutes)
    return Standing(begun_sessions(part.groups, length, now), earliest=now + NOTICE)
