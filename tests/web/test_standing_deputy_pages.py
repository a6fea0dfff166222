"""The page on which a coordinator names a group's standing deputy, and where the name is read."""

from __future__ import annotations

import re

import pytest

from scheduler.people.tables import ParticipantRow
from tests.web.builders import COORDINATOR, FACILITATOR, OTHER_RESIDENT, RESIDENT, STRANGER_COORDINATOR, Pages, words_of

SPARE = "gil.spare@example.org"


@pytest.fixture
def offered(pages: Pages) -> Pages:
    """Gil offers to lead groups of this kind."""
    with pages.database.writing() as db:
        part = db.get_one(ParticipantRow, (pages.programme_id, pages.ids[SPARE]))
        part.models = {**part.models, "near-peer": 1}
    return pages


def test_the_named_one_is_read_by_the_group_and_by_themselves(offered: Pages) -> None:
    cora, page = offered.signed_in(COORDINATOR), offered.path("/groups/g2/deputy")
    assert "nobody yet" in words_of(cora.get(offered.path("/groups/g2")).text)
    shown = cora.get(page).text
    assert "Gil Spare" in words_of(shown)
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    sent = {"person": offered.ids[SPARE], "seen": seen[1]}
    assert cora.post(page, sent).headers["Location"] == offered.path("/groups/g2")
    assert "Gil Spare" in words_of(cora.get(offered.path("/groups/g2")).text)
    member = offered.signed_in(OTHER_RESIDENT)
    assert "Gil Spare standing deputy" in words_of(member.get("/my-group").text)
    assert "Gil Spare" not in words_of(offered.signed_in(RESIDENT).get("/my-group").text)
    assert "You’re the standing deputy of" in words_of(offered.signed_in(SPARE).get("/facilitating").text)
    assert cora.post(page, sent).status_code == 409, "it is somebody by now"
    seen = re.search(r'name="seen" value="(\w+)"', cora.get(page).text)
    assert seen
    assert cora.post(page, {"nobody": "1", "seen": seen[1]}).status_code == 303
    assert "Gil Spare" not in words_of(member.get("/my-group").text)


def test_it_is_nobodys_page_but_the_coordinators(offered: Pages) -> None:
    page = offered.path("/groups/g2/deputy")
    for who in (FACILITATOR, SPARE, OTHER_RESIDENT, STRANGER_COORDINATOR):
        browser = offered.signed_in(who)
        assert browser.get(page).status_code == 404
        assert browser.post(page, {"person": offered.ids[SPARE]}).status_code == 404
    cora = offered.signed_in(COORDINATOR)
    assert cora.get(offered.path("/groups/nine/deputy")).status_code == 404
    assert cora.post(offered.path("/groups/nine/deputy"), {"person": offered.ids[SPARE]}).status_code == 404
