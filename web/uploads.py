"""Files that people upload: read into memory, never written to disk, never kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from scheduler.errors import Rejected
from web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name on the sender's machine, without what can't be written, and its octets."""

    name: str
    content: bytes


def uploaded(field: str = "file") -> Upload:
    """The file of a form. Raises :class:`Rejected` where none was chosen."""
    found = find_uploaded(field)
    if found is None:
        raise Rejected(_("You haven’t chosen a file."), what_to_do=_("Choose a file, then press the button again."))
    return found


def all_uploaded(field: str = "file") -> tuple[Upload, ...]:
    """Every file of a form that takes many. Raises :class:`Rejected` where none was chosen."""
    found = tuple(
        Upload(_written(file.filename), file.read()) for file in request.files.getlist(field) if file.filename
    )
    return found or (uploaded(field),)


def find_uploaded(field: str) -> Upload | None:
    """The file of a form, or None where that part was left empty."""
    file = request.files.get(field)
    if file is None or not file.filename:
        return None
    return Upload(_written(file.filename), file.read())


def _written(name: str) -> str:
    """A name without signs that can't be written: rotas are known by it, and no database keeps the NUL character."""
    return "".join(sign for sign in name if sign.isprintable())
