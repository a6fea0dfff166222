"""What follows from a change: everything that is worked out from stored facts, brought up to date in one place.

It runs at the end of every transaction that noted a change, in this order: what a surge makes of sessions,
availability, attendance at published sessions and their status, offers of other dates, troubles, releases, turns in the
chair, feeds, letters that wait. Each step compares what should be with what is and stores the difference, so it can run
again at any time, and then finds nothing to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.availability import service as availability
from scheduler.calendars.due_feeds import bring_feeds_up_to_date
from scheduler.changes import Change, Fact, take_noted
from scheduler.db import Db
from scheduler.invitations.held_letters import hold_letters
from scheduler.people.sites import take_over_due
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.facts_mark import renew_facts_mark, renew_shared_mark
from scheduler.programmes.service import get_programme, lock_programme, may_lock_programme, programmes_held
from scheduler.releases.register import bring_releases_up_to_date
from scheduler.sessions.absences import bring_absences_up_to_date
from scheduler.sessions.attendance_marks import bring_marks_up_to_date, people_elsewhere
from scheduler.sessions.bookings import bring_bookings_up_to_date
from scheduler.sessions.by_call import bring_calls_up_to_date
from scheduler.sessions.confirmation import bring_statuses_up_to_date
from scheduler.sessions.offers import bring_offers_up_to_date
from scheduler.sessions.surge import bring_surge_up_to_date
from scheduler.sessions.tables import SessionRow
from scheduler.sessions.turn_register import bring_turns_up_to_date
from scheduler.troubles.register import bring_troubles_up_to_date

_ABOUT_TIME: Final = frozenset({Fact.PEOPLE, Fact.TIME, Fact.WORD, Fact.RULES})
_ABOUT_SESSIONS: Final = frozenset({Fact.PEOPLE, Fact.CHARTER, Fact.PLAN, Fact.SESSIONS, Fact.KEEPING})


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a programme has to be looked at: ``people`` whose time may be another, ``sessions`` that may be other
    than they were (None: all), and whether ``shown`` things may be, which are in feeds and letters. With ``beyond``
    people may have more or less time than before for sessions of other programmes. ``busy`` are people of whom only
    other sessions may take, or leave, another part of their time; ``fact`` is the kind of fact that changed last."""

    programme_id: int
    at: datetime
    people: frozenset[int] | None
    sessions: frozenset[int] | None
    shown: bool = True
    beyond: bool = True
    busy: frozenset[int] = frozenset()
    fact: Fact | None = None

    @property
    def concerned(self) -> frozenset[int] | None:
        """Everybody whose sessions have to be looked at; None for all."""
        return None if self.people is None else self.people | self.busy


@dataclass(frozen=True, slots=True)
class Followed:
    """How much was other than it should have been."""

    people: int
    sessions: int
    offers: int
    feeds: int
    letters: int
    bookings: int = 0
    troubles: int = 0
    releases: int = 0

    @property
    def nothing(self) -> bool:
        """Whether all was as it should be."""
        return not any(getattr(self, each.name) for each in fields(self))


def follow_up(db: Db) -> None:
    """Bring up to date what hangs on the changes that were noted in a transaction.

    Services change rows by statements, too, so what they have loaded may be stale: all is read afresh, in the same
    transaction.
    """
    by_programme: dict[int, list[Change]] = defaultdict(list)
    for change in take_noted(db):
        by_programme[change.programme_id].append(change)
    if not by_programme:
        return
    db.flush()
    with Db(db.connection(), expire_on_commit=False) as afresh:
        scopes = [_scope(programme_id, by_programme[programme_id]) for programme_id in sorted(by_programme)]
        for scope in scopes:  # all before anything is looked at, in one order everywhere: two transactions then wait
            lock_programme(afresh, scope.programme_id)
        renew_facts_mark(afresh, by_programme)
        scopes = [_with_surge(afresh, scope) for scope in scopes]
        with programmes_held(afresh):
            followed = _bring_all_up_to_date(afresh, _with_other_programmes(afresh, scopes))
        renew_shared_mark(afresh, _shared(afresh, by_programme, followed))
        if take_noted(afresh):
            raise RuntimeError("what follows from a change may not note another")
        afresh.commit()  # of what it did; the transaction is the caller's


def _shared(db: Db, changed: Mapping[int, Sequence[Change]], followed: Mapping[int, Followed]) -> frozenset[int]:
    """The programmes of which something has changed that others may look at."""
    if any(each.bookings or (one not in changed and not each.nothing) for one, each in followed.items()):
        return frozenset(changed)
    return frozenset(one for one, changes in changed.items() if any(_is_shared(db, each) for each in changes))


def _is_shared(db: Db, change: Change) -> bool:
    """Whether other programmes may look at what has changed: whenever it concerns all of a programme, its sessions, or
    people who take part elsewhere, too. When somebody has time is kept by each programme for itself."""
    if change.ids is None or change.fact not in (Fact.PEOPLE, Fact.WORD):
        return change.ids is None or change.fact is not Fact.TIME
    elsewhere = (ParticipantRow.programme_id != change.programme_id, ParticipantRow.person_id.in_(change.ids))
    return db.scalar(select(ParticipantRow.person_id).where(*elsewhere).limit(1)) is not None


def everything(programme_id: int, at: datetime) -> Scope:
    """The scope of a whole programme, whatever has changed in it."""
    return Scope(programme_id, at, None, None)


def bring_up_to_date(db: Db, scope: Scope) -> Followed:
    """Work out what the facts in this scope lead to, there and in other programmes of the same people, and store what
    is other than it was. Returns how much of the scope's own programme that was, and of all bookings."""
    lock_programme(db, scope.programme_id)
    renew_shared_mark(db, [scope.programme_id])
    scopes = _with_other_programmes(db, [_with_surge(db, scope)])
    with programmes_held(db):
        return _bring_all_up_to_date(db, scopes)[scope.programme_id]


def _bring_all_up_to_date(db: Db, scopes: Sequence[Scope]) -> dict[int, Followed]:
    """Everybody's attendance first: whom one session leaves to another must be given back before they are booked."""
    all_of = frozenset(scope.programme_id for scope in scopes)
    scopes = [_with_changed_sites(db, scope) for scope in scopes]
    people = {scope.programme_id: _availability(db, scope) for scope in scopes}
    marked = {scope.programme_id: _marks(db, scope, all_of) for scope in scopes}
    booked = _bookings(db, scopes, marked)
    for beside in _with_other_rooms(db, scopes, booked):
        _bring_shown_up_to_date(db, beside, frozenset(), frozenset())
    return {
        scope.programme_id: replace(
            _bring_shown_up_to_date(db, scope, people[scope.programme_id], marked[scope.programme_id]),
            bookings=len(booked),
        )
        for scope in scopes
    }


def _with_other_rooms(db: Db, scopes: Sequence[Scope], booked: Collection[int]) -> Iterator[Scope]:
    """The sessions of programmes that are not looked at which have got a room that was given up, or have lost one."""
    at, known = max(scope.at for scope in scopes), {scope.programme_id for scope in scopes}
    others = select(SessionRow.programme_id, SessionRow.id).where(
        SessionRow.id.in_(booked), SessionRow.programme_id.not_in(known)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for programme_id, session_id in db.execute(others):
        found[programme_id].add(session_id)
    for programme_id, sessions in sorted(found.items()):
        if may_lock_programme(db, programme_id):
            nothing: frozenset[int] = frozenset()
            yield Scope(programme_id, at, nothing, frozenset(sessions), shown=False, fact=Fact.SESSIONS)


def _marks(db: Db, scope: Scope, all_of: frozenset[int]) -> frozenset[int]:
    programme = get_programme(db, scope.programme_id)
    away = bring_absences_up_to_date(db, programme.id, scope.at, scope.concerned, scope.sessions)
    calling = bring_calls_up_to_date(db, programme, scope.at, scope.concerned, scope.sessions)
    return away | calling | bring_marks_up_to_date(db, programme, scope.at, scope.concerned, scope.sessions, all_of)


def _bookings(db: Db, scopes: Sequence[Scope], marked: Mapping[int, frozenset[int]]) -> frozenset[int]:
    at = max(scope.at for scope in scopes)
    whole = [scope.programme_id for scope in scopes if scope.sessions is None]
    parts = [(scope.sessions or frozenset()) | marked[scope.programme_id] for scope in scopes]
    return bring_bookings_up_to_date(db, at, whole, frozenset().union(*parts))


def _bring_shown_up_to_date(db: Db, scope: Scope, people: frozenset[int], marked: frozenset[int]) -> Followed:
    programme_id, at = scope.programme_id, scope.at
    confirmed = bring_statuses_up_to_date(db, programme_id, at) if scope.shown else frozenset()
    of_all = scope.people is None or scope.sessions is None
    sessions = None if of_all else (scope.sessions or frozenset()) | marked
    offers = bring_offers_up_to_date(db, programme_id, at, scope.concerned or frozenset(), sessions)
    touched = None if scope.concerned is None else scope.concerned | people
    troubles = bring_troubles_up_to_date(db, get_programme(db, programme_id), at, touched, sessions, scope.fact or "")
    released = bring_releases_up_to_date(db, get_programme(db, programme_id), at, touched, sessions)
    turned = bring_turns_up_to_date(db, programme_id, at, touched, sessions)
    if not scope.shown and not marked and not released and not turned:
        return Followed(len(people), 0, offers, 0, 0, troubles=troubles)
    shown_otherwise = None if sessions is None else frozenset(sessions) | confirmed | turned | released
    feeds = bring_feeds_up_to_date(db, programme_id, at, shown_otherwise, others=scope.shown)
    letters = hold_letters(db, programme_id, at) if scope.shown else 0
    changed = len(marked | confirmed | turned)
    shown = feeds.changed + feeds.ended
    return Followed(len(people), changed, offers, shown, letters, troubles=troubles, releases=len(released))


def _with_surge(db: Db, scope: Scope) -> Scope:
    """The scope with the sessions that a surge makes, or made, other than they were."""
    changed = bring_surge_up_to_date(db, scope.programme_id, scope.at)
    if not changed:
        return scope
    sessions = None if scope.sessions is None else scope.sessions | changed
    return replace(scope, sessions=sessions, shown=True, beyond=True)


def _with_changed_sites(db: Db, scope: Scope) -> Scope:
    """The scope with those who work at another site from today on."""
    programme = get_programme(db, scope.programme_id)
    people = take_over_due(db, programme.id, programme.zone, scope.at)
    if not people or scope.people is None:
        return scope
    return replace(scope, people=scope.people | people, shown=True)


def _availability(db: Db, scope: Scope) -> frozenset[int]:
    if scope.people is not None and not scope.people:
        return frozenset()
    return availability.bring_up_to_date(db, scope.programme_id, scope.at, scope.people)


def _scope(programme_id: int, changes: Iterable[Change]) -> Scope:
    all_of = list(changes)
    return Scope(
        programme_id,
        max(change.at for change in all_of),
        _ids(change for change in all_of if change.fact in _ABOUT_TIME),
        _ids(change for change in all_of if change.fact in (Fact.SESSIONS, Fact.PLAN)),
        any(change.fact in _ABOUT_SESSIONS for change in all_of),
        any(change.fact in _ABOUT_SESSIONS or change.fact is Fact.WORD for change in all_of),
        fact=all_of[-1].fact,
    )


def _with_other_programmes(db: Db, scopes: Iterable[Scope]) -> list[Scope]:
    """These, and what else is to be looked at of the people of a changed session, in this and in other programmes.

    A programme in which somebody else is changing something is not waited for: they may wait for this one. It is looked
    at with the next change there, or by the day's follow-up.
    """
    found = {scope.programme_id: scope for scope in scopes}
    for scope in list(found.values()):
        if scope.beyond:
            shared = people_elsewhere(db, scope.programme_id, scope.at, scope.people or (), scope.sessions)
            for programme_id, people in sorted(shared.items()):
                other = found.get(programme_id)
                if other is None and may_lock_programme(db, programme_id):
                    other = Scope(programme_id, scope.at, frozenset(), frozenset(), shown=False, fact=Fact.SESSIONS)
                if other is not None:
                    found[programme_id] = replace(other, busy=other.busy | people)
    return list(found.values())


def _ids(changes: Iterable[Change]) -> frozenset[int] | None:
    """Whose facts changed; None for everybody's."""
    found: set[int] = set()
    for change in changes:
        if change.ids is None:
            return None
        found |= change.ids
    return frozenset(found)
