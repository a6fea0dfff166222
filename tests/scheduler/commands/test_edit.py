"""``rounds edit`` on real files: what it says is what ``rounds check`` says of the files before and after."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from solvers.codec import instance_to_json, solution_to_json
from solvers.edit import DissolveGroup, Edit, MoveResident, SetDate, edits_to_json
from tests.forks import rounds
from tests.solvers.builders import a_group, a_resident, a_solution, an_instance, some_slots

PEOPLE = [a_resident(name, "2222") for name in ("ann", "bob", "cat", "dan", "eve")]
INSTANCE = an_instance([*PEOPLE, a_resident("fay", "0220", avoids=("ann",))], slots=some_slots(0, 1, 7, 8, rounds=2))
PLAN = a_solution(a_group("ann bob", id="g1"), a_group("cat dan eve", id="g2"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, value in (("instance", instance_to_json(INSTANCE)), ("plan", solution_to_json(PLAN))):
        (tmp_path / f"{name}.json").write_text(json.dumps(value))
    return tmp_path


def edit(files: Path, edits: list[Edit] | dict[str, Any] | None, *options: str) -> subprocess.CompletedProcess[str]:
    if edits is None:
        return rounds("edit", files / "instance.json", files / "plan.json", *options)
    content = edits if isinstance(edits, dict) else edits_to_json(edits)
    (files / "edits.json").write_text(json.dumps(content))
    return rounds("edit", files / "instance.json", files / "plan.json", files / "edits.json", *options)


def test_before_and_after_are_what_check_says_of_the_files(files: Path) -> None:
    out = files / "after.json"
    done = edit(files, [MoveResident("fay", "g2"), SetDate("g2", 1)], "--output", str(out))
    report = json.loads(done.stdout)
    assert done.returncode == 0
    for name, part in (("plan.json", "before"), ("after.json", "after")):
        told = json.loads(rounds("check", files / "instance.json", files / name, "--json").stdout)
        assert {key: told[key] for key in ("ok", "score", "points", "broken")} == report[part]
    assert report["gain"] == report["after"]["score"] - report["before"]["score"] > 0
    assert report["changes"]["g2"]["residents"] == ["cat", "dan", "eve", "fay"]
    assert report["changes"]["g2"]["sessions"] == [{"round": 0, "slot": 1, "facilitators": []}]


def test_an_edit_that_breaks_a_rule_is_told_and_exits_with_one(files: Path) -> None:
    done = edit(files, [MoveResident("fay", "g1")])
    assert done.returncode == 1
    assert [broken["rule"] for broken in json.loads(done.stdout)["newly_broken"]] == ["avoids"]


def test_a_group_that_is_gone_is_null(files: Path) -> None:
    assert json.loads(edit(files, [DissolveGroup("g1")]).stdout)["changes"] == {"g1": None}


def test_places_and_dates_are_those_after_the_edits(files: Path) -> None:
    report = json.loads(edit(files, [DissolveGroup("g1")], "--places", "ann", "--dates", "g2").stdout)
    assert [(place["group"], place["instead_of"]) for place in report["places"]] == [("g2", None)]
    assert report["places"][0]["edit"] == {"edit": "move", "resident": "ann", "to": "g2"}
    assert sorted(date["slot"] for date in report["dates"]) == [0, 1, 2, 3]


def test_without_edits_the_places_of_the_plan_as_it_is_are_told(files: Path) -> None:
    report = json.loads(edit(files, None, "--places", "fay").stdout)
    assert (report["before"], report["gain"], report["changes"]) == (report["after"], 0, {})
    assert [(place["group"], len(place["broken"])) for place in report["places"]] == [("g2", 0), ("g1", 1)]


def test_what_makes_no_sense_is_named_with_its_file_and_place(files: Path) -> None:
    done = edit(files, [MoveResident("fay", "g2"), MoveResident("ann", "g9")])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{files / 'edits.json'}: edits[1].to: there is no group g9\n"


def test_a_file_that_is_none_of_edits_is_refused_whole(files: Path) -> None:
    wrong = {"format": "mentoring-edits/1", "edits": [{"edit": "move", "resident": 3, "too": "g1"}, {"edit": "fly"}]}
    done = edit(files, wrong)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 3


def test_a_person_or_group_that_is_not_there_is_refused(files: Path) -> None:
    done = edit(files, None, "--places", "nobody")
    assert (done.returncode, done.stderr) == (2, "person: there is nobody with the id nobody\n")
    assert edit(files, None, "--dates", "g9").returncode == 2


def test_where_nothing_can_be_written_nothing_is_said(files: Path) -> None:
    done = edit(files, [DissolveGroup("g1")], "--output", str(files / "no" / "after.json"))
    assert (done.returncode, done.stdout) == (2, "")
