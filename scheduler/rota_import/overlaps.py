"""Other rotas that speak of the same people on the same days as one that waits: what agrees, what contradicts, and
which of them is to count. Where anything contradicts nothing is guessed, and nothing is imported before it is said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select

from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.rota_import.storage import forget_days, placed_duties, spans_of, stored_duties, take_over_answers
from scheduler.rotas.answers import Understood
from scheduler.rotas.changes import Change, PlacedDuty, changes, days_elsewhere
from scheduler.rotas.model import ReadDuty, ReadRota
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.spans import DaySpan
from scheduler.rotas.spoken import Spoken, person_days, spoken_of
from scheduler.rotas.tables import RotaBesideRow, RotaRow, RotaSpanRow, RotaVersionRow

PersonDay = tuple[int, date]


class Standing(StrEnum):
    """How a rota that is imported stands to another that speaks of the same people on the same days."""

    REPLACE = "replace"
    """It is that rota's new version: the other one goes, whatever else it said."""
    THESE_DAYS = "these_days"
    """It counts for the days and people that it speaks of; what the other one says of others stays."""
    BESIDE = "beside"
    """Both count, as the rotas of two hospitals do."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rota that waits, as it is compared: under which name and of which site it would be imported, and of which
    codes the meaning was answered, not read."""

    programme_id: int
    name: str
    site_id: int
    zone: ZoneInfo
    understood: Understood
    answered: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """What names this version whatever the file is called, and whoever answered what about it."""
        return digest_of(self.understood.rota, self.answered)

    @property
    def days(self) -> DaySpan | None:
        """Its first and last day, as far as its dates are known."""
        rota = self.understood.rota
        return (rota.first_day, rota.last_day) if rota.first_day and rota.last_day else None

    @property
    def named(self) -> frozenset[int]:
        """All who are on it."""
        return frozenset(self.understood.people.values())

    @property
    def spoken(self) -> Spoken:
        """The days of which it speaks, by person."""
        return spoken_of(self.understood)


@dataclass(frozen=True, slots=True)
class Overlap:
    """A rota that speaks of the same people on the same days. The counts are of person-days.

    ``people`` are how many both speak of; ``agree`` of their days read the same in both, ``elsewhere`` too but that the
    duty is at another site, and ``contradicts`` are the others, before and after; ``left`` are days of the other rota
    that this one says nothing of. ``is_own`` is the version of the same rota that is in now. ``older_since`` is when
    this very version was imported before, where the other one is newer. ``chosen`` is what was said about it.
    """

    rota_id: int
    name: str
    imported_at: datetime
    people: int
    agree: int
    elsewhere: int
    contradicts: tuple[Change, ...]
    left: int
    is_own: bool
    older_since: datetime | None
    chosen: Standing | None

    @property
    def is_open(self) -> bool:
        """Whether somebody has to say which of the two counts."""
        return self.differs and self.chosen is None

    @property
    def stands_beside(self) -> bool:
        """Whether both count, so that the other one loses nothing."""
        return self.chosen is Standing.BESIDE and self.differs

    @property
    def differs(self) -> bool:
        """Whether the two say anything else of the same people."""
        return bool(self.contradicts) or self.elsewhere > 0


@dataclass(frozen=True, slots=True)
class GaveWay:
    """What other rotas no longer say, because the new one counts instead; ``people`` are all whose days those are."""

    duties: tuple[PlacedDuty, ...]
    people: frozenset[int]


def find_overlaps(db: Db, waiting: Waiting, chosen: Mapping[int, Standing]) -> tuple[Overlap, ...]:
    """The rotas that speak of the same people on the same days, by name; the version of this rota that is in only
    where the one that waits is older than it."""
    if waiting.days is None or not waiting.named:
        return ()
    own = _own(db, waiting)
    beside = _beside(db, own.id) if own else frozenset()
    older_since = _last_imported(db, waiting)
    ours: tuple[PlacedDuty, ...] | None = None
    found = []
    for row in _touching(db, waiting):
        is_older = older_since is not None and row.imported_at > older_since
        if row.id in beside or (row is own and not is_older):
            continue
        ours = placed_duties(waiting.understood, waiting.zone) if ours is None else ours
        found.append(_overlap(db, waiting, row, ours, older_since if is_older else None, row is own, chosen))
    return tuple(overlap for overlap in found if overlap.people)


def must_be_decided(overlaps: Iterable[Overlap], name: str) -> None:
    """Raise NotPossible while somebody has to say which of two rotas counts."""
    for overlap in overlaps:
        if overlap.is_open:
            raise NotPossible(
                say("“%(other)s” says something else about the same people.", other=overlap.name),
                where=name,
                what_to_do=say("Say first which of the two rotas counts."),
            )


def known_already(db: Db, waiting: Waiting, overlaps: Sequence[Overlap]) -> tuple[str, ...]:
    """The names of the rotas that say all of this already, day for day; empty where any of it is new."""
    if not overlaps or any(overlap.differs or overlap.is_own for overlap in overlaps) or waiting.days is None:
        return ()
    said: set[PersonDay] = set()
    for overlap in overlaps:
        said |= _spoken_of(spans_of(db, overlap.rota_id), waiting)
    return tuple(overlap.name for overlap in overlaps) if len(said) == len(set(person_days(waiting.spoken))) else ()


def give_way(db: Db, waiting: Waiting, overlaps: Iterable[Overlap], rota_id: int) -> GaveWay:
    """Let the other rotas say no more than was chosen; where both say the same, the new one says it from now on."""
    duties: list[PlacedDuty] = []
    people: set[int] = set()
    for overlap in overlaps:
        if overlap.is_own or waiting.days is None:
            continue
        if overlap.stands_beside:
            first, second = sorted((rota_id, overlap.rota_id))
            db.add(RotaBesideRow(rota_id=first, other_id=second))
        elif overlap.chosen is Standing.REPLACE:
            take_over_answers(db, overlap.rota_id, rota_id)
            gone = remove(db, overlap.rota_id)
            duties += gone.duties
            people |= gone.people
        else:
            duties += forget_days(db, overlap.rota_id, waiting.spoken)
            people |= waiting.named
            _remove_if_empty(db, overlap.rota_id)
    db.flush()
    return GaveWay(tuple(duties), frozenset(people))


def remove(db: Db, rota_id: int) -> GaveWay:
    """Take a rota out with all that it says."""
    row, spans = db.get_one(RotaRow, rota_id), spans_of(db, rota_id)
    duties = stored_duties(db, rota_id, sorted(spans), (row.first_day, row.last_day))
    db.execute(delete(RotaRow).where(RotaRow.id == rota_id).execution_options(synchronize_session="fetch"))
    return GaveWay(duties, frozenset(spans))


def keep_version(db: Db, waiting: Waiting, now: datetime) -> None:
    """Remember that this version was imported."""
    key = (waiting.programme_id, waiting.digest)
    row = db.get(RotaVersionRow, key)
    if row is None:
        db.add(RotaVersionRow(programme_id=key[0], digest=key[1], imported_at=now))
    else:
        row.imported_at = now


def next_import(db: Db, programme_id: int, now: datetime) -> datetime:
    """The moment of an import that is made now: later than that of every earlier one, so that of two within one second
    it is known which came first."""
    latest = db.scalar(select(func.max(RotaVersionRow.imported_at)).where(RotaVersionRow.programme_id == programme_id))
    return now if latest is None or latest < now else latest + timedelta(microseconds=1)


def digest_of(rota: ReadRota, answered: Collection[str] = ()) -> str:
    """What names a version: its people, its days and what stands on them. Hours of codes that were ``answered`` are no
    part of it: under another name nobody may have answered them yet."""
    days = sorted((duty.person, duty.date.isoformat(), duty.code, *_hours(duty, answered)) for duty in rota.duties)
    whole = [sorted(rota.people), str(rota.first_day), str(rota.last_day), days]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def _hours(duty: ReadDuty, answered: Collection[str]) -> tuple[str, str]:
    return ("None", "None") if duty.code in answered else (str(duty.start), str(duty.end))


def _own(db: Db, waiting: Waiting) -> RotaRow | None:
    named = (RotaRow.programme_id == waiting.programme_id, RotaRow.name == waiting.name, OF_DEPARTMENT)
    return db.scalar(select(RotaRow).where(*named))


def _beside(db: Db, rota_id: int) -> frozenset[int]:
    """The rotas that stand beside this one, as was said."""
    pairs = db.execute(
        select(RotaBesideRow.rota_id, RotaBesideRow.other_id).where(
            or_(RotaBesideRow.rota_id == rota_id, RotaBesideRow.other_id == rota_id)
        )
    )
    return frozenset(each for pair in pairs for each in pair) - {rota_id}


def _last_imported(db: Db, waiting: Waiting) -> datetime | None:
    row = db.get(RotaVersionRow, (waiting.programme_id, waiting.digest))
    return row.imported_at if row else None


def _touching(db: Db, waiting: Waiting) -> Sequence[RotaRow]:
    """The departments' rotas of the programme that speak of any of these people on any of these days."""
    assert waiting.days is not None
    first, last = waiting.days
    speaks = select(RotaSpanRow.rota_id).where(
        RotaSpanRow.person_id.in_(waiting.named), RotaSpanRow.first_day <= last, RotaSpanRow.last_day >= first
    )
    here = (RotaRow.programme_id == waiting.programme_id, RotaRow.id.in_(speaks), OF_DEPARTMENT)
    return db.scalars(select(RotaRow).where(*here).order_by(RotaRow.name)).all()


def _overlap(
    db: Db,
    waiting: Waiting,
    row: RotaRow,
    ours: Iterable[PlacedDuty],
    older_since: datetime | None,
    is_own: bool,
    chosen: Mapping[int, Standing],
) -> Overlap:
    assert waiting.days is not None
    spans = spans_of(db, row.id)
    both = _spoken_of(spans, waiting)
    said = stored_duties(db, row.id, sorted(waiting.named), waiting.days)
    theirs = [duty for duty in said if (duty.person_id, duty.day) in both]
    of_both = [duty for duty in ours if (duty.person_id, duty.day) in both]
    other = tuple(changes(theirs, of_both))
    elsewhere = days_elsewhere(theirs, of_both) if row.site_id != waiting.site_id else 0
    return Overlap(
        rota_id=row.id,
        name=row.name,
        imported_at=row.imported_at,
        people=len({person_id for person_id, _ in both}),
        agree=len(both) - len(other) - elsewhere,
        elsewhere=elsewhere,
        contradicts=other,
        left=sum((last - first).days + 1 for parts in spans.values() for first, last in parts) - len(both),
        is_own=is_own,
        older_since=older_since,
        chosen=chosen.get(row.id),
    )


def _spoken_of(spans: Mapping[int, Sequence[DaySpan]], waiting: Waiting) -> set[PersonDay]:
    """The people's days that both speak of."""
    return {
        (person_id, day)
        for person_id, own in waiting.spoken.items()
        for first, last in own
        for span in spans.get(person_id, ())
        for day in days_between(max(first, span[0]), min(last, span[1]))
    }


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _remove_if_empty(db: Db, rota_id: int) -> None:
    """A rota that speaks of nobody any more goes."""
    if db.scalar(select(RotaSpanRow.rota_id).where(RotaSpanRow.rota_id == rota_id).limit(1)) is None:
        remove(db, rota_id)
