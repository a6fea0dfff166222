"""When sessions may be held in a week: as a list of times, and as a picture to draw on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from itertools import groupby
from typing import Final

from scheduler.programmes.faults import MINUTES, STEPS
from scheduler.programmes.model import Programme, Window
from web.coordinator.setup.section import Section, wanted_rows
from web.forms import Form
from web.language import WEEKDAYS, lazy_gettext, ngettext, weekday
from web.language import gettext as _

CELL_MINUTES: Final = 30
_DRAWN_FROM, _DRAWN_UNTIL = 7 * 60, 21 * 60
"""The picture shows at least these hours."""
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Cell:
    """Half an hour of a weekday: ``look`` is empty, ``open`` or ``protected``."""

    weekday: int
    minute: int
    look: str


def windows_in_words(programme: Programme) -> Iterator[str]:
    """The times, those of several days at once, with their days."""
    ordered = sorted(programme.windows, key=lambda window: (_times(window), window.weekday))
    for (opens_at, closes_at, protected), found in groupby(ordered, key=_times):
        values = {"days": _days([window.weekday for window in found]), "start": f"{opens_at:%H:%M}",
                  "end": f"{closes_at:%H:%M}"}  # fmt: skip
        if protected:
            yield _("%(days)s, %(start)s to %(end)s, protected", **values)
        else:
            yield _("%(days)s, %(start)s to %(end)s", **values)


def _times(window: Window) -> tuple[time, time, bool]:
    return window.opens_at, window.closes_at, window.protected


def _days(numbers: list[int]) -> str:
    """``Monday to Friday``, or the days one after another."""
    days = sorted(set(numbers))
    names = [weekday(WEEKDAYS[day]) for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s", first=names[0], last=names[-1])
    return ", ".join(names)


def _words(programme: Programme) -> Iterator[str]:
    minutes = programme.session_minutes
    yield ngettext("A session lasts %(num)s minute.", "A session lasts %(num)s minutes.", minutes)
    yield from windows_in_words(programme)


def _values(programme: Programme) -> dict[str, str]:
    found = {"session_minutes": str(programme.session_minutes)}
    for number, window in enumerate(programme.windows):
        row = f"windows-{number}"
        found |= {
            f"{row}-weekday": str(window.weekday),
            f"{row}-opens_at": f"{window.opens_at:%H:%M}",
            f"{row}-closes_at": f"{window.closes_at:%H:%M}",
            f"{row}-step_minutes": str(window.step_minutes),
            f"{row}-protected": "1" if window.protected else "",
        }
    return found


def _read(form: Form, programme: Programme) -> Programme:
    minutes = form.number("session_minutes", *MINUTES)
    windows = tuple(_window(form, f"windows-{row}") for row in _rows(form)["windows"])
    return replace(programme, session_minutes=minutes, windows=windows)


def _rows(form: Form) -> Mapping[str, Sequence[str]]:
    return {"windows": wanted_rows(form, "windows", "opens_at", "closes_at")}


def _window(form: Form, row: str) -> Window:
    return Window(
        form.choice(f"{row}-weekday", {str(day): day for day in range(7)}),
        form.time(f"{row}-opens_at"),
        form.time(f"{row}-closes_at"),
        form.number(f"{row}-step_minutes", *STEPS, default=CELL_MINUTES),
        form.ticked(f"{row}-protected"),
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def week_cells(windows: tuple[Window, ...]) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """Rows of the picture: a time of day, and that half hour of each weekday."""
    first = min([_DRAWN_FROM, *(_minute(window.opens_at) for window in windows)]) // CELL_MINUTES * CELL_MINUTES
    last = max([_DRAWN_UNTIL, *(_minute(window.closes_at) for window in windows)])
    return tuple(
        (_clock(minute), tuple(Cell(day, minute, _look(windows, day, minute)) for day in range(7)))
        for minute in range(first, min(last, _DAY_MINUTES), CELL_MINUTES)
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _look(windows: tuple[Window, ...], day: int, minute: int) -> str:
    here = [
        window
        for window in windows
        if window.weekday == day
        and _minute(window.opens_at) < minute + CELL_MINUTES
        and minute < _minute(window.closes_at)
    ]
    if any(window.protected for window in here):
        return "protected"
    return "open" if here else ""


def _shows(programme: Programme) -> Mapping[str, object]:
    steps = [window.step_minutes for window in programme.windows]
    return {
        "cells": week_cells(programme.windows),
        "weekdays": WEEKDAYS,
        "windows": programme.windows,
        "usual_step": max(set(steps), key=steps.count) if steps else CELL_MINUTES,
        "minutes": MINUTES,
        "steps": STEPS,
    }


WINDOWS = Section(
    "windows", lazy_gettext("When sessions can be held"), _words, _values, _read, "session_minutes", _shows, rows=_rows
)
