"""Reading somebody's calendar in a process of its own: no file, however made, holds up or ends what reads it.

``python -m scheduler.availability.apart`` takes a line of JSON and the file on its standard input and writes JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.availability.busy import Busy, read_busy
from scheduler.availability.intervals import Interval
from scheduler.languages import say, speaking, spoken
from scheduler.rotas.model import UnreadableFile

MAX_SECONDS = 20
MAX_MEMORY_BYTES = 1024**3
_COMMAND = (sys.executable, "-m", "scheduler.availability.apart")
_HERE = str(Path(__file__).resolve().parents[2])


def read_busy_apart(
    content: bytes, zone: ZoneInfo, first: date, last: date, *, max_seconds: float = MAX_SECONDS
) -> Busy:
    """What :func:`~scheduler.availability.busy.read_busy` says.

    Raises ``UnreadableFile`` also for a calendar that takes more than ``max_seconds`` or the memory that is granted.
    """
    asked = {"zone": zone.key, "first": first.isoformat(), "last": last.isoformat(), "language": spoken()}
    told = _told(json.dumps(asked).encode() + b"\n" + content, max_seconds)
    if "unreadable" in told:
        raise UnreadableFile(told["unreadable"], where=told["where"], what_to_do=told["what_to_do"])
    return Busy(_spans(told["timed"]), _spans(told["all_day"]), told["skipped"])


def _told(sent: bytes, max_seconds: float) -> dict[str, Any]:
    path = os.pathsep.join(filter(None, (_HERE, os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    try:
        ended = subprocess.run(
            _COMMAND, input=sent, stdout=subprocess.PIPE, timeout=max_seconds, check=True, env=environment
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise UnreadableFile(
            say("The calendar could not be read to its end."), what_to_do=say("Export a shorter time.")
        ) from error
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(asked: dict[str, str], content: bytes) -> dict[str, Any]:
    days = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
    try:
        busy = read_busy(content, ZoneInfo(asked["zone"]), *days)
    except UnreadableFile as error:
        return {"unreadable": error.message, "where": error.where, "what_to_do": error.what_to_do}
    return {"timed": _written(busy.timed), "all_day": _written(busy.all_day), "skipped": busy.skipped}


def _written(spans: Iterable[Interval]) -> list[list[str]]:
    return [[span.start.isoformat(), span.end.isoformat()] for span in spans]


def _spans(written: Iterable[Iterable[str]]) -> tuple[Interval, ...]:
    return tuple(Interval(*map(datetime.fromisoformat, ends)) for ends in written)


def main() -> None:
    """Read what comes in, say when it is busy."""
    _limit()
    line, _, content = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(line)
    with speaking(asked["language"]):
        answer = _answer(asked, content)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
