"""``rounds solve`` as a process of its own: what it writes, when it ends, and how it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scheduler.cli import rounds
from scheduler.errors import Rejected
from solvers.codec import instance_to_json, read_solution, solution_to_json
from solvers.instance import Instance, Pin
from solvers.referee import Breach, Verdict, check
from tests import forks
from tests.solvers.builders import a_group, a_model, a_resident, an_instance

PEOPLE = [a_resident(f"r{n}", "2212"[n % 3 :][:2]) for n in range(8)]
INSTANCE = an_instance(PEOPLE, models=(a_model(size=(3, 5), target=4),))
PROGRAM = (sys.executable, "-c", "from scheduler.cli import main; main()")


def command(directory: Path, *options: object, instance: Instance = INSTANCE) -> list[str]:
    (directory / "instance.json").write_text(json.dumps(instance_to_json(instance)))
    paths = [directory / "instance.json", "-o", directory / "solution.json"]
    return [*PROGRAM, "solve", *map(str, paths), *map(str, options)]


def solve(directory: Path, *options: object, instance: Instance = INSTANCE) -> subprocess.CompletedProcess[str]:
    return forks.rounds(*command(directory, *options, instance=instance)[len(PROGRAM) :])


def test_the_solution_written_passes_the_referee_and_has_its_score(tmp_path: Path) -> None:
    done = solve(tmp_path, "--seconds", 3)
    assert done.returncode == 0
    solution = read_solution((tmp_path / "solution.json").read_bytes())
    verdict = check(INSTANCE, solution)
    assert verdict.ok
    assert solution.score == verdict.score
    assert solution.instance == "tiny"
    assert done.stdout.startswith(f"score {verdict.score}, ")
    assert "placed 8 of 8" in done.stdout


@pytest.mark.parametrize("engine", ["auto", "search", "joint"])
def test_every_engine_writes_a_sound_plan(tmp_path: Path, engine: str) -> None:
    done = solve(tmp_path, "--seconds", 3, "--engine", engine, "--progress")
    assert done.returncode == 0
    assert check(INSTANCE, read_solution((tmp_path / "solution.json").read_bytes())).ok
    assert ("joint" in done.stderr) == (engine == "joint")


def test_what_is_too_large_for_the_joint_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.engines.joint.alone.LARGEST", 1)
    arguments = command(tmp_path, "--seconds", 3, "--engine", "joint")[len(PROGRAM) :]
    done = CliRunner().invoke(rounds, arguments)
    assert isinstance(done.exception, Rejected)
    assert "too large for the joint model" in str(done.exception)
    assert not (tmp_path / "solution.json").exists()


def test_progress_is_told_on_standard_error(tmp_path: Path) -> None:
    done = solve(tmp_path, "--seconds", 3, "--progress")
    assert "placed 8 of 8" in done.stderr
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_writes_the_best_so_far(tmp_path: Path, asked: signal.Signals) -> None:
    with subprocess.Popen(command(tmp_path, "--seconds", 300, "--progress"), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        process.stderr.readline()  # The first progress: there is a plan.
        process.send_signal(asked)
        assert process.wait(timeout=60) == 0
    assert check(INSTANCE, read_solution((tmp_path / "solution.json").read_bytes())).ok


def test_asked_twice_it_ends_at_once_and_writes_nothing(tmp_path: Path) -> None:
    program = (
        "import os, signal, time; from scheduler.commands.interrupts import stop_requests;\n"
        "with stop_requests() as should_stop:\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    while not should_stop(): time.sleep(0.01)\n"
        "    os.kill(os.getpid(), signal.SIGINT); time.sleep(60)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 130


def test_a_plan_there_before_is_replaced_as_a_whole(tmp_path: Path) -> None:
    old = tmp_path / "solution.json"
    old.write_text("old")
    old.chmod(0o640)
    (tmp_path / "link").symlink_to(old)
    assert solve(tmp_path, "--seconds", 1, "-o", tmp_path / "link").returncode == 0
    assert read_solution(old.read_bytes()).groups
    assert old.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance.json", "link", "solution.json"]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(command(tmp_path, "--seconds", 1, "-o", pipe)) as process:
        assert read_solution(pipe.read_bytes()).groups
        assert process.wait() == 0
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("-o", "nowhere/solution.json"), "nowhere/solution.json: its directory does not exist."),
        (("-o", "."), ".: is a directory; a file is expected."),
        (("--seconds", "nan"), "Enter a number of seconds."),
        (("--seconds", "0"), "0.0 is not in the range x>0"),
        (("--workers", "0"), "0 is not in the range x>=1"),
        (("--engine", "guess"), "'guess' is not one of"),
    ],
)
def test_what_cannot_be_done_is_told_before_the_search(tmp_path: Path, options: tuple[str, str], expected: str) -> None:
    done = solve(tmp_path, "--seconds", 300, *options)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unusable_instance_leaves_the_old_solution_alone(tmp_path: Path) -> None:
    (tmp_path / "solution.json").write_text("old")
    arguments = command(tmp_path)
    (tmp_path / "instance.json").write_text("{}")
    done = forks.rounds(*arguments[len(PROGRAM) :])
    expected = f'{tmp_path / "instance.json"}: format: is missing; expected "mentoring-instance/1"\n'
    assert (done.returncode, done.stderr) == (2, expected)
    assert (tmp_path / "solution.json").read_text() == "old"


def test_pins_that_cannot_be_kept_are_told(tmp_path: Path) -> None:
    alone = a_group("r0", [0])
    pinned = replace(INSTANCE, previous=(alone,), pins=(Pin("g1", (0,)),))
    done = solve(tmp_path, "--seconds", 2, instance=pinned)
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path / 'instance.json'}: pins.groups[0]: This group cannot stay as it was.\n"
    assert not (tmp_path / "solution.json").exists()


def test_a_plan_that_the_referee_rejects_is_told_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breach = Breach("quorum", "g1", "too few can come")
    monkeypatch.setattr(import_module("solvers.solve"), "check", lambda *_: Verdict((breach,), {}, 0))
    arguments = command(tmp_path, "--seconds", 1)[len(PROGRAM) :]
    done = CliRunner().invoke(rounds, arguments)
    assert done.exit_code == 1
    assert done.stderr == "The plan found breaks a rule and is not kept: too few can come.\n"
    assert not (tmp_path / "solution.json").exists()


def test_the_same_seed_and_one_worker_give_the_same_groups(tmp_path: Path) -> None:
    def groups() -> Any:
        assert solve(tmp_path, "--seconds", 10, "--workers", 1, "--seed", 7).returncode == 0
        return solution_to_json(read_solution((tmp_path / "solution.json").read_bytes()))["groups"]

    assert groups() == groups()


def test_time_since_the_process_began_counts_what_came_before_python() -> None:
    """The shell waits before it becomes the program, which keeps its start."""
    program = "from scheduler.commands.elapsed import process_seconds; print(process_seconds())"
    done = subprocess.run(
        ["sh", "-c", f"sleep 0.5; exec {sys.executable} -c '{program}'"], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) > 0.5


def test_a_process_much_older_than_the_command_is_not_counted() -> None:
    program = "import time; from scheduler.commands import elapsed; elapsed._LONGEST_START_SECONDS = 0.1;"
    program += "time.sleep(0.2); print(elapsed.process_seconds())"
    started = time.monotonic()
    done = subprocess.run(
        ["sh", "-c", f"sleep 0.5; exec {sys.executable} -c '{program}'"], capture_output=True, text=True, check=True
    )
    assert 0.2 <= float(done.stdout) < time.monotonic() - started - 0.5
