"""An upload is read in the sandbox, so that no file can take the pages with it; whatever becomes of it there is a
sentence to whoever sent the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from scheduler import sandbox
from scheduler.languages import say
from scheduler.rotas.model import LegendEntry, ReadRota, UnreadableFile
from scheduler.rotas.pointed_sheets import NOTHING_POINTED, Pointing
from scheduler.rotas.reading.context import NOT_ROLLING, Rolling

MAX_SECONDS = 60
MAX_MEMORY_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file is to be read: the arguments of ``read_rota`` without the files; ``legend`` is the name of one."""

    filename: str
    sheet: str | None
    legend: str | None
    year: int | None
    today: date | None
    known: Mapping[str, LegendEntry]
    rolling: Rolling
    zone: str | None
    pointing: Pointing


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """How sheets that were kept are to be read: the arguments of ``read_again`` without the sheets."""

    today: date | None
    known: Mapping[str, LegendEntry]
    pointing: Pointing


def read_rota_isolated(
    content: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    legend: tuple[bytes, str] | None = None,
    year: int | None = None,
    today: date | None = None,
    known: Mapping[str, LegendEntry] | None = None,
    rolling: Rolling = NOT_ROLLING,
    zone: str | None = None,
    pointing: Pointing = NOTHING_POINTED,
    max_seconds: float = MAX_SECONDS,
) -> ReadRota:
    """What :func:`~scheduler.rotas.reading.reader.read_rota` says, which see for the arguments, with its sheets packed.

    Raises ``UnreadableFile`` also for a file that takes more than ``max_seconds`` or the memory that is granted.
    """
    separate = legend[1] if legend else None
    asked = Asked(filename, sheet, separate, year, today, known or {}, rolling, zone, pointing)
    files = (content, legend[0]) if legend else (content,)
    with _in_full(filename):
        return sandbox.run(read_in_sandbox, asked, files, _limits(max_seconds), (UnreadableFile,))


def read_again_isolated(
    kept: bytes,
    name: str,
    *,
    today: date | None,
    known: Mapping[str, LegendEntry],
    pointing: Pointing,
    max_seconds: float = MAX_SECONDS,
) -> ReadRota:
    """What :func:`~scheduler.rotas.reading.reader.read_again` says of sheets that were kept of the rota ``name``."""
    asked = AskedAgain(today, known, pointing)
    with _in_full(name):
        return sandbox.run(read_again_in_sandbox, asked, (kept,), _limits(max_seconds), (UnreadableFile,))


def _limits(max_seconds: float) -> sandbox.Limits:
    return sandbox.Limits(max_seconds, MAX_MEMORY_BYTES)


@contextmanager
def _in_full(where: str) -> Iterator[None]:
    """Whatever keeps the sandbox from answering as a sentence to whoever sent the file."""
    try:
        yield
    except sandbox.Unfinished as error:
        advice = say("Copy just the rota into a new workbook, save it as .xlsx and try again.")
        raise UnreadableFile(say("The file could not be read in full."), where=where, what_to_do=advice) from error


def read_in_sandbox(asked: Asked, files: Sequence[bytes]) -> ReadRota:
    """What the sandbox runs, and no process of pages: so only there the readers of all layouts are loaded."""
    from scheduler.rotas.reading.reader import read_rota

    return read_rota(
        files[0],
        asked.filename,
        sheet=asked.sheet,
        legend=(files[1], asked.legend) if asked.legend is not None else None,
        year=asked.year,
        today=asked.today,
        known=asked.known,
        rolling=asked.rolling,
        zone=asked.zone,
        pointing=asked.pointing,
        keeping=True,
    )


def read_again_in_sandbox(asked: AskedAgain, files: Sequence[bytes]) -> ReadRota:
    """What the sandbox runs for sheets that were kept."""
    from scheduler.rotas.reading.reader import read_again

    return read_again(files[0], asked.today, asked.known, asked.pointing)
