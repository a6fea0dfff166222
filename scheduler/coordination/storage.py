"""Bring the stored rows to what a board says: published plan, groups people form themselves, and sessions, in step.

A session keeps its row and UID; its sequence rises once, however much of it is another. Mail and feeds follow.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from scheduler.changes import Fact, note
from scheduler.charters.agreements import agreed_groups
from scheduler.coordination.board import Board, GroupNow, SessionNow
from scheduler.db import Db
from scheduler.own_groups.tables import OwnGroupRow, OwnMemberRow
from scheduler.plans.departures import people_who_left
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupPauseRow, GroupRow, MemberRow, PlannedSessionRow, PlanRow, UnplacedRow
from scheduler.sessions.answers import forget_answers
from scheduler.sessions.model import DEPUTY_FOUND_OR_ASKED, DeputyState, ProposalState, SessionStatus
from scheduler.sessions.moves import next_extra
from scheduler.sessions.tables import AttendeeRow, DeputyRow, ProposalRow, SessionRow

MarkOf = Callable[[int, SessionNow], str]
_MATERIAL = ("starts_at", "ends_at", "mode", "site_id", "room_id")
"""What calendars must be told of, beside the status."""


def store(db: Db, programme_id: int, before: Board, after: Board, mark_of: MarkOf, now: datetime) -> dict[int, int]:
    """Store the differences between two boards and note what has changed. Returns the ids of new sessions by ref."""
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    plan = db.scalars(select(PlanRow).where(*published)).one()  # a board holds groups of the published plan
    rows = {group.key: group for group in plan.groups}
    changed_groups = [key for key, group in after.groups.items() if group != before.groups[key]]
    for key in changed_groups:
        _store_group(db, programme_id, rows[key], before.groups[key], after.groups[key], now)
    changed_residents = _residents_changed(before, after, changed_groups)
    _set_beside(db, plan, changed_residents)
    _place(db, plan, changed_residents)
    plan.changed_at = now
    db.flush()
    agreed = agreed_groups(db, programme_id, now)
    changed = [session for ref, session in after.sessions.items() if before.sessions.get(ref) != session]
    stored = {row.id: row for row in _session_rows(db, [session.ref for session in changed])}
    ids: dict[int, int] = {}
    for session in changed:
        row = stored.get(session.ref) or _new_row(db, programme_id, after.groups[session.group_key], session, now)
        _store_session(db, row, before.sessions.get(session.ref), session, session.group_key in agreed, mark_of, now)
        was = before.sessions.get(session.ref)
        if was is not None and was.round != session.round and not was.extra:
            _drop_planned(rows[session.group_key], was.round)
        _store_planned(rows[session.group_key], after.groups[session.group_key], session, mark_of)
        ids[session.ref] = row.id
    db.flush()
    # Where no session changes, who belongs to a group may: whose feeds may show what hangs on that.
    note(db, Fact.SESSIONS, programme_id, now, [*ids.values(), *_ids_of(db, programme_id, changed_groups)] or None)
    return ids


def add_group(db: Db, programme_id: int, group: GroupRow, now: datetime) -> None:
    """Take a group into the published plan that is new to it, with its people and without sessions."""
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    plan = db.scalars(select(PlanRow).where(*published)).one()
    plan.groups.append(group)
    plan.changed_at = now
    _place(db, plan, [member.person_id for member in group.members if member.role == MemberRole.RESIDENT])
    db.flush()


# --- groups ----------------------------------------------------------------------------------------------------


def _store_group(db: Db, programme_id: int, row: GroupRow, before: GroupNow, after: GroupNow, now: datetime) -> None:
    row.mode, row.site_id = after.mode, after.site_id
    if after.ended and row.ended_at is None:
        row.ended_at = now
    if after.pause != before.pause:
        _store_pause(db, programme_id, after)
    was = {**dict.fromkeys(before.residents, MemberRole.RESIDENT)}
    was |= dict.fromkeys(before.facilitators, MemberRole.FACILITATOR)
    wanted = dict.fromkeys(after.residents, MemberRole.RESIDENT)
    wanted |= dict.fromkeys(after.facilitators, MemberRole.FACILITATOR)
    gone, come = was.keys() - wanted.keys(), {who: role for who, role in wanted.items() if who not in was}
    # Whoever left the programme and came back has a row of the time before: it makes way for the new one.
    row.members = [member for member in row.members if member.person_id not in gone | come.keys()]
    db.flush()
    beside = _is_beside(row)
    for who, role in sorted(come.items()):
        of_group = beside and role == MemberRole.RESIDENT
        row.members.append(MemberRow(person_id=who, role=role, since=now, beside=of_group))
    _store_own_group(db, programme_id, after, now)


def _is_beside(row: GroupRow) -> bool:
    """Whether a group is none of the planner's: all of its residents are in it beside another one."""
    residents = [member for member in row.members if member.role == MemberRole.RESIDENT]
    return bool(residents) and all(member.beside for member in residents)


def _set_beside(db: Db, plan: PlanRow, residents: Collection[int]) -> None:
    """Of the groups that somebody is in, the first that the planner knows is theirs; the others are beside it."""
    db.flush()
    live = [group for group in plan.groups if group.ended_at is None]
    left = people_who_left(db, [group.id for group in live]) if residents else frozenset()
    found: dict[int, list[MemberRow]] = defaultdict(list)
    for group in live:
        for member in group.members if not _is_beside(group) else ():
            if member.role == MemberRole.RESIDENT and (group.id, member.person_id) not in left:
                found[member.person_id].append(member)
    for person_id in residents:
        for place, member in enumerate(sorted(found[person_id], key=_by_time)):
            member.beside = place > 0


def _by_time(member: MemberRow) -> tuple[bool, bool, float, int]:
    return member.beside, member.since is not None, member.since.timestamp() if member.since else 0.0, member.group_id


def _store_pause(db: Db, programme_id: int, group: GroupNow) -> None:
    row = db.get(GroupPauseRow, (programme_id, group.key))
    if group.pause is None:
        if row is not None:
            db.delete(row)
        return
    if row is None:
        row = GroupPauseRow(programme_id=programme_id, group_key=group.key)
        db.add(row)
    row.first_day, row.last_day = group.pause


def _store_own_group(db: Db, programme_id: int, group: GroupNow, now: datetime) -> None:
    """A group that people formed themselves is kept as it is published: or the next plan would bring it back."""
    mine = (OwnGroupRow.programme_id == programme_id, OwnGroupRow.key == group.key)
    own = db.scalar(select(OwnGroupRow).where(*mine).options(selectinload(OwnGroupRow.members)))
    if own is None:
        return
    own.mode = group.mode
    if group.ended or not group.residents:
        own.closed_at = own.closed_at or now
        return
    known = {member.person_id for member in own.members}
    own.members = [member for member in own.members if member.person_id in group.people]
    own.members += [
        OwnMemberRow(
            person_id=who,
            role=MemberRole.RESIDENT if who in group.residents else MemberRole.FACILITATOR,
            joined_at=now,
        )
        for who in sorted(group.people - known)
    ]


def _residents_changed(before: Board, after: Board, keys: Iterable[str]) -> frozenset[int]:
    """The residents who are in another group than before, or in one that ended."""
    found: frozenset[int] = frozenset()
    for key in keys:
        was, now = before.groups[key], after.groups[key]
        found |= was.residents ^ now.residents
        if now.ended != was.ended:
            found |= was.residents
    return found


def _place(db: Db, plan: PlanRow, residents: Collection[int]) -> None:
    """Those of these residents who are in no group that meets are the plan's unplaced; the others are not."""
    if not residents:
        return
    db.flush()
    in_groups = {member.person_id for group in plan.groups if group.ended_at is None for member in group.members}
    known = set(db.scalars(select(UnplacedRow.person_id).where(UnplacedRow.plan_id == plan.id)))
    placed = known & in_groups
    db.execute(delete(UnplacedRow).where(UnplacedRow.plan_id == plan.id, UnplacedRow.person_id.in_(placed)))
    db.add_all(UnplacedRow(plan_id=plan.id, person_id=one) for one in sorted(set(residents) - in_groups - known))


# --- sessions --------------------------------------------------------------------------------------------------


def _session_rows(db: Db, ids: Collection[int]) -> Iterable[SessionRow]:
    found = select(SessionRow).where(SessionRow.id.in_(ids)).options(selectinload(SessionRow.attendees))
    return db.scalars(found.execution_options(populate_existing=True))


def _ids_of(db: Db, programme_id: int, keys: Collection[str]) -> Collection[int]:
    return db.scalars(
        select(SessionRow.id).where(SessionRow.programme_id == programme_id, SessionRow.group_key.in_(keys))
    ).all()


def _new_row(db: Db, programme_id: int, group: GroupNow, session: SessionNow, now: datetime) -> SessionRow:
    row = SessionRow(
        uid=f"{secrets.token_hex(16)}@mentor-rounds",
        programme_id=programme_id,
        group_key=group.key,
        group_name=group.name,
        model_name=group.model_name,
        round=session.round,
        extra=next_extra(db, programme_id, group.key, session.round) if session.extra else 0,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        mode=session.mode,
        site_id=session.site_id,
        room_id=session.room_id,
        status=SessionStatus.CONFIRMED,
        sequence=0,
        created_at=now,
        changed_at=now,
        agreed_at=now,
        attendees=[],
    )
    db.add(row)
    db.flush()
    return row


def _store_session(
    db: Db, row: SessionRow, was: SessionNow | None, session: SessionNow, agreed: bool, mark_of: MarkOf, now: datetime
) -> None:
    status = SessionStatus.CANCELLED
    if session.takes_place:
        status = SessionStatus.CONFIRMED if agreed else SessionStatus.TENTATIVE
    moved = was is not None and was.starts_at != session.starts_at
    back = was is not None and not was.takes_place and session.takes_place
    material = row.status != status or any(getattr(row, name) != getattr(session, name) for name in _MATERIAL)
    if was is not None:
        row.sequence += material
        if was.round != session.round:
            row.extra = next_extra(db, row.programme_id, row.group_key, session.round)
            row.round = session.round
    for name in _MATERIAL:
        setattr(row, name, getattr(session, name))
    row.status, row.offers_again, row.changed_at = status, session.offers_again, now
    row.cancelled_at = None if session.takes_place else row.cancelled_at or now
    _invite(row, session, mark_of)
    if moved or back:
        row.agreed_at = now
        forget_answers(db, [row.id], now)
        _end_proposals(db, row.id, now)
    _store_deputies(db, row, was, session, now)


def _invite(row: SessionRow, session: SessionNow, mark_of: MarkOf) -> None:
    """Invite exactly these; people who were invited before keep their rows."""
    known = {attendee.person_id: attendee for attendee in row.attendees}
    row.attendees = [known.get(who) or AttendeeRow(person_id=who) for who in sorted(session.people)]
    for attendee in row.attendees:
        leads = attendee.person_id in session.facilitators
        attendee.role = MemberRole.FACILITATOR if leads else MemberRole.RESIDENT
        attendee.mark = mark_of(attendee.person_id, session)


def _end_proposals(db: Db, session_id: int, now: datetime) -> None:
    """Other dates that were proposed for it are over: it has one."""
    going = (ProposalRow.session_id == session_id, ProposalRow.state == ProposalState.OPEN)
    db.execute(update(ProposalRow).where(*going).values(state=ProposalState.WITHDRAWN, settled_at=now))


def _store_deputies(db: Db, row: SessionRow, was: SessionNow | None, session: SessionNow, now: datetime) -> None:
    """Deputies as the session has them; requests for a place that is taken, or gone, are withdrawn."""
    going = (DeputyRow.session_id == row.id, DeputyRow.state.in_(DEPUTY_FOUND_OR_ASKED))
    known = {deputy.for_id: deputy for deputy in db.scalars(select(DeputyRow).where(*going))}
    before = was.stand_ins if was is not None else {}
    for for_id, deputy in known.items():
        open_still = deputy.state == DeputyState.ASKED and for_id in session.facilitators and session.takes_place
        if session.stand_ins.get(for_id) != deputy.person_id and not open_still:
            deputy.state, deputy.answered_at = DeputyState.WITHDRAWN, now
    db.flush()
    for for_id, person_id in session.stand_ins.items():
        if before.get(for_id) == person_id:
            continue
        known_row = known.get(for_id)
        if known_row is not None and known_row.person_id == person_id:
            known_row.state, known_row.answered_at = DeputyState.ACCEPTED, now
            continue
        deputy = DeputyRow(session_id=row.id, for_id=for_id, person_id=person_id, state=DeputyState.ACCEPTED)
        deputy.note, deputy.asked_at, deputy.answered_at = "", now, now
        db.add(deputy)


def _drop_planned(row: GroupRow, round_: int) -> None:
    row.sessions = [each for each in row.sessions if each.round != round_]


def _store_planned(row: GroupRow, group: GroupNow, session: SessionNow, mark_of: MarkOf) -> None:
    """The published plan takes over the session of a round, so that the next plan starts from it."""
    if session.extra:
        return
    if not session.takes_place:
        _drop_planned(row, session.round)
        return
    planned = next((each for each in row.sessions if each.round == session.round), None)
    if planned is None:
        planned = PlannedSessionRow(round=session.round)
        row.sessions.append(planned)
    own = group.facilitators & (session.facilitators | session.stand_ins.keys())
    planned.starts_at, planned.room_id = session.starts_at, session.room_id
    planned.facilitator_ids = sorted(own)
    planned.marks = {str(who): mark_of(who, session) for who in sorted(session.residents | own)}
