"""Small worlds for tests: a programme, its people, their marks. Everything goes through the product's own services."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import delete, func, insert, select

from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Database
from scheduler.people.importing import addresses, import_people
from scheduler.people.lists import PEOPLE_COLUMNS
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.service import add_coordinator
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow
from scheduler.programmes.model import (
    NEAR_PEER,
    PEER,
    VERTICAL,
    Programme,
    Room,
    Site,
    Window,
    equal_rounds,
)
from scheduler.programmes.service import create_programme, get_programme

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


def replace_sqlite(database: Database, template: Path) -> None:
    """Put what a SQLite file holds in the place of all that a database holds.

    By SQLite itself, which waits for whoever is still at it. A file must not be exchanged under an open connection.
    """
    database.close()
    with (
        closing(sqlite3.connect(template)) as source,
        closing(sqlite3.connect(str(database.engine.url.database))) as copy,
    ):
        copy.execute("PRAGMA synchronous=OFF")
        source.backup(copy)


@dataclass(frozen=True, slots=True)
class World:
    """A stored programme and its coordinator."""

    database: Database
    programme_id: int
    coordinator: Actor


def world(database: Database, stored: Programme | None = None) -> World:
    """Store a programme with a coordinator and nobody else."""
    with database.writing() as db:
        programme_id = create_programme(db, OPERATOR, stored or programme(), NOW)
        person_id = add_coordinator(db, OPERATOR, programme_id, "Cora Coordinator", "cora@example.org", NOW)
    return World(database, programme_id, actor(person_id, programme_id, Role.COORDINATOR))


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


def import_residents(world: World, count: int, *more: str, **columns: str) -> dict[str, int]:
    """Import residents R1, R2, … (and the lines of ``more``); returns the ids by e-mail address."""
    lines = [person_line(f"R{number}", **columns) for number in range(1, count + 1)]
    with world.database.writing() as db:
        import_people(db, world.coordinator, world.programme_id, people_csv(*lines, *more), NOW)
        return addresses(db, world.programme_id)


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
