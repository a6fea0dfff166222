"""What is counted of everybody in a programme, from what is on record at a moment. Nothing here is shown as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from scheduler.db import Db
from scheduler.equity.fairness import Nights
from scheduler.equity.figures import nights_of
from scheduler.equity.places import part_time_in
from scheduler.evidence.model import Aspect, Counted, Figure, Kind, Thing
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.membership import rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import FEWEST_AT_SESSION, SessionStatus
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow
from scheduler.voices.job_plans import agreed_minutes
from scheduler.voices.model import Released
from scheduler.voices.releases import release_answers

EARLY_DAYS: Final = 28
"""The first session is early if it is within so many days."""
_Units = Mapping[Thing, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody invited to a session that is over, or would be; ``came`` is None where nobody has noted it."""

    session_id: int
    person_id: int
    role: MemberRole
    away: bool
    starts_at: datetime
    minutes: int
    cancelled: bool
    came: bool | None


def count(db: Db, programme_id: int, now: datetime) -> dict[int, Counted]:
    """Every resident who was ever to take part, and every facilitator who has led a session, by id."""
    programme = get_programme(db, programme_id)
    invited = invited_to(db, programme_id, now)
    held = held_sessions(invited)
    residents = _residents(db, programme, invited, held, _released(db, programme_id, now), now)
    return {each.person_id: each for each in (*residents, *_facilitators(db, programme_id, invited, held))}


def invited_to(db: Db, programme_id: int, now: datetime) -> tuple[Invited, ...]:
    """Who was invited to the sessions whose time is over, cancelled ones too."""
    noted = and_(AttendedRow.session_id == SessionRow.id, AttendedRow.person_id == AttendeeRow.person_id)
    rows = db.execute(
        select(
            SessionRow.id, AttendeeRow.person_id, AttendeeRow.role, AttendeeRow.away, SessionRow.starts_at,
            SessionRow.ends_at, SessionRow.status, AttendedRow.came,
        )
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .outerjoin(AttendedRow, noted)
        .where(SessionRow.programme_id == programme_id, SessionRow.ends_at <= now)
    )  # fmt: skip
    return tuple(
        Invited(
            session_id, who, role, away, start, round((end - start).total_seconds() / 60),
            status == SessionStatus.CANCELLED, came,
        )
        for session_id, who, role, away, start, end, status, came in rows
    )  # fmt: skip


def held_sessions(invited: Collection[Invited]) -> frozenset[int]:
    """The sessions that were held."""
    came: dict[int, int] = defaultdict(int)
    for each in invited:
        came[each.session_id] += bool(each.came) and not each.cancelled
    return frozenset(session_id for session_id, number in came.items() if number >= FEWEST_AT_SESSION)


def _residents(
    db: Db,
    programme: Programme,
    invited: Collection[Invited],
    held: Collection[int],
    released: Mapping[int, _Units],
    now: datetime,
) -> Iterator[Counted]:
    own: dict[int, list[Invited]] = defaultdict(list)
    for each in invited:
        if each.role == MemberRole.RESIDENT and not each.away:
            own[each.person_id].append(each)
    grouped = {who for roster in rosters(db, programme.id).values() for who in roster} | own.keys()
    part_time, nights = part_time_in(db, programme.id), nights_of(db, programme)
    zone = ZoneInfo(programme.zone)
    for part, answer in _parts(db, programme.id, Role.RESIDENT):
        who = part.person_id
        said = answer is not None and answer.agreed_at is not None
        asked = said or part.declined or (answer is not None and answer.invited_at is not None) or who in grouped
        begins = max(programme.first_day, part.joined_at.astimezone(zone).date())
        yield Counted(
            who,
            Kind.RESIDENT,
            {
                Aspect.GRADE: str(part.stage),
                Aspect.SITE: str(part.site_id),
                Aspect.HOURS: "part" if who in part_time else "full",
                Aspect.NIGHTS: nights.get(who, Nights.UNKNOWN).value,
            },
            {
                Figure.OFFERED: _once(asked),
                Figure.JOINED: _once(said and not part.declined),
                Figure.IN_GROUP: _once(who in grouped),
                Figure.EARLY: _early(own[who], held, begins, zone, now),
                Figure.MET: {each.session_id: (int(each.session_id in held), 1) for each in own[who]},
                Figure.ATTENDANCE: {
                    each.session_id: (int(each.came), 1)
                    for each in own[who]
                    if each.came is not None and each.session_id in held
                },
                Figure.RELEASED: released.get(who, {}),
            },
        )


def _parts(db: Db, programme_id: int, kind: Role) -> list[tuple[ParticipantRow, AnswerRow | None]]:
    of_person = and_(
        AnswerRow.programme_id == ParticipantRow.programme_id, AnswerRow.person_id == ParticipantRow.person_id
    )
    rows = db.execute(
        select(ParticipantRow, AnswerRow)
        .outerjoin(AnswerRow, of_person)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.kind == kind)
        .order_by(ParticipantRow.person_id)
    )
    return [(part, answer) for part, answer in rows]


def _once(holds: bool) -> _Units:
    return {0: (int(holds), 1)}


def _early(own: Collection[Invited], held: Collection[int], begins: date, zone: ZoneInfo, now: datetime) -> _Units:
    """Nothing as long as the days are not over."""
    last = begins + timedelta(days=EARLY_DAYS)
    if now.astimezone(zone).date() <= last:
        return {}
    met = any(each.session_id in held and begins <= each.starts_at.astimezone(zone).date() <= last for each in own)
    return _once(met)


def _released(db: Db, programme_id: int, now: datetime) -> Mapping[int, _Units]:
    """What people said of whether they were released, by session, as far as they needed to be."""
    found: dict[int, dict[Thing, tuple[int, int]]] = defaultdict(dict)
    for each in release_answers(db, programme_id, now):
        if each.answer is not Released.OFF:
            found[each.person_id][each.session_id] = (int(each.answer is Released.YES), 1)
    return found


def _facilitators(db: Db, programme_id: int, invited: Collection[Invited], held: Collection[int]) -> Iterator[Counted]:
    """Who has led a session that was held, and was there as far as that is noted, or has hours in their job plan. Guest
    coaches are paid by the hour, and their hours are on a list of their own."""
    led: dict[int, dict[Thing, tuple[int, int]]] = defaultdict(dict)
    for each in invited:
        if each.role == MemberRole.FACILITATOR and each.session_id in held and each.came is not False:
            led[each.person_id][each.session_id] = (each.minutes, each.minutes)
    agreed = agreed_minutes(db, programme_id)
    for part, _ in _parts(db, programme_id, Role.FACULTY):
        who = part.person_id
        if (who in led or who in agreed) and not part.guest:
            plan = {0: (agreed[who], agreed[who])} if who in agreed else {}
            yield Counted(who, Kind.FACULTY, {}, {Figure.HOURS: led[who], Figure.JOB_PLAN: plan})
