"""``rounds rota read``: what it writes, and how it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.commands.rota import rota
from tests.scheduler.rotas.sheets import LEGEND, as_csv, full_shift_grid

COUNT = sum(bool(cell) for row in full_shift_grid(4, 28)[1:] for cell in row[2:])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "rota.csv").write_bytes(as_csv(full_shift_grid(4, 28)))
    (tmp_path / "shifts.csv").write_bytes(as_csv(LEGEND))
    return tmp_path


def read(*arguments: object) -> Result:
    return CliRunner().invoke(rota, ["read", *map(str, arguments)], catch_exceptions=False)


def test_the_json_has_just_the_fields_that_are_promised(files: Path) -> None:
    out = files / "out.json"
    done = read(files / "rota.csv", "--legend", files / "shifts.csv", "--json", out)
    assert done.exit_code == 0
    written = json.loads(out.read_text())
    assert list(written) == ["layout", "people", "duties", "questions"]
    assert (written["layout"], len(written["people"]), len(written["duties"]), written["questions"]) == (
        "A",
        4,
        COUNT,
        [],
    )
    night = next(duty for duty in written["duties"] if duty["code"] == "N1")
    assert night == {
        "person": "1_SpR",
        "date": "2026-08-07",
        "code": "N1",
        "kind": "night",
        "start": "2026-08-07T21:15:00",
        "end": "2026-08-08T09:15:00",
    }


def test_questions_are_written_and_told_with_their_place(files: Path) -> None:
    written = json.loads(read(files / "rota.csv", "--json", "-").stdout)
    assert list(written["questions"][0]) == ["about", "cell", "text", "answers"]
    assert all(duty["start"] is None for duty in written["duties"])
    told = read(files / "rota.csv").stdout
    assert f"Layout A: 4 people, {COUNT} entries, 2026-08-05 to 2026-09-01." in told
    assert "C2: What does “NWD” mean?" in told


def test_a_rolling_rota_takes_its_beginning_from_the_command(files: Path) -> None:
    lines = [
        ["line", "Mon", "Tue", "Wed", "Thu", "Fri"],
        [1, "Day", "Day", "", "", "LD"],
        [2, "Off", "", "", "Day", "Day"],
    ]
    (files / "lines.csv").write_bytes(as_csv(lines))
    written = json.loads(read(files / "lines.csv", "--start", "2026-08-03", "--weeks", "2", "--json", "-").stdout)
    assert (written["layout"], len(written["duties"])) == ("D", 12)


def test_an_unknown_zone_is_refused(files: Path) -> None:
    done = read(files / "rota.csv", "--zone", "Europe/Camelot")
    assert done.exit_code == 2
    assert "no time zone called" in done.stderr


def test_a_file_that_is_no_rota_is_one_line_and_status_2(files: Path) -> None:
    (files / "letter.pdf").write_bytes(b"%PDF-1.7")
    command = [
        sys.executable,
        "-c",
        "from scheduler.cli import main; main()",
        "rota",
        "read",
        str(files / "letter.pdf"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("letter.pdf: The PDF is damaged")
