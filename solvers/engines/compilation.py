"""Ahead-of-use compilation of the hot loops.

Machine code is kept on disk, so that only the first search on a machine (or ``warm_up`` at set-up) compiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit
from numba.core.caching import FunctionCache
from numba.core.runtime import rtsys
from numba.core.types import Integer, int64, signed_domain, unliteral  # type: ignore[attr-defined]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_OPTIONS = {"nogil": True, "error_model": "numpy"}
_COMPILED = (b"\n@entry", b"\n@compiled", b"(NamedTuple):")
_HERE = Path(__file__).parent


@cache
def _sources_stamp(package: Path) -> tuple[str, int]:
    """Tell the present state of all that a package compiles.

    Numba marks a stored function stale when its own file changes, but the stored code holds the functions it
    calls as well, from whatever file; so every function is made to depend on all files that compile something.
    """
    digest = hashlib.sha256()
    for path in [*sorted(_HERE.glob("*.py")), *sorted(package.glob("*.py"))]:
        source = path.read_bytes()
        if path.parent == _HERE or any(mark in source for mark in _COMPILED):
            digest.update(source)
    return digest.hexdigest(), 0


class _KeptCode(FunctionCache):  # type: ignore[misc]
    """Machine code on disk. To load it, numba would first import all that it takes to compile, a fifth of a second; it
    does so still before it compiles anything."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The kept code for these types of arguments, or None."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


def entry(kernel: Kernel) -> Kernel:
    """Compile a function that Python calls, on first call and without the interpreter lock; keep it on disk.

    Where no directory can be written (a read-only installation without a home), it compiles in memory.
    """
    decorate: Any = njit
    dispatcher = decorate(**_OPTIONS)(kernel)
    try:
        dispatcher._cache = _KeptCode(kernel)
    except RuntimeError:  # numba found no place for its cache
        return cast(Kernel, dispatcher)
    dispatcher._cache._cache_file._source_stamp = _sources_stamp(Path(kernel.__code__.co_filename).parent)
    return cast(Kernel, dispatcher)


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function that only compiled functions call; Python may call what ``plain`` makes of it."""
    decorate: Any = njit
    return cast(
        Kernel, _with_wide_numbers(decorate(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)(kernel))
    )


def _with_wide_numbers(dispatcher: Any) -> Any:
    """Let every whole number handed over be of one type: numba would compile a version for each constant and width."""
    choose = dispatcher.get_call_template

    def choose_wide(arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
        return choose([_widened(kind) for kind in arguments], {name: _widened(kind) for name, kind in named.items()})

    dispatcher.get_call_template = choose_wide
    return dispatcher


def _widened(kind: Any) -> Any:
    kind = unliteral(kind)
    return int64 if isinstance(kind, Integer) and kind in signed_domain else kind


def uncompiled(kernel: Kernel) -> Kernel:
    """The uncompiled function behind a compiled one that calls no others."""
    return kernel.py_func  # type: ignore[attr-defined, no-any-return]
