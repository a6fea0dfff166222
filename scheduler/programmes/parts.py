"""What belongs to a programme beside its own row, loaded for every page and every change: plain rows, in one query a
table. As mapped objects, each with its place in a transaction's memory, they would take three times as long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, select

from scheduler.db import Base, Db
from scheduler.programmes.closed_days import DaysOff
from scheduler.programmes.model import Grade, MentoringModel, Room, Round, Site, Window
from scheduler.programmes.tables import DaysOffRow, GradeRow, ModelRow, RoomRow, RoundRow, SiteRow, WindowRow, model_of

Rows = Mapping[int, list[Row[Any]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """All that belongs to one programme, each in its order."""

    rounds: tuple[Round, ...]
    windows: tuple[Window, ...]
    models: tuple[MentoringModel, ...]
    sites: tuple[Site, ...]
    days_off: tuple[DaysOff, ...]
    grades: tuple[Grade, ...]


def _table(mapped: type[Base]) -> Table:
    return cast(Table, mapped.__table__)


def _of_these(table: Table) -> ColumnElement[bool]:
    return table.c.programme_id.in_(bindparam("programmes", expanding=True))


def _each(mapped: type[Base], order: str) -> Select[Any]:
    """The rows of a table that belong to some programmes, with the programme as ``owner``."""
    table = _table(mapped)
    return select(table, table.c.programme_id.label("owner")).where(_of_these(table)).order_by(table.c[order])


_ROUNDS: Final = _each(RoundRow, "index")
_WINDOWS: Final = _each(WindowRow, "id")
_MODELS: Final = _each(ModelRow, "id")
_SITES: Final = _each(SiteRow, "id")
_DAYS_OFF: Final = _each(DaysOffRow, "first_day")
_GRADES: Final = _each(GradeRow, "stage")
_ROOMS: Final = (
    select(_table(RoomRow), _table(RoomRow).c.site_id.label("owner"))
    .join_from(_table(RoomRow), _table(SiteRow))
    .where(_of_these(_table(SiteRow)))
    .order_by(_table(RoomRow).c.id)
)


def load_parts(db: Db, programme_ids: Collection[int]) -> Mapping[int, Parts]:
    """The parts of each programme."""
    db.flush()  # plain rows are read from the database alone
    asked = {"programmes": list(programme_ids)}
    rounds, windows, models, sites, rooms, days_off, grades = (
        _by_owner(db, query, asked) for query in (_ROUNDS, _WINDOWS, _MODELS, _SITES, _ROOMS, _DAYS_OFF, _GRADES)
    )
    return {
        each: Parts(
            rounds=tuple(Round(row._mapping["index"], row.first_day, row.last_day) for row in rounds[each]),
            windows=tuple(
                Window(row.weekday, row.opens_at, row.closes_at, row.step_minutes, row.protected)
                for row in windows[each]
            ),
            models=tuple(model_of(row) for row in models[each]),
            sites=tuple(_site(row, rooms[row.id]) for row in sites[each]),
            days_off=tuple(DaysOff(row.first_day, row.last_day, row.name) for row in days_off[each]),
            grades=tuple(Grade(row.stage, row.name) for row in grades[each]),
        )
        for each in programme_ids
    }


def _by_owner(db: Db, query: Select[Any], asked: Mapping[str, list[int]]) -> Rows:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in db.execute(query, asked):
        found[row.owner].append(row)
    return found


def _site(row: Row[Any], rooms: list[Row[Any]]) -> Site:
    return Site(key=row.key, name=row.name, zone=row.zone, rooms=tuple(map(_room, rooms)), id=row.id)


def _room(row: Row[Any]) -> Room:
    return Room(
        key=row.key,
        name=row.name,
        capacity=row.capacity,
        weekdays=frozenset(int(day) for day in row.weekdays),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        id=row.id,
    )
