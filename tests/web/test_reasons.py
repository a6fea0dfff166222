"""Why a plan is as it is, on the pages: everything for the coordinator, their own wishes for residents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from scheduler import clock
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.plans.model import Unmet, Unplaced
from scheduler.plans.publishing import publish
from scheduler.plans.reasons import Help, Missed, Wish
from scheduler.plans.tables import ExplanationRow
from scheduler.plans.told import OwnWish
from solvers import rules
from tests.builders import World, set_marks
from tests.web.builders import COORDINATOR, OTHER_RESIDENT, RESIDENT, UNPLACED, Pages, store_plan, words_of
from web.coordinator import reasons
from web.member.why import why_of

JARGON = ("quorum", "slot", "instance", "solver", "relax", "constraint", "model_", "_")


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
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def everybody_away_in_round_2(pages: Pages, people: Iterable[str]) -> None:
    set_marks(World(pages.database, pages.programme_id, OPERATOR),
              {pages.ids[who]: "2" * 40 + "0" * 40 + "2" * 40 for who in people})  # fmt: skip


def test_the_plan_says_why_a_round_is_missed_and_what_would_help(pages: Pages) -> None:
    everybody_away_in_round_2(pages, ("ben.marrow@example.org", "cat.osier@example.org"))
    page = plan_page(pages, draft(pages))
    assert re.search(r"Round 2 comes nearest on \w+ \d+ \w+, 12:30: 1 of 4 can come, 3 are needed\. Swapping a", page)
    assert "What would help" in page
    assert "Meeting when 25 % of a group can come instead of 60 %: 1 more session" in page


def test_the_plan_says_why_somebody_has_no_group_and_the_way_out(pages: Pages) -> None:
    page = plan_page(pages, draft(pages))
    assert "Zoe Left : Nobody whose level fits has a place left beside them. A wider span of levels would help." in page


def test_the_plan_tells_wishes_that_could_not_be_met_to_the_coordinator_alone(pages: Pages) -> None:
    wish(pages, RESIDENT, OTHER_RESIDENT, "want")
    plan_id = draft(pages)
    assert "Ada Quill: to be with Cleo Thistle. The plan would have lost" in plan_page(pages, plan_id)
    assert "Ada Quill" not in words_of(own_page(pages, plan_id, OTHER_RESIDENT))


def test_a_plan_without_reasons_is_shown_all_the_same(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.execute(delete(ExplanationRow))
    page = plan_page(pages, pages.draft_id)
    assert "Zoe Left : Every group that would fit would have to change." in page
    assert "What would help" not in page


def test_residents_read_what_became_of_their_own_wishes(pages: Pages) -> None:
    wish(pages, RESIDENT, OTHER_RESIDENT, "want")
    wish(pages, RESIDENT, "ben.marrow@example.org", "want")
    page = own_page(pages, draft(pages))
    words = words_of(page)
    assert "<details" in page
    assert "Why this group" in words
    assert "Ben Marrow, whom you asked for, is in it." in words
    assert "Cleo Thistle is in another group. Changing that would have taken dates or wishes from others." in words
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
    assert "Ada Quill: to be with Cleo Thistle. No exchange that allows it was found." in after_for_coordinator
    assert "Ada Quill: to be with Cleo Thistle. No exchange" not in before_for_coordinator
    assert "returning-parent" not in after_for_coordinator


HELP = [
    (Help("quorum", 11, 0, value=0.5, instead_of=0.6), "Meeting when 50 % of a group can come instead of 60 %"),
    (Help("gap", 1, 0, value=5, instead_of=7), "Sessions of a group 5 days apart instead of 7"),
    (Help("facilitators_on", 2, 0, what="3", value=2), "2 more facilitators who can come on a Thursday"),
    (Help("room", 1, 0, "North Hospital"), "One more room at North Hospital"),
    (Help("facilitator", 3, 4, "Peer group"), "One more facilitator for Peer group"),
    (Help("larger", 0, 1, "Peer group", value=9), "Peer group with up to 9 residents"),
    (Help("smaller", 0, 3, "Peer group", value=3), "Peer group with 3 residents or more"),
    (Help("farther", 0, 1, "Peer group", value=1), "Peer group with levels up to 1 apart"),
    (Help("nearer", 0, 1, "Peer group", value=1), "Peer group with levels only 1 apart"),
    (Help("accept_mode", 0, 1, "Zoe", 7, "video"), "Zoe agreeing to meet by video"),
    (Help("accept_model", 0, 1, "Zoe", 7, "Peer group"), "Zoe agreeing to Peer group"),
]


@pytest.mark.parametrize(("step", "words"), HELP, ids=[step.kind for step, _ in HELP])
def test_everything_that_helps_is_a_plain_sentence(pages: Pages, step: Help, words: str) -> None:
    with pages.app.test_request_context():
        sentence = reasons.help_sentence(step)
    assert sentence.startswith(f"{words}: ")
    assert ("more session" in sentence) == bool(step.sessions)
    assert ("with a group" in sentence) == bool(step.residents)


def test_every_rule_that_may_stand_in_the_way_is_said_without_jargon(pages: Pages) -> None:
    at = datetime(2027, 3, 9, 12, 30, tzinfo=UTC)
    with pages.app.test_request_context():
        for rule in rules.HARD_RULES:
            said = reasons.unplaced_sentence(Unplaced(1, "Zoe", (rule.id,)))
            said += reasons.missed_sentence(Missed("g1", 3, at, (rule.id,), 2, 6, 4), "UTC")
            assert said.endswith(".")
            assert [word for word in JARGON if word in said.lower()] == []
        together = reasons.unplaced_sentence(Unplaced(1, "Zoe", (rules.CONFLICT, rules.AVOIDS)))
        assert together == reasons.unplaced_sentence(Unplaced(1, "Zoe", (rules.AVOIDS,))), "not told apart"


@pytest.mark.parametrize(
    ("missed", "words"),
    [
        (Missed("g1", 3, None, (rules.SLOT_OF_ROUND,), 0, 6, 4), "Round 4 has no date left."),
        (Missed("g1", 3, datetime(2027, 3, 9, 12, tzinfo=UTC), (), 6, 6, 4, 9), "Planning for longer may add it."),
        (Missed("g1", 3, datetime(2027, 3, 9, 12, tzinfo=UTC), (), 4, 6, 4, 0), "It would cost the group more"),
    ],
)
def test_a_round_missed_without_a_rule_against_it_is_explained_too(pages: Pages, missed: Missed, words: str) -> None:
    with pages.app.test_request_context():
        assert words in reasons.missed_sentence(missed, "UTC")


def test_every_kind_of_wish_has_its_words(pages: Pages) -> None:
    kinds = ("want", "choice", "model", "mode", "interest", "alone", "external", "travel", "regroup")
    with pages.app.test_request_context():
        for kind in kinds:
            for cost in (None, 0, 7):
                assert reasons.unmet_sentence(Unmet("Ann", "Bo", Wish(kind, False, cost=cost))).startswith("Ann: ")
            why = why_of([OwnWish(kind, None if kind == "alone" else True, "Bo", could_be=False)])
            assert (len(why.met), why.unmet) == (1, ())
            if kind != "alone":
                assert len(why_of([OwnWish(kind, False, "Bo", could_be=True)]).unmet) == 1
