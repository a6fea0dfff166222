"""Clock changes are read from the pinned package, whatever the machine knows."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

LOOK = (
    "import scheduler, zoneinfo, datetime; "
    "noon = datetime.datetime(2027, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo('Europe/London')); "
    "print(zoneinfo.TZPATH, noon.utcoffset())"
)


def test_a_machine_with_zones_of_its_own_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "Europe").mkdir()
    kolkata = resources.files("tzdata").joinpath("zoneinfo", "Asia", "Kolkata").read_bytes()
    (tmp_path / "Europe" / "London").write_bytes(kolkata)
    said = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**os.environ, "PYTHONTZPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "() 1:00:00"
