"""Who comes in at the API and with what: tokens of limited scope and life, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.people.model import Role
from scheduler.people.tables import RoleRow
from scheduler.signing_in.tables import SCOPES
from tests.web.api.builders import Program
from tests.web.builders import COORDINATOR, STRANGER_COORDINATOR, Pages, everything_stored
from tests.web.test_permissions import VALUES
from web.api.operations import OPERATIONS, PUBLISH, READ, Operation
from web.audiences import Audience, audience_of, open_to
from web.forms.reader import LARGEST_ID

ProgramOf = Callable[..., Program]


def paths(pages: Pages, programme_id: int | None = None) -> Iterator[tuple[Operation, str]]:
    """Every operation with an address of what there is."""
    values = {**VALUES, "programme_id": programme_id or pages.programme_id, "reading_id": 1}
    values |= {"plan_id": pages.draft_id, "run_id": pages.run_id}
    adapter = pages.app.url_map.bind("localhost")
    for one in OPERATIONS:
        rule = next(pages.app.url_map.iter_rules(f"api.{one.name}"))
        asked = "?person=3" if one.name == "availability" else ""
        yield one, adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}) + asked


def test_every_address_of_the_api_is_for_programs(pages: Pages) -> None:
    rules = [rule for rule in pages.app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert {audience_of(pages.app.view_functions[rule.endpoint]) for rule in rules} == {Audience.PROGRAM}
    assert {rule.endpoint for rule in rules} == {f"api.{one.name}" for one in OPERATIONS}


def test_nobody_comes_in_without_a_token_nor_by_a_cookie_nor_by_a_made_up_one(pages: Pages) -> None:
    browsers = (pages.stranger(), pages.signed_in(COORDINATOR))
    before = everything_stored(pages.database)
    for one, path in paths(pages):
        for browser in browsers:
            answer = browser.client.open(path, method=one.method, json={})
            assert answer.status_code == 401, path
            assert answer.mimetype == "application/problem+json"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        made_up = {"Authorization": "Bearer rounds_" + "x" * 43}
        answer = browsers[0].client.open(path, method=one.method, json={}, headers=made_up)
        assert (answer.status_code, 'error="invalid_token"' in answer.headers["WWW-Authenticate"]) == (401, True)
    assert everything_stored(pages.database) == before


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_of_too_little_scope_changes_nothing(pages: Pages, program_of: ProgramOf, scope: str) -> None:
    program, tried = program_of(COORDINATOR, scope), 0
    before = everything_stored(pages.database)
    for one, path in paths(pages):
        if SCOPES.index(one.scope) > SCOPES.index(scope):
            answer = program.ask(one.method, path.removeprefix("/api/v1"), {})
            assert (answer.status_code, answer.json["status"]) == (403, 403), path
            assert f'scope="{one.scope}"' in answer.headers["WWW-Authenticate"]
            tried += 1
        elif one.method == "GET" and not {"evidence", "trouble", "rota_reading"} & {one.name}:
            assert program.get(path.removeprefix("/api/v1")).status_code == 200, path
    assert (tried > 0) == (scope != PUBLISH)
    after = everything_stored(pages.database)
    assert {name for name in before if before[name] != after[name]} <= {"api_token"}  # when it was last used


def test_a_token_never_does_more_than_its_owner(pages: Pages, program_of: ProgramOf) -> None:
    stranger = program_of(STRANGER_COORDINATOR)
    for one, path in paths(pages):
        if one.name not in ("programmes", "programme_made", "openapi"):
            answer = stranger.ask(one.method, path.removeprefix("/api/v1"), _valid(one))
            assert answer.status_code in (404, 415), (one.name, answer.text)
    listed = stranger.json("/programmes")["items"]
    assert [each["id"] for each in listed] == [pages.stranger_programme_id]


def _valid(one: Operation) -> object:
    bodies = {
        "plan_edited": {"edits": [{"edit": "dissolve", "group": "g1"}]},
        "people_sent": {"items": []},
        "relations_sent": {"items": []},
        "rota_answered": {"answers": []},
        "trouble_settled": {"remedy": "accept"},
        "webhook_added": {"address": "https://example.org/hook", "events": ["plan.published"]},
    }
    return None if one.takes is None else bodies.get(one.name, {})


def test_a_token_ends_with_its_time(pages: Pages, program_of: ProgramOf, monkeypatch: pytest.MonkeyPatch) -> None:
    program, made_at = program_of(COORDINATOR, READ, days=1), clock.now()
    for after, status in ((timedelta(hours=23), 200), (timedelta(hours=24, minutes=1), 401)):
        monkeypatch.setattr(clock, "now", lambda after=after: made_at + after)
        assert program.get(pages.path()).status_code == status


def test_a_token_is_worth_nothing_without_its_owners_office(pages: Pages, program_of: ProgramOf) -> None:
    program = program_of(COORDINATOR)
    with pages.database.writing() as db:
        own = (RoleRow.programme_id == pages.programme_id, RoleRow.role == Role.COORDINATOR)
        for row in db.scalars(select(RoleRow).where(*own)):
            db.delete(row)
    assert program.get(pages.path()).status_code == 404
    assert program.json("/programmes")["items"] == []


def test_what_a_program_did_is_in_the_record_with_its_token(pages: Pages, program: Program) -> None:
    program.post(pages.path("/runs"), {"seconds": 2})
    with pages.database.reading() as db:
        rows = db.scalars(select(AuditRow).where(AuditRow.programme_id == pages.programme_id).order_by(AuditRow.id))
        asked, by_program = rows.all()[-2:]
        owner = db.scalars(select(AuditRow.actor_id).where(AuditRow.id == by_program.id)).one()
    assert (asked.action, by_program.action, by_program.details["what"]) == ("run.asked", "api.changed", "run_asked")
    assert asked.actor_id == owner == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"seconds": NaN}', 400),
        (b'{"seconds": 1e999}', 400),
        (b'{"seconds": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 100_000, 400),
        (b'{"a": ' * 60 + b"1" + b"}" * 60, 422),
        (b'"\xff"', 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"seconds": "30"}', 422),
        (b'{"seconds": true}', 422),
        (b'{"seconds": 9223372036854775808}', 422),
        (b'{"seconds": -1}', 422),
        (b'{"seed": 1.5}', 422),
        (b'{"seed": 99999999999999999999999}', 422),
        (b'{"second": 30}', 422),
        (b'{"seconds": 30, "a\\u0000b": 1}', 422),
    ],
)
def test_bad_input_is_told_with_its_place_and_changes_nothing(
    pages: Pages, program: Program, sent: bytes, status: int
) -> None:
    answer = program.post(pages.path("/runs"), data=sent, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json["title"]
    assert all(each["where"] and each["text"] for each in answer.json.get("errors", ()))
    if status == 422:
        assert answer.json["errors"]
    with pages.database.reading() as db:
        assert db.scalars(select(AuditRow).where(AuditRow.action == "run.asked")).all()[1:] == []


def test_what_is_not_json_is_not_read(pages: Pages, program: Program) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert program.post(pages.path("/runs"), data=b'{"seconds": 2}', content_type=kind).status_code == 415


def test_what_stands_behind_the_question_mark_is_checked(pages: Pages, program: Program) -> None:
    limits = ("limit=0", "limit=501", "limit=x", "limit=1e3", "limit=" + "9" * 5000, "limit=1&limit=2")
    cursors = ("cursor=x", "cursor=LTE%3D", "cursor=" + "A" * 500)
    for query in (*limits, *cursors, "colour=red", "from=2027-02-30", "to=tomorrow"):
        answer = program.get(pages.path(f"/sessions?{query}"))
        assert answer.status_code == 422, query
        assert answer.json["errors"], query
    assert program.get(pages.path("?a=1")).status_code == 422
    assert program.get(f"/programmes/{2**63}").status_code == 404
    assert program.get("/programmes/-1").status_code == 404
    refused = program.ask("DELETE", pages.path())
    assert (refused.status_code, "button" in refused.text, "PUT" in refused.headers["Allow"]) == (405, False, True)
    assert refused.json["what_to_do"] == "The header Allow has the methods that it takes."


def test_an_unforeseen_failure_is_a_problem_without_details(own_pages: Pages) -> None:
    def fail() -> None:
        raise RuntimeError("a secret")

    own_pages.app.view_functions["api.openapi"] = open_to(Audience.PUBLIC)(fail)
    answer = own_pages.stranger().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "secret" not in answer.text


@pytest.mark.parametrize("number", [LARGEST_ID + 1, 10**30])
def test_a_number_that_nothing_can_have_is_not_there_whatever_the_method(program: Program, number: int) -> None:
    for method, path in (("GET", ""), ("PUT", ""), ("PUT", "/people"), ("POST", "/webhooks")):
        assert program.ask(method, f"/programmes/{number}{path}", {}).status_code == 404, (method, path)
    assert program.put(f"/programmes/{LARGEST_ID}", {"dry_run": True}).status_code != 405


def test_a_character_that_nothing_keeps_is_told_with_its_place_to_whoever_has_a_token(
    pages: Pages, program: Program
) -> None:
    path = "/programmes?cursor=%00"
    answer = program.get(path)
    assert (answer.status_code, answer.json["errors"][0]["where"]) == (422, "$.cursor")
    assert pages.stranger().client.get(f"/api/v1{path}").status_code == 401
    assert pages.signed_in(COORDINATOR).get("/join?next=%00").status_code == 404
