"""Pausing a facilitator: an oversight contact's means when somebody must not go on for now.

Sessions to come go to a deputy who is free and safe for the group, or go on without, where another facilitator leads
them anyway or the group needs none; the others are held back. Calendars and mail say that something has changed.
Nothing says why: the reason is kept nowhere, and a coordinator reads that the person is paused, and can't undo it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.availability.intervals import Interval
from scheduler.availability.service import bring_up_to_date, marks_at
from scheduler.changes import Fact, note
from scheduler.coordination import storage
from scheduler.coordination.board import Board, SessionNow
from scheduler.coordination.circumstances import is_free
from scheduler.coordination.service import Desk, load_desk
from scheduler.db import Db
from scheduler.errors import MentorRoundsError, NotFound, NotPossible
from scheduler.languages import say
from scheduler.mail.notes import Words, write_to
from scheduler.oversight.contacts import must_oversee
from scheduler.people.model import Actor, Role
from scheduler.people.tables import FacilitatorPauseRow, ParticipantRow, PersonRow
from scheduler.plans.model import MemberRole
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.sessions.alternatives import possible_deputies
from scheduler.sessions.model import DeputyState, SessionStatus
from scheduler.sessions.standing_deputies import asked_first
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from solvers.vocabulary import CAN, CANNOT, COMING


@dataclass(frozen=True, slots=True)
class Paused:
    """What became of the sessions of somebody who was paused: how many a deputy has taken over, how many go on without
    them, with another facilitator or in a group that needs none, and how many are held back."""

    covered: int
    shared: int
    held_back: int


@dataclass(frozen=True, slots=True)
class PausedFacilitator:
    """Somebody who facilitates nothing for now."""

    person_id: int
    name: str
    since: datetime


def list_paused(db: Db, actor: Actor, programme_id: int) -> tuple[PausedFacilitator, ...]:
    """Who is paused, by name, to the oversight contacts."""
    must_oversee(actor, programme_id)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, FacilitatorPauseRow.since)
        .join(PersonRow, PersonRow.id == FacilitatorPauseRow.person_id)
        .where(FacilitatorPauseRow.programme_id == programme_id)
        .order_by(PersonRow.name)
    )
    return tuple(PausedFacilitator(*row) for row in rows)


def pause_facilitator(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> Paused:
    """Have somebody facilitate nothing from now on, all of it or nothing.

    Raises NotFound for who does not facilitate in the programme, NotPossible for who is paused already, or the actor.
    """
    must_oversee(actor, programme_id)
    lock_programme(db, programme_id)
    part = db.get(ParticipantRow, (programme_id, person_id))
    if part is None or part.kind is not Role.FACULTY:
        raise NotFound(say("We can’t find that person in this programme."))
    if person_id == actor.person_id:
        raise NotPossible(say("You can’t pause yourself."), what_to_do=say("Ask the other oversight contact."))
    if db.get(FacilitatorPauseRow, (programme_id, person_id)) is not None:
        raise NotPossible(say("They are already paused."))
    row = FacilitatorPauseRow(programme_id=programme_id, person_id=person_id, since=now, held_back=[])
    db.add(row)
    db.flush()
    _withdraw_requests(db, programme_id, person_id, now)
    found, held = _hand_over(db, programme_id, person_id, now)
    row.held_back = held
    note(db, Fact.PEOPLE, programme_id, now, (person_id,))
    record(db, actor, "facilitator.paused", now, programme_id, person=person_id)
    person = db.get_one(PersonRow, person_id)
    name = get_programme(db, programme_id).name
    _tell(db, person, now, lambda: say(
        "You don’t facilitate in %(programme)s for now. An oversight contact has paused it and will speak to you.",
        programme=name,
    ))  # fmt: skip
    return found


def lift_pause(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> int:
    """Let somebody facilitate again. Sessions that were held back come back with them where they can still be held;
    returns how many. A deputy keeps the sessions they now lead."""
    must_oversee(actor, programme_id)
    lock_programme(db, programme_id)
    row = db.get(FacilitatorPauseRow, (programme_id, person_id))
    if row is None:
        raise NotFound(say("They are not paused."))
    if person_id == actor.person_id:
        raise NotPossible(say("You can’t lift your own pause."), what_to_do=say("Ask the other oversight contact."))
    held = list(row.held_back)
    db.delete(row)
    db.flush()
    count = _bring_back(db, programme_id, person_id, held, now)
    note(db, Fact.PEOPLE, programme_id, now, (person_id,))
    record(db, actor, "facilitator.pause_lifted", now, programme_id, person=person_id)
    name = get_programme(db, programme_id).name
    person = db.get_one(PersonRow, person_id)
    _tell(db, person, now, lambda: say("You can facilitate in %(programme)s again.", programme=name))
    return count


def _withdraw_requests(db: Db, programme_id: int, person_id: int, now: datetime) -> None:
    """Nobody waits for the answer of somebody who is paused, nor for a deputy whom they asked."""
    asked = (
        select(DeputyRow)
        .join(SessionRow, SessionRow.id == DeputyRow.session_id)
        .where(SessionRow.programme_id == programme_id, SessionRow.starts_at > now)
        .where((DeputyRow.person_id == person_id) | (DeputyRow.for_id == person_id))
        .where(DeputyRow.state == DeputyState.ASKED)
    )
    for deputy in db.scalars(asked):
        deputy.state, deputy.answered_at = DeputyState.WITHDRAWN, now
    db.flush()


def _hand_over(db: Db, programme_id: int, person_id: int, now: datetime) -> tuple[Paused, list[int]]:
    rows = _led(db, programme_id, person_id, now)
    if not rows:
        return Paused(0, 0, 0), []
    programme, keys = get_programme(db, programme_id), {row.group_key for row in rows}
    could = {row.id: _deputies(db, row, person_id, now) for row in rows}
    desk = load_desk(db, programme, keys, now, more_people=frozenset().union(*could.values()))
    board, covered, shared, held = desk.board, 0, 0, []
    for row in rows:
        session = board.session(row.id)
        deputy = next(_free(could[row.id], session, board, desk), None)
        without = replace(
            session,
            facilitators=session.facilitators - {person_id},
            stand_ins={who: by for who, by in session.stand_ins.items() if by != person_id},
        )
        needed = desk.known.model_of(board.group(session.group_key)).present
        is_led = len(without.facilitators) >= max(needed, 1)
        if is_led or (deputy is None and len(without.facilitators) >= needed):
            board, shared = board.with_sessions((without,)), shared + 1
        elif deputy is not None:
            for_id = next((who for who, by in session.stand_ins.items() if by == person_id), person_id)
            led = replace(
                without,
                facilitators=without.facilitators | {deputy},
                stand_ins={**without.stand_ins, for_id: deputy},
            )
            board, covered = board.with_sessions((led,)), covered + 1
        else:
            board = board.with_sessions((replace(without, status=SessionStatus.CANCELLED, offers_again=True),))
            held.append(row.id)
    storage.store(db, programme_id, desk.board, board, desk.known.marks.of, now)
    return Paused(covered, shared, len(held)), held


def _led(db: Db, programme_id: int, person_id: int, now: datetime) -> list[SessionRow]:
    """The sessions ahead that somebody was to lead, as a deputy too, the first first."""
    rows = (
        select(SessionRow)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.starts_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
            AttendeeRow.person_id == person_id,
            AttendeeRow.role == MemberRole.FACILITATOR,
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    return list(db.scalars(rows))


def _deputies(db: Db, row: SessionRow, for_id: int, now: datetime) -> tuple[int, ...]:
    """Who could take a session over, the group's standing deputy first, then the best."""
    try:
        marks = possible_deputies(db, row, for_id, now)
    except MentorRoundsError:  # nothing can be planned any more
        return ()
    first = asked_first(db, row.programme_id, row.group_key)
    return tuple(sorted(marks, key=lambda who: (who != first, marks[who] != CAN, who)))


def _free(could: tuple[int, ...], session: SessionNow, board: Board, desk: Desk) -> Iterator[int]:
    """Those who are still free once they have taken over what came before."""
    return (who for who in could if is_free(who, session, board, desk.known))


def _bring_back(db: Db, programme_id: int, person_id: int, held: list[int], now: datetime) -> int:
    """Sessions that were held back and are ahead, of groups that the person still facilitates, at dates that they can
    still keep."""
    rows = db.scalars(
        select(SessionRow)
        .where(SessionRow.id.in_(held), SessionRow.starts_at > now, SessionRow.status == SessionStatus.CANCELLED)
        .order_by(SessionRow.starts_at, SessionRow.id)
    ).all()
    if not rows:
        return 0
    programme = get_programme(db, programme_id)
    # What is kept of when they can come is still that of the pause, and the judgement of their sessions goes by it.
    bring_up_to_date(db, programme_id, now, [person_id])
    db.flush()
    desk = load_desk(db, programme, {row.group_key for row in rows}, now)
    spans = [Interval(row.starts_at, row.ends_at) for row in rows]
    marks = marks_at(db, programme, [person_id], spans).get(person_id, CANNOT * len(spans))
    board, count = desk.board, 0
    for row, mark in zip(rows, marks, strict=True):
        group = board.groups.get(row.group_key)
        if group is None or group.ended or person_id not in group.facilitators or mark not in COMING:
            continue
        session = board.session(row.id)
        leads = session.facilitators | {person_id}
        back = replace(
            session, status=SessionStatus.CONFIRMED, facilitators=leads, residents=group.residents, offers_again=False
        )
        if desk.holds(tried := board.with_sessions((back,))):
            board, count = tried, count + 1
    storage.store(db, programme_id, desk.board, board, desk.known.marks.of, now)
    return count


def _tell(db: Db, person: PersonRow, now: datetime, words: Words) -> None:
    write_to(db, (person,), lambda: say("Your facilitating has changed"), words, "", now, urgent=False)
