"""Rotas that wait, as they are stored and as they are understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rota_import.overlaps import (
    Overlap,
    Standing,
    Waiting,
    find_overlaps,
)
from scheduler.rota_import.spellings import known_people, remembered
from scheduler.rotas.answers import Answers, Understood, joined_answers, understood
from scheduler.rotas.codec import answers_from_json, answers_json, kept_json, rota_from_json
from scheduler.rotas.model import ReadRota
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import RotaRow, WaitingRow


@dataclass(frozen=True, slots=True)
class Preview:
    """A rota that waits: what was understood, whom its names stand for, what is still open. One that ``is_imported``
    waits for answers alone, to be imported again with them."""

    waiting_id: int
    programme_id: int
    name: str
    site_key: str
    understood: Understood
    read_at: datetime
    overlaps: tuple[Overlap, ...] = ()
    is_imported: bool = False

    @property
    def is_decided(self) -> bool:
        """Whether it is clear which rota counts wherever another says something else of the same people."""
        return not any(overlap.is_open for overlap in self.overlaps)

    @property
    def is_ready(self) -> bool:
        """Whether it can be imported as it is, without a single question."""
        return self.understood.may_be_imported and not self.understood.questions and self.is_decided


def get_row(db: Db, actor: Actor, waiting_id: int, *, afresh: bool = False) -> WaitingRow:
    """A department's rota that waits; ``afresh`` looks again. Raises ``NotFound``."""
    row = db.get(WaitingRow, waiting_id, populate_existing=afresh)
    if row is None or row.given_by is not None:
        raise NotFound(say("This rota is no longer waiting to be imported."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    return row


def get_locked(db: Db, actor: Actor, waiting_id: int) -> WaitingRow:
    """The rota that waits, with its programme locked: of two imports at a time one waits, and finds it gone."""
    lock_programme(db, get_row(db, actor, waiting_id).programme_id)
    return get_row(db, actor, waiting_id, afresh=True)


def preview_of(db: Db, row: WaitingRow) -> Preview:
    """What was understood of it, with the answers so far, beside the rotas that are in."""
    found, site_key = understood_row(db, row), site_key_of(db, row)
    chosen = {int(id_): Standing(how) for id_, how in row.content.get("standing", {}).items()}
    overlaps = find_overlaps(db, compared_row(db, row, found), chosen)
    is_imported = row.content.get("is_imported", False)
    return Preview(row.id, row.programme_id, row.name, site_key, found, row.read_at, overlaps, is_imported)


def understood_row(db: Db, row: WaitingRow) -> Understood:
    """What was understood of it, with the answers so far and what was said of names on any rota."""
    given, site = answers_from_json(row.content["given"]), site_key_of(db, row)
    said = Answers(people=remembered(db, row.programme_id, site))
    people = known_people(db, row.programme_id)
    return understood(rota_from_json(row.content), people, joined_answers(given, said), site)


def compared_row(db: Db, row: WaitingRow, found: Understood) -> Waiting:
    """It as it is compared with what is in use."""
    answered = frozenset(answers_from_json(row.content["given"]).codes)
    return Waiting(row.programme_id, row.name, row.site_id, ZoneInfo(_zone(db, row.site_id)), found, answered)


def waiting_content(rota: ReadRota, answers: Answers) -> dict[str, Any]:
    """What is kept of a rota that was read, and of the answers to its questions."""
    return kept_json(replace(rota, source=b"")) | {"given": answers_json(answers)}


def find_imported(db: Db, programme_id: int, name: str) -> RotaRow | None:
    """The department's rota of this name that is in."""
    named = (RotaRow.programme_id == programme_id, RotaRow.name == name)
    return db.scalar(select(RotaRow).where(*named, OF_DEPARTMENT))


def get_site(db: Db, programme_id: int, site_key: str) -> SiteRow:
    """A site of a programme by its key. Raises ``NotFound``."""
    row = db.scalar(select(SiteRow).where(SiteRow.programme_id == programme_id, SiteRow.key == site_key))
    if row is None:
        advice = say("Choose one of the programme’s sites.")
        raise NotFound(say("There is no site called “%(site)s”.", site=site_key), what_to_do=advice)
    return row


def site_key_of(db: Db, row: WaitingRow) -> str:
    """The key of the site at which it is worked."""
    return db.scalars(select(SiteRow.key).where(SiteRow.id == row.site_id)).one()


def _zone(db: Db, site_id: int) -> str:
    return db.scalars(select(SiteRow.zone).where(SiteRow.id == site_id)).one()
