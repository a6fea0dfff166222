"""The four checks on the page for publishing: what they say, overriding them, and who may."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from scheduler import clock
from scheduler.audit.service import record
from scheduler.charters import service as charters
from scheduler.people.model import OPERATOR
from scheduler.plans.tables import PlanRow
from scheduler.preflight.tables import PreflightOverrideRow
from tests.web.builders import COORDINATOR, OVERSEER, RESIDENT, STRANGER_COORDINATOR, Pages, words_of

WHY = "We have spoken to all of them in person."


@pytest.fixture
def pages(pages: Pages) -> Pages:
    """The draft without the overrides that it has in other tests."""
    with pages.database.writing() as db:
        db.execute(delete(PreflightOverrideRow).where(PreflightOverrideRow.plan_id == pages.draft_id))
        record(db, OPERATOR, "plan.reviewed", clock.now(), pages.programme_id, plan=pages.draft_id)
    return pages


def page(pages: Pages) -> str:
    return pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{pages.draft_id}/publish")).text


def override(pages: Pages, item: str, why: str = WHY, who: str = COORDINATOR) -> int:
    path = pages.path(f"/plans/{pages.draft_id}/publish/checks/{item}")
    return pages.signed_in(who).post(path, {"why": why}).status_code


def items(pages: Pages) -> list[str]:
    with pages.database.reading() as db:
        rows = db.scalars(select(PreflightOverrideRow.item).where(PreflightOverrideRow.plan_id == pages.draft_id))
        return [row.value for row in rows]


def test_the_page_has_four_checks_with_what_to_do_and_no_button_while_one_is_red(pages: Pages) -> None:
    shown = page(pages)
    words = words_of(shown)
    for each in ("Safety", "Power", "Access", "Fairness"):
        assert f">{each}</h3>" in shown
    assert "The programme has no charter yet." in words
    assert "One more contact is needed" in words
    assert "Fay Lantern leads" in words
    assert "has not signed the code of conduct" in words
    assert "has not said yes." in words
    assert "Nobody is in a group with someone who has power over them" in words
    assert "Adopt a charter" in words
    assert "Appoint a contact" in words
    assert "Publish now" not in words


def test_a_check_is_overridden_by_name_and_a_reason_is_read_again_beside_it(pages: Pages) -> None:
    for item in ("charter", "contacts", "code", "training", "said_yes"):
        assert override(pages, item) == 303
    words = words_of(page(pages))
    assert "Overridden by Cora Coordinator" in words
    assert WHY in words
    assert "Publish now" in words
    browser = pages.signed_in(COORDINATOR)
    assert browser.post(pages.path(f"/plans/{pages.draft_id}/publish")).status_code == 303


def test_what_is_put_right_needs_no_override(pages: Pages) -> None:
    with pages.database.writing() as db:
        wanted = charters.charter_to_edit(db, OPERATOR, pages.programme_id)
        charters.adopt(db, OPERATOR, pages.programme_id, wanted, db.get_one(PlanRow, pages.draft_id).created_at)
    assert "The programme has no charter yet." not in words_of(page(pages))
    assert override(pages, "charter") == 409


@pytest.mark.parametrize("why", ["", "ok", "              x"])
def test_a_reason_says_something(pages: Pages, why: str) -> None:
    assert override(pages, "charter", why) in (400, 409, 422)
    assert items(pages) == []


@pytest.mark.parametrize("who", [RESIDENT, OVERSEER, STRANGER_COORDINATOR])
def test_nobody_else_overrides_and_the_address_is_none_of_theirs(pages: Pages, who: str) -> None:
    assert override(pages, "charter", who=who) == 404
    assert items(pages) == []


def test_unknown_items_and_plans_of_others_are_not_there(pages: Pages) -> None:
    assert override(pages, "everything") == 404
    path = f"/programmes/{pages.stranger_programme_id}/plans/{pages.draft_id}/publish/checks/charter"
    assert pages.signed_in(STRANGER_COORDINATOR).post(path, {"why": WHY}).status_code == 404
    assert items(pages) == []


def test_a_post_past_the_page_publishes_nothing(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    answer = browser.post(pages.path(f"/plans/{pages.draft_id}/publish"))
    assert answer.status_code == 409
    assert "The charter is adopted" in words_of(answer.text)
    with pages.database.reading() as db:
        assert db.get_one(PlanRow, pages.draft_id).revision is None
