"""A rota that somebody gives of themselves, kept apart from departments’: what is in, saying it day by day, and where a
department’s says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotAllowed, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rota_import.overlaps import remove
from scheduler.rota_import.storage import spans_of, store, stored_duties
from scheduler.rotas.answers import Answers, Understood
from scheduler.rotas.changes import Change, PlacedDuty, changes
from scheduler.rotas.model import DutyKind, ReadDuty, ReadRota
from scheduler.rotas.own import OF_DEPARTMENT, days_of_both
from scheduler.rotas.spans import DaySpan, with_days
from scheduler.rotas.spoken import BY_HAND, spoken_of
from scheduler.rotas.tables import RotaRow, RotaSpanRow

CODES: Mapping[DutyKind, str] = {
    DutyKind.DAY: "D",
    DutyKind.LONG_DAY: "LD",
    DutyKind.LATE: "L",
    DutyKind.NIGHT: "N",
    DutyKind.RESIDENT_ON_CALL: "RC",
    DutyKind.NON_RESIDENT_ON_CALL: "HC",
    DutyKind.OFF: "O",
    DutyKind.STUDY_LEAVE: "SL",
    DutyKind.LEAVE: "AL",
}
"""What a day may be said to be, and the code that is kept for it."""
_LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class GivenRota:
    """An own rota that is in: the ``days`` of which it speaks and what stands on them. Of so many of these days
    (``of_department``) a department's rota speaks as well, and counts."""

    given_at: datetime
    duties: tuple[PlacedDuty, ...]
    days: tuple[DaySpan, ...]
    of_department: int

    @property
    def first_day(self) -> date:
        """The first day of which it speaks."""
        return self.days[0][0]

    @property
    def last_day(self) -> date:
        """The last day of which it speaks."""
        return self.days[-1][1]

    @property
    def count(self) -> int:
        """Of how many days it speaks."""
        return _count(self.days)

    @property
    def kinds(self) -> Mapping[date, DutyKind]:
        """What each day is; the last of several."""
        return {duty.day: duty.kind for duty in self.duties}


def give_days(
    db: Db,
    actor: Actor,
    programme_id: int,
    first_day: date,
    kinds: Sequence[DutyKind | None],
    until: date | None,
    now: datetime,
) -> None:
    """Say what each day from the first on is; up to ``until``, if given, the days repeat from the beginning.

    Of a day that is None nothing is said any more. One that is what was given before stays as it is, with its hours.
    """
    last_day = until or first_day + timedelta(days=len(kinds) - 1)
    _must_be_possible(kinds, first_day, last_day)
    part = own_part(db, actor, programme_id)
    lock_programme(db, programme_id)
    days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
    given = find_given(db, actor, programme_id)
    before = given.kinds if given else {}
    said = {day: kinds[number % len(kinds)] for number, day in enumerate(days)}
    changed = {day: kind for day, kind in said.items() if kind != before.get(day)}
    name = str(part.person_id)
    duties = tuple(said_duty(name, day, kind) for day, kind in changed.items() if kind is not None)
    if not changed:
        return
    rota = ReadRota(BY_HAND, (name,), duties, (), first_day=min(changed), last_day=max(changed))
    replaced: tuple[DaySpan, ...] = ()
    for day in changed:
        replaced = with_days(replaced, (day, day))
    store_own(db, actor, programme_id, Understood(rota, {name: part.person_id}, ()), Answers(), now, replaced)


def find_given(db: Db, actor: Actor, programme_id: int) -> GivenRota | None:
    """The actor's own rota that is in."""
    person_id = actor.person_id or 0
    row = find_row(db, programme_id, person_id)
    if row is None:
        return None
    days = tuple(sorted(spans_of(db, row.id).get(person_id, ())))
    duties = sorted(stored_duties(db, row.id, [person_id], (row.first_day, row.last_day)), key=_by_day_and_code)
    both = days_of_both(days, department_days(db, actor, programme_id))
    return GivenRota(row.imported_at, tuple(duties), days, _count(both)) if days else None


def department_days(db: Db, actor: Actor, programme_id: int) -> tuple[DaySpan, ...]:
    """The days of the actor of which rotas of departments speak, in order."""
    spans = db.execute(
        select(RotaSpanRow.first_day, RotaSpanRow.last_day)
        .join(RotaRow, RotaRow.id == RotaSpanRow.rota_id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, RotaSpanRow.person_id == actor.person_id)
    )
    found: tuple[DaySpan, ...] = ()
    for first, last in spans:
        found = with_days(found, (first, last))
    return found


def differences(db: Db, actor: Actor, programme_id: int, first_day: date) -> tuple[Change, ...]:
    """The actor's days from the first on on which their own rota (before) has another kind of duty than a department's
    (after), of those of which both speak. The two may write the same duty with other codes."""
    person_id = actor.person_id or 0
    own = find_row(db, programme_id, person_id)
    if own is None:
        return ()
    others = db.scalars(
        select(RotaRow.id)
        .join(RotaSpanRow, RotaSpanRow.rota_id == RotaRow.id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, RotaSpanRow.person_id == person_id)
        .distinct()
    ).all()
    spans = [span for rota_id in others for span in spans_of(db, rota_id).get(person_id, ())]
    both = days_of_both(spans_of(db, own.id).get(person_id, ()), spans)
    theirs = [duty for rota_id in others for duty in _alike(db, rota_id, person_id, both)]
    found = changes(_alike(db, own.id, person_id, both), theirs)
    return tuple(each for each in found if each.day >= first_day)


def _count(spans: Iterable[DaySpan]) -> int:
    return sum((last - first).days + 1 for first, last in spans)


def _by_day_and_code(duty: PlacedDuty) -> tuple[date, str]:
    return duty.day, duty.code


def said_duty(name: str, day: date, kind: DutyKind) -> ReadDuty:
    if kind not in CODES:
        raise Rejected(say("Choose what each day is from the list."))
    return ReadDuty(name, day, CODES[kind], kind, None, None, "")


def _alike(db: Db, rota_id: int, person_id: int, days: Iterable[DaySpan]) -> list[PlacedDuty]:
    """What a rota says of somebody on these days, to be compared: with a day off for every day without a duty, and
    without what is written otherwise in every rota."""
    found: list[PlacedDuty] = []
    for span in days:
        duties = stored_duties(db, rota_id, [person_id], span)
        taken = {duty.day for duty in duties}
        free = (span[0] + timedelta(days=number) for number in range((span[1] - span[0]).days + 1))
        found += [replace(duty, code=duty.kind.value, starts_at=None, ends_at=None) for duty in duties]
        off = DutyKind.OFF
        found += [PlacedDuty(person_id, day, off.value, off, None, None, "") for day in free if day not in taken]
    return found


def store_own(
    db: Db,
    actor: Actor,
    programme_id: int,
    found: Understood,
    answers: Answers,
    now: datetime,
    replacing: Sequence[DaySpan] = (),
) -> None:
    """Put the rota in the place of what was given before of the days of which it speaks, or of ``replacing``; one that
    speaks of no day any more goes."""
    row, is_new = _row(db, actor, programme_id, found.rota, now)
    zone = ZoneInfo(own_site(db, actor, programme_id).zone)
    days = replacing or spoken_of(found).get(actor.person_id or 0, ())
    store(db, row, found, answers, zone, is_new=is_new, replacing=days)
    db.flush()
    if not spans_of(db, row.id):
        remove(db, row.id)
    record(db, actor, "own_rota.given", now, programme_id)
    note(db, Fact.TIME, programme_id, now, (actor.person_id or 0,))


def _row(db: Db, actor: Actor, programme_id: int, rota: ReadRota, now: datetime) -> tuple[RotaRow, bool]:
    part = own_part(db, actor, programme_id)
    row = find_row(db, programme_id, part.person_id)
    if row is not None:
        row.site_id, row.layout, row.imported_at = part.site_id, rota.layout, now
        return row, False
    row = RotaRow(
        programme_id=programme_id,
        site_id=part.site_id,
        name="",
        layout=rota.layout,
        first_day=rota.first_day,
        last_day=rota.last_day,
        imported_at=now,
        imported_by=part.person_id,
        given_by=part.person_id,
    )
    db.add(row)
    db.flush()
    return row, True


def _must_be_possible(kinds: Sequence[DutyKind | None], first_day: date, last_day: date) -> None:
    if not kinds:
        raise Rejected(say("Choose what each day is from the list."))
    if last_day < first_day or last_day - first_day > _LONGEST:
        wrong = say("The last day must come after the first, by no more than 400 days.")
        raise Rejected(say("These days can’t be saved."), (Fault("until", wrong),))


def find_row(db: Db, programme_id: int, person_id: int) -> RotaRow | None:
    return db.scalar(select(RotaRow).where(RotaRow.programme_id == programme_id, RotaRow.given_by == person_id))


def own_part(db: Db, actor: Actor, programme_id: int) -> ParticipantRow:
    row = db.get(ParticipantRow, (programme_id, actor.person_id or 0))
    if row is None:
        raise NotAllowed(say("Only residents and facilitators of a programme can enter their own times."))
    return row


def own_site(db: Db, actor: Actor, programme_id: int) -> SiteRow:
    return db.get_one(SiteRow, own_part(db, actor, programme_id).site_id)
