"""Somebody's calendar is read in the sandbox: no file, however made, holds up or ends what reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from scheduler import sandbox
from scheduler.availability.busy import Busy, read_busy
from scheduler.languages import say
from scheduler.rotas.model import UnreadableFile

MAX_SECONDS = 20
MAX_MEMORY_BYTES = 1024**3


@dataclass(frozen=True, slots=True)
class Asked:
    """Between which days, and by which clocks, a calendar is read; ``zone`` is the name of a time zone."""

    zone: str
    first: date
    last: date


def read_busy_isolated(
    content: bytes, zone: ZoneInfo, first: date, last: date, *, max_seconds: float = MAX_SECONDS
) -> Busy:
    """What :func:`~scheduler.availability.busy.read_busy` says.

    Raises ``UnreadableFile`` also for a calendar that takes more than ``max_seconds`` or the memory that is granted.
    """
    limits = sandbox.Limits(max_seconds, MAX_MEMORY_BYTES)
    try:
        return sandbox.run(read_in_sandbox, Asked(zone.key, first, last), (content,), limits, (UnreadableFile,))
    except sandbox.Unfinished as error:
        raise UnreadableFile(
            say("The calendar could not be read in full."), what_to_do=say("Export a shorter period.")
        ) from error


def read_in_sandbox(asked: Asked, files: Sequence[bytes]) -> Busy:
    """What the sandbox runs."""
    return read_busy(files[0], ZoneInfo(asked.zone), asked.first, asked.last)
