"""Putting an understood rota into the tables: the old days it replaces go, everything else of it stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, or_, select

from scheduler.availability.intervals import moment
from scheduler.db import Db
from scheduler.rotas.answers import Answers, Understood
from scheduler.rotas.changes import PlacedDuty
from scheduler.rotas.model import DutyKind, LegendEntry, ReadDuty
from scheduler.rotas.spans import DaySpan, with_days, without_days
from scheduler.rotas.spoken import Spoken, spoken_of
from scheduler.rotas.tables import DutyRow, LegendRow, RotaLineRow, RotaRow, RotaSpanRow


@dataclass(frozen=True, slots=True)
class Stored:
    """The rota's id, and the duties of the days and people it speaks for, before and after.

    ``people`` are all of whom the rota speaks or spoke; ``missing`` those of them whom the new version leaves out,
    so that what earlier versions said of them still stands. ``speaks_of_more`` tells that days or people became known,
    or are not known any more.
    """

    rota_id: int
    before: tuple[PlacedDuty, ...]
    after: tuple[PlacedDuty, ...]
    people: frozenset[int]
    missing: tuple[int, ...]
    speaks_of_more: bool


def store(
    db: Db,
    row: RotaRow,
    understood: Understood,
    answers: Answers,
    zone: ZoneInfo,
    *,
    is_new: bool,
    replacing: Sequence[DaySpan] = (),
) -> Stored:
    """Replace what the rota said of these people from its first day to its last, or on the days of ``replacing``.

    ``row`` is in the database already; its span of days grows to cover both versions. Somebody for whom a name stood
    by mistake loses what it said on these days: they are not known of them any more.
    """
    rota = understood.rota
    assert rota.first_day is not None
    assert rota.last_day is not None
    days = (rota.first_day, rota.last_day)
    parts = tuple(replacing) or (days,)
    named = set(understood.people.values())
    mistaken = mistaken_people(db, row.id, understood) - named
    spans = spans_of(db, row.id)
    replaced = sorted(named | mistaken)
    before = () if is_new else stored_duties(db, row.id, replaced, days)
    after = placed_duties(understood, zone)
    _delete_duties(db, row.id, replaced, *parts)
    _insert_duties(db, row.id, after)
    _store_lines(db, row.id, understood)
    spoken = spoken_of(understood)
    left = {person: reduce(without_days, parts, tuple(spans.get(person, ()))) for person in replaced}
    known = {person: reduce(with_days, spoken.get(person, ()), days_left) for person, days_left in left.items()}
    _store_spans(db, row.id, known)
    _store_legend(db, row.id, rota.legend, answers.codes)
    row.first_day = min(row.first_day, rota.first_day)
    row.last_day = max(row.last_day, rota.last_day)
    missing = tuple(sorted(spans.keys() - set(replaced)))
    more = any(sorted(spans.get(person, ())) != sorted(parts) for person, parts in known.items())
    return Stored(row.id, before, after, frozenset({*spans, *replaced}), missing, more)


def answered_codes(db: Db, rota_id: int) -> dict[str, LegendEntry]:
    """What was answered of this rota's codes so far."""
    rows = db.scalars(select(LegendRow).where(LegendRow.rota_id == rota_id, LegendRow.answered))
    return {row.code: LegendEntry(row.code, DutyKind(row.kind), row.start, row.end, row.label) for row in rows}


def placed_duties(understood: Understood, zone: ZoneInfo) -> tuple[PlacedDuty, ...]:
    """What an understood rota says of the people whom it knows, with its hours as moments at its site."""
    return tuple(
        _placed(duty, understood.people[duty.person], zone)
        for duty in understood.rota.duties
        if duty.person in understood.people
    )


def forget_days(db: Db, rota_id: int, spoken: Spoken) -> tuple[PlacedDuty, ...]:
    """Let a rota speak no more of these people's days; returns what it said of them."""
    spans, said = spans_of(db, rota_id), list[PlacedDuty]()
    for days, people in _by_span(spoken).items():  # one, but for lists of leave
        said += stored_duties(db, rota_id, people, days)
        _delete_duties(db, rota_id, people, days)
    left = {who: reduce(without_days, parts, tuple(spans[who])) for who, parts in spoken.items() if who in spans}
    _store_spans(db, rota_id, left)
    return tuple(said)


def _by_span(spoken: Spoken) -> Mapping[DaySpan, list[int]]:
    """Whose days each span is."""
    found: dict[DaySpan, list[int]] = {}
    for person_id in sorted(spoken):
        for span in spoken[person_id]:
            found.setdefault(span, []).append(person_id)
    return found


def take_over_answers(db: Db, from_id: int, to_id: int) -> None:
    """Give a rota the codes that were answered for another one and that it has no answer of its own for."""
    codes = set(db.scalars(select(LegendRow.code).where(LegendRow.rota_id == to_id)))
    for entry in db.scalars(select(LegendRow).where(LegendRow.rota_id == from_id, LegendRow.answered)):
        if entry.code not in codes:
            values = {"kind": entry.kind, "start": entry.start, "end": entry.end, "label": entry.label}
            db.add(LegendRow(rota_id=to_id, code=entry.code, answered=True, **values))
    db.flush()


def stored_duties(db: Db, rota_id: int, ids: Sequence[int], days: DaySpan) -> tuple[PlacedDuty, ...]:
    """What a rota says of these people on these days."""
    rows = db.scalars(
        select(DutyRow).where(DutyRow.rota_id == rota_id, DutyRow.person_id.in_(ids), DutyRow.day.between(*days))
    )
    return tuple(
        PlacedDuty(row.person_id, row.day, row.code, DutyKind(row.kind), row.starts_at, row.ends_at, row.cell)
        for row in rows
    )


def _placed(duty: ReadDuty, person_id: int, zone: ZoneInfo) -> PlacedDuty:
    starts_at: datetime | None = moment(duty.start, zone) if duty.start else None
    ends_at: datetime | None = moment(duty.end, zone, ends=True) if duty.end else None
    return PlacedDuty(person_id, duty.date, duty.code, duty.kind, starts_at, ends_at, duty.cell)


def _delete_duties(db: Db, rota_id: int, ids: Sequence[int], *spans: DaySpan) -> None:
    within = or_(*(DutyRow.day.between(*days) for days in spans))
    db.execute(
        delete(DutyRow)
        .where(DutyRow.rota_id == rota_id, DutyRow.person_id.in_(ids), within)
        .execution_options(synchronize_session=False)
    )


def _insert_duties(db: Db, rota_id: int, duties: Iterable[PlacedDuty]) -> None:
    rows = [
        {
            "rota_id": rota_id,
            "person_id": duty.person_id,
            "day": duty.day,
            "code": duty.code,
            "kind": duty.kind.value,
            "starts_at": duty.starts_at,
            "ends_at": duty.ends_at,
            "cell": duty.cell,
        }
        for duty in duties
    ]
    if rows:
        db.execute(insert(DutyRow), rows)


def mistaken_people(db: Db, rota_id: int, understood: Understood) -> set[int]:
    """For whom names of the file stood until now, though they stand for somebody else, or for nobody."""
    lines = db.scalars(select(RotaLineRow).where(RotaLineRow.rota_id == rota_id))
    written = set(understood.rota.people)
    return {
        line.person_id
        for line in lines
        if line.name in written and line.person_id is not None and line.person_id != understood.people.get(line.name)
    }


def _store_lines(db: Db, rota_id: int, understood: Understood) -> None:
    """For whom each name was imported; a name that stands for nobody, or for nobody yet, has no line."""
    for name in understood.rota.people:
        row, person_id = db.get(RotaLineRow, (rota_id, name)), understood.people.get(name)
        if person_id is None and row is not None:
            db.delete(row)
        elif row is not None:
            row.person_id = person_id
        elif person_id is not None:
            db.add(RotaLineRow(rota_id=rota_id, name=name, person_id=person_id))


def spans_of(db: Db, rota_id: int) -> dict[int, list[DaySpan]]:
    """The days that a rota speaks for, by person."""
    found: dict[int, list[DaySpan]] = {}
    for row in db.scalars(select(RotaSpanRow).where(RotaSpanRow.rota_id == rota_id)):
        found.setdefault(row.person_id, []).append((row.first_day, row.last_day))
    return found


def _store_spans(db: Db, rota_id: int, spans: Mapping[int, Sequence[DaySpan]]) -> None:
    """Replace the spans of these people."""
    own = (RotaSpanRow.rota_id == rota_id, RotaSpanRow.person_id.in_(spans))
    db.execute(delete(RotaSpanRow).where(*own).execution_options(synchronize_session="fetch"))
    rows = [
        {"rota_id": rota_id, "person_id": person_id, "first_day": first, "last_day": last}
        for person_id, parts in spans.items()
        for first, last in parts
    ]
    if rows:
        db.execute(insert(RotaSpanRow), rows)


def _store_legend(db: Db, rota_id: int, legend: Mapping[str, LegendEntry], answered: Mapping[str, LegendEntry]) -> None:
    db.execute(delete(LegendRow).where(LegendRow.rota_id == rota_id, LegendRow.answered.is_(False)))
    for code, entry in {**legend, **answered}.items():
        values = {"kind": entry.kind.value, "start": entry.start, "end": entry.end, "label": entry.label}
        row = db.get(LegendRow, (rota_id, code))
        if row is None:
            db.add(LegendRow(rota_id=rota_id, code=code, answered=code in answered, **values))
        elif code in answered:
            row.kind, row.start, row.end = entry.kind.value, entry.start, entry.end
