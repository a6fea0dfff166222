"""What an import or a swap replaces, kept as it was, so that taking it back restores exactly the state before."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import ColumnElement, and_, delete, insert, or_, select

from scheduler.db import Base, Db
from scheduler.rotas.spans import DaySpan
from scheduler.rotas.tables import (
    DutyRow,
    LegendRow,
    ReplacedBy,
    ReplacedRow,
    RotaBesideRow,
    RotaLineRow,
    RotaRow,
    RotaSpanRow,
    RotaVersionRow,
)

_Part = TypeVar("_Part", RotaLineRow, RotaSpanRow, LegendRow)
_Kept = TypeVar("_Kept")

KEPT: Final = timedelta(days=90)
_QUICK: Final = 1
"""Level of compression: what is kept shrinks to a tenth, and an import does not wait for more."""


@dataclass(frozen=True, slots=True)
class KeptFields:
    """The row of a rota."""

    programme_id: int
    site_id: int
    name: str
    layout: str
    first_day: date
    last_day: date
    imported_at: datetime
    imported_by: int | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptLine:
    """Whom a name stood for."""

    name: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class KeptSpan:
    """Days that the rota spoke for."""

    person_id: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class KeptCode:
    """What a code meant."""

    code: str
    kind: str
    start: time | None
    end: time | None
    label: str
    answered: bool


@dataclass(frozen=True, slots=True)
class KeptDuty:
    """A duty as it was stored."""

    person_id: int
    day: date
    code: str
    kind: str
    starts_at: datetime | None
    ends_at: datetime | None
    cell: str


@dataclass(frozen=True, slots=True)
class KeptRota:
    """A rota as it was: ``fields`` is None for one that was not there. ``days`` are those of which the duties are kept,
    None for all."""

    id: int
    fields: KeptFields | None
    days: DaySpan | None
    lines: tuple[KeptLine, ...] = ()
    spans: tuple[KeptSpan, ...] = ()
    codes: tuple[KeptCode, ...] = ()
    beside: tuple[int, ...] = ()
    duties: tuple[KeptDuty, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept: ``version`` names the version that was imported, empty for none, and ``imported_before`` is
    when it was the last time."""

    rotas: tuple[KeptRota, ...]
    version: str = ""
    imported_before: datetime | None = None


def rotas_as_they_are(db: Db, days: Mapping[int, DaySpan | None]) -> tuple[KeptRota, ...]:
    """These rotas as they stand now, each with its duties on these days (None: all)."""
    return tuple(_as_it_is(db, rota_id, span) for rota_id, span in days.items())


def version_as_it_is(db: Db, programme_id: int, digest: str) -> datetime | None:
    """When this version was imported last."""
    row = db.get(RotaVersionRow, (programme_id, digest))
    return row.imported_at if row else None


def keep_replaced(
    db: Db,
    programme_id: int,
    kind: ReplacedBy,
    name: str,
    kept: Kept,
    days: DaySpan,
    people: Iterable[int],
    now: datetime,
) -> int:
    """Keep what was replaced on these people's days; returns its number. What is older than :data:`KEPT` goes."""
    db.execute(delete(ReplacedRow).where(ReplacedRow.made_at < now - KEPT))
    ids = [rota.id for rota in kept.rotas]
    still = db.scalars(select(RotaRow.id).where(RotaRow.id.in_(ids)).order_by(RotaRow.id)).all()
    row = ReplacedRow(
        programme_id=programme_id,
        kind=kind,
        name=name,
        made_at=now,
        first_day=days[0],
        last_day=days[1],
        people=sorted(set(people)),
        rotas=list(still),
        content=zlib.compress(msgspec.json.encode(kept), _QUICK),
    )
    db.add(row)
    db.flush()
    return row.id


def kept_in(row: ReplacedRow) -> Kept:
    """What was kept."""
    return msgspec.json.decode(zlib.decompress(row.content), type=Kept)


def restore(db: Db, programme_id: int, kept: Kept) -> None:
    """Put everything back as it was kept."""
    for rota in kept.rotas:
        if rota.fields is None:
            db.execute(delete(RotaRow).where(RotaRow.id == rota.id).execution_options(synchronize_session="fetch"))
        else:
            _restore_row(db, rota.id, rota.fields)
    db.flush()
    for rota in kept.rotas:
        if rota.fields is not None:
            _restore_parts(db, rota)
    _restore_version(db, programme_id, kept)
    db.expire_all()


def duties_in(db: Db, rota: KeptRota) -> tuple[KeptDuty, ...]:
    """What stands now where the duties of this rota were kept."""
    rows = db.execute(select(*_DUTY).where(_scope(rota.id, rota.days)).order_by(DutyRow.id))
    return tuple(KeptDuty(*row) for row in rows)


_DUTY = tuple(getattr(DutyRow, name) for name in KeptDuty.__slots__)


def _as_it_is(db: Db, rota_id: int, days: DaySpan | None) -> KeptRota:
    row = db.get_one(RotaRow, rota_id)
    fields = KeptFields(*(getattr(row, name) for name in KeptFields.__slots__))
    kept = KeptRota(
        id=rota_id,
        fields=fields,
        days=days,
        lines=_parts(db, rota_id, RotaLineRow, KeptLine),
        spans=_parts(db, rota_id, RotaSpanRow, KeptSpan),
        codes=_parts(db, rota_id, LegendRow, KeptCode),
        beside=_beside(db, rota_id),
    )
    return replace(kept, duties=duties_in(db, kept))


def _parts(db: Db, rota_id: int, table: type[_Part], kind: type[_Kept]) -> tuple[_Kept, ...]:
    columns = (getattr(table, name) for name in kind.__slots__)  # type: ignore[attr-defined]  # all of them have slots
    return tuple(kind(*each) for each in db.execute(select(*columns).where(table.rota_id == rota_id)))


def _beside(db: Db, rota_id: int) -> tuple[int, ...]:
    pairs = db.execute(select(RotaBesideRow.rota_id, RotaBesideRow.other_id).where(_is_beside(rota_id)))
    return tuple(sorted({each for pair in pairs for each in pair} - {rota_id}))


def _is_beside(rota_id: int) -> ColumnElement[bool]:
    return or_(RotaBesideRow.rota_id == rota_id, RotaBesideRow.other_id == rota_id)


def _scope(rota_id: int, days: DaySpan | None) -> ColumnElement[bool]:
    own = DutyRow.rota_id == rota_id
    return own if days is None else and_(own, DutyRow.day.between(*days))


def _restore_row(db: Db, rota_id: int, fields: KeptFields) -> None:
    values = {name: getattr(fields, name) for name in KeptFields.__slots__}
    row = db.get(RotaRow, rota_id)
    if row is None:
        db.add(RotaRow(id=rota_id, **values))
        return
    for name, value in values.items():
        setattr(row, name, value)


def _restore_parts(db: Db, rota: KeptRota) -> None:
    for table, values in ((RotaLineRow, rota.lines), (RotaSpanRow, rota.spans), (LegendRow, rota.codes)):
        _replace(db, table, table.rota_id == rota.id, [_values(value, rota.id) for value in values])
    there = db.scalars(select(RotaRow.id).where(RotaRow.id.in_(rota.beside)))
    pairs = [dict(zip(("rota_id", "other_id"), sorted((rota.id, other)), strict=True)) for other in there]
    _replace(db, RotaBesideRow, _is_beside(rota.id), pairs)
    _replace(db, DutyRow, _scope(rota.id, rota.days), [_values(duty, rota.id) for duty in rota.duties])


def _values(value: Any, rota_id: int) -> dict[str, Any]:
    return {"rota_id": rota_id} | {name: getattr(value, name) for name in value.__slots__}


def _replace(db: Db, table: type[Base], where: ColumnElement[bool], rows: Sequence[Mapping[str, Any]]) -> None:
    db.execute(delete(table).where(where).execution_options(synchronize_session=False))
    if rows:
        db.execute(insert(table), list(rows))


def _restore_version(db: Db, programme_id: int, kept: Kept) -> None:
    row = db.get(RotaVersionRow, (programme_id, kept.version))
    if row is None:
        return
    if kept.imported_before is None:
        db.delete(row)
    else:
        row.imported_at = kept.imported_before
