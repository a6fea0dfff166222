"""Processes that begin with everything imported: forked from one that has imported it, and done nothing else.

A new Python takes a second to import what the product's sandbox or a command needs, and then a hundredth to do what a
test asks of it. These are processes of their own all the same: with their own memory, limits, files and exit status.
"""

from __future__ import annotations

import atexit
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
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from scheduler import sandbox

READERS: Final = (
    "scheduler.availability.isolated_reader",
    "scheduler.enrolment.spreadsheets.table",
    "scheduler.exports.archive_files",
    "scheduler.invitations.mail_reader",
    "scheduler.rotas.reading.isolated_reader",
    "scheduler.rotas.reading.reader",
)
PATIENCE_SECONDS: Final = 120
KILLED: Final = -signal.SIGKILL
_MOST_BYTES: Final = 65536
_STREAMS: Final = ("stdin", "stdout", "stderr")
_START: Final = "from tests.forks import serve; serve()"
"""Not ``-m``: a process that one of these starts would import this module as its own main one."""


class Forks:
    """The process that they are forked from, which begins with the first of them."""

    def __init__(self, *modules: str) -> None:
        self._modules = modules
        self._one_at_a_time = threading.Lock()
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self, function: str, arguments: Sequence[str], given: bytes, more: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        """What becomes of ``function`` (``module:name``) with these arguments on its command line, standard input and
        environment. One that takes longer is killed."""
        asked = {"function": function, "arguments": arguments, "environment": {**os.environ, **more}, "at": os.getcwd()}
        ended, its_end = os.pipe()
        with ExitStack() as opened:
            streams = [opened.enter_context(tempfile.TemporaryFile()) for _ in _STREAMS]
            end = opened.enter_context(open(ended, "rb", 0))
            streams[0].write(given)
            streams[0].seek(0)
            self._ask(asked, [*(stream.fileno() for stream in streams), its_end])
            os.close(its_end)
            status = _wait(end.fileno(), seconds)
            for stream in streams:
                stream.seek(0)
            return subprocess.CompletedProcess([function, *arguments], status, streams[1].read(), streams[2].read())

    def written(self, task: Callable[..., object], sent: bytes, limits: sandbox.Limits) -> bytes:
        """In place of ``scheduler.sandbox.written``."""
        arguments = sandbox.arguments(task, limits)
        ended = self.run("scheduler.sandbox:main", arguments, sent, {}, limits.seconds * sandbox.PATIENCE)
        if ended.returncode:
            raise sandbox.Unfinished(arguments[0])
        return ended.stdout

    def close(self) -> None:
        """End the process."""
        if self._line is not None and self._process is not None:
            self._line.close()
            self._process.wait()

    def _ask(self, asked: Mapping[str, Any], files: list[int]) -> None:
        with self._one_at_a_time:
            if self._line is None:
                self._begin()
            assert self._line is not None
            socket.send_fds(self._line, [json.dumps(asked).encode()], files)

    def _begin(self) -> None:
        self._line, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-c", _START, str(there.fileno()), *self._modules]
        path = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))
        with there:
            self._process = subprocess.Popen(
                command, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path}
            )


_rounds = Forks(
    "scheduler.cli",
    "scheduler.commands.explain",
    "scheduler.commands.mail",
    "scheduler.commands.programme",
    "scheduler.commands.rota",
    "scheduler.commands.solve",
)
atexit.register(_rounds.close)


def rounds(*arguments: object, given: bytes = b"", **more: str) -> subprocess.CompletedProcess[str]:
    """The command ``rounds``, with this beside in its environment."""
    ended = _rounds.run("scheduler.cli:main", [*map(str, arguments)], given, more, PATIENCE_SECONDS)
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def _wait(end: int, seconds: float) -> int:
    """The exit status: a fork says its number first, and at its end its status, unless it dies before."""
    process = int(os.read(end, 32))
    if not select.select([end], [], [], seconds)[0]:
        os.kill(process, signal.SIGKILL)
    return int(os.read(end, 32) or KILLED)


def serve() -> None:
    """Import the modules that the command line names, and fork whenever somebody asks."""
    for module in sys.argv[2:]:
        import_module(module)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever asked sees by a closed pipe that a fork has ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as line:
        while True:
            asked, files, _, _ = socket.recv_fds(line, _MOST_BYTES, 4)
            if not asked:
                return
            if os.fork() == 0:
                line.detach()
                _be_asked(json.loads(asked), files)
            for file in files:
                os.close(file)


def _be_asked(asked: Mapping[str, Any], files: Sequence[int]) -> None:
    *streams, end = files
    os.write(end, str(os.getpid()).encode().ljust(32))
    try:
        status = _status_of(asked, streams)
        for name in _STREAMS[1:]:
            getattr(sys, name).flush()
        os.write(end, str(status).encode())
    finally:
        os._exit(0)


def _status_of(asked: Mapping[str, Any], streams: Sequence[int]) -> int:
    for number, (name, stream) in enumerate(zip(_STREAMS, streams, strict=True)):
        os.dup2(stream, number)
        setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["at"])
    module, _, function = asked["function"].partition(":")
    sys.argv = [function, *asked["arguments"]]
    try:
        getattr(import_module(module), function)()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1 if ended.code else 0
    except BaseException:  # noqa: BLE001 whatever it is: a new Python would end with it, too
        traceback.print_exc()
        return 1
    return 0
