"""Hours by job plan: entered, planned against, and an amber sign before a plan is published."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.people.tables import PersonRow
from scheduler.preflight import service as preflight
from scheduler.preflight.model import Item, Light
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.voices.job_plans import job_plan_sums, job_plans, job_plans_csv, own_job_plan, set_hours
from tests.scheduler.sessions.term import FACILITATOR, PEERS, SPARE, Term, store_plan


def test_what_is_planned_counts_against_what_was_agreed(term: Term) -> None:
    fay = term.id_of(FACILITATOR)
    with term.database.writing() as db:
        planned = {one.name: one for one in job_plans(db, term.coordinator(), term.programme_id)}
        assert planned.keys() == {"Fay Lantern", "Gil Spare"}
        assert planned["Fay Lantern"].minutes >= 60 > planned["Gil Spare"].minutes == 0
        assert not planned["Fay Lantern"].is_over
        set_hours(db, term.coordinator(), term.programme_id, {fay: 1, term.id_of(SPARE): 1}, clock.now())
        over = [one.name for one in job_plans(db, term.coordinator(), term.programme_id) if one.is_over]
        assert over == (["Fay Lantern"] if planned["Fay Lantern"].minutes > 60 else [])
        for row in db.scalars(select(SessionRow).where(SessionRow.group_key == "g2")):
            row.status = SessionStatus.CANCELLED
        db.flush()
        assert all(one.minutes == 0 for one in job_plans(db, term.coordinator(), term.programme_id))
        own = own_job_plan(db, term.actor(FACILITATOR), term.programme_id)
        assert own
        assert own.hours_a_year == 1
        assert job_plan_sums(db, term.programme_id) is None, "of two a director reads nothing"
        set_hours(db, term.coordinator(), term.programme_id, {fay: None}, clock.now())
        assert own_job_plan(db, term.actor(FACILITATOR), term.programme_id) is None
        details = [row.details for row in db.scalars(select(AuditRow).where(AuditRow.action == "job_plans.set"))]
        assert details == [{"people": 2}, {"people": 1}], "never whose, nor how many hours"


def test_hours_are_taken_out_as_a_table_by_coordinators_alone(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        set_hours(db, term.coordinator(), term.programme_id, {term.id_of(FACILITATOR): 17}, now)
        db.get_one(PersonRow, term.id_of(SPARE)).name = "=1+1, Gil"
        [fay, gil] = job_plans(db, term.coordinator(), term.programme_id)
        rows = list(csv.reader(io.StringIO(job_plans_csv(db, term.coordinator(), term.programme_id, now))))
        for other in (term.actor(FACILITATOR), term.actor(PEERS[0])):
            with pytest.raises(NotAllowed):
                job_plans_csv(db, other, term.programme_id, now)
        line = db.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
    assert {tuple(row[1:]) for row in rows[1:]} == {
        (str(one.year), str(one.hours_a_year or ""), f"{one.minutes / 60:.2f}") for one in (fay, gil)
    }
    assert not any(row[0].startswith("=") for row in rows), "a spreadsheet calculates nothing"
    assert line.details == {"what": "table", "name": "job_plans", "format": "csv"}


def test_only_coordinators_enter_hours_and_only_of_facilitators(term: Term) -> None:
    with term.database.writing() as db:
        for actor in (term.actor(FACILITATOR), term.actor(PEERS[0])):
            with pytest.raises(NotAllowed):
                set_hours(db, actor, term.programme_id, {}, clock.now())
            with pytest.raises(NotAllowed):
                job_plans(db, actor, term.programme_id)
        with pytest.raises(NotFound):
            set_hours(db, term.coordinator(), term.programme_id, {term.id_of(PEERS[0]): 5}, clock.now())
        for hours in (0, -3, 401):
            with pytest.raises(Rejected):
                set_hours(db, term.coordinator(), term.programme_id, {term.id_of(FACILITATOR): hours}, clock.now())


def test_a_draft_over_a_job_plan_is_amber_and_names_the_hours(term: Term) -> None:
    draft = store_plan(term, missing=(1,))
    with term.database.reading() as db:
        before = preflight.look(db, term.coordinator(), draft, clock.now()).stand(Item.JOB_PLAN)
        assert before.light is Light.GREEN
    with term.database.writing() as db:
        set_hours(db, term.coordinator(), term.programme_id, {term.id_of(FACILITATOR): 1}, clock.now())
        minutes = next(one.minutes for one in job_plans(db, term.coordinator(), term.programme_id) if one.hours_a_year)
    with term.database.reading() as db:
        found = preflight.look(db, term.coordinator(), draft, clock.now()).stand(Item.JOB_PLAN)
    assert minutes > 60
    assert found.light is Light.AMBER, "told, and nothing waits for it"
    [finding] = found.findings
    assert (finding.person_id, finding.level) == (term.id_of(FACILITATOR), -(-(minutes - 60) // 60))
