"""The coordinator's pages about people: looking them up, one person's page, relations, and several at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from scheduler import clock
from scheduler.enrolment.people_import import import_people
from scheduler.joining.answers import save_needs, save_people, save_ways
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.tables import ParticipantRow, RelationOverrideRow, RelationRow
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.programmes.tables import GradeRow
from tests.builders import people_csv, person_line
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    UNPLACED,
    Browser,
    Pages,
    words_of,
)

ADA_AND_BEN = r"Ada Quill .*Ben Marrow "


@pytest.fixture
def desk(pages: Pages) -> Browser:
    return pages.signed_in(COORDINATOR)


def listed(browser: Browser, pages: Pages, query: str = "") -> list[str]:
    """The names on the list."""
    page = browser.get(pages.path(f"/people{query}"))
    assert page.status_code == 200, query
    return re.findall(r'<td><a href="/programmes/\d+/people/\d+">([^<]+)</a>', page.text)


def there(pages: Pages, email: str) -> str:
    return pages.path(f"/people/{pages.ids[email]}")


def test_people_are_found_filtered_and_sorted(pages: Pages, desk: Browser) -> None:
    with pages.database.writing() as db:
        db.add(GradeRow(programme_id=pages.programme_id, stage=9, name="Chief resident"))
        lines = (person_line("Zoë d’Ábreu", email="zd@elsewhere.org", site="south", stage="2"),)
        import_people(db, OPERATOR, pages.programme_id, people_csv(*lines), clock.now())
    found = {
        "?q=zoe+abreu": ["Zoë d’Ábreu"],
        "?q=zd@else": ["Zoë d’Ábreu"],
        "?q=nobody": [],
        "?role=faculty": ["Fay Lantern", "Gil Spare"],
        "?grade=9": ["Zoe Left"],
        "?site=south": ["Zoë d’Ábreu"],
        "?kind=vertical&role=faculty": ["Gil Spare"],
        "?answer=answered": [],
        "?rota=some": [],
        "?here=left": [],
        "?hard=1&q=dan": ["Dan Reed"],
        "?hard=1&q=ada": [],
        "?sort=site&q=zo": ["Zoe Left", "Zoë d’Ábreu"],
    }
    assert {query: listed(desk, pages, query) for query in found} == found
    assert listed(desk, pages, "?sort=rounds")[0] == "Dan Reed", "the hardest to place first"
    page = words_of(desk.get(pages.path("/people?grade=9")).text)
    assert "Chief resident" in page
    assert desk.get(pages.path("/people?site=atlantis")).status_code == 404
    assert "We found nobody for “nobody” here." in words_of(desk.get(pages.path("/people?q=nobody")).text)


def test_many_people_are_on_pages_and_cost_no_more_queries(pages: Pages, desk: Browser) -> None:
    def queries(path: str) -> int:
        asked: list[str] = []
        engine = pages.database.engine
        event.listen(engine, "before_cursor_execute", count := lambda *call: asked.append(call[2]))
        assert desk.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", count)
        return len(asked)

    few = queries(pages.path("/people"))
    lines = [person_line(f"N{number:03} Many", stage="1") for number in range(120)]
    with pages.database.writing() as db:
        import_people(db, OPERATOR, pages.programme_id, people_csv(*lines), clock.now())
    assert queries(pages.path("/people?sort=rounds&hard=1")) <= few
    first = desk.get(pages.path("/people?q=many"))
    assert "1–50 of 120" in words_of(first.text)
    assert len(listed(desk, pages, "?q=many&page=3")) == 20
    chosen = desk.post(pages.path("/people/act?q=many&page=2"), {"act": "grade", "grade": "2", "all": "1"})
    assert chosen.headers["Location"].endswith("/people?q=many&page=2"), "back on the same page"
    assert "120 people now have another grade." in words_of(desk.get(chosen.headers["Location"]).text)
    assert "1–50 of 120" in words_of(desk.get(pages.path("/people?grade=2&q=many")).text)


def test_what_was_ticked_is_what_is_done(pages: Pages, desk: Browser) -> None:
    ada, ben = (str(pages.ids[name]) for name in (RESIDENT, "ben.marrow@example.org"))
    act = pages.path("/people/act")
    refused = desk.post(act, {"act": "invite"})
    assert refused.status_code == 422
    assert "Tick at least one person." in words_of(refused.text)
    desk.post(act, {"act": "invite", "person": [ada, ben]})
    assert "2 invitations are waiting to be sent." in words_of(desk.get(pages.path("/people")).text)
    with pages.database.reading() as db:
        assert len(db.scalars(select(MailRow.address).where(MailRow.address.in_([RESIDENT]))).all()) == 1
    soon = (clock.now() + timedelta(days=9)).date()
    no_day = desk.post(act, {"act": "site", "person": [ada], "site": "south"})
    assert "Choose a day." in words_of(no_day.text)
    assert f'value="{ada}" checked' in no_day.text, "who was ticked still is"
    desk.post(act, {"act": "site", "person": [ada, ben], "site": "south", "first_day": soon.isoformat()})
    page = words_of(desk.get(pages.path("/people?q=quill")).text)
    assert "The site of 2 people is saved." in page
    assert ": South Hospital" in page
    stale = {"act": "grade", "grade": "2", "all": "1", "seen": "of another list"}
    assert desk.post(act, stale).status_code == 409


def test_taking_people_out_says_first_what_it_does(pages: Pages, desk: Browser) -> None:
    people = [str(pages.ids[f"{name}@example.org"]) for name in ("ada.quill", "ben.marrow", "fay.lantern")]
    asked = desk.post(pages.path("/people/act"), {"act": "out", "person": people})
    page = desk.get(asked.headers["Location"])
    words = words_of(page.text)
    assert "Take 3 people out of the programme?" in words
    assert "Peer group 1 : 2 of its 4 residents leave. too few are left" in words
    assert "1 facilitator leaves." in words
    assert "Someone will be missing at 6 sessions to come." in words
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen
    data = {"person": people, "seen": seen[1]}
    assert desk.post(pages.path("/people/out"), {**data, "person": people[:2]}).status_code == 409, (
        "it was other people"
    )
    assert desk.post(pages.path("/people/out"), data).status_code == 303
    assert listed(desk, pages, "?here=left") == ["Ada Quill", "Ben Marrow", "Fay Lantern"]
    home = there(pages, RESIDENT)
    assert "They left the programme on" in words_of(desk.get(home).text)
    desk.post(f"{home}/back")
    assert "Ada Quill" in listed(desk, pages)


def test_one_person_is_added_and_namesakes_are_asked_about(pages: Pages, desk: Browser) -> None:
    new = {"name": "Nora  Vale", "email": "NV@Example.org", "role": "resident", "stage": "1", "site": "south"}
    faults = words_of(desk.post(pages.path("/people/new"), {**new, "name": "", "email": "nv", "stage": ""}).text)
    for fault in ("Enter the person’s name.", "“nv” is not an e-mail address.", "A resident needs a grade."):
        assert fault in faults
    added = desk.post(pages.path("/people/new"), new)
    page = words_of(desk.get(added.headers["Location"]).text)
    assert "Nora Vale resident · 1 · South Hospital · nv@example.org" in page
    again = {**new, "name": "vale, NORA", "email": "nora@example.org"}
    asked = desk.post(pages.path("/people/new"), again)
    assert asked.status_code == 422
    assert "Is it one of these people?" in words_of(asked.text)
    assert 'name="someone_else"' in asked.text
    assert desk.post(pages.path("/people/new"), {**again, "someone_else": "1"}).status_code == 303
    twice = words_of(desk.post(pages.path("/people/new"), new).text)
    assert "Nora Vale already has this e-mail address." in twice


def test_a_person_is_corrected_and_stays_the_same_person(pages: Pages, desk: Browser) -> None:
    home = there(pages, RESIDENT)
    seen = re.search(r'details"[^>]*>.*?name="seen" value="(\w+)"', desk.get(home).text, re.DOTALL)
    assert seen
    data = {
        "name": "Ada Quill-Marsh",
        "email": "ada.marsh@example.org",
        "role": "resident",
        "stage": "2",
        "seen": seen[1],
    }
    taken = desk.post(f"{home}/details", {**data, "email": OTHER_RESIDENT})
    assert "Someone else has this address. If the two are one person, merge them instead." in words_of(taken.text)
    kind = desk.post(f"{home}/details", {**data, "role": "faculty"})
    assert "They are in a published group." in words_of(kind.text)
    assert desk.post(f"{home}/details", data).status_code == 303
    page = words_of(desk.get(home).text)
    assert "Ada Quill-Marsh resident · 2 · North Hospital · ada.marsh@example.org" in page
    assert "Peer group 1" in page
    assert re.search(r"E-mail address changed .* Cora Coordinator", page)
    overtaken = desk.post(f"{home}/details", data)
    assert overtaken.status_code == 409, "somebody has corrected it since"
    soon = (clock.now() + timedelta(days=9)).date().isoformat()
    desk.post(f"{home}/site", {"site": "south", "first_day": soon})
    assert ": South Hospital" in words_of(desk.get(home).text)
    desk.post(f"{home}/site/withdraw", {"first_day": soon})
    assert ": South Hospital" not in words_of(desk.get(home).text)


def test_what_people_answered_is_theirs_and_their_secrets_are_on_no_page(pages: Pages, desk: Browser) -> None:
    ada = Actor(pages.ids[RESIDENT], "Ada", frozenset({(pages.programme_id, Role.RESIDENT)}))
    home, now = there(pages, RESIDENT), clock.now()
    with pages.database.writing() as db:
        db.execute(update(ParticipantRow).values(tags=[], company=[]))
        save_ways(db, ada, pages.programme_id, ("video",), now)
    pages_before = [words_of(desk.get(path).text) for path in (pages.path("/people"), there(pages, OTHER_RESIDENT))]
    with pages.database.writing() as db:
        save_people(db, ada, pages.programme_id, (), (pages.ids[OTHER_RESIDENT],), now)
        save_needs(db, ada, pages.programme_id, ("parent or carer",), ("part-time",), "A room without stairs", now)
    page = words_of(desk.get(home).text)
    assert "A room without stairs" in page, "which she wrote for the coordinators"
    assert "They chose their ways to meet themselves" in page
    for secret in ("parent or carer", "part-time", "Cleo Thistle"):
        assert secret not in page
    desk.post(f"{home}/ways", {"modes": ["phone"], "models": ["peer"]})
    with pages.database.reading() as db:
        part = db.get_one(ParticipantRow, (pages.programme_id, pages.ids[RESIDENT]))
        assert (part.modes, list(part.models)) == (["video"], ["peer"])
    pages_after = [words_of(desk.get(path).text) for path in (pages.path("/people"), there(pages, OTHER_RESIDENT))]
    assert pages_after == pages_before or "started" in pages_after[0]
    assert pages_after[1] == pages_before[1], "nobody learns that somebody avoids them"


def test_relations_are_kept_one_by_one_and_say_whom_they_part(pages: Pages, desk: Browser) -> None:
    new = pages.path("/relations/new")
    found = desk.post(new, {"person_name": "ben", "about_name": "a", "kind": "supervises", "find": "1"})
    assert found.status_code == 200
    assert "Ben Marrow resident" in words_of(found.text)
    unclear = desk.post(new, {"person_name": "ben", "about_name": "a", "kind": "supervises"})
    assert "Choose who is meant." in words_of(unclear.text)
    ada = str(pages.ids[RESIDENT])
    desk.post(new, {"person_name": "ben", "about": ada, "kind": "supervises"})
    page = words_of(desk.get(pages.path("/relations?q=quill")).text)
    assert "Ada Quill and Ben Marrow can’t share Peer group 1 any longer." in page
    assert "Ben Marrow supervises Ada Quill no end date no, unless you record why" in page
    with pages.database.reading() as db:
        [row] = db.scalars(select(RelationRow))
    one = pages.path(f"/relations/{row.id}")
    backwards = desk.post(one, {"kind": "sponsors", "first_day": "2027-02-02", "last_day": "2027-02-01"})
    assert "The last day is before the first." in words_of(backwards.text)
    desk.post(one, {"kind": "sponsors"})
    assert "Ben Marrow sponsors Ada Quill" in words_of(desk.get(there(pages, RESIDENT)).text)
    desk.post(one, {"kind": "sponsors", "act": "end"})
    assert "until" in words_of(desk.get(one).text)
    desk.post(one, {"kind": "sponsors", "act": "remove"})
    assert "No relations are on record" in words_of(desk.get(pages.path("/relations")).text)
    with pages.database.writing() as db:
        db.add(
            RelationRow(
                programme_id=pages.programme_id,
                person_id=pages.ids[FACILITATOR],
                about_id=int(ada),
                kind="treats",
                declared=True,
                declared_by_id=pages.ids[FACILITATOR],
            )
        )
        db.flush()
        declared = db.scalars(select(RelationRow.id)).one()
    page = words_of(desk.get(pages.path("/relations?q=quill")).text)
    assert "declared" not in page
    assert "treats" not in page
    assert "treats Ada Quill" not in words_of(desk.get(there(pages, RESIDENT)).text)
    assert b"treats" not in desk.get(pages.path("/export/relations.csv")).data
    assert desk.get(pages.path(f"/relations/{declared}")).status_code == 404
    assert desk.post(pages.path(f"/relations/{declared}"), {"kind": "treats", "act": "remove"}).status_code == 404


WHY = "Fay is the only senior who knows this group’s work."


def supervises(pages: Pages, one: str = FACILITATOR, other: str = OTHER_RESIDENT, kind: str = "supervises") -> str:
    """The address of a relation that is put on record."""
    with pages.database.writing() as db:
        ids = {"person_id": pages.ids[one], "about_id": pages.ids[other]}
        db.add(row := RelationRow(programme_id=pages.programme_id, kind=kind, **ids))
        db.flush()
        return pages.path(f"/relations/{row.id}")


def test_why_two_may_share_a_group_is_recorded_told_and_declined(pages: Pages, desk: Browser) -> None:
    one = supervises(pages)
    assert "No kind of group takes two facilitators yet" not in words_of(desk.get(one).text)
    for why in ("", "Because.", "x" * 400):
        refused = desk.post(f"{one}/override", {"why": why})
        assert refused.status_code == 422
        assert 'id="fault-override-why"' in refused.text or "too long" in refused.text
    desk.post(f"{one}/override", {"why": WHY})
    page = words_of(desk.get(one).text)
    assert "Yes, with another facilitator from elsewhere in their group." in page
    assert WHY in page
    assert "Cora Coordinator recorded on" in page
    overseen = words_of(pages.signed_in(OVERSEER).get(f"/oversight/{pages.programme_id}").text)
    assert WHY in overseen
    assert "Cora Coordinator" in overseen
    with pages.database.reading() as db:
        override_id = db.scalars(select(RelationOverrideRow.id)).one()
    decline = f"/pairings/{pages.programme_id}/{override_id}/decline"
    for who in (OTHER_RESIDENT, FACILITATOR, "eve.moss@example.org"):
        path = "/facilitating" if who == FACILITATOR else "/my-group"
        page = words_of(pages.signed_in(who).get(path).text)
        assert f"Cora Coordinator has recorded why they may share this group: “{WHY}”" in page
        assert "Olga" in page, "who listens from outside"
        assert ("I’d rather not be in a group with" in page) is (who != "eve.moss@example.org")
    for who in (RESIDENT, UNPLACED):
        assert WHY not in pages.signed_in(who).get("/my-group").text
    for who in (RESIDENT, "eve.moss@example.org", COORDINATOR, OVERSEER):
        assert pages.signed_in(who).post(decline).status_code in (403, 404)
    told = pages.signed_in(OTHER_RESIDENT).post(decline)
    assert told.status_code == 303
    page = words_of(desk.get(one).text)
    assert "this pairing isn’t possible" in page
    assert desk.post(f"{one}/override", {"why": WHY}).status_code != 303
    assert WHY not in pages.signed_in(OTHER_RESIDENT).get("/my-group").text


@pytest.mark.parametrize("kind", ["treats", "family", "prior-complaint", "sponsors"])
def test_no_forged_form_overrides_what_is_fixed(pages: Pages, desk: Browser, kind: str) -> None:
    one = supervises(pages, kind=kind)
    assert "override" not in desk.get(one).text
    assert desk.post(f"{one}/override", {"why": WHY}).status_code == 404
    stranger = pages.signed_in(STRANGER_COORDINATOR)
    other = supervises(pages)
    assert stranger.post(f"{other}/override", {"why": WHY}).status_code in (403, 404)
    with pages.database.reading() as db:
        assert db.scalars(select(RelationOverrideRow)).all() == []


def test_clinics_and_leave_are_on_the_persons_page(pages: Pages, desk: Browser) -> None:
    home = there(pages, FACILITATOR)
    clinic = {"category": "clinic", "weekday": ["1", "3"], "start": "09:00", "end": "12:00"}
    assert "Tick at least one day." in words_of(desk.post(f"{home}/patterns", {**clinic, "weekday": []}).text)
    desk.post(f"{home}/patterns", clinic)
    page = desk.get(home).text
    assert "Tuesday 09:00–12:00" in words_of(page)
    entry = re.findall(r'href="([^"]+/patterns/\d+)"', page)[0]
    desk.post(entry, {**clinic, "weekday": ["4"], "end": "13:00"})
    words = words_of(desk.get(home).text)
    assert "Friday 09:00–13:00" in words
    assert "Tuesday" not in words.partition("Add a weekly entry")[0]
    entry = re.findall(r'href="([^"]+/patterns/\d+)"', desk.get(home).text)[0]
    desk.post(entry, {"remove": "1"})
    soon = (clock.now() + timedelta(days=9)).date()
    early = {"first_day": soon.isoformat(), "last_day": (soon - timedelta(days=1)).isoformat()}
    assert "The leave ends before it starts." in words_of(desk.post(f"{home}/leave", early).text)
    desk.post(f"{home}/leave", {"first_day": soon.isoformat()})
    removed = re.findall(r'action="([^"]+/leave/\d+/remove)"', desk.get(home).text)
    assert desk.post(removed[0]).status_code == 303
    assert not re.findall(r"/leave/\d+/remove", desk.get(home).text)


def test_two_entries_are_merged_and_one_is_split_on_pages(pages: Pages, desk: Browser) -> None:
    home, zoe = there(pages, RESIDENT), str(pages.ids["zoe.left@example.org"])
    found = words_of(desk.get(f"{home}/merge?q=zoe").text)
    assert "Zoe Left resident, 9, zoe.left@example.org" in found
    faculty = words_of(desk.get(f"{home}/merge?other={pages.ids[FACILITATOR]}").text)
    assert "One of them is a resident and the other a facilitator. Correct the role of one of them first." in faculty
    assert "A plan is being worked out just now." in words_of(desk.get(f"{home}/merge?other={zoe}").text)
    with pages.database.writing() as db:
        db.execute(update(RunRow).values(state=RunState.CANCELLED))
    shown = desk.get(f"{home}/merge?other={zoe}")
    assert "Grade 1 9" in words_of(shown.text)
    seen = re.search(r'name="seen" value="(\w+)"', shown.text)
    assert seen
    stale = desk.post(f"{home}/merge", {"other": zoe, "seen": "before"})
    assert stale.status_code == 409
    assert desk.post(f"{home}/merge", {"other": zoe, "seen": seen[1]}).headers["Location"] == home
    page = words_of(desk.get(home).text)
    assert "The two entries are one now. Both addresses get an e-mail that says so. No mail server is set up" in page
    assert "Merged with a second entry of the same person" in page
    assert listed(desk, pages, "?q=zoe") == []
    assert "Peer group 1, as" not in page
    two = {"name": "Ada Quill", "email": "ada.two@example.org", "role": "resident", "stage": "1", "site": "south"}
    taken = desk.post(f"{home}/split", {**two, "email": OTHER_RESIDENT})
    assert "Cleo Thistle already has this e-mail address." in words_of(taken.text)
    second = desk.post(f"{home}/split", {**two, "group": "g1"}).headers["Location"]
    assert "Peer group 1" in words_of(desk.get(second).text)
    assert "none so far" in words_of(desk.get(home).text)
