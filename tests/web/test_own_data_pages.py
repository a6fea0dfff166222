"""What is held on somebody: they see, take along and delete all of it, and nothing of others' comes with it."""

from __future__ import annotations

import json
import zlib
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from scheduler import clock
from scheduler.audit.chain import verify
from scheduler.db import Base
from scheduler.errors import NotPossible
from scheduler.groups.tables import GoalRow, NoteRow, ThanksRow
from scheduler.joining.tables import AnswerRow
from scheduler.mail.tables import MailRow
from scheduler.oversight.tables import ConcernRow
from scheduler.own_data import deletion
from scheduler.own_data.deletion import DELETABLE, delete_everything
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, WishRow
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.publishing.leavers import leave
from scheduler.sessions.attendance_sums import unnamed_in
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    Pages,
    everything_stored,
    words_of,
)

ADA, BEN = "Ada Quill", "ben.marrow@example.org"
SECRETS = ("Sassafras", "Wintergreen", "Tamarind", "Juniper", "Galangal")
DAY = timedelta(days=1)


@pytest.fixture
def lived(pages: Pages) -> Pages:
    """Ada has said and done much; Cleo avoids her, Ben has told a concern about her, Fay treats her. One session of
    hers is over: she came, Ben didn't."""
    ids, here, now = pages.ids, pages.programme_id, clock.now()
    ada, ben = ids[RESIDENT], ids[BEN]
    of = {"programme_id": here, "person_id": ada}
    with pages.database.writing() as db:
        db.execute(update(RunRow).values(state=RunState.DONE, finished_at=now))
        wishes = [(ada, ben, "want"), (ada, ids[OTHER_RESIDENT], "avoid"), (ids[OTHER_RESIDENT], ada, "avoid")]
        db.execute(insert(WishRow), [{"programme_id": here, "person_id": who, "about_id": about, "kind": kind}
                                     for who, about, kind in wishes])  # fmt: skip
        part = (ParticipantRow.programme_id == here, ParticipantRow.person_id == ada)
        db.execute(update(ParticipantRow).where(*part).values(tags=["part-time"], traits={"faith": "Sassafras"}))
        db.add(AnswerRow(**of, steps=[], needs="Wintergreen"))
        db.add(GoalRow(**of, text="Tamarind", shared=False, created_at=now))
        session = db.scalars(
            select(SessionRow)
            .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
            .where(AttendeeRow.person_id == ada)
            .order_by(SessionRow.starts_at)
        ).first()
        assert session is not None
        session.starts_at, session.ends_at = now - 2 * DAY, now - 2 * DAY + timedelta(hours=1)
        db.add(NoteRow(session_id=session.id, person_id=ada, text="Juniper", changed_at=now))
        for who, came in ((ada, True), (ben, False)):
            db.add(AttendedRow(session_id=session.id, person_id=who, came=came, noted_at=now))
        told = {"programme_id": here, "kind": "other", "urgency": "whenever", "about": "", "reply_by": "email",
                "said_at": now}  # fmt: skip
        kinds = {name: next(iter(ConcernRow.__table__.c[name].type.words)).value for name in ("kind", "urgency")}
        db.add(ConcernRow(**{**told, **kinds}, digest="a", text="Galangal", person_id=ada, reach=RESIDENT))
        db.add(ConcernRow(**{**told, **kinds}, digest="b", text="Cardamom", about_id=ada, person_id=ben, reach=BEN))
        treats = {"person_id": ids[FACILITATOR], "about_id": ada, "kind": "treats"}
        db.add(RelationRow(id=-7, programme_id=here, declared=True, declared_by_id=ids[FACILITATOR], **treats))
        db.add(ThanksRow(programme_id=here, person_id=ben, signed_by=ada, text="Merci", day=date(2026, 1, 1)))
        db.add(MailRow(address=RESIDENT, subject="Hello", text="Ada Quill", created_at=now))
    return pages


def document(pages: Pages, email: str) -> dict[str, dict[str, list[dict[str, object]]]]:
    answer = pages.signed_in(email).post("/my-data/file", {})
    assert answer.status_code == 200
    whole = json.loads(answer.text)
    assert (whole["format"], whole["version"]) == ("mentor-rounds.own-data", 1)
    held: dict[str, dict[str, list[dict[str, object]]]] = whole["held"]
    return held


def actor(pages: Pages, email: str, *roles: Role) -> Actor:
    with pages.database.reading() as db:
        person = db.scalars(select(PersonRow).where(PersonRow.email == email)).one()
    return Actor(person.id, person.name, frozenset((pages.programme_id, role) for role in roles))


def stored_text(pages: Pages) -> str:
    """All that is stored, unpacked where it is packed."""
    cells = [cell for rows in everything_stored(pages.database).values() for row in rows for cell in row]
    return "\n".join(
        (zlib.decompress(cell) if cell[:1] == b"x" else cell).decode(errors="replace")
        if isinstance(cell, bytes)
        else str(cell)
        for cell in cells
    )


def test_a_person_sees_and_takes_along_what_is_theirs_and_nothing_of_others(lived: Pages) -> None:
    page = words_of(lived.signed_in(RESIDENT).get("/my-data").text)
    held = document(lived, RESIDENT)
    text = json.dumps(held, ensure_ascii=False)
    for secret in SECRETS:
        assert secret in page
        assert secret in text
    assert {wish["about"] for wish in held["wishes"]["wish"]} == {"Ben Marrow", "Cleo Thistle"}
    assert held["attendance"]["attended"][0]["came"] is True
    assert held["you"]["person"][0]["email"] == RESIDENT
    for others in ("Cardamom", "treats", "digest", "Fay Lantern treats"):
        assert others not in text
        assert others not in page
    theirs = document(lived, OTHER_RESIDENT)
    assert [wish["about"] for wish in theirs["wishes"]["wish"]] == [ADA]


def test_a_wish_or_concern_about_somebody_changes_nothing_that_they_get(lived: Pages) -> None:
    ada = lived.signed_in(RESIDENT)
    before = words_of(ada.get("/my-data").text)
    with lived.database.writing() as db:
        for table in (WishRow, ConcernRow, RelationRow):
            for row in db.scalars(select(table)):
                mine = getattr(row, "declared_by_id", None) or row.person_id
                if mine != lived.ids[RESIDENT]:
                    db.delete(row)
    assert words_of(ada.get("/my-data").text) == before


@pytest.mark.parametrize("email", [COORDINATOR, OVERSEER, STRANGER_COORDINATOR])
def test_everybody_has_their_own(lived: Pages, email: str) -> None:
    assert document(lived, email)["you"]["person"][0]["email"] == email
    assert ADA not in json.dumps(document(lived, email).get("wishes", {}))


def test_nothing_of_a_draft_is_told(lived: Pages) -> None:
    groups = document(lived, RESIDENT)["groups"]["member"]
    assert len(groups) == 1, "the published plan's group, not the draft's"


def test_strangers_find_nothing_and_bad_input_is_not_found(lived: Pages) -> None:
    assert lived.stranger().get("/my-data").status_code == 302
    ada = lived.signed_in(RESIDENT)
    for what in ("groups", "nothing", "acts", "Everything"):
        assert ada.get(f"/my-data/delete?what={what}").status_code == 404
        assert ada.post("/my-data/delete", {"what": what, "sure": "1"}).status_code == 404


def assert_tells_of_the_box(page: str) -> None:
    """Of a box that was forgotten the page says once that nothing happened, and never by the box's inner name."""
    words = words_of(page)
    assert "Please check the fields marked below. Nothing was changed." in words
    assert 'href="#sure-sure"' in page
    assert "sure:" not in words
    assert words.count("Nothing was") == 1


def test_each_kind_is_deleted_alone_and_only_when_sure(lived: Pages) -> None:
    ada = lived.signed_in(RESIDENT)
    forgotten = ada.post("/my-data/delete", {"what": "notes"})
    assert forgotten.status_code == 422
    assert_tells_of_the_box(forgotten.text)
    assert "Juniper" in words_of(ada.get("/my-data").text)
    declares = {"person_id": lived.ids[RESIDENT], "about_id": lived.ids[FACILITATOR], "kind": "family"}
    listed = {"person_id": lived.ids[FACILITATOR], "about_id": lived.ids[RESIDENT], "kind": "supervises"}
    with lived.database.writing() as db:
        own = {"declared": True, "declared_by_id": lived.ids[RESIDENT]}
        db.add(RelationRow(id=-8, programme_id=lived.programme_id, **declares, **own))
        db.add(RelationRow(id=-9, programme_id=lived.programme_id, declared=False, **listed))
    held = document(lived, RESIDENT)
    assert [each["kind"] for each in held["wishes"]["relation.declared_by_id"]] == ["family"]
    assert [each["kind"] for each in held["taking-part"]["relation.about_id"]] == ["supervises"]
    for what, secret in (("notes", "Juniper"), ("goals", "Tamarind"), ("circumstances", "Sassafras")):
        assert ada.post("/my-data/delete", {"what": what, "sure": "1"}).status_code == 303
        assert secret not in stored_text(lived)
    assert "Wintergreen" not in stored_text(lived)
    assert ada.post("/my-data/delete", {"what": "wishes", "sure": "1"}).status_code == 303
    with lived.database.reading() as db:
        assert {(row.person_id, row.kind) for row in db.scalars(select(WishRow))} == {
            (lived.ids[OTHER_RESIDENT], "avoid")
        }
        assert set(db.scalars(select(RelationRow.id))) == {-7, -9}, "the list, and what others declared, stay"
    assert "Galangal" in words_of(ada.get("/my-data").text), "other kinds stay"


def test_of_a_kind_that_was_deleted_nothing_is_left_to_delete(lived: Pages) -> None:
    ada = lived.signed_in(RESIDENT)
    for kind in DELETABLE:
        ada.post("/my-data/delete", {"what": kind.value, "sure": "1"})
        asked = words_of(ada.get(f"/my-data/delete?what={kind.value}").text)
        assert "There is nothing of this kind about you to delete" in asked, kind
        assert "I know that it can’t be brought back" not in asked
        assert f"what={kind.value}" not in ada.get("/my-data").text
        again = ada.post("/my-data/delete", {"what": kind.value, "sure": "1"}).headers["Location"]
        assert "There was nothing to delete." in words_of(ada.get(again).text)


def test_everything_goes_the_chain_holds_and_numbers_stay(lived: Pages) -> None:
    ada, here = lived.ids[RESIDENT], lived.programme_id
    browser = lived.signed_in(RESIDENT)
    assert "What stays, without a name" in browser.get("/my-data/delete?what=everything").text
    answer = browser.post("/my-data/delete", {"what": "everything", "sure": "1"})
    assert answer.status_code == 303
    assert browser.get("/my-data").status_code == 302, "signed out"
    text = stored_text(lived)
    for gone in (ADA, "ada quill", RESIDENT, "Sassafras", "Wintergreen", "Tamarind", "Juniper"):
        assert gone not in text, gone
    for stays in ("Galangal", "Cardamom", "Merci"):
        assert stays in text, stays
    with lived.database.reading() as db:
        assert verify(db).broken == ()
        ((session_id, unnamed),) = unnamed_in(db).items()
        assert (unnamed.invited, unnamed.noted, unnamed.came) == (1, 1, 1)
        assert db.scalars(select(AttendedRow.came).where(AttendedRow.session_id == session_id)).all() == [False]
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if any(key.column.table.name == "person" for key in column.foreign_keys):
                    left = db.execute(select(table.c[column.name]).where(column == ada)).first()
                    assert left is None or (table.name, column.name) in {("audit", "actor_id"), ("concern", "about_id")}
    for path in ("", "/groups", "/people", "/term", "/plans"):
        page = lived.signed_in(COORDINATOR).get(lived.path(path))
        assert page.status_code == 200
        assert ADA not in page.text
    assert lived.signed_in(BEN).get(f"/join/{here}").status_code == 200


def test_who_has_left_can_still_do_it_and_a_second_time_there_is_nobody(lived: Pages) -> None:
    who = actor(lived, RESIDENT, Role.RESIDENT)
    with lived.database.writing() as db:
        leave(db, who, lived.programme_id, clock.now())
    browser = lived.signed_in(RESIDENT)
    assert "Galangal" in words_of(browser.get("/my-data").text)
    assert browser.post("/my-data/delete", {"what": "everything", "sure": "1"}).status_code == 303
    with lived.database.writing() as db, pytest.raises(Exception, match="find that person"):
        delete_everything(db, who, who.person_id or 0, clock.now())


def test_it_is_done_whole_or_not_at_all(lived: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything_stored(lived.database)

    def fail(*_: object) -> None:
        raise RuntimeError("the last step fails")

    monkeypatch.setattr(deletion, "_note_all", fail)
    with pytest.raises(RuntimeError), lived.database.writing() as db:
        delete_everything(db, actor(lived, RESIDENT, Role.RESIDENT), lived.ids[RESIDENT], clock.now())
    assert everything_stored(lived.database) == before


def test_a_coordinator_does_it_for_somebody_and_nobody_else_does(lived: Pages) -> None:
    path = lived.path(f"/people/{lived.ids[RESIDENT]}/erase")
    for email in (STRANGER_COORDINATOR, FACILITATOR, RESIDENT, OVERSEER):
        assert lived.signed_in(email).get(path).status_code == 404
        assert lived.signed_in(email).post(path, {"sure": "1"}).status_code == 404
    coordinator = lived.signed_in(COORDINATOR)
    assert "What stays, without a name" in coordinator.get(path).text
    assert_tells_of_the_box(coordinator.post(path, {}).text)
    assert coordinator.post(path, {"sure": "1"}).status_code == 303
    assert ADA not in stored_text(lived)
    assert coordinator.get(path).status_code == 404
    assert "had everything about a person deleted" in words_of(coordinator.get(lived.path("/record")).text)


def test_others_are_not_left_alone_by_it(lived: Pages) -> None:
    for email in (COORDINATOR, OVERSEER):
        who = actor(lived, email, Role.COORDINATOR)
        with lived.database.writing() as db, pytest.raises(NotPossible, match="others rely on them"):
            delete_everything(db, who, who.person_id or 0, clock.now())
    with lived.database.writing() as db:
        db.execute(update(RunRow).values(state=RunState.QUEUED))
    answer = lived.signed_in(RESIDENT).post("/my-data/delete", {"what": "everything", "sure": "1"})
    assert answer.status_code == 409
    assert ADA in stored_text(lived)
