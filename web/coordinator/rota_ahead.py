"""A rota that waits, as it is looked over before it is imported: strips of days, counts, what changes, what was left
out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from scheduler.enrolment.people_list import PersonLine
from scheduler.paging import Paging
from scheduler.rotas.answers import Understood
from scheduler.rotas.first_weeks import Strip, counts_by_kind, first_weeks
from scheduler.rotas.model import DutyKind
from web.language import gettext as _
from web.language import lazy_gettext, short_day
from web.rota_questions import KIND_NAMES

PEOPLE_ON_A_PAGE: Final = 25
_WEEK: Final = 7

LETTERS: Final[Mapping[str, str]] = {
    DutyKind.DAY: lazy_gettext("D = day at work"),
    DutyKind.LONG_DAY: lazy_gettext("L = long day"),
    DutyKind.LATE: lazy_gettext("E = late duty"),
    DutyKind.NIGHT: lazy_gettext("N = night"),
    DutyKind.RESIDENT_ON_CALL: lazy_gettext("R = resident on call"),
    DutyKind.NON_RESIDENT_ON_CALL: lazy_gettext("H = on call from home"),
    DutyKind.PROTECTED: lazy_gettext("P = protected time"),
    DutyKind.OFF: lazy_gettext("· = off, or nothing written"),
    DutyKind.LEAVE: lazy_gettext("A = leave"),
    DutyKind.STUDY_LEAVE: lazy_gettext("S = study leave"),
    DutyKind.UNKNOWN: lazy_gettext("? = not known, counts as busy"),
}
"""What each letter in a square means; the letter is the first sign."""


@dataclass(frozen=True, slots=True)
class Square:
    """A day in a strip: its letter and the kind of duty; no letter for a day before or after the rota."""

    letter: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody's strip: four weeks of squares, and the same in words."""

    name: str
    weeks: tuple[tuple[Square, ...], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of duty in the key: what its letter means, and how many duties of it there are."""

    letter: str
    words: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Look:
    """The strips of a page, the key with counts, the first days of the weeks, and the pages."""

    rows: tuple[Row, ...]
    key: tuple[Kind, ...]
    weeks: tuple[date, ...]
    paging: Paging


_NO_DAY: Final = Square("", "none")


def look_over(found: Understood, people: Sequence[PersonLine], paging: Paging) -> Look:
    """A page of the people whom the rota names, by their names."""
    named = set(found.people.values())
    names = {line.person_id: line.name for line in people if line.person_id in named}
    ordered = sorted(names, key=lambda person_id: names[person_id].casefold())
    page = paging.of(len(ordered))
    strips = first_weeks(found, ordered[page.offset : page.offset + page.size])
    first = found.rota.first_day or date.min
    rows = tuple(_row(names[strip.person_id], strip, first) for strip in strips)
    monday = first - timedelta(days=first.weekday())
    weeks = len(rows[0].weeks) if rows else 0
    return Look(rows, _key(found), tuple(monday + timedelta(weeks=week) for week in range(weeks)), page)


def _row(name: str, strip: Strip, first: date) -> Row:
    """The strip in weeks from Monday."""
    squares = [_NO_DAY] * first.weekday() + [Square(_letter(kind), kind.value) for kind in strip.kinds]
    squares += [_NO_DAY] * (-len(squares) % _WEEK)
    weeks = tuple(tuple(squares[at : at + _WEEK]) for at in range(0, len(squares), _WEEK))
    return Row(name, weeks, ", ".join(_in_words(strip, first)))


def _in_words(strip: Strip, first: date) -> Iterator[str]:
    """Days in a row of one kind together."""
    day = first
    for kind, run in groupby(strip.kinds):
        last = day + timedelta(days=len(list(run)) - 1)
        days = short_day(day) if last == day else f"{short_day(day)} – {short_day(last)}"
        yield _("%(days)s: %(kind)s", days=days, kind=KIND_NAMES[kind])
        day = last + timedelta(days=1)


def _letter(kind: DutyKind) -> str:
    return str(LETTERS[kind])[:1]


def _key(found: Understood) -> tuple[Kind, ...]:
    counts = counts_by_kind(found)
    return tuple(
        Kind(_letter(kind), str(LETTERS[kind]).partition(" = ")[2], kind.value, counts.get(kind, 0))
        for kind in DutyKind
        if kind in counts or kind is DutyKind.OFF
    )
