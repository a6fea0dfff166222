"""A list page by page: what a reader asks for, and which part of the list they get.

A service takes a :class:`Paging` with what was asked for and gives back one that knows how long the list is, beside
its lines. Searching, counting and cutting are the database's work: no list is loaded whole to show a part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar, TypeVarTuple

from sqlalchemy import Row, Select, func

from scheduler.db import Db

PAGE_SIZE: Final = 50
"""So many lines a page has, unless a list says otherwise."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class Paging:
    """A page of a list: ``number`` counts from 1, ``q`` is what is searched for, ``total`` how many lines there are.

    ``total`` is 0 in what a reader asks for: it is not known yet.
    """

    number: int = 1
    q: str = ""
    size: int = PAGE_SIZE
    total: int = 0

    def of(self, total: int) -> Paging:
        """The same of a list of this length; from beyond its end one is led to the last page."""
        known = replace(self, total=total)
        return replace(known, number=min(known.number, known.pages))

    @property
    def pages(self) -> int:
        """How many pages the list has; an empty one has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many lines stand on the pages before."""
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """The place of the page's first line in the list, from 1; 0 if there is none."""
        return self.offset + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The place of the page's last line."""
        return min(self.offset + self.size, self.total)

    @property
    def query(self) -> dict[str, Any]:
        """What the page's address says behind the question mark: nothing for the first page without a search."""
        found: dict[str, Any] = {"q": self.q} if self.q else {}
        return {**found, "page": self.number} if self.number > 1 else found


def page_of(db: Db, query: Select[*Ts], asked: Paging) -> tuple[Sequence[Row[*Ts]], Paging]:
    """The rows of the page that is asked for, and the page.

    ``query`` is the whole list, searched already, without groups or DISTINCT, in an order that leaves nothing open:
    with an id at its end.
    """
    whole = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    paging = asked.of(db.scalar(whole) or 0)
    return db.execute(query.limit(paging.size).offset(paging.offset)).all(), paging


def part_of(lines: Sequence[T], asked: Paging) -> tuple[Sequence[T], Paging]:
    """The same of lines that had to be worked out together, such as those ranked by what they come to."""
    paging = asked.of(len(lines))
    return lines[paging.offset : paging.offset + paging.size], paging
