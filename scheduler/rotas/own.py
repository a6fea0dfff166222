"""Rotas that people give of themselves beside those of departments: which counts, and where the two differ.

An own rota is its owner's word. It counts on days of which no department's rota speaks; on all others the department's
does, and the differences are shown to its owner alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased

from scheduler.programmes.tables import SiteRow
from scheduler.rotas.spans import DaySpan, with_days, without_days
from scheduler.rotas.tables import DutyRow, RotaRow, RotaSpanRow, WaitingRow

OF_DEPARTMENT: ColumnElement[bool] = RotaRow.given_by.is_(None)
"""Of rotas: that a department keeps them."""
WAITS_FOR_COORDINATOR: ColumnElement[bool] = WaitingRow.given_by.is_(None)
"""Of rotas that wait: that a coordinator is to answer."""


def duty_counts() -> ColumnElement[bool]:
    """Of duties joined with their rotas: that they count. What somebody has given of themselves does as long as no
    department's rota of the programme speaks of that day of theirs."""
    department, span = aliased(RotaRow), aliased(RotaSpanRow)
    spoken_of = exists().where(
        span.person_id == DutyRow.person_id,
        span.first_day <= DutyRow.day,
        span.last_day >= DutyRow.day,
        department.id == span.rota_id,
        department.programme_id == RotaRow.programme_id,
        department.given_by.is_(None),
    )
    return or_(OF_DEPARTMENT, ~spoken_of)


def duties_that_count(*more: Any) -> Select[Any]:
    """Of the duties that count whose they are, what they are, when, and the zone of their rota's site; and ``more`` of
    rota and site."""
    duty = (DutyRow.person_id, DutyRow.kind, DutyRow.code, DutyRow.day, DutyRow.starts_at, DutyRow.ends_at)
    return (
        select(*duty, SiteRow.zone, *more)
        .join(RotaRow, RotaRow.id == DutyRow.rota_id)
        .join(SiteRow, SiteRow.id == RotaRow.site_id)
        .where(duty_counts())
    )


def days_left(own: Iterable[DaySpan], department: Iterable[DaySpan]) -> tuple[DaySpan, ...]:
    """The days of an own rota of which no department's speaks."""
    left = tuple(own)
    for span in department:
        left = without_days(left, span)
    return left


def days_of_both(own: Iterable[DaySpan], department: Iterable[DaySpan]) -> tuple[DaySpan, ...]:
    """The days of which both speak, in order."""
    found: tuple[DaySpan, ...] = ()
    theirs = tuple(department)
    for first, last in own:
        for begins, ends in theirs:
            if (start := max(first, begins)) <= (end := min(last, ends)):
                found = with_days(found, (start, end))
    return found
