"""Rotas read, answered and imported; runs asked for and stopped; drafts changed and published; each once for a key."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from scheduler import clock
from scheduler.audit.service import REFUSED_CHANGE
from scheduler.audit.tables import AuditRow
from scheduler.changes import Fact, note
from scheduler.charters.tables import CharterRow
from scheduler.people.model import WishKind
from scheduler.people.tables import WishRow
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.preflight.tables import PreflightOverrideRow
from scheduler.signing_in.tables import KeptAnswerRow
from tests.web.api.builders import Program
from tests.web.builders import COORDINATOR, RESIDENT, STRANGER_COORDINATOR, Pages, everything_stored
from tests.web.test_rota_pages import DAYS, NIGHTS
from tests.web.test_uploads import rota

ProgramOf = Callable[..., Program]


def send(program: Program, pages: Pages, content: bytes, name: str = "ward.xlsx", **fields: Any) -> Any:
    data = {"site": "north", **fields, "file": (io.BytesIO(content), name)}
    headers = data.pop("headers", {})
    return program.post(pages.path("/rotas"), data=data, content_type="multipart/form-data", headers=headers)


# --- rotas -----------------------------------------------------------------------------------------------------------


def test_a_rota_is_read_asked_about_answered_and_imported(pages: Pages, program: Program) -> None:
    content = rota(["Ada Quill", *["ZQ"] * 14], ["Ben Marsh", *DAYS])
    answer = send(program, pages, content)
    assert answer.status_code == 201
    reading = answer.json
    assert set(reading) >= {"id", "layout", "people", "duties", "first_day", "last_day", "questions", "changes",
                            "sessions_touched"}  # fmt: skip
    assert (reading["people"], reading["first_day"], reading["last_day"]) == (2, "2027-02-01", "2027-02-14")
    path = pages.path(f"/rotas/{reading['id']}")
    assert answer.headers["Location"] == f"/api/v1{path}"
    assert program.json(path) == reading
    asked = {each["about"]: each for each in reading["questions"]}
    assert set(asked["code"]) == {"id", "about", "cell", "text", "answers"}
    for wrong in ([{"id": "1", "answer": "night"}], [{"id": asked["code"]["id"], "answer": "dancing 99:00"}]):
        assert program.post(f"{path}/answers", {"answers": wrong}).status_code == 422
    half = program.post(f"{path}/answers", {"answers": {asked["code"]["id"]: "night 21:00-09:30"}}).json
    assert [each["about"] for each in half["questions"]] == ["person"]
    given = [{"id": asked["person"]["id"], "answer": "nobody"}]
    answered = program.post(f"{path}/answers", {"answers": given}).json
    assert answered["questions"] == []
    assert answered["changes"] == {"added": 14, "changed": 0, "removed": 0}
    done = program.post(f"{path}/import")
    assert done.status_code == 200
    assert set(done.json) >= {"changes", "sessions_touched", "troubles"}
    assert (done.json["changes"], done.json["people"]) == (answered["changes"], 1)
    assert done.json["sessions_touched"] == answered["sessions_touched"]
    assert program.post(f"{path}/import").status_code == 404
    days = program.json(pages.path(f"/availability?person={pages.ids[RESIDENT]}&from=2027-02-02&to=2027-02-02"))
    assert {each["reason"] for each in days["items"]} == {"rest"}


def test_another_version_says_what_it_changes(pages: Pages, program: Program) -> None:
    first = send(program, pages, rota(["Ada Quill", *DAYS])).json
    program.post(pages.path(f"/rotas/{first['id']}/import"))
    again = send(program, pages, rota(["Ada Quill", *NIGHTS])).json
    done = program.post(pages.path(f"/rotas/{again['id']}/import")).json
    assert again["changes"] == done["changes"] == {"added": 0, "changed": 4, "removed": 3}


def test_which_of_two_rotas_counts_is_asked_first(pages: Pages, program: Program) -> None:
    first = send(program, pages, rota(["Ada Quill", *DAYS])).json
    program.post(pages.path(f"/rotas/{first['id']}/import"))
    other = send(program, pages, rota(["Ada Quill", *NIGHTS]), "other.xlsx").json
    [question] = other["questions"]
    assert (question["about"], other["may_be_imported"]) == ("standing", False)
    path = pages.path(f"/rotas/{other['id']}")
    assert program.post(f"{path}/import").status_code == 409
    wrong = {"answers": [{"id": question["id"], "answer": "mine"}]}
    assert program.post(f"{path}/answers", wrong).status_code == 422
    answer = {"answers": [{"id": question["id"], "answer": question["answers"][0]}]}
    assert program.post(f"{path}/answers", answer).json["questions"] == []
    assert program.post(f"{path}/import").status_code == 200


def test_a_rota_that_cannot_be_read_is_refused_with_its_place(pages: Pages, program_of: ProgramOf) -> None:
    program = program_of(COORDINATOR)
    before = everything_stored(pages.database)
    content = rota(["Ada Quill", *DAYS])
    for wrong, place in (({"site": "nowhere"}, "site"), ({"year": "1066"}, "$.year"), ({"colour": "red"}, "$"),
                         ({"site": ""}, "$")):  # fmt: skip
        answer = send(program, pages, content, **wrong)
        assert answer.status_code == 422, wrong
        assert {each["where"] for each in answer.json["errors"]} == {place}, answer.text
    assert send(program, pages, b"\x00\x01 no sheet", "ward.xlsx").status_code == 422
    assert program.post(pages.path("/rotas"), {"site": "north"}).status_code == 415
    empty = program.post(pages.path("/rotas"), data={"site": "north"}, content_type="multipart/form-data")
    assert empty.status_code == 422
    after = everything_stored(pages.database)
    assert {name for name in before if before[name] != after[name]} <= {"api_token"}
    assert send(program_of(STRANGER_COORDINATOR), pages, content).status_code == 404


def test_no_rota_has_a_name_that_no_database_keeps(pages: Pages, program: Program) -> None:
    content = rota(["Ada Quill", *DAYS])
    assert send(program, pages, content, "war\0d.xlsx").json["name"] == "ward"
    data = {"site": "north", "name": "war\0d", "file": (io.BytesIO(content), "ward.xlsx")}
    refused = program.post(pages.path("/rotas"), data=data, content_type="multipart/form-data")
    assert (refused.status_code, refused.json["errors"][0]["where"]) == (422, "$.name")


def test_a_reading_of_another_programme_is_not_there(pages: Pages, program_of: ProgramOf) -> None:
    reading = send(program_of(COORDINATOR), pages, rota(["Ada Quill", *DAYS])).json
    stranger, own = program_of(STRANGER_COORDINATOR), pages.stranger_programme_id
    assert stranger.get(f"/programmes/{own}/rotas/{reading['id']}").status_code == 404
    assert stranger.post(f"/programmes/{own}/rotas/{reading['id']}/import").status_code == 404


# --- runs ------------------------------------------------------------------------------------------------------------


def test_a_run_is_asked_for_watched_and_stopped(pages: Pages, program: Program) -> None:
    asked = program.post(pages.path("/runs"), {"seconds": 5})
    assert (asked.status_code, asked.json["state"], asked.json["seconds"]) == (202, "queued", 5.0)
    path = f"/runs/{asked.json['id']}"
    assert asked.headers["Location"] == f"/api/v1{path}"
    assert program.json(path) == asked.json
    assert program.post(pages.path("/runs"), {"seconds": 5}).json["id"] == asked.json["id"]
    stopped = program.post(f"{path}/stop")
    assert (stopped.status_code, stopped.json["state"]) == (202, "cancelled")
    assert program.post(f"{path}/stop").status_code == 409
    assert program.post("/runs/99999/stop").status_code == 404


# --- plans -----------------------------------------------------------------------------------------------------------


def test_a_plan_is_read_whole(pages: Pages, program: Program) -> None:
    plan = program.json(f"/plans/{pages.draft_id}")
    assert (plan["state"], plan["placed"], plan["sessions_held"], plan["without"]) == ("draft", 8, 5, ["Zoe Left"])
    assert [len(each["people"]) for each in plan["groups"]] == [4, 5]
    assert program.json(f"/plans/{pages.published_id}")["revision"] == 1
    assert len(program.all(pages.path("/plans"), 1)) == 2
    assert program.get("/plans/99999").status_code == 404


def test_a_dry_run_tells_what_edits_do_together_and_keeps_nothing(pages: Pages, program: Program) -> None:
    ada, cleo = pages.ids[RESIDENT], pages.ids["cleo.thistle@example.org"]
    path = f"/plans/{pages.draft_id}/edits"
    before = everything_stored(pages.database)
    out = program.post(f"{path}?dry_run=true", {"edits": [{"edit": "move", "resident": ada, "to": None}]}).json
    assert [(each["rule"], each["group"]) for each in out["broken"]] == [("group_size", "g1")]
    assert out["points_after"] < out["points_before"]
    assert set(out) >= {"broken", "points_before", "points_after", "attendance_before", "attendance_after"}
    both = [{"edit": "move", "resident": ada, "to": None}, {"edit": "move", "resident": ada, "to": "g1"}]
    same = program.post(f"{path}?dry_run=true", {"edits": both}).json
    assert (same["broken"], same["points_after"]) == ([], same["points_before"])
    swapped = program.post(f"{path}?dry_run=true", {"edits": [{"edit": "swap", "resident": ada, "other": cleo}]})
    assert swapped.json["version"] == 0
    after = everything_stored(pages.database)
    assert {name for name in before if before[name] != after[name]} <= {"api_token"}


def test_edits_are_kept_all_or_none_in_their_order(pages: Pages, program: Program) -> None:
    fay, gil = (pages.ids[f"{name}@example.org"] for name in ("fay.lantern", "gil.spare"))
    path, zoe = f"/plans/{pages.draft_id}", pages.ids["zoe.left@example.org"]
    starts = program.json(f"{path}")["groups"][0]["sessions"][0]["starts_at"]
    good = [
        {"edit": "remove_facilitator", "facilitator": fay, "group": "g2"},
        {"edit": "add_facilitator", "facilitator": fay, "group": "g2"},
        {"edit": "drop", "group": "g1", "round": 0},
        {"edit": "date", "group": "g1", "round": 0, "starts_at": starts},
        {"edit": "pin", "kind": "person", "group": "g1", "person": pages.ids[RESIDENT]},
    ]
    bad = {"edit": "move", "resident": zoe, "to": "no such group"}
    refused = program.post(f"{path}/edits", {"edits": [*good, bad]})
    assert (refused.status_code, [each["where"] for each in refused.json["errors"]]) == (422, ["edits[5].to"])
    assert program.json(path)["version"] == 0
    done = program.post(f"{path}/edits", {"edits": good, "version": 0})
    assert (done.status_code, done.json["version"]) == (200, 5)
    late = program.post(f"{path}/edits", {"edits": good, "version": 0})
    assert (late.status_code, "tab" in late.text, late.json["what_to_do"]) == (
        409, False, "Read it again, then change it.",
    )  # fmt: skip
    for edit in (
        {"edit": "replace_facilitator", "facilitator": gil, "group": "g2", "by": fay},
        {"edit": "date", "group": "g1", "round": 0, "starts_at": "2027-01-01T12:00:00"},
        {"edit": "date", "group": "g1", "round": 0, "starts_at": "0001-01-01T00:00:00+14:00"},
        {"edit": "date", "group": "g1", "round": 0, "starts_at": "0001-01-01T00:00:00Z"},
        {"edit": "date", "group": "g1", "round": 0, "starts_at": "9999-12-31T23:59:00Z"},
        {"edit": "merge", "group": "g1", "into": "g1"},
        {"edit": "pin", "kind": "date", "group": "g1"},
    ):
        answer = program.post(f"{path}/edits?dry_run=1", {"edits": [edit]})
        assert answer.status_code == 409, (edit, answer.text)
    for wrong in ({"edit": "dance"}, {"edit": "move"}, {"edit": "dissolve", "group": 5}, {}):
        assert program.post(f"{path}/edits", {"edits": [wrong]}).status_code == 422, wrong
    assert program.post(f"{path}/edits", {"edits": []}).status_code == 422
    published = program.post(f"/plans/{pages.published_id}/edits", {"edits": good})
    assert published.status_code == 409


def test_an_edit_of_what_is_not_there_says_where(pages: Pages, program: Program) -> None:
    zoe, path = pages.ids["zoe.left@example.org"], f"/plans/{pages.draft_id}/edits"
    for edit, places in (
        ({"edit": "move", "resident": 99999, "to": "g_nope"}, ["to", "resident"]),
        ({"edit": "drop", "group": "g1", "round": 99}, ["round"]),
        ({"edit": "mode", "group": "g1", "mode": "in_person", "site": "nowhere"}, ["site"]),
        ({"edit": "room", "group": "g1", "round": 0, "room": "r1"}, ["room"]),
        ({"edit": "form", "model": "none", "mode": "video", "residents": [zoe]}, ["model"]),
        ({"edit": "split", "group": "g1", "residents": [pages.ids[RESIDENT], 2**31 - 1]}, ["residents[1]"]),
        ({"edit": "pin", "kind": "person", "group": "g1", "person": 99999}, ["person"]),
    ):
        for query in ("", "?dry_run=1"):
            answer = program.post(f"{path}{query}", {"edits": [edit]})
            assert answer.status_code == 422, (edit, answer.text)
            assert [each["where"] for each in answer.json["errors"]] == [f"edits[0].{place}" for place in places]
    assert program.json(f"/plans/{pages.draft_id}")["version"] == 0


def test_what_somebody_keeps_to_themselves_shows_in_no_dry_run_and_is_noted_when_it_is_published(
    pages: Pages, program: Program
) -> None:
    ada, ben, cleo = (pages.ids[f"{name}@example.org"] for name in ("ada.quill", "ben.marrow", "cleo.thistle"))
    path, edits = f"/plans/{pages.draft_id}", {"edits": [{"edit": "swap", "resident": cleo, "other": ben}]}
    before = program.post(f"{path}/edits?dry_run=true", edits).json
    with pages.database.writing() as db:
        db.add(WishRow(programme_id=pages.programme_id, person_id=ada, about_id=cleo, kind=WishKind.AVOID))
        note(db, Fact.PLAN, pages.programme_id, clock.now())
    assert program.post(f"{path}/edits?dry_run=true", edits).json == before
    assert program.post(f"{path}/edits", edits).status_code == 200
    refused = program.post(f"{path}/publish", {})
    assert refused.status_code == 409
    assert not {"Ada", "Cleo", "errors", "items"} & {*refused.text.split(), *refused.json}
    with pages.database.reading() as db:
        noted = db.scalars(select(AuditRow.details).where(AuditRow.action == REFUSED_CHANGE)).all()
    assert noted == [{}]


def test_publishing_tells_what_is_red_and_takes_overrides_by_name(pages: Pages, program_of: ProgramOf) -> None:
    program, path = program_of(COORDINATOR), f"/plans/{pages.draft_id}/publish"
    with pages.database.writing() as db:
        for row in (*db.scalars(select(PreflightOverrideRow)), *db.scalars(select(CharterRow))):
            db.delete(row)
    refused = program.post(path, {})
    assert (refused.status_code, refused.mimetype) == (409, "application/problem+json")
    items = {each["item"]: each for each in refused.json["items"]}
    assert items["said_yes"]["found"]
    assert {each["where"] for each in refused.json["errors"]} == set(items)
    overrides = [{"item": item, "reason": "Agreed with the head of department."} for item in items]
    short = program.post(path, {"overrides": [*overrides[:-1], {**overrides[-1], "reason": "ok"}]})
    place = f"overrides[{len(overrides) - 1}].reason"
    assert (short.status_code, [each["where"] for each in short.json["errors"]]) == (422, [place])
    assert program.post(path, {"overrides": [{"item": "luck", "reason": "x" * 20}]}).status_code == 422
    assert program.json(f"/plans/{pages.draft_id}")["state"] == "draft"
    assert program_of(COORDINATOR, "write").post(path, {"overrides": overrides}).status_code == 403
    done = program.post(path, {"overrides": overrides})
    assert (done.status_code, done.json["revision"]) == (200, 2), done.text
    assert program.post(path, {}).status_code == 409
    with pages.database.reading() as db:
        rows = db.scalars(select(PreflightOverrideRow)).all()
        assert {row.item.value for row in rows} == set(items)
        assert {row.person_id for row in rows} == {1}


def test_a_relation_put_in_by_a_program_is_a_red_item_of_what_it_publishes(pages: Pages, program: Program) -> None:
    path, ben = f"/plans/{pages.draft_id}", pages.ids["ben.marrow@example.org"]
    clash = {"person": RESIDENT, "about": "ben.marrow@example.org", "kind": "supervises"}
    edits = {"edits": [{"edit": "move", "resident": ben, "to": None}]}
    assert program.post(f"{path}/edits?dry_run=1", edits).json["still_broken"] == []
    assert program.put(pages.path("/relations"), {"items": [clash]}).status_code == 200
    refused = program.post(f"{path}/publish", {})
    assert (refused.status_code, [each["item"] for each in refused.json["items"]]) == (409, ["relation"])
    assert "own wishes" not in refused.text
    drop = {"edits": [{"edit": "drop", "group": "g2", "round": 0}]}
    unnamed = [(None, None)]
    for sent, still in ((drop, unnamed), (edits, [])):
        judged = program.post(f"{path}/edits?dry_run=1", sent).json
        assert [(each["rule"], each["group"]) for each in judged["still_broken"] if not each["rule"]] == still


# --- the same answer to the same key ---------------------------------------------------------------------------------


def key(text: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Idempotency-Key": text}}


def runs(pages: Pages) -> int:
    with pages.database.reading() as db:
        return db.scalar(select(func.count()).select_from(RunRow)) or 0


def test_the_same_key_is_answered_the_same_and_nothing_is_done_twice(pages: Pages, program: Program) -> None:
    path = pages.path("/runs")
    first = program.post(path, {"seconds": 5}, **key("a"))
    program.post(f"/runs/{first.json['id']}/stop")
    counted = runs(pages)
    again = program.post(path, {"seconds": 5}, **key("a"))
    assert (again.status_code, again.json, runs(pages)) == (202, first.json, counted)
    assert (again.headers["Idempotency-Replayed"], again.headers["Location"]) == ("true", first.headers["Location"])
    assert program.post(path, {"seconds": 6}, **key("a")).status_code == 422
    assert program.post(path, {"seconds": 6}, **key("b")).status_code == 202
    assert program.post(path, {"seconds": 7}, **key("x" * 201)).status_code == 400
    assert runs(pages) == counted + 1


def test_what_was_refused_is_refused_again(pages: Pages, program: Program) -> None:
    path = f"/plans/{pages.published_id}/publish"
    first, again = program.post(path, {}, **key("a")), program.post(path, {}, **key("a"))
    assert (first.status_code, again.status_code, again.json) == (409, 409, first.json)
    assert (again.mimetype, again.headers["Idempotency-Replayed"]) == ("application/problem+json", "true")


def test_a_file_is_the_same_whatever_its_form_looks_like(pages: Pages, program: Program) -> None:
    content = rota(["Ada Quill", *DAYS])
    first, again = (send(program, pages, content, **key("a")) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    assert send(program, pages, rota(["Ada Quill", *NIGHTS]), **key("a")).status_code == 422


def test_a_key_is_its_owners_and_lasts_a_day(
    pages: Pages, program_of: ProgramOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, path = program_of(COORDINATOR), pages.path("/runs")
    first = program.post(path, {"seconds": 5}, **key("a")).json
    stranger = program_of(STRANGER_COORDINATOR)
    assert stranger.post(path, {"seconds": 5}, **key("a")).status_code == 404
    program.post(f"/runs/{first['id']}/stop")
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert program.post(path, {"seconds": 5}, **key("a")).json["id"] != first["id"]


def test_what_is_still_being_done_or_ended_unknown_is_not_done_again(pages: Pages, program: Program) -> None:
    path = pages.path("/runs")
    program.post(path, {"seconds": 5}, **key("a"))
    with pages.database.writing() as db:
        db.scalars(select(KeptAnswerRow)).one().status = None
    counted = runs(pages)
    answer = program.post(path, {"seconds": 5}, **key("a"))
    assert (answer.status_code, answer.headers["Retry-After"], runs(pages)) == (409, "5", counted)


def test_what_failed_on_our_side_may_be_asked_again(
    pages: Pages, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pages.path("/runs")
    with monkeypatch.context() as broken:
        broken.setattr("web.api.runs.service.cancel_run", lambda *_: 1 / 0)
        assert program.post(f"/runs/{pages.run_id}/stop", **key("a")).status_code == 500
    assert program.post(f"/runs/{pages.run_id}/stop", **key("a")).status_code == 202
    assert program.post(path, {"seconds": 5}).status_code == 202
    with pages.database.reading() as db:
        assert db.get(PlanRow, pages.draft_id) is not None
