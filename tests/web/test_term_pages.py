"""The term as its coordinator sees it whole: groups as cards or a table, the weeks, who can come, how fairly."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select

from scheduler import clock
from scheduler.availability.tables import AbsenceRow
from scheduler.changes import Fact, note
from scheduler.plans.tables import UnplacedRow
from tests.web.builders import COORDINATOR, FACILITATOR, OVERSEER, RESIDENT, STRANGER_COORDINATOR, Pages, words_of
from tests.web.test_query_counts import grow


def in_trouble(pages: Pages) -> None:
    """Three of the second group are away for all of the term."""
    today = clock.now().date()
    names = ("cleo.thistle", "eve.moss", "finn.oak")
    people = [pages.ids[f"{name}@example.org"] for name in names]
    leave = {"programme_id": pages.programme_id, "first_day": today, "last_day": today + timedelta(days=300)}
    with pages.database.writing() as db:
        db.execute(insert(AbsenceRow), [{**leave, "person_id": who} for who in people])
        note(db, Fact.TIME, pages.programme_id, clock.now(), people)


def page_of(pages: Pages, path: str) -> str:
    found = pages.signed_in(COORDINATOR).get(pages.path(path))
    assert found.status_code == 200
    return found.text


def groups_in_order(page: str) -> list[str]:
    found = re.findall(r'/groups/(g\d)"', page)
    return list(dict.fromkeys(found))


def test_groups_are_cards_or_a_table_sorted_by_its_headings(pages: Pages) -> None:
    cards = page_of(pages, "/groups")
    assert "aria-sort" not in cards
    assert f'href="{pages.path("/groups?view=table#groups")}"' in cards
    table = page_of(pages, "/groups?view=table")
    assert "Fay Lantern" in words_of(table)
    assert f'/people/{pages.ids[FACILITATOR]}"' in table
    by_name = page_of(pages, "/groups?view=table&sort=name")
    assert 'aria-sort="ascending"' in by_name
    assert "sort=-name" in by_name
    turned = page_of(pages, "/groups?view=table&sort=-name")
    assert 'aria-sort="descending"' in turned
    assert groups_in_order(by_name) == groups_in_order(turned)[::-1]


def test_trouble_comes_first_and_has_its_words(own_pages: Pages) -> None:
    in_trouble(own_pages)
    for view in ("cards", "table"):
        page = page_of(own_pages, f"/groups?view={view}")
        assert groups_in_order(page)[0] == "g2"
        assert "1 group is in trouble." in words_of(page)
        assert "has too few people in rounds" in words_of(page)
    alone = page_of(own_pages, "/groups?trouble=1")
    assert groups_in_order(alone) == ["g2"]


def test_a_filter_nobody_offers_is_no_page(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for query in ("sort=moon", "view=cube", "kind=none", "site=none"):
        assert browser.get(pages.path(f"/groups?{query}")).status_code == 404
        assert browser.get(pages.path(f"/plans/{pages.draft_id}?{query}")).status_code == 404
    assert "No group fits that filter." in words_of(browser.get(pages.path("/groups?trouble=1")).text)


def test_a_plan_leads_to_its_people_and_shows_grades_and_dates(pages: Pages) -> None:
    for plan_id in (pages.published_id, pages.draft_id):
        page = page_of(pages, f"/plans/{plan_id}")
        assert f'href="{pages.path(f"/people/{pages.ids[RESIDENT]}")}"' in page
        assert page.count("<details") <= 2, "dates are not folded away"
        assert "4 of 4 can come" in words_of(page)
    found = page_of(pages, f"/plans/{pages.draft_id}?q=Peer group 1#groups")
    assert "Dates of Peer group 1" in found
    table = page_of(pages, f"/plans/{pages.draft_id}?view=table")
    assert "misses round 2" in words_of(table)


def test_a_long_list_of_people_without_a_group_is_shown_bit_by_bit(own_pages: Pages) -> None:
    with own_pages.database.writing() as db:
        of_draft = UnplacedRow.plan_id == own_pages.draft_id
        people = [who for email, who in own_pages.ids.items() if "fay" not in email and "gil" not in email]
        more = [who for who in people if who not in set(db.scalars(select(UnplacedRow.person_id).where(of_draft)))]
        db.execute(insert(UnplacedRow), [{"plan_id": own_pages.draft_id, "person_id": who} for who in more])
    page = page_of(own_pages, f"/plans/{own_pages.draft_id}")
    assert "9 residents have no group" in words_of(page)
    assert "8 · We don’t know of a single reason." in words_of(page)
    assert "and 5 more" in words_of(page)
    whole = page_of(own_pages, f"/plans/{own_pages.draft_id}/why/unplaced")
    assert f'/people/{own_pages.ids["zoe.left@example.org"]}"' in whole
    assert "9 in all" in words_of(whole)
    with own_pages.database.writing() as db:
        db.execute(delete(UnplacedRow).where(of_draft))
    assert "residents who were planned have a group." in words_of(page_of(own_pages, f"/plans/{own_pages.draft_id}"))


def test_nobody_else_sees_the_groups(pages: Pages) -> None:
    for email in (RESIDENT, FACILITATOR, OVERSEER):
        assert pages.signed_in(email).get(pages.path("/groups")).status_code == 404


def test_the_calendar_shows_every_session_and_leads_to_it(pages: Pages) -> None:
    page, seen = page_of(pages, "/term"), set[str]()
    assert "this week" not in words_of(page), "the term lies ahead"
    while True:
        seen |= set(re.findall(r"/sessions/\d+", page))
        later = re.search(r'rel="next" href="([^"]+)"', page)
        if later is None:
            break
        page = pages.signed_in(COORDINATOR).get(later[1].replace("&amp;", "&")).text
    assert len(seen) == 6
    assert 'rel="prev"' in page


def test_the_calendar_is_arranged_in_other_ways(pages: Pages) -> None:
    by_lead = words_of(page_of(pages, "/term?by=lead"))
    assert by_lead.index("Fay Lantern") < by_lead.index("no facilitator")
    for grouping in ("site", "room", "group"):
        assert "4 of 4 can come" in words_of(page_of(pages, f"/term?by={grouping}"))
    alone = page_of(pages, f"/term?lead={pages.ids[FACILITATOR]}")
    assert set(groups_in_order(alone)) == {"g2"}
    assert "No session fits." in words_of(page_of(pages, "/term?q=nobody+of+that+name"))
    assert "No session fits." in words_of(page_of(pages, "/term?trouble=1"))


def test_a_draft_has_a_calendar_too(pages: Pages) -> None:
    page = page_of(pages, f"/term?plan={pages.draft_id}")
    assert "draft 2" in words_of(page)
    assert f'/plans/{pages.draft_id}?q=Near-peer+group+2#groups"' in page
    assert "/sessions/" not in page
    assert f"plan={pages.draft_id}" in page


def test_trouble_is_marked_in_the_calendar(own_pages: Pages) -> None:
    in_trouble(own_pages)
    page = page_of(own_pages, "/term?trouble=1")
    assert "too few" in words_of(page)
    assert "1 in trouble" in words_of(page)
    assert set(groups_in_order(page)) == {"g2"}


def test_an_address_of_the_calendar_that_cannot_be_is_refused_with_its_reason(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert browser.get(pages.path("/term?by=moon")).status_code == 404
    for query in ("from=31.2.", "weeks=9", "site=moon", "room=0", "lead=x", "plan=x"):
        answer = browser.get(pages.path(f"/term?{query}"))
        assert answer.status_code in (400, 422), query
    assert "Write it like" in words_of(browser.get(pages.path("/term?from=31.2.")).text)
    assert browser.get(pages.path("/term?plan=999")).status_code == 404


def test_a_full_day_is_folded_with_its_troubles_on_top(own_pages: Pages) -> None:
    in_trouble(own_pages)
    grow(own_pages)
    page = page_of(own_pages, "/term")
    folded = re.search(r"<summary>All (\d+)", page)
    assert folded
    assert int(folded[1]) > 6


def test_without_a_published_plan_it_says_so(pages: Pages) -> None:
    stranger = pages.signed_in(STRANGER_COORDINATOR)
    path = f"/programmes/{pages.stranger_programme_id}"
    assert "No plan has been published yet" in words_of(stranger.get(f"{path}/term").text)
    assert "No plan has been published yet" in words_of(stranger.get(f"{path}/groups").text)


def test_who_can_come_has_a_line_for_each_person_and_says_it_in_words(pages: Pages) -> None:
    page = page_of(pages, "/term/attendance")
    assert f'/people/{pages.ids[RESIDENT]}"' in page
    assert "8 people can come to" in words_of(page)
    assert words_of(page).count("can come") > 12, "every square has its words"
    assert page.count("/term?from=") == 3, "a way from each round to its weeks"
    assert "Cleo Thistle" in words_of(page_of(pages, "/term/attendance?by=group"))
    for section in ("grade", "site", "hours"):
        assert re.search(r"· \d people", words_of(page_of(pages, f"/term/attendance?by={section}")))
    assert "We found nothing" in words_of(page_of(pages, "/term/attendance?q=nobody+of+that+name"))
    assert pages.signed_in(COORDINATOR).get(pages.path("/term/attendance?by=moon")).status_code == 404


@pytest.mark.parametrize("section", ["", "group", "grade", "site", "hours"])
def test_every_line_has_its_name_as_a_heading_and_every_part_its_own_body(pages: Pages, section: str) -> None:
    page = page_of(pages, f"/term/attendance?by={section}")
    everyone, *parts = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert everyone.count('<th scope="row">') == 1
    assert [part.count('scope="rowgroup"') for part in parts] == [1 if section else 0] * len(parts)
    assert sum(part.count('<th scope="row"><a') for part in parts) == 8, "everybody's name"
    assert len(parts) == page.count("<tbody>") - 1 == page.count("</tbody>") - 1
    assert len(parts) > 1 if section in ("group", "grade") else parts


def test_every_group_is_the_heading_of_its_line(pages: Pages) -> None:
    table = page_of(pages, "/groups?view=table").partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.findall(r"<tr><(\S+ scope=\"row\")><a", table) == ['th scope="row"'] * table.count("<tr>")
    assert table.count("<tr>") == 2


def test_who_can_come_of_a_draft(pages: Pages) -> None:
    page = page_of(pages, f"/term/attendance?plan={pages.draft_id}")
    assert "no session" in words_of(page)
    assert f"plan={pages.draft_id}" in page


def test_fairness_says_what_differs_most_and_hides_few(pages: Pages) -> None:
    for query in ("", f"?plan={pages.draft_id}"):
        words = words_of(page_of(pages, f"/term/equity{query}"))
        assert "What differs most" in words
        assert "Of 9 residents who take part." in words
        assert "not shown" in words
        assert "fewer than 5" in words
        assert "By working hours: there is nothing to compare, since all are the same (not part-time)." in words
        for name in ("Ada", "Zoe", "Cleo"):
            assert name not in words
    plan = words_of(page_of(pages, f"/plans/{pages.draft_id}"))
    assert "What differs most" in plan


def test_nobody_else_sees_the_term(pages: Pages) -> None:
    for email in (RESIDENT, FACILITATOR, OVERSEER):
        browser = pages.signed_in(email)
        for path in ("/term", "/term/attendance", "/term/equity"):
            assert browser.get(pages.path(path)).status_code == 404
