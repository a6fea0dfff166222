"""Compilation of the hot loops, with the machine code kept on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

# Modules that the search by dates does without: a change in them need not compile that again.
_MEMBERS_FIRST = ("grid", "roll", "dating", "judging", "mustering")
# Modules with the tuples of arrays that the compiled functions take.
_LAYOUTS = ("facts", "family", "grid", "roll")


@cache
def _sources_stamp(members_first: bool) -> tuple[str, int]:
    """Tell the present state of all that is compiled: numba alone would overlook a change in a function called."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        source = path.read_bytes()
        if path.stem in _MEMBERS_FIRST and not members_first:
            continue
        if b"\n@compiled" in source or b"\n@inlined" in source or path.stem in _LAYOUTS:
            digest.update(source)
    return digest.hexdigest(), 0


def compiled(kernel: Kernel) -> Kernel:
    """Compile ``kernel`` when first called, to run without the interpreter lock."""
    decorate: Any = njit
    try:
        dispatcher = decorate(cache=True, nogil=True, error_model="numpy")(kernel)
    except RuntimeError:  # numba found nowhere to keep it
        return cast(Kernel, decorate(nogil=True, error_model="numpy")(kernel))
    dispatcher._cache._cache_file._source_stamp = _sources_stamp(kernel.__module__.rpartition(".")[2] in _MEMBERS_FIRST)
    return cast(Kernel, dispatcher)


def inlined(kernel: Kernel) -> Kernel:
    """Compile ``kernel`` into its callers: tuples of many arrays are slow to hand over."""
    decorate: Any = njit
    return cast(Kernel, decorate(inline="always", nogil=True, error_model="numpy")(kernel))
