"""What a new version of a rota changes: a comparison of duties, person by person, day by day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.rotas.model import AWAY, DutyKind


@dataclass(frozen=True, slots=True, order=True)
class PlacedDuty:
    """A duty of a known person as it is stored: moments are aware UTC, or None where nothing gives them."""

    person_id: int
    day: date
    code: str
    kind: DutyKind
    starts_at: datetime | None
    ends_at: datetime | None
    cell: str


@dataclass(frozen=True, slots=True)
class Change:
    """One person's day that reads otherwise now: the codes before and after, empty for none."""

    person_id: int
    day: date
    before: tuple[str, ...]
    after: tuple[str, ...]


def changes(before: Iterable[PlacedDuty], after: Iterable[PlacedDuty]) -> Iterator[Change]:
    """Every day that differs in code, kind or hours, by person and day; where a cell stands does not matter."""
    old, new = _by_day(before), _by_day(after)
    for person_id, day in sorted(old.keys() | new.keys()):
        was, now = old.get((person_id, day), []), new.get((person_id, day), [])
        if _meaning(was) != _meaning(now):
            yield Change(person_id, day, _codes(was), _codes(now))


def days_elsewhere(before: Iterable[PlacedDuty], after: Iterable[PlacedDuty]) -> int:
    """On how many days the same work stands before and after; the two are worked at different sites."""
    old, new = _by_day(before), _by_day(after)
    at_work = [key for key in old.keys() & new.keys() if any(duty.kind not in AWAY for duty in new[key])]
    return sum(_meaning(old[key]) == _meaning(new[key]) for key in at_work)


def _by_day(duties: Iterable[PlacedDuty]) -> Mapping[tuple[int, date], list[PlacedDuty]]:
    found: dict[tuple[int, date], list[PlacedDuty]] = {}
    for duty in duties:
        found.setdefault((duty.person_id, duty.day), []).append(duty)
    return found


def _meaning(duties: Iterable[PlacedDuty]) -> set[tuple[str, str, datetime | None, datetime | None]]:
    return {(duty.code, duty.kind.value, duty.starts_at, duty.ends_at) for duty in duties}


def _codes(duties: Iterable[PlacedDuty]) -> tuple[str, ...]:
    return tuple(sorted(duty.code for duty in duties))
