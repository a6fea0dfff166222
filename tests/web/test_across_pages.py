"""All programmes of a coordinator together, and what a programme is to change."""

from __future__ import annotations

from scheduler import clock
from scheduler.people.model import OPERATOR
from scheduler.programmes.public_page import save_page
from scheduler.programmes.tables import ProgrammeRow
from tests.web.builders import COORDINATOR, RESIDENT, STRANGER_COORDINATOR, Pages, words_of

GOAL = "Nobody leaves without having been asked."


def test_a_goal_is_set_in_the_settings_and_read_before_joining_and_by_strangers(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    form = {"name": "Spring term", "change_goal": f"  {GOAL}  "}
    assert cora.save(pages.path("/settings/name"), form).status_code == 303
    with pages.database.writing() as db:
        save_page(db, OPERATOR, pages.programme_id, "Words", True, clock.now())
    assert GOAL in pages.stranger().get("/about/spring").text
    assert GOAL in pages.signed_in("zoe.left@example.org").get(f"/join/{pages.programme_id}").text
    assert GOAL in cora.get("/programmes/across").text
    refused = cora.save(pages.path("/settings/name"), {**form, "change_goal": "x" * 301})
    assert refused.status_code == 422


def test_each_coordinator_reads_their_own_programmes_and_nobody_else_any(pages: Pages) -> None:
    with pages.database.reading() as db:
        year = db.get_one(ProgrammeRow, pages.programme_id).first_day.year
    page = words_of(pages.signed_in(COORDINATOR).get(f"/programmes/across?year={year}").text)
    assert "Spring term" in page
    assert "Other term" not in page
    assert "Spring term" not in pages.signed_in(STRANGER_COORDINATOR).get(f"/programmes/across?year={year}").text
    assert pages.signed_in(RESIDENT).get("/programmes/across").status_code == 404
    for year_asked in ("x", "-1", "9" * 30, "1900"):
        answer = pages.signed_in(COORDINATOR).get(f"/programmes/across?year={year_asked}")
        assert answer.status_code in (400, 404, 422), year_asked
