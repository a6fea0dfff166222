"""The register of troubles, kept at what follows from the facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import or_, select, true

from scheduler.db import Db
from scheduler.plans.membership import groups_with
from scheduler.programmes.model import Programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow, StandingDeputyRow
from scheduler.troubles.causes import cause_of
from scheduler.troubles.derivation import below_share, share_troubles, troubles_of
from scheduler.troubles.facts import load_facts, planned_attendance
from scheduler.troubles.model import RANKS, Cause, Ending, Found, TroubleKind, TroubleState
from scheduler.troubles.tables import TroubleRow

_LIVING = TroubleRow.state != TroubleState.SETTLED


def bring_troubles_up_to_date(
    db: Db,
    programme: Programme,
    now: datetime,
    people: Collection[int] | None,
    sessions: Collection[int] | None,
    fact: str = "",
) -> int:
    """Note what is in trouble, and settle what no longer is.

    ``people`` are those of whom anything is other than it was, ``sessions`` those that are (None: all); only their
    groups are looked at. ``fact`` is the kind of fact by whose change. A trouble that was accepted stays so until there
    is more to it. Returns how many troubles are other than they were.
    """
    everything = people is None or sessions is None
    if not everything and not people and not sessions:
        return 0
    keys = None if everything else _concerned(db, programme.id, people or (), sessions or ())
    facts = load_facts(db, programme, now, keys)
    below = below_share(facts)
    planned = planned_attendance(db, programme.id, {key for key, _ in below}) if below else {}
    found = {each.subject: each for each in (*troubles_of(facts), *share_troubles(facts, below, planned))}
    living = _living(db, programme.id, keys)
    if found.keys() <= living.keys() and all(_same(living[subject], found.get(subject)) for subject in living):
        return 0
    return _store(db, programme.id, living, found, cause_of(db, programme.id, fact), now)


def _store(
    db: Db, programme_id: int, living: Mapping[str, TroubleRow], found: Mapping[str, Found], cause: Cause, now: datetime
) -> int:
    gone = [row for subject, row in living.items() if subject not in found]
    endings = _endings(db, gone, now)
    for row in gone:
        row.state, row.ended_at, row.ending = TroubleState.SETTLED, now, endings[row.id]
        row.ended_audit_id = cause.audit_id
    db.flush()
    changed = 0
    for subject, row in living.items():
        if subject in found and not _same(row, found[subject]):
            _bring_to(row, found[subject], cause, now)
            changed += 1
    new = [each for subject, each in found.items() if subject not in living]
    db.add_all(_row(programme_id, each, cause, now) for each in new)
    db.flush()
    return len(gone) + changed + len(new)


def _row(programme_id: int, found: Found, cause: Cause, now: datetime) -> TroubleRow:
    return TroubleRow(
        programme_id=programme_id,
        kind=found.kind,
        aspect=found.aspect,
        rank=RANKS[found.kind],
        group_key=found.group_key,
        session_id=found.session_id,
        subject=found.subject,
        parts=sorted(found.parts),
        touches=list(found.touches),
        from_day=found.from_day,
        state=TroubleState.OPEN,
        since=now,
        fact=cause.fact,
        audit_id=cause.audit_id,
        accepted_parts=[],
    )


def _same(row: TroubleRow, found: Found | None) -> bool:
    known = (row.parts, row.touches, row.from_day)
    return found is not None and known == (sorted(found.parts), list(found.touches), found.from_day)


def _bring_to(row: TroubleRow, found: Found, cause: Cause, now: datetime) -> None:
    """The same trouble, more of it or less. More than was accepted is another one."""
    row.parts, row.touches, row.from_day = sorted(found.parts), list(found.touches), found.from_day
    if row.state == TroubleState.ACCEPTED and not found.parts <= set(row.accepted_parts):
        row.state, row.accepted_parts, row.accepted_at, row.accepted_by = TroubleState.OPEN, [], None, None
        row.since, row.fact, row.audit_id = now, cause.fact, cause.audit_id


def _endings(db: Db, gone: Collection[TroubleRow], now: datetime) -> Mapping[int, Ending]:
    """How these came to their end: the session took place or fell out, or what was wrong is so no longer."""
    ids = {row.session_id for row in gone if row.session_id is not None}
    rows = db.execute(select(SessionRow.id, SessionRow.starts_at, SessionRow.status).where(SessionRow.id.in_(ids)))
    sessions = {session_id: (starts_at, status) for session_id, starts_at, status in rows}
    return {row.id: _ending(row, sessions.get(row.session_id or 0), now) for row in gone}


def _ending(row: TroubleRow, session: tuple[datetime, SessionStatus] | None, now: datetime) -> Ending:
    if session is None:
        return Ending.CLEARED
    starts_at, status = session
    if starts_at <= now:
        return Ending.OVER
    if status == SessionStatus.CANCELLED and row.kind != TroubleKind.DROPPED:
        return Ending.CANCELLED
    return Ending.CLEARED


def _living(db: Db, programme_id: int, keys: Collection[str] | None) -> Mapping[str, TroubleRow]:
    of_groups = true() if keys is None else TroubleRow.group_key.in_(keys)
    rows = db.scalars(select(TroubleRow).where(TroubleRow.programme_id == programme_id, _LIVING, of_groups))
    return {row.subject: row for row in rows}


def _concerned(db: Db, programme_id: int, people: Collection[int], sessions: Collection[int]) -> frozenset[str]:
    """The groups of which anything may be in trouble now, or no longer.

    These people's groups and those where they are invited or standing deputies; the groups of these sessions, of
    everybody invited to them, and of whatever has one of their rooms; those whose trouble was one of these sessions.
    """
    changed = select(AttendeeRow.person_id).where(AttendeeRow.session_id.in_(sessions))
    who = or_(AttendeeRow.person_id.in_(people), AttendeeRow.person_id.in_(changed))
    here = SessionRow.programme_id == programme_id
    invited = select(SessionRow.group_key).join(AttendeeRow, AttendeeRow.session_id == SessionRow.id).where(here, who)
    keys = set(db.scalars(invited.distinct()))
    keys |= set(db.scalars(select(SessionRow.group_key).where(here, SessionRow.id.in_(sessions))))
    keys |= groups_with(db, programme_id, people)
    stand_in = (StandingDeputyRow.programme_id == programme_id, StandingDeputyRow.person_id.in_(people))
    keys |= set(db.scalars(select(StandingDeputyRow.group_key).where(*stand_in)))
    rooms = set(db.scalars(select(SessionRow.room_id).where(SessionRow.id.in_(sessions)))) - {None}
    keys |= set(db.scalars(select(SessionRow.group_key).where(here, SessionRow.room_id.in_(rooms)).distinct()))
    clashes = select(TroubleRow.group_key, TroubleRow.parts).where(
        TroubleRow.programme_id == programme_id, _LIVING, TroubleRow.kind.in_((TroubleKind.DOUBLE, TroubleKind.ROOM))
    )
    names = set(map(str, sessions))
    keys |= {key for key, parts in db.execute(clashes) if names.intersection(parts)}
    return frozenset(keys)
