"""Reading an upload in a process of its own, so that no file can take the web's process with it.

``python -m scheduler.rotas.reading.apart`` takes a line of JSON and the files on its standard input and writes JSON.
The process has little memory and little time; whatever becomes of it is a sentence to whoever sent the file.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from scheduler.languages import say, speaking, spoken
from scheduler.rotas.answers import Answers
from scheduler.rotas.codec import answers_from_json, answers_json, kept_json, rota_from_json
from scheduler.rotas.model import LegendEntry, ReadRota, UnreadableFile
from scheduler.rotas.reading.by_week import Rolling
from scheduler.rotas.reading.read import NOT_ROLLING, read_rota

MAX_SECONDS = 60
MAX_MEMORY_BYTES = 2 * 1024**3
_COMMAND = (sys.executable, "-m", "scheduler.rotas.reading.apart")
_HERE = str(Path(__file__).resolve().parents[3])


def read_rota_apart(
    content: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    legend: tuple[bytes, str] | None = None,
    year: int | None = None,
    today: date | None = None,
    known: Mapping[str, LegendEntry] | None = None,
    rolling: Rolling = NOT_ROLLING,
    zone: str | None = None,
    max_seconds: float = MAX_SECONDS,
) -> ReadRota:
    """What :func:`~scheduler.rotas.reading.read.read_rota` says, which see for the arguments.

    Raises ``UnreadableFile`` also for a file that takes more than ``max_seconds`` or the memory that is granted.
    """
    asked = {
        "filename": filename,
        "size": len(content),
        "sheet": sheet,
        "legend": legend[1] if legend else None,
        "year": year,
        "today": today.isoformat() if today else None,
        "known": answers_json(Answers(codes=known or {})),
        "first_day": rolling.first_day.isoformat() if rolling.first_day else None,
        "weeks": rolling.weeks,
        "zone": zone,
        "language": spoken(),
    }
    sent = b"\n".join((json.dumps(asked).encode(), content + (legend[0] if legend else b"")))
    told = _told(sent, filename, max_seconds)
    if "unreadable" in told:
        raise UnreadableFile(told["unreadable"], where=told["where"], what_to_do=told["what_to_do"])
    return rota_from_json(told)


def _told(sent: bytes, filename: str, max_seconds: float) -> dict[str, Any]:
    path = os.pathsep.join(filter(None, (_HERE, os.environ.get("PYTHONPATH"))))
    try:
        ended = subprocess.run(
            _COMMAND,
            input=sent,
            stdout=subprocess.PIPE,
            timeout=max_seconds,
            check=True,
            env={**os.environ, "PYTHONPATH": path},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        advice = say("Copy the rota alone into a new workbook, save it as .xlsx and try again.")
        raise UnreadableFile(
            say("The file could not be read to its end."), where=filename, what_to_do=advice
        ) from error
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(sent: bytes) -> dict[str, Any]:
    line, _, files = sent.partition(b"\n")
    asked = json.loads(line)
    content, legend = files[: asked["size"]], files[asked["size"] :]
    try:
        rota = read_rota(
            content,
            asked["filename"],
            sheet=asked["sheet"],
            legend=(legend, asked["legend"]) if asked["legend"] is not None else None,
            year=asked["year"],
            today=date.fromisoformat(asked["today"]) if asked["today"] else None,
            known=answers_from_json(asked["known"]).codes,
            rolling=Rolling(date.fromisoformat(asked["first_day"]) if asked["first_day"] else None, asked["weeks"]),
            zone=asked["zone"],
        )
    except UnreadableFile as error:
        return {"unreadable": error.message, "where": error.where, "what_to_do": error.what_to_do}
    return kept_json(rota)


def main() -> None:
    """Read what comes in, say what it is."""
    _limit()
    sent = sys.stdin.buffer.read()
    with speaking(json.loads(sent.partition(b"\n")[0])["language"]):
        answer = _answer(sent)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
