"""Of which days of which people a rota speaks: a rota of all its days, a list of leave of those alone on which somebody
is away, and what people say of themselves day by day of those that they name. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from scheduler.rotas.answers import Understood
from scheduler.rotas.model import DutyKind, ReadRota
from scheduler.rotas.spans import DaySpan, with_days

Spoken = Mapping[int, Sequence[DaySpan]]
"""The days of which something speaks, by person."""

BY_HAND, BY_LINES = "by_hand", "by_lines"
"""The layouts of a rota that its owner has said day by day: tapped in, or written a line for each day."""
_DAY_BY_DAY = frozenset((BY_HAND, BY_LINES))
_LEAVE = frozenset((DutyKind.LEAVE, DutyKind.STUDY_LEAVE))
_LEAVE_SHEET = "leave"
"""The layout of sheets that say themselves that they hold leave."""


def is_list_of_leave(rota: ReadRota) -> bool:
    """Whether it holds leave alone: who is not on leave may be on any duty, which stands elsewhere."""
    return rota.layout == _LEAVE_SHEET or (bool(rota.duties) and all(duty.kind in _LEAVE for duty in rota.duties))


def is_day_by_day(rota: ReadRota) -> bool:
    """Whether its owner has said it day by day: nobody has said anything of the days between."""
    return rota.layout in _DAY_BY_DAY


def spoken_of(found: Understood) -> Spoken:
    """The days of which a rota speaks, of everybody on it who is known."""
    rota = found.rota
    if rota.first_day is None or rota.last_day is None:
        return {}
    if not is_list_of_leave(rota) and not is_day_by_day(rota):
        whole = ((rota.first_day, rota.last_day),)
        return dict.fromkeys(found.people.values(), whole)
    spoken: dict[int, tuple[DaySpan, ...]] = {}
    for day, name in sorted({(duty.date, duty.person) for duty in rota.duties if duty.person in found.people}):
        person_id = found.people[name]
        spoken[person_id] = tuple(with_days(spoken.get(person_id, ()), (day, day)))
    return spoken


def speaks_of(spoken: Spoken, person_id: int, day: date) -> bool:
    """Whether it speaks of this day of this person."""
    return any(first <= day <= last for first, last in spoken.get(person_id, ()))


def person_days(spoken: Spoken) -> Iterator[tuple[int, date]]:
    """Every day of everybody of which it speaks."""
    for person_id, spans in spoken.items():
        for first, last in spans:
            yield from ((person_id, first + timedelta(days=number)) for number in range((last - first).days + 1))
