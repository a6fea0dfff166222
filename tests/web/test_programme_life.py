"""The life of a programme on pages: begun without a command, begun anew as the next term, handed over and ended."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.bootstrap import show_first_start
from scheduler.db import Database
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.plans.tables import RunRow
from scheduler.programmes.service import find_programme_id, get_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from scheduler.signing_in.first_start import LASTS, is_usable, renew_link
from scheduler.signing_in.tables import FirstStartRow
from scheduler.terms.archive import archive
from scheduler.terms.closure import end_programme
from scheduler.troubles.tables import TroubleRow
from tests.web.builders import BASE_URL, COORDINATOR, OVERSEER, RESIDENT, UNPLACED, Browser, Pages, code_of, words_of
from web.app import create_app

START = {"name": "Cércle of Leeds, 2nd year", "place": "london", "country": "", "sites": "Royal\r\n\r\nSt. Luke’s "}


@pytest.fixture
def empty(database: Database) -> Browser:
    """Somebody's browser at an installation that nobody has used yet."""
    url = database.engine.url.render_as_string(hide_password=False)
    return Browser(create_app(Settings(url, "k" * 40, base_url=BASE_URL), database))


def test_an_installation_is_begun_by_a_link_shown_where_it_was_started(empty: Browser, database: Database) -> None:
    """No command and no other way in: the link works once, for one person, who makes the first programme."""
    settings = Settings("", "k" * 40, base_url=BASE_URL)
    first = show_first_start(database, settings)
    link = show_first_start(database, settings)
    assert first
    assert link
    assert first != link
    assert empty.get("/first-start/" + "x" * 43).status_code == 404
    assert empty.get(first).status_code == 404  # a new start has made a new one
    assert empty.get("/programmes/new").status_code == 302  # nobody else gets so far
    assert empty.get(link).status_code == 200

    refused = empty.post(link, {"name": " ", "email": "ida"})
    assert refused.status_code == 422
    assert "Enter your name" in refused.text
    assert "Enter an e-mail address" in refused.text
    assert 'value="ida"' in refused.text
    answer = empty.post(link, {"name": "Ida  Start", "email": "Ida@Example.org"})
    assert (answer.status_code, answer.location) == (303, "/programmes/new")
    other = Browser(empty.app)
    assert other.post(link, {"name": "Eve", "email": "eve@example.org"}).status_code == 404
    assert "works once" in words_of(other.get(link).text)
    with database.reading() as db:
        person = db.scalars(select(PersonRow)).one()
        assert (person.name, person.email) == ("Ida Start", "ida@example.org")
        assert db.scalars(select(FirstStartRow.digest)).one() not in link
    assert show_first_start(database, settings)  # still nobody runs a programme: the next start shows another

    assert 'href="/programmes/restore"' in empty.get("/programmes/new").text  # a programme can be brought in instead
    assert empty.get("/programmes/restore").status_code == 200
    assert empty.upload("/programmes/restore", b"nothing of ours", "spring.zip").status_code == 422

    faulty = empty.post("/programmes/new/peer", {"name": "", "place": "Lndon", "first_day": "2026-02-30", "sites": " "})
    assert faulty.status_code == 422
    faulty = empty.post(
        "/programmes/new/peer", {"name": "", "place": "Lndon", "first_day": "2020-02-03", "sites": "A\nB\na"}
    )
    page = words_of(faulty.text)
    for words in (
        "Give the programme a name",
        "We don’t know the time zone “Lndon”",
        "a day from today",
        "“A” is in the list twice",
    ):
        assert words in page
    assert "A\nB\na" in faulty.text
    first_day = (clock.now() + timedelta(days=60)).date()
    made = empty.post("/programmes/new/peer", {**START, "first_day": first_day.isoformat()})
    assert made.status_code == 303
    with database.reading() as db:
        found = get_programme(db, find_programme_id(db, "cercle-of-leeds-2nd-year") or 0)
        assert renew_link(db, clock.now()) is None  # from now on nobody begins this installation again
    assert (found.zone, found.closed.country, found.first_day) == ("Europe/London", "GB", first_day)
    assert [(site.key, site.name) for site in found.sites] == [("royal", "Royal"), ("st-lukes", "St. Luke’s")]
    overview = empty.get(made.location)
    assert "Start with people" in overview.text
    assert START["name"] in overview.text
    assert empty.get("/").location == made.location

    again = empty.post("/programmes/new/peer", {**START, "country": "none", "first_day": first_day.isoformat()})
    with database.reading() as db:
        second = get_programme(db, find_programme_id(db, "cercle-of-leeds-2nd-year-2") or 0)
    assert again.location == f"/programmes/{second.id}"
    assert second.closed.country == ""


def test_the_link_of_the_first_start_is_soon_over_and_is_shown_once(storage: Database) -> None:
    now = clock.now()
    with storage.writing() as db:
        secret = renew_link(db, now)
        db.flush()
        assert renew_link(db, now + timedelta(seconds=20), unless_younger=timedelta(minutes=1)) is None
        assert secret
        assert is_usable(db, secret, now)
        assert not is_usable(db, secret, now + LASTS)
        assert not is_usable(db, secret[:-1], now)


def test_who_runs_a_programme_begins_another_and_nobody_else_does(pages: Pages) -> None:
    cora, ada = pages.signed_in(COORDINATOR), pages.signed_in(RESIDENT)
    assert ada.get("/programmes/new").status_code == 404
    assert ada.post("/programmes/new/peer", START).status_code == 404
    form = cora.get("/programmes/new/peer")
    assert 'value="London"' in form.text
    day = (clock.now() + timedelta(days=60)).date().isoformat()
    answer = cora.post("/programmes/new/peer", {**START, "first_day": day, "once": "m1"})
    assert answer.status_code == 303
    twice = cora.post("/programmes/new/peer", {**START, "first_day": day, "once": "m1"})
    assert twice.location == "/programmes/new/peer"
    assert cora.get("/programmes/").text.count('class="card"') == 2
    assert cora.get("/programmes/new/none-such").status_code == 404
    for address in ("/programmes/", "/programmes/new", "/programmes/new/peer", "/programmes/restore"):
        assert 'href="/programmes/" aria-current="page"' in cora.get(address).text, address


def test_a_programme_is_handed_over_in_two_clicks_and_never_left_alone(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    page = cora.get(pages.path("/offices"))
    assert "Cora Coordinator" in page.text
    assert "Step down" not in page.text  # she is the last one
    mine = {"role": "coordinator", "person": str(person_id(pages, COORDINATOR))}
    alone = cora.post(pages.path("/offices/dismissed"), mine)
    assert (alone.status_code, "Appoint someone else first" in words_of(alone.text)) == (409, True)
    wrong = cora.post(pages.path("/offices"), {"role": "coordinator", "name": "", "email": "dora"})
    assert wrong.status_code == 422
    assert 'value="dora"' in wrong.text
    both = cora.post(pages.path("/offices"), {"role": "oversight", "name": "Cora", "email": COORDINATOR})
    assert (both.status_code, "also be a coordinator" in both.text) == (409, True)

    dora = {"role": "coordinator", "name": "Dora Next", "email": "dora@example.org"}
    for said in ("We’ll e-mail them", "we haven’t e-mailed them"):  # whoever has the office gets no second letter
        assert cora.post(pages.path("/offices"), dora).status_code == 303
        asked = cora.get(pages.path("/offices")).text
        assert said in words_of(asked)
    assert asked.count("<details") == asked.count("Yes, remove") + asked.count("Yes, step down") > 1
    assert 'name="email"' not in cora.get(pages.path("/joining")).text, "offices are in one place"
    with pages.database.reading() as db:
        letters = db.scalars(select(MailRow).where(MailRow.address == "dora@example.org")).all()
    assert len(letters) == 1
    assert "made you a coordinator" in letters[0].text
    link = next(line for line in letters[0].text.splitlines() if "/sign-in/" in line)
    successor = pages.stranger()
    assert successor.post(link, {"code": code_of(letters[0].text)}).location == pages.path()
    assert cora.post(pages.path("/offices/dismissed"), mine).location == "/"
    assert cora.get(pages.path()).status_code == 404
    assert successor.get(pages.path("/offices")).text.count("Step down") == 0


def test_an_ended_programme_plans_invites_and_reminds_no_more_until_it_is_reopened(pages: Pages) -> None:
    cora, ada = pages.signed_in(COORDINATOR), pages.signed_in(RESIDENT)
    with pages.database.writing() as db:
        run = db.get_one(RunRow, pages.run_id)
        assert run.state == "queued"
    assert cora.post(pages.path("/life/archive")).status_code == 409  # it is still under way
    form = cora.get(pages.path("/life/end"))
    assert "6 sessions to come are cancelled" in words_of(form.text)
    assert "We e-mail 9 people" in words_of(form.text)
    seen = re.search(r'name="seen" value="(\w+)"', form.text)
    assert seen
    assert "votes on other dates don’t come back" in words_of(form.text)
    stale = cora.post(pages.path("/life/end"), {"seen": "0" * 20})
    assert stale.status_code == 409
    assert cora.post(pages.path("/life/end"), {"seen": seen[1]}).status_code == 303
    with pages.database.reading() as db:
        assert {row.status for row in db.scalars(select(SessionRow))} == {"cancelled"}
        assert db.get_one(RunRow, pages.run_id).state == "cancelled"
        assert db.scalars(select(TroubleRow).where(TroubleRow.state == "open")).all() == []
    refused = [
        cora.post(pages.path("/runs")),
        cora.post(pages.path(f"/plans/{pages.draft_id}/publish")),
        cora.post(pages.path("/joining/invite")),
        cora.post(pages.path("/joining/remind")),
    ]
    assert [(answer.status_code, "This programme has ended" in answer.text) for answer in refused] == [(409, True)] * 4
    assert "This programme has ended" in cora.get(pages.path()).text
    own = words_of(ada.get("/my-group").text)
    assert "cancelled" in own
    assert "This programme has ended" in own
    for gone in ("will appear here", "Nobody has to miss", "Propose an extra session"):
        assert gone not in own
    assert "will appear here" not in words_of(pages.signed_in(UNPLACED).get("/my-group").text)
    for page, button in (("/plans", "Make a plan"), ("/plans", "needs repairing"), ("/repair", "<button")):
        text = cora.get(pages.path(page)).text.partition("<main")[2].partition("</main>")[0]
        assert (button in text, "This programme has ended" in text) == (False, True), page

    assert cora.post(pages.path("/life/archive")).status_code == 303
    listed = cora.get("/programmes/").text
    assert "1 archived programme" in listed
    read = words_of(cora.get(pages.path()).text)  # still readable
    assert "Reopen it or take it out of the archive" in read
    assert "Peer group 1" not in ada.get("/my-group").text
    assert cora.get("/programmes/new").status_code == 200
    assert cora.post(pages.path("/life/unarchive")).status_code == 303
    assert cora.post(pages.path("/life/reopen")).status_code == 303
    with pages.database.reading() as db:
        assert "cancelled" not in {row.status for row in db.scalars(select(SessionRow))}
    assert "Peer group 1" in ada.get("/my-group").text
    assert cora.post(pages.path("/life/reopen")).status_code == 409


def test_nobody_loses_their_way_when_a_programme_is_put_away(pages: Pages) -> None:
    """Its oversight contact still gets to its concerns; a coordinator of it who is a member elsewhere, to their group
    there."""
    cora = pages.signed_in(COORDINATOR)
    with pages.database.writing() as db:
        now = clock.now()
        end_programme(db, OPERATOR, pages.programme_id, "", now)
        archive(db, OPERATOR, pages.programme_id, now)
    olga = pages.signed_in(OVERSEER)
    assert olga.get("/").location == pages.path().replace("/programmes/", "/oversight/")
    assert ">Oversight<" in olga.get(olga.get("/").location).text
    assert cora.get("/").location == "/programmes/new"
    with pages.database.writing() as db:
        cora_id = person_id(pages, COORDINATOR)
        db.add(RoleRow(programme_id=pages.stranger_programme_id, person_id=cora_id, role=Role.FACULTY))
    assert cora.get("/").location == "/facilitating"


def person_id(pages: Pages, email: str) -> int:
    with pages.database.reading() as db:
        return db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()


def test_terms_of_one_programme_are_told_apart(pages: Pages) -> None:
    """By the month in the name that is proposed, which takes the place of an earlier one, and by dates in lists."""
    cora = pages.signed_in(COORDINATOR)

    def proposed(path: str) -> tuple[str, str]:
        page = cora.get(path)
        name = re.search(r'name="name"[^>]* value="([^"]*)"', page.text)
        day = re.search(r'name="first_day"[^>]* value="([^"]*)"', page.text)
        assert name
        assert day
        return unescape(name[1]), day[1]

    name, day = proposed(pages.path("/life/next-term"))
    with pages.database.reading() as db:
        before = get_programme(db, pages.programme_id)
    month = date.fromisoformat(day).strftime("%B %Y")
    assert name == f"{before.name}, from {month}"
    made = cora.post(
        pages.path("/life/next-term"), {"name": name, "first_day": day, "groups": "kept", "once": "t"}
    ).location
    again, day = proposed(f"{made}/life/next-term")
    assert again == f"{before.name}, from {date.fromisoformat(day).strftime('%B %Y')}"
    listed = words_of(cora.get("/programmes/").text)
    assert listed.count(" – ") == 2


def test_a_name_with_an_ampersand_is_suggested_as_it_is(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.get_one(ProgrammeRow, pages.programme_id).name = "Mentoring at Harbour & Hill"
    page = pages.signed_in(COORDINATOR).get(pages.path("/life/copy")).text
    assert 'value="Mentoring at Harbour &amp; Hill (copy)"' in page
