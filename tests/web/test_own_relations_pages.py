"""The page on which people say who they are to each other, and what the coordinator reads of it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from scheduler.people.tables import RelationRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    RESIDENT,
    STRANGER_COORDINATOR,
    Browser,
    Pages,
    words_of,
)
from tests.web.test_trouble_pages import cora as cora

FAY, ADA = "Fay Lantern", "Ada Quill"


def path(pages: Pages, more: str = "") -> str:
    return f"/join/{pages.programme_id}/relations{more}"


def says(pages: Pages, who: str, about: str, kind: str, **days: str) -> int:
    answer = pages.signed_in(who).post(path(pages), {"person": str(pages.ids[about]), "kind": kind, **days})
    return answer.status_code


def stored(pages: Pages) -> list[RelationRow]:
    with pages.database.reading() as db:
        return list(db.scalars(select(RelationRow)))


def test_a_resident_finds_a_senior_says_it_changes_it_and_takes_it_back(pages: Pages) -> None:
    ada, fay, cora = (pages.signed_in(each) for each in (RESIDENT, FACILITATOR, COORDINATOR))
    for page in (f"/join/{pages.programme_id}/people",):
        assert path(pages) in ada.get(page).text
    found = ada.get(path(pages, "?name=lant")).text
    assert FAY in words_of(found)
    assert f'value="{pages.ids[FACILITATOR]}"' in found
    days = {"since": "2027-02-01", "until": "2099-03-01"}
    assert says(pages, RESIDENT, FACILITATOR, "assesses-me", **days) == 303
    [row] = stored(pages)
    assert (row.person_id, row.about_id, row.declared_by_id) == (
        pages.ids[FACILITATOR], pages.ids[RESIDENT], pages.ids[RESIDENT],
    )  # fmt: skip
    assert "They assess me 1 Feb 2027 to 1 Mar 2099" in words_of(ada.get(path(pages)).text)
    assert "I assess them" in words_of(fay.get(path(pages)).text)
    assert f"{ADA} told us" in words_of(fay.get(path(pages)).text)
    said = words_of(cora.get(pages.path("/relations")).text)
    assert f"{ADA} told us" in said
    one = pages.path(f"/relations/{row.id}")
    page = cora.get(one).text
    assert "Only Ada Quill can change it or take it back" in words_of(page)
    assert 'value="remove"' not in page
    assert cora.post(one, {"kind": "sponsors", "act": "remove"}).status_code == 404
    backwards = {"relation": str(row.id), "since": "2027-05-02", "until": "2027-05-01"}
    assert "The last day is before the first." in words_of(ada.post(path(pages, "/days"), backwards).text)
    assert ada.post(path(pages, "/days"), {**backwards, "since": ""}).status_code == 303
    assert stored(pages)[0].first_day is None
    assert ada.post(path(pages, "/days"), {"relation": str(row.id), "drop": "1"}).status_code == 303
    assert stored(pages) == []


@pytest.mark.parametrize("kind", ["treats", "treats-me", "family", "complaint"])
def test_what_is_told_in_confidence_is_read_by_its_author_alone(pages: Pages, cora: Browser, kind: str) -> None:
    readers = [*(pages.signed_in(each) for each in (FACILITATOR, OTHER_RESIDENT)), cora]
    addresses = [
        path(pages), pages.path("/relations"), pages.path("/clashes"), pages.path("/troubles"),
        pages.path(f"/people/{pages.ids[RESIDENT]}"), pages.path("/export/relations.csv"), pages.path(),
    ]  # fmt: skip

    def read() -> list[str]:
        return [words_of(without_tokens(reader.get(each).text)) for reader in readers for each in addresses]

    before = read()
    assert says(pages, RESIDENT, FACILITATOR, kind) == 303
    assert read() == before
    ada = pages.signed_in(RESIDENT)
    assert "only you see this" in words_of(ada.get(path(pages)).text)
    assert FAY in words_of(ada.get(f"/join/{pages.programme_id}/told").text)


def without_tokens(text: str) -> str:
    return re.sub(r'(name="(?:csrf_token|once|seen[^"]*)" value=")[^"]*', r"\1", text)


def test_forged_forms_change_nothing(pages: Pages) -> None:
    assert says(pages, RESIDENT, FACILITATOR, "supervises-me") == 303
    [row] = stored(pages)
    other = pages.signed_in(OTHER_RESIDENT)
    assert other.post(path(pages, "/days"), {"relation": str(row.id), "drop": "1"}).status_code == 303
    assert other.post(path(pages, "/days"), {"relation": str(row.id), "until": "2027-01-01"}).status_code == 404
    for data in ({}, {"person": "x"}, {"person": "99999999999999999999", "kind": "family"},
                 {"person": str(pages.ids[RESIDENT]), "kind": "family"},
                 {"person": str(pages.ids[FACILITATOR]), "kind": "boss"},
                 {"person": str(pages.ids[FACILITATOR]), "kind": "family", "since": "tomorrow"}):  # fmt: skip
        assert pages.signed_in(RESIDENT).post(path(pages), data).status_code == 422, data
    stranger = pages.signed_in(STRANGER_COORDINATOR)
    assert stranger.get(path(pages)).status_code == 404
    assert stranger.post(path(pages), {"person": str(pages.ids[RESIDENT]), "kind": "family"}).status_code == 404
    assert [each.id for each in stored(pages)] == [row.id]


def test_a_coordinator_says_whom_she_supervises(pages: Pages) -> None:
    assert says(pages, COORDINATOR, RESIDENT, "supervises") == 303
    assert "They supervise me" in words_of(pages.signed_in(RESIDENT).get(path(pages)).text)
