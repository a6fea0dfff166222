"""Files and folders of an installation: for the account that it runs under, and for no other on the machine."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

UMASK: Final = 0o077
"""What a process that writes an installation's data leaves out of the permissions of new files."""
_FOLDER: Final = 0o700
_FILE: Final = 0o600
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, under permissions of the database's own."""


def private_folder(folder: Path) -> Path:
    """The folder, made if it is not there, which nobody else may open. One of before is closed to others, too, if it
    belongs to this account."""
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    _close(folder, _FOLDER)
    return folder


def private_database(path: Path) -> None:
    """Make SQLite's file before SQLite does, which would let others read it; close one of before to them. Does nothing
    where the folder is not there or not to be written to, which opening the database will tell."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, _FILE))
    for ending in _BESIDE:
        beside = path.with_name(path.name + ending)
        if beside.is_file():
            _close(beside, _FILE)


def _close(path: Path, allowed: int) -> None:
    """Take from everybody else what they may do; whoever does not own it leaves it as it is."""
    with suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and found.st_mode & 0o7777 & ~allowed:
            path.chmod(found.st_mode & allowed)
