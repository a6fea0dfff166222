"""An archive that somebody uploads, unpacked in a child process: its settings as text, its lists as tables."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scheduler import sandbox
from scheduler.enrolment.spreadsheets.columns import ListKind
from scheduler.enrolment.spreadsheets.table import Asked, Table, find_table
from scheduler.errors import NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.rotas.model import UnreadableFile

SETTINGS: Final = "programme.toml"
KEEPERS: Final = "rota_managers.csv"
"""Who keeps which rota, a line for each rota; a line without one for whoever keeps none."""
MAX_BYTES: Final = 30 * 1024 * 1024
IN_ORDER: Final = (ListKind.PEOPLE, ListKind.RELATIONS, ListKind.CLINICS, ListKind.ROOMS)
"""The lists of an archive in the order in which they go in."""
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_SETTINGS = 1024 * 1024
_LIMITS = sandbox.Limits(60, 2 * 1024**3)
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,
)  # fmt: skip
"""What reading a broken, locked or unknown archive raises, text that is none included."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What of an archive goes in again. A list without rows is left out; ``keepers`` are the lines of rota managers."""

    settings: str
    lists: Mapping[ListKind, Table]
    keepers: tuple[Mapping[str, str], ...] = ()


class _Damaged(NotPossible):
    """The file is no archive, or none that came out whole."""


def read_archive(actor: Actor, content: bytes) -> Unpacked:
    """What is in an archive, for whoever may make a programme of it; open no transaction meanwhile, it may take long.

    Raises ``Rejected`` for whatever is no archive as it was taken out.
    """
    actor.must_be_able_to_begin()
    if len(content) > MAX_BYTES:
        raise _no_archive()
    try:
        return sandbox.run(unpack, IN_ORDER, (content,), _LIMITS, (_Damaged,))
    except (_Damaged, sandbox.Unfinished) as error:
        raise _no_archive() from error


def unpack(kinds: tuple[ListKind, ...], files: Sequence[bytes]) -> Unpacked:
    """What the sandbox runs."""
    try:
        texts = _texts(files[0], {SETTINGS, KEEPERS, *(_name(kind) for kind in kinds)})
        lists = {kind: _table(kind, texts[_name(kind)]) for kind in kinds if _has_rows(texts.get(_name(kind), ""))}
        return Unpacked(texts[SETTINGS], lists, tuple(csv.DictReader(io.StringIO(texts.get(KEEPERS, "")), strict=True)))
    except (*_DAMAGE, KeyError, UnreadableFile, csv.Error) as error:
        raise _Damaged(str(error)) from error


def _texts(content: bytes, wanted: set[str]) -> Mapping[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        members = {member.filename: member for member in file.infolist() if member.filename in wanted}
        if sum(member.file_size for member in members.values()) > _MOST_UNPACKED:
            raise zipfile.LargeZipFile
        if members[SETTINGS].file_size > _MOST_SETTINGS:
            raise zipfile.LargeZipFile
        return {name: file.read(member).decode("utf-8-sig") for name, member in members.items()}


def _table(kind: ListKind, text: str) -> Table:
    """The table of a list, which is text: no workbook is opened, whatever its name says."""
    if "\0" in text or text.startswith("PK"):
        raise zipfile.BadZipFile
    return find_table(Asked(kind, _name(kind), ()), (text.encode(),))


def _has_rows(text: str) -> bool:
    return text.count("\n") > 1


def _name(kind: ListKind) -> str:
    return f"{kind}.csv"


def _no_archive() -> Rejected:
    return Rejected(
        say("This is not a programme that was taken out of Mentor Rounds."),
        what_to_do=say("Choose the .zip file that “Everything out” gave you."),
    )
