"""The benchmark measures what the command really answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

INSTANCE = {
    "format": "mentoring-instance/1", "name": "pair", "session_minutes": 60, "rounds": 1,
    "slots": [{"start": "2027-01-04T12:30:00+00:00", "round": 0}], "min_gap_days": 0, "quorum": 0.6,
    "min_attendance": 0.7, "rooms": [], "conflicts": [], "weights": {},
    "models": [{"id": "peer", "size": [2, 4], "spread": [0, 0], "facilitators": [0, 0], "present": 0}],
    "people": [
        {"id": name, "role": "resident", "stage": 1, "site": "north", "availability": "2", "modes": ["video"],
         "models": {"peer": 1}}
        for name in ("a", "b")
    ],
}  # fmt: skip


def rounds(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from scheduler.cli import main; main()", "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_instance_is_solved_refereed_and_recorded(tmp_path: Path) -> None:
    path, record = tmp_path / "pair.json", tmp_path / "figures.md"
    path.write_text(json.dumps(INSTANCE))
    ended = rounds(str(path), "--seconds", "2", "--no-weekly", "--families", "0", "--record", str(record))
    assert (ended.returncode, ended.stderr) == (0, "")
    [line] = [line for line in record.read_text().splitlines() if line.startswith("| pair")]
    # 2 × (placed 200 + held 4 + attend 10 + model 6 + mode 6) + rhythm 5
    assert line.startswith("| pair | 2 / 2 | 457 |")
    assert line in ended.stdout


def test_an_unusable_instance_is_told_and_nothing_recorded(tmp_path: Path) -> None:
    path, record = tmp_path / "broken.json", tmp_path / "figures.md"
    path.write_text("{}")
    ended = rounds(str(path), "--no-weekly", "--record", str(record))
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert not record.exists()
