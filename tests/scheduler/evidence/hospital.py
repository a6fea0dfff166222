"""A term of sixty residents at two sites that is lived month by month, straight in the tables: what is counted is what
stands there, whichever page it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import update

from scheduler.availability.tables import WeeklyRow
from scheduler.db import Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Actor, Role
from scheduler.people.roles import entry_of
from scheduler.people.tables import RoleRow
from scheduler.plans.tables import PlanRow
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow
from tests.builders import World, actor, add_draft, people_csv, person_line, programme, world

FIRST_DAY = date(2027, 1, 4)
GROUP = 6


def day(number: int) -> datetime:
    """Noon so many days after the first day of the term."""
    return datetime.combine(FIRST_DAY + timedelta(days=number), time(12), UTC)


@dataclass(slots=True)
class Hospital:
    """The programme, its director, and everybody's id in the order of the list."""

    here: World
    residents: list[int]
    faculty: list[int]
    director: Actor
    sessions: int = 0

    @property
    def database(self) -> Database:
        return self.here.database

    @property
    def programme_id(self) -> int:
        return self.here.programme_id

    def meet(
        self,
        when: datetime,
        group: Sequence[int],
        came: Sequence[int],
        *,
        lead: int | None = None,
        status: str = "confirmed",
    ) -> int:
        """A session of an hour to which these were invited, and who of them came; nobody noted it where it is empty."""
        number = self.sessions = self.sessions + 1
        people = [*group, *filter(None, [lead])]
        with self.database.writing() as db:
            row = SessionRow(
                uid=f"s{number}", programme_id=self.programme_id, group_key=f"g{group[0]}", group_name="Group",
                model_name="Peer", round=0, extra=number, starts_at=when, ends_at=when + timedelta(hours=1),
                mode="video", status=status, sequence=0, created_at=day(0), changed_at=day(0),
            )  # fmt: skip
            row.attendees = [
                AttendeeRow(person_id=who, role="facilitator" if who == lead else "resident", mark="2")
                for who in people
            ]
            db.add(row)
            db.flush()
            db.add_all(
                AttendedRow(session_id=row.id, person_id=who, came=who in came or who == lead, noted_at=when)
                for who in people
                if came
            )
            return row.id

    def add(self, *names: str, site: str = "north", stage: str = "1") -> list[int]:
        """Residents who come to the programme later."""
        with self.database.writing() as db:
            known = person_ids_by_address(db, self.programme_id)
            lines = [person_line(name, site=site, stage=stage) for name in names]
            import_people(db, self.here.coordinator, self.programme_id, people_csv(*lines), day(1))
            return sorted(set(person_ids_by_address(db, self.programme_id).values()) - set(known.values()))


def a_hospital(database: Database) -> Hospital:
    """Forty residents at North and twenty at South, in two years; six of them part-time; six facilitators. Nobody has
    met yet; all have been invited, and all but every fifth have said yes."""
    here = world(database, programme())
    lines = [
        person_line(f"Resident N{number:02}", site="north" if number < 40 else "south", stage=str(1 + number % 2))
        for number in range(60)
    ]
    lines += [person_line(f"Senior F{number:02}", role="faculty", models="near-peer") for number in range(6)]
    with database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people_csv(*lines), day(-40))
        ids = list(person_ids_by_address(db, here.programme_id).items())
        residents = sorted(who for name, who in ids if "resident" in name)
        faculty = sorted(who for name, who in ids if "senior" in name)
        for number, who in enumerate(residents):
            said = day(-20) if number % 5 else None
            db.add(
                AnswerRow(
                    programme_id=here.programme_id,
                    person_id=who,
                    invited_at=day(-30),
                    agreed_at=said,
                    steps=[],
                    needs="",
                )
            )
        for who in residents[::10]:
            db.add(
                WeeklyRow(
                    programme_id=here.programme_id, person_id=who, weekday=4, start=time(0), end=time(0), mark="0",
                    category="not_working",
                )
            )  # fmt: skip
        person = entry_of(db, "Dora Director", "dora@example.org", day(-40))
        db.add(RoleRow(programme_id=here.programme_id, person_id=person.id, role=Role.DIRECTOR))
        director = actor(person.id, here.programme_id, Role.DIRECTOR)
    groups = {f"g{number}": (residents[number : number + GROUP], {}) for number in range(0, 54, GROUP)}
    plan_id = add_draft(here, **groups)
    with database.writing() as db:
        db.execute(
            update(PlanRow).where(PlanRow.id == plan_id).values(state="published", revision=1, published_at=day(-14))
        )
    return Hospital(here, residents, faculty, director)


def live_a_month(here: Hospital, month: int) -> None:
    """Every group meets once, and of each the first does not come; the last group's session is cancelled."""
    for number in range(0, 54, GROUP):
        group = here.residents[number : number + GROUP]
        lead = here.faculty[number // GROUP % len(here.faculty)]
        when = day(28 * month + 7 + number // GROUP)
        if number == 48:
            here.meet(when, group, (), lead=lead, status="cancelled")
        else:
            here.meet(when, group, group[1:], lead=lead)
