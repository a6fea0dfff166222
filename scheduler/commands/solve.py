"""``rounds solve`` and ``rounds check``: the planner on files."""

from __future__ import annotations

import gc
import json
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from scheduler.commands.elapsed import process_seconds
from scheduler.commands.interrupts import stop_requests
from scheduler.errors import Fault, Rejected
from scheduler.files import load, require_writable, write_whole
from solvers.codec import read_instance, read_solution, solution_to_json
from solvers.engine import Engine
from solvers.errors import PinsFail, TooLarge, UnsoundPlan
from solvers.gap import gap_of
from solvers.instance import Instance
from solvers.progress import Progress
from solvers.referee import Breach, Verdict
from solvers.referee import check as referee
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop

T = TypeVar("T")
FILE: Final = click.Path(path_type=Path)
BROKEN: Final = 1
MOST_BREACHES_SHOWN: Final = 50
# What is left to do after the search: referee, write, leave. Measured, with room for a busy machine.
ENDING_SECONDS: Final = 0.1
ENDING_SECONDS_A_PERSON: Final = 6e-5


def _finite(_ctx: click.Context, _param: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter("Enter a number of seconds.")
    return value


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command()
@click.argument("instance_file", metavar="INSTANCE", type=FILE)
@click.option("-o", "--output", metavar="SOLUTION", type=FILE, required=True, help="File to write the solution to.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    callback=_finite,
    help="Time limit for the whole command.",
)
@click.option("--workers", type=click.IntRange(min=1), default=_cores, help="Processor cores to use.  [default: all]")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Random seed.")
@click.option("--start", "start_file", metavar="SOLUTION", type=FILE, help="Go on from this solution.")
@click.option(
    "--engine",
    type=click.Choice([engine.value for engine in Engine]),
    default=Engine.AUTO.value,
    show_default=True,
    help="What looks for the plan: the search, the joint model alone, or the search with the model's help.",
)
@click.option("--progress", is_flag=True, help="Show progress on standard error.")
def solve(
    instance_file: Path,
    output: Path,
    seconds: float,
    workers: int,
    seed: int,
    start_file: Path | None,
    engine: str,
    progress: bool,
) -> None:
    """Form the groups of the INSTANCE file and find their dates, within the given time.

    Ctrl-C and SIGTERM stop the search and write the best plan found so far.
    """
    with stop_requests() as should_stop, _no_hunt_for_garbage():
        instance = load(instance_file, read_instance)
        start = load(start_file, read_solution) if start_file else None
        require_writable(output)
        listen = _Teller(instance) if progress else _silent
        limits = Limits(seconds, workers, seed, _seconds_around(instance))
        solution = _solved(instance, limits, listen, should_stop, instance_file, start, Engine(engine))
        solution = replace(solution, seconds=round(process_seconds(), 3))
        write_whole(output, json.dumps(solution_to_json(solution)).encode())
    click.echo(_summary(instance, solution, solution.score))


@click.command()
@click.argument("instance_file", metavar="INSTANCE", type=FILE)
@click.argument("solution_file", metavar="SOLUTION", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(instance_file: Path, solution_file: Path, as_json: bool) -> None:
    """Check the SOLUTION of the INSTANCE: print each broken rule, and where the points come from.

    Exit status 0 if every rule is kept, 1 if one is broken, 2 if a file can't be used.
    """
    instance = load(instance_file, read_instance)
    solution = load(solution_file, read_solution)
    verdict = referee(instance, solution)
    if as_json:
        click.echo(json.dumps(_report(instance, solution, verdict)))
    else:
        _print_verdict(instance, solution, verdict)
    click.get_current_context().exit(0 if verdict.ok else BROKEN)


@contextmanager
def _no_hunt_for_garbage() -> Iterator[None]:
    """Looking for cycles of garbage takes a sixth of the time that loading takes, and there are hardly any."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _seconds_around(instance: Instance) -> float:
    """What the command takes before the search, up to now, and after it."""
    people = len(instance.residents) + len(instance.faculty)
    return process_seconds() + ENDING_SECONDS + ENDING_SECONDS_A_PERSON * people


def _solved(
    instance: Instance,
    limits: Limits,
    listen: Callable[[Progress], None],
    should_stop: ShouldStop,
    path: Path,
    start: Solution | None,
    engine: Engine,
) -> Solution:
    # Loading the engines takes a part of a second that `rounds check` does not need.
    from solvers.solve import solve as search

    try:
        return search(instance, limits, listen, should_stop, start.groups if start else (), engine)
    except TooLarge as error:
        raise Rejected(str(error), where=str(path)) from error
    except PinsFail as error:
        text = "This group cannot stay as it was."
        faults = (Fault(f"pins.groups[{n}]", text) for n, pin in enumerate(instance.pins) if pin.id in error.groups)
        raise Rejected(str(error), tuple(faults), where=str(path)) from error
    except UnsoundPlan as error:
        click.echo(str(error), err=True)
        click.get_current_context().exit(BROKEN)


def _silent(_progress: Progress) -> None:
    pass


class _Teller:
    """Tells each progress in a line on standard error."""

    def __init__(self, instance: Instance) -> None:
        self._residents = len(instance.residents)

    def __call__(self, progress: Progress) -> None:
        score = "–" if progress.score is None else progress.score
        bound = "–" if progress.bound is None else progress.bound
        placed = f"placed {progress.placed} of {self._residents} in {progress.groups} groups"
        line = f"{progress.seconds:7.1f} s  {progress.phase:12}  score {score}  bound {bound}  {placed}"
        click.echo(line, err=True)


def _print_verdict(instance: Instance, solution: Solution, verdict: Verdict) -> None:
    print_breaches(verdict)
    for part, points in verdict.points.items():
        click.echo(f"{part:10} {points:>10}")
    click.echo(_summary(instance, solution, verdict.score))


def print_breaches(verdict: Verdict) -> None:
    """Tell the broken rules, a line each."""
    for breach in verdict.broken[:MOST_BREACHES_SHOWN]:
        click.echo(f"broken: {breach.text} [{breach.rule_id}]")
    if len(verdict.broken) > MOST_BREACHES_SHOWN:
        click.echo(f"… and {len(verdict.broken) - MOST_BREACHES_SHOWN} more")


def _summary(instance: Instance, solution: Solution, score: int) -> str:
    gap = _gap(instance, solution, score)
    bound = "no bound" if solution.bound is None else f"bound {solution.bound}"
    share = "" if gap is None else f", gap {gap:.2%}"
    placed = f"placed {_placed(solution)} of {len(instance.residents)} in {len(solution.groups)} groups"
    return f"score {score}, {bound}{share}; {placed}"


def _placed(solution: Solution) -> int:
    return len({resident for group in solution.groups for resident in group.residents})


def _gap(instance: Instance, solution: Solution, score: int) -> float | None:
    return gap_of(score, solution.bound, instance.weights.placed * _placed(solution))


def _report(instance: Instance, solution: Solution, verdict: Verdict) -> dict[str, Any]:
    return {
        "ok": verdict.ok,
        "score": verdict.score,
        "bound": solution.bound,
        "gap": _gap(instance, solution, verdict.score),
        "residents": len(instance.residents),
        "placed": _placed(solution),
        "groups": len(solution.groups),
        "points": dict(verdict.points),
        "broken": [breach_to_json(breach) for breach in verdict.broken],
    }


def breach_to_json(breach: Breach) -> dict[str, Any]:
    """A broken rule as a command's JSON has it."""
    return {
        "rule": breach.rule_id,
        "group": breach.group,
        "person": breach.person,
        "round": breach.round,
        "text": breach.text,
    }
