"""``rounds bench``: how good, fast and large the planner is, measured and recorded."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import click

from scheduler.benchmarks.families import FAMILIES, of_family
from scheduler.benchmarks.measurement import Measured, load_instance, measure
from scheduler.benchmarks.record import with_run
from scheduler.benchmarks.weekly import weekly_figures, weekly_instance
from scheduler.clock import now
from scheduler.errors import Rejected
from solvers.regions import join, split
from solvers.stop import Limits

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "benchmarks" / "instances"
RECORD: Final = ROOT / "docs" / "benchmarks.md"
BEST_KNOWN: Final = ROOT / "benchmarks" / "best_known.json"
# Points that a plain simulated annealing in C++ reached in 10 and in 60 seconds.
BASELINE: Final = {
    "dev-024": (7570, 7575),
    "dev-060-tight": (18940, 19145),
    "dev-060": (18861, 18971),
    "dev-180-tight": (55759, 55889),
    "dev-180": (56635, 56921),
    "dev-600": (161276, 162303),
}
SIZES: Final = (60, 200, 600)
_FAMILY_SEEDS: Final = 3
WEEKLY_SECONDS: Final = {60: 10.0, 200: 20.0, 600: 60.0}


@click.command()
@click.argument("files", metavar="[INSTANCE]…", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--seconds", type=click.FloatRange(1, 86_400), default=10.0, show_default=True, help="Time for each instance."
)
@click.option("--workers", type=click.IntRange(min=1), default=lambda: os.cpu_count() or 1, help="Cores to use.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--weekly/--no-weekly", default=True, help="Also measure the weekly grids.")
@click.option(
    "--regions",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="Also measure the cost of splitting an instance with several sites into this many regions; 0 to skip.",
)
@click.option(
    "--families",
    type=click.IntRange(0),
    help="Also measure every family of problems with this many seeds; 0 to skip.  [default: 3, 0 with INSTANCE files]",
)
@click.option("--from-seed", type=click.IntRange(0), default=1, show_default=True, help="The families' first seed.")
@click.option(
    "--best-known",
    type=click.Path(path_type=Path, dir_okay=False),
    default=BEST_KNOWN,
    help="File of the best scores of the families' problems so far, read and brought up to date.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Page to keep the tables on.  [default: docs/benchmarks.md, none with INSTANCE files]",
)
def bench(
    files: tuple[Path, ...],
    seconds: float,
    workers: int,
    seed: int,
    weekly: bool,
    regions: int,
    families: int | None,
    from_seed: int,
    best_known: Path,
    record: Path | None,
) -> None:
    """Measure the planner on the benchmark's instances or on INSTANCE files, on families and on weekly grids.

    Each instance is solved by the whole command, in a process of its own, and then checked.
    """
    paths = files or tuple(sorted(FOLDER.glob("*.json.gz")))
    if not paths:
        raise Rejected(f"There are no instances in {FOLDER}.")
    conditions = Limits(seconds, workers, seed)
    runs: dict[str, Measured] = {}
    lines = list(_plan_table(paths, conditions, runs))
    split_up = [(name, run) for name, run in runs.items() if len(split(run.instance, regions)) > 1]
    if split_up:
        lines += ["", *_region_table(split_up, conditions, regions)]
    families = families if families is not None else 0 if files else _FAMILY_SEEDS
    if families:
        seeds = range(from_seed, from_seed + families)
        lines += ["", *_family_table(seeds, conditions, best_known)]
    if weekly:
        lines += ["", *_weekly_table(workers, seed)]
    record = record or (None if files else RECORD)
    if record:
        scores = {name: run.solution.score for name, run in runs.items()}
        page = record.read_text(encoding="utf-8") if record.exists() else "# Benchmarks\n"
        record.write_text(with_run(page, _heading(seconds, workers, seed), lines, scores), encoding="utf-8")
        click.echo(f"Kept in {record}.")


def _heading(seconds: float, workers: int, seed: int) -> str:
    day = now().date().isoformat()
    return f"{day}: {seconds:g} s, {workers} workers, seed {seed}, Python {platform.python_version()}"


def _told(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        click.echo(line)
        yield line


def _plan_table(paths: tuple[Path, ...], limits: Limits, runs: dict[str, Measured]) -> Iterator[str]:
    """Tell of each run, which is put into ``runs``."""

    def lines() -> Iterator[str]:
        yield "| instance | placed | score | bound | gap % | seconds | peak MiB | to baseline 10 s | to baseline 60 s |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
        for path in paths:
            name = path.name.removesuffix(".gz").removesuffix(".json")
            runs[name] = measure(load_instance(path), limits)
            yield _plan_row(name, runs[name])

    return _told(lines())


def _plan_row(name: str, run: Measured) -> str:
    gap = "–" if run.gap_percent is None else f"{run.gap_percent:.2f}"
    bound = "–" if run.solution.bound is None else str(run.solution.bound)
    ratios = [f"{run.solution.score / figure:.4f}" for figure in BASELINE.get(name, ())] or ["–", "–"]
    people = f"{run.placed} / {len(run.instance.residents)}"
    cells = [name, people, str(run.solution.score), bound, gap, f"{run.seconds:.1f}", str(run.peak_mib), *ratios]
    return f"| {' | '.join(cells)} |"


def _family_table(seeds: range, limits: Limits, best_known: Path) -> Iterator[str]:
    """A row for each family, its problems against the best scores known, which are brought up to date."""
    best: dict[str, int] = json.loads(best_known.read_text()) if best_known.exists() else {}

    def lines() -> Iterator[str]:
        yield "| family | seeds | median score | to best % | worst | best | median gap % | seconds |"
        yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
        for family in FAMILIES:
            runs = [measure(of_family(family, seed), limits) for seed in seeds]
            for run in runs:
                best[run.instance.name] = max(run.solution.score, best.get(run.instance.name, run.solution.score))
            yield _family_row(family, seeds, runs, [best[run.instance.name] for run in runs])

    yield from _told(lines())
    best_known.write_text(json.dumps(dict(sorted(best.items())), indent=1) + "\n", encoding="utf-8")


def _family_row(family: str, seeds: range, runs: list[Measured], best: list[int]) -> str:
    """What is missing to the best known score is in hundredths of what the plan earns beyond placing people."""
    short = [100 * (run.solution.score - known) / max(1, run.at_stake) for run, known in zip(runs, best, strict=True)]
    gaps = [run.gap_percent for run in runs if run.gap_percent is not None]
    cells = [family, f"{seeds[0]} to {seeds[-1]}", f"{median(run.solution.score for run in runs):.0f}"]
    cells += [f"{median(short):.2f}", f"{min(short):.2f}", f"{max(short):.2f}"]
    cells += [f"{median(gaps):.1f}" if gaps else "–", f"{max(run.seconds for run in runs):.1f}"]
    return f"| {' | '.join(cells)} |"


def _region_table(runs: list[tuple[str, Measured]], limits: Limits, count: int) -> Iterator[str]:
    def lines() -> Iterator[str]:
        yield "| split | regions | score unsplit | joined | lost % | mended | lost % | longest, seconds |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
        for name, whole in runs:
            parts = [measure(region, limits) for region in split(whole.instance, count)]
            joined = join(whole.instance, [part.solution for part in parts])
            yield _region_row(name, whole, parts, joined.score, measure(whole.instance, limits, joined))

    return _told(lines())


def _region_row(name: str, whole: Measured, parts: list[Measured], joined: int, mended: Measured) -> str:
    cells = [name, str(len(parts)), str(whole.solution.score)]
    for score in (joined, mended.solution.score):
        cells += [str(score), f"{100 * (whole.solution.score - score) / max(1, whole.at_stake):.2f}"]
    return f"| {' | '.join([*cells, f'{max(run.seconds for run in [*parts, mended]):.1f}'])} |"


def _weekly_table(workers: int, seed: int) -> Iterator[str]:
    def lines() -> Iterator[str]:
        yield (
            "| weekly grid | groups | without a common hour | without two | mean common hours "
            "| companions met | isolated against their wish | seconds | peak MiB |"
        )
        yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
        for size in SIZES:
            yield _weekly_row(size, measure(weekly_instance(size), Limits(WEEKLY_SECONDS[size], workers, seed)))

    return _told(lines())


def _weekly_row(size: int, run: Measured) -> str:
    figures = weekly_figures(run.instance, run.solution)
    cells = [
        str(size),
        str(figures.groups),
        str(figures.without_an_hour),
        str(figures.without_two),
        f"{figures.mean_common_hours:.1f}",
        f"{figures.met} of {figures.asked}",
        str(figures.isolated),
        f"{run.seconds:.1f}",
        str(run.peak_mib),
    ]
    return f"| {' | '.join(cells)} |"
