"""A published programme of thousands, made in a minute or two: the demo's hospital, but its rotas and its plan are put
into the database as rows, for reading workbooks and solving are measured elsewhere. All that follows from them (marks,
attendance, troubles, offers, feeds, letters) is worked out by the product.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text

from scheduler.availability.tables import AbsenceRow, AvailabilityRow
from scheduler.changes import Fact, note
from scheduler.db import Base, Database, Db
from scheduler.demo import csv_lists
from scheduler.demo.members import set_up
from scheduler.demo.names import COORDINATOR, address
from scheduler.demo.patterns import ANNUAL_LEAVE, PART_TIME, STUDY_LEAVE, Code, rota_line
from scheduler.demo.people import Posting, Staff, make_staff
from scheduler.demo.term import ROUNDS, WEEKS_A_ROUND, demo_programme
from scheduler.enrolment.clinics import import_clinics
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.relations_import import import_relations
from scheduler.enrolment.rooms import import_rooms
from scheduler.joining.facilitator_list import Noted, note_from_paper
from scheduler.joining.model import RESIDENTS_STEPS
from scheduler.joining.questions import questions_of
from scheduler.joining.tables import AnswerRow, ChangeRequestRow
from scheduler.mail.tables import TroubleRow as MailTroubleRow
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import add_coordinator
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.instance_builder import build_instance
from scheduler.plans.tables import (
    GroupRow,
    MemberRow,
    PlannedSessionRow,
    PlanRow,
    RunProgressRow,
    RunRow,
    UnplacedRow,
)
from scheduler.programmes.model import Programme, Slot, equal_rounds
from scheduler.programmes.service import create_programme, get_programme
from scheduler.publishing.service import make_current
from scheduler.rotas.model import DutyKind
from scheduler.rotas.tables import DutyRow, LegendRow, RotaLineRow, RotaRow, RotaSpanRow
from solvers.codec import instance_to_json

PEOPLE_A_ROTA, LEFT_OVER = 60, 40
KINDS = {
    "N": DutyKind.NIGHT, "LD": DutyKind.LONG_DAY, "L": DutyKind.LATE, "OC": DutyKind.RESIDENT_ON_CALL,
    "NR": DutyKind.NON_RESIDENT_ON_CALL, "NW": DutyKind.NON_RESIDENT_ON_CALL, "SDT": DutyKind.PROTECTED,
    "OFF": DutyKind.OFF, "PC": DutyKind.OFF, ANNUAL_LEAVE: DutyKind.LEAVE, STUDY_LEAVE: DutyKind.STUDY_LEAVE,
    PART_TIME: DutyKind.OFF,
}  # fmt: skip
CHUNK = 5000
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """Residents in a group, and rounds of the term, which is as long as the demo's."""

    group: int = 4
    rounds: int = ROUNDS


USUAL = Shape()


@dataclass(frozen=True, slots=True)
class Large:
    """What was made: the programme, its coordinator, and two drafts that change what is published."""

    programme_id: int
    coordinator: Actor
    published_id: int
    draft_id: int
    other_draft_id: int
    run_id: int


def make_large(database: Database, residents: int, now: datetime, shape: Shape = USUAL) -> Large:
    """A programme of so many residents in groups, published, with two newer drafts."""
    programme = _demo_programme(now, residents, shape)
    staff = make_staff(residents, [site.key for site in programme.sites], ROUNDS * WEEKS_A_ROUND, seed=2027)
    with database.writing() as db:
        programme_id = create_programme(db, OPERATOR, programme, now)
        person_id = add_coordinator(db, OPERATOR, programme_id, *COORDINATOR, now)
        coordinator = Actor(person_id, COORDINATOR[0], frozenset({(programme_id, Role.COORDINATOR)}))
        set_up(db, coordinator, programme_id, now)
        programme = get_programme(db, programme_id)
        _import_lists(db, coordinator, programme, staff, residents, now)
        ids = person_ids_by_address(db, programme_id)
        _fill_rotas(db, programme, staff, ids, now)
        _fill_answers(db, programme_id, ids, now)
        _make_ready(db, coordinator, programme_id, [ids[one.email] for one in staff.faculty], now)
    with database.writing() as db:
        published, draft, another = (_fill_plan(db, programme, number, shape, now) for number in (1, 2, 3))
        make_current(db, coordinator, programme, db.get_one(PlanRow, published), now)
        run_id = _fill_run(db, programme_id, draft, residents, residents // shape.group, now)
    with database.writing() as db:
        _go_on_leave(db, programme_id, shape, now)
    return Large(programme_id, coordinator, published, draft, another, run_id)


def _demo_programme(now: datetime, residents: int, shape: Shape) -> Programme:
    programme = demo_programme(now.date(), residents)
    weeks = ROUNDS * WEEKS_A_ROUND // shape.rounds
    return replace(programme, rounds=equal_rounds(programme.first_day, shape.rounds, weeks))


def copy_everything(source: Database, target: Database) -> None:
    """Put every row of one database into another that is empty and of the same schema."""
    with source.engine.connect() as reading, target.engine.begin() as writing:
        if target.engine.dialect.name == "postgresql":
            writing.execute(text("SET session_replication_role = replica"))  # references hold at the end
        for table in Base.metadata.sorted_tables:
            writing.execute(table.delete())
            rows: Rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            _put(writing, table, rows)
            if target.engine.dialect.name == "postgresql" and rows and "id" in table.c:
                last = max(row["id"] for row in rows)
                if isinstance(last, int):
                    sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
                    writing.execute(select(func.setval(sequence, last)))
    with target.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
            "ANALYZE" if target.engine.dialect.name == "postgresql" else "PRAGMA optimize"
        )


def _put(db: Any, table: Any, rows: Rows) -> None:
    for start in range(0, len(rows), CHUNK):
        db.execute(insert(table), rows[start : start + CHUNK])


def _import_lists(
    db: Db, coordinator: Actor, programme: Programme, staff: Staff, residents: int, now: datetime
) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "list.csv"
        csv_lists.write_people(file, staff)
        import_people(db, coordinator, programme.id, file.read_bytes(), now)
        csv_lists.write_relations(file, staff)
        import_relations(db, coordinator, programme.id, file.read_bytes(), now)
        csv_lists.write_clinics(file, staff)
        import_clinics(db, coordinator, programme.id, file.read_bytes(), now)
        csv_lists.write_rooms(file, programme.sites, residents)
        import_rooms(db, coordinator, programme.id, file.read_bytes(), now)


def _fill_rotas(db: Db, programme: Programme, staff: Staff, ids: Mapping[str, int], now: datetime) -> None:
    days = (programme.last_day - programme.first_day).days + 1
    by_department: dict[str, list[Posting]] = defaultdict(list)
    for posting in staff.postings:
        by_department[posting.department.key].append(posting)
    for postings in by_department.values():
        for number, start in enumerate(range(0, len(postings), PEOPLE_A_ROTA), start=1):
            _fill_rota(db, programme, number, postings[start : start + PEOPLE_A_ROTA], days, ids, now)
    note(db, Fact.TIME, programme.id, now)


def _fill_rota(
    db: Db, programme: Programme, number: int, postings: Sequence[Posting], days: int, ids: Mapping[str, int],
    now: datetime,
) -> None:  # fmt: skip
    department = postings[0].department
    term = {"first_day": programme.first_day, "last_day": programme.last_day}
    row = RotaRow(programme_id=programme.id, site_id=programme.sites[0].id, name=f"{department.name} {number}",
                  layout="dates_across", imported_at=now, **term)  # fmt: skip
    db.add(row)
    db.flush()
    codes = {code.code: code for code in department.legend}
    _put(db, LegendRow, [
        {"rota_id": row.id, "code": code.code, "kind": KINDS.get(code.code, DutyKind.DAY).value, "start": code.start,
         "end": code.end, "label": code.meaning, "answered": False}
        for code in department.legend
    ])  # fmt: skip
    of_all = [(posting, ids[address(posting.name)]) for posting in postings]
    _put(db, RotaLineRow, [{"rota_id": row.id, "name": posting.name, "person_id": who} for posting, who in of_all])
    _put(db, RotaSpanRow, [{"rota_id": row.id, "person_id": who, **term} for _, who in of_all])
    _put(db, DutyRow, [
        {"rota_id": row.id, "person_id": who, "day": day, "code": code, "kind": KINDS.get(code, DutyKind.DAY).value,
         "cell": "", **_hours(codes[code], day, programme.zone)}
        for posting, who in of_all
        for day, found in rota_line(department, posting.position, programme.first_day, days, posting.absences).items()
        for code in found
    ])  # fmt: skip


def _hours(code: Code, day: Any, zone: str) -> dict[str, datetime | None]:
    if code.start is None or code.end is None:
        return {"starts_at": None, "ends_at": None}
    last = day + timedelta(days=code.end <= code.start)
    return {"starts_at": _moment(day, code.start, zone), "ends_at": _moment(last, code.end, zone)}


def _moment(day: Any, at: clock_time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone))


def _make_ready(db: Db, coordinator: Actor, programme_id: int, faculty: Iterable[int], now: datetime) -> None:
    """Facilitators have signed the code of conduct, and their training is verified."""
    done = {kind.key: now.date() for kind in questions_of(db, programme_id).training}
    note_from_paper(db, coordinator, programme_id, [Noted(who, now.date(), done) for who in faculty], now)


def _fill_answers(db: Db, programme_id: int, ids: Mapping[str, int], now: datetime) -> None:
    """Two of three have answered, every sixth has begun; some ask to change something, some cannot be reached."""
    steps = [step.value for step in RESIDENTS_STEPS]
    people = list(ids.items())
    _put(db, AnswerRow, [
        {"programme_id": programme_id, "person_id": who, "invited_at": now, "agreed_at": now if n % 6 else None,
         "changed_at": now, "steps": steps if n % 3 else steps[:2], "needs": "" if n % 50 else "A room without steps"}
        for n, (_, who) in enumerate(people)
        if n % 7
    ])  # fmt: skip
    _put(db, ChangeRequestRow, [
        {"programme_id": programme_id, "person_id": who, "note": "My wishes have changed.", "asked_at": now}
        for _, who in people[::100]
    ])  # fmt: skip
    _put(db, MailTroubleRow, [
        {"address": email, "kind": "refused", "status": "5.1.1", "first_at": now, "last_at": now}
        for email, _ in people[::20]
    ])  # fmt: skip


def _fill_plan(db: Db, programme: Programme, number: int, shape: Shape, now: datetime) -> int:
    """Groups of one site and grade, each at the time of a round at which most can come. The second plan moves a
    session of every tenth group."""
    plan = PlanRow(programme_id=programme.id, number=number, state="draft", score=1000, bound=1050, seconds=60.0,
                   points={}, created_at=now)  # fmt: skip
    db.add(plan)
    db.flush()
    marks = dict(db.execute(select(AvailabilityRow.person_id, AvailabilityRow.marks)).all())
    groups, left = _groups(db, programme, shape.group)
    rows: dict[Any, Rows] = {GroupRow: [], MemberRow: [], PlannedSessionRow: []}
    first_id = (db.scalar(select(func.max(GroupRow.id))) or 0) + 1
    slots = list(enumerate(programme.slots()))
    for index, (residents, lead, site_id) in enumerate(groups):
        rows[GroupRow].append(
            {"id": first_id + index, "plan_id": plan.id, "key": f"g{index + 1}", "name": f"Group {index + 1}",
             "number": index + 1, "model_id": programme.models[2 if lead else 0].id, "mode": "video",
             "site_id": site_id}
        )  # fmt: skip
        roles = {**dict.fromkeys(residents, "resident"), **({lead: "facilitator"} if lead else {})}
        in_it = {"group_id": first_id + index}
        rows[MemberRow] += [{**in_it, "person_id": who, "role": role} for who, role in roles.items()]
        moved = number > 1 and index % 10 == 0
        rows[PlannedSessionRow] += _dates(first_id + index, slots, list(roles), lead, marks, index, moved)
    for table, found in rows.items():
        _put(db, table, found)
    _put(db, UnplacedRow, [{"plan_id": plan.id, "person_id": who} for who in left])
    return plan.id


def _groups(db: Db, programme: Programme, size: int) -> tuple[list[tuple[list[int], int | None, int]], list[int]]:
    part = select(ParticipantRow).where(ParticipantRow.programme_id == programme.id)
    people = list(db.scalars(part.order_by(ParticipantRow.site_id, ParticipantRow.stage, ParticipantRow.person_id)))
    residents = [one for one in people if one.kind == "resident"]
    seniors = iter([one.person_id for one in people if one.kind == "faculty"])
    left = [one.person_id for one in residents[:: max(1, len(residents) // LEFT_OVER)]]
    of_site: dict[int, list[int]] = defaultdict(list)
    for one in residents:
        if one.person_id not in left:
            of_site[one.site_id].append(one.person_id)
    found = []
    for site_id, ids in of_site.items():
        for start in range(0, len(ids) - size + 1, size):
            lead = next(seniors, None) if len(found) % 3 == 0 else None
            found.append((ids[start : start + size], lead, site_id))
    return found, left


def _dates(
    group_id: int, slots: Sequence[tuple[int, Slot]], people: Sequence[int], lead: int | None, marks: Mapping[int, str],
    index: int, moved: bool,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for number in sorted({slot.round for _, slot in slots}):
        own = [(at, slot) for at, slot in slots if slot.round == number]
        can = {at: sum(marks[who][at] in "12" for who in people) for at, _ in own}
        ranked = sorted(own, key=lambda one: (-can[one[0]], hash((one[0], index))))
        at, slot = ranked[1 if moved and number == 1 else 0]
        known = {str(who): marks[who][at] for who in people}
        yield {"group_id": group_id, "round": number, "starts_at": slot.starts_at, "marks": known,
               "facilitator_ids": [lead] if lead else []}  # fmt: skip


def _fill_run(db: Db, programme_id: int, plan_id: int, residents: int, groups: int, now: datetime) -> int:
    asked = json.dumps(instance_to_json(build_instance(db, programme_id, now)))
    run = RunRow(programme_id=programme_id, state="done", seconds=60.0, workers=2, seed=1, instance=asked,
                 residents=residents, queued_at=now, started_at=now, finished_at=now, plan_id=plan_id)  # fmt: skip
    db.add(run)
    db.flush()
    _put(db, RunProgressRow, [
        {"run_id": run.id, "number": n, "seconds": n / 4, "phase": "search", "score": 1000 + n, "bound": 2000 - n,
         "placed": residents, "groups": groups}
        for n in range(240)
    ])  # fmt: skip
    return run.id


def _go_on_leave(db: Db, programme_id: int, shape: Shape, now: datetime) -> None:
    """Two of every tenth group cannot come in the first two rounds after all: there is trouble to be shown."""
    members = select(MemberRow.person_id).join(GroupRow).where(MemberRow.role == "resident", GroupRow.plan_id == 1)
    people = [
        who for n, who in enumerate(db.scalars(members.order_by(GroupRow.id))) if n // shape.group % 10 == 0 and n % 2
    ]
    programme = get_programme(db, programme_id)
    span = {"first_day": programme.rounds[0].first_day, "last_day": programme.rounds[1].last_day}
    _put(db, AbsenceRow, [{"programme_id": programme_id, "person_id": who, **span} for who in people])
    note(db, Fact.TIME, programme_id, now, people)


def person_of_role(db: Db, programme_id: int, role: str) -> int:
    """Somebody of a published group in this role."""
    member = select(MemberRow.person_id).join(GroupRow).join(PlanRow)
    wanted = (PlanRow.programme_id == programme_id, PlanRow.state == "published", MemberRow.role == role)
    return db.scalars(member.where(*wanted).order_by(GroupRow.id).limit(1)).one()


def address_of(db: Db, person_id: int) -> str:
    """The address of somebody."""
    return db.get_one(PersonRow, person_id).email
