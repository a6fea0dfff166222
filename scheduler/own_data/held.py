"""Everything that the database holds on one person, read by that person alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, select, true

from scheduler.db import Base, Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.own_data.model import Held, Kind, LeftOut, OwnData, Part, Record, Value
from scheduler.own_data.register import BESIDE, BY_ADDRESS, PERSON, REFERENCES
from scheduler.people.model import Actor, Role
from scheduler.people.relations import SECRET_KINDS
from scheduler.people.tables import PersonRow
from scheduler.plans.model import PlanState

_SEEN: Final = (PlanState.PUBLISHED.value, PlanState.SUPERSEDED.value)
_AT_A_TIME: Final = 500
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("name",),
    "programme": ("name",),
    "site": ("name",),
    "rota": ("name",),
    "own_group": ("name",),
    "circle": ("name",),
    "group": ("name",),
    "session": ("group_name", "starts_at"),
    "plan": ("revision",),
    "proposal": ("starts_at",),
}
"""What a reference to another table is told as."""


def own_data(db: Db, actor: Actor) -> OwnData:
    """All that is held on the actor. Raises NotFound to whoever is nobody in particular."""
    actor.must_be_confirmed()
    person = db.get(PersonRow, actor.person_id) if actor.person_id is not None else None
    if person is None:
        raise NotFound(say("We can’t find that person in this programme."))
    parts: dict[Kind, list[Part]] = defaultdict(list)
    found = [(each, _records(db, each.table, each.columns, each.where)) for each in _queries(person)]
    names = _Names(db, [(each.table, records) for each, records in found])
    for each, records in found:
        if records:
            told = tuple(names.told(each.table, record) for record in records)
            parts[each.kind].append(Part(each.name, told))
    return OwnData(person.name, {kind: tuple(parts[kind]) for kind in Kind if parts[kind]})


@dataclass(frozen=True, slots=True)
class _Query:
    """What is asked of which table: the kind, what that is called, its columns, and which rows."""

    kind: Kind
    name: str
    table: Table
    columns: tuple[str, ...]
    where: ColumnElement[bool]


def _queries(person: PersonRow) -> Iterator[_Query]:
    people = Base.metadata.tables["person"]
    yield _Query(Kind.YOU, "person", people, PERSON, people.c.id == person.id)
    for (name, column), held in REFERENCES.items():
        table = Base.metadata.tables[name]
        for each in exported(held):
            mine = _mine(table, column, person.id)
            yield _Query(each.kind, _told_as(name, column), table, each.columns, mine)
    for name, (column, parent, kind, columns) in BESIDE.items():
        table, above = Base.metadata.tables[name], Base.metadata.tables[parent]
        theirs = select(above.c.id).where(above.c.person_id == person.id)
        yield _Query(kind, name, table, columns, table.c[column].in_(theirs))
    for name, (column, by_address) in BY_ADDRESS.items():
        table = Base.metadata.tables[name]
        own = table.c[column].in_(addresses_of(person))
        yield _Query(by_address.kind, name, table, by_address.columns, own)


def addresses_of(person: PersonRow) -> tuple[str, ...]:
    """The address of somebody as tables may have it."""
    return tuple({person.email, person.email.lower()})


def _told_as(table: str, column: str) -> str:
    """The name of what a table says through one of the columns in which it names people."""
    told = [of for (name, of), held in REFERENCES.items() if name == table and exported(held)]
    return table if len(told) == 1 else f"{table}.{column}"


def _mine(table: Table, column: str, person_id: int) -> ColumnElement[bool]:
    mine = (table.c[column] == person_id) & _open(table, person_id)
    if table.name != "relation" or column == "declared_by_id":
        return mine
    # of the coordinator's list; what others declared is theirs, and some kinds are nobody's to tell
    return mine & table.c.declared.is_(False) & table.c.kind.not_in([kind.value for kind in SECRET_KINDS])


def _open(table: Table, person_id: int) -> ColumnElement[bool]:
    """Of drafts nobody is told: only of plans that are published, or were; of circles nobody who runs the programme by
    now."""
    if table.name in ("circle_member", "circle_concern"):
        circles, roles = Base.metadata.tables["circle"], Base.metadata.tables["role"]
        runs = select(roles.c.programme_id).where(roles.c.person_id == person_id, roles.c.role == Role.COORDINATOR)
        return table.c.circle_id.not_in(select(circles.c.id).where(circles.c.programme_id.in_(runs)))
    plans, groups = Base.metadata.tables["plan"], Base.metadata.tables["group"]
    seen = select(plans.c.id).where(plans.c.state.in_(_SEEN))
    if table.name == "member":
        return table.c.group_id.in_(select(groups.c.id).where(groups.c.plan_id.in_(seen)))
    return table.c.plan_id.in_(seen) if table.name in ("told", "unplaced") else true()


def _records(db: Db, table: Table, columns: Iterable[str], where: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    """The rows, in one order; those in which nothing is said are none."""
    chosen = [table.c[name] for name in columns]
    rows = db.execute(select(*chosen).where(where).order_by(*table.primary_key.columns)).mappings()
    said = [name for name in columns if name != "programme_id"] or columns
    return [dict(row) for row in rows if any(row[name] not in (None, "", [], {}) for name in said)]


class _Names:
    """What rows of other tables are called, each table looked at once for all of its rows that are asked for."""

    def __init__(self, db: Db, found: Iterable[tuple[Table, Iterable[Mapping[str, Any]]]]) -> None:
        asked: dict[str, set[int]] = defaultdict(set)
        for table, records in found:
            for name, target in _references_of(table).items():
                asked[target].update(each[name] for each in records if each.get(name) is not None)
        self._known = {target: dict(_names_of(db, target, ids)) for target, ids in asked.items() if ids}

    def told(self, table: Table, record: Mapping[str, Any]) -> Record:
        """A record with names in place of numbers, and every value as it can be shown or written."""
        targets = _references_of(table)
        return {
            name.removesuffix("_id"): self._known.get(targets[name], {}).get(value) if name in targets else plain(value)
            for name, value in record.items()
        }


def _references_of(table: Table) -> Mapping[str, str]:
    """By column, the table whose rows it names and that have a name of their own."""
    targets = {column.name: key.column.table.name for column in table.columns for key in column.foreign_keys}
    return {column: target for column, target in targets.items() if target in _NAMES}


def _names_of(db: Db, target: str, ids: Collection[int]) -> Iterator[tuple[int, Value]]:
    of = Base.metadata.tables[target]
    in_order = sorted(ids)
    for at in range(0, len(in_order), _AT_A_TIME):
        some = in_order[at : at + _AT_A_TIME]
        for row in db.execute(select(of.c.id, *(of.c[name] for name in _NAMES[target])).where(of.c.id.in_(some))):
            yield row[0], _joined(row[1:])


def _joined(parts: Iterable[Any]) -> Value:
    told = [plain(part) for part in parts]
    return told[0] if len(told) == 1 else " ".join(str(part) for part in told)


_PLAIN: Final[tuple[tuple[type, Callable[[Any], Value]], ...]] = (
    (datetime, lambda moment: moment.isoformat()),
    (time, lambda hour: f"{hour:%H:%M}"),
    (Enum, lambda word: word.value),
)


def plain(value: Any) -> Value:
    """A value as JSON may have it: moments, days and hours as ISO 8601."""
    for kind, told in _PLAIN:
        if isinstance(value, kind):
            return told(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return value  # type: ignore[no-any-return]


def exported(held: tuple[Held, ...] | LeftOut) -> tuple[Held, ...]:
    """What of a reference is told; nothing of one that is left out."""
    return () if isinstance(held, LeftOut) else held
