"""Plans side by side on a page: figures, who is where, and nothing that people keep to themselves."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from scheduler.coordination.plan_comparison import MOST_PLANS
from scheduler.memory import forget_everything
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from tests.web.builders import COORDINATOR, RESIDENT, STRANGER_COORDINATOR, Pages, words_of
from tests.web.test_request_context import counting
from web.coordinator import plan_list


def address(pages: Pages, *plans: int, more: str = "") -> str:
    return pages.path("/plans/compare?" + "&".join(f"plan={each}" for each in plans) + more)


def test_figures_stand_side_by_side_and_the_best_is_said(pages: Pages) -> None:
    page = words_of(pages.signed_in(COORDINATOR).get(address(pages, pages.published_id, pages.draft_id)).text)
    assert "Published, revision 1" in page
    assert "Plan 2" in page
    assert "Sessions that will take place 6 of 6 best 5 of 6" in page
    assert "Sessions on other dates than published" in page
    assert "Sessions on other dates than published, in groups that stay – 1" in page
    other = words_of(pages.signed_in(COORDINATOR).get(address(pages, pages.draft_id, pages.published_id)).text)
    assert "0 residents and 0 facilitators have other groups. 1 session is on another date." in other
    assert "Everyone has the same group in all of these plans." in page
    differs, _, same = page.partition("are the same in all of these plans")
    assert "Residents with a group" in same, "what is alike is folded below what differs"
    assert "Residents with a group" not in differs


def test_only_who_is_with_others_is_listed_until_everyone_is_asked_for(pages: Pages) -> None:
    pages_of = pages.signed_in(COORDINATOR)
    people = sorted(pages.ids)
    with pages.database.writing() as db:
        rows = db.query(GroupRow).where(GroupRow.plan_id == pages.draft_id).order_by(GroupRow.id).all()
        moved = [next(m for m in row.members if m.role == "resident") for row in rows]
        ids = [member.person_id for member in moved]
        for member in moved:
            db.delete(member)
        db.flush()
        for row, who in zip(rows, reversed(ids), strict=True):
            db.add(MemberRow(group_id=row.id, person_id=who, role="resident"))
    page = words_of(pages_of.get(address(pages, pages.published_id, pages.draft_id)).text)
    assert re.search(r"\d residents? and \d facilitators? have other groups in one of these plans\.", page)
    assert counted_beside_the_draft(pages) == counted_in_the_comparison(page)
    shown = pages_of.get(address(pages, pages.published_id, pages.draft_id)).text
    everybody = pages_of.get(address(pages, pages.published_id, pages.draft_id, more="&all=1")).text
    links = [f'/people/{pages.ids[email]}"' for email in people]
    assert sum(link in shown for link in links) == 2
    assert sum(link in everybody for link in links) == len(links)
    found = words_of(pages_of.get(address(pages, pages.published_id, pages.draft_id, more="&all=1&q=nobody")).text)
    assert "We found nothing for “nobody”." in found


def counted_beside_the_draft(pages: Pages) -> tuple[int, int]:
    """How many residents change groups, and how many sessions of groups that stay move, come or go, by the draft's own
    page."""
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path(f"/plans/{pages.draft_id}")).text)
    residents = re.search(r"(\d+) residents? changes? groups", page)
    sessions = re.findall(r"(\d+) sessions? (?:moves?|is dropped|are dropped|is added|are added)\b", page)
    return int(residents[1]) if residents else 0, sum(map(int, sessions))


def counted_in_the_comparison(page: str) -> tuple[int, int]:
    """The same by the comparison."""
    found = [
        re.search(rf"{label} – (\d+)", page)
        for label in (
            "Residents whose group differs from the published one",
            "Sessions on other dates than published, in groups that stay",
        )
    ]
    residents, sessions = (int(each[1]) if each else 0 for each in found)
    return residents, sessions


def copies_of_draft(pages: Pages, count: int, programme_id: int) -> list[int]:
    """Drafts like the one there is, without its groups, in the order in which they were made."""
    with pages.database.writing() as db:
        [row] = db.execute(select(*PlanRow.__table__.columns).where(PlanRow.id == pages.draft_id)).mappings()
        like = {name: value for name, value in row.items() if name != "id"}
        made = [PlanRow(**{**like, "programme_id": programme_id, "number": 100 + each}) for each in range(count)]
        db.add_all(made)
        db.flush()
        return [plan.id for plan in made]


def heads(page: str) -> list[int]:
    """Which plans have a column."""
    return [int(found) for found in re.findall(r'id="plan-(\d+)"', page)]


def test_four_plans_stand_side_by_side_and_of_more_the_first_four(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    plans = [pages.published_id, pages.draft_id, *copies_of_draft(pages, 3, pages.programme_id)]
    four = browser.get(address(pages, *plans[:4])).text
    assert heads(four) == plans[:4]
    assert "left the others out" not in four
    five = browser.get(address(pages, *plans)).text
    assert heads(five) == plans[:4], "the published one and three drafts"
    assert "Four plans can be compared at once, so we left the others out." in words_of(five)


def test_the_same_plan_twice_is_one_plan(pages: Pages) -> None:
    again = address(pages, pages.draft_id, pages.published_id, *[pages.draft_id] * MOST_PLANS)
    page = pages.signed_in(COORDINATOR).get(again).text
    assert sorted(heads(page)) == sorted([pages.published_id, pages.draft_id])
    assert "left the others out" not in page


def test_no_plan_of_another_programme_is_compared_by_anybody(pages: Pages) -> None:
    """Neither alone nor beside one's own, from either side, even for whoever coordinates both."""
    browser, stranger = pages.signed_in(COORDINATOR), pages.signed_in(STRANGER_COORDINATOR)
    elsewhere = f"/programmes/{pages.stranger_programme_id}/plans/compare?plan="
    [theirs] = copies_of_draft(pages, 1, pages.stranger_programme_id)
    assert stranger.get(f"{elsewhere}{theirs}").status_code == 200, "it is there for them"
    for plans in ((theirs,), (pages.draft_id, theirs), (theirs, pages.draft_id), (pages.draft_id, 10**6)):
        assert browser.get(address(pages, *plans)).status_code == 404, plans
    assert stranger.get(f"{elsewhere}{theirs}&plan={pages.draft_id}").status_code == 404
    with pages.database.writing() as db:
        both = select(PersonRow.id).where(PersonRow.email == COORDINATOR)
        db.add(RoleRow(programme_id=pages.stranger_programme_id, person_id=db.scalars(both).one(), role="coordinator"))
    assert browser.get(f"{elsewhere}{theirs}").status_code == 200
    assert browser.get(address(pages, pages.draft_id, theirs)).status_code == 404


def test_nobody_but_coordinators_compares(pages: Pages) -> None:
    assert pages.signed_in(COORDINATOR).get(pages.path("/plans/compare")).status_code == 302
    assert pages.signed_in(RESIDENT).get(address(pages, pages.draft_id)).status_code == 404


def test_it_is_looked_for_once_until_something_changes(pages: Pages) -> None:
    browser, path = pages.signed_in(COORDINATOR), address(pages, pages.published_id, pages.draft_id)
    browser.get(path)
    with counting(pages.database) as again:
        browser.get(path)
    forget_everything()
    with counting(pages.database) as anew:
        browser.get(path)
    assert len(again.queries) < len(anew.queries)


def test_wishes_are_a_share_and_nobody_is_named(pages: Pages) -> None:
    page = words_of(pages.signed_in(COORDINATOR).get(address(pages, pages.published_id, pages.draft_id)).text)
    assert re.search(r"Got the kind of group and the way to meet they wanted (\d+ %|not known)", page)
    assert not any(name in page for name in ("Ada Quill", "Gil Spare"))


def test_ticks_are_carried_from_page_to_page(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_list, "PLANS_A_PAGE", 1)
    browser = pages.signed_in(COORDINATOR)
    first = browser.get(pages.path(f"/plans?plan={pages.draft_id}")).text
    assert f'name="plan" value="{pages.draft_id}" checked' in first
    assert "Ticked on other pages" not in first
    other = browser.get(pages.path(f"/plans?plan={pages.draft_id}&plan=x&page=2")).text
    assert f'name="plan" value="{pages.published_id}">' in other
    assert f'name="plan" value="{pages.draft_id}" checked' in other, "without a script, in the form that compares"
    assert "Ticked on other pages" in other
    assert 'name="page" value="1"' in other
    form = other[other.index("plans/compare") : other.index("</form>", other.index("plans/compare"))]
    assert form.index(">Compare<") < form.index('name="page"'), "Enter compares"
