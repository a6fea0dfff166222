"""``rounds explain`` on real files: what the coordinator reads, what one person reads, and what is refused."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from solvers.codec import instance_to_json, solution_to_json
from solvers.instance import Group, Instance
from tests.forks import rounds
from tests.solvers.builders import a_group, a_model, a_resident, a_solution, an_instance, some_slots

ANN = a_resident("ann", avoids=("cat",), wants=("bob",), tags=("secret-tag",), company=("secret-tag",))
BOB = replace(a_resident("bob", wants=("cat",)), availability="20")
CAT = a_resident("cat")
INSTANCE = replace(an_instance([ANN, BOB, CAT], models=(a_model(size=(2, 3)),)), quorum=1.0)
SOLUTION = a_solution(a_group("ann bob", [0]))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write(tmp_path, INSTANCE)
    (tmp_path / "solution.json").write_text(json.dumps(solution_to_json(SOLUTION)))
    return tmp_path


def write(files: Path, instance: Instance) -> None:
    (files / "instance.json").write_text(json.dumps(instance_to_json(instance)))


def explain(files: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return rounds("explain", files / "instance.json", files / "solution.json", *options)


def test_the_coordinator_reads_why_and_what_would_help(files: Path) -> None:
    done = explain(files)
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert "bob  2-" in lines
    quorum = "[quorum, 1 of 2 needed, alone in 1 places]"
    assert any(line.startswith("round 1 missed, nearest slot 1") and quorum in line for line in lines)
    assert "cat: in no group" in lines
    assert any(line.startswith("in the way:") and "[avoids" in line for line in lines)
    assert "met: want bob" in lines
    assert any(
        line.startswith("Meeting when 50 % of a group can come instead of 100 %: 1 more session, +23") for line in lines
    )


def test_a_plan_without_a_flaw_says_that_nothing_would_help(files: Path) -> None:
    write(files, an_instance([a_resident("ann"), a_resident("bob")]))
    (files / "solution.json").write_text(json.dumps(solution_to_json(a_solution(a_group("ann bob", [0, 1])))))
    assert explain(files).stdout.splitlines()[-1].strip() == (
        "Relaxing any one rule would not add a session or place another resident."
    )


def test_the_whole_as_json(files: Path) -> None:
    found = json.loads(explain(files, "--json").stdout)
    assert set(found) == {"for_coordinator", "for_people"}
    assert set(found["for_people"]) == {"ann", "bob", "cat"}
    coordinator = found["for_coordinator"]
    assert coordinator["groups"]["g1"]["attendance"] == {"ann": "2-", "bob": "2-"}
    relaxed = {single["step"]["kind"]: single for single in coordinator["relaxations"]["single"]}
    assert (relaxed["quorum"]["step"]["value"], relaxed["quorum"]["gain"]["sessions"]) == (0.5, 1)
    assert relaxed["smaller"]["gain"]["residents"] == 1


def test_what_stands_in_the_way_is_in_json_with_its_figures_and_in_words(files: Path) -> None:
    coordinator = json.loads(explain(files, "--json").stdout)["for_coordinator"]
    [missed] = coordinator["groups"]["g1"]["missed"]
    assert missed["obstacles"] == [
        {
            "rule_id": "quorum",
            "places": 1,
            "have": 1,
            "needed": 2,
            "of": 2,
            "text": "only 1 of 2 can come and 2 are needed",
        }
    ]
    [avoids, size] = coordinator["people"]["cat"]["unplaced"]
    assert avoids["text"] == "Every group that would fit includes someone they should not share a group with."
    assert (size["rule_id"], size["have"], size["needed"]) == ("group_size", 1, 2)
    [quorum] = [one for one in coordinator["relaxations"]["single"] if one["rule_id"] == "quorum"]
    assert quorum["text"] == "Meeting when 50 % of a group can come instead of 100 %"


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_person_is_told_the_same_whatever_others_keep_to_themselves(files: Path, options: tuple[str, ...]) -> None:
    told = explain(files, "--person", "cat", *options)
    assert told.returncode == 0
    assert "avoids" not in told.stdout
    write(files, replace(INSTANCE, residents=(replace(ANN, avoids=(), tags=(), company=()), BOB, CAT)))
    assert explain(files, "--person", "cat", *options).stdout == told.stdout


def test_a_person_gets_nothing_about_others(files: Path) -> None:
    told = explain(files, "--person", "bob").stdout
    assert told.splitlines()[0] == "bob: g1"
    assert "round 1 missed" in told
    assert "ann" not in told


def test_a_solution_that_breaks_rules_is_not_explained(files: Path) -> None:
    broken = solution_to_json(a_solution(a_group("ann bob cat", [0])))
    (files / "solution.json").write_text(json.dumps(broken))
    done = explain(files)
    assert done.returncode == 1
    assert done.stdout == "broken: g1: ann avoids cat [avoids]\n"


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        ("{", (), "the file is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        (None, ("--person", "eve"), "nobody in it has the id eve."),
    ],
)
def test_unusable_input_is_one_line(files: Path, content: str | None, options: tuple[str, ...], expected: str) -> None:
    path = files / "instance.json"
    if content is not None:
        path.write_text(content)
    done = explain(files, *options)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{path}: {expected}\n")


# --- what changed against an earlier plan -------------------------------------------------------------------------

FOUR = tuple(a_resident(name) for name in ("ann", "bob", "cat", "dan"))
BEFORE = (a_group("ann bob", [0, 1]), a_group("cat dan", [0, 1], id="g2"))


def changes(files: Path, instance: Instance, *groups: Group) -> list[str]:
    """The lines of the section, which comes first."""
    write(files, replace(instance, previous=BEFORE))
    (files / "solution.json").write_text(json.dumps(solution_to_json(a_solution(*groups))))
    lines = explain(files).stdout.splitlines()
    assert lines[0] == "Changes"
    return [line.strip() for line in lines[1 : lines.index("")]]


def test_a_repair_that_moves_nothing_says_so(files: Path) -> None:
    assert changes(files, an_instance(FOUR), *BEFORE) == ["Nothing moved."]


def test_without_an_earlier_plan_nothing_is_said_of_changes(files: Path) -> None:
    assert explain(files).stdout.startswith("Groups\n")
    assert json.loads(explain(files, "--json").stdout)["for_coordinator"]["changes"] is None


def test_who_changed_groups_is_listed_with_what_staying_would_take(files: Path) -> None:
    apart = an_instance([replace(FOUR[0], avoids=("bob",)), *FOUR[1:]], models=(a_model(size=(2, 2)),))
    found = changes(files, apart, a_group("ann cat", [0, 1]), a_group("bob dan", [0, 1], id="g2"))
    assert [line.split(";")[0] for line in found] == ["bob: from g1 to g2", "cat: from g2 to g1"]
    swapped = changes(files, an_instance(FOUR, models=(a_model(size=(2, 2)),)),
                      a_group("ann cat", [0, 1]), a_group("bob dan", [0, 1], id="g2"))  # fmt: skip
    assert [line.split(";")[1] for line in swapped] == [" staying would cost -120 points"] * 2


def test_who_is_in_no_group_now_has_the_rules_in_the_way(files: Path) -> None:
    found = changes(files, an_instance([*FOUR[:3], replace(FOUR[3], avoids=("cat",))]), BEFORE[0])
    assert found[0].startswith("cat: from g2 to no group; could not stay because of: ")
    assert "avoids" in found[0]
    assert found[-1] == "g2 no longer exists"


def test_a_moved_session_is_told_once_and_with_its_reason(files: Path) -> None:
    away = (replace(person, availability="202" if person.id == "ann" else "222") for person in FOUR)
    instance = an_instance(away, slots=some_slots(0, 7, 9, rounds=2), quorum=1.0)
    [moved] = changes(files, instance, a_group("ann bob", [0, 2]), BEFORE[1])
    assert moved == (
        "g1, round 1 moved to slot 2 (2027-01-13 12:00), before slot 1 (2027-01-11 12:00): "
        "only 1 of 2 can come and 2 are needed [quorum, 1 of 2 needed]"
    )
    [missed] = changes(files, instance, a_group("ann bob", [0]), BEFORE[1])
    assert missed.startswith("g1, round 1 not held, before slot 1")
    assert explain(files).stdout.count("before slot 1") == 1


def test_changes_are_for_the_coordinator_alone(files: Path) -> None:
    secret = replace(FOUR[0], avoids=("bob",), tags=("secret-tag",))
    changes(files, an_instance([secret, *FOUR[1:]]), a_group("ann cat", [0, 1]), a_group("bob dan", [0, 1], id="g2"))
    found = json.loads(explain(files, "--json").stdout)
    assert {person["person"] for person in found["for_coordinator"]["changes"]["people"]} == {"bob", "cat"}
    assert found["for_coordinator"]["changes"]["gone"] == []
    assert "changes" not in json.dumps(found["for_people"])
    told = {person: explain(files, "--person", person, "--json").stdout for person in ("bob", "cat", "dan")}
    changes(files, an_instance(FOUR), a_group("ann cat", [0, 1]), a_group("bob dan", [0, 1], id="g2"))
    for person, before in told.items():
        assert explain(files, "--person", person, "--json").stdout == before
        assert "secret-tag" not in before
