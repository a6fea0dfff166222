"""The page of figures: tables of the last run in one section, and a row for each run in a table of history."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

LATEST: Final = "## The last code"
HISTORY: Final = "## History"
_UNKNOWN: Final = "–"


def with_run(page: str, heading: str, tables: Sequence[str], scores: Mapping[str, int]) -> str:
    """``page`` with the ``tables`` of a run in place of those before, and its ``scores`` as a new row of history.

    ``heading`` says when and how it ran; ``tables`` are lines. A section that is missing is added at the end. The
    history has a column for each instance; instances that it doesn't have are left out, and without any of its
    instances there is no row.
    """
    page = _with_section(page, LATEST, "\n".join([f"{heading}.", "", *tables]))
    history = _section(page, HISTORY)
    lines = history.strip().split("\n") if history else _table(scores)
    columns = next((_cells(line) for line in lines if line.startswith("|")), ())[1:]
    if not set(columns) & set(scores):
        return page
    lines.append(_row(heading, [str(scores.get(name, _UNKNOWN)) for name in columns]))
    return _with_section(page, HISTORY, "\n".join(lines))


def _table(scores: Mapping[str, int]) -> list[str]:
    return [f"| run | {' | '.join(scores)} |", f"| --- |{' ---: |' * len(scores)}"]


def _row(heading: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([heading, *cells])} |"


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _bounds(page: str, title: str) -> tuple[int, int] | None:
    """Where the text of a section begins and ends."""
    found = re.search(rf"^{re.escape(title)}\n", page, re.MULTILINE)
    if found is None:
        return None
    following = re.search(r"^## ", page[found.end() :], re.MULTILINE)
    return found.end(), found.end() + following.start() if following else len(page)


def _section(page: str, title: str) -> str:
    bounds = _bounds(page, title)
    return page[slice(*bounds)] if bounds else ""


def _with_section(page: str, title: str, text: str) -> str:
    bounds = _bounds(page, title)
    if bounds is None:
        return f"{page.rstrip()}\n\n{title}\n\n{text.strip()}\n"
    start, end = bounds
    after = page[end:]
    return f"{page[:start]}\n{text.strip()}\n" + (f"\n{after}" if after else "")
