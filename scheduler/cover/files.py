"""The cover list as a table: one for a file of everybody, or one for each rota manager."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from scheduler.cover.model import Line
from scheduler.exports.formats import as_csv, as_workbook
from scheduler.exports.tables_out import Table
from scheduler.languages import say


def cover_csv(lines: Iterable[Line]) -> bytes:
    """The list as a table of text: formulas made safe, with the mark by which Excel knows UTF-8."""
    return as_csv(table(say("Cover"), lines))


def cover_workbook(lines: Sequence[Line]) -> bytes:
    """A workbook with a sheet for each rota manager; a list without anybody has one empty sheet."""
    sheets = [
        table(manager or say("No rota manager"), theirs)
        for manager, theirs in groupby(sorted(lines, key=_by_manager), key=lambda line: line.manager)
    ]
    return as_workbook(sheets or [table(say("Cover"), ())])


def table(name: str, lines: Iterable[Line]) -> Table:
    """A list with its heading."""
    columns = (
        say("Date"), say("From"), say("Until"), say("Name"), say("Duty"), say("Rota"), say("Site"), say("Rota manager"),
    )  # fmt: skip
    return Table(name, columns, tuple(_cells(line) for line in lines))


def _cells(line: Line) -> tuple[str, ...]:
    return (
        f"{line.starts:%Y-%m-%d}", f"{line.starts:%H:%M}", _until(line), line.name, line.duty, line.rota, line.site,
        line.manager,
    )  # fmt: skip


def _until(line: Line) -> str:
    """The end, with its day where that is another."""
    return f"{line.ends:%H:%M}" if line.ends.date() == line.starts.date() else f"{line.ends:%Y-%m-%d %H:%M}"


def _by_manager(line: Line) -> tuple[bool, str, str]:
    return not line.manager, line.manager.casefold(), line.manager
