"""Compilation of the hot loops, with the machine code kept on disk.

Handing over a tuple of many arrays is cheap, but taking one array out of it again in a loop is not: count on taking
what a loop needs before it begins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_OPTIONS = {"nogil": True, "error_model": "numpy"}
_COMPILED = (b"\n@entry", b"\n@compiled", b"\n@inlined", b"(NamedTuple):")


@cache
def _sources_stamp() -> tuple[str, int]:
    """Tell the present state of all that is compiled: numba alone would overlook a change in a function called."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        source = path.read_bytes()
        if any(mark in source for mark in _COMPILED):
            digest.update(source)
    return digest.hexdigest(), 0


def entry(kernel: Kernel) -> Kernel:
    """Compile a function that Python calls, when first called, to run without the interpreter lock; keep it on disk."""
    decorate: Any = njit
    try:
        dispatcher = decorate(cache=True, **_OPTIONS)(kernel)
    except RuntimeError:  # numba found nowhere to keep it
        return cast(Kernel, decorate(**_OPTIONS)(kernel))
    dispatcher._cache._cache_file._source_stamp = _sources_stamp()
    return cast(Kernel, dispatcher)


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function that only compiled functions call."""
    decorate: Any = njit
    return cast(Kernel, decorate(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)(kernel))


def inlined(kernel: Kernel) -> Kernel:
    """Compile ``kernel`` into its callers: tuples of many arrays are slow to hand over."""
    decorate: Any = njit
    return cast(Kernel, decorate(inline="always", **_OPTIONS)(kernel))
