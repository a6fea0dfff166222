"""How long it takes to work out everybody's availability: ``make bench-availability``.

A programme of 26 weeks with lunch and evening windows; every person has a duty line of the demo's departments with
nights, calls and leave, every tenth a clinic, a part-time day or another calendar, and some words of their own. All
are worked out and stored by the product's own service, as after a change to the programme's rules; then one person
is, as after a change of theirs. Prints both and appends to ``benchmarks/availability.json``.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from scheduler.availability.intervals import moment
from scheduler.availability.service import bring_up_to_date
from scheduler.availability.tables import AvailabilityRow, BusyCalendarRow, BusySpanRow, OwnMarkRow, WeeklyRow
from scheduler.bootstrap import open_database
from scheduler.db import Db
from scheduler.demo.patterns import DEPARTMENTS, Absences, Department, rota_line
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.model import PEER, Programme, Site, Window, equal_rounds
from scheduler.programmes.service import create_programme, get_programme
from scheduler.rotas.model import wall_span
from scheduler.rotas.tables import DutyRow, RotaRow, RotaSpanRow
from scheduler.settings import Settings

PEOPLE = int(os.environ.get("PEOPLE", "10000"))
WEEKS = 26
ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 10, 5)
LAST_DAY = FIRST_DAY + timedelta(weeks=WEEKS, days=-1)
RECORD = Path(__file__).with_suffix(".json")
KINDS: Mapping[str, str] = {
    "D": "day", "SD": "day", "WD": "day", "CW": "day", "LD": "long_day", "L": "late", "N": "night",
    "OC": "resident_on_call", "NR": "non_resident_on_call", "NW": "non_resident_on_call", "SDT": "protected",
    "OFF": "off", "PC": "off", "PT": "off", "AL": "leave", "SL": "study_leave",
}  # fmt: skip
LINES = 240
"""Different lines a department; people share them."""


def main() -> None:
    """Fill a database, measure, tell."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Settings(f"sqlite:///{folder}/rounds.sqlite", "bench"))
        with database.writing() as db:
            programme_id = create_programme(db, OPERATOR, _programme(), NOW)
            _fill(db, programme_id)
        with database.reading() as db:
            slots = len(get_programme(db, programme_id).slots())
            duties = db.scalar(select(func.count()).select_from(DutyRow))
        begins = time.process_time()
        everybody = _seconds(database, programme_id, None)
        processor = time.process_time() - begins
        one = _seconds(database, programme_id, [1])
        with database.reading() as db:
            done = db.scalar(select(func.count()).select_from(AvailabilityRow))
        database.close()
    figures = {
        "day": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "people": done,
        "weeks": WEEKS,
        "slots": slots,
        "duties": duties,
        "everybody_seconds": round(everybody, 1),
        "everybody_processor_seconds": round(processor, 1),
        "one_person_seconds": round(one, 3),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    known = json.loads(RECORD.read_text()) if RECORD.exists() else []
    RECORD.write_text(json.dumps([*known, figures], indent=1) + "\n")
    sys.stdout.write("\n".join(f"{name}: {value}" for name, value in figures.items()) + "\n")


def _seconds(database: Any, programme_id: int, people: list[int] | None) -> float:
    begins = time.monotonic()
    with database.writing() as db:
        bring_up_to_date(db, programme_id, NOW, people)
    return time.monotonic() - begins


def _programme() -> Programme:
    lunch = (Window(day, clock_time(12), clock_time(14), 30, protected=True) for day in range(5))
    evening = (Window(day, clock_time(17), clock_time(20), 30) for day in range(5))
    return Programme(
        slug="bench",
        name="Bench",
        zone=ZONE.key,
        rounds=equal_rounds(FIRST_DAY, WEEKS // 2, 2),
        windows=(*lunch, *evening),
        models=(PEER,),
        sites=(Site("north", "North Hospital", ZONE.key),),
        buffer_minutes=10,
    )


def _fill(db: Db, programme_id: int) -> None:
    site_id = get_programme(db, programme_id).sites[0].id
    everybody = range(1, PEOPLE + 1)
    db.execute(
        insert(PersonRow),
        [{"id": n, "name": f"Person {n}", "email": f"p{n}@example.org", "created_at": NOW} for n in everybody],
    )
    part = {"programme_id": programme_id, "kind": "resident", "stage": 1, "site_id": site_id, "modes": ["in_person"]}
    nothing: dict[str, Any] = {"models": {"peer": 1}, "interests": [], "tags": [], "company": [], "joined_at": NOW}
    db.execute(insert(ParticipantRow), [{"person_id": n, **part, **nothing} for n in everybody])
    for number, department in enumerate(DEPARTMENTS):
        _fill_rota(db, programme_id, site_id, department, everybody[number :: len(DEPARTMENTS)])
    _fill_patterns(db, programme_id, everybody)
    _fill_calendars(db, everybody[5::10])
    _fill_words(db, programme_id, everybody)


def _fill_rota(db: Db, programme_id: int, site_id: int, department: Department, people: range) -> None:
    rota = RotaRow(
        programme_id=programme_id,
        site_id=site_id,
        name=department.name,
        layout="A",
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        imported_at=NOW,
    )
    db.add(rota)
    db.flush()
    span = {"rota_id": rota.id, "first_day": FIRST_DAY, "last_day": LAST_DAY}
    db.execute(insert(RotaSpanRow), [{"person_id": n, **span} for n in people])
    lines = [list(_line(department, position)) for position in range(min(LINES, len(people)))]
    for start in range(0, len(people), 500):
        some = enumerate(people[start : start + 500], start=start)
        rows = [{"rota_id": rota.id, "person_id": n, **duty} for at, n in some for duty in lines[at % len(lines)]]
        db.execute(insert(DutyRow), rows)


def _line(department: Department, position: int) -> Iterator[dict[str, Any]]:
    legend = {entry.code: entry for entry in department.legend}
    absences = Absences(leave_weeks=frozenset((position % WEEKS, (position + 9) % WEEKS)))
    for day, codes in rota_line(department, position, FIRST_DAY, WEEKS * 7, absences).items():
        for code in codes:
            entry = legend[code]
            wall = wall_span(day, entry.start, entry.end) if entry.start and entry.end else None
            yield {
                "day": day,
                "code": code,
                "kind": KINDS[code],
                "starts_at": moment(wall[0], ZONE) if wall else None,
                "ends_at": moment(wall[1], ZONE, ends=True) if wall else None,
                "cell": "",
            }


def _fill_patterns(db: Db, programme_id: int, people: range) -> None:
    pattern = {"programme_id": programme_id, "start": clock_time(13), "end": clock_time(17), "mark": "0"}
    rows = [{"person_id": n, "weekday": n % 5, "category": "clinic", **pattern} for n in people[::10]]
    rows += [{"person_id": n, "weekday": n % 5, "category": "own", **pattern} for n in people[3::10]]
    db.execute(insert(WeeklyRow), rows)


def _fill_calendars(db: Db, people: range) -> None:
    rows = [
        {"id": n, "person_id": n, "address": "", "all_day": "leave", "added_at": NOW, "failures": 0, "trouble": "",
         "etag": "", "skipped": 0}
        for n in people
    ]  # fmt: skip
    db.execute(insert(BusyCalendarRow), rows)
    starts = [moment(datetime.combine(FIRST_DAY + timedelta(days=3 * k), clock_time(12)), ZONE) for k in range(60)]
    spans = [
        {"calendar_id": n, "starts_at": start, "ends_at": start + timedelta(hours=1), "all_day": False}
        for n in people
        for start in starts
    ]
    db.execute(insert(BusySpanRow), spans)


def _fill_words(db: Db, programme_id: int, people: range) -> None:
    noon = moment(datetime.combine(FIRST_DAY + timedelta(days=2), clock_time(12)), ZONE)
    words = [
        {"programme_id": programme_id, "person_id": n, "starts_at": noon + timedelta(weeks=k), "mark": "0",
         "ends_at": noon + timedelta(weeks=k, hours=1)}
        for n in people[::2]
        for k in range(5)
    ]  # fmt: skip
    db.execute(insert(OwnMarkRow), words)


if __name__ == "__main__":
    main()
