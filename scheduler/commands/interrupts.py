"""Stopping: Ctrl-C and SIGTERM become a flag that a search can check."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
ASK_SECONDS: Final = 0.1
KILLED: Final = 130


@contextmanager
def stop_requests() -> Iterator[Callable[[], bool]]:
    """Within, the first Ctrl-C or SIGTERM only makes the yielded function return True; the second ends the process.

    The signals are blocked and waited for in a thread: handlers would have to wait until native code, in which a
    search spends its time, returns to Python, and CP-SAT puts its own in their place.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    asked, over = threading.Event(), threading.Event()
    waiting = threading.Thread(target=_wait, args=(asked, over), daemon=True)
    waiting.start()
    try:
        yield asked.is_set
    finally:
        over.set()
        waiting.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait(asked: threading.Event, over: threading.Event) -> None:
    while not over.is_set():
        if signal.sigtimedwait(STOPPING, ASK_SECONDS):
            if asked.is_set():
                os._exit(KILLED)
            asked.set()
