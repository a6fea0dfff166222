"""What is asked openly, on its pages: answered and deleted by its author, and read by nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.joining.questions import row_of_questions
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow
from scheduler.publishing.service import publish
from scheduler.publishing.unmet_wishes import keep_unmet_wishes
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    UNPLACED,
    Pages,
    everything_stored,
    words_of,
)

MATE = "ben.marrow@example.org"
ANSWER = {"own-faith": "Zoroastrian", "wish-faith": "like", "company-faith": "rather"}
SECRETS = ("zoroastrian", "faith:", "someone like you")


def join(pages: Pages, rest: str = "") -> str:
    return f"/join/{pages.programme_id}{rest}"


def part_of(pages: Pages, email: str) -> ParticipantRow:
    with pages.database.reading() as db:
        row = db.get_one(ParticipantRow, (pages.programme_id, pages.ids[email]))
        db.expunge(row)
        return row


def is_told(pages: Pages) -> None:
    with pages.database.writing() as db:
        keep_unmet_wishes(db, pages.programme_id, clock.now())


def test_the_page_says_what_for_who_reads_it_and_how_to_delete_it(pages: Pages) -> None:
    page = pages.signed_in(RESIDENT).get(join(pages, "/about-me"))
    said = words_of(page.text)
    for words in ("It’s optional.", "What it’s for:", "Who reads it:", "How to delete it:", "availability page",
                  "Write to Cora Coordinator"):  # fmt: skip
        assert words in said
    assert " checked" not in page.text, "nothing is filled in for anybody"
    assert "answered" not in said.replace("not answered", "")


def test_answers_are_saved_changed_and_deleted_on_one_page(pages: Pages) -> None:
    browser, path = pages.signed_in(RESIDENT), join(pages, "/about-me")
    assert browser.post(path, {**ANSWER, "own-gender": "woman"}).status_code == 303
    row = part_of(pages, RESIDENT)
    assert (row.traits, row.like, row.together) == (
        {"faith": "Zoroastrian", "gender": "woman"}, ["faith"], {"faith": False},
    )  # fmt: skip
    assert 'value="Zoroastrian"' in browser.get(path).text
    browser.post(f"{path}/delete", {"category": "gender"})
    assert part_of(pages, RESIDENT).traits == {"faith": "Zoroastrian"}
    browser.post(f"{path}/delete")
    assert part_of(pages, RESIDENT).traits == {}


def test_facilitators_answer_on_the_same_page(pages: Pages) -> None:
    browser = pages.signed_in(FACILITATOR)
    browser.post(join(pages, "/yes"))
    assert "About you: answer, change or delete" in words_of(browser.get(join(pages)).text)
    assert browser.post(join(pages, "/about-me"), {"own-faith": "Zoroastrian"}).status_code == 303
    assert part_of(pages, FACILITATOR).traits == {"faith": "Zoroastrian"}


def test_the_way_in_leads_there_from_joining_and_from_the_account(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    for path in ("/account", join(pages, "/needs")):
        assert join(pages, "/about-me") in browser.get(path).text, path


def test_answers_may_be_changed_after_the_last_day(pages: Pages) -> None:
    with pages.database.writing() as db:
        row_of_questions(db, pages.programme_id).last_day = date(2020, 1, 1)
    assert pages.signed_in(RESIDENT).post(join(pages, "/about-me"), ANSWER).status_code == 303


@pytest.mark.parametrize(
    "data",
    [
        {"own-faith": "x" * 61},
        {"own-faith": "Sikh", "wish-faith": "everyone"},
        {"own-faith": "Sikh", "company-faith": "2"},
        {"own-faith": "", "wish-faith": "like"},
        {"own-faith": "", "value-faith": "forged"},
    ],
)
def test_what_cannot_be_is_told_at_its_field(pages: Pages, data: dict[str, str]) -> None:
    refused = pages.signed_in(RESIDENT).post(join(pages, "/about-me"), data)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert part_of(pages, RESIDENT).traits == {}


def test_forged_categories_are_no_questions_and_change_nothing(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    before = everything_stored(pages.database)["participant"]
    browser.post(join(pages, "/about-me"), {"own-religion": "x", "wish-religion": "like"})
    assert browser.post(join(pages, "/about-me/delete"), {"category": "religion"}).status_code == 422
    assert everything_stored(pages.database)["participant"] == before


@pytest.mark.parametrize("path", ["/about-me", "/about-me/delete", "/place/decide", "/place/another", "/place/wait"])
def test_whoever_takes_no_part_finds_no_such_page(pages: Pages, path: str) -> None:
    for email in (COORDINATOR, OVERSEER, STRANGER_COORDINATOR):
        browser = pages.signed_in(email)
        assert browser.post(join(pages, path), {"choice": "stay"}).status_code == 404, email
        if path == "/about-me":
            assert browser.get(join(pages, path)).status_code == 404
            assert browser.get(join(pages, "/place")).status_code == 404


def test_only_the_coordinator_sets_what_is_asked(pages: Pages) -> None:
    path = pages.path("/joining/openly")
    for email in (RESIDENT, FACILITATOR, OVERSEER, STRANGER_COORDINATOR):
        assert pages.signed_in(email).get(path).status_code == 404
        assert pages.signed_in(email).post(path, {"asked": "gender"}).status_code == 404
    cora = pages.signed_in(COORDINATOR)
    pages.signed_in(RESIDENT).post(join(pages, "/about-me"), ANSWER)
    assert (
        cora.post(path, {"asked": ["gender"], "values-gender": "woman\n\nman", "purpose": "For pairs."}).status_code
        == 303
    )
    page = pages.signed_in(RESIDENT).get(join(pages, "/about-me")).text
    assert '<option value="woman">' in page
    assert "For pairs." in page
    assert "own-faith" not in page
    assert part_of(pages, RESIDENT).traits == {}, "what is asked no longer is deleted"
    assert cora.post(path, {"asked": ["gender", "salary"]}).status_code == 422
    assert cora.post(path, {"asked": "gender", "values-gender": "Man\nman"}).status_code == 422


def test_nobody_else_reads_a_word_of_it_on_any_page(pages: Pages) -> None:
    """Two times the same pages of everybody else: before anything is said, and after, with what could not be met."""
    looked_at = {
        MATE: ("/my-group", join(pages), "/account"),
        FACILITATOR: ("/facilitating", join(pages)),
        OVERSEER: (f"/oversight/{pages.programme_id}",),
        COORDINATOR: (
            pages.path(), pages.path("/people"), pages.path("/joining"), pages.path("/joining/openly"),
            pages.path(f"/people/{pages.ids[RESIDENT]}"), pages.path(f"/plans/{pages.published_id}"),
            pages.path(f"/plans/{pages.draft_id}"), pages.path("/export"), pages.path("/export/people.csv"),
        ),
    }  # fmt: skip
    browsers = {email: pages.signed_in(email) for email in looked_at}

    def seen() -> dict[str, str]:
        return {path: words_of(browsers[email].get(path).text) for email, paths in looked_at.items() for path in paths}

    before = seen()
    author = pages.signed_in(RESIDENT)
    author.post(join(pages, "/about-me"), ANSWER)
    is_told(pages)
    after = seen()
    for path, words in after.items():
        assert words == before[path], path
    assert "A note for you alone" in words_of(author.get("/my-group").text)


def test_what_was_not_met_is_told_with_three_choices(pages: Pages) -> None:
    author, cora = pages.signed_in(RESIDENT), pages.signed_in(COORDINATOR)
    author.post(join(pages, "/about-me"), ANSWER)
    is_told(pages)
    page = words_of(author.get(join(pages, "/place")).text)
    assert "Faith: nobody else in your group has said the same as you" in page
    for button in ("Stay in this group", "Ask for another group", "Yes, give up my place"):
        assert button in page
    author.post(join(pages, "/place/decide"), {"choice": "another"})
    listed = words_of(cora.get(pages.path("/joining")).text)
    assert "Ada Quill" in listed
    assert "Would like another group." in listed
    author.post(join(pages, "/place/another"), {"withdraw": "1"})
    author.post(join(pages, "/place/decide"), {"choice": "stay"})
    assert "Would like another group." not in words_of(cora.get(pages.path("/joining")).text)
    assert "A note for you alone" not in words_of(author.get("/my-group").text)
    assert "You’re staying in your group." in words_of(author.get(join(pages, "/place")).text)


def test_everyone_may_ask_and_wait_so_neither_says_why(pages: Pages) -> None:
    """Somebody who has said nothing has the same two ways, and leaves the same traces."""
    mate, cora = pages.signed_in(MATE), pages.signed_in(COORDINATOR)
    assert join(pages, "/place") in mate.get("/my-group", follow_redirects=True).text
    mate.post(join(pages, "/place/another"))
    assert "Would like another group." in words_of(cora.get(pages.path("/joining")).text)
    mate.post(join(pages, "/place/wait"))
    assert "You’re waiting for the next plan" in words_of(mate.get("/my-group").text)
    others = words_of(pages.signed_in(RESIDENT).get("/my-group", follow_redirects=True).text)
    assert "waiting for the next plan" not in others
    history = words_of(cora.get(pages.path(f"/people/{pages.ids[MATE]}")).text)
    assert "Gave up their place in a group" in history


def test_a_form_that_is_sent_twice_asks_once_and_out_of_turn_decides_nothing(pages: Pages) -> None:
    author = pages.signed_in(RESIDENT)
    assert author.post(join(pages, "/place/decide"), {"choice": "stay"}).status_code == 404, (
        "there is nothing to decide"
    )
    assert author.post(join(pages, "/place/decide"), {"choice": "leave"}).status_code == 422
    for _ in range(2):
        author.post(join(pages, "/place/another"))
    page = pages.signed_in(COORDINATOR).get(pages.path("/joining")).text
    assert page.count("Would like another group.") == 1
    assert pages.signed_in(UNPLACED).post(join(pages, "/place/wait")).status_code == 409


def test_publishing_tells_by_itself(pages: Pages) -> None:
    author = pages.signed_in(RESIDENT)
    author.post(join(pages, "/about-me"), ANSWER)
    with pages.database.writing() as db:
        publish(db, OPERATOR, pages.draft_id, clock.now(), "A reason.")
    assert "A note for you alone" in words_of(author.get("/my-group", follow_redirects=True).text)
    assert "A note for you alone" not in words_of(
        pages.signed_in(OTHER_RESIDENT).get("/my-group", follow_redirects=True).text
    )


def test_no_log_line_holds_what_was_said(pages: Pages, capsys: pytest.CaptureFixture[str]) -> None:
    author = pages.signed_in(RESIDENT)
    author.post(join(pages, "/about-me"), ANSWER)
    author.post(join(pages, "/about-me"), {**ANSWER, "own-faith": "x" * 70})
    author.post(join(pages, "/about-me/delete"), {"category": "faith"})
    out = capsys.readouterr()
    for word in SECRETS:
        assert word not in (out.out + out.err).lower()


def test_an_answer_that_is_deleted_is_gone_from_every_table(pages: Pages) -> None:
    author = pages.signed_in(RESIDENT)
    author.post(join(pages, "/about-me"), ANSWER)
    is_told(pages)
    author.post(join(pages, "/about-me/delete"))
    assert "zoroastrian" not in repr(everything_stored(pages.database)).lower()
    with pages.database.reading() as db:
        assert all(not row.traits for row in db.scalars(select(ParticipantRow)))
