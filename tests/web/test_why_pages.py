"""Why somebody is in a group and why it meets on this day: pages to read out, which give nobody's secret away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from sqlalchemy import delete, insert, select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.availability.tables import AbsenceRow
from scheduler.joining.tables import AnswerRow, JoiningRow
from scheduler.memory import forget_everything
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, WishRow
from scheduler.plans.model import MemberRole, PlanState, RunState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow, RunRow, UnplacedRow
from scheduler.programmes.tables import ModelRow
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.builders import World, set_marks
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    RESIDENT,
    STRANGER_COORDINATOR,
    UNPLACED,
    Pages,
    words_of,
)
from tests.web.test_plan_reasons import draft, everybody_away_in_round_2

BEN, CAT, EVE = "ben.marrow@example.org", "cat.osier@example.org", "eve.moss@example.org"


def person_page(pages: Pages, email: str, plan_id: int | None = None) -> str:
    """As it is after whatever a test has changed behind the services' backs."""
    forget_everything()
    plan = plan_id or pages.draft_id
    page = pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{plan}/why/person/{pages.ids[email]}"))
    assert page.status_code == 200
    return str(page.text)


def session_page(pages: Pages, key: str, number: int, plan_id: int | None = None) -> str:
    forget_everything()
    path = pages.path(f"/plans/{plan_id or pages.draft_id}/why/session/{key}/{number}")
    page = pages.signed_in(COORDINATOR).get(path)
    assert page.status_code == 200
    return str(page.text)


def aloud(page: str) -> str:
    """What is read out on the telephone."""
    found = re.search(r'<p class="lead flush">(.*?)</p>', page, re.S)
    assert found
    return words_of(found[1]).strip()


def without_tokens(page: str) -> str:
    return re.sub(r'name="(?:csrf_token|once)" value="[^"]+"', "", page)


def test_why_somebody_is_in_a_group_can_be_read_out(pages: Pages) -> None:
    page = person_page(pages, RESIDENT)
    assert aloud(page) == (
        "Ada Quill is in Peer group 1 and can come to 2 of its 2 sessions. They accept this kind of group, and meeting "
        "by video. By exchanging places with someone in Near-peer group 2 they could come to 1 more session, but 1 "
        "other could come to 1 fewer session. Of the wishes that you may know of, 2 of 3 are met."
    )
    assert "Near-peer group 2 , in exchange for Cleo Thistle : 3 of 3 (1 more)" in words_of(page)
    assert "Which, and whose, isn’t shown to anyone." in words_of(page)


def test_what_is_read_out_has_two_to_four_sentences_and_no_points(pages: Pages) -> None:
    read = [aloud(person_page(pages, email)) for email in (RESIDENT, OTHER_RESIDENT, UNPLACED, FACILITATOR)]
    read += [aloud(session_page(pages, key, number)) for key in ("g1", "g2") for number in (1, 2, 3)]
    for said in read:
        assert 2 <= len(re.findall(r"[.] |[.]$", said)) <= 4
        assert "point" not in said


def test_who_has_no_group_is_told_why_and_what_would_help(pages: Pages) -> None:
    said = aloud(person_page(pages, UNPLACED))
    assert said.startswith("Zoe Left has no group in this plan. None of the groups can take them: 1 group doesn’t")
    assert said.endswith("What would help: Peer group with grades up to 8 apart.")


def test_why_a_group_meets_on_its_day_can_be_read_out(pages: Pages) -> None:
    page = session_page(pages, "g1", 1)
    assert re.match(r"Peer group 1 meets on Monday \d+ \w+, 12:30, and 3 of its 4 residents can come\. ", aloud(page))
    assert aloud(page).endswith("No other date in this round suits more of them, and it is their usual day and time.")
    assert "Not known Dan Reed" in words_of(page)


def test_a_better_date_is_told_with_who_would_gain_and_lose(pages: Pages) -> None:
    set_marks(World(pages.database, pages.programme_id, OPERATOR), {pages.ids[BEN]: "0" + "2" * 119})
    page = session_page(pages, "g1", 1)
    assert "Ben Marrow can’t come then." in aloud(page)
    assert re.search(r"On Monday \d+ \w+, 12:30, 3 of them could come, so it may be worth trying\.", aloud(page))
    assert "could come then: Ben Marrow" in words_of(page)


def test_a_missed_round_tells_what_is_in_the_way_and_the_smallest_thing_that_helps(pages: Pages) -> None:
    everybody_away_in_round_2(pages, (BEN, CAT))
    said = aloud(session_page(pages, "g1", 2, draft(pages)))
    assert said.startswith("Peer group 1 doesn’t meet in round 2, between ")
    assert "but only 1 of 4 can come and 3 are needed." in said
    assert re.search(r"If they met when 1 of 4 can come, there would be a session on \w+ \d+ \w+, 1\d:\d\d\.$", said)


def avoids(who: str, about: str) -> Callable[[Pages], object]:
    return lambda pages: WishRow(
        programme_id=pages.programme_id, person_id=pages.ids[who], about_id=pages.ids[about], kind="avoid"
    )


def wants(who: str, about: str) -> Callable[[Pages], object]:
    return lambda pages: WishRow(
        programme_id=pages.programme_id, person_id=pages.ids[who], about_id=pages.ids[about], kind="want"
    )


def declared(who: str, about: str) -> Callable[[Pages], object]:
    return lambda pages: RelationRow(
        programme_id=pages.programme_id,
        person_id=pages.ids[who],
        about_id=pages.ids[about],
        kind="assesses",
        declared=True,
        declared_by_id=pages.ids[who],
    )


@pytest.mark.parametrize(
    "secret",
    [
        avoids(OTHER_RESIDENT, RESIDENT),
        avoids(RESIDENT, OTHER_RESIDENT),
        avoids(EVE, RESIDENT),
        avoids(RESIDENT, EVE),
        avoids(RESIDENT, UNPLACED),
        wants(EVE, CAT),
        wants(RESIDENT, OTHER_RESIDENT),
        declared(FACILITATOR, RESIDENT),
        declared("gil.spare@example.org", EVE),
    ],
)
def test_two_worlds_that_differ_in_a_secret_alone_are_told_in_the_same_words(
    pages: Pages, secret: Callable[[Pages], object]
) -> None:
    def told() -> list[str]:
        people = [person_page(pages, email) for email in (RESIDENT, OTHER_RESIDENT, EVE, UNPLACED, FACILITATOR)]
        days = [session_page(pages, key, number) for key in ("g1", "g2") for number in (1, 2, 3)]
        return [without_tokens(page) for page in people + days]

    before = told()
    with pages.database.writing() as db:
        db.add(secret(pages))
    assert told() == before


@pytest.mark.parametrize("field", ["tags", "company", "interests", "external"])
def test_what_people_say_of_their_own_circumstances_changes_no_word(pages: Pages, field: str) -> None:
    before = [without_tokens(person_page(pages, email)) for email in (RESIDENT, UNPLACED)]
    value: object = "require" if field == "external" else ["returning-parent"]
    with pages.database.writing() as db:
        for email in (OTHER_RESIDENT, EVE, RESIDENT):
            setattr(db.get_one(ParticipantRow, (pages.programme_id, pages.ids[email])), field, value)
    assert [without_tokens(person_page(pages, email)) for email in (RESIDENT, UNPLACED)] == before


def test_what_everybody_may_know_does_change_the_words(pages: Pages) -> None:
    """So the tests of secrets could fail."""
    before = aloud(person_page(pages, RESIDENT))
    with pages.database.writing() as db:
        db.get_one(ParticipantRow, (pages.programme_id, pages.ids[OTHER_RESIDENT])).modes = ["in_person"]
    assert aloud(person_page(pages, RESIDENT)) != before


def test_a_plan_that_was_replaced_is_told_by_what_it_was_made_from(pages: Pages) -> None:
    with pages.database.writing() as db:
        asked = db.scalars(select(RunRow)).one()
        asked.plan_id = pages.draft_id
        plan = db.get_one(PlanRow, pages.draft_id)
        plan.state, plan.revision, plan.published_at = PlanState.SUPERSEDED, 7, plan.created_at
    before = person_page(pages, RESIDENT)
    assert "This plan was replaced. You see what was known when it was made" in words_of(before)
    assert "By exchanging places" in aloud(before)
    set_marks(World(pages.database, pages.programme_id, OPERATOR), {pages.ids[RESIDENT]: "0"})
    assert aloud(person_page(pages, RESIDENT)) == aloud(before)


def test_a_replaced_plan_whose_run_is_gone_says_so(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.execute(update(RunRow).values(plan_id=None))
        plan = db.get_one(PlanRow, pages.draft_id)
        plan.state, plan.revision, plan.published_at = PlanState.SUPERSEDED, 7, plan.created_at
    page = person_page(pages, RESIDENT)
    assert "what it was made from is no longer there" in words_of(page)
    assert aloud(page).startswith("Ada Quill is in Peer group 1")
    assert "Where else they could be" not in page


def test_facts_that_changed_since_the_plan_was_made_are_said(pages: Pages) -> None:
    assert "Since then" not in words_of(person_page(pages, RESIDENT))
    set_marks(World(pages.database, pages.programme_id, OPERATOR), {pages.ids[RESIDENT]: "0"})
    forget_everything()  # which a service that changes them does by noting it
    assert "Since then, their availability for 2 of these sessions has changed." in words_of(
        person_page(pages, RESIDENT)
    )


def test_only_the_programmes_coordinator_asks_why(pages: Pages) -> None:
    for path in (
        f"/plans/{pages.draft_id}/why/person/{pages.ids[RESIDENT]}",
        f"/plans/{pages.draft_id}/why/session/g1/1",
    ):
        assert pages.signed_in(STRANGER_COORDINATOR).get(pages.path(path)).status_code in (403, 404)
        assert pages.signed_in(RESIDENT).get(pages.path(path)).status_code in (403, 404)


def test_what_is_not_there_is_not_found(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for path in ("person/999999", "session/nothing/1", "session/g1/0", "session/g1/99"):
        assert browser.get(pages.path(f"/plans/{pages.draft_id}/why/{path}")).status_code == 404
    assert browser.get(pages.path(f"/plans/999999/why/person/{pages.ids[RESIDENT]}")).status_code == 404


# --- links, what would help, and lists for many ----------------------------------------------------------------


def test_names_and_dates_lead_to_why(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    plan, published, ada = pages.draft_id, pages.published_id, pages.ids[RESIDENT]
    shown = browser.get(pages.path(f"/plans/{plan}")).text
    assert pages.path(f"/plans/{plan}/why/person/{ada}") in shown
    assert pages.path(f"/plans/{plan}/why/session/g1/1") in shown
    why = pages.path(f"/plans/{published}/why/person/{ada}")
    assert why in browser.get(pages.path(f"/people/{ada}")).text
    assert why in browser.get(pages.path("/groups/g1")).text
    with pages.database.reading() as db:
        session_id = db.scalars(select(SessionRow.id).where(SessionRow.group_key == "g1", SessionRow.round == 2)).one()
    assert pages.path(f"/plans/{published}/why/session/g1/3") in browser.get(pages.path(f"/sessions/{session_id}")).text


def steps_in(page: str) -> list[str]:
    return [unescape(text) for text in re.findall(r'name="step" value="([^"]+)"', page)]


def test_a_step_is_tried_in_a_run_that_differs_in_exactly_that(pages: Pages) -> None:
    everybody_away_in_round_2(pages, (BEN, CAT))
    plan_id = draft(pages)
    browser = pages.signed_in(COORDINATOR)
    (step,) = set(steps_in(browser.get(pages.path(f"/plans/{plan_id}")).text))
    with pages.database.writing() as db:
        db.execute(update(RunRow).values(state=RunState.CANCELLED))
    for path, given in (("/runs", {}), (f"/plans/{plan_id}/try", {"step": step})):
        answer = browser.post(pages.path(path), given)
        assert answer.status_code == 303
        with pages.database.writing() as db:
            db.execute(update(RunRow).values(state=RunState.CANCELLED))
    with pages.database.reading() as db:
        plain, tried = (json.loads(text) for text in db.scalars(select(RunRow.instance).order_by(RunRow.id)).all()[-2:])
    del plain["name"], tried["name"]
    assert {key for key in plain if plain[key] != tried[key]} == {"quorum"}
    assert (plain["quorum"], tried["quorum"]) == (0.6, 0.25)


def test_what_would_hold_one_groups_round_can_be_tried_from_its_page(pages: Pages) -> None:
    everybody_away_in_round_2(pages, (BEN, CAT))
    page = session_page(pages, "g1", 2, draft(pages))
    assert steps_in(page) == ['["quorum","","",0.25,0.6]']
    assert f'href="{pages.path("/settings/running?quorum=25")}"' in page


def test_a_step_that_asks_somebody_is_asked_and_not_tried(pages: Pages) -> None:
    with pages.database.writing() as db:
        zoe = db.get_one(ParticipantRow, (pages.programme_id, pages.ids[UNPLACED]))
        zoe.stage, zoe.models = 1, {"peer": 1}
        zoe.modes = ["phone"]
    page = person_page(pages, UNPLACED)
    assert "Zoe Left agreeing to meet by video." in words_of(page)
    assert steps_in(page) == []
    assert "Ask: Zoe Left agreeing" in words_of(page).replace(" :", ":")


def test_people_without_a_group_are_put_together_by_reason(own_pages: Pages) -> None:
    browser = own_pages.signed_in(COORDINATOR)
    plan_id = draft(own_pages)
    few = words_of(browser.get(own_pages.path(f"/plans/{plan_id}")).text)
    assert "Zoe Left : No group with a free place is close enough to their grade." in few
    with own_pages.database.writing() as db:
        others = [who for email, who in own_pages.ids.items() if email != UNPLACED]
        db.execute(insert(UnplacedRow), [{"plan_id": plan_id, "person_id": who} for who in others])
    many = words_of(browser.get(own_pages.path(f"/plans/{plan_id}")).text)
    assert f"{len(others)} · We don’t know of a single reason." in many
    assert "1 · No group with a free place is close enough to their grade. Change it" in many
    whole = browser.get(own_pages.path(f"/plans/{plan_id}/why/unplaced"))
    assert "Allowing a wider range of grades would help." in words_of(whole.text)
    of_cause = browser.get(own_pages.path(f"/plans/{plan_id}/why/unplaced?cause=stage_spread&q=zoe"))
    assert "1 in all" in words_of(of_cause.text)
    nobody = browser.get(own_pages.path(f"/plans/{plan_id}/why/unplaced?q=nobody+here"))
    assert "We found nothing for “nobody here”" in words_of(nobody.text)


@pytest.mark.parametrize("who", [BEN, UNPLACED])
def test_who_has_no_group_is_told_of_in_the_same_words_with_a_private_wish_and_without(pages: Pages, who: str) -> None:
    with pages.database.writing() as db:
        zoe = db.get_one(ParticipantRow, (pages.programme_id, pages.ids[UNPLACED]))
        zoe.stage, zoe.models = 1, {"peer": 1}

    def told(plan_id: int) -> list[str]:
        browser = pages.signed_in(COORDINATOR)
        rest = ("", "?cause=safety", "?cause=place")
        return [words_of(browser.get(pages.path(f"/plans/{plan_id}/why/unplaced{each}")).text) for each in rest]

    before = told(draft(pages))
    assert "As far as we can say, a group could take them." in before[0]
    assert "Zoe Left" in before[2]
    assert "Zoe Left" not in before[1]
    with pages.database.writing() as db:
        db.add(avoids(who, UNPLACED if who == BEN else BEN)(pages))
    after = told(draft(pages))
    numbers = re.compile(r"Draft \d+")
    assert [numbers.sub("", page) for page in after] == [numbers.sub("", page) for page in before]


def test_rounds_without_a_session_are_put_together_by_reason(pages: Pages) -> None:
    everybody_away_in_round_2(pages, (BEN, CAT))
    plan_id = draft(pages)
    browser = pages.signed_in(COORDINATOR)
    assert pages.path(f"/plans/{plan_id}/why/missed") in browser.get(pages.path(f"/plans/{plan_id}")).text
    page = browser.get(pages.path(f"/plans/{plan_id}/why/missed")).text
    assert "On the best date, too few of its residents can come. 1" in words_of(page)
    assert "Peer group 1, round 2" in words_of(page)
    assert "The best date for round 2 would be" in words_of(page)
    assert pages.path(f"/plans/{plan_id}/why/session/g1/2") in page


def test_a_plan_without_troubles_has_nothing_left_over(pages: Pages) -> None:
    page = pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{pages.published_id}/why/missed"))
    assert "Every group meets in every round." in words_of(page.text)


def test_a_group_whose_facilitator_cannot_come_is_told_so_and_not_that_it_has_too_few_people(pages: Pages) -> None:
    with pages.database.writing() as db:
        lead = AttendeeRow.person_id == pages.ids[FACILITATOR]
        db.execute(update(AttendeeRow).where(lead).values(mark="0"))
        db.execute(update(ModelRow).where(ModelRow.key == "near-peer").values(present=1))
    browser = pages.signed_in(COORDINATOR)
    plan = words_of(browser.get(pages.path(f"/plans/{pages.published_id}")).text)
    assert "no facilitator can come in rounds 1, 2, 3" in plan
    assert "has too few people" not in plan
    missed = words_of(browser.get(pages.path(f"/plans/{pages.published_id}/why/missed")).text)
    assert "Every group meets in every round." not in missed
    assert "Round 2: no facilitator can come" in missed
    said = aloud(session_page(pages, "g2", 1, pages.published_id))
    assert "4 of its 4 residents can come. No facilitator can come then, so it won’t be held as things stand." in said
    assert "No facilitator" not in aloud(session_page(pages, "g1", 1, pages.published_id)), "its kind needs none"


def test_long_leave_is_said_before_anything_else(pages: Pages) -> None:
    today = clock.now().date()
    assert "long leave" not in aloud(person_page(pages, RESIDENT))
    with pages.database.writing() as db:
        db.add(AbsenceRow(programme_id=pages.programme_id, person_id=pages.ids[RESIDENT], first_day=today))
    said = aloud(person_page(pages, RESIDENT))
    assert said.startswith("Ada Quill is on long leave from ")
    assert "with no end yet. Ada Quill is in Peer group 1" in said


def test_who_was_taken_out_by_hand_is_told_who_did_it_and_which_groups_have_room(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    forget_everything()
    fields = {"act": "out", "person": str(pages.ids[EVE]), "in": "g2", "version": "0"}
    assert browser.post(pages.path(f"/plans/{pages.draft_id}/edit"), fields).status_code == 303
    page = person_page(pages, EVE)
    assert aloud(page).startswith(
        "Eve Moss has no group in this plan. Cora Coordinator took them out of Near-peer group 2"
    )
    with_room = words_of(page[page.index('id="room"') : page.index('id="against"')])
    assert re.search(r"Near-peer group 2 : \d places? free; they could come to \d of 3 sessions", with_room)


def test_who_never_had_a_group_reads_why_those_with_room_are_closed_to_them(pages: Pages) -> None:
    page = words_of(person_page(pages, UNPLACED))
    assert "Groups with room" in page
    assert "took them out" not in page
    assert "Their grade doesn’t fit with the others’ in " in page


def test_a_facilitator_reads_which_other_groups_they_could_lead(pages: Pages) -> None:
    with pages.database.writing() as db:
        offers = update(ParticipantRow).where(ParticipantRow.person_id == pages.ids["gil.spare@example.org"])
        db.execute(offers.values(models={"near-peer": 3}, capacity=2))
    page = words_of(person_page(pages, "gil.spare@example.org"))
    assert "Which other groups they could lead" in page
    assert re.search(
        r"Near-peer group 2 : (in place of Fay Lantern|as well as those who lead it); they could come to", page
    )
    assert "they could also lead" in page
    with pages.database.writing() as db:
        led = select(GroupRow.id).where(GroupRow.name == "Near-peer group 2")
        db.execute(delete(MemberRow).where(MemberRow.group_id.in_(led), MemberRow.role == MemberRole.FACILITATOR))
    page = words_of(person_page(pages, "gil.spare@example.org"))
    assert "Near-peer group 2 : nobody leads it now; they could come to" in page


def test_the_table_of_groups_leads_to_the_reasons(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for path, plan_id in (("/groups", pages.published_id), (f"/plans/{pages.draft_id}", pages.draft_id)):
        page = browser.get(pages.path(f"{path}?view=table")).text
        assert f'/plans/{plan_id}/why/person/{pages.ids[FACILITATOR]}"' in page
    assert f'/plans/{pages.draft_id}/why/session/g1/2"' in page


# --- a plan changed by hand, and who is not planned ---------------------------------------------------------------


def change(pages: Pages, version: int, **fields: str) -> None:
    """One change of the draft by hand."""
    forget_everything()
    answer = pages.signed_in(COORDINATOR).post(
        pages.path(f"/plans/{pages.draft_id}/edit"), {"version": str(version), **fields}
    )
    assert answer.status_code == 303


def list_page(pages: Pages, rest: str, plan_id: int | None = None) -> str:
    page = pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{plan_id or pages.draft_id}{rest}"))
    assert page.status_code == 200
    return words_of(page.text)


def test_every_page_gives_the_reason_that_the_page_of_one_person_gives(pages: Pages) -> None:
    change(pages, 0, act="out", person=str(pages.ids[EVE]), **{"in": "g2"})
    place = "As far as we can say, Near-peer group 2 could take them, so it may be worth trying."
    assert place in aloud(person_page(pages, EVE))
    for rest in ("", "/why/unplaced"):
        told = list_page(pages, rest)
        assert re.search(r"Cora Coordinator took them out of Near-peer group 2 by hand on [^.]+\. " + place, told)
        assert "changing other groups" not in told
        assert "Zoe Left" in told
        assert "close enough to their grade" in told


def test_who_was_left_without_a_group_as_it_was_dissolved_reads_so(pages: Pages) -> None:
    change(pages, 0, act="dissolve", group="g2")
    told = list_page(pages, "/why/unplaced")
    assert told.count("Cora Coordinator took them out of Near-peer group 2 by hand on") == 4
    assert "A coordinator took them out of their group by hand. 4" in told


def test_a_round_that_was_taken_out_by_hand_says_so_on_every_page(pages: Pages) -> None:
    change(pages, 0, act="none", group="g2", round="0")
    by_hand = "Cora Coordinator took the session of round 1 out by hand on"
    for told in (list_page(pages, ""), list_page(pages, "/why/missed"), aloud(session_page(pages, "g2", 1))):
        assert by_hand in told
        assert "Planning for longer" not in told
    assert "planning for longer" not in list_page(pages, "/why/missed")
    assert "You can set that date by hand." in list_page(pages, "/why/missed")


def consents(pages: Pages) -> None:
    """Only who said yes is planned, and of the rest one was invited."""
    with pages.database.writing() as db:
        db.get_one(JoiningRow, pages.programme_id).only_joined = True
        db.execute(delete(AnswerRow))
        db.add(AnswerRow(programme_id=pages.programme_id, person_id=pages.ids[BEN], invited_at=clock.now(), steps=[]))
        people = [pages.ids[email] for email in (RESIDENT, BEN)]
        db.execute(delete(MemberRow).where(MemberRow.person_id.in_(people)))
        db.execute(delete(UnplacedRow))


def test_who_is_not_planned_is_told_so_with_a_way_out_and_nobody_says_that_everyone_has_a_group(pages: Pages) -> None:
    consents(pages)
    told = list_page(pages, "/why/unplaced")
    assert "Everyone has a group." not in told
    assert "Everyone who was planned has a group." in told
    assert "3 residents have no group because they aren’t planned." in told
    assert "They haven’t been invited yet, and only people who said yes are planned. Invite or remind them" in told
    assert "They haven’t answered their invitation" in told
    assert "3 residents have no group because they aren’t planned. See who, and why" in list_page(pages, "")
    for email, why in ((RESIDENT, "They haven’t been invited yet"), (BEN, "They haven’t answered their invitation")):
        page = person_page(pages, email)
        assert why in aloud(page)
        assert pages.path("/joining?q=") in page


def test_once_nobody_needs_to_have_said_yes_that_they_had_not_is_why_they_were_not_planned(pages: Pages) -> None:
    consents(pages)
    with pages.database.writing() as db:
        db.execute(update(JoiningRow).where(JoiningRow.programme_id == pages.programme_id).values(only_joined=False))
    why = "They weren’t planned: when this plan was made, they hadn’t said yes or weren’t in the programme."
    assert why in list_page(pages, "/why/unplaced")


def test_a_session_of_a_draft_that_was_moved_by_hand_says_so(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    board = browser.get(pages.path(f"/plans/{pages.draft_id}/edit?group=g1&round=0")).text
    at = re.search(r"act=date[^\"]*?at=([^&\"#]+)", board)
    assert at
    change(pages, 0, act="date", group="g1", round="0", at=unquote(unescape(at[1])))
    assert "Cora Coordinator set this date by hand on" in aloud(session_page(pages, "g1", 1))


def test_a_published_session_that_was_changed_by_hand_says_so(pages: Pages) -> None:
    assert "Changed by" not in aloud(session_page(pages, "g1", 1, pages.published_id))
    with pages.database.writing() as db:
        row = db.scalars(select(SessionRow).where(SessionRow.group_key == "g1", SessionRow.round == 0)).one()
        person = db.scalars(select(PersonRow.id).where(PersonRow.email == COORDINATOR)).one()
        was = (row.starts_at - timedelta(days=1)).isoformat()
        details = {"session": row.id, "group": "g1", "was": was, "starts_at": row.starts_at.isoformat()}
        db.add(AuditRow(at=clock.now(), programme_id=pages.programme_id, actor_id=person, action="session.moved",
                        details=details))  # fmt: skip
    page = session_page(pages, "g1", 1, pages.published_id)
    assert re.search(r"Changed by Cora Coordinator on [^:]+: Moved from .+ to ", aloud(page))
    assert "Changed since it was published" in words_of(page)
