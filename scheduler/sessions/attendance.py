"""Who came: recorded by the person who led the session, read only by people who belong to it, and not by those of them
who have power over the one concerned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from scheduler import clock
from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.guests import guests_of
from scheduler.people.model import Actor
from scheduler.plans.membership import GroupId, closed_groups
from scheduler.plans.model import MemberRole
from scheduler.programmes.firewall import withheld_from, withheld_in
from scheduler.sessions.apologies import lock_session
from scheduler.sessions.model import IN_WRITING, SessionStatus
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow


def note_who_came(db: Db, actor: Actor, session_id: int, came: Collection[int], now: datetime) -> int:
    """Note who of those invited came; what was noted before is replaced. Returns how many came.

    Facilitators of the session may, and where there is none whoever was invited. Of people over whom the actor has
    power nothing is noted or changed: somebody else does. Raises NotFound to others, NotPossible before it has begun.
    """
    row = lock_session(db, session_id)
    _must_lead(db, row, actor)
    if row.starts_at > now:
        raise NotPossible(say("This session has not begun yet."))
    if row.status == SessionStatus.CANCELLED:
        raise NotPossible(say("This session is cancelled."))
    if row.mode == IN_WRITING:
        raise NotPossible(say("This session is met in writing: everyone who writes has taken part."))
    known = {noted.person_id: noted for noted in _noted(db, [session_id])}
    theirs = {each.person_id for each in row.attendees} - withheld_from(db, actor, row.programme_id, now)
    for person_id in sorted(theirs):
        noted = known.get(person_id) or AttendedRow(session_id=session_id, person_id=person_id)
        noted.came = person_id in came
        noted.noted_by, noted.noted_at = actor.person_id, now
        db.add(noted)
    db.flush()
    counts = _counts(row, _noted(db, [session_id]), guests_of(db, row.programme_id))
    record(db, actor, "attendance.noted", now, row.programme_id, session=session_id, group=row.group_key, **counts)
    return len(theirs & set(came))


def _counts(row: SessionRow, noted: Collection[AttendedRow], guests: Collection[int]) -> dict[str, int]:
    """What the record keeps of who came, by which evidence can be counted again: how many ``came``, how many
    ``residents`` were expected and are noted and how many of these were ``there``, and how many facilitators ``led``,
    not noted as missing. Never who."""
    known = {each.person_id: each.came for each in noted}
    residents = [each for each in row.attendees if each.role == MemberRole.RESIDENT and not each.away]
    leading = [each for each in row.attendees if each.role == MemberRole.FACILITATOR and each.person_id not in guests]
    return {
        "came": sum(known.values()),
        "residents": sum(each.person_id in known for each in residents),
        "there": sum(known.get(each.person_id, False) for each in residents),
        "led": sum(known.get(each.person_id, True) for each in leading),
    }


@dataclass(frozen=True, slots=True)
class WhoCame:
    """Who came to a session, as far as the reader may know and it is noted; of the others in ``open_`` nobody has noted
    it yet."""

    came: frozenset[int]
    open_: frozenset[int] = frozenset()


def who_came(db: Db, actor: Actor, session_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """Who came, for each of these sessions that the actor was invited to and for which it is noted, without those over
    whom the actor has power; nothing of sessions of groups that are closed to the actor."""
    return {session_id: found.came for session_id, found in attendance_of(db, actor, session_ids).items()}


def attendance_of(db: Db, actor: Actor, session_ids: Collection[int]) -> Mapping[int, WhoCame]:
    """The same, with those of whom nobody has noted it yet."""
    mine = exists().where(AttendeeRow.session_id == SessionRow.id, AttendeeRow.person_id == actor.person_id)
    rows = db.scalars(
        select(SessionRow).where(SessionRow.id.in_(session_ids), mine).options(selectinload(SessionRow.attendees))
    ).all()
    invited = {row.id: frozenset(each.person_id for each in row.attendees) for row in rows}
    withheld = withheld_in(db, actor, {row.programme_id for row in rows}, clock.now())
    open_to_actor = {row.id: row for row in rows if not closed_groups(db, actor, {_group(row): invited[row.id]})}
    noted: dict[int, dict[int, bool]] = defaultdict(dict)
    for each in _noted(db, open_to_actor):
        if each.person_id not in withheld[open_to_actor[each.session_id].programme_id]:
            noted[each.session_id][each.person_id] = each.came
    return {
        session_id: WhoCame(
            frozenset(who for who, came in known.items() if came),
            invited[session_id] - known.keys() - withheld[open_to_actor[session_id].programme_id],
        )
        for session_id, known in noted.items()
    }


def may_note(row: SessionRow, person_id: int | None, guests: Collection[int] = ()) -> bool:
    """Whether somebody may note who came to a session. Guest coaches read nothing of it, so where one leads alone the
    people of the group do."""
    leads = [a.person_id for a in row.attendees if a.role == MemberRole.FACILITATOR and a.person_id not in guests]
    return person_id in (leads or [a.person_id for a in row.attendees])


def _must_lead(db: Db, row: SessionRow, actor: Actor) -> None:
    invited = {_group(row): [each.person_id for each in row.attendees]}
    guests = guests_of(db, row.programme_id)
    if not may_note(row, actor.person_id, guests) or closed_groups(db, actor, invited):
        raise NotFound(say("That session isn’t one of yours."))


def _group(row: SessionRow) -> GroupId:
    return row.programme_id, row.group_key


def _noted(db: Db, session_ids: Collection[int]) -> list[AttendedRow]:
    return list(db.scalars(select(AttendedRow).where(AttendedRow.session_id.in_(session_ids))))
