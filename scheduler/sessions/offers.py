"""Other dates that the product offers a group by itself: exactly where too few can come to a session, where the date
that it had before works again, or where the coordinator cancelled it and lets the group choose another date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.plans.membership import groups_with, rosters
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.service import get_programme
from scheduler.sessions.alternatives import Alternatives
from scheduler.sessions.former_dates import dates_to_offer_again
from scheduler.sessions.model import ProposalState, SessionStatus
from scheduler.sessions.quorum import Standing, standings
from scheduler.sessions.tables import AttendeeRow, OfferDueRow, ProposalRow, SessionRow

OFFERED: Final = 3
OFFERED_AT_ONCE: Final = 150
"""For so many sessions dates are looked for in the transaction of a change, the soonest first; the rest wait for a few
seconds, until somebody looks for them apart."""
_GROUPS_AT_ONCE: Final = 50
_NOT_THE_SAME_DAY: Final = timedelta(hours=12)
"""Who cannot make it then has hardly an hour of the same day in mind."""
_OFFERED_BY_ITSELF: Final = (ProposalRow.by_id.is_(None), ProposalRow.state == ProposalState.OPEN)


def bring_offers_up_to_date(
    db: Db, programme_id: int, now: datetime, people: Collection[int], sessions: Collection[int] | None
) -> int:
    """Offer other dates for the sessions to which too few can come, and take back what is offered for the rest.

    ``people`` are those whose time, ``sessions`` those of which anything is other than it was (None: all). Which dates
    would work for a group depends on its people and its rooms alone, so only those sessions are looked at whose group
    has one of these people, shares somebody with one of these sessions, or meets at the site of one. Returns for how
    many sessions anything is other than it was.
    """
    if sessions is not None and not sessions and not people:
        return 0
    void = _withdraw_void_proposals(db, programme_id, now)
    which = () if sessions is None else (_concerned(db, programme_id, people, sessions),)
    rows = _sessions(db, programme_id, now, *which)
    _no_longer_due(db, rows)
    return void + (_bring_rows_up_to_date(db, programme_id, rows, now) if rows else 0)


def _withdraw_void_proposals(db: Db, programme_id: int, now: datetime) -> int:
    """Take back what people have proposed for sessions that do not take place, or to groups that meet no more; returns
    how many dates."""
    cancelled = select(SessionRow.id).where(
        SessionRow.programme_id == programme_id,
        SessionRow.status == SessionStatus.CANCELLED,
        SessionRow.offers_again.is_(False),
    )
    meeting = (
        select(GroupRow.key)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, GroupRow.ended_at.is_(None))
    )
    by_people = (
        ProposalRow.programme_id == programme_id,
        ProposalRow.state == ProposalState.OPEN,
        ProposalRow.by_id.is_not(None),
    )
    is_void = or_(ProposalRow.session_id.in_(cancelled), ProposalRow.group_key.not_in(meeting))
    over = update(ProposalRow).where(*by_people, is_void).values(state=ProposalState.WITHDRAWN, settled_at=now)
    return len(db.scalars(over.returning(ProposalRow.id)).all())


def look_for_due_offers(db: Db, programme_id: int, now: datetime) -> int:
    """Offer other dates for the next of the sessions that wait for it (:class:`OfferDueRow`). Returns for how many
    anything is other than it was."""
    due = select(OfferDueRow.session_id).join(SessionRow, SessionRow.id == OfferDueRow.session_id)
    ids = db.scalars(
        due.where(SessionRow.programme_id == programme_id).order_by(SessionRow.starts_at).limit(OFFERED_AT_ONCE)
    ).all()
    rows = _sessions(db, programme_id, now, SessionRow.id.in_(ids))
    db.execute(delete(OfferDueRow).where(OfferDueRow.session_id.in_(ids)))
    return _bring_rows_up_to_date(db, programme_id, rows, now)


def programmes_with_due_offers(db: Db) -> Sequence[int]:
    """The programmes in which sessions wait for offers."""
    waiting = select(SessionRow.programme_id).join(OfferDueRow, OfferDueRow.session_id == SessionRow.id)
    return db.scalars(waiting.distinct().order_by(SessionRow.programme_id)).all()


def _bring_rows_up_to_date(db: Db, programme_id: int, rows: Sequence[SessionRow], now: datetime) -> int:
    standing = standings(db, get_programme(db, programme_id), [row.id for row in rows])
    offered = _offered(db, rows)
    ahead = [row for row in rows if row.status != SessionStatus.CANCELLED and row.starts_at > now]
    needy = [row for row in rows if _needs_other(row, standing[row.id], now)]
    needy.sort(key=lambda row: row.starts_at)
    _load_attendees(db, needy[:OFFERED_AT_ONCE])
    again = dates_to_offer_again(db, ahead, now)
    later = {row.id for row in needy[OFFERED_AT_ONCE:]}
    if later:
        db.execute(insert(OfferDueRow), [{"session_id": session_id} for session_id in later])
    kept = {
        row.id: frozenset(offer.starts_at for offer in offered[row.id] if any(each.agrees for each in offer.answers))
        for row in needy
    }
    best = _other_dates(db, programme_id, needy[:OFFERED_AT_ONCE], kept, now)
    changed = 0
    for row in rows:
        if row.id in later:
            continue
        wanted = best.get(row.id, [])
        if row.id in again and again[row.id] not in wanted:
            wanted = [again[row.id], *wanted]
        changed += _offer(db, row, offered[row.id], wanted, now)
    db.flush()
    return changed


def _needs_other(row: SessionRow, standing: Standing, now: datetime) -> bool:
    if row.status == SessionStatus.CANCELLED:
        return row.offers_again
    return row.starts_at > now and not standing.holds


def _no_longer_due(db: Db, rows: Sequence[SessionRow]) -> None:
    """They are looked at now."""
    if db.scalar(select(OfferDueRow.session_id).limit(1)) is not None:
        db.execute(delete(OfferDueRow).where(OfferDueRow.session_id.in_([row.id for row in rows])))


def _sessions(db: Db, programme_id: int, now: datetime, *which: ColumnElement[bool]) -> Sequence[SessionRow]:
    """Sessions ahead, and those for which something is, or is to be, offered still."""
    offered = select(ProposalRow.session_id).where(*_OFFERED_BY_ITSELF, ProposalRow.session_id.is_not(None))
    wanted = or_(SessionRow.starts_at > now, SessionRow.offers_again, SessionRow.id.in_(offered))
    found = select(SessionRow).where(SessionRow.programme_id == programme_id, wanted, *which)
    return db.scalars(found.order_by(SessionRow.id)).all()


def _load_attendees(db: Db, rows: Collection[SessionRow]) -> None:
    """The people invited to these sessions, at once: of the thousands that are looked at only a few need them."""
    these = select(SessionRow).where(SessionRow.id.in_([row.id for row in rows]))
    db.scalars(these.options(selectinload(SessionRow.attendees))).all()


def _concerned(db: Db, programme_id: int, people: Collection[int], sessions: Collection[int]) -> ColumnElement[bool]:
    """Of a query: the sessions whose other dates may be others now."""
    of_them = SessionRow.programme_id == programme_id, SessionRow.id.in_(sessions)
    changed = db.execute(select(SessionRow.group_key, SessionRow.site_id).where(*of_them).distinct()).all()
    invited = select(AttendeeRow.person_id).join(SessionRow, SessionRow.id == AttendeeRow.session_id)
    groups = rosters(db, programme_id, {key for key, _ in changed})
    either = {*people, *db.scalars(invited.where(*of_them).distinct())}
    either.update(person_id for key, _ in changed for person_id in groups.get(key, {}))
    sites = {site_id for _, site_id in changed if site_id is not None}
    keys = {key for key, _ in changed} | groups_with(db, programme_id, either)
    return or_(SessionRow.group_key.in_(keys), SessionRow.site_id.in_(sites))


def _offered(db: Db, rows: Iterable[SessionRow]) -> Mapping[int, list[ProposalRow]]:
    """What the product offers already, by session."""
    found: dict[int, list[ProposalRow]] = defaultdict(list)
    for_them = ProposalRow.session_id.in_([row.id for row in rows])
    offers = select(ProposalRow).where(*_OFFERED_BY_ITSELF, for_them).options(selectinload(ProposalRow.answers))
    for offer in db.scalars(offers):
        found[offer.session_id or 0].append(offer)
    return found


def _offer(db: Db, row: SessionRow, offered: list[ProposalRow], wanted: list[datetime], now: datetime) -> bool:
    """Offer exactly these dates for a session; returns whether that is other than what was offered."""
    known: set[datetime] = set()
    for offer in offered:
        if offer.starts_at in wanted and offer.starts_at not in known:
            known.add(offer.starts_at)
        else:
            offer.state, offer.settled_at = ProposalState.WITHDRAWN, now
    for starts_at in wanted:
        if starts_at not in known:
            offer = ProposalRow(programme_id=row.programme_id, group_key=row.group_key, session_id=row.id, by_id=None)
            offer.starts_at, offer.made_at, offer.state = starts_at, now, ProposalState.OPEN
            db.add(offer)
    return known != set(wanted) or len(offered) > len(known)


def _other_dates(
    db: Db, programme_id: int, rows: Sequence[SessionRow], kept: Mapping[int, Collection[datetime]], now: datetime
) -> dict[int, list[datetime]]:
    """By session the best dates that would work, with those that somebody has already agreed to."""
    by_group: dict[str, list[SessionRow]] = defaultdict(list)
    for row in rows:
        by_group[row.group_key].append(row)
    keys = sorted(by_group)
    found: dict[int, list[datetime]] = {}
    for start in range(0, len(keys), _GROUPS_AT_ONCE):
        some = keys[start : start + _GROUPS_AT_ONCE]
        try:
            alternatives = Alternatives(db, programme_id, some, now)
        except NotPossible:  # the term is over, or its windows have changed: there is nothing to offer
            return found
        for row in (row for key in some for row in by_group[key]):
            found[row.id] = _best(alternatives, row, kept[row.id])
    return found


def _best(alternatives: Alternatives, row: SessionRow, kept: Collection[datetime]) -> list[datetime]:
    try:
        dates = alternatives.other_dates(row.group_key, row, kept)
        apart = (date.starts_at for date in dates if abs(date.starts_at - row.starts_at) >= _NOT_THE_SAME_DAY)
        return list(islice(apart, OFFERED))
    except NotPossible:  # the group has ended
        return []
