"""Repair on the coordinator's pages: what no longer holds, the button, the proposal, and accepting it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.people.model import OPERATOR
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.repair import fewest_changes, repair_from_json
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.service import get_programme
from scheduler.publishing.programme_changes import change_programme
from solvers.codec import read_instance
from solvers.instance import Group, Instance, Session
from solvers.referee import check
from solvers.solution import Solution
from tests.builders import World, set_marks
from tests.web.builders import COORDINATOR, RESIDENT, Pages, words_of

ROUND_SLOTS = 40


def away(pages: Pages, slot: int, *names: str) -> None:
    marks = "2" * slot + "0" + "2" * (3 * ROUND_SLOTS - slot - 1)
    here = World(pages.database, pages.programme_id, OPERATOR)
    set_marks(here, {pages.ids[f"{name}@example.org"]: marks for name in names})


def later(instance: Instance, *which: tuple[str, int]) -> tuple[Group, ...]:
    """The published groups, with these sessions at the next slot."""

    def moved(group: Group, session: Session) -> Session:
        is_meant = (group.id, session.round) in which
        return Session(session.round, session.slot + is_meant, session.facilitators, session.room)

    return tuple(
        Group(
            group.id, group.model, group.mode, group.residents, group.facilitators,
            tuple(moved(group, session) for session in group.sessions), group.site,
        )
        for group in instance.previous
    )  # fmt: skip


def broken_twice(pages: Pages) -> None:
    """Too few can come to the second date of the first group and to the third of the second; no run is going on."""
    with pages.database.writing() as db:
        db.get_one(RunRow, pages.run_id).state = "cancelled"
        slots = {(g.id, s.round): s.slot for g in build_instance(db, pages.programme_id, clock.now()).previous
                 for s in g.sessions}  # fmt: skip
    away(pages, slots["g1", 1], "ben.marrow", "cat.osier")
    away(pages, slots["g2", 2], "eve.moss", "finn.oak")


def worked_out(pages: Pages) -> int:
    """What the run that was asked for last would keep; returns the draft."""
    with pages.database.writing() as db:
        run = db.scalars(select(RunRow).order_by(RunRow.id.desc()).limit(1)).one()
        instance, repair = read_instance(run.instance), repair_from_json(run.repair or {})
        solution = fewest_changes(instance, Solution(instance.name, later(instance, ("g1", 1), ("g2", 2))))
        verdict = check(instance, solution)
        assert verdict.ok, verdict.broken
        why = explained(instance, solution)
        run.plan_id = store_draft(db, pages.programme_id, instance, solution, verdict, why, clock.now(), repair)
        run.state, run.finished_at = "done", clock.now()
        return run.plan_id


def changes_on(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="change" value="([0-9a-f]+)"', page)))


def test_nothing_is_offered_where_everything_holds(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    set_marks(World(pages.database, pages.programme_id, OPERATOR), dict.fromkeys(pages.ids.values(), "2"))
    with pages.database.writing() as db:
        for row in db.scalars(select(PlanRow).where(PlanRow.id == pages.draft_id)):
            db.delete(row)
    page = words_of(browser.get(pages.path("/repair")).text)
    assert "1 resident has no group." in page  # who fits no group is no fault of what is published
    assert "Every session ahead still holds" in page


def test_after_the_last_round_it_says_what_would_help(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Today leads here, and never to an error."""
    with pages.database.reading() as db:
        last = get_programme(db, pages.programme_id).last_day
    monkeypatch.setattr(clock, "now", lambda: datetime.combine(last + timedelta(days=3), time(12), UTC))
    later = pages.signed_in(COORDINATOR)
    answer = later.get(pages.path("/repair"))
    assert answer.status_code == 200
    page = words_of(answer.text)
    assert "Nothing can be repaired at the moment" in page
    assert "Add later rounds" in page
    assert pages.path("/settings/rounds") in answer.text
    assert pages.path("/life") in answer.text
    refused = later.post(pages.path("/repair"))
    assert (refused.status_code, "Nothing can be repaired at the moment" in words_of(refused.text)) == (409, True)


def test_what_only_the_coordinator_can_decide_is_named_beside_what_a_repair_does(pages: Pages) -> None:
    with pages.database.writing() as db:
        programme = get_programme(db, pages.programme_id)
        day = programme.rounds[1].first_day
        closed = ClosedDays(days_off=(DaysOff(day, day + timedelta(days=13), "Refit"),))
        change_programme(db, OPERATOR, programme.id, replace(programme, closed=closed), clock.now())
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/repair")).text)
    assert "Everything that you’ve published still holds" not in page
    assert "The programme no longer meets on the day of Peer group 1 (round 2, " in page
    assert re.search(r"\d+ things are waiting for you to decide. See what would help", page)
    assert page.count("See what would help") == 1, "the navigation has words of its own"


def test_what_no_longer_holds_is_listed_and_repaired_change_by_change(pages: Pages) -> None:
    broken_twice(pages)
    browser = pages.signed_in(COORDINATOR)
    page = words_of(browser.get(pages.path("/repair")).text)
    assert "2 things no longer hold" in page
    assert ": 1 of 4, and it takes 3 (round " in page
    answer = browser.post(pages.path("/repair"))
    assert answer.status_code == 303
    assert browser.get(answer.headers["Location"]).status_code == 200
    plan_id = worked_out(pages)
    assert browser.get(pages.path(f"/plans/{plan_id}")).headers["Location"] == pages.path(f"/repair/{plan_id}")
    proposal = browser.get(pages.path(f"/repair/{plan_id}")).text
    said = words_of(proposal)
    assert "2 changes, each of which stands by itself" in said
    assert said.count("What would otherwise break") == 2
    assert "Peer group 1 : the round 2 session moves from" in said
    first, second = changes_on(proposal)
    accepted = browser.post(pages.path(f"/repair/{plan_id}/accept"), {"change": first})
    shown = browser.get(accepted.headers["Location"]).text
    assert "What changed in revision 2" in words_of(shown)
    assert "Compared with revision 1 1 session moves." in words_of(shown)
    assert "Peer group 1 : the round 2 session moves from" in words_of(shown)
    assert f'href="{pages.path(f"/repair/{plan_id}")}"' in shown
    assert changes_on(browser.get(pages.path(f"/repair/{plan_id}")).text) == [second]
    last = browser.post(pages.path(f"/repair/{plan_id}/accept"), {"change": second})
    with pages.database.reading() as db:
        published = db.scalars(select(PlanRow).where(PlanRow.state == "published")).one()
        assert published.revision == 3
    assert last.headers["Location"] == pages.path(f"/plans/{published.id}/changed")
    shown = browser.get(last.headers["Location"]).text
    assert "Near-peer group 2 : the round 3 session moves from" in words_of(shown)
    assert " Peer group 1 :" not in words_of(shown)
    assert pages.path(f"/repair/{plan_id}") not in shown


def test_the_whole_of_it_is_accepted_at_once(pages: Pages) -> None:
    broken_twice(pages)
    browser = pages.signed_in(COORDINATOR)
    browser.post(pages.path("/repair"))
    plan_id = worked_out(pages)
    page = browser.get(pages.path(f"/repair/{plan_id}")).text
    assert "Accept all 2 changes" in words_of(page)
    browser.post(pages.path(f"/repair/{plan_id}/accept"), {"change": changes_on(page)})
    with pages.database.reading() as db:
        assert db.scalars(select(PlanRow.revision).where(PlanRow.state == "published")).one() == 2


def test_a_repair_that_is_no_longer_as_it_was_read_is_not_accepted(pages: Pages) -> None:
    broken_twice(pages)
    browser = pages.signed_in(COORDINATOR)
    browser.post(pages.path("/repair"))
    plan_id = worked_out(pages)
    answer = browser.post(pages.path(f"/repair/{plan_id}/accept"), {"change": "0" * 16})
    assert answer.status_code == 409
    assert "This repair is no longer as you saw it." in words_of(answer.text)


def test_what_is_left_of_it_can_be_thrown_away(pages: Pages) -> None:
    broken_twice(pages)
    browser = pages.signed_in(COORDINATOR)
    browser.post(pages.path("/repair"))
    plan_id = worked_out(pages)
    browser.post(pages.path(f"/repair/{plan_id}/discard"))
    assert "The repair has been discarded." in words_of(browser.get(pages.path("/plans")).text)
    assert browser.get(pages.path(f"/repair/{plan_id}")).status_code == 404


def test_nobody_else_repairs(pages: Pages) -> None:
    assert pages.signed_in(RESIDENT).get(pages.path("/repair")).status_code == 404
    assert pages.signed_in(RESIDENT).post(pages.path("/repair")).status_code == 404
