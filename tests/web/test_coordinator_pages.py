"""What coordinators read and do: where the programme stands, making a plan, reading and publishing it."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest

from scheduler import clock
from scheduler.people.model import OPERATOR
from scheduler.people.service import add_coordinator
from scheduler.plans.model import RunState
from scheduler.plans.runs import Attempt, add_progress, claim_next_run, get_run
from scheduler.plans.tables import RunRow
from scheduler.programmes.service import create_programme, get_programme
from solvers.progress import Progress
from tests.web.builders import COORDINATOR, RESIDENT, STRANGER_COORDINATOR, Pages, everything_stored, words_of
from web.coordinator.progress import HEIGHT, MARGIN, WIDTH


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
    assert "Draft 2 waits to be read" in draft
    assert "5 of 6 sessions would meet, and 8 of 9 residents have a group." in draft
    browser.post(pages.path(f"/plans/{pages.draft_id}/publish"))
    published = words_of(browser.get(pages.path()).text)
    assert "5 of 6 sessions will meet" in published
    assert "1 resident has no group." in published
    assert (
        "Start with the people"
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
    assert "It starts in a moment." in browser.get(watch).text
    run_id = int(watch.rsplit("/", 1)[1])
    with pages.database.writing() as db:
        attempt = claim_next_run(db, clock.now())
        assert attempt == Attempt(run_id, 1)
        reports = (Progress(1.0, "search", None, None, 0, 0), Progress(2.0, "search", 900, 1200, 7, 2))
        add_progress(db, attempt, reports, clock.now())
    page = words_of(browser.get(watch).text)
    assert "7 of 9 residents have a group so far." in page
    assert "the best plan earns 900 points, and no plan can earn more than 1,200." in page
    stopped = browser.post(f"{watch}/stop")
    assert stopped.headers["Location"] == watch
    assert "The best that was found is kept." in browser.get(watch).text
    assert browser.post(f"{watch}/stop").status_code == 303
    with pages.database.reading() as db:
        assert get_run(db, OPERATOR, run_id).cancel_requested


def test_a_running_page_asks_for_the_piece_that_changes_and_an_ended_one_does_not(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    watch = pages.path(f"/runs/{pages.run_id}")
    assert f'hx-get="{watch}/progress"' in browser.get(watch).text
    assert "htmx.min.js" in browser.get(watch).text
    assert f'href="{watch}">Look again' in browser.get(watch).text, "the same by hand, without a script"
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
        (RunState.CANCELLED, "", "Nothing was found by then, so there is no draft."),
        (RunState.FAILED, "The machine stopped.", "The machine stopped. What was published is untouched."),
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
    paths = re.findall(r'<path class="(?:bound|score)" d="([^"]+)"', page)
    assert len(paths) == 2
    for path in paths:
        points = [tuple(map(float, point.split())) for point in re.findall(r"[ML]([\d. ]+)", path)]
        assert len(points) == 1 + 2 * 29
        assert all(0 <= x <= WIDTH and MARGIN <= y <= HEIGHT - MARGIN for x, y in points)
        assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_a_draft_answers_whether_the_groups_will_meet(pages: Pages) -> None:
    page = pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{pages.draft_id}"))
    words = words_of(page.text)
    assert "5 of 6" in words
    assert "Peer group 1 misses round 2" in words
    assert 'href="#g1"' in page.text
    assert 'id="g1"' in page.text
    assert "90 %" in words
    assert "Lowest: 0 of 2, one person." in words
    assert "1 resident has no group" in words
    assert re.search(r"Zoe Left : \w+", words)
    assert "Stages 1–2 · 4 North Hospital · Fay Lantern" in words
    assert 'aria-label="2 can, 1 without a session"' in page.text


def test_a_draft_is_read_checked_and_published_once(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    plan = pages.path(f"/plans/{pages.draft_id}")
    assert browser.post(f"{plan}/reviewed").status_code == 303
    assert "Noted: you have read this draft." in browser.get(plan).text
    asked = words_of(browser.get(f"{plan}/publish").text)
    assert "Revision 1 is replaced." in asked
    assert "1 resident has no group: their page says so and names you." in asked
    assert browser.post(f"{plan}/publish").headers["Location"] == plan
    assert "Published as revision 2." in browser.get(plan).text
    before = everything_stored(pages.database)
    again = browser.post(f"{plan}/publish")
    assert again.status_code == 409
    assert "Make a new draft to change it." in again.text
    assert everything_stored(pages.database) == before
    assert "replaced, was revision 1" in words_of(browser.get(pages.path("/plans")).text)
    assert "cancelled" in words_of(pages.signed_in(RESIDENT).get("/my-group").text), "members see it at once"


def test_people_are_listed_with_what_is_known_of_their_time(pages: Pages) -> None:
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/people")).text)
    assert "9 residents, 2 faculty" in page
    assert re.search(r"Ada Quill 1 North Hospital none \d+ of \d+", page)
    assert "Dan Reed 1 North Hospital none not known" in page


def test_nothing_can_be_planned_without_people_and_the_page_says_why(pages: Pages) -> None:
    browser = pages.signed_in(STRANGER_COORDINATOR)
    answer = browser.post(f"/programmes/{pages.stranger_programme_id}/runs", {"seconds": "10"})
    assert answer.status_code == 409
    assert "Nobody is in the programme yet. " in words_of(answer.text)
    assert "Import the list of people first." in answer.text
