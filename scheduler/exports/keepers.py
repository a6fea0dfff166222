"""Rota managers with the rotas that they keep, in an archive: out as lines of text, and in again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from scheduler.db import Db
from scheduler.errors import Fault, Rejected
from scheduler.exports.tables_out import Table
from scheduler.languages import say
from scheduler.lists import without_guard
from scheduler.people.model import Actor, Role, is_address
from scheduler.programmes.tables import SiteRow
from scheduler.releases.tables import KeptRotaRow, RotaManagerRow

COLUMNS: Final = ("name", "email", "site", "rota")
"""The site by its key; a line with a site and no rota is for whatever nobody else keeps there."""


def keepers_out(db: Db, actor: Actor, programme_id: int) -> Table:
    """Every rota manager, with a line for each rota that they keep, or one without."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(RotaManagerRow.name, RotaManagerRow.email, SiteRow.key, KeptRotaRow.rota)
        .outerjoin(KeptRotaRow, KeptRotaRow.manager_id == RotaManagerRow.id)
        .outerjoin(SiteRow, SiteRow.id == KeptRotaRow.site_id)
        .where(RotaManagerRow.programme_id == programme_id)
        .order_by(func.lower(RotaManagerRow.name), SiteRow.key, KeptRotaRow.rota)
    )
    return Table("rota_managers", COLUMNS, tuple(tuple(cell or "" for cell in row) for row in rows))


def take_keepers(db: Db, programme_id: int, lines: Iterable[Mapping[str, str]], now: datetime) -> None:
    """Enter the rota managers of an archive, with what they keep, in a programme that has none yet."""
    sites = dict(db.execute(select(SiteRow.key, SiteRow.id).where(SiteRow.programme_id == programme_id)).all())
    managers: dict[str, int] = {}
    keepers: dict[tuple[int, str], int] = {}
    for line in lines:
        name, email, site, rota = (without_guard(line.get(column) or "").strip() for column in COLUMNS)
        _must_be_sound(name, email)
        if name.casefold() not in managers:
            db.add(row := RotaManagerRow(programme_id=programme_id, name=name, email=email, added_at=now))
            db.flush()
            managers[name.casefold()] = row.id
        if site in sites:
            keepers[sites[site], rota] = managers[name.casefold()]
    db.add_all(KeptRotaRow(site_id=site, rota=rota, manager_id=who) for (site, rota), who in keepers.items())
    db.flush()


def _must_be_sound(name: str, email: str) -> None:
    if name and (not email or is_address(email)):
        return
    raise Rejected(
        say("The list %(name)s of the archive can’t be used.", name="rota_managers.csv"),
        (Fault(name or email, say("We don’t know what this means.")),),
        what_to_do=say("Take the programme out again, and don’t change its files."),
    )
