"""A child process that does not outlive the process that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

SERVED_BY: Final = "MENTOR_ROUNDS_SERVED_BY"
"""The variable that tells the web server which process it is not to outlive."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when its parent ends, and end at once if it has ended already.

    Only Linux can do this; elsewhere an orphan works on, and what it finds is not taken any more.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl refused")
    if os.getppid() != parent_pid:
        sys.exit(1)
