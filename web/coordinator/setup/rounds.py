"""The rounds of a term: evenly from a first day, or each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from scheduler.calendar_days import LAST_DAY
from scheduler.programmes.faults import MOST_ROUND_DAYS, MOST_ROUNDS
from scheduler.programmes.model import Programme, Round, days_of
from scheduler.programmes.rounds import Evenly, evenly, spread
from web.coordinator.setup.section import Section, wanted_rows
from web.forms import Form
from web.language import gettext as _
from web.language import lazy_gettext, ngettext, short_day

MOST_WEEKS: Final = MOST_ROUND_DAYS // 7
EVENLY, SINGLY = "evenly", "singly"
_LATEST: Final = LAST_DAY - timedelta(weeks=2 * MOST_ROUNDS * MOST_WEEKS)
"""Rounds from a later day on, with weeks off between them, could leave the calendar."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the picture, in days from the beginning."""

    start: int
    days: int
    look: str


def _words(programme: Programme) -> Iterator[str]:
    first, last = short_day(programme.first_day), short_day(programme.last_day)
    count = len(programme.rounds)
    yield ngettext(
        "%(num)s round, from %(first)s to %(last)s.", "%(num)s rounds, from %(first)s to %(last)s.", count,
        first=first, last=last,
    )  # fmt: skip
    even = evenly(programme)
    if even is None:
        yield _("They are not all of the same length.")
    else:
        yield ngettext("Each lasts %(num)s week.", "Each lasts %(num)s weeks.", even.weeks)


def _values(programme: Programme) -> dict[str, str]:
    even = evenly(programme)
    first = programme.rounds[0]
    found = {
        "how": EVENLY if even else SINGLY,
        "first_day": programme.first_day.isoformat(),
        "count": str(len(programme.rounds)),
        "weeks": str(even.weeks if even else max(1, round((first.last_day - first.first_day).days / 7))),
        "around": "1" if even is None or even.around else "",
    }
    for number, each in enumerate(programme.rounds):
        row = f"rounds-{number}"
        found |= {f"{row}-first_day": each.first_day.isoformat(), f"{row}-last_day": each.last_day.isoformat()}
    return found


def _read(form: Form, programme: Programme) -> Programme:
    how = form.choice("how", {how: how for how in (EVENLY, SINGLY)})
    rounds = _evenly(form, programme) if how == EVENLY else _singly(form)
    return replace(programme, rounds=rounds, first_within_days=_first_within(programme, rounds))


def _first_within(programme: Programme, rounds: Sequence[Round]) -> int | None:
    """Where the first session is due by the end of the first round, it still is when that lasts longer or shorter."""
    due, was = programme.first_within_days, days_of(programme.rounds[0])
    then = days_of(rounds[0]) if rounds else 0
    return then if due == was and then > 0 else due


def _evenly(form: Form, programme: Programme) -> tuple[Round, ...]:
    wanted = Evenly(
        form.day("first_day"),
        form.number("count", 1, MOST_ROUNDS),
        form.number("weeks", 1, MOST_WEEKS),
        form.ticked("around"),
    )
    if wanted.first_day > _LATEST:
        form.refuse("first_day", _("Choose an earlier day."))
    return programme.rounds if form.faults else spread(wanted, programme)


def _singly(form: Form) -> tuple[Round, ...]:
    rows = _rows(form)["rounds"]
    spans = [(form.day(f"rounds-{row}-first_day"), form.day(f"rounds-{row}-last_day")) for row in rows]
    return tuple(Round(index, first, last) for index, (first, last) in enumerate(spans))


def _rows(form: Form) -> Mapping[str, Sequence[str]]:
    is_evenly = form.text("how") == EVENLY  # then its own rows are not looked at
    return {"rounds": () if is_evenly else wanted_rows(form, "rounds", "first_day", "last_day")}


def picture_of(programme: Programme) -> tuple[int, tuple[Span, ...]]:
    """How many days the term has, and its rounds with the closed days over them."""
    first = programme.first_day
    rounds = [
        Span((each.first_day - first).days, (each.last_day - each.first_day).days + 1, "odd" if each.index % 2 else "")
        for each in programme.rounds
    ]
    shut = programme.closed.names(first, programme.last_day)
    closed = [Span((day - first).days, 1, "shut") for day in shut]
    return (programme.last_day - first).days + 1, (*rounds, *closed)


def closed_in(programme: Programme) -> tuple[tuple[Round, tuple[tuple[date, date, str], ...]], ...]:
    """Each round with the closed days in it, those one after another for one reason together."""
    return tuple((each, tuple(_runs(programme, each))) for each in programme.rounds)


def _runs(programme: Programme, each: Round) -> Iterator[tuple[date, date, str]]:
    run: tuple[date, date, str] | None = None
    for day, name in programme.closed.names(each.first_day, each.last_day).items():
        if run and run[2] == name and day - run[1] == timedelta(days=1):
            run = (run[0], day, name)
            continue
        if run:
            yield run
        run = (day, day, name)
    if run:
        yield run


def _shows(programme: Programme) -> Mapping[str, object]:
    days, spans = picture_of(programme)
    most = {"count": MOST_ROUNDS, "weeks": MOST_WEEKS}
    return {"days": days, "spans": spans, "rounds": closed_in(programme), "most": most}


ROUNDS = Section("rounds", lazy_gettext("Rounds"), _words, _values, _read, "how", _shows, rows=_rows)
