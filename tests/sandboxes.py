"""Sandboxes for files that are forked from one process which has imported what they need, and done nothing else.

A sandbox of the product is a new Python, which takes ten times as long to begin as to read the few lines that most
tests send it. These do the same within the same limits, and begin where that one is when it has imported its task.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path

from scheduler import sandbox

TASKS = (
    "scheduler.availability.isolated_reader",
    "scheduler.enrolment.spreadsheets.table",
    "scheduler.exports.archive_files",
    "scheduler.rotas.reading.isolated_reader",
)
MOST_BYTES = 4096
DONE = b"done"


class Sandboxes:
    """The process that they are forked from; it begins with the first of them."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def written(self, task: Callable[..., object], sent: bytes, limits: sandbox.Limits) -> bytes:
        """What a sandbox writes on its standard output. Raises ``sandbox.Unfinished`` as the product's does."""
        arguments = sandbox.arguments(task, limits)
        ended, its_end = os.pipe()
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer, open(ended, "rb", 0) as end:
            given.write(sent)
            given.seek(0)
            self._ask(arguments, [given.fileno(), answer.fileno(), sys.__stderr__.fileno(), its_end])
            os.close(its_end)
            if not _ends_well(end.fileno(), limits.seconds):
                raise sandbox.Unfinished(arguments[0])
            answer.seek(0)
            return answer.read()

    def _ask(self, arguments: tuple[str, ...], files: list[int]) -> None:
        with self._one_at_a_time:
            if self._line is None:
                self._begin()
            assert self._line is not None
            socket.send_fds(self._line, [json.dumps(arguments).encode()], files)

    def _begin(self) -> None:
        self._line, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with closing(there):
            command = [sys.executable, "-m", "tests.sandboxes", str(there.fileno())]
            path = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))
            self._process = subprocess.Popen(
                command, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path}
            )

    def close(self) -> None:
        """End the process."""
        if self._line is not None and self._process is not None:
            self._line.close()
            self._process.wait()


def _ends_well(end: int, seconds: float) -> bool:
    """Whether the sandbox says that it is done; one that takes longer is killed."""
    process = int(os.read(end, 32))
    if not select.select([end], [], [], seconds)[0]:
        os.kill(process, signal.SIGKILL)
    return os.read(end, len(DONE)) == DONE


def _serve(line: socket.socket) -> None:
    for task in TASKS:
        import_module(task)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever asked sees by the closed pipe that a sandbox has ended
    while True:
        asked, files, _, _ = socket.recv_fds(line, MOST_BYTES, 4)
        if not asked:
            return
        if os.fork() == 0:
            line.close()
            _be_sandbox(json.loads(asked), files)
        for file in files:
            os.close(file)


def _be_sandbox(arguments: list[str], files: list[int]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    end = files[3]
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
    os.write(end, f"{os.getpid()}".encode().ljust(32))
    try:
        sys.argv[1:] = arguments
        sandbox.main()
        sys.stdout.flush()
        os.write(end, DONE)
    except BaseException:  # noqa: BLE001 whatever it is, this process ends here as a new Python would
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as here:
        _serve(here)
