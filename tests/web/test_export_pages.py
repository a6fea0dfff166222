"""Everything out on pages: tables, the timetable, a run's files, and a programme that is brought in."""

from __future__ import annotations

import json
from dataclasses import replace

from scheduler.people.tables import RelationRow
from scheduler.planning.keys import database_id
from scheduler.plans.tables import RunRow
from solvers.codec import instance_to_json, read_instance
from solvers.vocabulary import External
from tests.web.builders import COORDINATOR, Pages, words_of


def test_every_table_comes_in_every_format_and_the_programme_goes_in_again(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(pages.path("/export")).text
    for table in ("people", "relations", "clinics", "rooms", "groups", "sessions", "availability"):
        for ending in ("csv", "xlsx", "json"):
            assert pages.path(f"/export/{table}.{ending}") in page
            answer = browser.get(pages.path(f"/export/{table}.{ending}"))
            assert answer.status_code == 200
            assert "attachment" in answer.headers["Content-Disposition"]
    groups = browser.get(pages.path("/export/groups.json")).json
    assert {row["group"] for row in groups} == {"Peer group 1", "Near-peer group 2"}
    sessions = browser.get(pages.path("/export/sessions.json")).json
    assert {row["invited"] for row in sessions} == {"4", "5"}
    assert browser.get(pages.path("/export/secrets.csv")).status_code == 404
    archive = browser.get(pages.path("/export/all.zip")).data
    made = browser.upload("/programmes/restore", archive, "spring.zip")
    assert made.status_code == 303
    assert browser.get(made.location).status_code == 200
    assert browser.upload("/programmes/restore", b"nothing of ours", "spring.zip").status_code == 422


def test_the_term_is_printed_by_week_group_and_site(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    whole = words_of(browser.get(pages.path("/timetable")).text)
    assert whole.count("Week of ") == 3
    one = words_of(browser.get(pages.path("/timetable?q=peer+group+1")).text)
    assert one.count("Peer group 1") >= 3
    assert "Near-peer group 2 by video" not in one


def test_a_run_comes_out_as_the_planner_reads_it_without_secrets(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    run = pages.path(f"/runs/{pages.run_id}/instance.json")
    with pages.database.writing() as db:
        row = db.get_one(RunRow, pages.run_id)
        asked = read_instance(row.instance)
        one, listed, declared = (person.id for person in asked.residents[:3])
        pairs = [frozenset((one, about)) for about in (listed, declared)]
        wishes = {"wants": (listed,), "avoids": (declared,), "choices": (asked.faculty[0].id,)}
        said = {"tags": ("faith: none",), "company": ("faith: none",), "firm": ("faith: none",)}
        said |= {"traits": {"faith": "none"}, "like": ("faith",), "unlike": ("faith",)}
        said |= {"interests": ("faith",), "external": External.REQUIRE, "first_within_days": 14}
        told = (replace(asked.residents[0], **wishes, **said), *asked.residents[1:])
        faculty = (replace(asked.faculty[0], tags=said["tags"], traits=said["traits"]), *asked.faculty[1:])
        ties = {"conflicts": frozenset(pairs), "accompanied": frozenset({(asked.faculty[0].id, one)})}
        everybody = replace(asked, residents=told, faculty=faculty, **ties)
        row.instance = json.dumps(instance_to_json(everybody))
        for about in (listed, declared):
            tie = {"person_id": database_id(one), "about_id": database_id(about), "kind": "treats"}
            said_by = tie["person_id"] if about == declared else None
            by = {"declared": said_by is not None, "declared_by_id": said_by}
            db.add(RelationRow(programme_id=pages.programme_id, **by, **tie))
    instance = read_instance(browser.get(run).data)
    assert instance.residents
    secrets = ("wants", "choices", "avoids", "tags", "company", "firm", "traits", "like", "unlike", "interests")
    assert not [name for name in secrets for person in instance.residents if getattr(person, name)]
    assert {(one.external, one.first_within_days) for one in instance.residents} == {(External.ANY, None)}
    assert not instance.accompanied, "a pair of the run's that is not on the list is somebody's own answer"
    assert not [person for person in instance.faculty if person.tags or person.traits]
    assert b"faith" not in browser.get(run).data
    assert instance.conflicts == {pairs[0]}, "what people declared themselves is told to nobody"
    assert browser.get(pages.path(f"/runs/{pages.run_id}/solution.json")).status_code == 302
