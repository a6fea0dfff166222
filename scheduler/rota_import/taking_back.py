"""Taking back a whole import, or swaps, for as long as nothing hangs on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.audit.tables import AuditRow
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.tables import PlanRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rota_import.affected_sessions import AffectedSession, find_affected_sessions
from scheduler.rota_import.replaced import Kept, KeptDuty, duties_in, kept_in, restore
from scheduler.rotas.changes import Change, PlacedDuty, changes
from scheduler.rotas.model import DutyKind
from scheduler.rotas.tables import ReplacedBy, ReplacedRow, RotaRow

_LISTED: Final = 10
_MOVING_PEOPLE: Final = ("people.merged", "people.split", "site.zone_corrected")
"""What moves duties from one person or hour to another: what was kept from before speaks of them no more."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """An import, or swaps, of which what they replaced is kept. ``why_not`` says why that cannot be put back, empty
    where it can."""

    id: int
    name: str
    is_swap: bool
    made_at: datetime
    first_day: date
    last_day: date
    why_not: str


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What taking an import back does: the days that read otherwise, of how many ``people``, names of rotas that go
    and that come again, and published sessions to come on days that change."""

    replaced: Replaced
    changes: tuple[Change, ...]
    people: int
    gone: tuple[str, ...]
    again: tuple[str, ...]
    sessions: tuple[AffectedSession, ...]


def list_replaced(db: Db, actor: Actor, programme_id: int) -> tuple[Replaced, ...]:
    """The latest imports and swaps, the newest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.scalars(
        select(ReplacedRow)
        .where(ReplacedRow.programme_id == programme_id)
        .order_by(ReplacedRow.id.desc())
        .limit(_LISTED)
    )
    return tuple(_value(db, row) for row in rows)


def find_replaced(db: Db, actor: Actor, programme_id: int, numbers: Sequence[int]) -> dict[int, Replaced]:
    """Those of these imports of which what they replaced is still kept, by their numbers."""
    actor.must_have(programme_id, Role.COORDINATOR)
    own = (ReplacedRow.programme_id == programme_id, ReplacedRow.id.in_(numbers))
    return {row.id: _value(db, row) for row in db.scalars(select(ReplacedRow).where(*own))}


def preview_taking_back(db: Db, actor: Actor, programme_id: int, number: int, now: datetime) -> TakingBack:
    """What taking it back would do; the sessions as things are now."""
    row = _row(db, actor, programme_id, number)
    kept = kept_in(row)
    changed = _changes(db, kept)
    gone = [rota.id for rota in kept.rotas if rota.fields is None]
    there = set(db.scalars(select(RotaRow.id).where(RotaRow.id.in_([rota.id for rota in kept.rotas]))))
    return TakingBack(
        replaced=_value(db, row),
        changes=changed,
        people=len({change.person_id for change in changed}),
        gone=tuple(db.scalars(select(RotaRow.name).where(RotaRow.id.in_(gone)).order_by(RotaRow.name))),
        again=tuple(sorted(rota.fields.name for rota in kept.rotas if rota.fields and rota.id not in there)),
        sessions=find_affected_sessions(db, programme_id, {(each.person_id, each.day) for each in changed}, now),
    )


def take_back(db: Db, actor: Actor, programme_id: int, number: int, now: datetime) -> TakingBack:
    """Put back what an import or swaps replaced, all of it, in the caller's transaction. Returns what that did.

    Raises ``NotPossible`` where something hangs on it by now.
    """
    lock_programme(db, programme_id)
    found = preview_taking_back(db, actor, programme_id, number, now)
    if found.replaced.why_not:
        raise NotPossible(found.replaced.why_not, where=found.replaced.name)
    row = _row(db, actor, programme_id, number)
    people, kept = frozenset(row.people), kept_in(row)
    db.delete(row)
    restore(db, programme_id, kept)
    note(db, Fact.TIME, programme_id, now, people)
    ids = [rota.id for rota in kept.rotas]
    record(db, actor, "rota.taken_back", now, programme_id, rotas=ids, changed_days=len(found.changes))
    return found


def _row(db: Db, actor: Actor, programme_id: int, number: int) -> ReplacedRow:
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(ReplacedRow, number)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that import."), what_to_do=say("Go back to the list of rotas."))
    return row


def _value(db: Db, row: ReplacedRow) -> Replaced:
    is_swap = row.kind is ReplacedBy.SWAP
    return Replaced(row.id, row.name, is_swap, row.made_at, row.first_day, row.last_day, _why_not(db, row))


def _why_not(db: Db, row: ReplacedRow) -> str:
    """Why something hangs on it, in one sentence; the first of the reasons."""
    if _is_published_since(db, row):
        return say("A plan has been published since.")
    if _is_followed(db, row):
        return say("The same days have been imported or changed again since. Take that back first.")
    if not _stands_as_left(db, row):
        return say("One of its rotas has been removed since, or another one has its name.")
    if _people_moved_since(db, row):
        return say("People’s entries or a site’s time zone have been corrected since.")
    return ""


def _is_published_since(db: Db, row: ReplacedRow) -> bool:
    later = (PlanRow.programme_id == row.programme_id, PlanRow.published_at >= row.made_at)
    return db.scalar(select(PlanRow.id).where(*later).limit(1)) is not None


def _is_followed(db: Db, row: ReplacedRow) -> bool:
    """Whether a later one changed one of its rotas, or days of its people."""
    later = db.scalars(select(ReplacedRow).where(ReplacedRow.programme_id == row.programme_id, ReplacedRow.id > row.id))
    rotas, people = set(row.rotas), set(row.people)
    return any(
        rotas & set(each.rotas)
        or (each.first_day <= row.last_day and each.last_day >= row.first_day and people & set(each.people))
        for each in later
    )


def _stands_as_left(db: Db, row: ReplacedRow) -> bool:
    """Whether its rotas are there, and nothing is in the way of those that it replaced."""
    there = {rota.id: rota.name for rota in db.scalars(select(RotaRow).where(RotaRow.programme_id == row.programme_id))}
    if not there.keys() >= set(row.rotas):
        return False
    before = [(rota.id, rota.fields) for rota in kept_in(row).rotas if rota.fields is not None]
    sites = set(db.scalars(select(SiteRow.id).where(SiteRow.programme_id == row.programme_id)))
    others = {name for id_, name in there.items() if id_ not in row.rotas}
    return all(fields.site_id in sites and (id_ in there or fields.name not in others) for id_, fields in before)


def _people_moved_since(db: Db, row: ReplacedRow) -> bool:
    moved = (AuditRow.programme_id == row.programme_id, AuditRow.at >= row.made_at, AuditRow.action.in_(_MOVING_PEOPLE))
    return db.scalar(select(AuditRow.id).where(*moved).limit(1)) is not None


def _changes(db: Db, kept: Kept) -> tuple[Change, ...]:
    now = [duty for rota in kept.rotas for duty in duties_in(db, rota)]
    before = [duty for rota in kept.rotas for duty in rota.duties]
    return tuple(changes(_placed(now), _placed(before)))


def _placed(duties: Sequence[KeptDuty]) -> Iterator[PlacedDuty]:
    for duty in duties:
        kind = DutyKind(duty.kind)
        yield PlacedDuty(duty.person_id, duty.day, duty.code, kind, duty.starts_at, duty.ends_at, duty.cell)
