"""Parts of a sheet, written and read."""

from __future__ import annotations

import pytest

from scheduler.rotas.pointed_sheets import Part
from scheduler.rotas.reading.parts import name_of_part, part_of

PARTS = {
    "B20:F30": Part(19, 1, 29, 5),
    "H:K": Part(0, 7, None, 10),
    "61:70": Part(60, 0, 69, None),
    "C4": Part(3, 2, 3, 2),
    "AA1:AB2": Part(0, 26, 1, 27),
}


@pytest.mark.parametrize(("written", "part"), PARTS.items())
def test_a_part_is_read_as_it_is_written(written: str, part: Part) -> None:
    assert part_of(written) == part
    assert name_of_part(part) == written


@pytest.mark.parametrize(("written", "part"), [("f30:b20", PARTS["B20:F30"]), ("h", Part(0, 7, None, 7))])
def test_letters_and_corners_of_any_kind(written: str, part: Part) -> None:
    assert part_of(written) == part


@pytest.mark.parametrize("written", ["", "here it is", "B2:C", "A0", "ABCD1", "1:B", "B2:C3:D4"])
def test_what_is_no_part(written: str) -> None:
    assert part_of(written) is None
