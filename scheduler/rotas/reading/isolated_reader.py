"""An upload is read in the sandbox, so that no file can take the pages with it; whatever becomes of it there is a
sentence to whoever sent the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler import sandbox
from scheduler.languages import say
from scheduler.rotas.model import LegendEntry, ReadRota, UnreadableFile
from scheduler.rotas.reading.context import NOT_ROLLING, Rolling
from scheduler.rotas.reading.reader import read_rota

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
    max_seconds: float = MAX_SECONDS,
) -> ReadRota:
    """What :func:`~scheduler.rotas.reading.reader.read_rota` says, which see for the arguments.

    Raises ``UnreadableFile`` also for a file that takes more than ``max_seconds`` or the memory that is granted.
    """
    asked = Asked(filename, sheet, legend[1] if legend else None, year, today, known or {}, rolling, zone)
    files = (content, legend[0]) if legend else (content,)
    limits = sandbox.Limits(max_seconds, MAX_MEMORY_BYTES)
    try:
        return sandbox.run(read_in_sandbox, asked, files, limits, (UnreadableFile,))
    except sandbox.Unfinished as error:
        advice = say("Copy just the rota into a new workbook, save it as .xlsx and try again.")
        raise UnreadableFile(say("The file could not be read in full."), where=filename, what_to_do=advice) from error


def read_in_sandbox(asked: Asked, files: Sequence[bytes]) -> ReadRota:
    """What the sandbox runs."""
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
    )
