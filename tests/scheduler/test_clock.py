"""There is one source of the present moment: what a demo moves, all of the product goes by."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import scheduler
import solvers
import web
from scheduler.tables import metadata

ASKED = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp", "localtime", "gmtime"}
OF = {"datetime", "date", "time", "func"}
CLOCK = "scheduler/clock.py"
"""Migrations stand by themselves: they use nothing of the product."""


def modules() -> Iterator[Path]:
    for package in (scheduler, web, solvers):
        yield from Path(str(package.__file__)).parent.rglob("*.py")


def moments_asked(source: str) -> list[int]:
    """The lines on which something asks the machine, or the database, what time it is."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (
            node.func.value.id in OF
            and (node.func.attr in ASKED or (node.func.value.id, node.func.attr) == ("time", "time"))
        )
    ]


def test_nothing_but_the_clock_asks_what_time_it_is() -> None:
    root = Path(str(scheduler.__file__)).parents[1]
    found = {str(path.relative_to(root)): moments_asked(path.read_text()) for path in modules()}
    assert {path for path, lines in found.items() if lines and "/migrations/" not in path} == {CLOCK}


def test_no_column_is_filled_with_the_databases_own_moment() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            default = "" if column.server_default is None else str(getattr(column.server_default, "arg", ""))
            assert not {"now", "current"} & set(default.lower().replace("(", " ").replace("_", " ").split()), column


def test_the_test_finds_what_it_looks_for() -> None:
    asks = ("datetime.now(UTC)", "date.today()", "datetime.utcnow()", "time.time()", "func.now()")
    assert all(moments_asked(each) for each in asks)
    assert not moments_asked("clock.now(); now(); time.monotonic()")
