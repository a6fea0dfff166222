"""From an invitation to a place in the plan, and out again: as residents, facilitators and coordinators do it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedRow
from scheduler.enrolment.people_import import import_people
from scheduler.joining.tables import AnswerRow, JoiningRow
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import WishRow
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.publishing.leavers import leave
from scheduler.sessions.service import own_groups
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.builders import actor, people_csv, person_line
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    UNPLACED,
    Browser,
    Pages,
    code_of,
    everything_stored,
    words_of,
)

BUDGET_BYTES = 60_000
STEPS = ("kind", "topics", "ways", "facilitators", "people", "needs")


def join(pages: Pages, rest: str = "") -> str:
    return f"/join/{pages.programme_id}{rest}"


def invited(pages: Pages, email: str) -> Browser:
    """Somebody who has opened their invitation and typed its code."""
    pages.signed_in(COORDINATOR).post(pages.path("/joining/invite"), {"chosen": "1", "person": pages.ids[email]})
    with pages.database.reading() as db:
        text = db.scalars(select(MailRow.text).where(MailRow.address == email)).one()
    link = re.search(r"/sign-in/\S+", text)
    assert link
    browser = pages.stranger()
    assert browser.post(link[0], {"code": code_of(text)}).headers["Location"] == join(pages)
    return browser


def answer(pages: Pages, browser: Browser) -> None:
    data = {
        "kind": {"model-peer": "3", "model-near-peer": "1", "model-vertical": "0"},
        "topics": {"topic": ["careers", "exams"]},
        "ways": {"way-phone": "1", "way-video": "2", "way-in_person": "0"},
        "facilitators": {"choice": str(pages.ids[FACILITATOR]), "external": "prefer"},
        "people": {},
        "needs": {"true": "part-time", "company": "parent or carer", "firm": "part-time", "needs": "Captions"},
    }
    for step in STEPS:
        assert browser.get(join(pages, f"/{step}")).status_code == 200
        assert browser.post(join(pages, f"/{step}"), data[step]).status_code == 303, step


def test_what_it_is_stands_before_any_question(pages: Pages) -> None:
    page = words_of(invited(pages, RESIDENT).get(join(pages)).text)
    for said in ("3 sessions", "60 minutes each", "about 3 hours", "It isn’t assessment or supervision",
                 "Who can see what", "How to leave", "Olga Oversight", "Cora Coordinator"):  # fmt: skip
        assert said in page
    assert page.index("Yes, count me in") < page.index("What it is")


def test_the_way_leads_through_six_steps_and_every_one_is_kept(pages: Pages) -> None:
    browser = invited(pages, RESIDENT)
    at = browser.post(join(pages, "/yes")).headers["Location"]
    assert at == join(pages, "/kind")
    assert "Step 1 of 6" in words_of(browser.get(at).text)
    at = browser.post(at, {"model-peer": "3"}).headers["Location"]
    assert at == join(pages, "/topics")
    again = pages.signed_in(RESIDENT)
    assert "Carry on: What to talk about" in words_of(again.get(join(pages)).text)
    assert 'value="3" selected' in again.get(join(pages, "/kind")).text
    answer(pages, again)
    page = words_of(again.get(join(pages)).text)
    assert "Thank you, you’ve answered everything" in page
    for said in ("Peer group, Near-peer group", "careers, exams", "by phone, by video", "Fay Lantern", "part-time"):
        assert said in page
    needs = again.get(join(pages, "/needs")).text
    assert needs.count("Captions</textarea>") == 1
    ticked = re.findall(r'name="(company|firm)" value="([^"]+)" checked', needs)
    assert ticked == [("company", "part-time"), ("firm", "part-time"), ("company", "parent or carer")]


def test_who_is_new_says_so_once_and_can_take_it_back(pages: Pages) -> None:
    browser = invited(pages, RESIDENT)
    browser.post(join(pages, "/yes"))
    asked = browser.get(join(pages, "/kind")).text
    assert "within 28 days of the start" in words_of(asked)
    assert 'name="new_here" value="1">' in asked
    for sent, ticked in (({"new_here": "1"}, True), ({}, False)):
        browser.post(join(pages, "/kind"), {"model-peer": "3", **sent})
        assert ('name="new_here" value="1" checked>' in browser.get(join(pages, "/kind")).text) is ticked
        assert ("new here" in words_of(browser.get(join(pages)).text)) is ticked
    with pages.database.writing() as db:
        db.get_one(ProgrammeRow, pages.programme_id).early_days = 0
    assert "new_here" not in browser.get(join(pages, "/kind")).text, "a programme that makes no use of it does not ask"


def test_who_names_several_is_told_that_one_for_everybody_comes_first(pages: Pages) -> None:
    browser, said = invited(pages, RESIDENT), "everyone one of the people they named before anyone gets a second"
    browser.post(join(pages, "/yes"))
    assert said in words_of(browser.get(join(pages, "/people")).text)
    with pages.database.writing() as db:
        db.get_one(ProgrammeRow, pages.programme_id).weights = {"want_any": 0}
    assert said not in words_of(browser.get(join(pages, "/people")).text)


def test_every_page_of_the_way_is_small(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    style, script = (len(browser.get(f"/static/{name}").data) for name in ("style.css", "joining.js"))
    for path in ("", *(f"/{step}" for step in STEPS), "/leave"):
        assert len(browser.get(join(pages, path)).data) + style + script < BUDGET_BYTES / 2, path


def test_many_facilitators_are_looked_for_by_name_and_the_chosen_ones_stay_in_sight(pages: Pages) -> None:
    lines = [person_line(f"Senior N{number}", role="faculty", models="vertical") for number in range(60)]
    with pages.database.writing() as db:
        import_people(db, OPERATOR, pages.programme_id, people_csv(*lines), clock.now())
    browser, path = pages.signed_in(RESIDENT), join(pages, "/facilitators")
    browser.post(path, {"choice": str(pages.ids[FACILITATOR])})
    assert browser.get(path).text.count('name="choice"') == 41
    found = words_of(browser.get(f"{path}?name=n59").text)
    assert "62 people have offered to facilitate" in found
    assert "Senior N59" in found
    assert "Senior N58" not in found
    assert "Fay Lantern" in found, "or saving the page would forget her"


def test_nobody_sees_who_chose_whom_and_no_list_of_facilitators_has_a_grade(pages: Pages) -> None:
    fay, desk, group = pages.signed_in(FACILITATOR), pages.signed_in(COORDINATOR), f"/groups/{pages.programme_id}/g2"
    person = pages.path(f"/people/{pages.ids[RESIDENT]}")
    theirs = [(fay, where) for where in ("/facilitating", "/facilitating/record", join(pages), group)]
    theirs += [(desk, where) for where in (pages.path("/people"), person, pages.path("/export/people.csv"))]

    def read() -> list[str]:
        return [words_of(browser.get(where).text) for browser, where in theirs]

    resident = pages.signed_in(RESIDENT)
    resident.post(join(pages, "/facilitators"), {"external": ""})
    before = read()
    resident.post(join(pages, "/facilitators"), {"choice": str(pages.ids[FACILITATOR])})
    with pages.database.reading() as db:
        assert db.scalars(select(WishRow.about_id).where(WishRow.kind == "choice")).one() == pages.ids[FACILITATOR]
    assert read() == before
    with pages.database.writing() as db:
        lines = (person_line("Senior Marker", role="faculty", models="near-peer", stage="7"),)
        import_people(db, OPERATOR, pages.programme_id, people_csv(*lines), clock.now())
    shown = words_of(resident.get(join(pages, "/facilitators") + "?name=marker").text)
    assert "Senior Marker" in shown
    assert "7" not in shown.split("Senior Marker")[1].split("Which site")[0]


def test_people_are_found_added_and_taken_off_without_scripts(pages: Pages) -> None:
    browser, path = pages.signed_in(RESIDENT), join(pages, "/people")
    found = browser.post(path, {"wish": "avoid", "name": "thistle", "find": "1"})
    assert found.status_code == 200
    assert "Cleo Thistle" in words_of(found.text)
    cleo = pages.ids[OTHER_RESIDENT]
    assert "I’d rather not be with" in browser.post(path, {"wish": "avoid", "person": cleo, "add": "1"}).text
    with pages.database.reading() as db:
        assert [(row.about_id, row.kind) for row in db.scalars(select(WishRow))] == [(cleo, "avoid")]
    assert "Cleo Thistle" in words_of(browser.get(path).text)
    browser.post(path, {"wish": "want", "person": cleo, "add": "1"})
    with pages.database.reading() as db:
        assert [row.kind for row in db.scalars(select(WishRow))] == ["want"], "nobody is on both lists"
    browser.post(path, {"wish": "want", "person": cleo, "drop": "1"})
    assert "Cleo Thistle" not in words_of(browser.get(path).text)


def test_not_with_is_seen_by_nobody_but_its_author(pages: Pages) -> None:
    browser, cleo = pages.signed_in(RESIDENT), pages.ids[OTHER_RESIDENT]
    others = {email: pages.signed_in(email) for email in (OTHER_RESIDENT, FACILITATOR, COORDINATOR, OVERSEER)}
    looked_at = {
        OTHER_RESIDENT: ("/my-group", join(pages), join(pages, "/people"), "/availability"),
        FACILITATOR: ("/facilitating", join(pages), join(pages, "/people")),
        COORDINATOR: (pages.path(), pages.path("/people"), pages.path("/joining"), pages.path("/availability")),
        OVERSEER: (f"/oversight/{pages.programme_id}",),
    }

    def seen() -> list[str]:
        return [words_of(others[email].get(path).text) for email, paths in looked_at.items() for path in paths]

    browser.post(join(pages, "/people"), {})
    before = seen()
    browser.post(join(pages, "/people"), {"wish": "avoid", "person": cleo, "add": "1"})
    assert seen() == before
    assert "Cleo Thistle" not in words_of(browser.get(join(pages)).text), "nor over a shoulder"


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("kind", {"model-peer": "9"}),
        ("kind", {"model-peer": "0"}),
        ("topics", {"topic": ["a", "b"]}),
        ("ways", {"way-phone": "0"}),
        ("facilitators", {"choice": "x"}),
        ("facilitators", {"choice": "999999"}),
        ("needs", {"needs": "x" * 601}),
    ],
)
def test_what_cannot_be_is_said_beside_the_question_and_nothing_changes(
    pages: Pages, step: str, data: dict[str, str]
) -> None:
    browser = pages.signed_in(RESIDENT)
    before = everything_stored(pages.database)
    answer = browser.post(join(pages, f"/{step}"), data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    after = everything_stored(pages.database)
    for table in ("participant", "wish", "joining_answer"):
        assert after[table] == before[table]


def test_leaving_takes_one_tap_and_ends_everything(pages: Pages) -> None:
    browser, me = pages.signed_in(RESIDENT), pages.ids[RESIDENT]
    with pages.database.writing() as db:
        subject = Subject(Purpose.RESIDENT, pages.programme_id)
        feed = open_feed(db, actor(me, pages.programme_id, Role.RESIDENT), subject, clock.now())
    assert "Yes, leave" in browser.get(join(pages, "/leave")).text
    assert browser.post(join(pages, "/leave")).headers["Location"] == "/join"
    with pages.database.reading() as db:
        assert db.scalars(select(FeedRow.ended_at).where(FeedRow.id == feed.feed_id)).one() is not None
        ahead = select(AttendeeRow).join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        assert db.scalars(ahead.where(AttendeeRow.person_id == me, SessionRow.starts_at > clock.now())).all() == []
    assert browser.get("/my-group").status_code == 404
    assert "You’ve left this programme." in words_of(browser.get("/join").text)
    assert browser.get("/").headers["Location"] == "/join"
    ben = actor(pages.ids["ben.marrow@example.org"], pages.programme_id, Role.RESIDENT)
    with pages.database.reading() as db:
        [group] = own_groups(db, ben)
    assert group.left == ("Ada Quill",)
    assert "Ada Quill" not in group.residents
    mates = words_of(pages.signed_in("ben.marrow@example.org").get("/my-group", follow_redirects=True).text)
    assert "No longer in the group: Ada Quill" in mates
    assert "has left" in words_of(pages.signed_in(COORDINATOR).get(pages.path("/joining")).text)


def test_whoever_comes_back_keeps_their_answers_and_waits_for_a_group(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    answer(pages, browser)
    browser.post(join(pages, "/leave"))
    assert browser.post(join(pages, "/back")).headers["Location"] == join(pages)
    assert "careers, exams" in words_of(browser.get(join(pages)).text)
    page = words_of(browser.get("/my-group").text)
    assert "Peer group 1" not in page, "a group is not walked into again by the back door"
    assert "You’re not in a group yet" in page


def test_coordinators_see_how_far_people_are_and_what_was_left_for_them(pages: Pages) -> None:
    answer(pages, pages.signed_in(RESIDENT))
    pages.signed_in(OTHER_RESIDENT).post(join(pages, "/yes"))
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/joining")).text)
    assert "1 of 11 have answered" in page
    assert "1 has started. 9 have not started." in page
    assert "Needs: Captions" in page
    assert "careers" not in page.partition("Questions")[0], "answers are not the coordinator's to read"


def test_what_is_asked_can_be_changed_and_ends_on_its_last_day(pages: Pages) -> None:
    coordinator, browser = pages.signed_in(COORDINATOR), pages.signed_in(RESIDENT)
    form = {"topics": "sailing\nknots\n\nknots", "circumstances": "left-handed"}
    past = coordinator.post(pages.path("/joining/questions"), {**form, "last_day": "2020-01-01"})
    assert past.status_code == 422
    assert "has passed. Choose a day that is still to come." in words_of(past.text)
    assert coordinator.post(pages.path("/joining/questions"), form).status_code == 303
    with pages.database.writing() as db:
        db.get_one(JoiningRow, pages.programme_id).last_day = date(2020, 1, 1)
    kept = {**form, "last_day": "2020-01-01"}
    assert coordinator.post(pages.path("/joining/questions"), kept).status_code == 303, "a day that has passed stays"
    page = words_of(browser.get(join(pages, "/topics")).text)
    assert "sailing knots" in page
    assert "careers" not in page
    refused = browser.post(join(pages, "/topics"), {"topic": "sailing"})
    assert refused.status_code == 409
    browser.post(join(pages, "/yes"))
    assert "Ask to change my answers" in browser.get(join(pages)).text
    browser.post(join(pages, "/request"), {"note": "A new post"})
    page = coordinator.get(pages.path("/joining")).text
    assert "A new post" in page
    [request_id] = re.findall(r"/joining/requests/(\d+)", page)
    coordinator.post(pages.path(f"/joining/requests/{request_id}"), {"grant": "1"})
    assert browser.post(join(pages, "/topics"), {"topic": "sailing"}).status_code == 303


def test_a_last_day_that_is_no_day_is_refused(pages: Pages) -> None:
    refused = pages.signed_in(COORDINATOR).post(pages.path("/joining/questions"), {"last_day": "soon"})
    assert refused.status_code == 422


def test_facilitators_say_who_they_are_what_they_offer_and_whom_they_may_not_lead(pages: Pages) -> None:
    browser, resident = pages.signed_in(FACILITATOR), pages.signed_in(RESIDENT)
    browser.post(join(pages, "/yes"))
    browser.post(join(pages, "/portrait"), {"text": "I sail, and I listen.", "deputy": "1"})
    browser.post(join(pages, "/offer"), {"model": ["near-peer"], "groups": "2"})
    found = browser.post(join(pages, "/people"), {"name": "finn", "find": "1"})
    [finn] = re.findall(r'name="person" value="(\d+)" checked', found.text)
    browser.post(join(pages, "/people"), {"person": finn, "kind": "supervises", "until": "", "add": "1"})
    browser.post(join(pages, "/conduct"), {"signs": "1", "done-facilitation": "2026-01-31"})
    page = words_of(browser.get(join(pages)).text)
    assert "1 person on record" in page
    assert "signed" in page
    assert "I sail, and I listen." in words_of(resident.get(join(pages, "/facilitators")).text)
    assert "2 groups" in page
    browser.post(join(pages, "/offer"), {"model": ["near-peer"], "groups": "1"})
    assert "1 group " in words_of(browser.get(join(pages)).text)


def test_the_oversight_contact_sees_counts_and_what_went_wrong_since(pages: Pages) -> None:
    overseer, path = pages.signed_in(OVERSEER), f"/oversight/{pages.programme_id}"
    assert overseer.get("/").headers["Location"] == path
    page = words_of(overseer.get(path).text)
    assert "Nobody is in a group with someone who has power over them" in page
    pages.signed_in(RESIDENT).post(join(pages, "/leave"))
    finn = pages.ids["finn.oak@example.org"]
    pages.signed_in(FACILITATOR).post(join(pages, "/people"), {"person": finn, "kind": "supervises", "add": "1"})
    page = words_of(overseer.get(path).text)
    assert "1 pair of people must not be in the same group" in page
    assert "Residents 8 1" in page
    for name in ("Ada Quill", "Finn Oak", "Fay Lantern"):
        assert name not in page


def test_the_oversight_contact_is_never_a_coordinator(pages: Pages) -> None:
    coordinator = pages.signed_in(COORDINATOR)
    for name, email, role in (("Cora", COORDINATOR, "oversight"), ("Olga", OVERSEER, "coordinator")):
        refused = coordinator.post(pages.path("/offices"), {"name": name, "email": email, "role": role})
        assert refused.status_code == 409
        assert "can’t also be a coordinator of the programme" in words_of(refused.text)
    added = coordinator.post(pages.path("/offices"), {"name": "Ned", "email": "ned@example.org", "role": "oversight"})
    assert added.status_code == 303
    assert "Asked, not accepted yet Ned" in words_of(coordinator.get(pages.path("/offices")).text)


def test_no_is_one_tap_and_no_leaving(pages: Pages) -> None:
    browser = invited(pages, UNPLACED)
    page = browser.get(join(pages)).text
    assert f'action="{join(pages, "/no")}"' in page
    assert browser.post(join(pages, "/no")).headers["Location"] == "/join"
    words = words_of(browser.get("/join").text)
    assert "Thank you for telling us." in words
    assert "You’ve said no to this programme." in words
    assert "left" not in words
    listed = words_of(pages.signed_in(COORDINATOR).get(pages.path("/joining")).text)
    assert "said no" in listed
    browser.post(join(pages, "/back"))
    again = words_of(browser.get("/my-group").text)
    assert "The groups were published before you joined." in again
    assert "there wasn’t a place for you" not in again


def test_who_is_in_a_group_already_leaves_instead(pages: Pages) -> None:
    browser = invited(pages, RESIDENT)
    page = browser.get(join(pages)).text
    assert join(pages, "/leave") in page
    assert join(pages, "/no") not in page
    assert browser.post(join(pages, "/no")).status_code == 409


def test_where_only_a_yes_is_planned_every_way_leads_to_inviting(pages: Pages) -> None:
    """The steps of setting up, the plan that finds nobody, and what is said of people who are added or come back."""
    cora, zoe = pages.signed_in(COORDINATOR), pages.path(f"/people/{pages.ids[UNPLACED]}")
    assert "have said yes" not in cora.get(pages.path("/setting-up")).text
    assert "Until then they can be planned" in words_of(cora.get(pages.path("/people/new")).text)
    with pages.database.writing() as db:
        db.get_one(JoiningRow, pages.programme_id).only_joined = True
        db.get_one(RunRow, pages.run_id).state = RunState.CANCELLED
    page = cora.get(pages.path("/setting-up"))
    assert f"0 of {len(pages.ids)} people have said yes. {len(pages.ids)} haven’t been invited yet." in words_of(
        page.text
    )
    refused = cora.post(pages.path("/runs"), {"seconds": "30"})
    assert refused.status_code == 409
    assert "No resident has said yes yet" in refused.text
    assert f'<a href="{pages.path("/joining")}">Invite them' in refused.text
    assert "Nobody is planned before they say yes." in words_of(cora.get(pages.path("/people/new")).text)
    answer(pages, invited(pages, UNPLACED))
    with pages.database.writing() as db:
        db.get_one(AnswerRow, (pages.programme_id, pages.ids[UNPLACED])).invited_at = None
    said = words_of(cora.get(pages.path("/setting-up")).text)
    assert f"1 of {len(pages.ids)} people have said yes. {len(pages.ids) - 1} haven’t been invited yet." in said
    for said_yes, words in ((True, "looks for a group"), (False, "planned once they say yes")):
        with pages.database.writing() as db:
            leave(db, OPERATOR, pages.programme_id, clock.now(), person_id=pages.ids[UNPLACED])
            if not said_yes:
                db.get_one(AnswerRow, (pages.programme_id, pages.ids[UNPLACED])).agreed_at = None
        assert cora.post(f"{zoe}/back", {"once": words}).status_code == 303
        assert words in cora.get(zoe).text


def test_what_the_hospitals_list_says_is_seen_and_put_right(pages: Pages) -> None:
    cleo, there = pages.signed_in(OTHER_RESIDENT), f"/join/{pages.programme_id}"
    assert cleo.post(f"{there}/yes").status_code == 303
    seen = re.search(r'name="seen" value="([^"]*)"', cleo.get(there).text.split("/listed")[1])
    assert seen
    form = {"specialty": "Surgery", "mentor_level": "Professor", "seen": seen[1]}
    assert cleo.post(f"{there}/listed", form).status_code == 303
    page = cleo.get(there).text
    assert 'value="Surgery"' in page
    assert "Professor" not in page, "a resident has no level"
    assert cleo.post(f"{there}/listed", {**form, "specialty": "Typed in another tab"}).status_code == 409
    assert cleo.get(f"{there}/listed").status_code in (302, 303, 404)
    assert pages.signed_in(COORDINATOR).post(f"{there}/listed", form).status_code == 404
