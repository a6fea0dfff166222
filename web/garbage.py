"""How often Python looks for garbage, set for pages that show much."""

from __future__ import annotations

import gc
from functools import cache
from typing import Final

_THRESHOLDS: Final = (50_000, 20, 20)
"""A page of thousands of rows makes as many values in a moment and lets go of them together. To look for garbage after
every few hundred, and through everything there is each time, takes as long as making the page: half of it was that."""


@cache
def look_rarely() -> None:
    """Once a process: leave what is loaded by now alone for good, and look at the rest after many more new values."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
