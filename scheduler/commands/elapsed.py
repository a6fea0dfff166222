"""How long this process has been running, start-up included."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

# Starting up takes a fraction of this. An older process was something else before it became this command
# (``exec`` keeps the start time), so its age says nothing.
_LONGEST_START_SECONDS: Final = 5.0
_loaded_at = time.monotonic()


def process_seconds() -> float:
    """Wall time since the process was started; where the system does not tell, since this module was loaded."""
    since_loaded = time.monotonic() - _loaded_at
    age = _age_seconds()
    if age is None or not since_loaded <= age <= since_loaded + _LONGEST_START_SECONDS:
        return since_loaded
    return age


def _age_seconds() -> float | None:
    try:
        stat = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace")
        # proc(5): field 22, the start in clock ticks since boot; the name in field 2 may hold anything.
        ticks = int(stat.rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None
