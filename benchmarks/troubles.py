"""How long the list of troubles takes after an import: ``make bench-troubles``.

A published programme of 13 rounds in groups of five with a facilitator each, in which everybody can come to everything.
Then a fifth of the people, three of five in every third group, are on leave in every other round, as after an import of
their rota. Measured is what the
product does: the marks at their sessions, the troubles, and the first page of the list with its remedies; apart from
that the offers of other dates, for the soonest sessions at once as after a change. Prints both sizes and appends to
``benchmarks/troubles.json``.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from scheduler.availability.tables import AvailabilityRow
from scheduler.bootstrap import open_database
from scheduler.db import Database, Db
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow
from scheduler.programmes.model import VERTICAL, Programme, Site, Slot, Window, equal_rounds
from scheduler.programmes.service import create_programme, get_programme
from scheduler.sessions.attendance_marks import bring_marks_up_to_date
from scheduler.sessions.offers import bring_offers_up_to_date
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.settings import Settings
from scheduler.troubles.register import bring_troubles_up_to_date
from scheduler.troubles.remedies import remedies_for
from scheduler.troubles.service import list_troubles

SIZES = tuple(int(size) for size in os.environ.get("PEOPLE", "180,10000").split(","))
ROUNDS, GROUP = 13, 5
ZONE = "Europe/London"
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 10, 5)
CLOCK = time.process_time
"""The processor's: other work on the machine is not the product's."""
RECORD = Path(__file__).with_suffix(".json")


def main() -> None:
    """Measure each size and tell."""
    known = json.loads(RECORD.read_text()) if RECORD.exists() else []
    for people in SIZES:
        figures = _measured(people)
        known.append(figures)
        sys.stdout.write("\n".join(f"{name}: {value}" for name, value in figures.items()) + "\n\n")
    RECORD.write_text(json.dumps(known, indent=1) + "\n")


def _measured(people: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Settings(f"sqlite:///{folder}/rounds.sqlite", "bench"))
        with database.writing() as db:
            programme_id = create_programme(db, OPERATOR, _programme(), NOW)
            programme = get_programme(db, programme_id)
            _fill(db, programme, people)
        changed = [n for n in range(1, people + 1) if (n - 1) // GROUP % 3 == 0 and (n - 1) % GROUP < 3]
        _go_on_leave(database, programme, changed)
        marks, touched = _follow(database, programme, changed)
        troubles, found = _derive(database, programme, changed, touched)
        again, nothing = _derive(database, programme, changed, touched)
        assert nothing == 0, "a second time there is nothing to do"
        offers = _offer(database, programme, changed, touched)
        listing = _list(database, programme)
        database.close()
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "people": people,
        "sessions": people // GROUP * ROUNDS,
        "troubles": found,
        "marks_processor_seconds": round(marks, 2),
        "troubles_processor_seconds": round(troubles, 2),
        "again_processor_seconds": round(again, 2),
        "first_page_processor_seconds": round(listing, 2),
        "list_after_an_import_processor_seconds": round(marks + troubles + listing, 2),
        "offers_processor_seconds": round(offers, 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _follow(database: Database, programme: Programme, people: Sequence[int]) -> tuple[float, frozenset[int]]:
    begins = CLOCK()
    with database.writing() as db:
        touched = bring_marks_up_to_date(db, programme, NOW, people, ())
    return CLOCK() - begins, touched


def _derive(
    database: Database, programme: Programme, people: Sequence[int], sessions: frozenset[int]
) -> tuple[float, int]:
    begins = CLOCK()
    with database.writing() as db:
        found = bring_troubles_up_to_date(db, programme, NOW, people, sessions)
    return CLOCK() - begins, found


def _list(database: Database, programme: Programme) -> float:
    begins = CLOCK()
    with database.reading() as db:
        found = list_troubles(db, OPERATOR, programme.id, NOW)
        remedies_for(db, programme, found.troubles, NOW)
    return CLOCK() - begins


def _offer(database: Database, programme: Programme, people: Sequence[int], sessions: frozenset[int]) -> float:
    begins = CLOCK()
    with database.writing() as db:
        bring_offers_up_to_date(db, programme.id, NOW, people, sessions)
    return CLOCK() - begins


def _programme() -> Programme:
    lunch = (Window(day, clock_time(12), clock_time(14), 30, protected=True) for day in range(5))
    return Programme(
        slug="bench",
        name="Bench",
        zone=ZONE,
        rounds=equal_rounds(FIRST_DAY, ROUNDS, 2),
        windows=tuple(lunch),
        models=(VERTICAL,),
        sites=(Site("north", "North Hospital", ZONE),),
    )


def _fill(db: Db, programme: Programme, people: int) -> None:
    groups = people // GROUP
    everybody = range(1, people + groups + 1)
    db.execute(
        insert(PersonRow),
        [{"id": n, "name": f"Person {n}", "email": f"p{n}@example.org", "created_at": NOW} for n in everybody],
    )
    nothing: dict[str, Any] = {"models": {"vertical": 1}, "interests": [], "tags": [], "company": [], "joined_at": NOW}
    part = {"programme_id": programme.id, "site_id": programme.sites[0].id, "modes": ["video"], **nothing}
    db.execute(
        insert(ParticipantRow),
        [
            {"person_id": n, "kind": "resident" if n <= people else "faculty", "stage": n % 3 + 1, **part}
            for n in everybody
        ],
    )
    slots = programme.slots()
    known = {"programme_id": programme.id, "reasons": [], "worked_out_at": NOW}
    db.execute(insert(AvailabilityRow), [{"person_id": n, "marks": "2" * len(slots), **known} for n in everybody])
    db.add(
        PlanRow(
            programme_id=programme.id, number=1, state="published", revision=1, score=0, seconds=1.0, points={},
            created_at=NOW, published_at=NOW,
        )
    )  # fmt: skip
    db.flush()
    _fill_groups(db, programme, people)


def _fill_groups(db: Db, programme: Programme, people: int) -> None:
    plan_id = db.scalars(select(PlanRow.id)).one()
    firsts = [next(slot for slot in programme.slots() if slot.round == index) for index in range(ROUNDS)]
    groups, members, planned, sessions, attendees = [], [], [], [], []
    for number in range(people // GROUP):
        group_id, key = number + 1, f"g{number}"
        residents, lead = range(number * GROUP + 1, (number + 1) * GROUP + 1), people + number + 1
        named = {"key": key, "name": f"Group {number}", "model_id": programme.models[0].id, "mode": "video"}
        groups.append({"id": group_id, "plan_id": plan_id, **named})
        roles = {**dict.fromkeys(residents, "resident"), lead: "facilitator"}
        members += [{"group_id": group_id, "person_id": who, "role": role} for who, role in roles.items()]
        for slot in firsts:
            session_id = len(sessions) + 1
            marks = {str(who): "2" for who in roles}
            planned.append({"group_id": group_id, "round": slot.round, "starts_at": slot.starts_at,
                            "facilitator_ids": [lead], "marks": marks})  # fmt: skip
            sessions.append(_session(programme, session_id, key, slot))
            attendees += [
                {"session_id": session_id, "person_id": who, "role": role, "mark": "2"} for who, role in roles.items()
            ]
    for table, rows in ((GroupRow, groups), (MemberRow, members), (PlannedSessionRow, planned), (SessionRow, sessions),
                        (AttendeeRow, attendees)):  # fmt: skip
        for start in range(0, len(rows), 5000):
            db.execute(insert(table), rows[start : start + 5000])


def _session(programme: Programme, session_id: int, key: str, slot: Slot) -> dict[str, Any]:
    return {
        "id": session_id, "uid": f"u{session_id}", "programme_id": programme.id, "group_key": key, "group_name": key,
        "model_name": "Vertical", "round": slot.round, "starts_at": slot.starts_at,
        "ends_at": slot.starts_at + timedelta(hours=1), "mode": "video", "status": "confirmed", "sequence": 0,
        "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip


def _go_on_leave(database: Database, programme: Programme, people: Sequence[int]) -> None:
    """In every other round nobody of these can come."""
    marks = "".join("0" if slot.round % 2 else "2" for slot in programme.slots())
    with database.writing() as db:
        of_them = (AvailabilityRow.programme_id == programme.id, AvailabilityRow.person_id.in_(people))
        db.execute(update(AvailabilityRow).where(*of_them).values(marks=marks))


if __name__ == "__main__":
    main()
