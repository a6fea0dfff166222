"""Deputies: asked for one session, accepted or declined in a tap, with a hand-over note that only these two read.

Who can be asked never depends on what people keep to themselves. Where that stands against somebody, asking them goes
as for everybody else, and they are not told: to who asked it is a request without an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from scheduler.audit.service import record
from scheduler.availability.refusals import withdraw_refusal
from scheduler.changes import Fact, note
from scheduler.charters.agreements import find_charter
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.moments import long_time
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor
from scheduler.people.pauses import paused_facilitators
from scheduler.people.tables import PersonRow
from scheduler.planning.known_to import KnownTo
from scheduler.plans.membership import GroupId, closed_groups
from scheduler.plans.model import MemberRole
from scheduler.sessions.alternatives import is_elsewhere, possible_deputies
from scheduler.sessions.apologies import lock_session, must_be_ahead
from scheduler.sessions.model import DEPUTY_FOUND_OR_ASKED, DeputyState, SessionStatus
from scheduler.sessions.service import any_session, any_sessions
from scheduler.sessions.standing_deputies import asked_first
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from solvers.vocabulary import CAN, PHONE, VIDEO

LONGEST_NOTE = 4000
_IS_PUT: Final = (DeputyRow.state == DeputyState.ASKED) & DeputyRow.held.is_(False)
"""Of requests: those that wait for the answer of whom they are for."""
KEPT = timedelta(days=14)
"""For so long after the session a deputy can still note who came."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked."""

    person_id: int
    name: str
    is_standing: bool = False
    """Whether they are the group's standing deputy, who is asked first."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to stand in, as its two people see it. ``is_mine`` to who was asked."""

    id: int
    session_id: int
    programme_id: int
    starts_at: datetime
    group_name: str
    place: str
    mode: str
    asked_by: str
    asked: str
    state: DeputyState
    note: str
    is_mine: bool


def candidates(db: Db, actor: Actor, session_id: int, now: datetime) -> tuple[Candidate, ...]:
    """Whom the actor could ask to stand in at a session that they lead: free then, and in no relation to the group that
    is openly on record.

    The best stand first: the group's standing deputy, who can come without strain, who has led the group before, who
    has the fewest sessions ahead.
    """
    row = _led(db, actor, session_id)
    marks = possible_deputies(db, row, actor.person_id or 0, now)
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(marks))).all())
    known, ahead = _have_led(db, row), _sessions_ahead(db, marks, now)
    first = asked_first(db, row.programme_id, row.group_key)
    best = sorted(
        names,
        key=lambda who: (who != first, marks[who] != CAN, who not in known, ahead.get(who, 0), names[who], who),
    )
    return tuple(Candidate(person_id, names[person_id], person_id == first) for person_id in best)


def ask(db: Db, actor: Actor, session_id: int, person_id: int, note: str, now: datetime, *, page_url: str = "") -> None:
    """Ask someone to stand in for the actor; they get an e-mail, unless the request is held. ``note`` is what they
    should know."""
    lock_session(db, session_id)
    row = _led(db, actor, session_id)
    must_be_ahead(row, now)
    if _going(db, session_id, actor):
        raise NotPossible(say("You have already asked someone."), what_to_do=say("Withdraw that request first."))
    if person_id not in possible_deputies(db, row, actor.person_id or 0, now):
        raise NotPossible(say("They can’t stand in at that time."), what_to_do=say("Choose someone from the list."))
    opening = mark("%(name)s would like you to stand in as deputy at this mentoring session:")
    _put(db, row, Actor(actor.person_id, actor.name), person_id, note, opening, now, page_url)
    record(db, actor, "deputy.asked", now, row.programme_id, session=session_id, person=person_id)


def ask_for(
    db: Db, actor: Actor, session_id: int, for_id: int, person_id: int, now: datetime, *, page_url: str = ""
) -> None:
    """Ask someone to stand in for a facilitator who cannot come, for the product itself.

    Raises NotPossible where somebody has been asked, or this person can’t stand in.
    """
    row = lock_session(db, session_id)
    must_be_ahead(row, now)
    name = db.scalars(select(PersonRow.name).where(PersonRow.id == for_id)).one()
    if _going(db, session_id, Actor(for_id, name)) or person_id not in possible_deputies(db, row, for_id, now):
        raise NotPossible(say("They can’t stand in at that time."), what_to_do=say("Choose someone from the list."))
    opening = mark("%(name)s can’t come. You’re free then: could you stand in as deputy?")
    _put(db, row, Actor(for_id, name), person_id, "", opening, now, page_url)
    record(db, actor, "deputy.asked", now, row.programme_id, session=session_id, person=person_id)


def _put(
    db: Db, row: SessionRow, asker: Actor, person_id: int, note: str, opening: str, now: datetime, page_url: str
) -> None:
    """Put a request to somebody, who gets an e-mail; or hold it."""
    deputy = DeputyRow(
        session_id=row.id, for_id=asker.person_id, person_id=person_id, state=DeputyState.ASKED, asked_at=now
    )
    deputy.note = note.strip()[:LONGEST_NOTE]
    deputy.held = not _is_safe(db, row, asker.person_id or 0, person_id, now)
    db.add(deputy)
    db.flush()
    if not deputy.held:
        address = f"{page_url}/requests/{deputy.id}" if page_url else ""
        _write_to(
            db, row, person_id, now, address,
            lambda: say("Could you stand in as deputy?"),
            lambda: say(opening, name=asker.name),
            lambda: say("Please say yes or no here:"),
        )  # fmt: skip


def _is_safe(db: Db, row: SessionRow, for_id: int, person_id: int, now: datetime) -> bool:
    """Whether nothing stands against it that nobody may learn either."""
    return person_id in possible_deputies(db, row, for_id, now, KnownTo.PLANNER)


def accept(db: Db, actor: Actor, request_id: int, now: datetime, *, keeps_charter: bool, page_url: str = "") -> bool:
    """Stand in. The session is in one's own calendar from then on, and in the asker's no more; both are told with the
    group, as of every change of a session.

    False where the deputy isn't needed after all: the request was withdrawn, or something that nobody may learn stands
    against it by now. Then who asked is told that they can't stand in. A deputy agrees to the group's charter: raises
    NotPossible for anyone who does not agree to it.
    """
    if _is_withdrawn(db, actor, request_id):
        return False
    deputy, row = _asked(db, actor, request_id, now)
    if find_charter(db, row.programme_id) and not keeps_charter:
        raise NotPossible(
            say("The group’s charter applies to deputies too."), what_to_do=say("Please read it and agree to it.")
        )
    if deputy.person_id not in possible_deputies(db, row, deputy.for_id, now):
        raise NotPossible(say("Something has changed since you were asked: you are no longer free at that time."))
    if not _is_safe(db, row, deputy.for_id, deputy.person_id, now):
        _decline(db, actor, deputy, row, now, page_url)
        return False
    deputy.state, deputy.answered_at = DeputyState.ACCEPTED, now
    _exchange(db, row, deputy.for_id, deputy.person_id, now)
    record(db, actor, "deputy.accepted", now, row.programme_id, session=row.id)
    return True


def _is_withdrawn(db: Db, actor: Actor, request_id: int) -> bool:
    mine = (DeputyRow.id == request_id, DeputyRow.person_id == actor.person_id, DeputyRow.held.is_(False))
    return db.scalar(select(DeputyRow.state).where(*mine)) == DeputyState.WITHDRAWN


def decline(db: Db, actor: Actor, request_id: int, now: datetime, *, page_url: str = "") -> None:
    """Say no, without a reason."""
    deputy, row = _asked(db, actor, request_id, now)
    _decline(db, actor, deputy, row, now, page_url)


def _decline(db: Db, actor: Actor, deputy: DeputyRow, row: SessionRow, now: datetime, page_url: str) -> None:
    deputy.state, deputy.answered_at = DeputyState.DECLINED, now
    _write_to(
        db, row, deputy.for_id, now, page_url,
        lambda: say("%(name)s can’t stand in", name=actor.name),
        lambda: say("%(name)s can’t stand in for you at this mentoring session:", name=actor.name),
        lambda: say("You can ask someone else here:"),
    )  # fmt: skip
    record(db, actor, "deputy.declined", now, row.programme_id, session=row.id)


def take_back(db: Db, actor: Actor, session_id: int, now: datetime) -> None:
    """Lead the session oneself after all."""
    row = lock_session(db, session_id)
    must_be_open(db, actor, session_id)
    must_be_ahead(row, now)
    deputy = _going(db, session_id, actor)
    if deputy is None:
        raise NotFound(say("That request isn’t one of yours."))
    if deputy.state == DeputyState.ACCEPTED:
        if deputy.for_id in paused_facilitators(db, row.programme_id):
            raise NotPossible(
                say("You don’t facilitate for now."), what_to_do=say("Your deputy still stands in for you.")
            )
        if is_elsewhere(db, deputy.for_id, row):
            raise NotPossible(
                say("You are at another session at that time by now."),
                what_to_do=say("Your deputy still stands in for you."),
            )
        _exchange(db, row, deputy.person_id, deputy.for_id, now)
    deputy.state, deputy.answered_at = DeputyState.WITHDRAWN, now
    record(db, actor, "deputy.withdrawn", now, row.programme_id, session=session_id)


def requests(db: Db, actor: Actor, now: datetime) -> tuple[Request, ...]:
    """What the actor was asked and has asked, in order of time: for sessions ahead, and where the actor stood in for
    a while after. Declined ones are for the asker only. Nobody stands in at a session that is cancelled, and a group
    that is closed to the actor shows none of its.
    """
    asked, asker = DeputyRow.person_id == actor.person_id, DeputyRow.for_id == actor.person_id
    rows = db.execute(
        select(DeputyRow, SessionRow)
        .join(SessionRow, SessionRow.id == DeputyRow.session_id)
        .where(
            SessionRow.status != SessionStatus.CANCELLED,
            or_(
                asked & _IS_PUT & (SessionRow.ends_at > now),
                asked & (DeputyRow.state == DeputyState.ACCEPTED) & (SessionRow.ends_at > now - KEPT),
                asker & (DeputyRow.state != DeputyState.WITHDRAWN) & (SessionRow.ends_at > now),
            ),
        )
        .options(selectinload(SessionRow.attendees))
        .order_by(SessionRow.starts_at, DeputyRow.id)
    ).all()
    ids = {person_id for deputy, _ in rows for person_id in (deputy.for_id, deputy.person_id)}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    sessions = any_sessions(db, {row.id for _, row in rows})
    closed = _closed(db, actor, [row for _, row in rows])
    return tuple(
        Request(
            id=deputy.id,
            session_id=row.id,
            programme_id=row.programme_id,
            starts_at=row.starts_at,
            group_name=row.group_name,
            place=sessions[row.id].place,
            mode=row.mode,
            asked_by=names[deputy.for_id],
            asked=names[deputy.person_id],
            state=deputy.state,
            note=deputy.note,
            is_mine=deputy.person_id == actor.person_id,
        )
        for deputy, row in rows
        if row.id not in closed
    )


def must_be_open(db: Db, actor: Actor, session_id: int | None) -> None:
    """Raise NotFound for a session whose group is closed to the actor, and where there is none."""
    row = db.get(SessionRow, session_id) if session_id is not None else None
    if row is None or _closed(db, actor, [row]):
        raise NotFound(say("That session isn’t one of yours."))


def session_of(db: Db, request_id: int) -> int | None:
    """The session that a request is about."""
    return db.scalar(select(DeputyRow.session_id).where(DeputyRow.id == request_id))


def _closed(db: Db, actor: Actor, rows: Iterable[SessionRow]) -> frozenset[int]:
    """Which of these sessions are of groups that are closed to the actor."""
    found = list(rows)
    invited: dict[GroupId, set[int]] = defaultdict(set)
    for row in found:
        invited[row.programme_id, row.group_key].update(attendee.person_id for attendee in row.attendees)
    closed = closed_groups(db, actor, invited)
    return frozenset(row.id for row in found if (row.programme_id, row.group_key) in closed)


def write_note(db: Db, actor: Actor, request_id: int, note: str) -> None:
    """Change the hand-over note; either of the two may, so that it can be handed back."""
    deputy = db.get(DeputyRow, request_id)
    row = db.get(SessionRow, deputy.session_id) if deputy else None
    is_theirs = deputy is not None and actor.person_id in (deputy.for_id, deputy.person_id)
    is_put = deputy is not None and (deputy.state != DeputyState.ASKED or not deputy.held)
    to_them = deputy is not None and actor.person_id == deputy.person_id
    if deputy is None or row is None or not is_theirs or (to_them and not is_put) or _closed(db, actor, [row]):
        raise NotFound(say("That request isn’t one of yours."))
    deputy.note = note.strip()[:LONGEST_NOTE]


def _have_led(db: Db, row: SessionRow) -> frozenset[int]:
    """Who was to lead any session of the group, as a deputy too."""
    of_group = (SessionRow.programme_id == row.programme_id, SessionRow.group_key == row.group_key)
    leads = AttendeeRow.role == MemberRole.FACILITATOR
    found = select(AttendeeRow.person_id).join(SessionRow, SessionRow.id == AttendeeRow.session_id)
    return frozenset(db.scalars(found.where(*of_group, leads)))


def _sessions_ahead(db: Db, people: Iterable[int], now: datetime) -> Mapping[int, int]:
    """To how many sessions ahead these people are invited, in any programme."""
    rows = db.execute(
        select(AttendeeRow.person_id, func.count())
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(
            AttendeeRow.person_id.in_(people),
            SessionRow.starts_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
        .group_by(AttendeeRow.person_id)
    )
    return dict(rows.all())


def _led(db: Db, actor: Actor, session_id: int) -> SessionRow:
    """A session that the actor is invited to as a facilitator, of a group that is not closed to them."""
    row = db.get(SessionRow, session_id)
    leads = [a.person_id for a in row.attendees if a.role == MemberRole.FACILITATOR] if row else []
    if row is None or actor.person_id not in leads or _closed(db, actor, [row]):
        raise NotFound(say("That session isn’t one of yours."))
    return row


def _going(db: Db, session_id: int, actor: Actor) -> DeputyRow | None:
    going = (DeputyRow.session_id == session_id, DeputyRow.state.in_(DEPUTY_FOUND_OR_ASKED))
    return db.scalar(select(DeputyRow).where(DeputyRow.for_id == actor.person_id, *going))


def _asked(db: Db, actor: Actor, request_id: int, now: datetime) -> tuple[DeputyRow, SessionRow]:
    """An open request to the actor, with its programme locked."""
    mine = (DeputyRow.id == request_id, DeputyRow.person_id == actor.person_id, DeputyRow.held.is_(False))
    session_id = db.scalar(select(DeputyRow.session_id).where(*mine))
    if session_id is None:
        raise NotFound(say("That request isn’t one of yours."))
    must_be_open(db, actor, session_id)
    row = lock_session(db, session_id)
    deputy = db.scalars(
        select(DeputyRow).where(DeputyRow.id == request_id).execution_options(populate_existing=True)
    ).one()
    must_be_ahead(row, now)
    if deputy.state != DeputyState.ASKED:
        raise NotPossible(say("This request has already been answered or withdrawn."))
    return deputy, row


def _exchange(db: Db, row: SessionRow, goes: int, comes: int, now: datetime) -> None:
    """Invite one facilitator in the place of another."""
    row.attendees = [attendee for attendee in row.attendees if attendee.person_id not in (goes, comes)]
    db.flush()
    row.attendees.append(AttendeeRow(person_id=comes, role=MemberRole.FACILITATOR, mark=CAN))
    row.changed_at = now
    db.flush()
    if withdraw_refusal(db, row.programme_id, comes, row.starts_at):  # who leads after all has said so
        note(db, Fact.TIME, row.programme_id, now, (comes,))
    note(db, Fact.SESSIONS, row.programme_id, now, (row.id,))


def _write_to(
    db: Db,
    row: SessionRow,
    person_id: int,
    now: datetime,
    page_url: str,
    subject: Callable[[], str],
    opening: Callable[[], str],
    what_to_do: Callable[[], str],
) -> None:
    """Mail which session it is about and where to go on, in the language and on the clock of whoever gets it."""
    person, session = db.get_one(PersonRow, person_id), any_session(db, row.id)
    with in_language(person.language):
        when = long_time(session.starts_at, session.ends_at, session.zone, person.zone or session.zone)
        place = say("Place: %(place)s", place=session.place) if session.place else _from_afar(session.mode)
        about = "\n".join((when, say("Group: %(name)s", name=session.group_name), place))
        text = "\n\n".join((greeting(person.name), opening(), about, f"{what_to_do()}\n{page_url}\n"))
        put_in_outbox(db, person.email, subject(), text, now, over_at=session.ends_at, programme_id=row.programme_id)


def _from_afar(mode: str) -> str:
    return {VIDEO: say("By video"), PHONE: say("By phone")}.get(mode, say("In person"))
