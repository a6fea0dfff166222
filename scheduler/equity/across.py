"""What several programmes come to together, in a calendar year: each person once, and no small number.

It is read by a coordinator of the programmes that she runs. Nobody is named; who came counts only in whether a session
was held, as in the evidence and on Today. Figures of
fewer than five people are not shown, nor any from which one could be worked out, be it with another year's page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, union_all

from scheduler.db import Db
from scheduler.equity.disclosure import FEWEST, cells_to_hide
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.model import FEWEST_AT_SESSION, SessionStatus
from scheduler.sessions.tables import AttendanceSumRow, AttendedRow, AttendeeRow, SessionRow

BANDS = (0, 5, 10, 20)
"""Hours a year, from so many on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One programme. ``people`` are those in a published group; None: not shown. ``planned`` are the sessions of the
    year that are not cancelled, ``held`` those of them to which two people or more are noted as having come,
    ``cancelled`` all others."""

    programme_id: int
    name: str
    goal: str
    people: int | None
    groups: int
    planned: int
    held: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Across:
    """All of them. ``people`` are counted once each, those of programmes with five and more; ``bands`` say how many of
    them are expected for how many hours of the year, from the hours on; ``cap`` is the lowest that one of these
    programmes sets, ``over_cap`` how many are above it. None: fewer than five, or as few could be worked out."""

    year: int
    lines: tuple[Line, ...]
    people: int | None
    median_hours: float | None
    bands: Mapping[int, int | None]
    cap: int | None
    over_cap: int | None

    @property
    def groups(self) -> int:
        """All groups."""
        return sum(line.groups for line in self.lines)

    @property
    def planned(self) -> int:
        """All sessions of the year."""
        return sum(line.planned for line in self.lines)

    @property
    def held(self) -> int:
        """Those of them that were held."""
        return sum(line.held for line in self.lines)


def across(db: Db, actor: Actor, year: int, now: datetime) -> Across:
    """The programmes that the actor runs, together."""
    ids = actor.programmes(Role.COORDINATOR)
    if not ids:
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    programmes = db.scalars(select(ProgrammeRow).where(ProgrammeRow.id.in_(ids)).order_by(ProgrammeRow.id)).all()
    programmes = [row for row in programmes if row.first_day.year <= year <= row.last_day.year]
    reached, groups = _reached(db, [row.id for row in programmes])
    sessions = _sessions(db, programmes, year)
    everybody = everybody_shown(reached)
    hours = _hours(db, [row.id for row, _ in sessions], everybody)
    held = _held(db, [row.id for row in programmes], now)
    caps = [row.hours_a_year for row in programmes if row.hours_a_year]
    cap = min(caps, default=None)
    over = sum(cap is not None and each > cap for each in hours.values())
    tells_of_over = bool(hours) and (not over or FEWEST <= over <= len(hours) - FEWEST)
    return Across(
        year=year,
        lines=tuple(_line(row, len(reached[row.id]), groups[row.id], sessions, held) for row in programmes),
        people=len(everybody) or None,
        median_hours=round(median(hours.values()), 1) if hours else None,
        bands=bands_shown(hours),
        cap=cap,
        over_cap=over if tells_of_over else None,
    )


def everybody_shown(reached: Mapping[int, frozenset[int]]) -> frozenset[int]:
    """Who is counted for all programmes together: nobody where that would tell, beside the programmes' own numbers, of
    fewer than five who are in several of them, or in one alone."""
    big = [people for people in reached.values() if len(people) >= FEWEST]
    everybody = frozenset[int]().union(*big)
    times = Counter(who for people in big for who in people)
    several = sum(times.values()) - len(everybody)
    alone = [sum(times[who] == 1 for who in people) for people in big]
    tells = len(big) > 1 and any(0 < number < FEWEST for number in (several, *alone))
    return frozenset() if tells else everybody


def bands_shown(hours: Mapping[int, float]) -> Mapping[int, int | None]:
    """How many people are expected for how many hours; all None where there are fewer than five."""
    band_of = {who: max(band for band in BANDS if band <= each) for who, each in hours.items()}
    sizes = Counter(band_of.values())
    if len(hours) < FEWEST:
        return dict.fromkeys(BANDS, None)
    hidden = cells_to_hide(((band,), who) for who, band in band_of.items())
    return {band: None if (0, band) in hidden else sizes[band] for band in BANDS}


def _line(
    row: ProgrammeRow, people: int, groups: int, sessions: Sequence[tuple[SessionRow, int]], held: Collection[int]
) -> Line:
    own = [session for session, programme_id in sessions if programme_id == row.id]
    going = [session for session in own if session.status != SessionStatus.CANCELLED]
    return Line(
        programme_id=row.id,
        name=row.name,
        goal=row.change_goal,
        people=people if people >= FEWEST else None,
        groups=groups,
        planned=len(going),
        held=sum(session.id in held for session in going),
        cancelled=len(own) - len(going),
    )


def _reached(db: Db, ids: Collection[int]) -> tuple[Mapping[int, frozenset[int]], Counter[int]]:
    """Who is in a published group of each programme, and how many groups there are."""
    rows = db.execute(
        select(PlanRow.programme_id, GroupRow.id, MemberRow.person_id)
        .join(GroupRow, GroupRow.plan_id == PlanRow.id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(PlanRow.programme_id.in_(ids), PlanRow.state == PlanState.PUBLISHED, has_not_left())
    ).all()
    people: dict[int, set[int]] = defaultdict(set)
    groups: dict[int, set[int]] = defaultdict(set)
    for programme_id, group_id, person_id in rows:
        people[programme_id].add(person_id)
        groups[programme_id].add(group_id)
    return {one: frozenset(people[one]) for one in ids}, Counter({one: len(groups[one]) for one in ids})


def _sessions(db: Db, programmes: Iterable[ProgrammeRow], year: int) -> Sequence[tuple[SessionRow, int]]:
    """The sessions that begin in the year on their programme's clock, with their programmes."""
    zones = {row.id: ZoneInfo(row.zone) for row in programmes}
    rows = db.scalars(select(SessionRow).where(SessionRow.programme_id.in_(zones)))
    return [(row, row.programme_id) for row in rows if row.starts_at.astimezone(zones[row.programme_id]).year == year]


def _held(db: Db, ids: Collection[int], now: datetime) -> frozenset[int]:
    """The sessions of programmes to which two or more came, as noted, or as counted once names are gone."""
    over = (SessionRow.programme_id.in_(ids), SessionRow.ends_at <= now)
    named = select(AttendedRow.session_id.label("id"), func.count().label("came")).join(SessionRow)
    named = named.where(*over, AttendedRow.came).group_by(AttendedRow.session_id)
    unnamed = select(AttendanceSumRow.session_id, AttendanceSumRow.came).join(SessionRow).where(*over)
    either = union_all(named, unnamed).subquery()
    held = select(either.c.id).group_by(either.c.id).having(func.sum(either.c.came) >= FEWEST_AT_SESSION)
    return frozenset(db.scalars(held))


def _hours(db: Db, session_ids: Collection[int], everybody: Collection[int]) -> Mapping[int, float]:
    """For how many hours each of these people is expected."""
    rows = db.execute(
        select(AttendeeRow.person_id, SessionRow.starts_at, SessionRow.ends_at)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(AttendeeRow.session_id.in_(session_ids), AttendeeRow.away.is_(False))
        .where(SessionRow.status != SessionStatus.CANCELLED)
        .where(AttendeeRow.unexpected.is_not(True))
    )
    found = dict.fromkeys(everybody, 0.0)
    for person_id, starts_at, ends_at in rows:
        if person_id in found:
            found[person_id] += (ends_at - starts_at).total_seconds() / 3600
    return found
