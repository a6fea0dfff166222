"""How well rotas of the world are read: ``make bench-rotas`` (SEEDS=3 or 11-14, FUZZ=50, SHAPE=name, DETAILS=1).

Makes files of every shape from each seed, with the truth beside them (:mod:`benchmarks.rota_shapes`), reads them with
the product and compares (:mod:`benchmarks.rota_judge`). With FUZZ each seed's files are also spoilt in so many ways
(:mod:`benchmarks.rota_fuzz`): those may be refused or asked about, but nothing in them may be wrong without a word.
Prints a line a shape, with DETAILS the first faults of each file that is not whole, appends to
``benchmarks/rotas.json``, and fails if anything is silently wrong.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.rota_fuzz import spoilt
from benchmarks.rota_judge import Verdict, judged, refused
from benchmarks.rota_shapes import FURTHER, SHAPES, made
from benchmarks.rota_shapes.__main__ import content
from benchmarks.rota_shapes.truth import MadeFile, places
from scheduler.enrolment.listed_names import listed_names
from scheduler.rotas.codec import rota_json
from scheduler.rotas.joined import joined_people
from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading.reader import read_rota

RECORD = Path(__file__).with_suffix(".json")
TODAY = date(2027, 6, 15)
MAX_SECONDS = 60


@dataclass(slots=True)
class Line:
    """The sums of one shape."""

    files: int = 0
    whole: int = 0
    refused: int = 0
    truths: int = 0
    right: int = 0
    missing: int = 0
    invented: int = 0
    silently_wrong: int = 0
    silently_missing: int = 0
    asked: int = 0
    asked_of_codes: int = 0
    needed: int = 0
    seconds: float = 0.0

    def add(self, verdict: Verdict, seconds: float) -> None:
        """Count one file."""
        self.files += 1
        self.whole += verdict.whole
        self.refused += bool(verdict.refused)
        self.truths += verdict.truths
        self.right += verdict.right
        self.missing += len(verdict.missing)
        self.invented += len(verdict.invented)
        self.silently_wrong += verdict.silently_wrong
        self.silently_missing += len(verdict.silently_missing)
        self.asked += verdict.asked
        self.asked_of_codes += verdict.asked_of_codes
        self.needed += verdict.needed
        self.seconds += seconds

    def figures(self) -> dict[str, Any]:
        """The sums by name, for the record."""
        return {each.name: round(getattr(self, each.name), 1) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Task:
    """One seed of a shape; ``spoilt`` is the number of the way in which it is spoilt, 0 for not at all."""

    shape: str
    seed: int
    spoilt: int = 0

    @property
    def name(self) -> str:
        """For whoever reads of its faults."""
        return f"{self.shape}, seed {self.seed}{f', spoilt {self.spoilt}' if self.spoilt else ''}"


def main() -> int:
    """Read everything, tell, and say by the exit status whether anything is silently wrong."""
    seeds, fuzz = _numbers(os.environ.get("SEEDS", "3")), int(os.environ.get("FUZZ", "0"))
    chosen = os.environ.get("SHAPE", "").split() or [*SHAPES, *FURTHER]
    tasks = [Task(shape, seed) for shape in chosen for seed in seeds]
    spoiling = [Task(each.shape, each.seed, n) for each in tasks for n in range(1, fuzz + 1)]
    with ProcessPoolExecutor() as pool:
        as_made = _summed(chosen, pool.map(outcomes, tasks))
        if spoiling:
            in_fuzz = _summed(chosen, pool.map(outcomes, spoiling, chunksize=8))
    _tell("As made", as_made)
    if spoiling:
        _tell("Spoilt", in_fuzz)
    record: dict[str, Any] = {"seeds": len(seeds), "first_seed": seeds[0]}
    record |= {"shapes": {name: line.figures() for name, line in as_made.items()}}
    if spoiling:
        record |= {"fuzz": fuzz, "spoilt": {name: line.figures() for name, line in in_fuzz.items()}}
    if not os.environ.get("SHAPE"):
        _record(record)
    every = [*as_made.values(), *(in_fuzz.values() if spoiling else ())]
    return int(any(line.silently_wrong for line in every))


def _numbers(given: str) -> range:
    """``3`` is the seeds 1 to 3, ``11-14`` are those."""
    first, _, last = given.rpartition("-")
    return range(int(first or 1), int(last) + 1)


Outcome = tuple[Task, Verdict, float]
"""The verdict on a file, and the seconds of reading it."""


def outcomes(task: Task) -> list[Outcome]:
    """What became of the files of a seed, or of the one of them that was spoilt."""
    files = made(task.shape, task.seed)
    if task.spoilt:
        random = Random(f"{task.shape} {task.seed} {task.spoilt}")
        files = [spoilt(random.choice(files), random)]
    try:
        return [(task, *_outcome(file)) for file in files]
    except Exception as error:
        error.add_note(f"{task}")
        raise


def _outcome(file: MadeFile) -> tuple[Verdict, float]:
    begins = time.monotonic()
    try:
        found = read(file)
    except UnreadableFile as error:
        return refused(file.truth, str(error)), time.monotonic() - begins
    except TimeoutError:
        return refused(file.truth, f"More than {MAX_SECONDS} seconds."), time.monotonic() - begins
    seconds = time.monotonic() - begins
    return judged(found, file.truth, places(file.content)), seconds


def read(file: MadeFile) -> Mapping[str, Any]:
    """What the product says of a file, with the list of people that lies beside it."""
    data = content(file)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(MAX_SECONDS)
    try:
        rota = read_rota(data, file.name, today=TODAY)
        listed = file.beside.get(file.truth.listed)
        return rota_json(joined_people(rota, listed_names(listed, file.truth.listed)) if listed else rota)
    finally:
        signal.alarm(0)


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError


def _summed(shapes: Iterable[str], found: Iterable[list[Outcome]]) -> dict[str, Line]:
    lines = {shape: Line() for shape in shapes}
    for task, verdict, seconds in (each for files in found for each in files):
        lines[task.shape].add(verdict, seconds)
        if os.environ.get("DETAILS") and not verdict.whole:
            sys.stdout.write("\n  ".join((task.name, *_faults(verdict))) + "\n")
    return lines


def _faults(verdict: Verdict) -> Iterator[str]:
    """The first of each sort."""
    if verdict.refused:
        yield verdict.refused
    read = (("wrong without a word", verdict.silent), ("wrong kind", verdict.wrong_kinds))
    for what, duties in read:
        yield from (f"{what}: {d['person']}, {d['date']}: {d['code']} ({d['kind']}) in {d['cell']}" for d in duties[:4])
    for duty in verdict.missing[: 0 if verdict.refused else 4]:
        yield f"missing: {duty.person[0]}, {duty.day}: {duty.code[0]} {duty.part}"
    yield from (f"not asked: {' or '.join(ask.about)} {' '.join(ask.needles[:2])}" for ask in verdict.not_asked)
    yield from (f"nobody and no code: {text}" for text in verdict.never[:4])
    yield from (f"no person: {name}" for name in verdict.strangers[:4])


_COLUMNS = (
    "files", "whole", "refused", "right", "missing", "invented", "silently_wrong", "silently_missing", "asked",
    "needed", "asked_of_codes", "seconds",
)  # fmt: skip


def _tell(title: str, lines: Mapping[str, Line]) -> None:
    heads = [name.replace("_", " ") for name in _COLUMNS]
    sys.stdout.write(f"{title}\n{'shape':24}{''.join(f'{_short(head):>11}' for head in heads)}\n")
    total = Line()
    for name, line in lines.items():
        for each in fields(Line):
            setattr(total, each.name, getattr(total, each.name) + getattr(line, each.name))
        sys.stdout.write(_row(f"{name}{'*' if name in FURTHER else ''}", line))
    sys.stdout.write(_row("all", total) + "\n")


def _short(head: str) -> str:
    return head.replace("silently ", "s. ").replace("asked of ", "")


def _row(name: str, line: Line) -> str:
    figures = line.figures()
    return f"{name:24}{''.join(f'{figures[column]:>11}' for column in _COLUMNS)}\n"


def _record(more: Mapping[str, Any]) -> None:
    figures = {
        "day": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        **more,
    }
    known = json.loads(RECORD.read_text()) if RECORD.exists() else []
    RECORD.write_text(json.dumps([*known, figures], indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
