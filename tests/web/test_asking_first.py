"""Asking a facilitator first, without one's name, on pages; what a group needs to begin; topics in numbers."""

from __future__ import annotations

from sqlalchemy import select

from scheduler.own_groups.tables import FirstQuestionRow
from scheduler.people.tables import ParticipantRow
from tests.web.builders import COORDINATOR, FACILITATOR, OTHER_RESIDENT, RESIDENT, UNPLACED, Pages, words_of


def here(pages: Pages, rest: str = "") -> str:
    return f"/join/{pages.programme_id}/ask-first{rest}"


def test_a_question_without_a_name_is_asked_answered_and_deleted(pages: Pages) -> None:
    ada, fay = pages.signed_in(RESIDENT), pages.signed_in(FACILITATOR)
    assert here(pages) in ada.get(f"/join/{pages.programme_id}/facilitators").text
    typed = {"to": str(pages.ids[FACILITATOR]), "text": "What if I <b>cry</b>?"}
    assert ada.post(here(pages), typed).status_code == 303
    with pages.database.reading() as db:
        row = db.scalars(select(FirstQuestionRow)).one()
    page = fay.get(here(pages)).text
    assert "What if I &lt;b&gt;cry&lt;/b&gt;?" in page
    assert f"{row.alias} asks" in words_of(page)
    for word in ("Ada", "Quill", "ada.quill"):
        assert word not in page
    for who in (OTHER_RESIDENT, UNPLACED):
        assert "cry" not in pages.signed_in(who).get(here(pages)).text
        assert pages.signed_in(who).post(here(pages, f"/{row.id}"), {"text": "Mine."}).status_code in (404, 409)
    assert pages.signed_in(COORDINATOR).get(here(pages)).status_code == 404
    assert fay.post(here(pages, f"/{row.id}"), {"text": ""}).status_code == 422
    assert fay.post(here(pages, f"/{row.id}"), {"text": "Then we wait."}).status_code == 303
    mine = ada.get(here(pages)).text
    assert "Then we wait." in mine
    assert f"You asked Fay Lantern, as {row.alias}" in words_of(mine)
    ada.post(here(pages, f"/{row.id}"), {"delete": "1"})
    assert "cry" not in ada.get(here(pages)).text
    assert "cry" not in fay.get(here(pages)).text


def test_a_question_that_cannot_be_comes_back_with_what_was_typed(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    refused = ada.post(here(pages), {"to": str(pages.ids[FACILITATOR]), "text": " "})
    assert refused.status_code == 422
    assert ada.post(here(pages), {"to": str(pages.ids[UNPLACED]), "text": "Hello?"}).status_code == 404
    assert ada.post(here(pages), {"to": "x", "text": "Hello?"}).status_code in (404, 422)


def test_a_group_reads_what_it_needs_to_begin(pages: Pages) -> None:
    page = words_of(pages.signed_in(OTHER_RESIDENT).get("/my-group").text)
    assert "Ready to begin:" in page
    assert "The first sessions have dates , done" in page or "The first sessions have dates, done" in page


def test_topics_are_numbers_in_fives_on_the_coordinators_page(pages: Pages) -> None:
    desk, path = pages.signed_in(COORDINATOR), pages.path("/joining")
    assert "would like to talk about" not in words_of(desk.get(path).text)
    with pages.database.writing() as db:
        for row in db.scalars(select(ParticipantRow).where(ParticipantRow.kind == "resident")):
            row.interests = ["careers"]
    page = words_of(desk.get(path).text)
    assert "careers: at least 5" in page
