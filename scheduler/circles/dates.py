"""Dates of circles, found as for any self-formed group; and what of them the planner may know: that somebody cannot.

A search for a plan is given these times as taken, without a reason, and nothing else is: not the problem as it is
stored, nor what a coordinator reads, tries or forecasts. So a plan goes round them, and no page says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.bookings.commitments import booked
from scheduler.circles.model import MOST_MEMBERS
from scheduler.circles.service import row_of
from scheduler.circles.tables import CircleMeetingRow, CircleMemberRow, CircleRow
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.own_groups.service import OWN
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.planning.beside import Diary
from scheduler.planning.keys import database_id, person_key
from scheduler.planning.left_alone import with_closed
from scheduler.planning.open_dates import NOTICE
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.model import Slot as ProgrammeSlot
from scheduler.programmes.service import get_programme, lock_programme
from solvers.instance import Faculty, Group, Instance, Model, Resident, Slot
from solvers.vocabulary import NOT_KNOWN, VIDEO

FEWEST: Final = 2
_FOUND = mark("There are new dates. Please sign in to see them:")
_NOT_THE_PLANNERS = "circle"
_Planned = TypeVar("_Planned", Resident, Faculty)
_Span = tuple[datetime, datetime]


def neutral_title(minutes: int) -> str:
    """What a circle's dates are called wherever somebody else may see the screen."""
    return say("Group – %(minutes)s min", minutes=minutes)


def find_dates(db: Db, actor: Actor, circle_id: int, now: datetime, *, page_url: str = "") -> int:
    """Find one date in each round to come in which enough of the members can come; returns how many there are now.

    Dates that still suit stay, and so does whatever is less than a day ahead. Members hear of it in neutral words.
    """
    row = row_of(db, actor, circle_id)
    must_go_on(db, row.programme_id)
    lock_programme(db, row.programme_id)
    if len(row.members) < FEWEST:
        raise NotPossible(
            say("There are no dates to find for one person."), what_to_do=say("Share the code with someone first.")
        )
    programme = get_programme(db, row.programme_id)
    ahead = _slots_ahead(programme, row, now)
    stay = [each for each in row.meetings if each.starts_at <= now + NOTICE]
    before = {
        slot.round: each.starts_at for each in row.meetings for _, slot in ahead if slot.starts_at == each.starts_at
    }
    members = [member.person_id for member in row.members]
    instance = _problem(db, programme, members, ahead, row.id, now)
    wanted = _dates(instance, before)
    found = {start.timestamp() for start in wanted}
    known = {each.starts_at.timestamp() for each in row.meetings}
    length = timedelta(minutes=programme.session_minutes)
    row.meetings = [
        *stay,
        *(each for each in row.meetings if each not in stay and each.starts_at.timestamp() in found),
        *(
            CircleMeetingRow(starts_at=start, ends_at=start + length, found_at=now)
            for start in wanted
            if start.timestamp() not in known
        ),
    ]
    db.flush()
    if found - known:
        _tell(db, [who for who in members if who != actor.person_id], programme, now, page_url)
    return sum(each.ends_at > now for each in row.meetings)


def with_private_time(db: Db, instance: Instance) -> Instance:
    """The problem as a search is given it: nobody can come when a circle of theirs meets, in whatever programme. Dates
    that a group has already stay open to its people: they chose both."""
    people = {database_id(person.id) for person in (*instance.residents, *instance.faculty)}
    taken = _meetings_of(db, people)
    if not taken or not instance.slots:
        return instance
    own_dates = _own_dates(instance)

    def closed(person: _Planned) -> _Planned:
        spans = taken.get(database_id(person.id), ())
        slots = _touching(instance, spans) - own_dates.get(person.id, frozenset())
        return replace(person, availability=with_closed(person.availability, slots)) if slots else person

    return replace(
        instance, residents=tuple(map(closed, instance.residents)), faculty=tuple(map(closed, instance.faculty))
    )


def bound_in_the_open(given: Instance, searched: Instance, bound: int | None) -> int | None:
    """A bound of the problem that was searched, as one of the problem that others know: no plan that goes round private
    time can be worth more there. Each session that private time closes to somebody can be worth what attending is, and
    what missing out costs, at most."""
    if bound is None or given is searched:
        return bound
    worth = given.weights
    a_round = max(worth.attend.values(), default=0) + abs(worth.twice)
    rounds = [slot.round for slot in given.slots]
    more = 0
    for one, other in zip(given.residents, searched.residents, strict=True):
        pairs = zip(rounds, one.availability, other.availability, strict=True)
        if hit := {round_ for round_, before, after in pairs if before != after}:
            more += len(hit) * a_round + abs(worth.left_out)
    return bound + more


def _own_dates(instance: Instance) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for group in instance.previous:
        for meeting in group.sessions:
            for key in (*group.residents, *meeting.facilitators):
                found[key].add(meeting.slot)
    return {key: frozenset(slots) for key, slots in found.items()}


def _meetings_of(db: Db, people: Collection[int], beside: int = 0) -> Mapping[int, list[_Span]]:
    """When these people's circles meet, all but one."""
    rows = db.execute(
        select(CircleMemberRow.person_id, CircleMeetingRow.starts_at, CircleMeetingRow.ends_at)
        .join(CircleMeetingRow, CircleMeetingRow.circle_id == CircleMemberRow.circle_id)
        .where(CircleMemberRow.circle_id != beside, CircleMemberRow.person_id.in_(people))
    )
    found: dict[int, list[_Span]] = defaultdict(list)
    for person_id, starts_at, ends_at in rows:
        found[person_id].append((starts_at, ends_at))
    return found


def _touching(instance: Instance, spans: Iterable[_Span]) -> frozenset[int]:
    length = timedelta(minutes=instance.session_minutes)
    return frozenset(
        index
        for starts_at, ends_at in spans
        for index, slot in enumerate(instance.slots)
        if slot.start < ends_at and starts_at < slot.start + length
    )


def _slots_ahead(programme: Programme, row: CircleRow, now: datetime) -> Sequence[tuple[int, ProgrammeSlot]]:
    """The slots in which a date may be found, with their places among all: in rounds without a date that stays."""
    every = programme.slots()
    rounds = {slot.starts_at: slot.round for slot in every}
    done = {rounds.get(each.starts_at) for each in row.meetings if each.starts_at <= now + NOTICE}
    ahead = [(i, slot) for i, slot in enumerate(every) if slot.starts_at > now + NOTICE and slot.round not in done]
    if not ahead:
        raise NotPossible(say("No round of this programme lies ahead in which a date could be found."))
    return ahead


def _problem(
    db: Db, programme: Programme, members: Collection[int], ahead: Sequence[tuple[int, ProgrammeSlot]], circle_id: int,
    now: datetime,
) -> Instance:  # fmt: skip
    """The members as residents of one group that meets by video, with what is taken of their time closed."""
    columns = (AvailabilityRow.person_id, AvailabilityRow.marks)
    here = (AvailabilityRow.programme_id == programme.id, AvailabilityRow.person_id.in_(members))
    marks = dict(db.execute(select(*columns).where(*here)).all())
    nothing, zone = NOT_KNOWN * len(programme.slots()), ZoneInfo(programme.zone)
    plain = Instance(
        name=_NOT_THE_PLANNERS,
        session_minutes=programme.session_minutes,
        rounds=len(programme.rounds),
        slots=tuple(Slot(slot.starts_at.astimezone(zone), slot.round) for _, slot in ahead),
        quorum=programme.quorum,
        min_attendance=0,
        models=(Model(OWN, (1, MOST_MEMBERS), (0, 99), (0, 0)),),
        residents=(),
        faculty=(),
        min_gap_days=programme.min_gap_days,
    )
    elsewhere, circles = booked(db, members, now), _meetings_of(db, members, circle_id)

    def resident(who: int) -> Resident:
        spans = [*((span.starts_at, span.ends_at) for _, span in elsewhere.get(who, ())), *circles.get(who, ())]
        said = marks.get(who, nothing)
        open_marks = "".join(said[index] for index, _ in ahead) if len(said) == len(nothing) else NOT_KNOWN * len(ahead)
        closed = with_closed(open_marks, _touching(plain, spans))
        return Resident(person_key(who), 0, "", closed, (VIDEO,), {OWN: 1})

    return replace(plain, residents=tuple(map(resident, sorted(members))))


def _dates(instance: Instance, before: Mapping[int, datetime]) -> list[datetime]:
    keys = tuple(person.id for person in instance.residents)
    group = Group(id=_NOT_THE_PLANNERS, model=OWN, mode=VIDEO, residents=keys, facilitators=(), sessions=(), site=None)
    return [instance.slots[meeting.slot].start for meeting in Diary(instance, ()).dates_for(group, before)]


def _tell(db: Db, people: Collection[int], programme: Programme, now: datetime, page_url: str) -> None:
    for person in db.scalars(select(PersonRow).where(PersonRow.id.in_(people)).order_by(PersonRow.id)):
        with in_language(person.language):
            text = f"{greeting(person.name)}\n\n{say(_FOUND)}\n\n{page_url}\n"
            put_in_outbox(db, person.email, neutral_title(programme.session_minutes), text, now)
