"""A rota that was read, to be looked over: everybody's first four weeks, its duties by kind, and what was left out.
Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from scheduler.rotas.answers import Understood
from scheduler.rotas.model import DutyKind, Question

DAYS_SHOWN: Final = 28
_STRONGEST: Final = (
    DutyKind.NIGHT,
    DutyKind.RESIDENT_ON_CALL,
    DutyKind.UNKNOWN,
    DutyKind.LONG_DAY,
    DutyKind.LATE,
    DutyKind.NON_RESIDENT_ON_CALL,
    DutyKind.DAY,
    DutyKind.PROTECTED,
    DutyKind.STUDY_LEAVE,
    DutyKind.LEAVE,
    DutyKind.OFF,
)
_PARTICULAR: Final = re.compile(r"“[^”]*”|«[^»]*»|\S+!\S+|\b[A-Z]{1,3}\d+\b|\d+")
"""What differs from one remark to the next of its kind: what is quoted, places and numbers."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Somebody's first days on a rota, in order: the kind of duty of each that closes the most, OFF for none."""

    person_id: int
    kinds: tuple[DutyKind, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Remarks of one kind about what was left out: the first of them, how many there are, and their places."""

    text: str
    count: int
    places: tuple[str, ...]


def first_weeks(found: Understood, ids: Sequence[int]) -> tuple[Strip, ...]:
    """The strips of these people, in this order; none while no date is known."""
    first, last = found.rota.first_day, found.rota.last_day
    if first is None or last is None:
        return ()
    shown = [first + timedelta(days=number) for number in range(min(DAYS_SHOWN, (last - first).days + 1))]
    kinds = _kinds_by_day(found, set(ids), shown[-1])
    return tuple(Strip(who, tuple(kinds.get((who, day), DutyKind.OFF) for day in shown)) for who in ids)


def counts_by_kind(found: Understood) -> Mapping[DutyKind, int]:
    """How many duties of each kind the known people have, the commonest first."""
    counts = Counter(duty.kind for duty in found.rota.duties if duty.person in found.people)
    return dict(counts.most_common())


def left_out(questions: Iterable[Question]) -> tuple[LeftOut, ...]:
    """What was not taken in, a line for each kind of thing, the commonest first."""
    kinds: dict[str, list[Question]] = {}
    for question in questions:
        if question.about == "cell":
            kinds.setdefault(_PARTICULAR.sub("", question.text), []).append(question)
    lines = (
        LeftOut(same[0].text, len(same), tuple(dict.fromkeys(each.cell for each in same if each.cell)))
        for same in kinds.values()
    )
    return tuple(sorted(lines, key=lambda line: -line.count))


def _kinds_by_day(found: Understood, ids: set[int], last: date) -> dict[tuple[int, date], DutyKind]:
    kinds: dict[tuple[int, date], DutyKind] = {}
    for duty in found.rota.duties:
        who = found.people.get(duty.person)
        if who in ids and duty.date <= last and who is not None:
            key = (who, duty.date)
            kinds[key] = min(duty.kind, kinds.get(key, DutyKind.OFF), key=_STRONGEST.index)
    return kinds
