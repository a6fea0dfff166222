"""Merged cells: their value holds in each of the cells that they cover."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.rotas.reading.cells import Cell, is_blank
from scheduler.rotas.reading.extent import Block, TooLarge


def spread(rows: list[list[Cell]], merged: Iterable[Block]) -> None:
    """Write the value of merged cells into each of them, as far as the sheet reaches.

    Raises ``TooLarge`` where they cover more than there are cells, as only a file made for it has them.
    """
    room = 2 * sum(map(len, rows)) + 1
    for top, left, bottom, right in merged:
        if top >= len(rows) or left >= len(rows[top]) or is_blank(rows[top][left]):
            continue
        for row in rows[top : bottom + 1]:
            end = min(right + 1, len(row))
            row[left:end] = [rows[top][left]] * (end - left)
            room -= max(1, end - left)
        if room < 0:
            raise TooLarge
