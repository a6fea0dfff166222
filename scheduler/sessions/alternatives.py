"""Other dates for a group and deputies for its facilitators, as things stand.

Loads who and what is taken; the looking itself is in ``planning``, which knows nothing of sessions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from sqlalchemy import select

from scheduler.availability.intervals import Interval
from scheduler.availability.service import marks_at
from scheduler.bookings.private_hours import private_hours
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.planning import deputies, open_dates
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import database_id, person_key
from scheduler.planning.known_to import KnownTo
from scheduler.planning.open_dates import OpenDate
from scheduler.planning.rhythm import Rhythm
from scheduler.planning.scope import Scope
from scheduler.planning.taken import CurrentSession, Span, Taken
from scheduler.planning.verdicts import Finding, Gathering, Judge, Sitting
from scheduler.plans.membership import group_roster, model_ids
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.deputies_time import DeputiesTime
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.sessions.taken_time import TakenTime
from solvers.instance import Instance
from solvers.vocabulary import COMING, IN_PERSON


class Alternatives:
    """Other dates of some groups of a programme. What is needed is loaded once, for all of the groups.

    Raises NotPossible where nothing can be planned any more.
    """

    def __init__(self, db: Db, programme_id: int, group_keys: Collection[str], now: datetime) -> None:
        instance = _instance(db, programme_id, Scope(frozenset(group_keys)), now)
        programme = get_programme(db, programme_id)
        self._now = now
        self._interval = programme.interval_days
        self._problem = open_dates.Problem.of(instance)
        groups = [self._problem.groups[key] for key in group_keys if key in self._problem.groups]
        people = {database_id(key) for group in groups for key in (*group.residents, *group.facilitators)}
        in_person = any(group.mode == IN_PERSON for group in groups)
        self._taken_time = TakenTime.load(db, programme, people, group_keys, now, in_person=in_person)
        self._private = private_hours(db, people)
        self._deputies = DeputiesTime.load(db, programme, group_keys, now)
        self._starts = _starts_in_rounds(db, programme_id, group_keys)

    def other_dates(
        self, group_key: str, instead_of: SessionRow | None, first: Collection[datetime] = ()
    ) -> Iterator[OpenDate]:
        """As the function of this name."""
        taken, rhythm = self._taken(group_key, instead_of), self._rhythm(group_key, instead_of)
        known = _current(instead_of)
        liked = self._deputies.free_at(group_key, instead_of.id if instead_of else None)
        found = open_dates.open_dates(
            self._problem, group_key, taken, self._now, instead_of=known, rhythm=rhythm, first=first, liked=liked
        )
        if instead_of is None or not instead_of.offers_again:
            return found
        best = next(found, None)
        # What was cancelled is made up for in its round or, where that has no other date, whenever the group can.
        if best is not None:
            return chain((best,), found)
        return open_dates.open_dates(
            self._problem, group_key, taken, self._now, rhythm=rhythm, first=first, liked=liked
        )

    def find_date(self, group_key: str, starts_at: datetime, instead_of: SessionRow | None) -> OpenDate | None:
        """As the function of this name."""
        taken = self._taken(group_key, instead_of)
        known = _current(instead_of)
        found = open_dates.find_date(self._problem, group_key, starts_at, taken, self._now, instead_of=known)
        if found is None and instead_of is not None and instead_of.offers_again:
            return open_dates.find_date(self._problem, group_key, starts_at, taken, self._now)
        return found

    def find_former_date(self, row: SessionRow, starts_at: datetime) -> OpenDate | None:
        """As the function of this name."""
        taken = replace(self._taken(row.group_key, row), closed=())  # whoever has private hours there chose both
        return open_dates.find_former(self._problem, row.group_key, starts_at, taken, self._now, _session(row))

    def _taken(self, group_key: str, instead_of: SessionRow | None) -> Taken:
        group = self._problem.groups.get(group_key)
        if group is None:
            raise NotPossible(say("This group no longer meets."))
        people = [database_id(key) for key in (*group.residents, *group.facilitators)]
        site = group.site if group.mode == IN_PERSON else None
        taken = self._taken_time.for_group(group_key, people, site, instead_of.id if instead_of else None)
        # The date goes, not the person: a count of who can come would say that one of them can't.
        return replace(taken, closed=[Span(*hours) for who in people for hours in self._private.get(who, ())])

    def _rhythm(self, group_key: str, instead_of: SessionRow | None) -> Rhythm:
        """How the group meets in the rounds, without what it added itself. An extra session has no interval to keep."""
        starts = self._starts.get(group_key, ())
        if instead_of is None:
            return Rhythm(None, tuple(start for _, start in starts))
        return Rhythm(self._interval, tuple(start for session_id, start in starts if session_id != instead_of.id))


def must_be_open(programme: Programme, starts_at: datetime) -> None:
    """Raise NotPossible, with the reason, for a date on a day when the programme does not meet."""
    if closed := programme.closed_at(starts_at):
        raise NotPossible(
            say("Your programme doesn’t meet on that day: %(closed)s.", closed=closed),
            what_to_do=say("Choose another date."),
        )


def other_dates(
    db: Db,
    programme_id: int,
    group_key: str,
    now: datetime,
    *,
    instead_of: SessionRow | None = None,
    first: Collection[datetime] = (),
) -> Iterator[OpenDate]:
    """The dates on which a group could meet besides those it has, best first, those in ``first`` before all others
    (:func:`scheduler.planning.open_dates.open_dates`).

    Raises NotPossible where nothing can be planned any more.
    """
    return Alternatives(db, programme_id, (group_key,), now).other_dates(group_key, instead_of, first)


def find_date(
    db: Db,
    programme_id: int,
    group_key: str,
    starts_at: datetime,
    now: datetime,
    *,
    instead_of: SessionRow | None = None,
) -> OpenDate | None:
    """That very date, if the group could meet on it. Raises NotPossible where nothing can be planned any more."""
    return Alternatives(db, programme_id, (group_key,), now).find_date(group_key, starts_at, instead_of)


def find_former_date(db: Db, row: SessionRow, starts_at: datetime, now: datetime) -> OpenDate | None:
    """The date that a session had before, if it can have it again. Raises NotPossible as :func:`find_date` does."""
    return Alternatives(db, row.programme_id, (row.group_key,), now).find_former_date(row, starts_at)


def possible_deputies(
    db: Db, row: SessionRow, for_id: int, now: datetime, known_to: KnownTo = KnownTo.MEMBERS
) -> Mapping[int, str]:
    """The faculty who could stand in for somebody at a session, by id, with what is known of their time then. A list
    is worked out of what members may know: that somebody is missing from it tells of nobody's secret.

    Nobody stands in for a group with somebody over whom they have power, whatever was recorded: it was for others.
    Raises NotPossible where nothing can be planned any more.
    """
    scope = Scope(frozenset({row.group_key}), stand_ins=True)
    instance = _instance(db, row.programme_id, scope, now, known_to)
    members = frozenset(map(person_key, group_roster(db, row.programme_id, row.group_key)))
    powers = {database_id(who) for who, over in instance.accompanied if over in members}
    found = _deputies(db, row, for_id, instance, now, known_to)
    return {who: mark for who, mark in found.items() if who not in powers}


def _deputies(
    db: Db, row: SessionRow, for_id: int, instance: Instance, now: datetime, known_to: KnownTo
) -> Mapping[int, str]:
    faculty = [person.id for person in instance.faculty]
    taken = Taken(people=_people(db, row, [database_id(key) for key in faculty], now))
    usual = get_programme(db, row.programme_id).is_usual_length(row.starts_at, row.ends_at)
    if not usual or not any((slot.start, slot.round) == (row.starts_at, row.round) for slot in instance.slots):
        when = Span(row.starts_at, row.ends_at)
        free = [key for key in faculty if not any(when.overlaps(span) for span in taken.people.get(key, ()))]
        return _deputies_at_its_own_time(db, row, for_id, [database_id(key) for key in free], now, known_to)
    return deputies.possible_deputies(instance, row.group_key, _session(row), for_id, taken)


def _deputies_at_its_own_time(
    db: Db, row: SessionRow, for_id: int, faculty: Sequence[int], now: datetime, known_to: KnownTo
) -> Mapping[int, str]:
    """The same for a session at a time that is none of the programme's, since a coordinator chose it, or as long as its
    sessions were before."""
    programme, members = get_programme(db, row.programme_id), group_roster(db, row.programme_id, row.group_key)
    people = {*members, *faculty, *(attendee.person_id for attendee in row.attendees)}
    span = Interval(row.starts_at, row.ends_at)
    marks = marks_at(db, programme, sorted(people), (span,))
    residents = frozenset(who for who, role in members.items() if role == MemberRole.RESIDENT)
    own, model_id = frozenset(members) - residents, model_ids(db, programme.id).get(row.group_key)
    if model_id is None:
        return {}
    judge = Judge(db, programme, people, now, known_to)

    def findings(leads: frozenset[int]) -> frozenset[Finding]:
        place = (row.mode, row.site_id, row.room_id)
        sitting = Sitting(row.id, row.starts_at, *place, tuple(sorted(leads)), marks, extra=True)
        group = Gathering(row.group_key, model_id, row.mode, row.site_id, residents, own, (sitting,))
        return judge.findings([group], {})

    present = frozenset(_session(row).facilitator_ids)
    before = findings(present)
    free = (who for who in faculty if marks.get(who) in COMING and who not in own | present)
    return {who: marks[who] for who in free if findings((present - {for_id}) | {who}) <= before}


def is_elsewhere(db: Db, person_id: int, row: SessionRow) -> bool:
    """Whether somebody is at another session while this one lasts, in whatever programme."""
    then = Span(row.starts_at, row.ends_at)
    spans = _people(db, row, (person_id,), row.starts_at)
    return any(then.overlaps(span) for span in spans[person_key(person_id)])


def _instance(db: Db, programme_id: int, scope: Scope, now: datetime, known_to: KnownTo = KnownTo.MEMBERS) -> Instance:
    """Another date changes nothing in who sits together, so dates are found by what members may know."""
    return build_instance(db, programme_id, now, begun_too=True, scope=scope, known_to=known_to)


def _current(row: SessionRow | None) -> CurrentSession | None:
    return None if row is None else _session(row)


def _session(row: SessionRow) -> CurrentSession:
    leads = tuple(attendee.person_id for attendee in row.attendees if attendee.role == MemberRole.FACILITATOR)
    return CurrentSession(row.starts_at, row.ends_at, row.round, row.room_id, leads)


def _starts_in_rounds(
    db: Db, programme_id: int, group_keys: Collection[str]
) -> Mapping[str, Sequence[tuple[int, datetime]]]:
    """When groups meet in the rounds: by group the ids and starts of their sessions."""
    rows = db.execute(
        select(SessionRow.group_key, SessionRow.id, SessionRow.starts_at).where(
            SessionRow.programme_id == programme_id,
            SessionRow.group_key.in_(group_keys),
            SessionRow.extra == 0,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    )
    found: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for key, session_id, starts_at in rows:
        found[key].append((session_id, starts_at))
    return found


def _people(db: Db, row: SessionRow, people: Collection[int], now: datetime) -> Mapping[str, Sequence[Span]]:
    """When these people are at other sessions than this one."""
    in_person = row.mode == IN_PERSON
    programme = get_programme(db, row.programme_id)
    taken = TakenTime.load(db, programme, people, (), now, in_person=in_person)
    return taken.of_people(people, row.site_id if in_person else None, row.id)
