"""Ahead-of-use compilation of the hot loops.

Machine code is kept on disk, so that only the first search on a machine (or ``warm_up`` at set-up) compiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_OPTIONS = {"nogil": True, "error_model": "numpy"}


@cache
def _sources_stamp() -> tuple[str, int]:
    """Identify the present state of all compiled sources of the search together.

    Numba marks a stored function stale when its own file changes, but the stored code holds the functions it
    calls as well, from whatever file; so every function is made to depend on all files that compile something.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        source = path.read_bytes()
        if b"\n@compiled\n" in source or b"\n@entry\n" in source or path == Path(__file__):
            digest.update(source)
    return digest.hexdigest(), 0


def entry(kernel: Kernel) -> Kernel:
    """Compile a function that Python calls, on first call and without the interpreter lock; keep it on disk.

    Where no directory can be written (a read-only installation without a home), it compiles in memory.
    """
    try:
        dispatcher: Any = njit(cache=True, **_OPTIONS)(kernel)
    except RuntimeError:  # numba found no place for its cache
        return njit(**_OPTIONS)(kernel)  # type: ignore[no-any-return]
    dispatcher._cache._cache_file._source_stamp = _sources_stamp()
    return dispatcher  # type: ignore[no-any-return]


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function that only compiled functions call; Python may call what ``plain`` makes of it."""
    return njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)(kernel)  # type: ignore[no-any-return]


def plain(kernel: Kernel) -> Kernel:
    """The uncompiled function behind a compiled one that calls no others."""
    return kernel.py_func  # type: ignore[attr-defined, no-any-return]
