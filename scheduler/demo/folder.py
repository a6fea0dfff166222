"""The folder of a demo: whether it may be used, and the settings of the installation inside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from scheduler import clock
from scheduler.errors import NotPossible
from scheduler.settings import Settings, kept_secret, load

DATABASE = "demo.sqlite"
CLOCK = "clock"
"""The file that says by how many days the demo's clock is ahead."""
PLANNER = {"ROUNDS_SOLVE_SECONDS": "15", "ROUNDS_SOLVE_WORKERS": str(os.cpu_count() or 1)}


def use_clock_of(folder: Path) -> None:
    """Let this process, and those that it starts, go by the clock of the demo in a folder."""
    os.environ[clock.MOVED] = str(folder.resolve() / CLOCK)


def use_clock_of_database(url: str) -> None:
    """The same where a database is a demo's: what a command writes there, such as a link to sign in, is read by pages
    that go by the moved clock."""
    _, is_file, path = url.partition("sqlite:///")
    if is_file and Path(path).name == DATABASE and Path(path).with_name(CLOCK).exists():
        use_clock_of(Path(path).parent)


def must_suit(folder: Path) -> None:
    """Refuse a folder with other things in it: a demo writes and, if it was cut short, removes files."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DATABASE).exists():
        raise NotPossible(
            "The folder is not empty and does not contain a demo.",
            where=str(folder),
            what_to_do="Choose an empty or new folder with --dir.",
        )


def demo_settings(folder: Path, base_url: str, environment: Mapping[str, str]) -> Settings:
    """Settings under which everything stays in the folder and no mail is sent.

    Of the environment only the planner's time and threads count.
    """
    own = {
        "ROUNDS_DATABASE_URL": f"sqlite:///{folder.resolve() / DATABASE}",
        "ROUNDS_SECRET_KEY": kept_secret(folder),
        "ROUNDS_BASE_URL": base_url,
    }
    planner = {name: environment.get(name) or default for name, default in PLANNER.items()}
    return load(own | planner)


def clear(folder: Path) -> None:
    """Remove the database of a demo that was not finished."""
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()
