"""Reading and writing the files that commands are given."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

from scheduler.errors import Fault, Rejected
from solvers.errors import UnusableInput

T = TypeVar("T")


MOST_BYTES: Final = 512 * 1024**2
"""Of a file that a command is given: several times what the problem of a hundred thousand residents takes."""
_PIECE_BYTES: Final = 1024**2


def read_file(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """The content of ``path``. Raises :class:`Rejected` when it cannot be read, or is larger than ``most_bytes``: of
    that no more is read, whether it is a file, a device or a pipe."""
    pieces, size = [], 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                pieces.append(piece)
                size += len(piece)
                if size > most_bytes:
                    raise Rejected(f"is larger than {_in_words(most_bytes)}.", where=str(path))
    except OSError as error:
        raise Rejected(f"cannot be read: {error.strerror}.", where=str(path)) from error
    return b"".join(pieces)


def _in_words(count: int) -> str:
    return f"{count // 1024**2} MB" if count >= 1024**2 else f"{count // 1024} KB"


def load(path: Path, read: Callable[[bytes], T]) -> T:
    """What ``read`` makes of the file. Raises :class:`Rejected` with every fault in it."""
    data = read_file(path)
    try:
        return read(data)
    except UnusableInput as error:
        faults = tuple(Fault(fault.path, fault.text) for fault in error.faults)
        raise Rejected("The file can’t be used.", faults, where=str(path)) from error


def require_writable(path: Path) -> None:
    """Find out before hours of work that ``path`` cannot be written. Raises :class:`Rejected`."""
    if path.is_dir():
        raise Rejected("is a directory; a file is expected.", where=str(path))
    if not path.parent.is_dir():
        raise Rejected("its directory does not exist.", where=str(path))
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Rejected("cannot be written: permission denied.", where=str(path))


def write_whole(path: Path, data: bytes) -> None:
    """Write ``path`` so that readers see the old content or all of the new. Raises :class:`Rejected`."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # A device or a pipe: replacing it would destroy it.
        else:
            _replace(path.resolve(), data)
    except OSError as error:
        raise Rejected(f"cannot be written: {error.strerror}.", where=str(path)) from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with ExitStack() as unless_replaced:
        unless_replaced.callback(os.unlink, name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _permissions(path))
        os.replace(name, path)
        unless_replaced.pop_all()


def _permissions(path: Path) -> int:
    """Those that the file has, or that a new one would get."""
    if path.exists():
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
