"""Tables of other shapes as one row a fact: supervisors in columns beside each trainee, spans of time in one cell, a
week from left to right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from scheduler.enrolment.spreadsheets.columns import COLUMNS, ListKind
from scheduler.enrolment.spreadsheets.headings import column_of_heading
from scheduler.enrolment.spreadsheets.meanings import relation_of, weekday_of
from scheduler.enrolment.spreadsheets.table import Row, Table
from scheduler.languages import say
from scheduler.people.model import is_address
from scheduler.rotas.reading.cells import folded, span_of
from scheduler.rotas.reading.headings import either

_MOST: Final = 0.8
"""The share of a column's cells that must be spans for it to be taken for one."""
_ENDS: Final[Mapping[ListKind, tuple[str, str]]] = {
    ListKind.CLINICS: ("start", "end"),
    ListKind.ROOMS: ("opens_at", "closes_at"),
}
_ABOUT_ADDRESS = re.compile(r"\b(?:work )?(?:e ?mails?|names?|address(?:es)?|contact)\b")
_HALVES: Final = (
    (either("am|a m|morning|matin|vormittag|manana"), ("09:00", "13:00")),
    (either("pm|p m|afternoon|apres midi|nachmittag|tarde"), ("13:00", "17:00")),
    (either("all day|full day|whole day|day|journee|ganztags"), ("09:00", "17:00")),
)
"""Parts of a working day by the words for them. The page shows the hours before anything is saved."""


def reshaped(kind: ListKind, table: Table) -> Table:
    """The table in the shape in which the list is read; most are already."""
    if kind is ListKind.RELATIONS:
        return _relations(table)
    if kind is ListKind.CLINICS:
        table = _week(table)
    return _spans(kind, table) if kind in _ENDS else table


def _relations(table: Table) -> Table:
    """A row for each relation, where the headings say what somebody is to the person of the row."""
    means = [column_of_heading(ListKind.RELATIONS, heading) for heading in table.headings]
    if "kind" in means:
        return table
    columns = _seniors(table, means)
    if not columns:
        return table
    kept = [place for place in range(len(table.headings)) if place not in {p for ps in columns.values() for p in ps}]
    best = {heading: max(places, key=lambda place: _addresses(table, place)) for heading, places in columns.items()}
    rows = (
        replace(row, cells=(*(row.cells[place] for place in kept), row.cells[place], heading))
        for row in table.rows
        for heading, place in best.items()
        if row.cells[place]
    )
    added = (_heading(ListKind.RELATIONS, "person"), _heading(ListKind.RELATIONS, "kind"))
    return replace(table, headings=(*(table.headings[place] for place in kept), *added), rows=tuple(rows))


def _seniors(table: Table, means: Sequence[str]) -> Mapping[str, list[int]]:
    """What somebody is to the person of the row → its columns: name, address or both."""
    found: dict[str, list[int]] = {}
    for place, heading in enumerate(table.headings):
        plain = " ".join(_ABOUT_ADDRESS.sub(" ", re.sub(r" \(\d+\)$", "", heading).lower().replace("-", "")).split())
        if means[place] not in ("about", "first_day", "last_day") and relation_of(plain):
            name = next((known for known in found if folded(known) == folded(plain)), heading)
            found.setdefault(plain if name == heading else name, []).append(place)
    return found


def _addresses(table: Table, place: int) -> int:
    return sum(is_address(row.cells[place].strip()) for row in table.rows)


def _week(table: Table) -> Table:
    """A row for each entry of a week that is written from left to right: Mon AM, Mon PM, Tue AM …"""
    means = [column_of_heading(ListKind.CLINICS, heading) for heading in table.headings]
    halves = {place: found for place, heading in enumerate(table.headings) if (found := _half_day(heading))}
    if "weekday" in means or len(halves) < 2:
        return table
    kept = [place for place in range(len(table.headings)) if place not in halves]
    rows = (
        replace(row, cells=(*(row.cells[place] for place in kept), row.cells[place], *half))
        for row in table.rows
        for place, half in halves.items()
        if row.cells[place]
    )
    added = (_heading(ListKind.CLINICS, name) for name in ("kind", "weekday", "start", "end"))
    return replace(table, headings=(*(table.headings[place] for place in kept), *added), rows=tuple(rows))


def _half_day(heading: str) -> tuple[str, str, str] | None:
    """Weekday, start and end of ``Mon AM``."""
    word, _, rest = " ".join(heading.split()).partition(" ")
    hours = _hours(rest)
    return (word, *hours) if hours and weekday_of(word) is not None else None


def _hours(text: str) -> tuple[str, str] | None:
    """The hours of ``9-12.30``, ``AM`` or ``afternoon``."""
    if span := span_of(text.strip()):
        return f"{span[0]:%H:%M}", f"{span[1]:%H:%M}"
    return next((hours for words, hours in _HALVES if folded(text) in words), None)


def _spans(kind: ListKind, table: Table) -> Table:
    """Start and end in columns of their own, where a table has them in one cell."""
    means = [column_of_heading(kind, heading) for heading in table.headings]
    free = [place for place, column in enumerate(means) if column in ("", "kind", *_ENDS[kind])]
    place = next((place for place in free if _holds_spans(table, place)), None)
    if place is None or set(_ENDS[kind]) <= set(means):
        return table
    headings = (*table.headings[:place], *(_heading(kind, name) for name in _ENDS[kind]), *table.headings[place + 1 :])
    return replace(table, headings=headings, rows=tuple(_with_span(table.rows, place)))


def _holds_spans(table: Table, place: int) -> bool:
    filled = [row.cells[place] for row in table.rows if row.cells[place]]
    return bool(filled) and sum(_hours(text) is not None for text in filled) >= _MOST * len(filled)


def _with_span(rows: Sequence[Row], place: int) -> Iterator[Row]:
    """What is no span stays in the first of both columns, where it is told."""
    for row in rows:
        start, end = _hours(row.cells[place]) or (row.cells[place], "")
        yield replace(row, cells=(*row.cells[:place], start, end, *row.cells[place + 1 :]))


def _heading(kind: ListKind, name: str) -> str:
    """What the page calls a column, unless another has that heading."""
    label = say(COLUMNS[kind][name].label)
    return label if column_of_heading(kind, label) == name else name
