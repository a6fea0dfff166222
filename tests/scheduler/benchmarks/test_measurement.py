"""The benchmark measures real runs, and what it says of weekly groups is what the timetables say."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.benchmarks.measurement import load_instance, measure
from scheduler.benchmarks.weekly import weekly_figures, weekly_instance
from scheduler.commands.bench import BASELINE, FOLDER, bench
from scheduler.errors import Rejected
from solvers.codec import instance_to_json
from solvers.instance import Group
from solvers.solution import Solution
from solvers.stop import Limits
from tests.solvers.builders import a_resident, an_instance, only


@pytest.fixture
def tiny_file(tmp_path: Path) -> Path:
    instance = an_instance([a_resident(f"r{k}") for k in range(4)])
    path = tmp_path / "tiny.json.gz"
    path.write_bytes(gzip.compress(json.dumps(instance_to_json(instance)).encode()))
    return path


def test_every_recorded_baseline_has_its_instance() -> None:
    assert {path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz")} == set(BASELINE)


def test_every_instance_has_its_row(tiny_file: Path, tmp_path: Path) -> None:
    record = tmp_path / "benchmarks.md"
    record.write_text("# Benchmarks\n", encoding="utf-8")
    result = CliRunner().invoke(bench, [str(tiny_file), "--seconds", "2", "--no-weekly", "--record", str(record)])
    assert result.exit_code == 0, result.output
    rows = [line for line in record.read_text(encoding="utf-8").splitlines() if line.startswith("| tiny |")]
    assert len(rows) == 1
    assert "| 4 / 4 |" in rows[0]


def test_what_a_split_into_regions_costs_is_told(tmp_path: Path) -> None:
    people = [a_resident(f"{site[0]}{k}", site=site) for site in ("north", "south") for k in range(2)]
    wishing = [replace(person, wants=("n0",)) for person in people if person.id != "n0"]
    path, record = tmp_path / "two.json", tmp_path / "figures.md"
    instance = an_instance([people[0], *wishing], weights=only(placed=100, want=12))
    path.write_text(json.dumps(instance_to_json(instance)))
    options = ["--seconds", "5", "--no-weekly", "--regions", "2", "--record", str(record)]
    result = CliRunner().invoke(bench, [str(path), *options])
    assert result.exit_code == 0, result.output
    rows = [line for line in record.read_text(encoding="utf-8").splitlines() if line.startswith("| two |")]
    assert len(rows) == 2
    _, _, regions, whole, joined, lost, mended, still_lost, *_ = (cell.strip() for cell in rows[1].split("|"))
    assert regions == "2"
    # Whoever wants somebody from the other site goes without, until the border is mended: two of three wishes.
    assert int(whole) - int(joined) == 2 * 12
    assert (lost, mended, still_lost) == ("66.67", whole, "0.00")


def test_a_measured_run_has_been_refereed(tiny_file: Path) -> None:
    run = measure(load_instance(tiny_file), Limits(2, 1, 1))
    assert run.placed == 4
    assert run.solution.score > 0
    assert run.peak_mib > 10


def test_a_run_that_fails_is_told(tmp_path: Path) -> None:
    broken = an_instance([a_resident("twin"), a_resident("twin")])
    with pytest.raises(Rejected, match="status 2"):
        measure(broken, Limits(1, 1, 1))


def test_weekly_figures_count_common_hours_companions_and_the_isolated() -> None:
    ann = a_resident("ann", "2220", wants=("bob", "eve"), tags=("woman",), company=("woman",))
    bob = a_resident("bob", "2202", wants=("eve",))
    eve = a_resident("eve", "0022", tags=("woman",), company=("woman",))
    dan = a_resident("dan", "0002")
    instance = an_instance([ann, bob, eve, dan])
    groups = (Group("g1", "peer", "video", ("ann", "bob")), Group("g2", "peer", "video", ("eve", "dan")))
    figures = weekly_figures(instance, Solution("tiny", groups))
    assert (figures.groups, figures.without_an_hour, figures.without_two) == (2, 0, 1)
    assert figures.mean_common_hours == 1.5
    assert (figures.asked, figures.met, figures.isolated) == (2, 1, 2)


def test_a_weekly_instance_is_the_same_every_time() -> None:
    assert weekly_instance(20, 3) == weekly_instance(20, 3)
    assert len(weekly_instance(20).residents) == 20
