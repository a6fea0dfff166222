"""Published sessions as a coordinator's program reads them: who is invited, who can come, and why not by category.

Of people's time the category alone is told, and not even that of whoever the reader has power over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.intervals import Interval, whole_days
from scheduler.availability.model import Category
from scheduler.availability.service import for_person, reasons_at, stored_reasons
from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.programmes.firewall import withheld_from
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import Session, SessionStatus
from scheduler.sessions.quorum import standings
from scheduler.sessions.service import any_sessions
from scheduler.sessions.tables import SessionRow

_FIRST, _LAST = date(1900, 1, 1), date(3000, 1, 1)
"""No session lies outside these days; the clocks of a zone are not asked for days that no calendar has."""


@dataclass(frozen=True, slots=True)
class SessionKnown:
    """A session. ``held`` says whether it takes place as things stand, ``can_come`` how many residents are counted on;
    ``reasons`` has the category of what is known of each person's time then, None where it is withheld."""

    session: Session
    held: bool
    can_come: int
    reasons: Mapping[int, Category | None]


@dataclass(frozen=True, slots=True)
class SlotKnown:
    """A time at which sessions may begin, and whether somebody can come. ``reason`` is None where it is withheld."""

    starts_at: datetime
    round: int
    mark: str
    reason: Category | None


def sessions_after(
    db: Db,
    actor: Actor,
    programme_id: int,
    after_id: int,
    most: int,
    now: datetime,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    group_key: str = "",
) -> tuple[SessionKnown, ...]:
    """So many published sessions after one of this number, by number; of these days by the programme's clock, both
    included, and of this group, if that is asked for."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    which = [SessionRow.programme_id == programme_id, SessionRow.id > after_id]
    first, last = max(first_day or _FIRST, _FIRST), min(last_day or _LAST, _LAST)
    if last < first:
        return ()
    days = whole_days(first, last, ZoneInfo(programme.zone))
    which += [SessionRow.starts_at >= days.start, SessionRow.starts_at < days.end]
    if group_key:
        which.append(SessionRow.group_key == group_key)
    ids = db.scalars(select(SessionRow.id).where(*which).order_by(SessionRow.id).limit(most)).all()
    return sessions_known(db, actor, programme, ids, now)


def sessions_known(
    db: Db, actor: Actor, programme: Programme, ids: Sequence[int], now: datetime
) -> tuple[SessionKnown, ...]:
    """These sessions of a programme, in this order."""
    actor.must_have(programme.id, Role.COORDINATOR)
    found, stand = any_sessions(db, ids), standings(db, programme, ids)
    withheld = withheld_from(db, actor, programme.id, now)
    reasons = _reasons(db, programme, [found[each] for each in ids])
    return tuple(
        SessionKnown(
            found[each],
            found[each].status is not SessionStatus.CANCELLED and (found[each].ends_at <= now or stand[each].holds),
            sum(one.comes for one in found[each].residents),
            {
                one.person_id: _told(
                    one.person_id, withheld, Category.OWN if one.sorry else reasons[each, one.person_id]
                )
                for one in found[each].attendees
            },
        )
        for each in ids
    )


def availability_known(
    db: Db,
    actor: Actor,
    programme_id: int,
    person_id: int,
    first_day: date | None,
    last_day: date | None,
    now: datetime,
) -> tuple[SlotKnown, ...]:
    """When somebody can come, on these days by the programme's clock, both included."""
    answers = for_person(db, actor, programme_id, person_id)
    programme = get_programme(db, programme_id)
    zone, withheld = ZoneInfo(programme.zone), withheld_from(db, actor, programme_id, now)
    return tuple(
        SlotKnown(each.starts_at, each.round, each.mark, _told(person_id, withheld, each.reason.category))
        for each in answers
        if (first_day or date.min) <= each.starts_at.astimezone(zone).date() <= (last_day or date.max)
    )


def _told(person_id: int, withheld: Collection[int], category: Category) -> Category | None:
    return None if person_id in withheld else category


def _reasons(db: Db, programme: Programme, sessions: Sequence[Session]) -> Mapping[tuple[int, int], Category]:
    """By session and person: as it is kept for the programme's slots, else worked out on the spot, all at once."""
    slots = {(slot.starts_at, slot.round): index for index, slot in enumerate(programme.slots())}
    people = {each.person_id for session in sessions for each in session.attendees}
    kept = stored_reasons(db, programme.id, len(slots), people)
    found: dict[tuple[int, int], Category] = {}
    others: list[Session] = []
    for session in sessions:
        index = slots.get((session.starts_at, session.round))
        invited = [each.person_id for each in session.attendees]
        usual = programme.is_usual_length(session.starts_at, session.ends_at)
        if index is None or not usual or not kept.keys() >= set(invited):
            others.append(session)
            continue
        found |= {(session.id, who): kept[who][1][index].category for who in invited}
    return found | _worked_out(db, programme, others)


def _worked_out(db: Db, programme: Programme, sessions: Sequence[Session]) -> dict[tuple[int, int], Category]:
    if not sessions:
        return {}
    spans = [Interval(session.starts_at, session.ends_at) for session in sessions]
    people = sorted({each.person_id for session in sessions for each in session.attendees})
    answers = reasons_at(db, programme, people, spans)
    return {
        (session.id, each.person_id): (
            answers[each.person_id][1][number].category if each.person_id in answers else Category.NOT_LOADED
        )
        for number, session in enumerate(sessions)
        for each in session.attendees
    }
