"""A coordinator changes a draft by hand, by forms alone: looks what a change would do, keeps it, takes it back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import insert, select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.changes import Fact, note
from scheduler.memory import forget_everything
from scheduler.people.tables import RelationRow, WishRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow, RunRow
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.service import get_programme
from scheduler.publishing.programme_changes import change_programme
from scheduler.reasons.broken import private_sentence
from tests.builders import OPERATOR, publish
from tests.web.builders import COORDINATOR, FACILITATOR, STRANGER_COORDINATOR, UNPLACED, Browser, Pages, words_of
from tests.web.test_query_counts import grow
from tests.web.test_request_context import counting
from web.coordinator.edit_board import GROUPS_A_PAGE

ADA, BEN, CAT, DAN = (f"{name}@example.org" for name in ("ada.quill", "ben.marrow", "cat.osier", "dan.reed"))
CLEO, GIL = "cleo.thistle@example.org", "gil.spare@example.org"
Fields = list[tuple[str, str]]


def board(pages: Pages, rest: str = "") -> str:
    return pages.path(f"/plans/{pages.draft_id}/edit{rest}")


def main_of(page: str) -> str:
    """A page without what stands above and below every page."""
    return page.partition("<main")[2].partition("</main>")[0] or page


def said_in(piece: str) -> str:
    """The words of a link or a button, with what only screen readers say."""
    return words_of(piece).strip().replace(" :", ":")


def link_to(page: str, words: str) -> str:
    """Where the link leads whose words begin so."""
    for href, inside in re.findall(r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', main_of(page), re.DOTALL):
        if said_in(inside).startswith(words):
            return unescape(href).partition("#")[0]
    raise AssertionError(f"no link “{words}” in {words_of(page)}")


def form_with(page: str, button: str) -> tuple[str, Fields]:
    """Where a form leads that has this button, and all that it sends."""
    for attributes, inside in re.findall(r"<form\b([^>]*)>(.*?)</form>", main_of(page), re.DOTALL):
        buttons = re.findall(r"<button.*?</button>", inside, re.DOTALL)
        if any(said_in(each).startswith(button) for each in buttons):
            action = re.search(r'action="([^"]+)"', attributes)
            assert action
            found: Fields = []
            for field in re.findall(r"<input[^>]*>", inside):
                kind, name = (re.search(f'{key}="([^"]*)"', field) for key in ("type", "name"))
                value = re.search(r'value="([^"]*)"', field)
                if name and (not kind or kind[1] not in ("checkbox", "radio") or "checked" in field):
                    found.append((name[1], unescape(value[1]) if value else ""))
            return unescape(action[1]).partition("#")[0], found
    raise AssertionError(f"no form with “{button}” in {words_of(page)}")


def press(browser: Browser, page: str, button: str) -> Any:
    """Press a button of a form that changes something, and see where it leads."""
    action, fields = form_with(page, button)
    answer = browser.client.post(action, data=dict(fields))
    return browser.get(answer.headers["Location"]) if answer.status_code == 303 else answer


def ask(browser: Browser, page: str, button: str, *more: tuple[str, str]) -> str:
    """Press a button of a form that only asks."""
    action, fields = form_with(page, button)
    typed = {name for name, _value in more}
    kept = [field for field in fields if field[0] not in typed]
    return str(browser.client.get(action, query_string=[*kept, *more]).text)


def people_of(pages: Pages, key: str) -> set[int]:
    with pages.database.reading() as db:
        of_draft = (GroupRow.plan_id == pages.draft_id) & (GroupRow.key == key)
        return set(db.scalars(select(MemberRow.person_id).join(GroupRow).where(of_draft)))


def look(pages: Pages, browser: Browser, **fields: object) -> str:
    """The board with what a change would do."""
    return str(browser.client.get(board(pages), query_string={name: str(value) for name, value in fields.items()}).text)


def test_a_draft_is_a_board_of_its_groups(pages: Pages) -> None:
    page = pages.signed_in(COORDINATOR).get(board(pages)).text
    said = words_of(page)
    assert "nothing changed by hand yet" in said
    assert "1 resident without a group Resident Grade and site Zoe Left" in said
    assert "Peer group 1 misses 1 round" in said
    assert said.index("Near-peer group 2") < said.index("Peer group 1")
    assert page.count("data-group=") == 2
    compared = pages.signed_in(COORDINATOR).get(link_to(page, "Compare"))
    assert "Published, revision 1" in words_of(compared.text)
    assert link_to(page, "Check and publish").endswith("/publish")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=near", {"g2"}),
        ("q=CAT", {"g1"}),
        ("q=lantern", {"g2"}),
        ("q=nobody", set()),
        ("show=hand", set()),
        ("show=alone", set()),
        ("show=nonsense&sort=nonsense&page=x", {"g1", "g2"}),
    ],
)
def test_the_board_is_searched_and_filtered(pages: Pages, query: str, shown: set[str]) -> None:
    page = pages.signed_in(COORDINATOR).get(board(pages, f"?{query}")).text
    assert set(re.findall(r'data-group="(\w+)"', page)) == shown
    if not shown:
        assert "No group is like that. Show all groups" in words_of(page)


def test_the_board_begins_with_trouble_if_it_is_asked_to(pages: Pages) -> None:
    page = pages.signed_in(COORDINATOR).get(board(pages, "?sort=trouble")).text
    assert re.findall(r'data-group="(\w+)"', page) == ["g1", "g2"]


def test_somebody_is_moved_and_the_move_taken_back_and_done_again(pages: Pages) -> None:
    browser, ada = pages.signed_in(COORDINATOR), pages.ids[ADA]
    page = browser.get(board(pages, "?sort=size")).text
    page = browser.get(link_to(page, "Ada Quill")).text
    assert "No better place for Ada Quill" in words_of(page)
    page = ask(browser, page, "Find", ("find", "near-peer"))
    page = browser.get(link_to(page, "Move here: Near-peer group 2")).text
    said = words_of(page)
    assert "Ada Quill from Peer group 1 to Near-peer group 2" in said
    assert people_of(pages, "g1") >= {ada}, "nothing is kept by looking"
    answer = press(browser, page, "Move Ada Quill")
    assert dict(parse_qsl(urlsplit(answer.request.url).query))["sort"] == "size", "the same place of the board"
    said = words_of(answer.text)
    assert "Ada Quill moved from Peer group 1 to Near-peer group 2. Undo" in said
    assert "1 change by hand" in said
    assert "put here by hand" in said
    assert ada in people_of(pages, "g2")
    answer = press(browser, answer.text, "Undo")
    assert "Undone: Ada Quill moved from Peer group 1 to Near-peer group 2. Redo" in words_of(answer.text)
    assert ada in people_of(pages, "g1")
    answer = press(browser, answer.text, "Redo")
    assert ada in people_of(pages, "g2")
    assert ada not in people_of(pages, "g1")


def test_two_are_exchanged(pages: Pages) -> None:
    browser, ada, cleo = pages.signed_in(COORDINATOR), pages.ids[ADA], pages.ids[CLEO]
    page = browser.client.get(board(pages), query_string={"person": ada, "find": "thistle"}).text
    page = browser.get(link_to(page, "Exchange: Cleo Thistle")).text
    assert "Ada Quill and Cleo Thistle exchange groups" in words_of(page)
    answer = press(browser, page, "Exchange them")
    assert answer.status_code == 200
    assert cleo in people_of(pages, "g1")
    assert ada in people_of(pages, "g2")


def test_a_place_is_shown_with_the_rounds_in_which_they_could_come(pages: Pages) -> None:
    page = pages.signed_in(COORDINATOR).get(board(pages, f"?person={pages.ids[UNPLACED]}")).text
    places = re.findall(r'<span class="strip"(.*?)</span>.*?\d of (\d)</span>', page.partition("small places")[2])
    rounds = 3
    assert places
    for strip, held in places:
        assert strip.count("<i") == rounds
        assert ("without a session" in strip) == (int(held) < rounds)


def test_somebody_without_a_group_gets_one_and_somebody_is_taken_out(pages: Pages) -> None:
    browser, zoe, ben = pages.signed_in(COORDINATOR), pages.ids[UNPLACED], pages.ids[BEN]
    answer = press(browser, look(pages, browser, act="move", person=zoe, to="g1"), "Move Zoe Left")
    assert "Zoe Left moved to Peer group 1." in words_of(answer.text)
    page = browser.get(link_to(answer.text, "Ben Marrow")).text
    page = browser.get(link_to(page, "Take out")).text
    answer = press(browser, page, "Take Ben Marrow out")
    assert "Ben Marrow taken out of Peer group 1." in words_of(answer.text)
    assert people_of(pages, "g1") & {zoe, ben} == {zoe}


def test_what_would_break_a_rule_is_said_before_it_is_kept(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    said = words_of(look(pages, browser, act="out", person=pages.ids[CLEO], **{"in": "g2"}))
    assert "Breaks a rule: Near-peer group 2 has too few residents: " in said
    assert "Near-peer group 2 would be 3 people, below its usual 6" in said


def test_a_rule_that_is_nobodys_business_has_one_sentence_for_all(pages: Pages) -> None:
    ada, cleo = pages.ids[ADA], pages.ids[CLEO]
    with pages.database.writing() as db:
        row = {"programme_id": pages.programme_id, "person_id": cleo, "about_id": ada, "kind": "family"}
        db.execute(insert(RelationRow), [{**row, "declared": False}])
        note(db, Fact.PLAN, pages.programme_id, clock.now())
    browser = pages.signed_in(COORDINATOR)
    fields = {"act": "move", "person": ada, "to": "g2", "in": "g1"}
    page = look(pages, browser, **fields)
    said = words_of(page)
    assert "This can’t be done" in said
    assert words_of(private_sentence()) in said
    assert 'id="keep"' not in page
    effect = words_of(page[page.index('id="effect"') : page.index('id="chosen-title"')])
    assert "Cleo" not in effect
    before = people_of(pages, "g2")
    answer = browser.post(board(pages), {**fields, "version": "0"})
    assert answer.status_code == 409
    assert people_of(pages, "g2") == before
    with pages.database.reading() as db:
        noted = db.scalars(select(AuditRow).where(AuditRow.action == "draft.refused")).all()
        assert [line.details for line in noted] == [{"plan": pages.draft_id}], "what was tried, not what was looked at"


@pytest.mark.parametrize(("act", "who", "of"), [("out", ADA, "g1"), ("out", BEN, "g1"), ("move", ADA, "g1")])
def test_a_preview_is_the_same_with_a_private_wish_and_without(pages: Pages, act: str, who: str, of: str) -> None:
    browser = pages.signed_in(COORDINATOR)
    fields = {"act": act, "person": pages.ids[who], "in": of, **({"to": "g2"} if act == "move" else {})}
    before = words_of(look(pages, browser, **fields))
    with pages.database.writing() as db:
        row = {"programme_id": pages.programme_id, "person_id": pages.ids[ADA], "about_id": pages.ids[BEN]}
        db.execute(insert(WishRow), [{**row, "kind": "want"}])
        note(db, Fact.PLAN, pages.programme_id, clock.now())
    assert words_of(look(pages, browser, **fields)) == before
    assert "point" not in before


def test_who_acts_on_an_old_board_is_shown_what_changed_and_can_go_on(pages: Pages) -> None:
    mine, other = pages.signed_in(COORDINATOR), pages.signed_in(COORDINATOR)
    page = look(pages, mine, act="out", person=pages.ids[BEN], **{"in": "g1"})
    press(other, look(pages, other, act="out", person=pages.ids[CAT], **{"in": "g1"}), "Take Cat Osier out")
    answer = press(mine, page, "Take Ben Marrow out")
    said = words_of(answer.text)
    assert answer.status_code == 409
    assert "This draft has changed since" in said
    assert "Last change: Cat Osier taken out of Peer group 1." in said
    assert pages.ids[BEN] in people_of(pages, "g1")
    answer = press(mine, answer.text, "Take Ben Marrow out")
    assert answer.status_code == 200
    assert not {pages.ids[BEN], pages.ids[CAT]} & people_of(pages, "g1")


def test_a_change_that_is_sent_twice_is_made_once(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    action, fields = form_with(look(pages, browser, act="out", person=pages.ids[BEN], **{"in": "g1"}), "Take Ben")
    for _ in range(2):
        answer = browser.client.post(action, data=dict(fields))
        assert answer.status_code == 303
    assert "You’d already sent this" in words_of(browser.get(answer.headers["Location"]).text)


def test_a_date_is_chosen_typed_and_dropped(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(board(pages, "?group=g1")).text
    page = browser.get(link_to(page, "Add: round 2")).text
    assert "Good dates" in words_of(page)
    page = browser.get(link_to(page, "Look")).text
    assert "Peer group 1, round 2, on" in words_of(page)
    answer = press(browser, page, "Move this session")
    assert "Peer group 1’s session in round 2 is now on" in words_of(answer.text)
    assert "Change: round 2" in said_in(browser.get(board(pages, "?group=g1")).text)
    page = browser.get(link_to(answer.text, "No session in this round")).text
    answer = press(browser, page, "Drop this session")
    assert "Peer group 1 has no session in round 2." in words_of(answer.text)
    with pages.database.reading() as db:
        day = get_programme(db, pages.programme_id).rounds[1].first_day
    page = browser.get(board(pages, "?group=g1&round=1")).text
    page = ask(browser, page, "See what it would do: another date", ("day", day.isoformat()), ("time", "12:30"))
    assert 'id="keep"' in page


def test_a_date_that_cannot_be_read_or_had_comes_back_as_it_was_typed(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = look(pages, browser, act="date", group="g1", round=1, day="tomorrow", time="25:00")
    said = words_of(page)
    assert "“tomorrow” is not a valid date" in said
    assert "“25:00” is not a valid time" in said
    assert 'value="tomorrow"' in page
    assert 'aria-invalid="true"' in page
    page = look(pages, browser, act="date", group="g1", round=1, day="2021-01-04", time="03:10")
    assert "This can’t be done" in words_of(page)
    assert 'value="2021-01-04"' in page
    assert "That day isn’t in round 2, which is from" in words_of(page)
    assert "Choose a day." in words_of(look(pages, browser, act="date", group="g1", round=1, day="", time="12:30"))


def test_a_closed_day_is_named_where_a_date_on_it_is_refused(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    with pages.database.writing() as db:
        programme = get_programme(db, pages.programme_id)
        day = programme.rounds[1].first_day
        closed = ClosedDays(days_off=(DaysOff(day, day, "Early May bank holiday"),))
        change_programme(db, OPERATOR, programme.id, replace(programme, closed=closed), clock.now())
    page = look(pages, browser, act="date", group="g1", round=1, day=day.isoformat(), time="12:30")
    assert "Your programme doesn’t meet on that day: Early May bank holiday. Choose another date." in words_of(page)


def test_who_is_left_without_a_group_by_dissolving_one_is_counted(pages: Pages) -> None:
    said = words_of(look(pages, pages.signed_in(COORDINATOR), act="dissolve", group="g1"))
    assert "people would have no group: Ada Quill" in said


def test_where_no_place_is_better_the_page_says_so_and_those_that_break_a_rule_are_apart(pages: Pages) -> None:
    said = words_of(pages.signed_in(COORDINATOR).get(board(pages, f"?person={pages.ids[ADA]}")).text)
    assert "No better place for Ada Quill" in said
    assert "Good places for Ada" not in said


def test_what_is_broken_by_hand_is_there_before_publishing_with_the_way_back_and_no_button(pages: Pages) -> None:
    browser, ids = pages.signed_in(COORDINATOR), pages.ids
    page = look(pages, browser, act="split", group="g1", resident=ids[ADA])
    said = words_of(page)
    assert "The new group has too few residents: " in said
    assert "no longer here" not in said
    press(browser, page, "Split the group")
    on_board = re.search(r"(\d+) rules? (?:is|are) broken", words_of(browser.get(board(pages)).text))
    assert on_board
    publish_page = pages.path(f"/plans/{pages.draft_id}/publish")
    page = browser.get(publish_page).text
    said = words_of(page)
    assert f"{on_board[0]} So the draft can’t be published as it is. Correct it on its board, or undo" in said
    assert re.search(r'<a href="[^"]*/edit\?group=g1#panel">Peer group 1 has too few residents: \d+ instead of', page)
    assert "(changed by hand)" in said
    assert "Publish now" not in said
    assert "Plan again" not in said
    refused = browser.post(publish_page)
    assert refused.status_code == 409
    said = words_of(refused.text)
    assert "Peer group 1 has too few residents: 3 instead of at least 4. This group was changed by hand." in said
    assert said.count("This group was changed by hand.") == 2, "all that is broken, not the first alone"
    assert "Something has changed since" not in said
    assert "Plan again" not in said
    press(browser, page, "Undo")
    assert "Publish now" in words_of(browser.get(publish_page).text)


def test_broken_rules_lead_to_where_they_are_mended(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    press(browser, look(pages, browser, act="split", group="g1", resident=pages.ids[ADA]), "Split the group")
    page = browser.get(pages.path(f"/plans/{pages.draft_id}/publish/rules")).text
    assert re.search(r'<a href="[^"]*/edit\?group=g1#panel">Peer group 1</a>', page)
    assert f'href="{pages.path("/settings/kinds")}"' in page
    assert "Not every rule is kept" in page


def test_a_private_rule_is_told_only_where_nothing_else_stands_against_publishing(pages: Pages) -> None:
    browser, rules = pages.signed_in(COORDINATOR), pages.path(f"/plans/{pages.draft_id}/publish/rules")
    with pages.database.writing() as db:
        row = {"programme_id": pages.programme_id, "person_id": pages.ids[ADA], "about_id": pages.ids[BEN]}
        db.execute(insert(RelationRow), [{**row, "kind": "family", "declared": False}])
        note(db, Fact.PLAN, pages.programme_id, clock.now())
    said = words_of(browser.get(rules).text)
    assert "A rule about safety or someone’s own wishes stands against it" in said
    assert said.count("This doesn’t hold:") == 1
    press(browser, look(pages, browser, act="out", person=pages.ids[CLEO], **{"in": "g2"}), "Take Cleo Thistle out")
    said = words_of(browser.get(rules).text)
    assert "This doesn’t hold:" in said
    assert "Relations on record" not in said
    with pages.database.writing() as db:
        db.get_one(PlanRow, pages.draft_id).trial_steps = ["quorum:0.5"]
    assert browser.get(rules).location == pages.path(f"/plans/{pages.draft_id}/publish")


def test_what_people_keep_to_themselves_shows_nowhere_but_stops_publishing_in_one_sentence_that_is_noted(
    pages: Pages,
) -> None:
    browser, ids = pages.signed_in(COORDINATOR), pages.ids
    places = (board(pages, f"?person={ids[ADA]}"), board(pages), pages.path(f"/plans/{pages.draft_id}/publish/rules"))
    fields = {"act": "exchange", "person": ids[ADA], "with": ids[CLEO]}

    def seen() -> list[str]:
        return [words_of(browser.get(place).text) for place in places] + [words_of(look(pages, browser, **fields))]

    before = seen()
    with pages.database.writing() as db:
        row = {"programme_id": pages.programme_id, "person_id": ids[ADA], "about_id": ids[BEN], "kind": "avoid"}
        db.execute(insert(WishRow), [row, {**row, "about_id": ids[CLEO]}])
        note(db, Fact.PLAN, pages.programme_id, clock.now())
    assert seen() == before
    page = browser.get(pages.path(f"/plans/{pages.draft_id}/publish")).text
    shown = re.search(r'name="seen" value="([^"]+)"', page)
    assert shown
    answer = browser.post(pages.path(f"/plans/{pages.draft_id}/publish"), {"seen": shown[1]})
    assert answer.status_code == 409
    said = words_of(answer.text)
    assert words_of(private_sentence()) in said
    with pages.database.reading() as db:
        noted = db.scalars(select(AuditRow).where(AuditRow.action == "draft.refused")).all()
    assert [line.details for line in noted] == [{}]


def test_a_group_is_split_merged_dissolved_and_made(pages: Pages) -> None:
    browser, ids = pages.signed_in(COORDINATOR), pages.ids
    page = browser.get(board(pages, "?group=g1")).text
    page = ask(browser, page, "See what it would do: split", ("resident", str(ids[ADA])), ("resident", str(ids[BEN])))
    assert "Split Peer group 1" in words_of(page)
    _action, fields = form_with(page, "Split the group")
    assert [value for name, value in fields if name == "resident"] == sorted(map(str, (ids[ADA], ids[BEN])), key=int)
    with pages.database.reading() as db:
        peer = next(model.id for model in get_programme(db, pages.programme_id).models if model.key == "peer")
    page = browser.get(board(pages, "?new=1")).text
    assert "Zoe Left without a group" in words_of(page)
    page = look(pages, browser, new=1, find="quill", resident=ids[UNPLACED])
    assert "Zoe Left" in words_of(page[page.index('id="chosen-title"') :]), "who is ticked stays in sight"
    page = look(pages, browser, act="make", model=peer, mode="video", resident=ids[UNPLACED])
    assert "A new group of 1 resident" in words_of(page)
    page = look(pages, browser, act="dissolve", group="g2")
    assert "Near-peer group 2 would no longer exist" in words_of(page)
    answer = press(browser, page, "Dissolve the group")
    assert "5 residents without a group" in words_of(answer.text)
    assert "Last change: Near-peer group 2 dissolved." in words_of(answer.text)
    assert "Undo : Near-peer group 2 dissolved." in words_of(answer.text)
    answer = press(browser, answer.text, "Undo")
    assert "Undone: Near-peer group 2 dissolved." in words_of(answer.text)
    assert len(people_of(pages, "g2")) == 5


def test_facilitators_and_the_way_to_meet_are_changed(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(board(pages, "?group=g2")).text
    _action, fields = form_with(page, "See what it would do: facilitators")
    assert ("facilitator", str(pages.ids[FACILITATOR])) in fields, "who facilitates is ticked"
    page = look(pages, browser, act="lead", group="g2")
    assert "The facilitators of Near-peer group 2" in words_of(page)
    page = ask(browser, browser.get(board(pages, "?group=g1")).text, "See what it would do: how", ("mode", "phone"))
    answer = press(browser, page, "Change the way to meet")
    assert "Peer group 1 now meets by phone." in words_of(answer.text)


def test_pins_are_set_seen_and_taken_away(pages: Pages) -> None:
    browser, ada, zoe = pages.signed_in(COORDINATOR), pages.ids[ADA], pages.ids[UNPLACED]
    page = browser.get(board(pages, f"?person={ada}&in=g1")).text
    answer = press(browser, page, "Pin Ada Quill")
    said = words_of(answer.text)
    assert "Pinned: Ada Quill in Peer group 1." in said
    assert "1 pin" in said
    assert "Improve the rest" in said
    page = words_of(browser.get(board(pages, "/improve")).text)
    assert "What stays Peer group 1: all its people. Its dates may change." in page
    answer = press(browser, answer.text, "Unpin Ada Quill")
    assert "No longer pinned: Ada Quill in Peer group 1." in words_of(answer.text)
    page = browser.client.get(board(pages), query_string={"person": ada, "in": "g1", "find": "left"}).text
    page = browser.get(link_to(page, "Apart: Zoe Left")).text
    answer = press(browser, page, "Pin it")
    assert "Pinned: Ada Quill and Zoe Left apart." in words_of(answer.text)
    page = browser.get(board(pages, f"?person={zoe}")).text
    assert "Ada Quill and Zoe Left apart" in words_of(page)


def test_the_planner_goes_on_around_what_is_pinned(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    with pages.database.writing() as db:
        db.execute(RunRow.__table__.delete())
    answer = browser.post(board(pages, "/improve"), {"seconds": "10"})
    assert answer.status_code == 303
    assert "/runs/" in answer.headers["Location"]
    assert browser.get(answer.headers["Location"]).status_code == 200


def test_a_plan_that_is_no_draft_any_more_is_shown_as_it_is(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = look(pages, browser, act="out", person=pages.ids[BEN], **{"in": "g1"})
    with pages.database.writing() as db:
        publish(db, OPERATOR, pages.draft_id, clock.now(), "Earlier than thought")
    answer = browser.get(board(pages))
    assert answer.status_code == 302
    assert urlsplit(answer.headers["Location"]).path == pages.path(f"/plans/{pages.draft_id}")
    browser.get(answer.headers["Location"])  # where that is told
    said = words_of(press(browser, page, "Take Ben Marrow out").text)
    assert said.count("This plan is no longer a draft.") == 1
    for path, fields in (("/undo", {"version": "0"}), ("/redo", {"version": "0"}), ("/improve", {"seconds": "10"})):
        answer = browser.post(board(pages, path), fields)
        assert answer.status_code == 409
        assert words_of(answer.text).count("This plan is no longer a draft.") == 1
    assert pages.ids[BEN] in people_of(pages, "g1")
    for rest in ("/panel", "/effect", "/improve"):
        assert browser.get(board(pages, rest)).status_code == 302


def test_only_the_draft_that_was_shown_is_published_or_noted_as_read(pages: Pages) -> None:
    browser, plan = pages.signed_in(COORDINATOR), pages.path(f"/plans/{pages.draft_id}")
    with pages.database.writing() as db:  # with nothing published, an exchange changes none of the numbers
        db.get_one(PlanRow, pages.published_id).state = PlanState.SUPERSEDED
    to_publish, to_read = browser.get(f"{plan}/publish").text, browser.get(plan).text
    fields: dict[str, object] = {"act": "exchange", "person": pages.ids[ADA], "other": pages.ids[CLEO]}
    assert press(browser, look(pages, browser, **fields), "Exchange them").status_code == 200
    for page, button in ((to_publish, "Publish now"), (to_read, "I’ve read it")):
        answer = press(browser, page, button)
        assert answer.status_code == 409
        assert "This was changed after you opened the page" in words_of(answer.text)
    assert press(browser, browser.get(plan).text, "I’ve read it").status_code == 200
    assert press(browser, browser.get(f"{plan}/publish").text, "Publish now").status_code == 200
    with pages.database.reading() as db:
        assert db.get_one(PlanRow, pages.draft_id).state is PlanState.PUBLISHED


def test_who_has_left_meanwhile_is_no_longer_there(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for query in ("person=999999", "group=g77", "group=g77&round=1"):
        page = words_of(browser.get(board(pages, f"?{query}")).text)
        assert "No longer in this draft" in page
        assert "Peer group 1" in page
    page = words_of(look(pages, browser, act="move", person=999999, to="g1"))
    assert "This can’t be done" in page


def test_the_drafts_of_a_programme_are_for_its_coordinators(pages: Pages) -> None:
    browser = pages.signed_in(STRANGER_COORDINATOR)
    for programme_id in (pages.programme_id, pages.stranger_programme_id):
        for rest in ("", "/panel", "/effect", "/improve"):
            path = f"/programmes/{programme_id}/plans/{pages.draft_id}/edit{rest}"
            assert browser.get(path).status_code == 404
        for rest in ("", "/undo", "/redo", "/improve"):
            path = f"/programmes/{programme_id}/plans/{pages.draft_id}/edit{rest}"
            data = {"act": "dissolve", "group": "g1", "version": "0", "seconds": "10"}
            assert browser.post(path, data).status_code == 404
    assert people_of(pages, "g1")


def test_a_piece_has_no_page_around_it(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    query = f"?act=out&person={pages.ids[BEN]}&in=g1"
    panel, effect = (browser.get(board(pages, f"/{name}{query}")).text for name in ("panel", "effect"))
    assert panel.startswith("<aside")
    assert "No better place for Ben Marrow" in panel
    assert effect.startswith("<section")
    assert "Good places" not in effect
    assert "<html" not in panel + effect


def test_no_page_of_a_draft_asks_more_the_more_groups_there_are(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    ben = pages.ids[BEN]
    paths = [
        board(pages, rest)
        for rest in ("", f"?person={ben}&in=g1", "?group=g1", "?group=g1&round=1", "?new=1", "/improve",
                     f"/effect?act=out&person={ben}&in=g1")
    ]  # fmt: skip
    few = [queries(pages, browser, path) for path in paths]
    grow(pages)
    many = [queries(pages, browser, path) for path in paths]
    assert all(now <= was for was, now in zip(few, many, strict=True)), (few, many)


def queries(pages: Pages, browser: Browser, path: str) -> int:
    assert browser.get(path).status_code == 200
    with counting(pages.database) as counted:
        assert browser.get(path).status_code == 200
    return len(counted.queries)


def test_a_board_of_many_groups_sends_what_it_shows(pages: Pages) -> None:
    with pages.database.writing() as db:
        add_groups(db, pages, 60)
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(board(pages, "?page=2&show=all")).text
    assert page.count("data-group=") == GROUPS_A_PAGE
    assert "25–48 of 62" in words_of(page)
    assert len(browser.get(board(pages)).text) < 100_000


def add_groups(db: Any, pages: Pages, count: int) -> None:
    """More groups in the draft, of nobody."""
    row = db.execute(select(GroupRow.__table__).where(GroupRow.plan_id == pages.draft_id)).mappings().first()
    for number in range(10, 10 + count):
        named = {"key": f"more{number}", "name": f"Peer group {number}", "number": number}
        db.execute(insert(GroupRow), [{**row, **named, "id": 5000 + number}])
    note(db, Fact.PLAN, pages.programme_id, clock.now())


def test_a_draft_that_can_be_published_no_more_says_so_on_the_board_at_once(pages: Pages) -> None:
    browser, ids = pages.signed_in(COORDINATOR), pages.ids
    press(browser, look(pages, browser, act="move", person=ids[ADA], to="g2"), "Move Ada Quill")
    with pages.database.writing() as db:
        published = db.get_one(PlanRow, pages.published_id)
        published.changed_at, published.published_at = clock.now(), clock.now() - timedelta(days=1)
    for path in ("", "/edit", "/publish"):
        page = browser.get(pages.path(f"/plans/{pages.draft_id}{path}")).text
        assert "The published plan has been changed since this draft was made." in words_of(page), path
        assert "Carry the changes over" in words_of(browser.get(link_to(page, "Carry the changes over")).text), path


# --- two people apart or together, good dates, and what is not pinned -------------------------------------------------


def test_two_of_one_group_are_parted_and_pinned_apart_in_one_step(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    ada, ben = pages.ids[ADA], pages.ids[BEN]
    page = browser.get(board(pages, f"?person={ada}&in=g1")).text
    offered = browser.get(link_to(page, "Apart: Ben Marrow")).text
    assert "Keep Ada Quill and Ben Marrow apart" in words_of(offered)
    assert "This can’t be done" not in words_of(offered)
    seen = browser.get(link_to(offered, "Look: Ada Quill, Near-peer group 2")).text
    assert "They are pinned apart in the same step." in words_of(seen)
    done = press(browser, seen, "Exchange" if "exchange" in words_of(offered) else "Move")
    assert "Ada Quill and Ben Marrow apart" in words_of(browser.get(board(pages, "/improve")).text)
    assert done.status_code == 200
    assert not {ada, ben} <= people_of(pages, "g1")
    assert not {ada, ben} <= people_of(pages, "g2")
    press(browser, browser.get(board(pages)).text, "Undo")
    assert {ada, ben} <= people_of(pages, "g1")
    assert "Ada Quill and Ben Marrow apart" not in words_of(browser.get(board(pages, "/improve")).text)


def test_two_of_different_groups_are_brought_together_and_pinned_so(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    ada, cleo = pages.ids[ADA], pages.ids[CLEO]
    page = browser.get(board(pages, f"?person={ada}&in=g1&find=cleo")).text
    offered = browser.get(link_to(page, "Together: Cleo Thistle")).text
    assert "Keep Ada Quill and Cleo Thistle together" in words_of(offered)
    seen = browser.get(link_to(offered, "Look: ")).text
    assert "They are pinned together in the same step." in words_of(seen)
    button = re.search(r'<button class="btn" id="keep"[^>]*>(.*?)</button>', seen, re.DOTALL)
    assert button
    assert press(browser, seen, said_in(button[1])).status_code == 200
    assert {ada, cleo} <= people_of(pages, "g1") or {ada, cleo} <= people_of(pages, "g2")


def test_a_pin_that_would_not_be_so_keeps_nothing_of_the_change_either(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    ada, ben, cat = (pages.ids[email] for email in (ADA, BEN, CAT))
    fields = {"act": "move", "person": ada, "in": "g1", "to": "g2", "version": 0, "together": ben}
    assert browser.post(board(pages), fields).status_code == 409
    assert {ada, ben, cat} <= people_of(pages, "g1")


def test_good_dates_say_in_which_order_they_are(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = words_of(browser.get(board(pages, "?group=g1&round=0")).text)
    assert "The dates when most can come are first" in page
    order = [int(can) for can in re.findall(r"(\d) of 4 Look", page)]
    assert order == sorted(order, reverse=True)
    assert order


def test_what_was_changed_by_hand_and_is_not_pinned_is_told_before_the_planner_goes_on(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    ada, cleo, eve = (pages.ids[email] for email in (ADA, CLEO, "eve.moss@example.org"))
    assert "Changed by hand, and free" not in words_of(browser.get(board(pages, "/improve")).text)
    for version, fields in enumerate(
        (
            {"act": "exchange", "person": ada, "in": "g1", "other": cleo},
            {"act": "none", "group": "g1", "round": 0},
            {"act": "out", "person": eve, "in": "g2"},
        )
    ):
        assert browser.post(board(pages), {**fields, "version": version}).status_code == 303
    page = browser.get(board(pages, "/improve")).text
    told = words_of(page)
    assert "Ada Quill in Near-peer group 2" in told
    assert "Cleo Thistle in Peer group 1" in told
    assert "Peer group 1 may meet in round 1 again" in told
    assert "Eve Moss may be given a group again" in told
    after = words_of(press(browser, page, "Pin all 2").text)
    assert "Near-peer group 2: all its people. Its dates may change." in after
    assert "Ada Quill in Near-peer group 2" not in after
    assert "Pin all" not in after
    assert "Peer group 1 may meet in round 1 again" in after
    assert "Pinned: 2 changes made by hand." in words_of(browser.get(board(pages)).text)
    press(browser, browser.get(board(pages)).text, "Undo")
    assert "Ada Quill in Near-peer group 2" in words_of(browser.get(board(pages, "/improve")).text)


def test_marks_of_an_earlier_draft_are_not_called_nothing(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.execute(update(MemberRow).where(MemberRow.person_id == pages.ids[ADA]).values(by_hand=True))
    forget_everything()
    page = words_of(pages.signed_in(COORDINATOR).get(board(pages)).text)
    assert "nothing changed by hand yet" not in page
    assert "changed by hand before the planner went on, marked ✎" in page
