"""The folder of a demo: whether it may be used, and the settings of the installation inside it."""

from __future__ import annotations

import os
from pathlib import Path

from scheduler.errors import NotPossible
from scheduler.settings import Settings, kept_secret

DATABASE = "demo.sqlite"
SOLVE_SECONDS = 15.0


def must_suit(folder: Path) -> None:
    """Refuse a folder with other things in it: a demo writes and, if it was cut short, removes files."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DATABASE).exists():
        raise NotPossible(
            "The folder is not empty, and what is in it is no demo.",
            where=str(folder),
            what_to_do="Name an empty or a new one with --dir.",
        )


def demo_settings(folder: Path, base_url: str) -> Settings:
    """Settings under which everything stays in the folder and no mail is sent."""
    secret_key = kept_secret(folder)
    return Settings(
        database_url=f"sqlite:///{folder.resolve() / DATABASE}",
        secret_key=secret_key,
        base_url=base_url,
        solve_seconds=SOLVE_SECONDS,
        solve_workers=os.cpu_count() or 1,
    )


def clear(folder: Path) -> None:
    """Remove the database of a demo that was not finished."""
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()
