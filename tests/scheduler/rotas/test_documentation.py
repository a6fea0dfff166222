"""What ``docs/rotas.md`` says is what the code does."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from scheduler.availability.calendar_download import MAX_BYTES, MAX_SECONDS
from scheduler.availability.duties import USUAL_HOURS
from scheduler.availability.marks import DEFAULT_POLICY
from scheduler.availability.other_calendars import EVERY, STALE_AFTER
from scheduler.availability.rest import PRESETS, RestRules
from scheduler.availability.wording import LEVEL_NAMES
from scheduler.rotas.model import DutyKind
from scheduler.rotas.reading.codes import certain_kind
from scheduler.rotas.reading.layouts import LAYOUTS, SHEET_READERS
from scheduler.rotas.reading.reader import read_rota

PAGE = (Path(__file__).parents[3] / "docs" / "rotas.md").read_text(encoding="utf-8")
SAMPLES = re.findall(r"<!-- layout (\w+) -->\n```csv\n(.*?)```", PAGE, re.DOTALL)


def table(heading: str) -> dict[str, list[str]]:
    """The table whose first column is headed so: other cells by the code in the first."""
    rows = re.search(rf"\| {heading} \|.*?\n\| ---.*?\n(.*?)\n\n", PAGE, re.DOTALL)
    assert rows is not None
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in rows[1].splitlines()]
    return {row[0].strip("`"): row[1:] for row in cells}


@pytest.mark.parametrize(("layout", "sample"), SAMPLES)
def test_each_sample_is_read_as_its_layout(layout: str, sample: str) -> None:
    rota = read_rota(sample.encode(), "sample.csv", today=date(2026, 8, 1))
    assert rota.layout == layout
    assert rota.duties


def test_every_layout_with_dates_has_a_sample_and_every_one_a_line() -> None:
    assert {"A", "B", "C", "D", "E", "long", "ics", "amion"} <= set(LAYOUTS)
    assert {key for key, _ in SAMPLES} == {layout.key for reader in SHEET_READERS for layout in reader.layouts}
    assert set(table("layout")) == set(LAYOUTS)


def test_kinds_their_answers_and_their_usual_hours() -> None:
    rows = table("kind")
    assert list(rows) == [kind.value for kind in DutyKind]
    for kind in DutyKind:
        answer, hours = rows[kind.value]
        if kind is not DutyKind.DAY:
            assert answer == LEVEL_NAMES[DEFAULT_POLICY.during[kind]]
        given = USUAL_HOURS.get(kind)
        assert hours == (f"{given[0]:%H:%M}–{given[1]:%H:%M}" if given else "the whole day")
    opens, closes = DEFAULT_POLICY.lunch
    assert rows["day"][0] == f"can from {opens:%H:%M} to {closes:%H:%M} and in protected windows, else if need be"


def hours(number: float) -> str:
    return f"{number:g} h" if number else "–"


def run(length: int, number: float) -> str:
    return f"{length} → {number:g} h" if length else "–"


def written(rules: RestRules) -> list[str]:
    return [
        hours(rules.between_duties_hours),
        hours(rules.after_nights_hours),
        run(rules.long_run, rules.after_long_run_hours),
        run(rules.duty_run, rules.after_duty_run_hours),
        hours(rules.after_day_long_call_hours),
        f"1 in {rules.free_day_in_days}" if rules.free_day_in_days else "–",
        hours(rules.sleep_before_night_hours),
    ]


def test_rest_presets() -> None:
    assert table("preset") == {key: written(rules) for key, rules in PRESETS.items()}


def test_each_preset_has_its_source_on_the_page() -> None:
    assert re.findall(r"^- `([\w-]+)`: ", PAGE, re.MULTILINE) == list(PRESETS)


@pytest.mark.parametrize("code", ["Night", "Off", "Annual leave", "AL", "LD", "NROC"])
def test_words_said_to_be_understood_are(code: str) -> None:
    assert f"`{code}`" in PAGE
    assert certain_kind(code) is not None


def test_figures_on_calendars() -> None:
    assert (EVERY.total_seconds() / 3600, STALE_AFTER.days, MAX_SECONDS, MAX_BYTES) == (4, 2, 20, 5 * 1024 * 1024)
    for words in ("every four hours", "stale after two days", "within 20 seconds and 5 MB"):
        assert words in PAGE
