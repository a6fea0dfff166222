"""The coordinator's page of facilitators, and the facilitator's own page of code and training."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from scheduler.joining.tables import CodeOfConductRow, JoiningRow, PortraitRow, TrainingRow
from tests.web.builders import COORDINATOR, FACILITATOR, RESIDENT, STRANGER_COORDINATOR, Browser, Pages, words_of


def conduct_of(pages: Pages) -> str:
    return f"/join/{pages.programme_id}/conduct"


def enter(pages: Pages, **fields: str) -> Browser:
    browser = pages.signed_in(FACILITATOR)
    browser.get(conduct_of(pages))
    answer = browser.save(conduct_of(pages), {"signs": "1", "done-equity": "2026-01-31", **fields})
    assert answer.status_code == 303
    return browser


def need_to_be_ready(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.get_one(JoiningRow, pages.programme_id).code_needed = True


def training_ids(pages: Pages) -> list[int]:
    with pages.database.reading() as db:
        return list(db.scalars(select(TrainingRow.id).order_by(TrainingRow.id)))


def test_a_facilitator_enters_training_and_the_coordinator_verifies_it(pages: Pages) -> None:
    need_to_be_ready(pages)
    fay = enter(pages, **{"note-equity": "Certificate 17", "done-facilitation": "2026-02-01"})
    assert "hasn’t verified this yet" in words_of(fay.get(conduct_of(pages)).text)
    assert "Facilitating a group, Equity and inclusion" in words_of(fay.get(f"/join/{pages.programme_id}").text)
    cora = pages.signed_in(COORDINATOR)
    page = words_of(cora.get(pages.path("/facilitators")).text)
    assert "Certificate 17" in page
    assert "not ready" in page
    answer = cora.post(pages.path("/facilitators/verified"), {"training": [str(one) for one in training_ids(pages)]})
    assert answer.status_code == 303
    page = words_of(cora.get(pages.path("/facilitators")).text)
    assert "ready until 31 Jan 2029" in page or "ready until 1 Feb 2028" in page, page
    assert "Verified. It counts until" in words_of(fay.get(conduct_of(pages)).text)
    assert "You can be planned" not in words_of(fay.get(f"/join/{pages.programme_id}").text)
    assert "in date until" in words_of(fay.get("/facilitating/record").text)


def test_the_text_stands_where_it_is_signed_and_a_new_one_asks_again(pages: Pages) -> None:
    fay = enter(pages)
    assert "You do not bully or belittle anyone" in words_of(fay.get(conduct_of(pages)).text)
    cora = pages.signed_in(COORDINATOR)
    cora.get(pages.path("/facilitators"))
    assert cora.save(pages.path("/facilitators/code"), {"text": "Listen.\r\n\r\nAsk."}).status_code == 303
    page = words_of(fay.get(conduct_of(pages)).text)
    assert "Listen. Ask." in page
    assert "changed since you signed it" in page
    assert "bully" not in page
    with pages.database.reading() as db:
        assert db.scalars(select(CodeOfConductRow.version)).all() == [1]
        assert db.get_one(PortraitRow, (pages.programme_id, pages.ids[FACILITATOR])).code_version == 0


def test_a_code_that_changed_while_it_was_read_is_not_signed(pages: Pages) -> None:
    fay, cora = pages.signed_in(FACILITATOR), pages.signed_in(COORDINATOR)
    [seen] = re.findall(r'name="seen" value="([^"]+)"', fay.get(conduct_of(pages)).text)
    cora.get(pages.path("/facilitators"))
    cora.save(pages.path("/facilitators/code"), {"text": "Something else."})
    assert fay.post(conduct_of(pages), {"signs": "1", "seen": seen}).status_code == 409
    with pages.database.reading() as db:
        assert db.get(PortraitRow, (pages.programme_id, pages.ids[FACILITATOR])) is None


def test_the_coordinator_sends_back_and_takes_away(pages: Pages) -> None:
    fay, cora = enter(pages), pages.signed_in(COORDINATOR)
    [mine] = training_ids(pages)
    one = pages.path(f"/facilitators/training/{mine}")
    assert cora.post(one, {"answer": ""}).status_code == 422
    assert cora.post(one, {"answer": "Which course was it?"}).status_code == 303
    assert "Which course was it?" in words_of(fay.get(conduct_of(pages)).text)
    cora.post(pages.path("/facilitators/verified"), {"training": str(mine)})
    assert cora.post(one, {"away": "1"}).status_code == 303
    assert cora.post(one, {"away": "1"}).status_code == 404


def test_kinds_of_training_are_changed_and_keep_what_was_done(pages: Pages) -> None:
    enter(pages)
    cora = pages.signed_in(COORDINATOR)
    cora.get(pages.path("/facilitators"))
    fields = {
        "kind-0-name": "", "kind-1-name": "Fair for all", "kind-1-months": "12", "kind-1-required": "1",
        "kind-3-name": "First aid", "kind-3-months": "",
    }  # fmt: skip
    assert cora.save(pages.path("/facilitators/kinds"), fields).status_code == 303
    page = words_of(cora.get(pages.path("/facilitators")).text)
    assert "Fair for all , Fay Lantern : done on 31 Jan" in page
    assert "first-aid" in page, "a column of the list from paper"
    cora.get(pages.path("/facilitators"))
    assert cora.save(pages.path("/facilitators/kinds"), {**fields, "kind-1-months": "0"}).status_code == 422


def test_a_list_from_paper_is_all_or_nothing(pages: Pages) -> None:
    cora, path = pages.signed_in(COORDINATOR), pages.path("/facilitators/noted")
    heading = "email,code_signed,facilitation,equity,safeguarding"
    rows = f"{heading}\n{FACILITATOR},2026-01-01,2026-01-01,2026-01-01,\n{RESIDENT},,,,\n"
    refused = cora.post(path, {"list": rows})
    assert refused.status_code == 422
    assert "ada.quill@example.org" in refused.text
    assert training_ids(pages) == []
    assert cora.post(path, {"list": rows.replace(f"{RESIDENT},,,,\n", "")}).status_code == 303
    assert len(training_ids(pages)) == 2


def test_whom_it_is_not_for_finds_nothing(pages: Pages) -> None:
    enter(pages)
    [mine] = training_ids(pages)
    for email in (FACILITATOR, RESIDENT, STRANGER_COORDINATOR):
        browser = pages.signed_in(email)
        assert browser.get(pages.path("/facilitators")).status_code == 404
        assert browser.post(pages.path("/facilitators/verified"), {"training": str(mine)}).status_code == 404
    cora = pages.signed_in(COORDINATOR)
    assert cora.post(pages.path("/facilitators/verified"), {"training": str(mine + 99)}).status_code == 404


@pytest.mark.parametrize("address", ["done-facilitation", "done-equity"])
def test_a_day_to_come_is_refused_beside_its_field(pages: Pages, address: str) -> None:
    browser = pages.signed_in(FACILITATOR)
    browser.get(conduct_of(pages))
    answer = browser.save(conduct_of(pages), {"signs": "1", address: "2090-01-01"})
    assert answer.status_code == 422
    assert f'id="fault-step-{address}"' in answer.text


def test_who_must_be_ready_cannot_be_switched_off(pages: Pages) -> None:
    need_to_be_ready(pages)
    cora = pages.signed_in(COORDINATOR)
    cora.get(pages.path("/joining"))
    cora.save(pages.path("/joining/questions"), {"topics": "exams", "circumstances": "", "code_needed": ""})
    with pages.database.reading() as db:
        assert db.get_one(JoiningRow, pages.programme_id).code_needed


def test_who_asked_not_to_be_alone_is_told_and_nobody_else(pages: Pages) -> None:
    fay = pages.signed_in(FACILITATOR)
    fay.get(f"/join/{pages.programme_id}/portrait")
    assert fay.save(f"/join/{pages.programme_id}/portrait", {"text": "", "deputy": "1"}).status_code == 303
    told = "You asked not to be alone"
    assert told in words_of(pages.signed_in(FACILITATOR).get("/facilitating").text)
    assert "asked not to be alone" not in words_of(pages.signed_in("gil.spare@example.org").get("/facilitating").text)
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/facilitators")).text)
    assert "Would rather not be alone" in page
    assert "nobody can join as things are" in page, "a near-peer group has at most one"
    assert "would like a second one" in words_of(pages.signed_in(COORDINATOR).get(pages.path()).text)
