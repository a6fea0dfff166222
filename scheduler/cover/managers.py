"""Whoever keeps the rotas: entered by a coordinator, with which rotas they keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.cover.tables import CoverSendingRow
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role, is_address
from scheduler.programmes.tables import SiteRow
from scheduler.releases.keepers import hand_over, keepers_of
from scheduler.releases.tables import KeptRotaRow, RotaManagerRow
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import RotaRow

LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Manager:
    """Whoever keeps rotas. ``email`` is empty where nothing can be sent; ``sent_at`` is when a list last was."""

    id: int
    name: str
    email: str
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A rota of a site, or with the empty name all others of it, and who keeps it (None: nobody is entered)."""

    site_id: int
    site: str
    rota: str
    manager_id: int | None
    manager: str


def list_managers(db: Db, actor: Actor, programme_id: int) -> tuple[Manager, ...]:
    """All rota managers of a programme, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(RotaManagerRow, func.max(CoverSendingRow.sent_at, type_=CoverSendingRow.sent_at.type))
        .outerjoin(CoverSendingRow, CoverSendingRow.manager_id == RotaManagerRow.id)
        .where(RotaManagerRow.programme_id == programme_id)
        .group_by(RotaManagerRow.id)
        .order_by(func.lower(RotaManagerRow.name), RotaManagerRow.id)
    )
    return tuple(Manager(row.id, row.name, row.email, sent_at) for row, sent_at in rows)


def get_manager(db: Db, actor: Actor, programme_id: int, manager_id: int) -> Manager:
    """One of them."""
    row = _row(db, actor, programme_id, manager_id)
    return Manager(row.id, row.name, row.email)


def list_kept(db: Db, actor: Actor, programme_id: int) -> tuple[Kept, ...]:
    """Every rota with who keeps it, and for every site who keeps the rest, by site and name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    sites = dict(
        db.execute(
            select(SiteRow.id, SiteRow.name).where(SiteRow.programme_id == programme_id).order_by(SiteRow.name)
        ).all()
    )
    rotas = db.execute(
        select(RotaRow.site_id, RotaRow.name).where(RotaRow.programme_id == programme_id, OF_DEPARTMENT)
    ).all()
    keepers = {
        (row.site_id, row.rota): (row.manager_id, name)
        for row, name in db.execute(
            select(KeptRotaRow, RotaManagerRow.name)
            .join(RotaManagerRow, RotaManagerRow.id == KeptRotaRow.manager_id)
            .where(RotaManagerRow.programme_id == programme_id)
        )
    }
    known = {(site_id, "") for site_id in sites} | {(site_id, name) for site_id, name in rotas}
    order = list(sites)
    return tuple(
        Kept(site_id, sites[site_id], rota, *keepers.get((site_id, rota), (None, "")))
        for site_id, rota in sorted(known, key=lambda each: (order.index(each[0]), each[1].casefold()))
    )


def add_manager(db: Db, actor: Actor, programme_id: int, name: str, email: str, now: datetime) -> int:
    """Enter somebody; returns their number. Raises Rejected for what is missing, wrong or there already."""
    actor.must_have(programme_id, Role.COORDINATOR)
    name, email = _checked(db, programme_id, name, email, None)
    row = RotaManagerRow(programme_id=programme_id, name=name, email=email, added_at=now)
    db.add(row)
    db.flush()
    record(db, actor, "rota_manager.added", now, programme_id, manager=row.id)
    return row.id


def change_manager(
    db: Db, actor: Actor, programme_id: int, manager_id: int, name: str, email: str, now: datetime
) -> None:
    """Correct a name or an address."""
    row = _row(db, actor, programme_id, manager_id)
    row.name, row.email = _checked(db, programme_id, name, email, manager_id)
    record(db, actor, "rota_manager.changed", now, programme_id, manager=row.id)


def remove_manager(db: Db, actor: Actor, programme_id: int, manager_id: int, now: datetime) -> None:
    """Take somebody off, with what they kept, what they were told, and their calendars, which stop at once.

    What they kept by name goes to whoever keeps the rest of the site, and into that calendar.
    """
    row = _row(db, actor, programme_id, manager_id)
    record(db, actor, "rota_manager.removed", now, programme_id, manager=row.id)
    granted_by = keepers_of(db, programme_id)
    db.delete(row)
    db.flush()
    hand_over(db, programme_id, {each: was if was != manager_id else None for each, was in granted_by.items()}, now)
    note(db, Fact.KEEPING, programme_id, now)


def set_keepers(
    db: Db, actor: Actor, programme_id: int, keepers: Mapping[tuple[int, str], int | None], now: datetime
) -> None:
    """Say who keeps which rotas, by site and name; nobody where None stands."""
    actor.must_have(programme_id, Role.COORDINATOR)
    managers = set(db.scalars(select(RotaManagerRow.id).where(RotaManagerRow.programme_id == programme_id)))
    sites = set(db.scalars(select(SiteRow.id).where(SiteRow.programme_id == programme_id)))
    if not {site_id for site_id, _ in keepers} <= sites:
        raise NotFound(say("We can’t find that site."))
    if not {manager_id for manager_id in keepers.values() if manager_id is not None} <= managers:
        raise NotFound(say("We can’t find that rota manager."))
    before = {
        (row.site_id, row.rota): row for row in db.scalars(select(KeptRotaRow).where(KeptRotaRow.site_id.in_(sites)))
    }
    changed = [key for key, manager_id in keepers.items() if _keeper(before.get(key)) != manager_id]
    granted_by = keepers_of(db, programme_id) if changed else {}
    _store(db, changed, keepers, before)
    if changed:
        hand_over(db, programme_id, granted_by, now)
        record(db, actor, "rota_manager.keeps", now, programme_id, rotas=len(changed))
        note(db, Fact.KEEPING, programme_id, now)


def _store(
    db: Db,
    changed: Iterable[tuple[int, str]],
    keepers: Mapping[tuple[int, str], int | None],
    before: Mapping[tuple[int, str], KeptRotaRow],
) -> None:
    for key in changed:
        site_id, rota = key
        manager_id = keepers[key]
        if manager_id is None:
            db.execute(delete(KeptRotaRow).where(KeptRotaRow.site_id == site_id, KeptRotaRow.rota == rota))
        elif key in before:
            before[key].manager_id = manager_id
        else:
            db.add(KeptRotaRow(site_id=site_id, rota=rota, manager_id=manager_id))
    db.flush()


def _keeper(row: KeptRotaRow | None) -> int | None:
    return row.manager_id if row else None


def _row(db: Db, actor: Actor, programme_id: int, manager_id: int) -> RotaManagerRow:
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(RotaManagerRow, manager_id)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that rota manager."))
    return row


def _checked(db: Db, programme_id: int, name: str, email: str, own_id: int | None) -> tuple[str, str]:
    name, email = " ".join(name.split()), email.strip()
    faults = []
    if not name:
        faults.append(Fault("name", say("Enter a name: a person, an office or a department.")))
    elif len(name) > LONGEST_NAME:
        faults.append(Fault("name", say("Please use no more than %(count)s characters.", count=LONGEST_NAME)))
    elif _is_taken(db, programme_id, name, own_id):
        faults.append(Fault("name", say("“%(name)s” is already on the list.", name=name)))
    if email and not is_address(email):
        faults.append(Fault("email", say("“%(address)s” is not a valid e-mail address.", address=email)))
    if faults:
        raise Rejected(say("Please check the fields marked below."), tuple(faults))
    return name, email


def _is_taken(db: Db, programme_id: int, name: str, own_id: int | None) -> bool:
    rows = db.execute(select(RotaManagerRow.id, RotaManagerRow.name).where(RotaManagerRow.programme_id == programme_id))
    return any(other.casefold() == name.casefold() and number != own_id for number, other in rows)
