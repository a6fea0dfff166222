"""Whose turn in the chair each published session is: stored, and brought up to date when who can come changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.people.tables import PersonRow
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.tables import ModelRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.sessions.turn_offers import end_offers, offers_among
from scheduler.sessions.turns import Open, share_out
from solvers.vocabulary import COMING

NEAR: Final = timedelta(days=2)
"""So soon before a session its turn stays with somebody who can come: they have prepared for it."""


def bring_turns_up_to_date(
    db: Db, programme_id: int, now: datetime, people: Collection[int] | None, sessions: Collection[int] | None
) -> frozenset[int]:
    """Share out the turns of the groups that these people and sessions concern (None: of all). Returns the sessions of
    which another has the turn."""
    keys = _groups(db, programme_id, now, people, sessions)
    if not keys:
        return frozenset()
    of_groups = (SessionRow.programme_id == programme_id, SessionRow.group_key.in_(keys))
    rows = db.scalars(
        select(SessionRow).where(*of_groups).options(selectinload(SessionRow.attendees)).order_by(SessionRow.starts_at)
    ).all()
    sorry = set(who_is_sorry(db, SessionRow.id.in_([row.id for row in rows if row.starts_at > now])))
    names = _names(db, rows)
    by_group: dict[str, list[SessionRow]] = defaultdict(list)
    for row in rows:
        by_group[row.group_key].append(row)
    changed = []
    for key, group in by_group.items():
        offers = offers_among(group)
        changed += _of_group(group, keys[key], names, sorry, now)
        able = {row.id: _able(row, sorry) for row in group if row.status != SessionStatus.CANCELLED} if offers else {}
        end_offers(db, programme_id, [each for each in offers if not each.is_open(able, now)], now)
    db.flush()
    return frozenset(row.id for row in changed)


def _groups(
    db: Db, programme_id: int, now: datetime, people: Collection[int] | None, sessions: Collection[int] | None
) -> Mapping[str, bool]:
    """The published groups concerned, by their keys, and whether their kind takes turns."""
    query = (
        select(GroupRow.key, ModelRow.turns)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(ModelRow, ModelRow.id == GroupRow.model_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    )
    if people is not None and sessions is not None:
        invited = select(AttendeeRow.session_id).where(AttendeeRow.person_id.in_(people))
        either = or_(SessionRow.id.in_(sessions), SessionRow.id.in_(invited))
        ahead = (SessionRow.programme_id == programme_id, SessionRow.ends_at > now)
        query = query.where(GroupRow.key.in_(select(SessionRow.group_key).where(either, *ahead)))
    return dict(db.execute(query).all())


def _of_group(
    rows: Sequence[SessionRow],
    takes_turns: bool,
    names: Mapping[int, str],
    sorry: Collection[tuple[int, int]],
    now: datetime,
) -> list[SessionRow]:
    """The rows that changed: turns of what has begun stay as they were."""
    ahead = [row for row in rows if row.starts_at > now]
    held = [row for row in ahead if row.status != SessionStatus.CANCELLED and takes_turns]
    opened = [_open(row, names, sorry, now) for row in held]
    found = share_out(opened, _done([row for row in rows if row.starts_at <= now], opened)) if opened else {}
    return [row for row in ahead if give_turn(row, found.get(row.id), now)]


def _open(row: SessionRow, names: Mapping[int, str], sorry: Collection[tuple[int, int]], now: datetime) -> Open:
    in_order = tuple(sorted(_able(row, sorry), key=lambda who: (names[who], who)))
    return Open(row.id, in_order, row.chair_id, row.chair_agreed or row.starts_at - now < NEAR)


def _able(row: SessionRow, sorry: Collection[tuple[int, int]]) -> frozenset[int]:
    """Who can chair a session."""
    return frozenset(
        each.person_id
        for each in row.attendees
        if each.role == MemberRole.RESIDENT
        and not each.away
        and each.mark in COMING
        and (row.id, each.person_id) not in sorry
    )


def _done(past: Sequence[SessionRow], ahead: Sequence[Open]) -> Mapping[int, int]:
    """Turns that are over. Who came later begins with as many as who had the fewest: nobody has to catch up."""
    had = Counter(row.chair_id for row in past if row.chair_id is not None)
    there = {each.person_id for row in past for each in row.attendees}
    people = {who for each in ahead for who in each.able}
    fewest = min((had[who] for who in people & there), default=0)
    return {who: had[who] if who in there else fewest for who in people}


def give_turn(row: SessionRow, chair_id: int | None, now: datetime) -> bool:
    """Give a session's turn to another, or to nobody; whether that changes it. The event changes for the two alone."""
    if row.chair_id == chair_id:
        return False
    for each in row.attendees:
        if each.person_id in (row.chair_id, chair_id):
            each.turn_changed_at = now
    row.chair_id, row.chair_agreed, row.chair_wants_id = chair_id, False, None
    return True


def _names(db: Db, rows: Sequence[SessionRow]) -> Mapping[int, str]:
    people = {each.person_id for row in rows for each in row.attendees}
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())
