"""Which facilitators may be planned: those who have signed the code of conduct in force, and whose required training a
coordinator has verified and is in date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, func, select

from scheduler.db import Db, only_looks, seen_once
from scheduler.joining.model import TrainingKind
from scheduler.joining.questions import questions_of, today_of
from scheduler.joining.tables import CodeOfConductRow, PortraitRow, TrainingRow
from scheduler.languages import say
from scheduler.people.pauses import paused_facilitators

FEW: Final = 200


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far one facilitator is: whether the code in force is signed, and until when each required kind of training
    counts, by its key: None for ever. Kinds without a verified training are not in it."""

    signed: bool
    ends: Mapping[str, date | None]
    required: frozenset[str]

    def lacks(self, day: date) -> frozenset[str]:
        """The keys of the required kinds that do not count on a day."""
        return frozenset(key for key in self.required if not self._counts(key, day))

    def is_ready(self, day: date) -> bool:
        """Whether they may be planned on this day."""
        return self.signed and not self.lacks(day)

    def _counts(self, key: str, day: date) -> bool:
        if key not in self.ends:
            return False
        end = self.ends[key]
        return end is None or day <= end

    @property
    def until(self) -> date | None:
        """The last day on which all required training counts; None where nothing of it runs out or none is there."""
        return min((end for key in self.required if (end := self.ends.get(key)) is not None), default=None)


def readiness_in(db: Db, programme_id: int, people: Collection[int] | None = None) -> Mapping[int, Readiness]:
    """How far the facilitators of a programme are, all or these, by person; who has done nothing yet is
    :func:`nothing_yet`."""
    kinds = questions_of(db, programme_id).training
    required = frozenset(kind.key for kind in kinds if kind.required)
    signed = frozenset(db.scalars(_signed(db, programme_id, people)))
    ends = _ends(kinds, db.scalars(_verified(programme_id, people)).all())
    return {who: Readiness(who in signed, ends.get(who, {}), required) for who in signed | ends.keys()}


def nothing_yet(db: Db, programme_id: int) -> Readiness:
    """How far somebody is who has done nothing."""
    kinds = questions_of(db, programme_id).training
    return Readiness(signed=False, ends={}, required=frozenset(kind.key for kind in kinds if kind.required))


def ready_among(db: Db, programme_id: int, people: Collection[int], now: datetime) -> frozenset[int]:
    """Those of these facilitators who may be planned now, or asked: none whom an oversight contact has paused."""
    people = frozenset(people) - paused_facilitators(db, programme_id)
    if not questions_of(db, programme_id).code_needed:
        return people
    today = today_of(db, programme_id, now)
    known = _known(db, programme_id, people)
    return frozenset(who for who in people if who in known and known[who].is_ready(today))


def _known(db: Db, programme_id: int, people: Collection[int]) -> Mapping[int, Readiness]:
    """Of a few people when something is stored; a page asks again and again, and looks for all of them once."""
    if not only_looks(db) and len(people) <= FEW:
        return readiness_in(db, programme_id, people)
    return seen_once(db, ("ready", programme_id), lambda: readiness_in(db, programme_id))


def is_ready(db: Db, programme_id: int, person_id: int, now: datetime) -> bool:
    """Whether one facilitator may be planned now."""
    return person_id in ready_among(db, programme_id, (person_id,), now)


def what_is_missing(kinds: Iterable[TrainingKind], found: Readiness, day: date) -> tuple[str, ...]:
    """In words what keeps somebody from being planned on a day."""
    lacks = found.lacks(day)
    code = () if found.signed else (say("code of conduct"),)
    return (*code, *(say(kind.name) for kind in kinds if kind.key in lacks))


def code_version(db: Db, programme_id: int) -> int:
    """The version of the code of conduct in force; 0 is the product's own text."""
    newest = select(func.max(CodeOfConductRow.version)).where(CodeOfConductRow.programme_id == programme_id)
    return db.scalar(newest) or 0


def last_day(kind: TrainingKind, row: TrainingRow) -> date | None:
    """The last day on which a training counts; None for ever."""
    return kind.ends(row.done_on) if row.done_on is not None else row.valid_until


def _signed(db: Db, programme_id: int, people: Collection[int] | None) -> Select[int]:
    here = (PortraitRow.programme_id == programme_id, PortraitRow.code_signed_at.is_not(None))
    current = PortraitRow.code_version == code_version(db, programme_id)
    theirs = () if people is None else (PortraitRow.person_id.in_(people),)
    return select(PortraitRow.person_id).where(*here, current, *theirs)


def _verified(programme_id: int, people: Collection[int] | None) -> Select[TrainingRow]:
    theirs = () if people is None else (TrainingRow.person_id.in_(people),)
    verified = (TrainingRow.programme_id == programme_id, TrainingRow.verified_at.is_not(None))
    return select(TrainingRow).where(*verified, *theirs)


def _ends(kinds: Sequence[TrainingKind], rows: Iterable[TrainingRow]) -> Mapping[int, Mapping[str, date | None]]:
    """By person and kind the last day of what counts longest."""
    by_key = {kind.key: kind for kind in kinds}
    found: dict[int, dict[str, date | None]] = defaultdict(dict)
    for row in rows:
        if row.kind in by_key:
            end, of_person = last_day(by_key[row.kind], row), found[row.person_id]
            before = of_person.get(row.kind, end)
            of_person[row.kind] = None if end is None or before is None else max(end, before)
    return found
