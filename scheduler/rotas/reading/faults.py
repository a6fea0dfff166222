"""Cells whose formula failed: the reader of workbooks hands them over as empty, which nobody would notice."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping, Sequence

from scheduler.rotas.reading.extent import Place, follow

FAULT = "#REF!"
"""What is put where a formula failed, whatever the failure was."""

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def faults_by_sheet(archive: zipfile.ZipFile, by_part: Mapping[str, Sequence[Place]]) -> dict[str, Sequence[Place]]:
    """The failed cells by the name of their sheet; empty for a workbook that has none or does not say its sheets."""
    if not any(by_part.values()) or not {_BOOK, _LINKS} <= set(archive.namelist()):
        return {}
    sheets, links = _Pairs("sheet", "id", "name"), _Pairs("Relationship", "Id", "Target")
    for part, listener in ((_BOOK, sheets), (_LINKS, links)):
        with archive.open(part) as opened:
            follow(opened, listener)
    parts = {id_: posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") for id_, target in links.found.items()}
    return {name: by_part[part] for id_, name in sheets.found.items() if (part := parts.get(id_, "")) in by_part}


class _Pairs:
    """Two attributes of each element of one name."""

    def __init__(self, element: str, key: str, value: str) -> None:
        self.names = frozenset((element,))
        self.found: dict[str, str] = {}
        self._key, self._value = key, value

    def started(self, _name: str, attributes: Mapping[str, str]) -> None:
        """Keep the pair, if both are there."""
        if self._key in attributes and self._value in attributes:
            self.found[attributes[self._key]] = attributes[self._value]

    def ended(self, _name: str) -> None:
        """Nothing is nested."""
