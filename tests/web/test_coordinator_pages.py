"""What coordinators read and do: where the programme stands, making a plan, reading and publishing it."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.availability.tables import AvailabilityRow
from scheduler.enrolment.people_import import import_people
from scheduler.people.model import OPERATOR, Role
from scheduler.people.roles import add_coordinator, appoint
from scheduler.planning.runs import Attempt, add_progress, claim_next_run, get_run
from scheduler.plans.model import PlanState, RunState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.programmes.facts_mark import renew_facts_mark
from scheduler.programmes.model import Conduct
from scheduler.programmes.service import create_programme, get_programme
from solvers.progress import Progress
from tests.builders import change_conduct, people_csv, person_line
from tests.web.builders import COORDINATOR, OVERSEER, RESIDENT, STRANGER_COORDINATOR, Pages, everything_stored, words_of
from tests.web.test_permissions import addresses
from web.coordinator.run_chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH


def end_run(pages: Pages, state: RunState, plan_id: int | None = None, error: str = "") -> None:
    """As the job leaves a run."""
    with pages.database.writing() as db:
        row = db.get_one(RunRow, pages.run_id)
        row.state, row.plan_id, row.error = state, plan_id, error
        row.started_at, row.finished_at = clock.now() - timedelta(seconds=9), clock.now()


def test_the_first_page_says_what_to_do_next(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert "A plan is being made" in browser.get(pages.path()).text
    end_run(pages, RunState.DONE, pages.draft_id)
    draft = words_of(browser.get(pages.path()).text)
    assert "Draft 2 is ready for you to read" in draft
    assert "In it, 8 of 9 residents have a group." in draft
    browser.post(pages.path(f"/plans/{pages.draft_id}/publish"))
    published = words_of(browser.get(pages.path()).text)
    assert "5 of the next 6 sessions will meet 1 has no date." in published
    assert "1 resident has no group." in published
    assert (
        "Start with people"
        in pages.signed_in(STRANGER_COORDINATOR).get(f"/programmes/{pages.stranger_programme_id}").text
    )


def test_a_coordinator_of_several_programmes_chooses(pages: Pages) -> None:
    with pages.database.writing() as db:
        other = dataclasses.replace(get_programme(db, pages.programme_id), slug="third", name="Third term", id=0)
        add_coordinator(
            db, OPERATOR, create_programme(db, OPERATOR, other, clock.now()), "Cora", COORDINATOR, clock.now()
        )
    browser = pages.signed_in(COORDINATOR)
    assert browser.get("/").headers["Location"] == "/programmes/"
    page = browser.get("/programmes/").text
    assert "Third term" in page
    assert "Spring term" in page
    assert "Other term" not in page


def test_a_run_is_started_watched_and_stopped(pages: Pages) -> None:
    end_run(pages, RunState.DONE, pages.draft_id)
    browser = pages.signed_in(COORDINATOR)
    started = browser.post(pages.path("/runs"), {"seconds": "10"})
    assert started.status_code == 303
    watch = started.headers["Location"]
    assert "It will start in a moment." in browser.get(watch).text
    run_id = int(watch.rsplit("/", 1)[1])
    with pages.database.writing() as db:
        attempt = claim_next_run(db, clock.now())
        assert attempt == Attempt(run_id, 1)
        reports = (Progress(1.0, "search", None, None, 0, 0), Progress(2.0, "search", 900, 1200, 7, 2, 11, 30, 33))
        add_progress(db, attempt, reports, clock.now())
    page = words_of(browser.get(watch).text)
    assert "7 of 9 residents have a group so far." in page
    assert "7 residents have a group, and 11 sessions will take place." in page
    assert "points" not in page, "people know sessions, not points"
    stopped = browser.post(f"{watch}/stop")
    assert stopped.headers["Location"] == watch
    assert "The best plan found so far is kept." in browser.get(watch).text
    assert browser.post(f"{watch}/stop").status_code == 303
    with pages.database.reading() as db:
        assert get_run(db, OPERATOR, run_id).cancel_requested


def test_a_running_page_asks_for_the_piece_that_changes_and_an_ended_one_does_not(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    watch = pages.path(f"/runs/{pages.run_id}")
    assert f'hx-get="{watch}/progress"' in browser.get(watch).text
    assert "htmx.min.js" in browser.get(watch).text
    assert f'href="{watch}">Refresh' in browser.get(watch).text, "the same by hand, without a script"
    end_run(pages, RunState.DONE, pages.draft_id)
    for path in (watch, f"{watch}/progress"):
        ended = browser.get(path).text
        assert "hx-get" not in ended
        assert "The draft is ready" in ended
        assert f'href="{pages.path(f"/plans/{pages.draft_id}")}"' in ended
    assert "htmx" not in browser.get(watch).text


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        (RunState.CANCELLED, "", "No plan had been found yet, so there is no draft."),
        (RunState.FAILED, "The machine stopped.", "The machine stopped. What you’ve published hasn’t changed."),
    ],
)
def test_a_run_that_came_to_nothing_says_so_and_what_next(pages: Pages, state: RunState, error: str, said: str) -> None:
    end_run(pages, state, error=error)
    assert said in words_of(pages.signed_in(COORDINATOR).get(pages.path(f"/runs/{pages.run_id}")).text)


def test_the_lines_of_a_run_stay_in_their_box(pages: Pages) -> None:
    with pages.database.writing() as db:
        attempt = claim_next_run(db, clock.now())
        assert attempt is not None
        reports = [Progress(t / 2, "search", 100 * t, 5000 - 70 * t, t, 1) for t in range(1, 30)]
        add_progress(db, attempt, reports, clock.now())
    page = pages.signed_in(COORDINATOR).get(pages.path(f"/runs/{pages.run_id}")).text
    paths = re.findall(r'<path class="(?:bound|score)" d="([^"]+L[^"]+)"', page)
    assert len(paths) == 2
    for path in paths:
        points = [tuple(map(float, point.split())) for point in re.findall(r"[ML]([\d. ]+)", path)]
        assert len(points) == 1 + 2 * 29
        assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in points)
        assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_a_draft_answers_whether_the_groups_will_meet(pages: Pages) -> None:
    page = pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{pages.draft_id}"))
    words = words_of(page.text)
    assert "5 of 6" in words
    assert "Peer group 1 misses round 2" in words
    assert "?q=Peer+group+1#groups" in page.text
    assert 'id="g1"' in page.text
    assert "90 %" in words
    assert "Fewest: one person can come to 0 of 2." in words
    assert "1 resident has no group" in words
    assert re.search(r"Zoe Left : \w+", words)
    assert "Grades 1–2 · 4 North Hospital · Fay Lantern" in words
    assert 'aria-label="2 can, 1 without a session"' in page.text


def test_a_draft_says_where_fewer_sessions_would_take_place_by_now(pages: Pages) -> None:
    browser, path = pages.signed_in(COORDINATOR), pages.path(f"/plans/{pages.draft_id}")
    assert "when this draft was made" not in words_of(browser.get(path).text)
    with pages.database.writing() as db:
        rows = db.scalars(select(AvailabilityRow).where(AvailabilityRow.programme_id == pages.programme_id)).all()
        for row in rows:
            row.marks = row.planner_marks = "0" * len(row.marks)
        renew_facts_mark(db, [pages.programme_id])
    page = words_of(browser.get(path).text)
    assert "That was so when this draft was made. As things stand now it’s 0." in page
    assert "when this draft was made" not in words_of(browser.get(pages.path(f"/plans/{pages.published_id}")).text)


def test_a_draft_is_read_checked_and_published_once(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    plan = pages.path(f"/plans/{pages.draft_id}")
    assert browser.post(f"{plan}/reviewed").status_code == 303
    assert "Saved: you’ve read this draft." in browser.get(plan).text
    asked = words_of(browser.get(f"{plan}/publish").text)
    assert "This replaces revision 1." in asked
    assert "1 resident has no group. Their page says so and tells them to write to you." in asked
    assert browser.post(f"{plan}/publish").headers["Location"] == plan
    assert "Published as revision 2." in browser.get(plan).text
    before = everything_stored(pages.database)
    again = browser.post(f"{plan}/publish")
    assert again.status_code == 409
    assert "Make a new draft to change it." in again.text
    assert everything_stored(pages.database) == before
    assert "replaced (revision 1)" in words_of(browser.get(pages.path("/plans")).text)
    assert "cancelled" in words_of(pages.signed_in(RESIDENT).get("/my-group").text), "members see it at once"


def test_a_term_is_meant_to_be_published_some_weeks_ahead(pages: Pages) -> None:
    browser, home = pages.signed_in(STRANGER_COORDINATOR), f"/programmes/{pages.stranger_programme_id}"
    assert "You meant to publish by" in words_of(browser.get(home).text)
    with pages.database.writing() as db:
        change_conduct(db, OPERATOR, pages.stranger_programme_id, Conduct(publish_ahead_days=7), clock.now())
        db.get_one(PlanRow, pages.published_id).state = PlanState.SUPERSEDED
    assert "Publish by" in words_of(browser.get(home).text)
    asked = words_of(pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{pages.draft_id}/publish")).text)
    assert re.search(r"People get 2\d days of notice before the term begins. You meant to give them 42.", asked)


def test_people_are_listed_with_what_is_known_of_their_time(pages: Pages) -> None:
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/people")).text)
    assert "9 residents, 2 facilitators" in page
    known = r"{0} {0} \S+ resident 1 North Hospital Peer group 1 not yet not invited none {1}"
    assert re.search(known.format("Ada Quill", "3 of 3"), page)
    assert re.search(known.format("Dan Reed", "not known"), page)


def test_nothing_can_be_planned_without_people_and_the_page_says_why(pages: Pages) -> None:
    browser = pages.signed_in(STRANGER_COORDINATOR)
    answer = browser.post(f"/programmes/{pages.stranger_programme_id}/runs", {"seconds": "10"})
    assert answer.status_code == 409
    assert "The programme has no people in it yet. " in words_of(answer.text)
    assert "Import the list of people first." in answer.text


def test_a_time_zone_is_corrected_and_times_by_the_clock_stay(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = words_of(browser.get(pages.path("/time-zones")).text)
    assert "All times of sessions are London time." in page
    assert "published sessions move, and everyone invited gets one update." in page
    before = words_of(pages.signed_in(RESIDENT).get("/my-group").text)
    clock_times = set(re.findall(r"\d\d:\d\d", before))
    refused = browser.post(pages.path("/time-zones"), {"place": "Atlantis"})
    assert "We don’t know the time zone “Atlantis”." in words_of(refused.text)
    asked = browser.post(pages.path("/time-zones"), {"place": "New York"})
    assert asked.status_code == 200
    for said in ("This is what the change does", "published sessions move with the clocks.", "people get an update."):
        assert said in words_of(asked.text)
    assert set(re.findall(r"\d\d:\d\d", words_of(pages.signed_in(RESIDENT).get("/my-group").text))) == clock_times
    again = browser.post(pages.path("/time-zones"), {"place": "New York", "again": "1"})
    assert 'value="New York"' in again.text
    assert "London time" in words_of(again.text), "nothing is saved yet"
    assert browser.save(pages.path("/time-zones"), {"place": "New York"}).status_code == 303
    page = words_of(browser.get(pages.path("/time-zones")).text)
    assert "All times of sessions are New York time." in page
    assert set(re.findall(r"\d\d:\d\d", words_of(pages.signed_in(RESIDENT).get("/my-group").text))) == clock_times
    browser.save(pages.path("/time-zones/south"), {"place": "London"})
    assert "The rotas of this site are now read as London time." in words_of(
        browser.get(pages.path("/time-zones")).text
    )


def test_a_list_of_relations_says_whom_it_parts_and_from_when(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    rows = "person,about,kind,first_day,last_day\nben.marrow@example.org,ada.quill@example.org,supervises,2027-01-20,\n"
    there = browser.upload(pages.path("/people/relations"), rows.encode()).location
    browser.post(f"{there}/confirm")
    page = words_of(browser.get(pages.path("/lists")).text)
    assert (
        "1 added, 0 changed, 0 unchanged. From 20 Jan 2027, Ada Quill and Ben Marrow can’t share Peer group 1." in page
    )


def test_every_page_opens_in_a_programme_that_has_only_begun(pages: Pages) -> None:
    """Without rotas, plans and answers there is little to read, and nothing fails."""
    people = people_csv(person_line("Rita New"), person_line("Sam Lead", role="faculty", models="peer"))
    other = pages.stranger_programme_id
    with pages.database.writing() as db:
        import_people(db, OPERATOR, other, people, clock.now())
        appoint(db, OPERATOR, other, "Olga Oversight", OVERSEER, Role.OVERSIGHT, clock.now())
    players = (STRANGER_COORDINATOR, OVERSEER, "rita.new@example.org", "sam.lead@example.org")
    browsers = [pages.signed_in(email) for email in players]
    opened = 0
    for rule, method, path, _ in addresses(pages, other):
        if method == "GET" and rule.arguments <= {"programme_id"} and "institution" not in path:
            answers = [browser.get(path) for browser in browsers]
            assert not [answer for answer in answers if answer.status_code >= 500], path
            opened += any(answer.status_code == 200 for answer in answers)
    assert opened > 80
