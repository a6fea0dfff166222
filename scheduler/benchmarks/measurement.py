"""Running the whole command on an instance, as a user would, and measuring what it takes."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from scheduler.errors import Rejected
from scheduler.files import load
from solvers.codec import instance_to_json, read_instance, read_solution, solution_to_json
from solvers.gap import gap_of
from solvers.instance import Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits

_COMMAND = "from scheduler.cli import main; main()"
_KIB_A_MIB = 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: the refereed answer, wall ``seconds`` of the whole command, and the most memory it held, in MiB."""

    instance: Instance
    solution: Solution
    seconds: float
    peak_mib: int

    @property
    def placed(self) -> int:
        """Residents in a group."""
        return sum(len(group.residents) for group in self.solution.groups)

    @property
    def at_stake(self) -> int:
        """What the plan earns beyond placing people."""
        return self.solution.score - self.instance.weights.placed * self.placed

    @property
    def gap_percent(self) -> float | None:
        """How far the bound lies above the score, in hundredths of what the plan earns beyond placing people."""
        share = gap_of(self.solution.score, self.solution.bound, self.instance.weights.placed * self.placed)
        return None if share is None else 100 * share


def load_instance(path: Path) -> Instance:
    """Read an instance file, compressed or not."""
    return load(path, lambda data: read_instance(gzip.decompress(data) if path.suffix == ".gz" else data))


def measure(instance: Instance, limits: Limits, start: Solution | None = None) -> Measured:
    """Run ``rounds solve`` in a process of its own, its ``limits`` for the whole command; referee what it writes.

    With ``start`` the command goes on from that solution.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "instance.json"), Path(folder, "solution.json")
        source.write_text(json.dumps(instance_to_json(instance)), encoding="utf-8")
        arguments = ["solve", str(source), "-o", str(target), "--seconds", str(limits.seconds)]
        arguments += ["--workers", str(limits.workers), "--seed", str(limits.seed)]
        if start is not None:
            Path(folder, "start.json").write_text(json.dumps(solution_to_json(start)), encoding="utf-8")
            arguments += ["--start", str(Path(folder, "start.json"))]
        started = time.monotonic()
        child = subprocess.Popen([sys.executable, "-c", _COMMAND, *arguments], stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        took = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise Rejected(f"rounds solve failed on {instance.name} with status {child.returncode}.")
        solution = read_solution(target.read_bytes())
    verdict = check(instance, solution)
    if not verdict.ok or verdict.score != solution.score:
        raise Rejected(f"The referee rejects the answer to {instance.name}.")
    return Measured(instance, solution, took, used.ru_maxrss // _KIB_A_MIB)
