"""Hours by job plan: what each facilitator's job plan has for mentoring a year, and what is planned against it.

A year is a calendar year on the programme's clock. Sessions led in all programmes count, but for cancelled ones.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.audit.service import EXPORTED, record
from scheduler.db import Db
from scheduler.equity.disclosure import FEWEST
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.groups.records import plain_cell
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.model import MemberRole
from scheduler.programmes.facts_mark import renew_facts_mark
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.voices.tables import JobPlanRow

MOST_HOURS: Final = 400
Given = Mapping[tuple[int, int], int]
"""Minutes of facilitating, by person and year."""


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A facilitator's agreed hours a year (None: not entered), and the minutes planned in the ``year`` of the term that
    has most of them."""

    person_id: int
    name: str
    hours_a_year: int | None
    year: int
    minutes: int

    @property
    def is_over(self) -> bool:
        """Whether more is planned than was agreed."""
        return self.hours_a_year is not None and self.minutes > self.hours_a_year * 60


@dataclass(frozen=True, slots=True)
class JobPlanSums:
    """What a programme's job plans come to: of how many facilitators, hours agreed and planned, and how many are over.
    Of fewer than five there are no sums."""

    facilitators: int
    agreed_hours: int
    planned_minutes: int
    over: int


def job_plans(db: Db, actor: Actor, programme_id: int) -> tuple[JobPlan, ...]:
    """Every facilitator of a programme, by name, for its coordinators."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return _job_plans(db, get_programme(db, programme_id))


def set_hours(db: Db, actor: Actor, programme_id: int, hours: Mapping[int, int | None], now: datetime) -> None:
    """Enter agreed hours a year by person; None takes them out. Raises NotFound of who is no facilitator there."""
    actor.must_have(programme_id, Role.COORDINATOR)
    known = {each.person_id for each in _job_plans(db, get_programme(db, programme_id))}
    if not hours.keys() <= known:
        raise NotFound(say("That facilitator isn’t in this programme."))
    for person_id, wanted in hours.items():
        if wanted is not None and not 0 < wanted <= MOST_HOURS:
            words = say("Enter hours a year, from 1 to %(most)s.", most=MOST_HOURS)
            raise Rejected(say("Please check the fields marked below."), (Fault(f"hours-{person_id}", words),))
        row = db.get(JobPlanRow, (programme_id, person_id))
        if wanted is None:
            if row is not None:
                db.delete(row)
        elif row is None:
            db.add(JobPlanRow(programme_id=programme_id, person_id=person_id, hours_a_year=wanted))
        else:
            row.hours_a_year = wanted
    renew_facts_mark(db, [programme_id])  # what is kept of the checks before publishing goes by it
    record(db, actor, "job_plans.set", now, programme_id, people=len(hours))


def job_plans_csv(db: Db, actor: Actor, programme_id: int, now: datetime) -> str:
    """The same for a spreadsheet (RFC 4180): hours with two digits after the point, empty where none are entered."""
    found = job_plans(db, actor, programme_id)
    record(db, actor, EXPORTED, now, programme_id, what="table", name="job_plans", format="csv")
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\r\n")
    table.writerow([say("facilitator"), say("year"), say("hours in the job plan"), say("hours planned")])
    for each in found:
        agreed = "" if each.hours_a_year is None else str(each.hours_a_year)
        table.writerow([plain_cell(each.name), str(each.year), agreed, f"{each.minutes / 60:.2f}"])
    return lines.getvalue()


def job_plan_sums(db: Db, programme_id: int) -> JobPlanSums | None:
    """The sums for a director, who reads no individual; None of fewer than five facilitators with agreed hours."""
    found = [each for each in _job_plans(db, get_programme(db, programme_id)) if each.hours_a_year is not None]
    if len(found) < FEWEST:
        return None
    return JobPlanSums(
        len(found),
        sum(each.hours_a_year or 0 for each in found),
        sum(each.minutes for each in found),
        sum(each.is_over for each in found),
    )


def own_job_plan(db: Db, actor: Actor, programme_id: int) -> JobPlan | None:
    """The actor's own, where hours have been entered."""
    actor.must_have(programme_id, Role.FACULTY)
    found = (each for each in _job_plans(db, get_programme(db, programme_id)) if each.person_id == actor.person_id)
    own = next(found, None)
    return own if own and own.hours_a_year is not None else None


def agreed_minutes(db: Db, programme_id: int) -> Mapping[int, int]:
    """The minutes a year of those facilitators whose hours have been entered, for the checks before publishing."""
    rows = db.execute(
        select(JobPlanRow.person_id, JobPlanRow.hours_a_year).where(JobPlanRow.programme_id == programme_id)
    )
    return {person_id: hours * 60 for person_id, hours in rows}


def given_minutes(db: Db, programme: Programme, people: Collection[int], *, elsewhere: bool = False) -> Given:
    """What these people facilitate in the years of a programme's term: in all programmes, or in all others."""
    zone = ZoneInfo(programme.zone)
    first = datetime(programme.first_day.year, 1, 1, tzinfo=zone)
    end = datetime(programme.last_day.year + 1, 1, 1, tzinfo=zone)
    query = (
        select(AttendeeRow.person_id, SessionRow.starts_at, SessionRow.ends_at)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(
            AttendeeRow.person_id.in_(people),
            AttendeeRow.role == MemberRole.FACILITATOR,
            SessionRow.status != SessionStatus.CANCELLED,
            SessionRow.starts_at >= first,
            SessionRow.starts_at < end,
        )
    )
    if elsewhere:
        query = query.where(SessionRow.programme_id != programme.id)
    found: Counter[tuple[int, int]] = Counter()
    for person_id, starts_at, ends_at in db.execute(query):
        found[person_id, starts_at.astimezone(zone).year] += round((ends_at - starts_at).total_seconds() / 60)
    return found


def _job_plans(db: Db, programme: Programme) -> tuple[JobPlan, ...]:
    here = (ParticipantRow.programme_id == programme.id, ParticipantRow.kind == Role.FACULTY)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(*here, ParticipantRow.left_at.is_(None), ~ParticipantRow.guest)
        .order_by(PersonRow.name, PersonRow.id)
    ).all()
    agreed = agreed_minutes(db, programme.id)
    given = given_minutes(db, programme, [person_id for person_id, _ in rows])
    years = range(programme.first_day.year, programme.last_day.year + 1)
    return tuple(_job_plan(person_id, name, agreed.get(person_id), years, given) for person_id, name in rows)


def _job_plan(person_id: int, name: str, agreed: int | None, years: Collection[int], given: Given) -> JobPlan:
    year = max(years, key=lambda each: (given.get((person_id, each), 0), -each))
    hours = None if agreed is None else agreed // 60
    return JobPlan(person_id, name, hours, year, given.get((person_id, year), 0))
