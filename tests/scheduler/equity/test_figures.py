"""How fairly a plan treats people, from what is stored: it agrees with the plan's own figures, and follows changes."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import delete, insert, update

from scheduler import clock
from scheduler.availability.tables import WeeklyRow
from scheduler.changes import Fact, note
from scheduler.db import Database
from scheduler.equity import figures
from scheduler.equity.fairness import Aspect, Compared, Fairness, Measure
from scheduler.equity.figures import equity_of
from scheduler.equity.plan_shown import PlanShown, find_plan_shown
from scheduler.equity.shares import fraction_shown
from scheduler.errors import NotAllowed
from scheduler.memory import forget_everything
from scheduler.people.tables import ParticipantRow
from scheduler.plans.tables import GroupRow, UnplacedRow
from scheduler.rotas.tables import DutyRow, RotaRow, RotaSpanRow
from scheduler.sessions.published_figures import figures_of
from solvers.vocabulary import IN_PERSON
from tests.scheduler.sessions.term import NEAR_PEERS, PEERS, Term, a_term, counted, store_plan


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def plan_of(term: Term, plan_id: int | None = None) -> PlanShown:
    with term.database.reading() as db:
        found = find_plan_shown(db, term.coordinator(), term.programme_id, plan_id)
        assert found is not None
        return found


def fairness(term: Term, plan_id: int | None = None, hours: int = 0) -> Fairness:
    plan = plan_of(term, plan_id)
    with term.database.reading() as db:
        return equity_of(db, term.coordinator(), plan, clock.now() + timedelta(hours=hours))


def measured(term: Term, measure: Measure, plan_id: int | None = None) -> Compared:
    return next(each for each in fairness(term, plan_id).measures if each.measure is measure)


def test_attendance_is_that_of_the_plan(term: Term) -> None:
    with term.database.reading() as db:
        figures = figures_of(db, term.coordinator(), term.programme_id, plan_of(term).id)
    assert measured(term, Measure.ATTENDANCE).share == fraction_shown(figures.mean_attendance, 1, 8)
    assert measured(term, Measure.PLACED).share == fraction_shown(8, 9, 9), "Zoe has no group"
    with term.database.writing() as db:
        db.execute(delete(UnplacedRow))
        note(db, Fact.PLAN, term.programme_id, clock.now())
    later = fairness(term, hours=2)
    assert next(one.share for one in later.measures if one.measure is Measure.PLACED) == 1.0
    assert later.people == 8, "whoever was never planned takes no part in this plan"
    assert measured(term, Measure.LEFT_OUT).share == fraction_shown(1, 8, 8), "of Dan nothing is known"
    assert measured(term, Measure.TRAVEL).share == 0.0


def test_it_follows_what_people_can_come_to(term: Term) -> None:
    before = measured(term, Measure.ATTENDANCE).share
    term.mark("0", *NEAR_PEERS)
    with term.database.writing() as db:
        note(db, Fact.TIME, term.programme_id, clock.now(), [term.id_of(name) for name in NEAR_PEERS])
    assert before == fraction_shown(7, 8, 8)
    assert measured(term, Measure.ATTENDANCE).share == fraction_shown(3, 8, 8)


def test_wishes_for_kinds_of_group_and_ways_to_meet_are_counted(term: Term) -> None:
    with term.database.writing() as db:
        db.execute(update(ParticipantRow).values(models={"peer": 2, "near-peer": 1}, modes=["video"]))
    assert measured(term, Measure.WISHES).share == fraction_shown(4, 9, 9), "four are near-peers, and one has no group"
    with term.database.writing() as db:
        db.execute(update(ParticipantRow).values(models={"peer": 1}, modes=["in_person", "video"]))
    forget_everything()  # this was written past the services, which note when somebody's answers change
    assert measured(term, Measure.WISHES).share == 0, "all meet by video, and like nothing but peer groups"


def test_part_time_and_nights_are_what_patterns_and_rotas_say(term: Term) -> None:
    now, first = clock.now(), plan_of(term).programme.first_day
    ids = [term.id_of(name) for name in (*PEERS, *NEAR_PEERS)]
    with term.database.writing() as db:
        day = {"programme_id": term.programme_id, "weekday": 6, "start": time(0), "end": time(0), "mark": "0"}
        db.execute(insert(WeeklyRow), [{**day, "person_id": who, "category": "not_working"} for who in ids[:4]])
        site_id = plan_of(term).programme.sites[0].id
        rota = RotaRow(programme_id=term.programme_id, site_id=site_id, name="Ward", layout="grid", first_day=first,
                       last_day=first, imported_at=now)  # fmt: skip
        db.add(rota)
        db.flush()
        span = {"rota_id": rota.id, "first_day": first, "last_day": first + timedelta(days=20)}
        db.execute(insert(RotaSpanRow), [{**span, "person_id": who} for who in ids])
        duty = {"rota_id": rota.id, "day": first, "code": "N", "kind": "night", "cell": "A1"}
        db.execute(insert(DutyRow), [{**duty, "person_id": who} for who in ids[:5]])
        note(db, Fact.TIME, term.programme_id, now, ids)
    found = measured(term, Measure.PLACED)
    assert sorted(cell.people for cell in found.aspects[Aspect.NIGHTS]) == [1, 3, 5]
    assert sorted(cell.people for cell in found.aspects[Aspect.HOURS]) == [4, 5]
    assert all(cell.share is None for cell in found.aspects[Aspect.HOURS]), "four are too few, five would tell of them"


def test_who_meets_away_from_their_site_travels(term: Term) -> None:
    other = plan_of(term).programme.sites[1].id
    with term.database.writing() as db:
        db.execute(update(GroupRow).where(GroupRow.key == "g1").values(mode=IN_PERSON, site_id=other))
        note(db, Fact.PLAN, term.programme_id, clock.now())
    assert measured(term, Measure.TRAVEL).share == 0.5


def test_a_draft_has_figures_of_its_own(term: Term) -> None:
    draft = store_plan(term, (0, 1))
    assert measured(term, Measure.ATTENDANCE, draft).share == fraction_shown(3 * 1 + 4 * 3, 4 * 1 + 4 * 3, 8)


def test_it_is_worked_out_once_for_each_state(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[int] = []
    real = figures.fairness_of
    monkeypatch.setattr(figures, "fairness_of", lambda people: worked_out.append(1) or real(people))
    first = fairness(term, hours=1000)
    assert fairness(term, hours=1000) is first
    assert len(worked_out) == 1
    with counted(term.database) as asked:
        fairness(term, hours=1000)
    assert len(asked) < 25
    with term.database.writing() as db:
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == term.id_of(PEERS[0])).values(stage=5))
        note(db, Fact.PEOPLE, term.programme_id, clock.now(), (term.id_of(PEERS[0]),))
    fairness(term, hours=1000)
    assert len(worked_out) == 2


def test_members_see_none_of_it(term: Term) -> None:
    plan = plan_of(term)
    with term.database.reading() as db, pytest.raises(NotAllowed):
        equity_of(db, term.actor(PEERS[0]), plan, clock.now())
