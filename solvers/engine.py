"""Which engine looks for a plan."""

from __future__ import annotations

from enum import StrEnum


class Engine(StrEnum):
    """``SEARCH`` anneals; ``JOINT`` solves the whole problem as one model; ``AUTO`` searches, and solves outright what
    is small enough to be."""

    AUTO = "auto"
    SEARCH = "search"
    JOINT = "joint"
