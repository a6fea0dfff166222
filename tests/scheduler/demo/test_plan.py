"""Groups of the demo's hospital keep the interval of its rounds, while nearly everybody can come."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from scheduler.db import Database
from scheduler.demo.hospital import write_hospital
from scheduler.demo.members import join, set_up
from scheduler.enrolment.clinics import import_clinics
from scheduler.enrolment.people_import import import_people
from scheduler.enrolment.relations_import import import_relations
from scheduler.enrolment.rooms import import_rooms
from scheduler.people.model import OPERATOR, Role
from scheduler.people.roles import add_coordinator
from scheduler.planning.instance_builder import build_instance
from scheduler.programmes.service import create_programme
from scheduler.rota_import.service import Upload, import_rota
from solvers.instance import COMING, Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from tests.builders import NOW, actor

WEEK = 7


@pytest.fixture
def hospital(database: Database, tmp_path: Path) -> Instance:
    """The demo's hospital of sixty residents, everybody of whom takes part, as the planner is asked to plan it."""
    files = write_hospital(tmp_path / "hospital", NOW.date(), 60)
    with database.writing() as db:
        programme_id = create_programme(db, OPERATOR, files.programme, NOW)
        cora = add_coordinator(db, OPERATOR, programme_id, "Cora", "cora@example.org", NOW)
        coordinator = actor(cora, programme_id, Role.COORDINATOR)
        for read, file in ((import_people, files.people), (import_relations, files.relations),
                           (import_clinics, files.clinics), (import_rooms, files.rooms)):  # fmt: skip
            read(db, coordinator, programme_id, file.read_bytes(), NOW)
        for rota in files.rotas:
            import_rota(
                db, coordinator, programme_id, rota.site, Upload(rota.name, rota.path.read_bytes(), rota.path.name), NOW
            )
        set_up(db, coordinator, programme_id, NOW)
        join(db, coordinator, programme_id, NOW)
    with database.reading() as db:  # who can come has been worked out when the first transaction ended
        return build_instance(db, programme_id, NOW)


def days_between(instance: Instance, plan: Solution) -> list[int]:
    days = [[instance.slots[session.slot].start.date() for session in group.sessions] for group in plan.groups]
    return [(after - before).days for dates in days for before, after in pairwise(sorted(dates))]


def share_who_can_come(instance: Instance, plan: Solution) -> float:
    marks = {person.id: person.availability for person in instance.residents}
    invited = [marks[who][each.slot] for group in plan.groups for each in group.sessions for who in group.residents]
    return sum(mark in COMING for mark in invited) / len(invited)


def groups_that_begin_late(instance: Instance, plan: Solution) -> list[bool]:
    """Of the groups of people who are new here, whether they meet first after those days."""
    within = {person.id: person.first_within_days for person in instance.residents}
    begins = instance.slots[0].start.date()
    return [
        (instance.slots[min(each.slot for each in group.sessions)].start.date() - begins).days >= min(asked)
        for group in plan.groups
        if (asked := [days for who in group.residents if (days := within[who]) is not None])
    ]


def test_nine_steps_in_ten_are_within_a_week_of_the_interval_and_who_is_new_begins_soon(hospital: Instance) -> None:
    plan = solve(hospital, Limits(6, workers=1))
    assert check(hospital, plan).ok
    steps = days_between(hospital, plan)
    kept = [abs(step - (hospital.interval_days or 0)) <= WEEK for step in steps]
    assert len(kept) >= 40
    assert sum(kept) >= 0.9 * len(kept)
    assert share_who_can_come(hospital, plan) >= 0.95, "a short run; docs/benchmarks.md has those of ten seconds"
    late = groups_that_begin_late(hospital, plan)
    assert len(late) >= 2
    assert not any(late)
