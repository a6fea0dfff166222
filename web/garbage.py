"""How often Python looks for garbage, set for pages that show much."""

from __future__ import annotations

import gc
from functools import cache
from typing import Final

_THRESHOLDS: Final = (50_000, 20, 20)
"""A page of thousands of rows makes as many values in a moment and lets go of them together. To look for garbage after
every few hundred, and through everything there is each time, takes as long as making the page: half of it was that."""


def look_seldom() -> None:
    """Look after many more new values than usual. Starting makes a million that stay: to look through them again and
    again, as Python would, is a third of the time that it takes."""
    gc.set_threshold(*_THRESHOLDS)


@cache
def look_rarely() -> None:
    """Once a process: leave what is loaded by now alone for good, and look at the rest after many more new values."""
    gc.collect()
    gc.freeze()
    look_seldom()
