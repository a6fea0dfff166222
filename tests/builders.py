"""Small worlds for tests: a programme, its people, their marks. Everything goes through the product's own services."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, func, insert, select

from scheduler.availability.service import bring_up_to_date
from scheduler.availability.tables import AvailabilityRow, OwnMarkRow, WeeklyRow
from scheduler.db import Database, Db
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.people_lists import PEOPLE_COLUMNS
from scheduler.joining.facilitator_list import Noted, note_from_paper
from scheduler.joining.model import Questions
from scheduler.joining.questions import questions_of
from scheduler.joining.tables import AnswerRow, JoiningRow
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import add_coordinator
from scheduler.people.tables import ParticipantRow, RoleRow
from scheduler.plans.model import UNPUBLISHED
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow
from scheduler.preflight import service as preflight
from scheduler.preflight.model import NEVER_OVERRIDDEN
from scheduler.programmes.model import (
    NEAR_PEER,
    PEER,
    VERTICAL,
    Conduct,
    Programme,
    Room,
    Site,
    Window,
    equal_rounds,
)
from scheduler.programmes.service import create_programme, get_programme
from scheduler.publishing import service
from scheduler.publishing.programme_changes import change_programme
from tests.kept import kept

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""The moment at which tests take place, before the programme begins."""

LUNCH = tuple(Window(weekday, time(12, 30), time(14, 15), 45, protected=True) for weekday in range(5))
NORTH = Site(
    "north",
    "North Hospital",
    "Europe/London",
    (Room("library", "Library", 10, frozenset(range(5)), time(8), time(18)),),
)
SOUTH = Site("south", "South Hospital", "Europe/London")


def programme(**changes: object) -> Programme:
    """A spring term of three rounds of four weeks with lunch windows at two sites."""
    plain = Programme(
        slug="spring",
        name="Spring term",
        zone="Europe/London",
        rounds=equal_rounds(date(2027, 1, 4), 3, 4),
        windows=LUNCH,
        models=(PEER, NEAR_PEER, VERTICAL),
        sites=(NORTH, SOUTH),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class World:
    """A stored programme and its coordinator."""

    database: Database
    programme_id: int
    coordinator: Actor


def plan_everybody(db: Db, programme_id: int) -> None:
    """Have everybody on the list planned, whether or not they said yes, and facilitators without a code: as in a
    programme that was there before facilitators had to be ready."""
    asked = Questions(only_joined=False)
    db.add(
        JoiningRow(
            programme_id=programme_id,
            topics=list(asked.topics),
            circumstances=list(asked.circumstances),
            only_joined=False,
            code_needed=False,
        )
    )


def make_ready(
    db: Db, coordinator: Actor, programme_id: int, people: Iterable[int], now: datetime, done_on: date | None = None
) -> None:
    """Have these facilitators sign the code of conduct, and their coordinator verify all their training."""
    day = done_on or now.date()
    done = {kind.key: day for kind in questions_of(db, programme_id).training}
    noted = [Noted(person_id, now.date(), done) for person_id in people]
    note_from_paper(db, coordinator, programme_id, noted, now)


@kept
def world(database: Database, stored: Programme | None = None) -> World:
    """Store a programme with a coordinator and nobody else. Everybody who comes onto its list is planned."""
    with database.writing() as db:
        programme_id = create_programme(db, OPERATOR, stored or programme(), NOW)
        plan_everybody(db, programme_id)
        person_id = add_coordinator(db, OPERATOR, programme_id, "Cora Coordinator", "cora@example.org", NOW)
    return World(database, programme_id, actor(person_id, programme_id, Role.COORDINATOR))


def change_conduct(db: Db, actor: Actor, programme_id: int, wanted: Conduct, now: datetime) -> None:
    """Have a programme treat what is published otherwise."""
    change_programme(db, actor, programme_id, replace(get_programme(db, programme_id), conduct=wanted), now)


def actor(person_id: int, programme_id: int, *roles: Role) -> Actor:
    """Somebody signed in."""
    return Actor(person_id, "Somebody", frozenset((programme_id, role) for role in roles))


def person_line(name: str, **columns: str) -> str:
    """A row of the list of people; the address is made from the name."""
    values = {
        "name": name,
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        "role": "resident",
        "stage": "1",
        "site": "north",
        **columns,
    }
    return ",".join(values.get(column, "") for column in PEOPLE_COLUMNS)


def people_csv(*lines: str) -> bytes:
    """A list of people as a file's bytes."""
    return "\n".join([",".join(PEOPLE_COLUMNS), *lines]).encode()


@kept
def import_residents(world: World, count: int, *more: str, **columns: str) -> dict[str, int]:
    """Import residents R1, R2, … (and the lines of ``more``); returns the ids by e-mail address."""
    lines = [person_line(f"R{number}", **columns) for number in range(1, count + 1)]
    with world.database.writing() as db:
        import_people(db, world.coordinator, world.programme_id, people_csv(*lines, *more), NOW)
        return person_ids_by_address(db, world.programme_id)


@kept
def set_marks(world: World, marks: dict[int, str]) -> None:
    """Write availability as if it had been worked out: one character a slot, or one for all slots."""
    with world.database.writing() as db:
        slots = len(get_programme(db, world.programme_id).slots())
        db.execute(delete(AvailabilityRow).where(AvailabilityRow.person_id.in_(marks)))
        db.execute(
            insert(AvailabilityRow),
            [
                {
                    "programme_id": world.programme_id,
                    "person_id": person_id,
                    "marks": text * slots if len(text) == 1 else text,
                    "reasons": [],
                    "worked_out_at": NOW,
                }
                for person_id, text in marks.items()
            ],
        )


@kept
def say_marks(world: World, marks: dict[int, str]) -> None:
    """Let people say when they can come, one character a slot or one for all: facts from which the same follows again
    whenever their availability is worked out."""
    with world.database.writing() as db:
        slots = get_programme(db, world.programme_id).slots()
        of_them = (OwnMarkRow.programme_id == world.programme_id, OwnMarkRow.person_id.in_(marks))
        db.execute(delete(OwnMarkRow).where(*of_them, OwnMarkRow.one_start))  # what they said of sessions stays
        hours_of_them = (WeeklyRow.programme_id == world.programme_id, WeeklyRow.person_id.in_(marks))
        db.execute(delete(WeeklyRow).where(*hours_of_them))
        for person_id, text in marks.items():
            of_person = {"programme_id": world.programme_id, "person_id": person_id}
            usual = next((mark for mark in "21" if mark in text), "?")
            if usual != "?":
                hours = {"start": time(0), "end": time(0), "mark": usual, "category": "working_hours"}
                db.add_all(WeeklyRow(**of_person, **hours, weekday=weekday) for weekday in range(7))
            said = zip(slots, text * len(slots) if len(text) == 1 else text, strict=True)
            length = timedelta(minutes=get_programme(db, world.programme_id).session_minutes)
            db.add_all(
                OwnMarkRow(
                    **of_person, starts_at=slot.starts_at, ends_at=slot.starts_at + length, mark=mark, one_start=True
                )
                for slot, mark in said
                if mark != usual
            )
        db.flush()
        bring_up_to_date(db, world.programme_id, NOW, marks)


@kept
def add_draft(world: World, **groups: tuple[list[int], dict[int, datetime]]) -> int:
    """Store a draft of video peer groups: key → (residents, round → start). Returns the plan's id."""
    with world.database.writing() as db:
        model = next(model for model in get_programme(db, world.programme_id).models if model.key == "peer")
        plan = PlanRow(
            programme_id=world.programme_id,
            number=db.scalars(select(func.count()).select_from(PlanRow)).one() + 1,
            state="draft",
            score=0,
            seconds=0.0,
            points={},
            created_at=NOW,
            groups=[
                GroupRow(
                    key=key,
                    name=f"Peer group {key}",
                    model_id=model.id,
                    mode="video",
                    members=[MemberRow(person_id=person_id, role="resident") for person_id in residents],
                    sessions=[
                        PlannedSessionRow(
                            round=round_,
                            starts_at=starts_at,
                            facilitator_ids=[],
                            marks={str(person_id): "2" for person_id in residents},
                        )
                        for round_, starts_at in dates.items()
                    ],
                )
                for key, (residents, dates) in groups.items()
            ],
        )
        db.add(plan)
        db.flush()
        return plan.id


def publish(db: Db, actor: Actor, plan_id: int, now: datetime, reason: str = "") -> int:
    """Publish a draft as its programme's coordinator does who overrides every check that is red, by name."""
    override_checks(db, plan_id, now)
    return service.publish(db, actor, plan_id, now, reason)


def override_checks(db: Db, plan_id: int, now: datetime) -> None:
    """Override every check of a draft that is red, by the name of a coordinator of its programme."""
    plan = db.get_one(PlanRow, plan_id)
    programme_id = plan.programme_id
    if plan.state not in UNPUBLISHED or plan.repairs is not None:
        return  # which is told in other words
    found = select(RoleRow.person_id).where(RoleRow.programme_id == programme_id, RoleRow.role == Role.COORDINATOR)
    coordinator = actor(db.scalars(found.limit(1)).one(), programme_id, Role.COORDINATOR)
    for item in preflight.look(db, coordinator, plan_id, now).red:
        if item not in NEVER_OVERRIDDEN:
            preflight.override(db, coordinator, plan_id, item, WHY, now)


WHY = "Nothing of this is what the test is about."


def everybody_is_ready(db: Db, programme_id: int) -> None:
    """Have everybody say yes, and every facilitator sign the code of conduct and have all training verified."""
    parts = db.execute(
        select(ParticipantRow.person_id, ParticipantRow.kind).where(ParticipantRow.programme_id == programme_id)
    ).all()
    for person_id, _ in parts:
        answer = AnswerRow(programme_id=programme_id, person_id=person_id, agreed_at=NOW, changed_at=NOW)
        answer.steps, answer.needs = [], ""
        db.merge(answer)
    db.flush()
    make_ready(db, OPERATOR, programme_id, [who for who, kind in parts if kind == Role.FACULTY], NOW)
