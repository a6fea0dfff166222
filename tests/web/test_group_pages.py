"""What people do on the pages of their group, without a script."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from scheduler import clock
from scheduler.charters.model import PROPOSED
from scheduler.charters.service import adopt
from scheduler.people.model import OPERATOR
from scheduler.sessions.tables import ProposalRow, SessionRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    UNPLACED,
    Browser,
    Pages,
    words_of,
)
from tests.web.test_member_pages import MEMBERS_BUDGET_BYTES, whole_weight

BEN, CAT = "ben.marrow@example.org", "cat.osier@example.org"
SPARE = "gil.spare@example.org"
OUTSIDERS = (OTHER_RESIDENT, FACILITATOR, UNPLACED, SPARE, COORDINATOR)


def session_of(pages: Pages, group: str = "g1", round_: int = 0) -> SessionRow:
    with pages.database.reading() as db:
        return db.scalars(select(SessionRow).where(SessionRow.group_key == group, SessionRow.round == round_)).one()


def told(browser: Browser, path: str, **data: str) -> str:
    """Send a form, and read the page that follows."""
    answer = browser.post(path, data)
    assert answer.status_code == 303, answer.text
    return words_of(browser.get(answer.headers["Location"]).text)


def adopt_a_charter(pages: Pages) -> None:
    with pages.database.writing() as db:
        adopt(db, OPERATOR, pages.programme_id, PROPOSED, clock.now())


def begin_the_past(pages: Pages) -> None:
    """Every session of the term was a year ago."""
    with pages.database.writing() as db:
        for row in db.scalars(select(SessionRow)):
            row.starts_at -= timedelta(days=365)
            row.ends_at -= timedelta(days=365)


def test_one_tap_says_it_and_one_takes_it_back(pages: Pages) -> None:
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    page = told(ada, f"/sessions/{session.id}/cannot")
    assert "You said that you cannot make it." in page
    assert "Too few can come on" in page
    assert "I can make it after all" in page
    ben = words_of(pages.signed_in(BEN).get(f"/sessions/{session.id}").text)
    assert "Ada Quill cannot make it" in ben, "the group sees it, as attendance only"
    page = told(ada, f"/sessions/{session.id}/can")
    assert "Too few can come" not in page
    assert "I can’t make it" in page


def test_a_tap_on_an_offered_date_moves_the_session(pages: Pages) -> None:
    before = session_of(pages)
    pages.signed_in(RESIDENT).post(f"/sessions/{before.id}/cannot")
    ben = pages.signed_in(BEN)
    offers = re.findall(r'action="(/dates/\d+/choose)"', ben.get("/my-group").text)
    assert len(offers) == 3
    assert "The date is set." in told(ben, offers[0])
    after = session_of(pages)
    assert after.uid == before.uid
    assert after.starts_at != before.starts_at
    assert "another was chosen before" in told(pages.signed_in(CAT), offers[1])


def test_a_proposed_date_is_agreed_by_tap(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    page = ada.get(f"/groups/{pages.programme_id}/g1/dates").text
    starts_at = re.findall(r'name="starts_at" value="([^"]+)"', page)[0]
    assert "Noted." in told(ada, f"/groups/{pages.programme_id}/g1/dates", starts_at=starts_at)
    with pages.database.reading() as db:
        proposal = db.scalars(select(ProposalRow.id)).one()
    ben = pages.signed_in(BEN)
    assert "Ada Quill proposes an extra session." in words_of(ben.get("/my-group").text)
    told(ben, f"/dates/{proposal}/answer", agrees="1")
    assert "The date is set." in told(pages.signed_in(CAT), f"/dates/{proposal}/answer", agrees="1")
    assert "extra" in words_of(ada.get("/my-group").text)


def test_a_date_that_nobody_offered_is_refused_politely(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    for starts_at, status in (("", 422), ("2027-01-01", 422), ("2027-01-01T00:00:00+00:00", 409)):
        assert ada.post(f"/groups/{pages.programme_id}/g1/dates", {"starts_at": starts_at}).status_code == status


def test_dates_are_tentative_until_everybody_has_agreed_to_the_charter(pages: Pages) -> None:
    adopt_a_charter(pages)
    path = f"/groups/{pages.programme_id}/g1/charter"
    people = (RESIDENT, BEN, CAT, "dan.reed@example.org")
    for number, email in enumerate(people):
        browser = pages.signed_in(email)
        page = words_of(browser.get("/my-group").text)
        assert "tentative" in page
        assert "Read the charter" in page
        assert "What stays between us" in words_of(browser.get(path).text)
        assert browser.post(path, {"version": "1"}).status_code == 422, "the box was not ticked"
        page = told(browser, path, version="1", agrees="1")
        assert ("your dates are certain" in page) == (number >= 0)
    assert "tentative" not in words_of(pages.signed_in(RESIDENT).get("/my-group").text)
    assert "all of you have agreed" in words_of(pages.signed_in(RESIDENT).get("/my-group").text)


def test_the_coordinator_adopts_a_charter_and_sees_how_many_groups_agreed(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    page = cora.get(pages.path("/charter")).text
    texts = dict(re.findall(r'<textarea id="(\w+)"[^>]*>([^<]*)</textarea>', page))
    assert set(texts) == {"confidentiality", "expectations", "communication"}
    page = told(cora, pages.path("/charter"), **texts)
    assert "Version 1 is the charter now." in page
    assert "0 of 2 groups have agreed" in page
    assert cora.post(pages.path("/charter"), {**texts, "communication": " "}).status_code == 422


def test_suggestions_stand_on_the_list_without_a_name(pages: Pages) -> None:
    session = session_of(pages)
    ada = pages.signed_in(RESIDENT)
    path = f"/groups/{pages.programme_id}/g1/agenda"
    page = told(ada, path, text="Saying no to a shift", session=str(session.id))
    assert "without your name" in page
    ben = pages.signed_in(BEN)
    assert "Saying no to a shift" in words_of(ben.get("/my-group").text)
    page = told(ben, "/agenda/1")
    assert "Some time Saying no to a shift" in page
    assert "Saying no" not in told(ben, "/agenda/1", done="1")


def test_a_note_is_shown_to_its_author_and_to_nobody_else(pages: Pages) -> None:
    session = session_of(pages)
    ada = pages.signed_in(RESIDENT)
    assert "I was too quiet." in told(ada, f"/sessions/{session.id}/note", text="I was too quiet.")
    assert "I was too quiet." in ada.get("/my-goals").text
    ben = pages.signed_in(BEN)
    for path in (f"/sessions/{session.id}", "/my-goals", "/my-group"):
        assert "too quiet" not in ben.get(path).text
    for path in (pages.path(), pages.path("/people"), pages.path(f"/plans/{pages.published_id}")):
        assert "too quiet" not in pages.signed_in(COORDINATOR).get(path).text


def test_goals_are_kept_shared_reached_and_deleted(pages: Pages) -> None:
    ada, ben = pages.signed_in(RESIDENT), pages.signed_in(BEN)
    page = told(ada, f"/my-goals/{pages.programme_id}", text="Present an audit", review_on="2027-03-09")
    assert "Present an audit" in page
    assert "look at it again on 9 Mar 2027" in page
    assert "Present an audit" not in ben.get("/my-group").text
    told(ada, "/my-goals/change/1", do="share")
    assert "Ada Quill: Present an audit" in words_of(ben.get("/my-group").text)
    assert ben.post("/my-goals/change/1", {"drop": "1"}).status_code == 404
    assert "reached" in told(ada, "/my-goals/change/1", do="reached")
    assert "Present an audit" not in told(ada, "/my-goals/change/1", drop="1")
    assert ada.post(f"/my-goals/{pages.programme_id}", {"text": "x", "review_on": "soon"}).status_code == 422


def test_how_to_join_from_afar_is_said_by_the_group_and_shown_to_it(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    path = f"/groups/{pages.programme_id}/g1/meeting"
    page = told(ada, path, url="https://meet.example.org/x", phone="+44 20 7946 0000")
    assert "Call +44 20 7946 0000" in page
    assert 'href="tel:+442079460000"' in pages.signed_in(BEN).get("/my-group").text
    assert pages.signed_in(OTHER_RESIDENT).post(path, {"url": "https://evil.example.org"}).status_code == 404


def test_outsiders_find_nothing_at_a_groups_addresses(pages: Pages) -> None:
    session = session_of(pages)
    here = f"/groups/{pages.programme_id}/g1"
    gets = (here, f"{here}/charter", f"{here}/dates", f"/sessions/{session.id}")
    posts = (f"/sessions/{session.id}/cannot", f"/sessions/{session.id}/can", f"/sessions/{session.id}/note",
             f"/sessions/{session.id}/came", f"{here}/agenda", f"{here}/thanks")  # fmt: skip
    for email in OUTSIDERS:
        browser = pages.signed_in(email)
        for path in gets:
            assert browser.get(path).status_code == 404, (email, path)
        for path in posts:
            assert browser.post(path, {"text": "hello", "to": "1"}).status_code == 404, (email, path)


def test_a_facilitator_notes_attendance_in_two_taps_and_has_the_hours(pages: Pages) -> None:
    begin_the_past(pages)
    fay = pages.signed_in(FACILITATOR)
    page = fay.get("/facilitating").text
    assert words_of(page).count("Who came on") == 3
    form = re.search(r'<form method="post" action="(/sessions/\d+/came)">(.*?)</form>', page, re.DOTALL)
    assert form
    came = re.findall(r'name="came" value="(\d+)"', form[2])
    answer = fay.post(form[1], {"came": came})
    assert words_of(fay.get(answer.headers["Location"]).text).count("Who came on") == 2
    record = words_of(fay.get("/facilitating/record").text)
    assert "1:00 hours and minutes, in 1 session that was held." in record
    answer = fay.get("/facilitating/record.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.count("Near-peer group 2") == 1
    cleo = words_of(pages.signed_in(OTHER_RESIDENT).get(f"/sessions/{session_of(pages, 'g2').id}").text)
    assert "of you came." in cleo or "has not noted it yet" in cleo


def test_a_deputy_is_asked_accepts_and_has_all_they_need(pages: Pages) -> None:
    from scheduler.people.tables import ParticipantRow

    with pages.database.writing() as db:
        db.get_one(ParticipantRow, (pages.programme_id, pages.ids[SPARE])).models = {"near-peer": 1}
    adopt_a_charter(pages)
    session = session_of(pages, "g2")
    fay, gil = pages.signed_in(FACILITATOR), pages.signed_in(SPARE)
    path = f"/facilitating/deputy/{session.id}"
    assert "Gil Spare" in fay.get(path).text
    assert "Gil Spare is asked" in told(fay, path, person=str(pages.ids[SPARE]), note="Finn takes the chair.")
    page = gil.get("/facilitating").text
    assert "Fay Lantern asks you to stand in" in words_of(page)
    request = re.search(r'href="(/facilitating/requests/\d+)"', page)
    assert request
    assert "Finn takes the chair." in gil.get(request[1]).text
    assert gil.post(request[1], {"answer": "1"}).status_code == 409, "the charter holds for deputies too"
    page = told(gil, request[1], answer="1", keeps_charter="1")
    assert "You stand in for Fay Lantern" in page
    assert "Cleo Thistle" in page
    assert "Gil Spare stands in for you" in words_of(fay.get("/facilitating").text)
    assert "Gil Spare deputy on" in words_of(pages.signed_in(OTHER_RESIDENT).get("/my-group").text)
    assert pages.signed_in(RESIDENT).get(request[1]).status_code == 404
    told(fay, f"{path}/back")
    assert "You stand in" not in words_of(gil.get("/facilitating").text)


def test_a_clash_with_a_clinic_is_shown_beside_the_date(pages: Pages) -> None:
    from tests.builders import World, actor, set_marks

    here = World(pages.database, pages.programme_id, actor(1, pages.programme_id))
    set_marks(here, {pages.ids[FACILITATOR]: "0"})
    page = words_of(pages.signed_in(FACILITATOR).get("/facilitating").text)
    assert page.count("you lead, but:") == 3
    assert page.count("Ask a deputy") == 3


def test_thanks_reach_the_facilitators_page(pages: Pages) -> None:
    cleo = pages.signed_in(OTHER_RESIDENT)
    path, fay = f"/groups/{pages.programme_id}/g2/thanks", str(pages.ids[FACILITATOR])
    told(cleo, path, to=fay, text="You listened.", signed="1")
    told(cleo, path, to=fay, text="It helped.")
    page = words_of(pages.signed_in(FACILITATOR).get("/facilitating/record").text)
    assert "You listened. Cleo Thistle," in page
    assert "It helped. somebody from a group of yours," in page


def test_pages_of_a_group_are_small_and_need_no_script(pages: Pages) -> None:
    adopt_a_charter(pages)
    pages.signed_in(RESIDENT).post(f"/sessions/{session_of(pages).id}/cannot")
    here = f"/groups/{pages.programme_id}/g1"
    visits = {
        RESIDENT: ("/my-group", f"/sessions/{session_of(pages).id}", f"{here}/charter", f"{here}/dates", "/my-goals"),
        FACILITATOR: ("/facilitating", "/facilitating/record", "/facilitating/prompts",
                      f"/facilitating/deputy/{session_of(pages, 'g2').id}", f"/groups/{pages.programme_id}/g2"),
    }  # fmt: skip
    for email, paths in visits.items():
        browser = pages.signed_in(email)
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 200, path
            assert "<script" not in answer.text
            assert whole_weight(browser, answer.text) < MEMBERS_BUDGET_BYTES, path


def test_a_group_of_ones_own_is_begun_and_joined_by_its_code(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    ada, ben = pages.signed_in(RESIDENT), pages.signed_in(BEN)
    page = told(ada, path, name="Friday circle", mode="video")
    code = re.search(r"Code to give away: (\w+ \w+)", page)
    assert code
    assert "You are in Friday circle." in told(ben, f"{path}/join", code=code[1])
    assert ben.post(f"{path}/join", {"code": "nosuchcode"}).status_code == 409
    assert "You are out of it again." in told(ben, f"{path}/leave/1")


def test_who_looks_for_a_group_can_be_found(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    assert "Take me off the list" in told(pages.signed_in(UNPLACED), f"{path}/looking", words="Back in May")
    assert "Zoe Left : Back in May" in words_of(pages.signed_in(RESIDENT).get(path).text)
    assert "Back in May" not in pages.signed_in(FACILITATOR).get(path).text


def test_somebody_asked_answers_in_private(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    ada, gil = pages.signed_in(RESIDENT), pages.signed_in(SPARE)
    assert "no answer yet" in told(ada, f"{path}/ask", to=str(pages.ids[SPARE]), text="Would you guide me?")
    assert "Ada Quill has a question for you" in words_of(gil.get("/facilitating").text)
    assert "Would you guide me?" in gil.get(path).text
    for email in (BEN, FACILITATOR):
        assert "Would you guide me?" not in pages.signed_in(email).get(path).text
        assert pages.signed_in(email).post(f"{path}/questions/1", {"answer": "1"}).status_code == 404
    assert "Thank you." in told(gil, f"{path}/questions/1", answer="1")
    assert "said yes" in words_of(ada.get(path).text)


def test_something_that_felt_off_reaches_the_oversight_contact_alone(pages: Pages) -> None:
    path, oversight = f"/concern/{pages.programme_id}", f"/oversight/{pages.programme_id}/concerns"
    ada, olga = pages.signed_in(RESIDENT), pages.signed_in(OVERSEER)
    assert ada.post(path, {"kind": "weather"}).status_code == 422
    page = words_of(ada.post(path, {"kind": "other", "text": "He laughed at my accent."}).text)
    code = re.search(r"shown this once. (\w{4} \w{4} \w{4} \w{4})", page)
    assert code
    assert "He laughed at my accent." in olga.get(oversight).text
    assert "Ada Quill" not in words_of(olga.get(oversight).text)
    for email in (COORDINATOR, FACILITATOR, BEN):
        assert pages.signed_in(email).get(oversight).status_code == 404
    concern_id = re.findall(rf"{oversight}/(\d+)", olga.get(oversight).text)[0]
    assert "Kept." in told(olga, f"{oversight}/{concern_id}", text="I will speak to him.", close="1")
    page = words_of(ada.post(f"{path}/answer", {"code": code[1]}).text)
    assert "I will speak to him." in page
    assert "Nothing is left to do" in page


def test_whoever_lives_by_another_clock_reads_it_beside_every_date(pages: Pages) -> None:
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    paths = ("/my-group", f"/sessions/{session.id}", "/calendar/card")
    assert not [path for path in paths if "Kampala" in ada.get(path).text]
    ada.post("/account/clock", {"place": "Kampala"})
    assert [path for path in paths if "Kampala" in ada.get(path).text] == list(paths)


def test_residents_read_the_hours_that_they_came_to_and_nobody_elses(pages: Pages) -> None:
    begin_the_past(pages)
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    assert "Sessions you came to" not in ada.get("/my-goals").text
    ada.post(f"/sessions/{session.id}/came", {"came": str(pages.ids[RESIDENT])})
    assert "1:00" in words_of(ada.get("/my-goals").text)
    assert "Sessions you came to" not in pages.signed_in(BEN).get("/my-goals").text, "he was not there"
