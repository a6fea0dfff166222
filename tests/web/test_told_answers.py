"""What somebody told in confidence: theirs to see and delete, after they have left, too, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from scheduler import clock
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.publishing.leavers import leave
from tests.web.builders import COORDINATOR, FACILITATOR, OTHER_RESIDENT, RESIDENT, STRANGER_COORDINATOR, Pages, words_of

ADA, CLEO = "Ada Quill", "Cleo Thistle"


def path(pages: Pages) -> str:
    return f"/join/{pages.programme_id}/told"


FIRM, RATHER = "I’d rather have no group than be the only one", "I’d rather not be the only one"
CIRCUMSTANCES = {
    "tags": ["part-time", "parent or carer"],
    "company": ["part-time", "parent or carer"],
    "firm": ["parent or carer"],
}


@pytest.fixture
def told(pages: Pages) -> Pages:
    """Ada avoids Cleo, wants Ben, has a circumstance and a need; Fay treats Eve. Then Ada leaves."""
    ids, here = pages.ids, pages.programme_id
    ada = ids[RESIDENT]
    with pages.database.writing() as db:
        of = {"programme_id": here, "person_id": ada}
        db.execute(insert(WishRow), [{**of, "about_id": ids[OTHER_RESIDENT], "kind": "avoid"},
                                     {**of, "about_id": ids["ben.marrow@example.org"], "kind": "want"}])  # fmt: skip
        part = (ParticipantRow.programme_id == here, ParticipantRow.person_id == ada)
        db.execute(update(ParticipantRow).where(*part).values(**CIRCUMSTANCES))
        db.add(AnswerRow(**of, steps=[], needs="Sassafras"))
        treats = {"person_id": ids[FACILITATOR], "about_id": ids["eve.moss@example.org"], "kind": "treats"}
        db.add(RelationRow(id=-7, programme_id=here, declared=True, declared_by_id=ids[FACILITATOR], **treats))
    with pages.database.writing() as db:
        leave(db, Actor(ada, ADA, frozenset({(here, Role.RESIDENT)})), here, clock.now())
    return pages


def test_who_has_left_sees_and_deletes_each(told: Pages) -> None:
    ada, ids = told.signed_in(RESIDENT), told.ids
    assert path(told) in ada.get("/join").text
    said = words_of(ada.get(path(told)).text)
    for each in (
        CLEO,
        "Ben Marrow",
        f"part-time {RATHER}",
        f"parent or carer {RATHER}",
        "Sassafras",
        "You’ve left",
    ):
        assert each in said
    for what, about in (("avoid", ids[OTHER_RESIDENT]), ("want", ids["ben.marrow@example.org"]),
                        ("circumstances", ""), ("needs", "")):  # fmt: skip
        assert ada.post(path(told), {"what": what, "about": about}).status_code == 303
    assert "Nothing is stored" in words_of(ada.get(path(told)).text)
    with told.database.reading() as db:
        assert db.scalars(select(WishRow)).all() == []
        assert {row.needs for row in db.scalars(select(AnswerRow))} == {""}
        part = db.get_one(ParticipantRow, (told.programme_id, ids[RESIDENT]))
        assert (part.tags, part.company, part.firm) == ([], [], [])


def test_each_circumstance_says_whether_it_is_firm(pages: Pages) -> None:
    with pages.database.writing() as db:
        part = (ParticipantRow.programme_id == pages.programme_id, ParticipantRow.person_id == pages.ids[RESIDENT])
        db.execute(update(ParticipantRow).where(*part).values(**CIRCUMSTANCES))
    said = words_of(pages.signed_in(RESIDENT).get(path(pages)).text)
    assert f"part-time {RATHER}" in said
    assert f"firm: {FIRM}" in said


def test_a_declared_relation_is_deleted_by_its_author_alone(told: Pages) -> None:
    cleo, fay = told.signed_in(OTHER_RESIDENT), told.signed_in(FACILITATOR)
    assert cleo.post(path(told), {"what": "relation", "about": "-7"}).status_code == 303
    assert "Eve Moss" in words_of(fay.get(path(told)).text)
    assert fay.post(path(told), {"what": "relation", "about": "-7"}).status_code == 303
    assert "Nothing is stored" in words_of(fay.get(path(told)).text)


def test_nobody_sees_or_deletes_anybody_elses(told: Pages) -> None:
    cleo = told.signed_in(OTHER_RESIDENT)
    said = words_of(cleo.get(path(told)).text)
    assert ADA not in said
    assert "Sassafras" not in said
    for about in (told.ids[OTHER_RESIDENT], told.ids[RESIDENT]):
        cleo.post(path(told), {"what": "avoid", "about": about})
    with told.database.reading() as db:
        assert len(db.scalars(select(WishRow)).all()) == 2
    for email in (COORDINATOR, STRANGER_COORDINATOR):
        stranger = told.signed_in(email)
        assert stranger.get(path(told)).status_code == 404
        assert stranger.post(path(told), {"what": "needs"}).status_code == 404
    assert told.stranger().get(path(told)).status_code == 302


@pytest.mark.parametrize("form", [{"what": "everything"}, {"what": "avoid", "about": "x"}, {}])
def test_forged_forms_delete_nothing(told: Pages, form: dict[str, str]) -> None:
    assert told.signed_in(RESIDENT).post(path(told), form).status_code in (303, 404, 422)
    with told.database.reading() as db:
        assert len(db.scalars(select(WishRow)).all()) == 2
