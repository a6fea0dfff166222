"""Why a plan is as it is, on the pages: everything for the coordinator, their own wishes for residents."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import delete

from scheduler import clock
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.plans.tables import ExplanationRow
from tests.builders import World, publish, set_marks
from tests.web.builders import COORDINATOR, OTHER_RESIDENT, RESIDENT, UNPLACED, Pages, store_plan, words_of


def draft(pages: Pages, missing: tuple[int, ...] = (1,)) -> int:
    """Another draft of the same groups, from what the database knows now."""
    return store_plan(World(pages.database, pages.programme_id, OPERATOR), pages.ids, missing)


def wish(pages: Pages, who: str, about: str, kind: str) -> None:
    with pages.database.writing() as db:
        db.add(WishRow(programme_id=pages.programme_id, person_id=pages.ids[who], about_id=pages.ids[about], kind=kind))


def plan_page(pages: Pages, plan_id: int) -> str:
    return words_of(pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{plan_id}")).text)


def own_page(pages: Pages, plan_id: int, email: str = RESIDENT) -> str:
    """A resident's page once the plan is published, without the token, which is another each time."""
    with pages.database.writing() as db:
        publish(db, OPERATOR, plan_id, clock.now())
    page = pages.signed_in(email).get("/my-group").text
    return re.sub(r'name="(?:csrf_token|once)" value="[^"]+"', "", page)


def everybody_away_in_round_2(pages: Pages, people: Iterable[str]) -> None:
    set_marks(World(pages.database, pages.programme_id, OPERATOR),
              {pages.ids[who]: "2" * 40 + "0" * 40 + "2" * 40 for who in people})  # fmt: skip


def test_the_plan_says_why_a_round_is_missed_and_what_would_help(pages: Pages) -> None:
    everybody_away_in_round_2(pages, ("ben.marrow@example.org", "cat.osier@example.org"))
    page = plan_page(pages, draft(pages))
    date = r"\w+ \d+ \w+, 12:30"
    assert re.search(
        rf"The best date for round 2 would be {date}, but only 1 of 4 can come and 3 are needed\. Sw", page
    )
    assert "What would help" in page
    assert "Meeting when 25 % of a group can come instead of 60 %: 1 more session. Try it" in page
    settings = pages.path("/settings/running?quorum=25")
    assert f'href="{settings}"' in pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{draft(pages)}")).text


def test_the_plan_says_why_somebody_has_no_group_and_the_way_out(pages: Pages) -> None:
    page = plan_page(pages, draft(pages))
    assert "Zoe Left : No group with a free place is close enough to their grade. Allowing a wider range of" in page


def test_whom_somebody_would_like_to_be_with_stands_on_no_page_of_anybody_else(pages: Pages) -> None:
    wish(pages, RESIDENT, OTHER_RESIDENT, "want")
    plan_id = draft(pages)
    assert "to be with Cleo Thistle" not in plan_page(pages, plan_id)
    assert "Ada Quill" not in words_of(own_page(pages, plan_id, OTHER_RESIDENT))


def test_a_plan_without_reasons_is_shown_all_the_same(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.execute(delete(ExplanationRow))
    page = plan_page(pages, pages.draft_id)
    assert "Zoe Left : No group with a free place is close enough to their grade." in page
    assert "What would help" not in page


def test_residents_read_what_became_of_their_own_wishes(pages: Pages) -> None:
    wish(pages, RESIDENT, OTHER_RESIDENT, "want")
    wish(pages, RESIDENT, "ben.marrow@example.org", "want")
    page = own_page(pages, draft(pages))
    words = words_of(page)
    assert "<details" in page
    assert "Why this group" in words
    assert "Ben Marrow, who you asked for, is in it." in words
    assert "Cleo Thistle is in another group. Changing that would have cost others their dates or wishes." in words
    assert "point" not in words


def test_who_has_no_group_reads_of_no_wishes(pages: Pages) -> None:
    assert "Why this group" not in own_page(pages, draft(pages), UNPLACED)


def test_a_residents_page_is_the_same_whatever_others_keep_to_themselves(pages: Pages) -> None:
    wish(pages, RESIDENT, OTHER_RESIDENT, "want")
    first = draft(pages)
    before, before_for_coordinator = own_page(pages, first), plan_page(pages, first)
    wish(pages, OTHER_RESIDENT, RESIDENT, "avoid")
    wish(pages, "eve.moss@example.org", "cat.osier@example.org", "avoid")
    with pages.database.writing() as db:
        for email, person_id in pages.ids.items():
            if email != RESIDENT:
                row = db.get_one(ParticipantRow, (pages.programme_id, person_id))
                row.tags = ["returning-parent"]
                row.company = ["returning-parent"] if row.kind == "resident" else []
        db.add(RelationRow(programme_id=pages.programme_id, person_id=pages.ids["gil.spare@example.org"],
                           about_id=pages.ids["eve.moss@example.org"], kind="assesses"))  # fmt: skip
    second = draft(pages)
    assert own_page(pages, second) == before
    after_for_coordinator = plan_page(pages, second)
    for page in (before_for_coordinator, after_for_coordinator):
        assert "to be with Cleo Thistle" not in page
    assert "returning-parent" not in after_for_coordinator
