"""The posts of a wall calendar: what stands before the rows of each week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from scheduler.rotas.reading.calendar_pages import Page, Week
from scheduler.rotas.reading.cells import folded, is_blank, is_number, text_of
from scheduler.rotas.reading.workbook import Sheet

_Labels = Mapping[int, str]
"""What stands before rows, counted from the row of days."""


@dataclass(frozen=True)
class PagePosts:
    """What is ``written`` before the rows of each week, and which rows hold something without it, by the week's row."""

    rows: Mapping[int, int]
    written: Mapping[int, _Labels]
    nameless: Mapping[int, tuple[int, ...]]

    def of(self, week: Week) -> dict[int, str]:
        """The posts of a week by their rows. A row without one goes on from the one above, unless it has one in most
        weeks, or just one post is left for it."""
        written = {**self._known(week), **self.written[week.row]}
        labels: dict[int, str] = {}
        last = ""
        for row in range(1, self.rows[week.row] + 1):
            last = written.get(row) or last
            if last:
                labels[row] = last
        return labels

    def guessed(self, week: Week) -> Iterator[tuple[int, str]]:
        """Rows that go on from those above, though nearly all rows have a post, or the same row has one in another
        week; each with the post that it goes on with."""
        are_few = sum(map(bool, self.nameless.values())) * 2 < len(self.nameless)
        known, labels = self._known(week), self.of(week)
        for row in self.nameless[week.row]:
            if row not in known and (are_few or any(row in written for written in self.written.values())):
                yield row, labels.get(row, "")

    def _known(self, week: Week) -> dict[int, str]:
        """The posts of rows before which none is written: as in most weeks, or the one that is left."""
        written = self.written[week.row]
        alike = [folded(label) == folded(self._usual.get(row, "")) for row, label in written.items()]
        if sum(alike) * 2 > len(alike):
            return dict(self._usual)
        own, nameless = set(map(folded, written.values())), self.nameless[week.row]
        left = [label for key, label in self._common.items() if key not in own]
        return {nameless[0]: left[0]} if len(nameless) == len(left) == 1 else {}

    @cached_property
    def _usual(self) -> dict[int, str]:
        """The posts that stand before a row in most weeks."""
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for labels in self.written.values():
            for row, label in labels.items():
                counts[row][label] += 1
        most = {row: found.most_common(1)[0] for row, found in counts.items()}
        return {row: label for row, (label, count) in most.items() if count * 2 > len(self.written)}

    @cached_property
    def _common(self) -> dict[str, str]:
        """The posts of most weeks, by their folded names."""
        counts = Counter(key for labels in self.written.values() for key in set(map(folded, labels.values())))
        names = {folded(label): label for labels in self.written.values() for label in labels.values()}
        return {key: names[key] for key, count in counts.items() if count * 2 > len(self.written)}


def page_posts(sheet: Sheet, page: Page) -> PagePosts:
    """The posts of a page."""
    written = {week.row: _written(sheet, page, week) for week in page.weeks}
    nameless = {
        week.row: tuple(
            row - week.row
            for row in page.rows(week)
            if row - week.row not in written[week.row] and _holds_something(sheet, page, row)
        )
        for week in page.weeks
    }
    return PagePosts({week.row: len(page.rows(week)) for week in page.weeks}, written, nameless)


def _written(sheet: Sheet, page: Page, week: Week) -> dict[int, str]:
    found: dict[int, str] = {}
    for row in page.rows(week):
        texts = (text_of(sheet.at(row, column)) for column in range(page.labels, min(page.columns)))
        if label := " ".join(dict.fromkeys(text for text in texts if not is_blank(text))):
            found[row - week.row] = label
    return found


def _holds_something(sheet: Sheet, page: Page, row: int) -> bool:
    cells = (sheet.at(row, column) for column in page.columns)
    return any(not is_blank(cell) and not is_number(cell) for cell in cells)
