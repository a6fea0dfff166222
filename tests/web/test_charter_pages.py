"""A group's charter on its pages: added to, agreed to, read again and kept as a document."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pdfplumber
import pytest

from scheduler import clock
from scheduler.charters.model import PARTS, PROPOSED, Hat
from scheduler.charters.service import adopt, proposed
from scheduler.enrolment.own_relations import declare
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import PersonRow
from scheduler.programmes.tables import ProgrammeRow
from tests.builders import actor
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    Pages,
    words_of,
)

OTHER_PATHS = ("", "/own", "/earlier", ".pdf")
FIELDS = ("confidentiality", "time", "channel", "quiet", "goals", "credit")


@pytest.fixture(autouse=True)
def charter(pages: Pages) -> None:
    with pages.database.writing() as db:
        adopt(db, OPERATOR, pages.programme_id, PROPOSED, clock.now())


def at(pages: Pages, group: str = "g2") -> str:
    return f"/groups/{pages.programme_id}/{group}/charter"


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(BytesIO(pdf)) as found:
        return " ".join(" ".join((page.extract_text() or "").split()) for page in found.pages)


def test_a_group_adds_its_words_and_everybody_reads_and_agrees_to_them(pages: Pages) -> None:
    cleo = pages.signed_in(OTHER_RESIDENT)
    assert "Nothing yet." in words_of(cleo.get(at(pages)).text)
    answer = cleo.save(at(pages) + "/own", {"quiet": "Not after ten.", "goals": "Łódź & exams <b>"})
    assert answer.status_code == 303
    page = cleo.get(at(pages)).text
    assert "Łódź &amp; exams &lt;b&gt;" in page
    assert "Version 1.1." in words_of(page)
    old = cleo.post(at(pages), {"version": "1", "agrees": "1"})
    assert old.status_code == 409, "the version that was shown is another"
    assert cleo.post(at(pages), {"version": "1", "terms": "1", "agrees": "1"}).status_code == 303
    own = words_of(pages.signed_in(FACILITATOR).get(at(pages) + "/own").text)
    assert "Some of you have already agreed" in own


def test_two_who_write_at_once_lose_nothing(pages: Pages) -> None:
    cleo, eve = pages.signed_in(OTHER_RESIDENT), pages.signed_in("eve.moss@example.org")
    stale = dict.fromkeys(FIELDS, "")
    assert cleo.save(at(pages) + "/own", {"goals": "Hers."}).status_code == 303
    refused = eve.post(at(pages) + "/own", {**stale, "goals": "Mine.", "seen": "an older page"})
    assert refused.status_code in {409, 422}
    assert "Mine." in refused.text, "what was typed comes back"
    assert "Hers." in eve.get(at(pages)).text


def test_a_facilitator_says_their_role_with_their_agreement_and_the_group_reads_it(pages: Pages) -> None:
    fay = pages.signed_in(FACILITATOR)
    assert "In this group I’m here as" in words_of(fay.get(at(pages)).text)
    refused = fay.post(at(pages), {"version": "1", "agrees": "1", "facilitates": "1"})
    assert refused.status_code == 422
    assert "Choose at least one." in words_of(refused.text)
    assert fay.post(at(pages), {"version": "1", "agrees": "1", "facilitates": "1", "hats": "coach"}).status_code == 303
    cleo = pages.signed_in(OTHER_RESIDENT)
    assert "coach: asks questions" in words_of(cleo.get(at(pages)).text)
    assert "coach: asks questions" in words_of(cleo.get("/my-group").text)
    assert "In this group I’m here as" not in words_of(cleo.get(at(pages)).text)
    assert cleo.post(at(pages) + "/hats", {"hats": "sponsor"}).status_code == 404
    assert fay.post(at(pages) + "/hats", {"hats": "supervisor"}).status_code == 422
    assert fay.post(at(pages) + "/hats", {"hats": "sponsor"}).status_code == 303
    assert "sponsor: can open doors" in words_of(cleo.get(at(pages)).text)


def test_each_role_says_what_it_is_and_none_is_power_or_care(pages: Pages) -> None:
    assert {hat.value for hat in Hat} == {"mentor", "coach", "sponsor", "advisor"}, "no supervisor, no counsellor"
    shown = words_of(pages.signed_in(FACILITATOR).get(at(pages)).text)
    assert "assesses nobody; the goals are yours" in shown
    assert "asks questions and gives no advice" in shown
    assert "to the whole group, not to one person" in shown
    assert "what you decide is up to you" in shown
    assert "Supervising, assessing and treating people of the group don’t go with facilitating it." in shown
    assert "Mentoring isn’t counselling either" in shown


def test_an_opportunity_is_read_by_the_group_and_posted_by_nobody_but_its_facilitator(pages: Pages) -> None:
    fay, cleo = pages.signed_in(FACILITATOR), pages.signed_in(OTHER_RESIDENT)
    group = f"/groups/{pages.programme_id}/g2"
    form = {"text": "A fellowship, open to all", "ends_on": (clock.now() + timedelta(days=9)).date().isoformat()}
    assert "Post an opportunity" not in words_of(cleo.get(group).text)
    assert cleo.post(f"{group}/opportunities", form).status_code == 404
    assert fay.post(f"{group}/opportunities", {**form, "ends_on": ""}).status_code == 422
    assert fay.post(f"{group}/opportunities", form).status_code == 303
    assert "A fellowship, open to all" in words_of(cleo.get(group).text)
    assert "Take down" not in words_of(cleo.get(group).text)
    assert "Take down" in words_of(fay.get(group).text)
    assert cleo.post("/opportunities/1").status_code == 404
    assert fay.post("/opportunities/1").status_code == 303
    assert "A fellowship" not in words_of(cleo.get(group).text)


def test_who_is_asked_again_for_a_line_that_came_later_reads_why_and_can_agree_to_nothing_unread(pages: Pages) -> None:
    eve, why = pages.signed_in("eve.moss@example.org"), "You had agreed. Everyone is asked again"
    form = {"version": "1", "terms": "0", "agrees": "1"}
    assert eve.post(at(pages), form).status_code == 303
    assert why not in words_of(eve.get("/my-group").text)
    with pages.database.writing() as db:
        fay, cleo = (pages.ids[name] for name in (FACILITATOR, OTHER_RESIDENT))
        said_by = actor(fay, pages.programme_id, Role.FACULTY)
        declare(db, said_by, pages.programme_id, cleo, "sponsors", None, None, clock.now())
    for path in ("/my-group", at(pages)):
        assert why in words_of(eve.get(path).text)
    assert why not in words_of(pages.signed_in(OTHER_RESIDENT).get(at(pages)).text), "she had not agreed before"
    assert eve.post(at(pages), form).status_code == 409, "it is not what her page said"
    page = eve.get(at(pages)).text
    assert "Fay Lantern sponsors Cleo Thistle." in words_of(page)
    told = re.findall(r'name="told" value="([^"]+)"', page)
    assert eve.post(at(pages), {**form, "told": told}).status_code == 303
    assert why not in words_of(eve.get(at(pages)).text)
    assert "Fay Lantern sponsors Cleo Thistle." in text_of(eve.get(at(pages) + ".pdf").data)


def test_the_document_holds_what_was_agreed_and_by_whom(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.get_one(PersonRow, pages.ids[OTHER_RESIDENT]).name = "Zdeněk Łukaszewski"
    cleo = pages.signed_in(OTHER_RESIDENT)
    cleo.save(at(pages) + "/own", {"credit": "In the order of the alphabet."})
    cleo.post(at(pages), {"version": "1", "terms": "1", "agrees": "1"})
    answer = cleo.get(at(pages) + ".pdf")
    assert answer.mimetype == "application/pdf"
    said = text_of(answer.data)
    for words in (
        "Version 1.1",
        "What stays between us",
        "In the order of the alphabet.",
        "Zdeněk Łukaszewski: agreed on",
        "Fay Lantern: not yet",
        "Olga Oversight",
        "3 sessions of",
    ):
        assert words in said
    assert "Ada Quill" not in said


@pytest.mark.parametrize("path", OTHER_PATHS)
@pytest.mark.parametrize("who", [RESIDENT, COORDINATOR, STRANGER_COORDINATOR, OVERSEER])
def test_people_outside_the_group_find_nothing(pages: Pages, path: str, who: str) -> None:
    assert pages.signed_in(who).get(at(pages) + path).status_code == 404


def test_the_document_says_what_holds_where_some_join_by_call(pages: Pages) -> None:
    fay = pages.signed_in(FACILITATOR)
    assert "only the group listens" not in text_of(fay.get(f"{at(pages)}.pdf").data)
    with pages.database.writing() as db:
        db.get_one(ProgrammeRow, pages.programme_id).hybrid = True
    assert "only the group listens" in text_of(fay.get(f"{at(pages)}.pdf").data)
    assert "only the group listens" in words_of(fay.get(at(pages)).text)


def test_without_a_charter_there_is_no_page(pages: Pages) -> None:
    cleo = pages.signed_in(OTHER_RESIDENT)
    for path in OTHER_PATHS:
        assert cleo.get(at(pages, "g9") + path).status_code == 404


def test_every_version_that_was_agreed_to_can_be_read_again(pages: Pages) -> None:
    cleo = pages.signed_in(OTHER_RESIDENT)
    cleo.post(at(pages), {"version": "1", "agrees": "1"})
    cleo.save(at(pages) + "/own", {"goals": "Sleep more."})
    cleo.post(at(pages), {"version": "1", "terms": "1", "agrees": "1"})
    page = words_of(cleo.get(at(pages) + "/earlier").text)
    assert page.index("Version 1.1") < page.index("Sleep more.") < page.index("Version 1 ")
    assert page.count("Cleo Thistle,") == 2


def test_a_coordinator_begins_from_the_usual_text_in_another_language_and_readers_hear_it_in_that(pages: Pages) -> None:
    path = f"/programmes/{pages.programme_id}/charter"
    cora, french = pages.signed_in(COORDINATOR), proposed("fr")
    for forged in ("xx", "../fr", "fr-"):
        assert words_of(cora.get(f"{path}?text={forged}").text) == words_of(cora.get(path).text)
    page = cora.get(f"{path}?text=fr").text
    assert french.time.split("’")[0] in page
    assert '<option value="fr" selected>' in page
    sent = {part: getattr(french, part) for part in PARTS}
    assert cora.post(path, {**sent, "language": "tlh"}).status_code == 422
    assert cora.post(path, {**sent, "language": "fr"}).status_code == 303
    ada = pages.signed_in(RESIDENT).get(f"/groups/{pages.programme_id}/g1/charter").text
    assert '<p lang="fr">' in ada
    assert "What stays between us" in words_of(ada), "the page itself stays in the reader’s language"
    again = cora.get(f"{path}?text=en").text
    assert "stays the charter until you adopt this one" in words_of(again)
    assert '<option value="en" selected>' in again
