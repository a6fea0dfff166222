"""What somebody could be called or written to on, and what only looks like it."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.rotas.reading.cells import Cell
from scheduler.rotas.reading.contacts import without_contacts


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("07700 900123", ""),
        ("bleep 1234, +44 20 7946 0958", "bleep 1234, "),
        ("Ann Bee <ann.bee@example.org>", "Ann Bee <>"),
        (447700900123, ""),
        ("7700900123", ""),
        (20270104, 20270104),
        ("2027-01-04–2027-01-10", "2027-01-04–2027-01-10"),
        ("01.08.2027-05.08.2027", "01.08.2027-05.08.2027"),
        ("08:00-17:30", "08:00-17:30"),
        ("0800-1730", "0800-1730"),
        ("N", "N"),
        (2.5, 2.5),
        (date(2027, 1, 4), date(2027, 1, 4)),
    ],
)
def test_numbers_and_addresses_go_and_all_else_stays(cell: Cell, left: Cell) -> None:
    assert without_contacts(cell) == left
