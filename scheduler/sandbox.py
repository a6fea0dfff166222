"""A child process in which files from outside are read, so that no file, however made, takes the service with it.

The child has little memory and little time. It runs one function of a module, ``python -m scheduler.sandbox
MODULE:FUNCTION MEMORY_BYTES SECONDS``, takes a line of JSON and then the files on its standard input, and writes JSON.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

from scheduler.errors import MentorRoundsError
from scheduler.json_values import as_json, from_json
from scheduler.languages import current_language, in_language

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

Task = Callable[[Asked, Sequence[bytes]], Answer]

_COMMAND = (sys.executable, "-m", "scheduler.sandbox")
PATIENCE: Final = 10
"""A child that gets a tenth of a processor may still end: a busy machine is no fault of a file's."""
_HERE = str(Path(__file__).resolve().parents[1])


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may take: ``seconds`` of processor time, :data:`PATIENCE` times as many by the clock, and bytes of
    address space."""

    seconds: float
    memory_bytes: int


class Unfinished(Exception):
    """The child ended without an answer: it took too long or too much memory, or broke down."""


def run(
    task: Task[Asked, Answer],
    asked: Asked,
    files: Sequence[bytes],
    limits: Limits,
    errors: Sequence[type[MentorRoundsError]] = (),
) -> Answer:
    """What ``task`` answers when it is run in a child process, in the language spoken here.

    The task is a function on the top level of its module whose annotations say what is asked and answered, values
    that :mod:`scheduler.json_values` can write. One of ``errors`` that it raises is raised here too, with its words.
    Raises :class:`Unfinished` for everything else that keeps it from answering.
    """
    head = {"asked": as_json(asked), "sizes": [len(file) for file in files], "language": current_language()}
    told = json.loads(written(task, b"\n".join((json.dumps(head).encode(), b"".join(files))), limits))
    if "error" in told:
        raise _error(told["error"], errors)
    answer: Answer = from_json(get_type_hints(task)["return"], told["done"])
    return answer


def written(task: Callable[..., object], sent: bytes, limits: Limits) -> bytes:
    """What the child writes to what it is sent. Raises :class:`Unfinished` unless it ends well."""
    name, *numbers = arguments(task, limits)
    path = os.pathsep.join(filter(None, (_HERE, os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    try:
        ended = subprocess.run(
            (*_COMMAND, name, *numbers),
            input=sent,
            stdout=subprocess.PIPE,
            timeout=limits.seconds * PATIENCE,
            check=True,
            env=environment,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Unfinished(name) from error
    return ended.stdout


def arguments(task: Callable[..., object], limits: Limits) -> tuple[str, str, str]:
    """What the command line of the child says: which function, how many bytes of memory, how many seconds."""
    name = f"{task.__module__}:{task.__qualname__}"
    return name, str(limits.memory_bytes), str(max(1, math.ceil(limits.seconds)))


def _error(told: Mapping[str, str], errors: Sequence[type[MentorRoundsError]]) -> Exception:
    """The error that the child names, if it is one of those that are expected of it."""
    for expected in errors:
        if expected.__name__ == told["kind"]:
            return expected(told["message"], where=told["where"], what_to_do=told["what_to_do"])
    return Unfinished(told["kind"])


def _limit(memory_bytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(name: str, asked: Any, files: Sequence[bytes]) -> dict[str, Any]:
    module, _, function = name.partition(":")
    task = getattr(import_module(module), function)
    kind = next(iter(get_type_hints(task).values()))
    try:
        return {"done": as_json(task(from_json(kind, asked), files))}
    except MentorRoundsError as error:
        told = {"kind": type(error).__name__, "message": error.message}
        return {"error": told | {"where": error.where, "what_to_do": error.what_to_do}}


def main() -> None:
    """Answer what comes in on standard input, within the limits that the command line gives."""
    name, memory_bytes, seconds = sys.argv[1:]
    _limit(int(memory_bytes), int(seconds))
    line, _, content = sys.stdin.buffer.read().partition(b"\n")
    head = json.loads(line)
    files = [content[start:end] for start, end in pairwise(accumulate(head["sizes"], initial=0))]
    with in_language(head["language"]):
        answer = _answer(name, head["asked"], files)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
