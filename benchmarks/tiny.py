"""What is missed on tiny problems: ``make bench-tiny`` (COUNT=1000, ENGINE, SECONDS, SHAPE, FIRST).

Problems of six to ten residents in all shapes, each searched by one worker as ``rounds solve --seconds 1`` would on a
machine that is free; the joint model proves which score is the best. Lists every problem whose best plan was not found,
and in what the nearest of the best plans differs: that is the kind of move that is missing. Processor time counts, so
a busy machine gives the same list.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import islice

from plan_differences import Difference, differences

from solvers.engine import Engine
from solvers.engines.joint import solve_joint
from solvers.engines.search.driver import Search
from solvers.engines.small import is_small
from solvers.instance import Group, Instance, Weights
from solvers.progress import ignore
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop
from tests.solvers.tiny import SHAPES, of_shape

SEARCH_SECONDS = float(os.environ.get("SECONDS") or "1")
ENGINE = Engine(os.environ.get("ENGINE") or Engine.SEARCH)
PROOF_SECONDS = 6.0
SCALE = 1_000
"""Points are worth so many times more than staying together."""
PATIENCE = 3_600.0
"""Seconds of the clock, which is not to end anything here."""


def main() -> None:
    """Go through the problems in turn and sum up."""
    count, first = int(os.environ.get("COUNT") or "1000"), int(os.environ.get("FIRST") or "0")
    shapes = (os.environ.get("SHAPE") or " ".join(SHAPES)).split()
    tally: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    started = time.process_time()
    for instance in _problems(shapes, first, count):
        outcome, difference = _judged(instance)
        tally[outcome] += 1
        if difference:
            kinds[difference.kind] += 1
    told = ", ".join(f"{outcome} {number}" for outcome, number in sorted(tally.items()))
    sys.stdout.write(f"{told}; {time.process_time() - started:.0f} s of the processor\n")
    for kind, number in kinds.most_common():
        sys.stdout.write(f"{number:>5}  {kind}\n")


def _problems(shapes: list[str], first: int, count: int) -> Iterator[Instance]:
    turns = (of_shape(shape, first + number) for number in range(count) for shape in shapes)
    return islice(turns, count)


def _judged(instance: Instance) -> tuple[str, Difference | None]:
    found = _searched(instance)
    answer = solve_joint(instance, Limits(PATIENCE, 1), found, _after(PROOF_SECONDS))
    if not answer.proved or answer.groups is None:
        return "undecided", None
    score = check(instance, Solution(instance.name, answer.groups)).score
    if score == found.score:
        return "best", None
    difference = differences(found.groups, _nearest(instance, found) or answer.groups)
    sys.stdout.write(f"{instance.name:<14} {found.score} instead of {score}: {difference}\n")
    sys.stdout.flush()
    return "missed", difference


def _nearest(instance: Instance, found: Solution) -> tuple[Group, ...] | None:
    """Of the best plans the one that moves the fewest people out of the groups found, if that can be asked."""
    if instance.previous:
        return None
    points = {each.name: getattr(instance.weights, each.name) for each in fields(Weights)}
    scaled = {name: SCALE * value for name, value in points.items() if isinstance(value, int)}
    attend = {mark: SCALE * value for mark, value in instance.weights.attend.items()}
    weights = Weights(**{**scaled, "attend": attend, "regroup": -1, "handover": -1, "moved": 0, "reroom": 0})
    asked = replace(instance, previous=found.groups, weights=weights)
    answer = solve_joint(asked, Limits(PATIENCE, 1), found, _after(PROOF_SECONDS))
    return answer.groups if answer.proved else None


def _searched(instance: Instance) -> Solution:
    end = time.monotonic() + PATIENCE
    limits = Limits(SEARCH_SECONDS, 1)
    outright = ENGINE is Engine.AUTO and is_small(instance)
    stop = _after(SEARCH_SECONDS)
    search = Search(instance, limits, ignore, stop, time.monotonic(), end, outright=outright)
    found = Solution(instance.name, search.plan())
    return Solution(instance.name, found.groups, check(instance, found).score)


def _after(seconds: float) -> ShouldStop:
    end = time.process_time() + seconds
    return lambda: time.process_time() >= end


if __name__ == "__main__":
    main()
