"""The record of who did what: who reads which lines of it, and that nothing secret is in any."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, func, select, text

from scheduler import clock
from scheduler.audit.checks import EVERY, check_now, last_check
from scheduler.audit.tables import AuditRow
from scheduler.oversight.concerns import concerns, reply
from scheduler.oversight.telling import raise_concern
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, WishRow
from scheduler.preflight.tables import PreflightOverrideRow
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

WHY = "They asked for it themselves, in person."


def read(pages: Pages, who: str, **asked: str) -> str:
    start = "/oversight/" if who == OVERSEER else "/programmes/"
    found = pages.signed_in(who).get(f"{start}{pages.programme_id}/record", query_string=asked)
    assert found.status_code == 200
    return words_of(found.text)


def as_file(pages: Pages, who: str) -> str:
    start = "/oversight/" if who == OVERSEER else "/programmes/"
    return pages.signed_in(who).get(f"{start}{pages.programme_id}/record.csv").text


def overseer(pages: Pages) -> Actor:
    with pages.database.reading() as db:
        olga = db.scalars(select(PersonRow.id).where(PersonRow.email == OVERSEER)).one()
    return actor(olga, pages.programme_id, Role.OVERSIGHT)


def answer_a_concern(pages: Pages) -> None:
    olga, ada = overseer(pages), actor(pages.ids[RESIDENT], pages.programme_id, Role.RESIDENT)
    with pages.database.writing() as db:
        raise_concern(db, ada, pages.programme_id, "bullying", "Marker-complaint.", clock.now(), named=True)
    with pages.database.writing() as db:
        [found] = concerns(db, olga, pages.programme_id)
        reply(db, olga, found.id, "Marker-answer.", clock.now(), close=True)


def test_both_read_who_published_and_overrode_what_and_why(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.execute(delete(PreflightOverrideRow).where(PreflightOverrideRow.plan_id == pages.draft_id))
    browser = pages.signed_in(COORDINATOR)
    path = pages.path(f"/plans/{pages.draft_id}/publish/checks/charter")
    assert browser.post(path, {"why": WHY}).status_code == 303
    for who in (COORDINATOR, OVERSEER):
        words = read(pages, who, kind="overrides")
        assert "Cora Coordinator overrode a check before publishing, “The charter is adopted”" in words
        assert WHY in words
        assert "published a plan, revision 1" in read(pages, who)
        assert "published a plan" not in read(pages, who, kind="overrides").partition("Reason")[2]


def test_concerns_stand_in_the_record_of_the_oversight_contact_alone(pages: Pages) -> None:
    answer_a_concern(pages)
    shown = read(pages, COORDINATOR)
    assert "Olga Oversight" not in shown.partition("Who did it")[2].partition("Show these lines")[0]
    assert "Olga Oversight answered a concern" in read(pages, OVERSEER, kind="concerns")
    assert "answered a concern" in as_file(pages, OVERSEER)
    for words in (read(pages, COORDINATOR), read(pages, COORDINATOR, kind="concerns"), as_file(pages, COORDINATOR)):
        assert "concern" not in words.partition("Reason")[2].lower()
    assert "Concerns" not in read(pages, COORDINATOR)


def test_what_members_do_for_themselves_is_in_nobodys_list(pages: Pages) -> None:
    browser = pages.signed_in(FACILITATOR)
    about = {"person": str(pages.ids[OTHER_RESIDENT]), "kind": "treats"}
    browser.post(f"/join/{pages.programme_id}/people/declared", about)
    for who in (COORDINATOR, OVERSEER):
        assert "declared a relation" not in read(pages, who)
        assert "Fay Lantern" not in read(pages, who)


def test_nothing_secret_is_in_any_line_whatever_was_lived(pages: Pages) -> None:
    ada, cleo = pages.ids[RESIDENT], pages.ids[OTHER_RESIDENT]
    with pages.database.writing() as db:
        part = db.get_one(ParticipantRow, (pages.programme_id, ada))
        part.tags, part.company = ["marker-tag"], ["marker-tag"]
        db.add(WishRow(programme_id=pages.programme_id, person_id=ada, about_id=cleo, kind="avoid"))
        db.add(
            RelationRow(
                programme_id=pages.programme_id, person_id=ada, about_id=cleo, kind=RelationKind.PRIOR_COMPLAINT
            )
        )
    answer_a_concern(pages)
    cora = pages.signed_in(COORDINATOR)
    for kind in ("treats", "family", "prior-complaint"):
        about = {"person": str(ada), "about": str(cleo), "kind": kind}
        cora.post(pages.path("/relations/new"), about)
    for path in ("/export/people.csv", "/export/all.zip", f"/runs/{pages.run_id}/instance.json"):
        cora.get(pages.path(path))
    with pages.database.reading() as db:
        rows = db.execute(select(AuditRow.action, AuditRow.details)).all()
    told = json.dumps([[row.action, row.details] for row in rows]).lower()
    told += "".join(read(pages, who) + as_file(pages, who) for who in (COORDINATOR, OVERSEER)).lower()
    for secret in ("marker", "treats", "family", "prior-complaint", "avoid", "bullying"):
        assert secret not in told, secret


@pytest.mark.parametrize(
    "path",
    ["/export/people.csv", "/export/all.zip", "/runs/{run}/instance.json", "/cover/list.csv", "/record.csv"],
)
def test_whoever_takes_something_out_is_on_record(pages: Pages, path: str) -> None:
    assert pages.signed_in(COORDINATOR).get(pages.path(path.format(run=pages.run_id))).status_code == 200
    words = read(pages, OVERSEER, kind="exports")
    assert "Cora Coordinator took out a file" in words


@pytest.mark.parametrize("who", [RESIDENT, FACILITATOR, STRANGER_COORDINATOR, OVERSEER])
def test_the_coordinators_record_is_theirs(pages: Pages, who: str) -> None:
    browser = pages.signed_in(who)
    assert browser.get(pages.path("/record")).status_code == 404
    assert browser.get(pages.path("/record.csv")).status_code == 404


@pytest.mark.parametrize("who", [RESIDENT, FACILITATOR, COORDINATOR, STRANGER_COORDINATOR])
def test_the_oversight_contacts_record_is_theirs(pages: Pages, who: str) -> None:
    for path in ("record", "record.csv"):
        assert pages.signed_in(who).get(f"/oversight/{pages.programme_id}/{path}").status_code == 404


def test_another_programmes_lines_are_not_shown(pages: Pages) -> None:
    browser = pages.signed_in(STRANGER_COORDINATOR)
    words = words_of(browser.get(f"/programmes/{pages.stranger_programme_id}/record").text)
    assert "published a plan" not in words
    assert "created the programme" in words


def test_filters_that_name_nothing_show_everything_that_may_be_read(pages: Pages) -> None:
    everything = read(pages, COORDINATOR)
    for asked in ({"kind": "own"}, {"kind": "'; DROP"}, {"by": "x"}, {"page": "900"}):
        assert "published a plan" in read(pages, COORDINATOR, **asked)
    assert "published a plan" in everything


def test_the_page_says_whether_the_record_held_and_a_line_put_in_by_hand_is_told(pages: Pages) -> None:
    assert "It hasn’t been checked yet" in read(pages, COORDINATOR)
    verdict = check_now(pages.database, clock.now())
    words = read(pages, COORDINATOR)
    assert f"Yes: {verdict.lines} lines" in words
    assert verdict.digest in words
    read(pages, COORDINATOR)
    check_now(pages.database, clock.now() - 2 * EVERY)
    assert pages.signed_in(COORDINATOR).get(pages.path("/record")).status_code == 200
    with pages.database.reading() as db:
        found = last_check(db)
    assert found
    assert clock.now() - found.at < EVERY, "what the page tells is not old"
    with pages.database.engine.begin() as raw:
        line = raw.execute(select(func.min(AuditRow.id))).scalar()
        raw.execute(text("UPDATE audit SET action = 'plan.reviewed' WHERE id = :line"), {"line": line})
    check_now(pages.database, clock.now())
    assert "No: 1 place is not as it was written." in read(pages, OVERSEER)
