"""Tables of a PDF without lines: words that stand under each other, by their places on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pdfplumber.page import Page

_GAP = 0.9
"""Of the height of the letters: from such a gap on, words belong to different cells."""
_SAME_LINE = 3.0
_FEWEST_LINES, _FEWEST_COLUMNS = 2, 2
_MOST_TOGETHER = 0.05
"""Share of lines of which two cells may stand in one column; more, and nobody could say which cells are empty."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Words that belong together, from left to right edge, with the height of their letters."""

    text: str
    left: float
    right: float
    size: float

    def with_next(self, word: _Text) -> _Text:
        """The same with another word behind it."""
        return _Text(f"{self.text} {word.text}", self.left, word.right, max(self.size, word.size))


def table_of_words(page: Page) -> list[list[str]]:
    """The rows of a page; none where its words do not stand in columns."""
    lines = [list(_cells(line)) for line in _lines(page)]
    table = [line for line in lines if len(line) > 1]
    columns = _columns([cell for line in table for cell in line])
    if len(table) < _FEWEST_LINES or len(columns) < _FEWEST_COLUMNS:
        return []
    together = sum(len({_place(columns, cell) for cell in line}) < len(line) for line in table)
    return [] if together > _MOST_TOGETHER * len(table) else [_row(columns, line) for line in lines]


def _lines(page: Page) -> Iterator[list[_Text]]:
    """The words of each line, from left to right."""
    words = sorted(page.extract_words(extra_attrs=["size"]), key=lambda word: (word["top"], word["x0"]))
    top = None
    line: list[_Text] = []
    for word in words:
        if top is None or word["top"] - top > _SAME_LINE:
            if line:
                yield sorted(line, key=lambda each: each.left)
            top, line = word["top"], []
        line.append(_Text(word["text"], word["x0"], word["x1"], word["size"]))
    if line:
        yield sorted(line, key=lambda each: each.left)


def _cells(words: Sequence[_Text]) -> Iterator[_Text]:
    """The words of a line, those with hardly a gap between them as one cell."""
    cell = words[0]
    for word in words[1:]:
        if word.left - cell.right < _GAP * max(cell.size, word.size):
            cell = cell.with_next(word)
        else:
            yield cell
            cell = word
    yield cell


def _columns(cells: Sequence[_Text]) -> list[tuple[float, float]]:
    """From where to where something stands in any line; a column ends where nothing does."""
    found: list[tuple[float, float]] = []
    for cell in sorted(cells, key=lambda each: each.left):
        if found and cell.left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], cell.right))
        else:
            found.append((cell.left, cell.right))
    return found


def _place(columns: Sequence[tuple[float, float]], cell: _Text) -> int:
    """The last column that begins before the cell or with it; a title may stand over several."""
    return max(0, sum(left <= cell.left for left, _ in columns) - 1)


def _row(columns: Sequence[tuple[float, float]], line: Sequence[_Text]) -> list[str]:
    row = [""] * len(columns)
    for column, cells in groupby(line, key=lambda cell: _place(columns, cell)):
        row[column] = " ".join(cell.text for cell in cells)
    return row
