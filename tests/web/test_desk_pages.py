"""The first page as a desk, the names at the top, the box in which anything is found, and what is e-mailed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import get_template_attribute
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.service import record
from scheduler.charters.service import adopt, charter_to_edit
from scheduler.desk.model import Ahead, NoticeWish, SoFar
from scheduler.desk.tables import NoticeWishRow
from scheduler.joining.tables import ChangeRequestRow
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.programmes.facts_mark import renew_facts_mark
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.rotas.tables import WaitingRow
from scheduler.sessions.tables import SessionRow
from tests.web.builders import COORDINATOR, RESIDENT, STRANGER_COORDINATOR, Browser, Pages, words_of
from tests.web.test_request_context import counting
from web import navigation
from web.coordinator.product_pages import PAGES
from web.coordinator.why_words import points_words
from web.language import speak_the_readers


@pytest.fixture
def cora(pages: Pages) -> Browser:
    return pages.signed_in(COORDINATOR)


def current(text: str) -> str:
    """Which link at the top is marked as the page that is open."""
    found = re.search(r'aria-current="page">([^<]+)', text)
    return found[1].strip() if found else ""


def test_the_desk_of_a_published_term(pages: Pages, cora: Browser) -> None:
    page = cora.get(pages.path()).text
    said = words_of(page)
    assert "All of the next 6 sessions will meet" in said
    assert "8 residents, 2 groups" in said
    assert "Nothing. Whenever a rota" in said, "each part says so where there is nothing"
    assert "No sessions in the next four weeks. The next one is on" in said
    assert "No session has been held yet." in said
    assert "A plan is being made" in said
    assert f'href="{pages.path("/setting-up")}"' in page
    steps = words_of(cora.get(pages.path("/setting-up")).text)
    assert "9 residents, 2 facilitators" in steps
    assert "Who looks after the programme" in steps


def test_a_draft_that_has_lost_people_says_so(pages: Pages, cora: Browser) -> None:
    lost = "in it have left or been deleted since it was made"
    assert "Draft" in words_of(cora.get(pages.path()).text)
    assert lost not in words_of(cora.get(pages.path()).text)
    going = {"what": "everything", "sure": "1"}
    with pages.database.writing() as db:  # while a plan is being made nobody is deleted
        db.execute(update(RunRow).values(state=RunState.DONE))
    assert pages.signed_in("ben.marrow@example.org").post("/my-data/delete", going).status_code == 303
    with pages.database.writing() as db:
        db.get_one(ParticipantRow, (pages.programme_id, pages.ids[RESIDENT])).left_at = clock.now()
    assert f"2 people {lost}" in words_of(cora.get(pages.path()).text)
    refused = pages.signed_in(STRANGER_COORDINATOR).get(pages.path())
    assert refused.status_code == 404


def test_before_anything_is_published_the_next_step_comes_first(pages: Pages) -> None:
    page = pages.signed_in(STRANGER_COORDINATOR).get(f"/programmes/{pages.stranger_programme_id}").text
    assert "Start with people" in page
    assert "<summary>Setting up: all steps</summary>" in page
    assert "The next four weeks" not in page


def test_an_ended_programme_says_so_and_what_became_of_it(pages: Pages, cora: Browser) -> None:
    with pages.database.writing() as db:
        db.get_one(ProgrammeRow, pages.programme_id).ended_at = clock.now()
    said = words_of(cora.get(pages.path()).text)
    assert "This programme has ended" in said
    assert "Since the term began" in said


def test_a_reminder_says_how_many_it_reaches_and_is_sent_once(pages: Pages, cora: Browser) -> None:
    with pages.database.writing() as db:
        adopt(db, OPERATOR, pages.programme_id, charter_to_edit(db, OPERATOR, pages.programme_id), clock.now())
    page = cora.get(pages.path()).text
    assert "Remind 9 people" in words_of(page)
    marks = re.findall(r'name="once" value="([^"]+)"', page)
    sent = cora.post(pages.path("/reminders/charter"), {"once": marks[0]})
    assert sent.status_code == 303
    again = cora.post(pages.path("/reminders/charter"), {"once": marks[0]})
    assert again.status_code == 303
    assert "a reminder is ready, but no mail server is set up" in cora.get(pages.path()).text, "there is no mail server"
    with pages.database.reading() as db:
        subjects = list(db.scalars(select(MailRow.subject)))
    assert len([subject for subject in subjects if "charter" in subject]) == 9
    assert cora.post(pages.path("/reminders/nothing")).status_code == 404


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("", "Today"), ("/troubles", "Today"), ("/find?q=zzzz", "Today"), ("/mail", "Today"), ("/term", "Term"),
        ("/availability", "Term"), ("/calendars", "Term"), ("/groups", "Groups"), ("/people", "People"),
        ("/joining", "People"), ("/relations", "People"), ("/rotas", "Rotas"), ("/patterns", "Rotas"),
        ("/plans", "Plans"), ("/repair", "Plans"), ("/settings", "Settings"), ("/settings/name", "Settings"),
        ("/rules", "Settings"), ("/charter", "Settings"), ("/export", "Settings"),
    ],
)  # fmt: skip
def test_every_page_has_its_place_at_the_top(pages: Pages, cora: Browser, path: str, name: str) -> None:
    assert current(cora.get(pages.path(path)).text) == name


def test_the_box_is_the_coordinators_alone(pages: Pages, cora: Browser) -> None:
    assert 'id="find"' in cora.get(pages.path("/people")).text
    ada = pages.signed_in(RESIDENT)
    page = ada.get("/my-group").text
    assert 'id="find"' not in page
    assert "desk.css" not in page
    assert ada.get(pages.path("/find?q=ben")).status_code == 404


def test_one_hit_leads_straight_there(pages: Pages, cora: Browser) -> None:
    person = cora.get(pages.path("/find?q=quill+ada"))
    assert person.location == pages.path(f"/people/{pages.ids[RESIDENT]}")
    assert cora.get(pages.path("/find?q=closed+days")).location == pages.path("/settings/closed")
    assert cora.get(pages.path("/find?q=export")).location == pages.path("/export")
    assert str(cora.get(pages.path("/find?q=Library")).location).startswith(pages.path("/term?room="))
    assert str(cora.get(pages.path("/find?q=round+2")).location).startswith(pages.path("/term?from="))
    assert cora.get(pages.path("/find?q=improve")).location == pages.path("/plans")


def test_several_are_listed_by_kind(pages: Pages, cora: Browser) -> None:
    page = words_of(cora.get(pages.path("/find?q=group")).text)
    assert "Peer group 1" in page
    assert "Near-peer group 2" in page
    assert page.index("Groups") < page.index("Kinds of group")
    offered = words_of(cora.get(pages.path("/find?q=Quil")).text)
    assert offered
    misspelt = words_of(cora.get(pages.path("/find?q=Quall")).text)
    assert "Nobody is called exactly that" in misspelt
    assert "Ada Quill" in misspelt
    assert "Ada Quill" in words_of(cora.get(pages.path("/find?q=Qiall")).text), "two letters wrong"
    assert "We found nothing for “zzzz”" in cora.get(pages.path("/find?q=zzzz")).text
    assert cora.get(pages.path("/find")).status_code == 200
    long = cora.get(pages.path("/find?q=" + "x" * 5000))
    assert long.status_code == 200
    assert "only its beginning was looked for" in words_of(long.text)
    assert f'value="{"x" * 100}"' in long.text


@pytest.mark.parametrize(
    ("typed", "meant", "shown"),
    [
        ("grup 1", "group 1", "Peer group 1"), ("Libary", "library", "Library"), ("fariness", "fairness", "Fairness"),
        ("plam 1", "plan 1", "Plan 1"), ("relase", "release", "Who needs release"),
    ],
)  # fmt: skip
def test_what_is_spelt_wrong_is_found_and_the_page_says_as_what(
    pages: Pages, cora: Browser, typed: str, meant: str, shown: str
) -> None:
    page = words_of(cora.get(pages.path("/find"), query_string={"q": typed}).text)
    assert f"We found nothing for “{typed}”. This is what we found for “{meant}”." in page
    assert shown in page.split(meant, 1)[1]


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("fairness", "/term/equity"), ("fair", "/term/equity"), ("release", "/cover"),
        ("rota manager", "/cover/managers"),
        ("who can come", "/availability"), ("compare", "/plans/compare"), ("heat map", "/term/attendance"),
        ("circles", "/circles"), ("affinity", "/circles"), ("director", "/offices"), ("evidence", "/offices"),
        ("what people say", "/voices"),
        ("cover list", "/cover"), ("term", "/term"), ("side by side", "/plans/compare"),
    ],
)  # fmt: skip
def test_pages_are_found_by_the_words_that_people_use(pages: Pages, cora: Browser, typed: str, path: str) -> None:
    found = cora.get(pages.path("/find"), query_string={"q": typed})
    address = pages.path(path)
    assert found.location == address if found.status_code == 302 else f'<a href="{address}">' in found.text, typed


def test_the_page_of_all_programmes_is_found(pages: Pages, cora: Browser) -> None:
    found = cora.get(pages.path("/find"), query_string={"q": "all programmes together"})
    assert found.location == "/programmes/across"


def test_every_page_that_needs_no_choice_is_found(pages: Pages) -> None:
    """What is not: the box itself, changes that a page leads to, files, and where one looks back at what has been."""
    with pages.app.test_request_context():
        listed = {page.address(1) for page in PAGES}
    rules = (rule for rule in pages.app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    alone = {rule.rule.replace("<int:programme_id>", "1") for rule in rules
             if rule.endpoint.startswith("coordinator.") and rule.arguments == {"programme_id"}
             and not rule.endpoint.endswith("_page")}  # fmt: skip
    others = {
        "/find",
        "/change",
        "/export/all.zip",
        "/runs/ended",
        "/runs/going",
        "/plans/delete",
        "/people/out",
        "/record.csv",
    }
    chosen_first = {"/life/next-term", "/life/copy", "/life/end"}
    assert alone - listed == {f"/programmes/1{path}" for path in others | chosen_first}


def test_a_day_without_a_session_says_so_and_offers_the_nearest(pages: Pages, cora: Browser) -> None:
    with pages.database.reading() as db:
        first = db.scalars(select(SessionRow.starts_at).order_by(SessionRow.starts_at)).first()
    assert first is not None
    page = words_of(cora.get(pages.path(f"/find?q={(first - timedelta(days=3)).date()}")).text)
    assert "There is no session then. These are the nearest before and after." in page
    assert "We found nothing" not in page


def test_how_often_she_is_e_mailed_is_kept(pages: Pages, cora: Browser) -> None:
    page = cora.get("/account/mail").text
    name = f"desk-{pages.programme_id}"
    assert f'name="{name}"' in page
    assert '<option value="once" selected' in page
    chosen = {"invitations": "each", "quiet_from": "22:00", "quiet_to": "07:00"}
    assert cora.post("/account/mail", {**chosen, name: "daily"}).status_code == 303
    with pages.database.reading() as db:
        assert [row.wish for row in db.scalars(select(NoticeWishRow))] == [NoticeWish.DAILY]
    assert '<option value="daily" selected' in cora.get("/account/mail").text
    refused = cora.post("/account/mail", {**chosen, name: "hourly"})
    assert refused.status_code == 422
    assert "desk-" not in pages.signed_in(RESIDENT).get("/account/mail").text


def test_the_number_at_the_top_is_counted_once_for_each_state(pages: Pages, cora: Browser) -> None:
    with pages.database.writing() as db:
        renew_facts_mark(db, [pages.programme_id])
    cora.get(pages.path("/rules"))
    with counting(pages.database) as counted:
        cora.get(pages.path("/rules"))
    said = list(map(str, counted.queries))
    assert not any("trouble" in query for query in said), "the number is remembered"
    assert sum("audit" in query for query in said) == 1, "by one query for whatever may have changed it"


def test_what_is_new_shows_at_once_beside_today(pages: Pages, cora: Browser) -> None:
    with pages.database.writing() as db:
        renew_facts_mark(db, [pages.programme_id])
    assert "thing needs you" not in cora.get(pages.path("/rules")).text
    with pages.database.writing() as db:
        who = {"programme_id": pages.programme_id, "person_id": pages.ids[RESIDENT]}
        db.add(ChangeRequestRow(**who, note="", asked_at=clock.now()))
        record(db, OPERATOR, "change.asked", clock.now(), pages.programme_id)
    assert "1 thing needs you" in cora.get(pages.path("/rules")).text
    with pages.database.writing() as db:
        site_id = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == pages.programme_id)).first()
        db.add(WaitingRow(programme_id=pages.programme_id, site_id=site_id, name="x", read_at=clock.now(), content={}))
    assert "2 things need you" in cora.get(pages.path("/rules")).text


def test_no_page_fails_by_the_number_at_the_top(pages: Pages, cora: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_of: object) -> None:
        raise RuntimeError("no number")

    monkeypatch.setattr(navigation, "count_needs", fails)
    assert cora.get(pages.path("/groups/none")).status_code == 404
    assert cora.get(pages.path("/rules")).status_code == 200


def ahead(will_meet: int, wanted: int) -> Ahead:
    return Ahead(will_meet, wanted, without_date=0, groups=1, residents=5)


def test_the_headline_of_a_single_session(pages: Pages) -> None:
    with pages.app.test_request_context():
        headline = get_template_attribute("coordinator/desk_parts.html", "headline")
        assert headline(ahead(0, 1)) == "The next session won’t meet"
        assert headline(ahead(1, 1)) == "The next session will meet"
        assert headline(ahead(0, 2)) == "0 of the next 2 sessions will meet"


@pytest.mark.parametrize(("language", "came"), [("en", "4.2 of 5 members"), ("fr", "4,2 ")])
def test_averages_have_the_readers_separators(pages: Pages, language: str, came: str) -> None:
    so_far = SoFar(planned=6, met=6, not_noted=0, cancelled=0, noted=6, came=25, invited=30, idle_groups=0, idle=())
    with pages.app.test_request_context(headers={"Accept-Language": language}):
        speak_the_readers()
        macro = get_template_attribute("coordinator/desk_parts.html", "so_far")
        assert came in words_of(macro(so_far, pages.programme_id))


def test_points_have_the_readers_separators(pages: Pages) -> None:
    with pages.app.test_request_context(headers={"Accept-Language": "fr"}):
        speak_the_readers()
        values = [value for _name, value in points_words({"attend": 1200, "placed": -3})]
    assert values[0] == "+1\u202f200"
