"""What people do on the pages of their group, without a script."""

from __future__ import annotations

import re
from datetime import date, timedelta

from sqlalchemy import func, select, update

from scheduler import clock
from scheduler.availability.entries import pause
from scheduler.calendars.tables import FeedRow
from scheduler.charters.model import PARTS, PROPOSED
from scheduler.charters.service import adopt
from scheduler.mail.tables import MailRow
from scheduler.oversight.tables import ConcernRow
from scheduler.own_groups.tables import OwnGroupRow
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import Conduct, DateSettling
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import ProposalRow, SessionRow
from tests.builders import World, actor, change_conduct, everybody_is_ready, say_marks
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


def away_for_the_term(pages: Pages, email: str) -> None:
    """Long leave, from long before the term without an end."""
    with pages.database.writing() as db:
        pause(db, OPERATOR, pages.programme_id, pages.ids[email], date(2020, 1, 1), None, clock.now())


def adopt_a_charter(pages: Pages) -> None:
    with pages.database.writing() as db:
        adopt(db, OPERATOR, pages.programme_id, PROPOSED, clock.now())


def begin_the_past(pages: Pages) -> None:
    """Every session of the term was a year ago."""
    with pages.database.writing() as db:
        for row in db.scalars(select(SessionRow)):
            row.starts_at -= timedelta(days=365)
            row.ends_at -= timedelta(days=365)


def free_all_week(pages: Pages) -> None:
    """Ada, Ben and Cat can come whenever they have not said otherwise."""
    here = World(pages.database, pages.programme_id, actor(1, pages.programme_id))
    say_marks(here, dict.fromkeys((pages.ids[RESIDENT], pages.ids[BEN], pages.ids[CAT]), "2"))


def settled_by(pages: Pages, how: DateSettling) -> None:
    with pages.database.writing() as db:
        change_conduct(db, OPERATOR, pages.programme_id, Conduct(settling=how), clock.now())


def offered_on(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'action="(/dates/\d+/answer)"', page)))


def test_one_tap_says_it_and_one_takes_it_back(pages: Pages) -> None:
    free_all_week(pages)
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    page = told(ada, f"/sessions/{session.id}/cannot")
    assert "You’ve said that you can’t make it." in page
    assert "Too few can come on" in page
    assert "I can make it after all" in page
    ben = words_of(pages.signed_in(BEN).get(f"/sessions/{session.id}").text)
    assert "Ada Quill can’t make it" in ben, "the group sees it, as attendance only"
    page = told(ada, f"/sessions/{session.id}/can")
    assert "Too few can come" not in page
    assert "I can’t make it" in page


def test_what_somebody_cannot_make_shows_on_their_availability_until_they_take_it_back(pages: Pages) -> None:
    free_all_week(pages)
    ada, session = pages.signed_in(RESIDENT), session_of(pages)
    ada.post(f"/sessions/{session.id}/cannot")
    page = ada.get("/availability").text
    assert "Times you said you can’t make" in words_of(page)
    [remove] = re.findall(r'action="(/availability/refusals/\d+/remove[^"]*)"', page)
    assert pages.signed_in(BEN).post(remove.replace("&amp;", "&"), {}).status_code == 404, "it is hers alone"
    assert "Times you said you can’t make" not in told(ada, remove.replace("&amp;", "&"))
    assert "I can’t make it" in words_of(ada.get(f"/sessions/{session.id}").text)


def test_dates_on_offer_say_how_many_can_come_and_two_taps_move_the_session(pages: Pages) -> None:
    free_all_week(pages)
    settled_by(pages, DateSettling.TWO)
    before = session_of(pages)
    pages.signed_in(RESIDENT).post(f"/sessions/{before.id}/cannot")
    ben, cat = pages.signed_in(BEN), pages.signed_in(CAT)
    page = ben.get("/my-group").text
    offers = offered_on(page)
    assert len(offers) == 3
    assert words_of(page).count("3 can come") == 3
    assert "as soon as two people who can come on it have agreed" in words_of(page)
    assert "Your group can see that you agree." in told(ben, offers[0], agrees="1")
    assert session_of(pages).starts_at == before.starts_at, "one tap moves nothing"
    assert "Agreed so far: Ben Marrow." in words_of(cat.get("/my-group").text)
    assert "The date is set." in told(cat, offers[0], agrees="1")
    after = session_of(pages)
    assert after.uid == before.uid
    assert after.starts_at != before.starts_at
    assert "another one has already been chosen" in told(cat, offers[1], agrees="1")


def test_a_moved_session_is_put_back_for_a_day_by_who_took_part(pages: Pages) -> None:
    free_all_week(pages)
    settled_by(pages, DateSettling.TWO)
    before = session_of(pages)
    pages.signed_in(RESIDENT).post(f"/sessions/{before.id}/cannot")
    ben, cat = pages.signed_in(BEN), pages.signed_in(CAT)
    offer = offered_on(ben.get("/my-group").text)[0]
    for browser in (ben, cat):
        browser.post(offer, {"agrees": "1"})
    [undo] = re.findall(r'action="(/dates/\d+/undo)"', ben.get("/my-group").text)
    assert "Go back to the old date" not in words_of(pages.signed_in(RESIDENT).get("/my-group").text)
    assert pages.signed_in(RESIDENT).post(undo, {}).status_code == 404
    assert "That’s undone." in told(ben, undo)
    assert session_of(pages).starts_at == before.starts_at
    assert "You’ve said that you can’t make it." in words_of(pages.signed_in(RESIDENT).get("/my-group").text)


def test_the_coordinator_settles_what_the_group_would_like(pages: Pages) -> None:
    free_all_week(pages)
    settled_by(pages, DateSettling.COORDINATOR)
    before = session_of(pages)
    pages.signed_in(RESIDENT).post(f"/sessions/{before.id}/cannot")
    ben, cora = pages.signed_in(BEN), pages.signed_in(COORDINATOR)
    offers = offered_on(ben.get("/my-group").text)
    for email in (BEN, CAT):
        pages.signed_in(email).post(offers[1], {"agrees": "1"})
    assert session_of(pages).starts_at == before.starts_at
    page = cora.get(pages.path("/dates")).text
    assert "2 people agree" in words_of(page)
    assert "Ben Marrow" not in page, "who agreed stays in the group"
    first = re.findall(rf'action="({pages.path("/dates")}/\d+)"', page)[0]
    assert first.rsplit("/", 1)[-1] == offers[1].split("/")[2], "what the group prefers comes first"
    for email in (BEN, FACILITATOR, OVERSEER):
        assert pages.signed_in(email).post(first, {}).status_code == 404
    assert "The date is set." in told(cora, first)
    assert session_of(pages).starts_at != before.starts_at
    assert "That’s undone." in told(cora, f"{first}/undo")
    assert session_of(pages).starts_at == before.starts_at


def test_a_week_in_writing_lets_those_who_cannot_be_there_take_part(pages: Pages) -> None:
    session = session_of(pages)
    path = f"/sessions/{session.id}/thread"
    ada, ben = pages.signed_in(RESIDENT), pages.signed_in(BEN)
    assert ada.post(path, {"question": " "}).status_code == 422
    assert "What did you learn on nights?" in told(ada, path, question="What did you learn on nights?")
    assert "Asked by Ada Quill." in words_of(ben.get(f"/sessions/{session.id}").text)
    page = told(ben, f"{path}/reply", text="To eat at midnight.")
    assert "To eat at midnight." in page
    assert "Ben Marrow in writing" in page
    for email in OUTSIDERS:
        assert pages.signed_in(email).post(f"{path}/reply", {"text": "Hello"}).status_code == 404
        assert "midnight" not in pages.signed_in(email).get(f"/sessions/{session.id}").text
    begin_the_past(pages)
    ada.post(f"/sessions/{session.id}/came", {"came": str(pages.ids[RESIDENT])})
    page = words_of(ada.get(f"/sessions/{session.id}").text)
    assert "Ben Marrow in writing" in page
    assert "Cat Osier in writing" not in page


def test_one_tap_joins_by_call_and_everyone_reads_how_many_are_in_the_room(pages: Pages) -> None:
    session = session_of(pages)
    path, ben = f"/sessions/{session.id}", pages.signed_in(BEN)
    assert "I’ll join by call" not in words_of(ben.get(path).text)
    assert ben.post(f"{path}/way", {"way": "call"}).status_code == 409
    with pages.database.writing() as db:
        db.execute(update(ProgrammeRow).where(ProgrammeRow.id == pages.programme_id).values(hybrid=True))
        db.execute(update(SessionRow).where(SessionRow.id == session.id).values(mode="in_person"))
    assert ben.post(f"{path}/way", {"way": "boat"}).status_code == 422
    page = told(ben, f"{path}/way", way="call", of_session=str(session.id))
    for said in (
        "You join this one by call.",
        "The others meet here: In person.",
        "2 in the room, 1 by call.",
        "There’s nothing to call",
    ):
        assert said in page
    assert "Ben Marrow by call" in words_of(pages.signed_in(RESIDENT).get(path).text)
    assert "By call Ben Marrow" in words_of(pages.signed_in(COORDINATOR).get(pages.path(path)).text)
    for email in OUTSIDERS:
        assert pages.signed_in(email).post(f"{path}/way", {"way": "call"}).status_code == 404
    assert "I’ll join by call this time" in told(ben, f"{path}/way", way="room", of_session=str(session.id))


def test_one_tap_says_that_somebody_takes_part_in_writing(pages: Pages) -> None:
    path = f"/sessions/{session_of(pages).id}"
    ben = pages.signed_in(BEN)
    assert "I’ll take part in writing" in words_of(ben.get(path).text)
    page = told(ben, f"{path}/writing", of_session=path.rsplit("/", 1)[-1])
    assert "Your group sees that you take part in writing." in page
    assert "You take part in writing." in page
    assert "I’ll take part in writing" not in page
    seen = words_of(pages.signed_in(RESIDENT).get(path).text)
    assert "Ben Marrow in writing" in seen
    assert "Ben Marrow can’t make it" not in seen
    session_id = path.rsplit("/", 1)[-1]
    desk = words_of(pages.signed_in(COORDINATOR).get(pages.path(f"/sessions/{session_id}")).text)
    assert "In writing Ben Marrow" in desk
    assert "Can’t come" not in desk
    with pages.database.reading() as db:
        key = db.get_one(SessionRow, int(session_id)).group_key
    [line] = [each for each in ben.get("/my-group").text.split("<li") if f"/sessions/{session_id}" in each][-1:]
    assert "in writing" in line, key
    assert "can’t make it" not in line
    for email in OUTSIDERS:
        assert pages.signed_in(email).post(f"{path}/writing", {}).status_code == 404
    page = told(ben, f"{path}/writing", stop="1", of_session=path.rsplit("/", 1)[-1])
    assert "Nobody expects anything in writing from you." in page
    assert "Ben Marrow can’t make it" in words_of(pages.signed_in(RESIDENT).get(path).text)


def test_anybody_in_the_group_writes_to_it_without_seeing_an_address(pages: Pages) -> None:
    path = f"/groups/{pages.programme_id}/g2/write"
    fay = pages.signed_in(FACILITATOR)
    page = fay.get(path).text
    assert OTHER_RESIDENT not in page
    number = re.findall(r'name="number" value="(\w+)"', page)[0]
    assert fay.post(path, {"text": " ", "number": number}).status_code == 422
    assert "Your message goes to 4 people in your group." in told(fay, path, text="See you on Monday.", number=number)
    assert "already been sent" in told(fay, path, text="See you on Monday.", number=number), "a reload sends nothing"
    with pages.database.reading() as db:
        letters = [row for row in db.scalars(select(MailRow)) if "See you on Monday." in row.text]
    assert len(letters) == len({row.address for row in letters}) == 4
    assert not [row for row in letters if "@example.org" in row.text.replace(row.address, "")]
    for email in (RESIDENT, SPARE, COORDINATOR, UNPLACED):
        assert pages.signed_in(email).get(path).status_code == 404
        assert pages.signed_in(email).post(path, {"text": "Hello"}).status_code == 404


def test_a_proposed_date_is_agreed_by_tap(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    page = ada.get(f"/groups/{pages.programme_id}/g1/dates").text
    starts_at = re.findall(r'name="starts_at" value="([^"]+)"', page)[0]
    assert "Saved." in told(ada, f"/groups/{pages.programme_id}/g1/dates", starts_at=starts_at)
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
        assert ("your dates are now certain" in page) == (number == len(people) - 1)
    assert "tentative" not in words_of(pages.signed_in(RESIDENT).get("/my-group").text)
    assert "all of you have agreed" in words_of(pages.signed_in(RESIDENT).get("/my-group").text)


def test_the_coordinator_adopts_a_charter_and_sees_how_many_groups_agreed(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    page = cora.get(pages.path("/charter")).text
    texts = dict(re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', page))
    assert set(texts) == set(PARTS)
    page = told(cora, pages.path("/charter"), **texts)
    assert "Version 1 is now the charter." in page
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
    assert "For another time Saying no to a shift" in page
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
    assert "look again on 9 Mar 2027" in page
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
    assert "1:00 hours and minutes, in 1 session that took place" in record
    answer = fay.get("/facilitating/record.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.count("Near-peer group 2") == 1
    cleo = words_of(pages.signed_in(OTHER_RESIDENT).get(f"/sessions/{session_of(pages, 'g2').id}").text)
    assert "of you came." in cleo or "hasn’t recorded who came yet" in cleo


def test_a_deputy_is_asked_accepts_and_has_all_they_need(pages: Pages) -> None:
    from scheduler.people.tables import ParticipantRow

    with pages.database.writing() as db:
        db.get_one(ParticipantRow, (pages.programme_id, pages.ids[SPARE])).models = {"near-peer": 1}
    adopt_a_charter(pages)
    session = session_of(pages, "g2")
    fay, gil = pages.signed_in(FACILITATOR), pages.signed_in(SPARE)
    path = f"/facilitating/deputy/{session.id}"
    assert "Gil Spare" in fay.get(path).text
    assert "No answer yet from Gil Spare" in told(fay, path, person=str(pages.ids[SPARE]), note="Finn is chairing.")
    page = gil.get("/facilitating").text
    assert "Fay Lantern would like you to stand in" in words_of(page)
    request = re.search(r'href="(/facilitating/requests/\d+)"', page)
    assert request
    asked = words_of(gil.get(request[1]).text)
    assert "Finn is chairing." in asked
    texts = [words_of(getattr(PROPOSED, part).replace("\n\n", " ")) for part in PARTS]
    assert not [text for text in texts if text not in asked], "nobody agrees to what they could not read"
    assert gil.post(request[1], {"answer": "1"}).status_code == 409, "the charter holds for deputies too"
    page = told(gil, request[1], answer="1", keeps_charter="1")
    assert "You’re standing in for Fay Lantern" in page
    assert "Cleo Thistle" in page
    assert "Gil Spare stands in for you" in words_of(fay.get("/facilitating").text)
    assert "Gil Spare deputy on" in words_of(pages.signed_in(OTHER_RESIDENT).get("/my-group").text)
    assert pages.signed_in(RESIDENT).get(request[1]).status_code == 404
    told(fay, f"{path}/back")
    assert "You’re standing in" not in words_of(gil.get("/facilitating").text)


def test_for_a_session_that_is_over_there_is_no_deputy_and_no_other_date(pages: Pages) -> None:
    session = session_of(pages, "g2")
    begin_the_past(pages)
    group = f"/groups/{pages.programme_id}/g2/dates"
    fay, cleo = pages.signed_in(FACILITATOR), pages.signed_in(OTHER_RESIDENT)
    for browser, path in ((fay, f"/facilitating/deputy/{session.id}"), (cleo, f"{group}?session={session.id}")):
        page = browser.get(path).text
        assert "This session has already begun or finished." in words_of(page), path
        assert 'method="post" action="/facilitating' not in page
        assert 'name="starts_at"' not in page
        assert "Too few of you" not in words_of(page)
    assert "already begun or finished" not in words_of(cleo.get(group).text), "an extra one may still be"


def test_a_clash_with_a_clinic_is_shown_beside_the_date(pages: Pages) -> None:
    away_for_the_term(pages, FACILITATOR)
    page = words_of(pages.signed_in(FACILITATOR).get("/facilitating").text)
    assert page.count("you can’t lead this one: long leave") == 3
    assert page.count("Ask a deputy") == 3


def test_thanks_reach_the_facilitators_page(pages: Pages) -> None:
    cleo = pages.signed_in(OTHER_RESIDENT)
    path, fay = f"/groups/{pages.programme_id}/g2/thanks", str(pages.ids[FACILITATOR])
    told(cleo, path, to=fay, text="You listened.", signed="1")
    told(cleo, path, to=fay, text="It helped.")
    page = words_of(pages.signed_in(FACILITATOR).get("/facilitating/record").text)
    assert "You listened. Cleo Thistle," in page
    assert "It helped. someone from one of your groups," in page


def test_pages_of_a_group_are_small_and_need_no_script(pages: Pages) -> None:
    adopt_a_charter(pages)
    free_all_week(pages)
    pages.signed_in(RESIDENT).post(f"/sessions/{session_of(pages).id}/cannot")
    pages.signed_in(BEN).post(f"/sessions/{session_of(pages).id}/thread", {"question": "What next?"})
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
    assert ada.post(path, {"name": "Friday circle", "mode": "video"}).status_code == 422, "she is in a group"
    page = told(ada, path, name="Friday circle", mode="video", leaves="1")
    code = re.search(r"Code to share: (\w+ \w+)", page)
    assert code
    assert "You’ve joined Friday circle." in told(ben, f"{path}/join", code=code[1], leaves="1")
    assert ben.post(f"{path}/join", {"code": "nosuchcode", "leaves": "1"}).status_code == 409
    assert "You’ve left the group." in told(ben, f"{path}/leave/1")


def test_nobody_is_taken_out_of_their_group_unasked(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    ada, zoe = pages.signed_in(RESIDENT), pages.signed_in(UNPLACED)
    assert "You’re in Peer group 1 now." in words_of(ada.get(path).text)
    refused = ada.post(f"{path}/join", {"code": "whatever22"})
    assert refused.status_code == 422
    assert "You’re in Peer group 1. Tick the box if you want to leave it." in words_of(refused.text)
    assert "whatever22" in refused.text, "what was typed is still there"
    assert "when the next plan is published" not in words_of(zoe.get(path).text)
    assert "Your group is ready." in told(zoe, path, name="Late circle", mode="video")


def test_a_mentor_takes_no_more_groups_than_they_have_offered(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    ada, fay = pages.signed_in(RESIDENT), pages.signed_in(FACILITATOR)
    told(ada, f"{path}/ask", to=str(pages.ids[FACILITATOR]), text="Would you guide me?", leaves="1")
    refused = fay.post(f"{path}/questions/1", {"answer": "1"})
    assert refused.status_code == 409
    assert "You’ve offered to take 1 group, and you already have it." in words_of(refused.text)
    assert "no answer yet" in words_of(ada.get(path).text)
    with pages.database.writing() as db:
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == pages.ids[FACILITATOR]).values(capacity=2))
    assert "Thank you." in told(fay, f"{path}/questions/1", answer="1")


def test_who_looks_for_a_group_can_be_found(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    assert "Take me off the list" in told(pages.signed_in(UNPLACED), f"{path}/looking", words="Back in May")
    assert "Zoe Left : Back in May" in words_of(pages.signed_in(RESIDENT).get(path).text)
    assert "Back in May" not in pages.signed_in(FACILITATOR).get(path).text


def test_somebody_asked_answers_in_private(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    ada, gil = pages.signed_in(RESIDENT), pages.signed_in(SPARE)
    asked = {"to": str(pages.ids[SPARE]), "text": "Would you guide me?"}
    refused = ada.post(f"{path}/ask", asked)
    assert refused.status_code == 422
    assert "Tick the box if you want to leave it." in words_of(refused.text)
    assert "no answer yet" in told(ada, f"{path}/ask", **asked, leaves="1")
    assert "Ada Quill has asked you something" in words_of(gil.get("/facilitating").text)
    assert "Would you guide me?" in gil.get(path).text
    for email in (BEN, FACILITATOR):
        assert "Would you guide me?" not in pages.signed_in(email).get(path).text
        assert pages.signed_in(email).post(f"{path}/questions/1", {"answer": "1"}).status_code == 404
    assert "Thank you." in told(gil, f"{path}/questions/1", answer="1")
    assert "said yes" in words_of(ada.get(path).text)


def marks_in(page: str) -> list[str]:
    return re.findall(r'name="once" value="([^"]+)"', page)


def test_reloading_after_a_concern_sends_it_no_second_time(pages: Pages) -> None:
    path = f"/concern/{pages.programme_id}"
    ada = pages.signed_in(RESIDENT)
    sent = {"kind": "other", "text": "He laughed at my accent.", "once": marks_in(ada.get(path).text)[0]}
    first = ada.post(path, sent)
    assert "we show it only once" in words_of(first.text)
    again = told(ada, path, **sent)
    assert "You’d already sent this, so it wasn’t sent again." in again
    with pages.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(ConcernRow)) == 1


def test_a_refused_form_can_be_sent_again(pages: Pages) -> None:
    path = f"/concern/{pages.programme_id}"
    ada = pages.signed_in(RESIDENT)
    mark = marks_in(ada.get(path).text)[0]
    assert ada.post(path, {"kind": "weather", "text": "He laughed.", "once": mark}).status_code == 422
    answer = ada.post(path, {"kind": "other", "text": "He laughed.", "once": mark})
    assert "we show it only once" in words_of(answer.text)


def test_a_calendar_link_is_made_once_however_often_its_page_is_reloaded(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    made = {"purpose": "person", "once": marks_in(ada.get("/calendar").text)[0]}
    assert ada.post("/calendar", made).status_code == 200
    assert ada.post("/calendar", made).status_code == 303
    with pages.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(FeedRow)) == 1


def test_every_form_has_a_mark_of_its_own(pages: Pages) -> None:
    marks = marks_in(pages.signed_in(RESIDENT).get("/my-group").text)
    assert len(marks) == len(set(marks)) > 3


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


def test_people_who_meet_already_ask_each_other_in_private(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    ada, ben, zoe = (pages.signed_in(email) for email in (RESIDENT, BEN, "zoe.left@example.org"))
    page = words_of(zoe.get(path).text)
    assert "being asked is usually a compliment" in page
    assert "Our talks over coffee" in page
    sent = {"name": "Coffee", "people": f"{BEN}\n", "mode": "video", "text": "Shall we make it regular?"}
    refused = zoe.post(f"{path}/already", {**sent, "people": "nobody@example.org"})
    assert refused.status_code == 422
    assert "can’t find nobody@example.org" in words_of(refused.text)
    assert "Shall we make it regular?" in refused.text
    assert ada.post(f"{path}/already", sent).status_code == 422, "Ada would leave her group, and has not said so"
    assert zoe.post(f"{path}/already", {**sent, "people": "ben marrow"}).status_code == 303
    assert "Zoe Left would like to make Coffee" in words_of(ben.get(path).text)
    for email in (COORDINATOR, RESIDENT):
        assert "Shall we make it regular?" not in pages.signed_in(email).get(path).text
    assert ben.post(f"{path}/questions/1", {"answer": "1"}).status_code == 422, "he would leave his group"
    assert ben.post(f"{path}/questions/1", {"answer": "0"}).status_code == 303
    assert "not this time" in words_of(zoe.get(path).text)
    assert zoe.post(f"{path}/already", sent).status_code == 303
    assert ben.post(f"{path}/questions/2", {"answer": "1", "leaves": "1"}).status_code == 303
    assert "Ben Marrow, Zoe Left" in words_of(zoe.get(path).text)


def test_the_first_session_begins_with_what_each_hopes_for_and_no_other_does(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    with pages.database.reading() as db:
        wanted = select(SessionRow.id).where(SessionRow.group_key == "g1").order_by(SessionRow.starts_at)
        first, second, *_ = db.scalars(wanted)
    page = words_of(ada.get(f"/sessions/{first}").text)
    assert "what each of you hopes for, in your own words" in page
    assert "What is said in the group stays in the group." in page
    assert "what each of you hopes for, in your own words" not in words_of(ada.get(f"/sessions/{second}").text)
    with pages.database.writing() as db:
        db.get_one(SessionRow, first).status = SessionStatus.CANCELLED
    assert "what each of you hopes for, in your own words" in words_of(ada.get(f"/sessions/{second}").text)


def test_a_further_mentor_s_yes_brings_the_dates_at_once_and_a_group_asks_for_its_own(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    ada, gil, ben = (pages.signed_in(email) for email in (RESIDENT, SPARE, BEN))
    here = World(pages.database, pages.programme_id, actor(1, pages.programme_id))
    say_marks(here, dict.fromkeys((pages.ids[RESIDENT], pages.ids[SPARE], pages.ids[BEN]), "2"))
    with pages.database.writing() as db:
        change_conduct(db, OPERATOR, pages.programme_id, Conduct(several_groups=True), clock.now())
        everybody_is_ready(db, pages.programme_id)
    assert "if some can be found around all your other groups, and otherwise" in words_of(ada.get(path).text)
    told(ada, f"{path}/ask", to=str(pages.ids[SPARE]), text="For the exam?", purpose="Exams")
    page = told(gil, f"{path}/questions/1", answer="1")
    assert "You’ve joined the group. Your group has 3 dates." in page
    assert "Mentoring for two" in words_of(ada.get("/my-group").text)
    assert "Find our dates now" not in words_of(ada.get(path).text)
    told(ben, path, name="Friday circle", mode="video")
    assert "Find our dates now" not in words_of(ben.get(path).text), "he is alone in it"
    with pages.database.reading() as db:
        group = db.scalars(select(OwnGroupRow).where(OwnGroupRow.name == "Friday circle")).one()
    assert gil.post(f"{path}/dates/{group.id}", {}).status_code == 404
    told(ada, f"{path}/join", code=group.code)
    assert "Your group has 3 dates." in told(ben, f"{path}/dates/{group.id}")
    assert ada.post(f"{path}/dates/{group.id}", {}).status_code == 409, "once is enough"


def test_a_session_suggests_what_to_talk_about_and_so_does_its_group(pages: Pages) -> None:
    """The first has a beginning of its own; then work and life take turns."""
    browser = pages.signed_in(RESIDENT)
    addresses = sorted(set(re.findall(r'href="(/sessions/\d+)"', browser.get("/my-group").text)))
    texts = [browser.get(address).text for address in addresses]
    assert sum("this time about work" in text for text in texts) == 1
    assert sum("this time about yourselves" in text for text in texts) == 1
