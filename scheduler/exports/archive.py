"""A whole programme as one archive: what it is (``programme.toml``, as :mod:`scheduler.programme_files` writes it), its
lists, and what became of it.

What goes in again elsewhere is the programme with its people, relations, clinics and rooms; groups and sessions are
made anew by planning there, and lie beside as tables to read.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.enrolment.list_takers import TAKERS
from scheduler.enrolment.spreadsheets.columns import ListKind
from scheduler.enrolment.spreadsheets.interpretation import understand
from scheduler.enrolment.spreadsheets.questions import Answers, Understood
from scheduler.enrolment.spreadsheets.table import Table
from scheduler.errors import Fault, Rejected
from scheduler.exports.archive_files import IN_ORDER, KEEPERS, SETTINGS, Unpacked
from scheduler.exports.formats import as_csv
from scheduler.exports.keepers import keepers_out, take_keepers
from scheduler.exports.tables_out import TABLES, table_out
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programme_files.file_reader import read_file
from scheduler.programme_files.service import export_programme, make_programme
from scheduler.programmes.service import find_programme_id, get_programme
from scheduler.programmes.start import free_slug


def archive(db: Db, actor: Actor, programme_id: int) -> bytes:
    """The programme as an archive, for its coordinators. Nothing private is in it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(SETTINGS, export_programme(db, actor, programme_id))
        for name in TABLES:
            file.writestr(f"{name}.csv", as_csv(table_out(db, actor, programme_id, name)))
        file.writestr(KEEPERS, as_csv(keepers_out(db, actor, programme_id)))
    return content.getvalue()


def restore(db: Db, actor: Actor, found: Unpacked, now: datetime) -> int:
    """Make a programme of what :func:`~scheduler.exports.archive_files.read_archive` found; whoever does becomes its
    coordinator. Returns its id.

    Raises ``Rejected`` with every fault of its settings or of a list; then nothing is made.
    """
    actor.must_be_able_to_begin()
    wanted = read_file(found.settings.encode())
    if find_programme_id(db, wanted.programme.slug) is not None:
        name = say("%(programme)s (restored)", programme=wanted.programme.name)
        wanted = replace(wanted, programme=replace(wanted.programme, name=name, slug=free_slug(db, name)))
    programme_id = make_programme(db, actor, wanted, now)
    inside = replace(actor, roles=actor.roles | {(programme_id, Role.COORDINATOR)})
    for kind in IN_ORDER:
        if kind in found.lists:
            _take(db, inside, programme_id, kind, found.lists[kind], now)
    take_keepers(db, programme_id, found.keepers, now)
    record(db, actor, "programme.restored", now, programme_id)
    return programme_id


def _take(db: Db, actor: Actor, programme_id: int, kind: ListKind, table: Table, now: datetime) -> None:
    """Take a list of the archive over, as one that is uploaded."""
    programme = get_programme(db, programme_id)
    found = understand(kind, table, programme, (), Answers())
    listed, faults = TAKERS[kind].read(db, programme, found.lines)
    _must_be_clear(kind, found, faults)
    TAKERS[kind].take(db, actor, programme_id, listed, frozenset(), now)


def _must_be_clear(kind: ListKind, found: Understood, faults: list[Fault]) -> None:
    unknown = (Fault(value.written, say("We don’t know what this means.")) for value in found.open)
    told = (*found.faults, *faults, *unknown)
    if told:
        raise Rejected(
            say("The list %(name)s of the archive can’t be used.", name=f"{kind}.csv"),
            tuple(told),
            what_to_do=say("Take the programme out again, and don’t change its files."),
        )
