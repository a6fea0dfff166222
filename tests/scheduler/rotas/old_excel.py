"""Writes the least of an ``.xls`` workbook: BIFF8 records in a compound file, as Excel 97 to 2003 kept them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_DAY_ZERO = date(1899, 12, 30)
_DATE_FORMAT = 14


Block = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column."""


def as_xls(rows: Sequence[Sequence[object]], sheet: str = "Rota", merged: Sequence[Block] = ()) -> bytes:
    """A workbook of one sheet with texts, numbers and dates."""
    return _compound_file(_workbook(rows, sheet, merged))


def _workbook(rows: Sequence[Sequence[object]], sheet: str, merged: Sequence[Block]) -> bytes:
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    formats = b"".join(
        _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, form, 1, 0, 0, 0, 0, 0, 0, 0)) for form in (0, _DATE_FORMAT)
    )
    name = sheet.encode("latin-1")
    offset = len(start) + len(formats) + 4 + 8 + len(name) + 4
    bound = _record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name)
    cells = b"".join(
        _cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row) if value not in ("", None)
    )
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    return start + formats + bound + _record(0x000A, b"") + begin + cells + _merged(merged) + _record(0x000A, b"")


def _cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, date):
        return _record(0x0203, struct.pack("<HHHd", row, column, 1, (value - _DAY_ZERO).days))
    if isinstance(value, (int, float)):
        return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    text = str(value).encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)


def _merged(blocks: Sequence[Block]) -> bytes:
    places = (struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in blocks)
    return _record(0x00E5, struct.pack("<H", len(blocks)) + b"".join(places)) if blocks else b""


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound_file(stream: bytes) -> bytes:
    """A header, one sector of allocation table, one of directory, then the stream (never a short one)."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    chain = [_FAT, _END, *range(3, 2 + sectors), _END]
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        1,
        1,
        0,
        4096,
        _END,
        0,
        _END,
        0,
    )
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    return header + table + directory.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = struct.pack("<64sHBBIII", text, len(text), kind, 1, _FREE, _FREE, child)
    return head + struct.pack("<16sIQQIII", b"", 0, 0, 0, start, size, 0)
