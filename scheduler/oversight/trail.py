"""The audit trail of a programme as its coordinators and oversight contacts read it, each only what is for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select

from scheduler.audit.tables import AuditRow
from scheduler.db import Db
from scheduler.exports.taken_out import TakenOut
from scheduler.languages import say, say_many
from scheduler.oversight.trail_words import ACTIONS, FILES, Kind, Readers
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.preflight.model import Item
from scheduler.preflight.wording import item_words
from scheduler.troubles.causes import SETTINGS

MOST_IN_FILE: Final = 20_000
"""So many lines a file has, the newest."""
_NAMED: Final = frozenset({Kind.PEOPLE, Kind.ROLES, Kind.LETTERS})
"""Lines that name whom they are about. Relations are not among them: which two people a line is about would say more
than that the list was changed."""
_OF_OFFICE: Final = frozenset({Kind.ROLES})
"""Those that an oversight contact reads with the name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: who did it (empty for the product itself), what, and the reason that was given. ``number`` is the one
    by which ``rounds audit verify`` names it."""

    number: int
    at: datetime
    by: str
    what: str
    why: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for: a kind, somebody who acts (0 for the product itself), or all."""

    kind: Kind | None = None
    actor_id: int | None = None


def read_trail(db: Db, actor: Actor, programme_id: int, wanted: Wanted, asked: Paging) -> tuple[list[Entry], Paging]:
    """A page of the lines that the actor may read, the newest first."""
    rows, paging = page_of(db, _lines(actor, programme_id, wanted), asked)
    return list(_entries(db, actor, programme_id, rows)), paging


def whole_trail(db: Db, actor: Actor, programme_id: int, wanted: Wanted) -> list[Entry]:
    """The same as one list, of :data:`MOST_IN_FILE` lines at most."""
    rows = db.execute(_lines(actor, programme_id, wanted).limit(MOST_IN_FILE)).all()
    return list(_entries(db, actor, programme_id, rows))


def kinds_for(actor: Actor, programme_id: int) -> tuple[Kind, ...]:
    """The kinds of which the actor may read anything."""
    readable = {ACTIONS[action].kind for action in _readable(actor, programme_id)}
    return tuple(kind for kind in Kind if kind in readable)


def who_acted(db: Db, actor: Actor, programme_id: int) -> Mapping[int, str]:
    """Everybody who did something that the actor may read, by name."""
    of_lines = select(AuditRow.actor_id).where(
        AuditRow.programme_id == programme_id, AuditRow.action.in_(_readable(actor, programme_id))
    )
    rows = db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(of_lines)).order_by(PersonRow.name))
    return {row.id: row.name for row in rows}


def _readable(actor: Actor, programme_id: int) -> frozenset[str]:
    """The actions of which the actor reads. Raises NotAllowed to anybody else."""
    actor.must_have(programme_id, Role.COORDINATOR, Role.OVERSIGHT)
    own = Readers.OVERSIGHT if _oversees(actor, programme_id) else Readers.COORDINATORS
    return frozenset(action for action, words in ACTIONS.items() if words.readers in (own, Readers.BOTH))


def _oversees(actor: Actor, programme_id: int) -> bool:
    """By role alone: not even who runs the product reads what is for the oversight contact."""
    return (programme_id, Role.OVERSIGHT) in actor.roles


def _lines(actor: Actor, programme_id: int, wanted: Wanted) -> Select[int, datetime, int | None, str, dict[str, Any]]:
    actions = _readable(actor, programme_id)
    if wanted.kind is not None:
        actions = frozenset(action for action in actions if ACTIONS[action].kind is wanted.kind)
    columns = (AuditRow.id, AuditRow.at, AuditRow.actor_id, AuditRow.action, AuditRow.details)
    lines = select(*columns).where(AuditRow.programme_id == programme_id, AuditRow.action.in_(sorted(actions)))
    if wanted.actor_id is not None:
        by = AuditRow.actor_id == wanted.actor_id if wanted.actor_id else AuditRow.actor_id.is_(None)
        lines = lines.where(by)
    return lines.order_by(AuditRow.id.desc())


def _entries(db: Db, actor: Actor, programme_id: int, rows: Any) -> Iterator[Entry]:
    oversees = _oversees(actor, programme_id)
    people = {row.actor_id for row in rows} | {row.details.get("person") for row in rows}
    found = db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people - {None})))
    names = {row.id: row.name for row in found}
    for row in rows:
        words = ACTIONS[row.action]
        may_name = words.kind in (_OF_OFFICE if oversees else _NAMED)
        about = names.get(row.details.get("person"), "") if may_name else ""
        yield Entry(
            number=row.id,
            at=row.at,
            by=names.get(row.actor_id, ""),
            what=", ".join((say(words.text), *_more(row.details, about))),
            why=_why(row.details) if words.kind is Kind.OVERRIDES or not oversees else "",
            kind=words.kind,
        )


def _more(details: Mapping[str, Any], about: str) -> Iterator[str]:
    """What a line says beside its sentence: only what is named here."""
    if about:
        yield about
    if "revision" in details:
        yield say("revision %(number)s", number=details["revision"])
    if details.get("item") in tuple(Item):
        yield say("“%(item)s”", item=item_words(Item(details["item"])))
    if isinstance(details.get("count"), int):
        yield say_many("%(num)s in number", "%(num)s in number", details["count"])
    if isinstance(details.get("people"), int):
        yield say_many("%(num)s person", "%(num)s people", details["people"])
    if details.get("what") in tuple(TakenOut):
        yield say(FILES[TakenOut(details["what"])])
        yield from (str(details[name]) for name in ("name", "format") if details.get(name))
    if isinstance(details.get("changed"), list):
        yield from (say(SETTINGS[name]) for name in details["changed"] if name in SETTINGS)


def _why(details: Mapping[str, Any]) -> str:
    """The reason that a coordinator gave; "reason" in lines of publishing."""
    return str(details.get("why") or details.get("reason") or "")
