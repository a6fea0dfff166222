"""Which column of a list a heading means."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz, process

from scheduler.enrolment.spreadsheets.columns import COLUMNS, ListKind
from scheduler.languages import SOURCE, in_language, say, translated
from scheduler.rotas.reading.cells import folded

_ALIKE_FROM = 90.0
"""Likeness, 0 to 100, from which a heading counts as a slip of the pen: one letter in ten."""
_FEWEST_LETTERS = 5
"""Shorter words are too easily something else."""


@lru_cache(maxsize=4096)
def column_of_heading(kind: ListKind, heading: str) -> str:
    """The name of the column that is meant; empty where none is known by this heading."""
    known = _known(kind)
    plain = folded(heading)
    if plain in known:
        return known[plain]
    spaceless = {name.replace(" ", ""): column for name, column in known.items()}
    if (joined := plain.replace(" ", "")) in spaceless:
        return spaceless[joined]
    if len(plain) < _FEWEST_LETTERS:
        return ""
    near = process.extractOne(plain, list(known), scorer=fuzz.ratio, score_cutoff=_ALIKE_FROM)
    return known[near[0]] if near else ""


@lru_cache(maxsize=8)
def _known(kind: ListKind) -> dict[str, str]:
    """Heading → column; where two columns go by one heading, the first has it. What the page itself calls a column, in
    any language, is a heading of it as well."""
    known: dict[str, str] = {}
    for column in COLUMNS[kind].values():
        for name in sorted(column.names):
            known.setdefault(name, column.name)
    for column in COLUMNS[kind].values():
        known[column.name.replace("_", " ")] = column.name
    for language in (SOURCE, *translated()):
        with in_language(language):
            for column in COLUMNS[kind].values():
                known.setdefault(folded(say(column.label)), column.name)
    return known
