"""Runs as frozen values: one solving each, with what it was asked and what it reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from solvers.reasons.facts import Step


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self in (RunState.DONE, RunState.CANCELLED, RunState.FAILED)


@dataclass(frozen=True, slots=True)
class RunStep:
    """One report of a run: of the best plan so far the sessions ``held``, their ``seats`` and who is ``coming``."""

    seconds: float
    phase: str
    score: int | None
    bound: int | None
    placed: int
    groups: int
    held: int = 0
    coming: int = 0
    seats: int = 0


@dataclass(frozen=True, slots=True)
class Stopped:
    """That a run was asked to stop before its time was over: when and by whom (None and "": not known), and after how
    many of its ``seconds`` it ended."""

    seconds: float
    after: float
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One solving of a programme. ``seconds`` is the time it was given; ``plan_id`` what came of it.

    ``tried`` are rules that it tries in the place of the programme's, ``asked`` all that it goes by; ``ahead`` counts
    the runs before it in the queue.
    """

    id: int
    programme_id: int
    state: RunState
    seconds: float
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested: bool
    plan_id: int | None
    error: str
    residents: int
    steps: tuple[RunStep, ...]
    is_repair: bool = False
    is_improvement: bool = False
    is_afresh: bool = False
    """Whether it forms the groups afresh, without holding to those that there are."""
    seed: int = 1
    workers: int = 2
    tried: tuple[Step[int], ...] = ()
    asked: Mapping[str, Any] | None = None
    asked_by: str = ""
    ahead: int = 0
