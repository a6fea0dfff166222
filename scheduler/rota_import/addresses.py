"""Rotas that are kept at an address: fetched daily, read in the sandbox, and imported by themselves where nothing is
doubtful. Whatever is doubtful waits like an upload, and whatever fails leaves everything as it was."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Protocol
from urllib.parse import unquote

from sqlalchemy import ColumnElement, delete, select

from scheduler.audit.service import record
from scheduler.availability.calendar_download import Fetched, NotFetched, checked_address, must_be_encrypted
from scheduler.db import Database, Db
from scheduler.errors import Fault, MentorRoundsError, NotFound, Rejected
from scheduler.languages import mark, say
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.rota_import import own_waiting, service
from scheduler.rota_import.other_readings import NO_READINGS, Readings, other_readings
from scheduler.rota_import.results import keep_result
from scheduler.rota_import.service import Before, Upload, read_file
from scheduler.rota_import.waiting_rows import Preview
from scheduler.rotas.model import ReadRota, UnreadableFile
from scheduler.rotas.tables import RotaAddressRow

EVERY = timedelta(days=1)
_FIRST_WAIT = timedelta(hours=4)
_AT_A_TIME = 20
_NOT_READ = mark("The rota could not be read.")
_NOT_NAMED = mark("Your name isn’t on it. Add the address again with your name as it appears there.")
"""Whoever else is named there is not kept."""
_OF_DEPARTMENT = RotaAddressRow.given_by.is_(None)


class Fetches(Protocol):
    """Whoever brings what is at an address; :class:`~scheduler.availability.calendar_download.Fetcher` does."""

    def fetch(self, address: str, etag: str = "") -> Fetched:
        """What is there, or NotFetched."""


@dataclass(frozen=True, slots=True)
class RotaAddress:
    """A rota at an address, as it is shown. The address itself is a secret and never shown again, only its server.

    ``fetched_at`` is when it was last read well; ``trouble`` why it was not at ``tried_at``, empty where all is well.
    """

    id: int
    name: str
    server: str
    fetched_at: datetime | None
    tried_at: datetime | None
    trouble: str


def list_addresses(db: Db, actor: Actor, programme_id: int) -> tuple[RotaAddress, ...]:
    """Where departments keep their rotas, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    here = (RotaAddressRow.programme_id == programme_id, _OF_DEPARTMENT)
    return tuple(map(_shown, db.scalars(select(RotaAddressRow).where(*here).order_by(RotaAddressRow.name))))


def add_address(
    db: Db, actor: Actor, programme_id: int, site_key: str, name: str, address: str, now: datetime
) -> RotaAddress:
    """Have a department's rota fetched from an address, in the background soon and then daily. Another address under
    the same name is replaced. Raises ``NotFetched`` for a bad one."""
    actor.must_have(programme_id, Role.COORDINATOR)
    if not name:
        raise Rejected(say("The address was not saved."), (Fault("name", say("Give the rota a name.")),))
    here = (SiteRow.programme_id == programme_id, SiteRow.key == site_key)
    site_id = db.scalar(select(SiteRow.id).where(*here))
    if site_id is None:
        raise NotFound(say("There is no site called “%(site)s”.", site=site_key))
    same = (RotaAddressRow.programme_id == programme_id, RotaAddressRow.name == name, _OF_DEPARTMENT)
    db.execute(delete(RotaAddressRow).where(*same))
    return _add(db, actor, programme_id, site_id, name, address, None, now)


def fetch_soon(db: Db, actor: Actor, programme_id: int, address_id: int, now: datetime) -> None:
    """Have it fetched again at the next look, whatever its turn."""
    row = _department(db, actor, programme_id, address_id)
    row.next_fetch_at, row.etag, row.digest = now, "", ""


def remove_address(db: Db, actor: Actor, programme_id: int, address_id: int, now: datetime) -> str:
    """Fetch it no more; what was imported stays. Returns the rota's name."""
    row = _department(db, actor, programme_id, address_id)
    db.delete(row)
    record(db, actor, "rota_address.removed", now, programme_id)
    return row.name


def find_own_address(db: Db, actor: Actor, programme_id: int) -> RotaAddress | None:
    """Where the actor's own rota is fetched from."""
    row = _own(db, actor, programme_id)
    return _shown(row) if row else None


def add_own_address(db: Db, actor: Actor, programme_id: int, address: str, written: str, now: datetime) -> RotaAddress:
    """Have the actor's own rota fetched from an address; their line is found by their name, or by it as ``written``."""
    part = db.get(ParticipantRow, (programme_id, actor.person_id or 0))
    if part is None:
        raise NotFound(say("That programme isn’t one of yours."))
    forget_own_address(db, actor, programme_id)
    return _add(db, actor, programme_id, part.site_id, written, address, part.person_id, now)


def forget_own_address(db: Db, actor: Actor, programme_id: int) -> None:
    """Fetch the actor's own rota no more; what was read of it stays."""
    mine = (RotaAddressRow.programme_id == programme_id, RotaAddressRow.given_by == actor.person_id)
    db.execute(delete(RotaAddressRow).where(*mine))


def any_due(db: Db, now: datetime) -> bool:
    """Whether a rota waits to be fetched."""
    return db.scalar(select(RotaAddressRow.id).where(*_due(now)).limit(1)) is not None


def refresh_due(database: Database, now: datetime, fetcher: Fetches) -> int:
    """Fetch every rota whose turn it is; returns how many. For the background: no transaction is open meanwhile.

    Each is put off before it is asked: one on which the work itself breaks off does not come first again next time.
    """
    with database.reading() as db:
        due = db.scalars(
            select(RotaAddressRow.id).where(*_due(now)).order_by(RotaAddressRow.next_fetch_at).limit(_AT_A_TIME)
        ).all()
    for address_id in due:
        with database.writing() as db:
            asked = _put_off(db, address_id, now)
        if asked is None:
            continue
        answer = _fetched(fetcher, asked, now)
        with database.writing() as db:
            _take(db, address_id, answer, now)
    return len(due)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    going_on = select(ProgrammeRow.id).where(
        ProgrammeRow.archived_at.is_(None), ProgrammeRow.last_day >= now.date() - timedelta(days=1)
    )
    return RotaAddressRow.next_fetch_at <= now, RotaAddressRow.programme_id.in_(going_on)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What fetching and reading need from the database."""

    address: str
    etag: str
    digest: str
    before: Before
    is_own: bool


@dataclass(frozen=True, slots=True)
class _Got:
    """What came of an address: the rota, None where it is as before, and for somebody's own the other ways to read
    it."""

    rota: ReadRota | None
    etag: str
    digest: str
    others: Readings = field(default_factory=lambda: NO_READINGS)


def _put_off(db: Db, address_id: int, now: datetime) -> _Asked | None:
    """Unless it goes well, ask again later, ever later: after 4, 8, 16 hours, then once a day."""
    row = db.get(RotaAddressRow, address_id)
    if row is None:
        return None
    row.failures += 1
    row.trouble, row.tried_at = _NOT_READ, now
    row.next_fetch_at = now + min(EVERY, _FIRST_WAIT * 2 ** min(row.failures - 1, 4))
    return _Asked(row.address, row.etag, row.digest, _before(db, row), row.given_by is not None)


def _before(db: Db, row: RotaAddressRow) -> Before:
    if row.given_by is not None:
        return own_waiting.before_reading_own(db, _owner(row.given_by), row.programme_id)
    return service.before_reading(db, OPERATOR, row.programme_id, _site_key(db, row), row.name)


def _fetched(fetcher: Fetches, asked: _Asked, now: datetime) -> _Got | MentorRoundsError:
    try:
        fetched = fetcher.fetch(asked.address, asked.etag)
        if fetched.body is None:
            return _Got(None, fetched.etag, asked.digest)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if digest == asked.digest:
            return _Got(None, fetched.etag, digest)
        upload = Upload(name="", content=fetched.body, filename=_filename(asked.address))
        rota = read_file(upload, asked.before, now)
        others = other_readings(rota, now.date(), asked.before.known) if asked.is_own else NO_READINGS
        return _Got(rota, fetched.etag, digest, others)
    except (NotFetched, UnreadableFile) as trouble:
        return trouble


def _filename(address: str) -> str:
    """The last part of an address, as the name of a file."""
    return unquote(PurePosixPath(checked_address(address).path).name) or "rota"


def _take(db: Db, address_id: int, answer: _Got | MentorRoundsError, now: datetime) -> None:
    """Keep what came. Whatever fails leaves the rota as it was."""
    row = db.get(RotaAddressRow, address_id)
    if row is None:
        return
    lock_programme(db, row.programme_id)
    if not isinstance(answer, MentorRoundsError) and answer.rota is not None:
        answer = _taken(db, row, answer.rota, answer.others, now) or answer
    if isinstance(answer, MentorRoundsError):
        row.trouble = answer.message
        return
    row.etag, row.digest = answer.etag, answer.digest
    row.fetched_at, row.next_fetch_at, row.failures, row.trouble = now, now + EVERY, 0, ""
    db.flush()


def _taken(db: Db, row: RotaAddressRow, rota: ReadRota, others: Readings, now: datetime) -> MentorRoundsError | None:
    """Import what was read if nothing is doubtful, else let it wait; what stands in the way of either."""
    if row.given_by is not None:
        return _taken_as_own(db, row, rota, others, now)
    preview = service.keep_read(db, OPERATOR, row.programme_id, _site_key(db, row), row.name, rota, now)
    if is_doubtless(preview):
        result = service.import_waiting(db, OPERATOR, preview.waiting_id, now)
        keep_result(db, OPERATOR, row.programme_id, row.name, result, now)
    return None


def is_doubtless(preview: Preview) -> bool:
    """Whether a rota may be imported without anybody having seen it: every name is somebody's, no date, cell or sheet
    is in doubt, it is no older than what is in, and no other rota contradicts it. Codes that nobody has explained
    count as busy, which promises nothing; the rota goes on waiting for what they mean."""
    found = preview.understood
    return found.may_be_imported and preview.is_decided and all(each.about == "code" for each in found.questions)


def _taken_as_own(
    db: Db, row: RotaAddressRow, rota: ReadRota, others: Readings, now: datetime
) -> MentorRoundsError | None:
    owner = _owner(row.given_by or 0)
    try:
        waiting = own_waiting.keep_own(db, owner, row.programme_id, rota, row.name, now, others=others)
    except Rejected:
        return Rejected(_NOT_NAMED)
    if waiting.understood.may_be_imported and not waiting.understood.questions:
        own_waiting.take_own(db, owner, row.programme_id, {}, now)
    return None


def _owner(person_id: int) -> Actor:
    """Whoever gave an address acts by it."""
    return replace(OPERATOR, person_id=person_id, trusted=False)


def _add(
    db: Db,
    actor: Actor,
    programme_id: int,
    site_id: int,
    name: str,
    address: str,
    given_by: int | None,
    now: datetime,
) -> RotaAddress:
    must_be_encrypted(checked_address(address))
    row = RotaAddressRow(
        programme_id=programme_id,
        site_id=site_id,
        name=name,
        address=address.strip(),
        given_by=given_by,
        added_at=now,
        fetched_at=None,
        next_fetch_at=now,
        failures=0,
        tried_at=None,
        trouble="",
        etag="",
        digest="",
    )
    db.add(row)
    db.flush()
    record(db, actor, "rota_address.added", now, programme_id)
    return _shown(row)


def _shown(row: RotaAddressRow) -> RotaAddress:
    server = (checked_address(row.address).hostname or "") if row.address else ""
    trouble = say(row.trouble) if row.trouble else ""
    return RotaAddress(row.id, row.name, server, row.fetched_at, row.tried_at, trouble)


def _department(db: Db, actor: Actor, programme_id: int, address_id: int) -> RotaAddressRow:
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(RotaAddressRow, address_id)
    if row is None or row.programme_id != programme_id or row.given_by is not None:
        raise NotFound(say("We can’t find that address."), what_to_do=say("Go back to the list of rotas."))
    return row


def _own(db: Db, actor: Actor, programme_id: int) -> RotaAddressRow | None:
    mine = (RotaAddressRow.programme_id == programme_id, RotaAddressRow.given_by == actor.person_id)
    return db.scalars(select(RotaAddressRow).where(*mine)).first()


def _site_key(db: Db, row: RotaAddressRow) -> str:
    return db.scalars(select(SiteRow.key).where(SiteRow.id == row.site_id)).one()
