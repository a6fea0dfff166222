"""``rounds check`` and the door of the command line, as separate processes on real files."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solvers.codec import instance_to_json, solution_to_json
from tests.forks import rounds
from tests.solvers.builders import a_group, a_resident, a_solution, an_instance

INSTANCE = instance_to_json(an_instance([a_resident("ann"), a_resident("bob", avoids=("cat",)), a_resident("cat")]))
GOOD = solution_to_json(a_solution(a_group("ann bob", [0, 1])))
BROKEN = solution_to_json(a_solution(a_group("ann bob cat", [0])))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, value in (("instance", INSTANCE), ("good", GOOD), ("broken", BROKEN)):
        (tmp_path / f"{name}.json").write_text(json.dumps(value))
    return tmp_path


def check(files: Path, solution: str, *options: str) -> subprocess.CompletedProcess[str]:
    return rounds("check", files / "instance.json", files / solution, *options)


def test_a_plan_that_keeps_the_rules_has_its_points_told(files: Path) -> None:
    done = check(files, "good.json")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split() == ["placed", "400"]
    assert done.stdout.splitlines()[-1] == "score 490, no bound; placed 2 of 3 in 1 groups"
    assert done.stderr == ""


def test_a_broken_rule_is_named(files: Path) -> None:
    done = check(files, "broken.json")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "broken: g1: bob avoids cat [avoids]"


def test_the_verdict_as_json(files: Path) -> None:
    report = json.loads(check(files, "broken.json", "--json").stdout)
    assert report["broken"] == [
        {"rule": "avoids", "group": "g1", "person": "bob", "round": None, "text": "g1: bob avoids cat"}
    ]
    assert (report["ok"], report["residents"], report["placed"], report["groups"]) == (False, 3, 3, 1)
    assert sum(report["points"].values()) == report["score"]


def test_the_gap_is_measured_on_what_is_at_stake(files: Path) -> None:
    (files / "good.json").write_text(json.dumps(GOOD | {"bound": 499}))
    report = json.loads(check(files, "good.json", "--json").stdout)
    assert report["gap"] == pytest.approx((499 - 490) / (490 - 400))


def with_fault(**fields: Any) -> dict[str, Any]:
    return INSTANCE | fields


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (json.dumps(with_fault(rounds=0)), "rounds: is 0; expected a whole number from 1 to 1000"),
        ("{", "the file is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        (b"\xff", "the file is not UTF-8 text (byte 0)"),
        (None, "cannot be read: No such file or directory."),
    ],
)
def test_an_unusable_file_is_told_in_one_line(files: Path, content: str | bytes | None, expected: str) -> None:
    path = files / "instance.json"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = check(files, "good.json")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{path}: {expected}\n")


def test_every_fault_has_a_line_of_its_own(files: Path) -> None:
    people = [person | {"availability": "2", "stage": None} for person in INSTANCE["people"]]
    (files / "instance.json").write_text(json.dumps(with_fault(people=people)))
    lines = check(files, "good.json").stderr.splitlines()
    assert len(lines) == 6
    assert lines[-1].endswith("people[2].availability: has 1 characters; expected 2, one a slot")


def test_thousands_of_faults_do_not_flood_the_terminal(files: Path) -> None:
    crowd = an_instance([replace(a_resident(f"r{n}"), availability="2") for n in range(1_000)])
    (files / "instance.json").write_text(json.dumps(instance_to_json(crowd)))
    assert check(files, "good.json").stderr.splitlines()[-1] == "… and 900 more errors"


def test_help_lists_the_commands_without_loading_any() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from scheduler.cli import rounds;"
        "result = CliRunner().invoke(rounds, ['--help']); print(result.output);"
        "assert not [name for name in sys.modules if name.startswith(('scheduler.commands', 'sqlalchemy', 'solvers'))]"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "solve" in done.stdout
    assert "check" in done.stdout


def test_checking_loads_neither_the_database_nor_the_solver(files: Path) -> None:
    program = (
        "import sys; from click.testing import CliRunner; from scheduler.cli import rounds;"
        "result = CliRunner().invoke(rounds, sys.argv[1:]); assert result.exit_code == 0, result.output;"
        "assert not {'sqlalchemy', 'flask', 'ortools', 'numba', 'numpy'} & set(sys.modules)"
    )
    arguments = ["check", str(files / "instance.json"), str(files / "good.json")]
    subprocess.run([sys.executable, "-c", program, *arguments], check=True)


def test_an_unknown_command_is_refused() -> None:
    done = rounds("dance")
    assert done.returncode == 2
    assert "No such command 'dance'" in done.stderr
