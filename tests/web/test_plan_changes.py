"""What a draft changes of the published plan, on the coordinator's pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from scheduler import clock
from scheduler.people.model import OPERATOR
from scheduler.people.tables import WishRow
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.model import (
    Changes,
    LeadChange,
    LeaderChange,
    PersonChange,
    RoomChange,
    SessionChange,
    WayChange,
)
from scheduler.plans.plan_matching import Regrouping
from scheduler.plans.tables import ExplanationRow, PlanRow
from solvers import rules
from solvers.instance import Group
from solvers.reasons.facts import MovedSession, Obstacle, Regrouped
from solvers.referee import check
from solvers.solution import Solution
from tests.builders import World, publish, set_marks
from tests.web.builders import COORDINATOR, OTHER_RESIDENT, RESIDENT, Pages, store_plan, words_of
from web.coordinator import plan_changes

SECTION = "What changes from revision 1"
ROUND_SLOTS = 40
JARGON = ("quorum", "slot", "instance", "solver", "constraint", "model_", "_")


def page_of(pages: Pages, plan_id: int, rest: str = "") -> str:
    return words_of(pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{plan_id}{rest}")).text)


def here(pages: Pages) -> World:
    return World(pages.database, pages.programme_id, OPERATOR)


def repaired(pages: Pages, *groups: Group) -> int:
    """A draft of these groups, as a run would keep it."""
    with pages.database.writing() as db:
        instance = build_instance(db, pages.programme_id, clock.now())
        solution = Solution(instance.name, groups)
        verdict = check(instance, solution)
        assert verdict.ok, verdict.broken
        why = explained(instance, solution)
        return store_draft(db, pages.programme_id, instance, solution, verdict, why, clock.now())


def published_groups(pages: Pages) -> tuple[Group, Group]:
    with pages.database.reading() as db:
        first, second = build_instance(db, pages.programme_id, clock.now()).previous
    return first, second


def away_at_the_second_date(pages: Pages, *names: str) -> Group:
    """These peers can no longer come to their group's second date; the group as it would meet a day later."""
    group = published_groups(pages)[0]
    old = group.sessions[1].slot
    marks = "2" * old + "0" + "2" * (3 * ROUND_SLOTS - old - 1)
    set_marks(here(pages), {pages.ids[f"{name}@example.org"]: marks for name in names})
    later = replace(group.sessions[1], slot=old + 1)
    return replace(group, sessions=(group.sessions[0], later, group.sessions[2]))


def test_a_date_that_moves_is_told_with_what_stands_against_it(pages: Pages) -> None:
    group = away_at_the_second_date(pages, "ben.marrow", "cat.osier")
    plan_id = repaired(pages, group, published_groups(pages)[1])
    page = page_of(pages, plan_id)
    assert f"{SECTION} 1 session moves. All other groups and dates stay the same." in page
    date = r"\w+ \d+ \w+, \d+:\d+"
    assert re.search(
        rf"Peer group 1 : the round 2 session moves from {date} to {date}\. "
        "On the old date, only 1 of 4 can come and 3",
        page,
    )
    assert "Compared with revision 1: 1 session moves. All other groups and dates stay the same." in page_of(
        pages, plan_id, "/publish"
    )


def test_a_plan_in_which_nothing_moves_says_so(pages: Pages) -> None:
    plan_id = store_plan(here(pages), pages.ids, missing=())
    assert f"{SECTION} Nothing moves." in page_of(pages, plan_id)
    assert "Nothing changes for anyone, so nobody gets an e-mail." in page_of(pages, plan_id, "/publish")


def test_a_lost_date_is_told_as_lost(pages: Pages) -> None:
    page = page_of(pages, pages.draft_id)
    assert f"{SECTION} 1 session is dropped. All other groups and dates stay the same." in page
    assert "Peer group 1 : the round 2 session (" in page
    assert "Keeping the old date would have cost nothing: planning for longer may keep it." in page


def test_what_is_published_or_replaced_has_no_such_section(pages: Pages) -> None:
    assert "What changes from revision" not in page_of(pages, pages.published_id)
    with pages.database.writing() as db:
        publish(db, OPERATOR, pages.draft_id, clock.now())
    assert "What changes from revision" not in page_of(pages, pages.draft_id)
    assert "What changes from revision" not in page_of(pages, pages.published_id)


def exchanged(pages: Pages, first: Group, second: Group) -> tuple[Group, Group]:
    """Ada and Cleo take each other's place."""
    ada, cleo = (person_key(pages.ids[email]) for email in (RESIDENT, OTHER_RESIDENT))
    places = {ada: cleo, cleo: ada}
    return (
        replace(first, residents=tuple(places.get(key, key) for key in first.residents)),
        replace(second, residents=tuple(places.get(key, key) for key in second.residents)),
    )


def parted(pages: Pages) -> int:
    return repaired(pages, *exchanged(pages, *published_groups(pages)))


def test_who_changes_groups_is_named_with_what_staying_would_have_taken(pages: Pages) -> None:
    page = page_of(pages, parted(pages))
    assert f"{SECTION} 2 residents change groups. All other groups and dates stay the same." in page
    assert "Ada Quill : moves from Peer group 1 to Near-peer group 2. As far as we can say, staying" in page


def test_an_avoid_in_the_way_of_staying_is_told_as_what_nobody_knows(pages: Pages) -> None:
    with pages.database.writing() as db:
        for name in ("ben.marrow", "cat.osier", "dan.reed"):
            db.add(WishRow(programme_id=pages.programme_id, person_id=pages.ids[f"{name}@example.org"],
                           about_id=pages.ids[RESIDENT], kind="avoid"))  # fmt: skip
    plan_id = parted(pages)
    page = page_of(pages, plan_id)
    assert "As far as we can say, staying would have cost nothing." in page
    assert "share a group with" not in page
    with pages.database.writing() as db:
        publish(db, OPERATOR, plan_id, clock.now())
    for person in (RESIDENT, "ben.marrow@example.org", "cat.osier@example.org"):
        told = words_of(pages.signed_in(person).get("/my-group").text)
        assert "may not share" not in told
        assert "moves from" not in told


def test_a_group_that_is_gone_is_told_with_who_has_none_now(pages: Pages) -> None:
    page = page_of(pages, repaired(pages, published_groups(pages)[1]))
    assert (
        f"{SECTION} 4 residents lose their group, 1 group is dropped. All other groups and dates stay the same." in page
    )
    assert "Ben Marrow : leaves Peer group 1 and has no group." in page
    assert "Peer group 1 : is dropped." in page


def test_many_changes_are_folded_under_their_counts(pages: Pages) -> None:
    first, second = published_groups(pages)
    moved = [
        replace(group, sessions=tuple(replace(meeting, slot=meeting.slot + 5) for meeting in group.sessions))
        for group in (first, second)
    ]
    assert "What changes, and why" not in page_of(pages, repaired(pages, moved[0], second))
    with pages.database.writing() as db:
        publish(db, OPERATOR, pages.draft_id, clock.now())
    page = page_of(pages, repaired(pages, *exchanged(pages, *moved)))
    assert "What changes from revision 2 2 residents change groups, 5 sessions move, 1 session is added" in page
    assert "What changes, and why" in page


def test_of_a_draft_from_before_reasons_were_kept_the_changes_are_told_all_the_same(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.execute(delete(ExplanationRow))
    page = page_of(pages, pages.draft_id)
    assert "Peer group 1 : the round 2 session (" in page
    assert "Keeping the old date" not in page


def test_reasons_found_against_an_earlier_revision_are_not_told_of_a_later_one(pages: Pages) -> None:
    group = away_at_the_second_date(pages, "ben.marrow", "cat.osier")
    old = repaired(pages, group, published_groups(pages)[1])
    with pages.database.writing() as db:
        publish(db, OPERATOR, pages.draft_id, clock.now())
    page = page_of(pages, old)
    assert "What changes from revision 2 1 session is added" in page
    assert "On the old date" not in page


AT, LATER = datetime(2027, 3, 9, 12, 30, tzinfo=UTC), datetime(2027, 3, 10, 12, 30, tzinfo=UTC)


def test_every_rule_in_the_way_of_staying_is_said_without_jargon(pages: Pages) -> None:
    with pages.app.test_request_context():
        for rule in rules.HARD_RULES:
            said = plan_changes.person_sentence(PersonChange("Ann", "G1", "G2", Regrouped(1, "g1", "g2", (rule.id,))))
            said += plan_changes.session_sentence(
                SessionChange(
                    "G1", 1, AT, LATER, MovedSession("g1", 1, AT, LATER, (Obstacle(rule.id, have=1, needed=3, of=4),))
                ),
                "UTC",
            )
            assert said.endswith(".")
            assert [word for word in JARGON if word in said.lower()] == []


@pytest.mark.parametrize(
    ("cost", "staying", "keeping"),
    [
        (None, "No way for them to stay was found.", "The programme no longer offers the old date."),
        (0, "staying would have cost nothing", "Keeping the old date would have cost nothing"),
        (1, "cost the plan less than one resident missing a session.", "less than one resident missing a session."),
        (12, "about as much as one resident missing a session.", "about as much as one resident missing a session."),
    ],
)
def test_without_a_rule_in_the_way_the_cost_is_told(pages: Pages, cost: int | None, staying: str, keeping: str) -> None:
    why = MovedSession("g1", 1, AT, None, (Obstacle(rules.SLOT_OF_ROUND),) if cost is None else (), cost)
    with pages.app.test_request_context():
        assert staying in plan_changes.person_sentence(PersonChange("A", "G1", "", Regrouped(1, "g1", None, (), cost)))
        assert keeping in plan_changes.session_sentence(SessionChange("G1", 1, AT, None, why), "UTC")


def test_counts_come_in_order_and_only_where_there_are_any(pages: Pages) -> None:
    everything = Changes(
        revision=1,
        people=(PersonChange("A", "G1", "G2"), PersonChange("B", "G1", "G2"), PersonChange("C", "", "G1"),
                PersonChange("D", "G1", "")),
        leads=(LeadChange("F", "G1", leads=False), LeadChange("F", "G2", leads=True)),
        sessions=(SessionChange("G1", 0, AT, LATER), SessionChange("G1", 1, AT, None),
                  SessionChange("G1", 2, None, AT)),
        gone=("G8",),
        new=("G9",),
        leaders=(LeaderChange("F", "G1", 0, AT, comes=False), LeaderChange("E", "G1", 0, AT, comes=True)),
        rooms=(RoomChange("G2", 1, AT, "Library", "Office"),),
        ways=(WayChange("G3", ("Peer group",) * 2, ("video", "in_person"), ("", "North")),),
        residents={Regrouping.CHANGES: 2, Regrouping.LOSES: 1, Regrouping.GETS: 1},
        facilitators={Regrouping.CHANGES: 1},
    )  # fmt: skip
    with pages.app.test_request_context():
        assert plan_changes.counts_sentence(everything) == (
            "2 residents change groups, 1 resident loses their group, 1 resident gets a group, "
            "1 facilitator changes groups, 1 session moves, 1 session is dropped, 1 session is added, "
            "1 session has other facilitators, 1 session changes rooms, 1 group meets differently, "
            "1 group is dropped, 1 group is new. All other groups and dates stay the same."
        )
        assert plan_changes.counts_sentence(Changes(1)) == "Nothing moves."
    assert everything.lines == 15


def test_rooms_facilitators_and_ways_to_meet_that_change_are_told(pages: Pages) -> None:
    when = "Tue 9 Mar, 12:30"
    with pages.app.test_request_context():
        assert plan_changes.room_sentence(RoomChange("G2", 1, AT, "Library, North", ""), "UTC") == (
            f"the round 2 session ({when}) moves from Library, North to no room."
        )
        assert plan_changes.leader_sentence(LeaderChange("Fay", "G1", 0, AT, comes=False), "UTC") == (
            f"Fay can’t come to round 1 ({when})."
        )
        assert plan_changes.leader_sentence(LeaderChange("Fay", "G1", 0, AT, comes=True), "UTC") == (
            f"Fay now comes to round 1 ({when})."
        )
        way = WayChange("G3", ("Peer group", "Near-peer group"), ("in_person", "in_person"), ("North", "South"))
        assert plan_changes.way_sentence(way) == (
            "changes from Peer group to Near-peer group. now meets at South, before at North."
        )


def test_a_group_that_meets_in_another_way_is_no_plan_in_which_nothing_moves(pages: Pages) -> None:
    first, second = published_groups(pages)
    page = page_of(pages, repaired(pages, replace(first, mode="phone"), second))
    assert f"{SECTION} 1 group meets differently. All other groups and dates stay the same." in page
    assert "Peer group 1 : now meets by phone, before by video." in page


def test_only_what_can_be_done_is_offered_and_a_refusal_leads_to_where_one_can_act(pages: Pages) -> None:
    """A published plan, one that was replaced, a draft from before a change: no button, the reason, and a way on."""
    cora = pages.signed_in(COORDINATOR)
    publish = pages.path(f"/plans/{pages.draft_id}/publish")
    assert "Publish now" in cora.get(publish).text
    for at in (datetime.now(UTC) + timedelta(seconds=1), None):
        with pages.database.writing() as db:
            published = db.get_one(PlanRow, pages.published_id)
            published.changed_at, published.published_at = at, datetime.now(UTC) - timedelta(days=1)
        offered = "Publish now" in cora.get(publish).text
        assert offered == (at is None)
        assert ("Check and publish" in cora.get(pages.path(f"/plans/{pages.draft_id}")).text) == offered
    assert cora.post(publish, {"reason": "It is better."}).status_code == 303
    for plan_id in (pages.draft_id, pages.published_id):
        path = pages.path(f"/plans/{plan_id}/publish")
        for answer in (cora.get(path), cora.post(path)):
            assert "This plan has already been published." in answer.text
            assert "Publish now" not in answer.text
            assert f'href="{pages.path("/plans")}"' in answer.text
    lost = cora.get(pages.path("/plans/999999"))
    assert lost.status_code == 404
    assert f'href="{pages.path()}"' in lost.text
    assert f'href="{pages.path()}"' not in pages.signed_in(RESIDENT).get(pages.path("/plans/999999")).text
