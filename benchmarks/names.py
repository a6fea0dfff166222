"""Joins made-up spellings to made-up people and prints what became of them.

Each line is a kind of file, over SEEDS (40) of them: how many spellings were joined to the right person, to somebody
else, asked about although one person alone could be meant, and how many questions a file had at the median and at
most.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Mapping
from typing import Any

from scheduler.rotas.names import match_names
from tests.scheduler.rotas.naming.figures import measured
from tests.scheduler.rotas.naming.spellings import world

SEEDS = int(os.environ.get("SEEDS", "40"))
KINDS: Mapping[str, Mapping[str, Any]] = {
    "an ordinary department": {},
    "relatives, names a letter apart, every way of writing": {"shared": 0.15, "is_hard": True},
    "the same with 25 people on no list": {"shared": 0.1, "strangers": 25, "is_hard": True},
    "40 people, half of them namesakes": {"people": 40, "spellings": 180, "shared": 0.5, "is_hard": True},
}


def main() -> None:
    """Print a line a kind."""
    for kind, how in KINDS.items():
        started = time.perf_counter()
        made = [world(seed, **how) for seed in range(SEEDS)]
        matched = [match_names([each.text for each in one.spelled], one.people, one_by_one=True) for one in made]
        figures = [measured(one, found) for one, found in zip(made, matched, strict=True)]
        asked = [each.questions for each in figures]
        print(  # noqa: T201
            f"{kind}: {sum(each.spellings for each in figures)} spellings, "
            f"{sum(each.right for each in figures)} right, "
            f"{sum(len(each.false) for each in figures)} false, {sum(each.needless for each in figures)} asked "
            f"needlessly; questions {statistics.median(asked):g} at the median, {max(asked)} at most; "
            f"{time.perf_counter() - started:.1f} s"
        )


if __name__ == "__main__":
    main()
