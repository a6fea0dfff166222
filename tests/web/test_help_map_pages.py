"""Who helps me with what, on a page that is its owner's alone."""

from __future__ import annotations

from sqlalchemy import select

from scheduler.groups.tables import HelpLineRow
from scheduler.people.tables import ParticipantRow
from tests.web.builders import COORDINATOR, FACILITATOR, OTHER_RESIDENT, OVERSEER, RESIDENT, Pages, words_of

PATH = "/my-map"


def test_lines_are_added_seen_as_a_picture_and_deleted(pages: Pages) -> None:
    cleo = pages.signed_in(OTHER_RESIDENT)
    assert PATH in cleo.get("/my-group").text
    page = cleo.get(PATH)
    assert "Only you can see this page." in page.text
    assert "Fay Lantern facilitates your group: Near-peer group 2" in words_of(page.text)
    assert "<svg viewBox" not in page.text.split("<main")[1]
    typed = {"topic": "Tying <b>knots</b> under pressure at night", "helper": "My aunt & Eve"}
    assert cleo.post(PATH, typed).status_code == 303
    page = cleo.get(PATH).text
    main = page.split("<main")[1]
    assert "Tying &lt;b&gt;knots&lt;/b&gt; under pressure at night" in page
    assert "My aunt &amp; Eve" in main.split("</svg>")[0], "in the picture"
    assert "My aunt &amp; Eve" in main.split("</svg>")[1], "and in the list, which says the same"
    assert 'role="img" aria-label="' in main
    with pages.database.reading() as db:
        line = db.scalars(select(HelpLineRow)).one()
    assert pages.signed_in(RESIDENT).post(f"{PATH}/{line.id}/delete").status_code == 404
    assert cleo.post(f"{PATH}/{line.id}/delete").status_code == 303
    assert "knots" not in cleo.get(PATH).text


def test_nobody_else_reads_a_word_of_it(pages: Pages) -> None:
    pages.signed_in(OTHER_RESIDENT).post(PATH, {"topic": "Secretknots", "helper": "Secretaunt"})
    for who in (RESIDENT, FACILITATOR, COORDINATOR, OVERSEER):
        answer = pages.signed_in(who).get(PATH)
        assert answer.status_code == (200 if who == RESIDENT else 404)
        assert "Secret" not in answer.text
    cora = pages.signed_in(COORDINATOR)
    for path in ("", "/groups/g2", f"/people/{pages.ids[OTHER_RESIDENT]}", "/record"):
        assert "Secret" not in cora.get(pages.path(path)).text


def test_topics_are_named_in_the_readers_words_and_joined_by_them(pages: Pages) -> None:
    cleo = pages.signed_in(OTHER_RESIDENT)
    with pages.database.writing() as db:
        db.get_one(ParticipantRow, (pages.programme_id, pages.ids[OTHER_RESIDENT])).interests = ["careers"]
    cleo.post(PATH, {"topic": "Careers", "helper": "Eve"})
    assert cleo.get(PATH).text.count("<h3>") == 1


def test_a_form_at_fault_comes_back_as_typed(pages: Pages) -> None:
    refused = pages.signed_in(OTHER_RESIDENT).post(PATH, {"topic": "Knots", "helper": ""})
    assert refused.status_code == 422
    assert 'value="Knots"' in refused.text
    assert pages.signed_in(COORDINATOR).post(PATH, {"topic": "Knots", "helper": "Eve"}).status_code == 404
