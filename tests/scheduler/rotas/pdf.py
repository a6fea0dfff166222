"""Writes the least of a PDF: words at their places and lines between them, a list of marks a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

ROW, COLUMN, LEFT, TOP = 24, 90, 40, 740


def as_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF whose pages are drawn by these commands."""
    streams = ["\n".join(page).encode("latin-1") for page in pages]
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    for number, stream in enumerate(streams):
        content = first + 2 * number + 1
        box = "/MediaBox [0 0 842 842] /Resources << /Font << /F 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {content} 0 R >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
    return _file(objects)


def words(rows: Iterable[Sequence[str]]) -> list[str]:
    """The cells of a table as words in columns."""
    placed = [(row, column, text) for row, cells in enumerate(rows) for column, text in enumerate(cells) if text]
    return [
        f"BT /F 9 Tf {LEFT + 4 + column * COLUMN} {TOP - row * ROW - 16} Td ({text}) Tj ET"
        for row, column, text in placed
    ]


def boxes(height: int, width: int, merged: Iterable[tuple[int, int, int]] = ()) -> list[str]:
    """The lines of a table. ``merged`` are cells that cover others: row, column, how many columns."""
    covered = {(row, column + more): 0 for row, column, across in merged for more in range(1, across)}
    across = {(row, column): many for row, column, many in merged}
    return [
        f"{LEFT + column * COLUMN} {TOP - (row + 1) * ROW} {COLUMN * across.get((row, column), 1)} {ROW} re S"
        for row in range(height)
        for column in range(width)
        if (row, column) not in covered
    ]


def _file(objects: Sequence[bytes]) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + end + trailer
