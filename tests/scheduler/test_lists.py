"""Lists in the product's own columns: whatever is in a file, a fault with its row, or one sentence."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.errors import Fault, Rejected
from scheduler.lists import MOST_LINES, Line, read_each, read_lines

COLUMNS = ("email", "number", "day")


def faults_of(*cells: str) -> list[str]:
    content = ("email,number,day\n" + ",".join(cells)).encode()
    faults: list[Fault] = []

    def read(line: Line) -> tuple[int, date | None]:
        return line.number_in("number", 100), line.day("day")

    list(read_each(read_lines(content, COLUMNS, "list"), read, faults))
    return [fault.text for fault in faults]


@pytest.mark.parametrize("number", ["101", str(2**63), "9" * 5000, "nan", "inf", "-1", "1e9"])
def test_a_number_that_nothing_counts_is_a_fault_of_its_row(number: str) -> None:
    assert len(faults_of("a@example.org", number, "2027-01-31")) == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2027-13-01", "20270131", "9" * 5000])
def test_a_day_beyond_every_programme_is_a_fault_of_its_row(day: str) -> None:
    [text] = faults_of("a@example.org", "1", day)
    assert "is not a date" in text
    assert len(text) < 300


def test_a_cell_longer_than_the_reader_takes_is_no_list() -> None:
    with pytest.raises(Rejected, match="not a CSV file"):
        read_lines(b'email,number,day\n"' + b"x" * 140_000 + b'",1,2027-01-01\n', COLUMNS, "list")


def test_a_list_has_so_many_rows_and_no_more() -> None:
    with pytest.raises(Rejected, match="more than 20000 rows"):
        read_lines(b"email,number,day\n" + b"a@example.org,1,\n" * (MOST_LINES + 1), COLUMNS, "list")
    most = read_lines(b"email,number,day\n" + b"a@example.org,1,\n" * MOST_LINES, COLUMNS, "list")
    assert len(most) == MOST_LINES
