"""What programs read and change: settings, people, relations, sessions, troubles, cover, availability."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import delete, select

from scheduler import clock
from scheduler.errors import NotFound
from scheduler.people.model import OPERATOR, RelationKind, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, RoleRow, WishRow
from scheduler.programme_files.service import export_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.apologies import say_sorry
from scheduler.signing_in import tokens
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow
from tests.builders import actor
from tests.web.api.builders import Program
from tests.web.builders import COORDINATOR, RESIDENT, UNPLACED, Pages, everything_stored
from tests.web.test_trouble_pages import three_apologise

ProgramOf = Callable[..., Program]


def as_text(value: Any) -> Any:
    """What TOML holds, as JSON has it."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: as_text(each) for name, each in value.items()}
    return [as_text(each) for each in value] if isinstance(value, list) else value


def put(program: Program, path: str, body: Any, **headers: str) -> Any:
    """Change what has just been read."""
    tag = program.get(path).headers["ETag"]
    return program.put(path, body, headers={"If-Match": tag, **headers})


# --- programmes ------------------------------------------------------------------------------------------------------


def test_a_programme_is_read_as_it_is_exported(pages: Pages, program: Program) -> None:
    with pages.database.reading() as db:
        exported = tomllib.loads(export_programme(db, OPERATOR, pages.programme_id))
    assert program.json(pages.path()) == {"id": pages.programme_id, **as_text(exported)}


def test_what_was_read_can_be_sent_back_and_changes_nothing(pages: Pages, program: Program) -> None:
    read = program.json(pages.path())
    before = everything_stored(pages.database)
    answer = put(program, pages.path(), read)
    assert (answer.status_code, answer.json) == (200, read)
    after = everything_stored(pages.database)
    assert {name for name in before if before[name] != after[name]} <= {"audit", "audit_head"}


def test_settings_are_changed_by_whoever_has_read_them_as_they_are(pages: Pages, program: Program) -> None:
    read = program.get(pages.path())
    wanted = {**read.json, "name": "Summer term", "quorum_percent": 50}
    assert program.put(pages.path(), wanted).status_code == 428
    for tag in (read.headers["ETag"], f"W/{read.headers['ETag']}"):
        answer = program.put(pages.path(), wanted, headers={"If-Match": tag})
        assert answer.status_code == (200 if tag == read.headers["ETag"] else 412)
        wanted["name"] = "Autumn term"
    assert program.json(pages.path())["name"] == "Summer term"
    assert answer.headers["ETag"] == program.get(pages.path()).headers["ETag"] != read.headers["ETag"]
    again = {"If-None-Match": answer.headers["ETag"]}
    assert program.get(pages.path(), headers=again).status_code == 304


def test_every_fault_of_settings_is_told_with_its_place(pages: Pages, program: Program) -> None:
    read = program.json(pages.path())
    wrong = {
        **read,
        "rounds": [{"first_day": "2027-02-30", "last_day": "soon"}],
        "windows": [{**read["windows"][0], "opens_at": "noon"}],
        "weights": None,
        "colour": "red",
        "session_minutes": 2**70,
    }
    answer = put(program, pages.path(), wrong)
    assert answer.status_code == 422
    places = {each["where"] for each in answer.json["errors"]}
    assert places >= {"rounds 1, first_day", "rounds 1, last_day", "windows 1, opens_at", "weights", "colour",
                      "session_minutes"}  # fmt: skip
    assert put(program, pages.path(), {**read, "id": 99}).status_code == 422


@pytest.mark.parametrize("value", [None, {}, -1e308, [None], "x" * 100_000])
def test_no_setting_of_another_kind_ends_in_a_failure(pages: Pages, program: Program, value: Any) -> None:
    read = program.json(pages.path())
    tag = program.get(pages.path()).headers["ETag"]
    for name in (*read, "first_within_days", "questions", "openly", "charter", "page", "signposts", "pulse",
                 "code_of_conduct", "change_goal", "facilitators_differ"):  # fmt: skip
        if name != "id":
            answer = program.put(pages.path(), {**read, name: value}, headers={"If-Match": tag})
            assert answer.status_code in (200, 409, 422), (name, value, answer.text)
            tag = answer.headers.get("ETag", tag)


@pytest.mark.parametrize("inside", ["weights", "relations", "conduct", "rules", "closed"])
def test_nor_does_any_value_inside_a_table(pages: Pages, program: Program, inside: str) -> None:
    read = program.json(pages.path())
    names = {
        "weights": "want",
        "relations": "supervises",
        "conduct": "settling",
        "rules": "duties",
        "closed": "country",
    }
    for value in (None, [], {}, [{}], {"during": None}, "x" * 1000, 1e308, -(2**80), True):
        for name in (names[inside], "nothing of the kind"):
            wrong = {**read, "slug": "another", inside: {**read.get(inside, {}), name: value}}
            assert program.post("/programmes", wrong).status_code in (201, 409, 422), (name, value)
            with pages.database.writing() as db:
                db.execute(delete(ProgrammeRow).where(ProgrammeRow.slug == "another"))


def test_a_programme_is_made_and_is_its_makers(pages: Pages, program: Program) -> None:
    wanted = {**program.json(pages.path()), "slug": "next"}
    assert program.post("/programmes", wanted).status_code == 422  # it has another's number
    wanted.pop("id")
    answer = program.post("/programmes", wanted)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/programmes/{answer.json['id']}"
    assert program.json(f"/programmes/{answer.json['id']}") == answer.json
    assert [each["id"] for each in program.all("/programmes", 1)] == [pages.programme_id, answer.json["id"]]
    assert program.post("/programmes", wanted).status_code == 422  # there is one of this short name


# --- people ----------------------------------------------------------------------------------------------------------


def test_people_are_read_page_by_page_without_what_they_told_the_planner(pages: Pages, program: Program) -> None:
    found = program.all(pages.path("/people"), 4)
    assert [each["email"] for each in found] == [each["email"] for each in program.json(pages.path("/people"))["items"]]
    assert len(found) == 11
    assert set(found[0]) == {"id", "name", "email", "role", "site", "stage", "modes", "models", "capacity", "specialty",
                             "mentor_level"}  # fmt: skip


def test_people_are_added_and_changed_by_their_addresses(pages: Pages, program: Program) -> None:
    path = pages.path("/people")
    new = {"name": "Nia New", "email": "nia@example.org", "role": "resident", "site": "north", "stage": 2,
           "models": {"peer": 3}, "modes": ["video"], "avoids": [RESIDENT], "tags": ["night owl"]}  # fmt: skip
    known = {"name": "Zoe Left", "email": UNPLACED.upper(), "role": "resident", "site": "north", "stage": 3}
    before = everything_stored(pages.database)
    would = program.put(f"{path}?dry_run=true", {"items": [new, known]})
    assert would.status_code == 200
    after = everything_stored(pages.database)
    assert {name for name in before if before[name] != after[name]} <= {"api_token"}
    assert program.put(path, {"items": [new]}).status_code == 428
    done = put(program, path, {"items": [new, known]})
    assert {**done.json, "dry_run": True} == would.json
    assert [each["name"] for each in done.json["added"]] == ["Nia New"]
    assert [each["name"] for each in done.json["changed"]] == ["Zoe Left"]
    people = {each["email"]: each for each in program.json(path)["items"]}
    assert people["nia@example.org"]["models"] == {"peer": 3}
    assert (people[UNPLACED]["stage"], people[UNPLACED]["modes"]) == (3, ["in_person", "video", "phone"])
    with pages.database.reading() as db:
        nia = people["nia@example.org"]["id"]
        assert db.get_one(ParticipantRow, (pages.programme_id, nia)).tags == ["night owl"]
        assert db.scalars(select(WishRow.about_id).where(WishRow.person_id == nia)).all() == [pages.ids[RESIDENT]]


def test_all_people_can_be_sent_back_and_stay_as_they_are(pages: Pages, program: Program) -> None:
    items = program.json(pages.path("/people"))["items"]
    done = put(program, pages.path("/people"), {"items": items})
    assert (done.json["added"], done.json["changed"], done.json["unchanged"]) == ([], [], len(items)), done.text
    assert program.json(pages.path("/people"))["items"] == items


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"site": "nowhere"}, "items[1]"),
        ({"role": "coordinator"}, "items[1]"),
        ({"email": "no address"}, "items[1]"),
        ({"stage": 4.5}, "$.items[1].stage"),
        ({"stage": 10**30}, "$.items[1].stage"),
        ({"models": {"peer": 9}}, "items[1]"),
        ({"modes": ["video;phone"]}, "items[1].modes"),
        ({"wants": ["nobody@example.org"]}, "items[1]"),
        ({"id": 3}, "items[1].id"),
        ({"email": "first@example.org"}, "items[0]"),
        ({"surname": "New"}, "$.items[1]"),
        ({"name": ""}, "items[1]"),
    ],
)
def test_one_wrong_entry_keeps_the_whole_list_out(
    pages: Pages, program: Program, change: dict[str, Any], place: str
) -> None:
    right = {"name": "First New", "email": "first@example.org", "role": "resident", "site": "north", "stage": 1}
    wrong = {**right, "name": "Second New", "email": "second@example.org", **change}
    answer = put(program, pages.path("/people"), {"items": [right, wrong]})
    assert answer.status_code == 422, answer.text
    assert place in {each["where"] for each in answer.json["errors"]}, answer.text
    with pages.database.reading() as db:
        assert db.scalars(select(PersonRow).where(PersonRow.email == "first@example.org")).all() == []


def test_relations_are_put_in_the_place_of_the_list_and_what_people_declared_stays(
    pages: Pages, program: Program
) -> None:
    path = pages.path("/relations")
    with pages.database.writing() as db:
        for kind in (RelationKind.TREATS, RelationKind.SPONSORS):
            db.add(
                RelationRow(
                    programme_id=pages.programme_id, person_id=pages.ids[RESIDENT], about_id=pages.ids[UNPLACED],
                    kind=kind, declared=True, declared_by_id=pages.ids[RESIDENT],
                )
            )  # fmt: skip
    gil = {"person": "gil.spare@example.org", "about": RESIDENT, "kind": "supervises", "first_day": "2027-01-01"}
    fay = {**gil, "person": "fay.lantern@example.org"}
    assert program.put(path, {"items": [gil, fay]}).json["dry_run"] is False
    found = program.all(path, 1)
    assert [(each["person"], each["kind"], each["declared"]) for each in found] == [
        (RESIDENT, "sponsors", True),  # that somebody treats another is told to nobody
        ("gil.spare@example.org", "supervises", False),
        ("fay.lantern@example.org", "supervises", False),
    ]
    done = program.put(path, {"items": [fay]})
    assert [each["name"] for each in done.json["removed"]]
    assert [each["person"] for each in program.all(path, 9)] == [RESIDENT, "fay.lantern@example.org"]
    read = program.get(path)
    assert [each["declared"] for each in read.json["items"]] == [True, False]
    again = program.put(path, {"items": read.json["items"]}, headers={"If-Match": read.headers["ETag"]})
    assert (again.status_code, again.json["added"], again.json["removed"]) == (200, [], [])
    assert again.headers["ETag"] == read.headers["ETag"] == program.get(f"{path}?limit=1").headers["ETag"]
    assert program.put(path, {"items": [gil, fay]}, headers={"If-Match": '"another"'}).status_code == 412
    assert program.get(path).json == read.json
    misplaced = program.put(path, {"items": [read.json["items"][0], {**fay, "about": "nobody@example.org"}]})
    assert [each["where"] for each in misplaced.json["errors"]] == ["items[1]"]
    for wrong in ({"kind": "likes"}, {"about": "nobody@example.org"}, {"last_day": "2026-01-01"}, {"first_day": 5}):
        assert program.put(path, {"items": [{**fay, **wrong}]}).status_code == 422, wrong
    assert len(program.all(path, 9)) == 2


# --- sessions, availability, cover, troubles -------------------------------------------------------------------------


def test_sessions_are_read_with_who_can_come_and_why_not_by_category(pages: Pages, program: Program) -> None:
    found = program.all(pages.path("/sessions"), 4)
    assert len(found) == 6
    first = found[0]
    assert set(first) == {"id", "uid", "programme", "group", "round", "starts_at", "ends_at", "zone", "mode", "place",
                          "status", "held", "can_come", "people"}  # fmt: skip
    assert (first["group"], first["held"], first["can_come"]) == ({"id": "g1", "name": "Peer group 1"}, True, 3)
    assert {(each["name"], each["mark"]) for each in first["people"]} >= {("Ada Quill", "2"), ("Dan Reed", "?")}
    with pages.database.writing() as db:
        ada = actor(pages.ids[RESIDENT], pages.programme_id, Role.RESIDENT)
        say_sorry(db, ada, first["id"], clock.now())
    after = program.json(pages.path("/sessions?limit=1"))["items"][0]
    assert after["people"][0] == {"id": pages.ids[RESIDENT], "name": "Ada Quill", "role": "resident", "mark": "0",
                                  "reason": "own"}  # fmt: skip
    assert after["can_come"] == 2


def test_sessions_are_chosen_by_day_and_group(pages: Pages, program: Program) -> None:
    every = program.json(pages.path("/sessions"))["items"]
    day = every[0]["starts_at"][:10]
    on_the_day = program.json(pages.path(f"/sessions?from={day}&to={day}"))["items"]
    assert {each["id"] for each in on_the_day} == {each["id"] for each in every if each["starts_at"][:10] == day}
    assert len(program.json(pages.path("/sessions?group=g2"))["items"]) == 3
    assert program.json(pages.path("/sessions?group=g9&from=0001-01-01&to=9999-12-31"))["items"] == []


def test_availability_is_read_for_one_person_and_some_days(pages: Pages, program: Program) -> None:
    who = pages.ids[RESIDENT]
    first = program.json(pages.path(f"/availability?person={who}&limit=2"))
    rest = program.json(pages.path(f"/availability?person={who}&limit=500&cursor={first['next_cursor']}"))
    starts = [datetime.fromisoformat(each["starts_at"]) for each in (*first["items"], *rest["items"])]
    assert starts == sorted(set(starts))
    day = starts[3].astimezone(UTC).date()
    some = program.json(pages.path(f"/availability?person={who}&from={day}&to={day}"))["items"]
    assert {each["starts_at"][:10] for each in some} == {day.isoformat()}
    assert set(some[0]) == {"starts_at", "round", "mark", "reason"}
    assert program.get(pages.path("/availability")).status_code == 422
    assert program.get(pages.path("/availability?person=99999")).status_code == 404


def test_of_whom_its_owner_has_power_over_a_program_learns_no_reason(pages: Pages, program_of: ProgramOf) -> None:
    program = program_of(COORDINATOR)
    with pages.database.writing() as db:
        cora = db.scalars(select(PersonRow.id).where(PersonRow.email == COORDINATOR)).one()
        db.add(
            RelationRow(
                programme_id=pages.programme_id, person_id=cora, about_id=pages.ids[RESIDENT],
                kind=RelationKind.ASSESSES, declared=False,
            )
        )  # fmt: skip
    people = program.json(pages.path("/sessions?limit=1"))["items"][0]["people"]
    assert {each["name"]: each["reason"] is None for each in people}["Ada Quill"]
    assert sum(each["reason"] is None for each in people) == 1
    slots = program.json(pages.path(f"/availability?person={pages.ids[RESIDENT]}"))["items"]
    assert {each["reason"] for each in slots} == {None}


def test_cover_is_asked_for_by_days_within_bounds(program: Program, pages: Pages) -> None:
    assert program.json(pages.path("/cover")) == {"items": [], "next_cursor": None}
    for query in ("from=2027-02-01&to=2027-01-01", "from=2020-01-01&to=2027-01-01", "from=0001-01-01", "to=9999-12-31"):
        assert program.get(pages.path(f"/cover?{query}")).status_code == 422, query
    assert program.get(pages.path("/cover?from=2027-01-01&to=2027-03-01")).status_code == 200


def test_a_trouble_is_read_and_settled(pages: Pages, program_of: ProgramOf) -> None:
    trouble_id = three_apologise(pages)
    program, path = program_of(COORDINATOR), pages.path("/troubles")
    trouble = next(each for each in program.json(path)["items"] if each["id"] == trouble_id)
    assert set(trouble) >= {"id", "kind", "session", "group", "people", "since", "until", "change", "remedies"}
    assert (trouble["id"], trouble["kind"], trouble["group"]["id"]) == (trouble_id, "quorum", "g1")
    assert program.json(f"{path}/{trouble_id}")["text"] == trouble["text"]
    assert {"cancel", "accept"} <= {each["kind"] for each in trouble["remedies"]}
    assert all(set(each) >= {"id", "kind", "text", "can_come"} for each in trouble["remedies"])
    settle = f"{path}/{trouble_id}/settle"
    assert program_of(COORDINATOR, "write").post(settle, {"remedy": "accept"}).status_code == 403
    junk = ("nothing", "date:x", "deputy:99", "deputy:" + "9" * 100, "put:1", "swap:a:b", "",
                  "date:0001-01-01T00:00:00+14:00", "date:2027-02-01T12:00:00", "room:" + "9" * 30,
            "mode:dance")  # fmt: skip
    for wrong in junk:
        refused = program.post(settle, {"remedy": wrong})
        assert (refused.status_code, [each["where"] for each in refused.json["errors"]]) == (422, ["remedy"]), wrong
    accepted = program.post(settle, {"remedy": "accept", "why": "They will read the notes."})
    assert (accepted.status_code, accepted.json["state"]) == (200, "accepted")
    assert trouble_id not in {each["id"] for each in program.json(path)["items"]}
    assert [each["id"] for each in program.json(f"{path}?state=accepted")["items"]] == [trouble_id]
    with pages.database.writing() as db:
        row = db.get_one(TroubleRow, trouble_id)
        row.state, row.ended_at = TroubleState.SETTLED, clock.now()
    late = program.post(settle, {"remedy": "accept", "why": "They will read the notes."})
    assert (late.status_code, [each["where"] for each in late.json["errors"]]) == (409, ["remedy"])


def test_evidence_is_for_the_programmes_director_alone(pages: Pages, program_of: ProgramOf) -> None:
    program = program_of(COORDINATOR)
    assert program.get(pages.path("/evidence")).status_code == 404
    with pages.database.writing() as db:
        person = PersonRow(name="Dee Director", email="dee@example.org", created_at=clock.now())
        db.add(person)
        db.flush()
        db.add(RoleRow(programme_id=pages.programme_id, person_id=person.id, role=Role.DIRECTOR))
    director = program_of("dee@example.org")
    assert director.json(pages.path("/evidence")) == {"items": [], "next_cursor": None}
    for closed in ("", "/people", "/sessions", "/troubles", "/relations", "/cover", "/plans"):
        assert director.get(pages.path(closed)).status_code == 404, closed
    assert [each["roles"] for each in director.json("/programmes")["items"]] == [["director"]]


def test_who_has_no_desk_gets_no_token(pages: Pages) -> None:
    with pages.database.writing() as db, pytest.raises(NotFound):
        tokens.make_token_for(db, OPERATOR, RESIDENT, "a script", "read", 1, clock.now())
