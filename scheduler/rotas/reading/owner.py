"""Whose rota a sheet says it is, where it is one person's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scheduler.rotas.reading.cells import folded, is_number, text_of
from scheduler.rotas.reading.dates import mentioned_month, partial
from scheduler.rotas.reading.headings import is_person_heading, names_a_role
from scheduler.rotas.reading.workbook import Sheet

_WITHIN_ROWS, _MOST_WORDS = 8, 5
_ROTA_OF = re.compile(
    r"(?:rota|roster|schedule|shifts|duties|dienstplan|planning|turni|grafik)\s*(?:for|of|von|fur|für|de|di|-|–|:)\s*(.+)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:name|doctor|trainee|resident|arzt|nom|nombre|nome)\s*:\s*(.+)", re.IGNORECASE)


def written_owner(sheet: Sheet) -> str:
    """The name in a title such as ``Rota for Ann Bee`` or beside a cell that says *Name*; empty if there is none."""
    return next((name for name in _candidates(sheet) if _is_name(name)), "")


def _candidates(sheet: Sheet) -> Iterator[str]:
    for row in range(min(sheet.height, _WITHIN_ROWS)):
        texts = [text_of(cell) for _, cell in sheet.filled(row)]
        for text in texts:
            found = _NAMED.fullmatch(text) or _ROTA_OF.fullmatch(text)
            if found:
                yield found[1].strip()
        if len(texts) == 2 and is_person_heading(folded(texts[0])):
            yield texts[1]


def _is_name(text: str) -> bool:
    """Whether a text may be a name: a few words without figures, no month, post or heading."""
    words = text.split()
    has_figures = is_number(text) or any(sign.isdecimal() for sign in text)
    return (
        0 < len(words) <= _MOST_WORDS
        and not has_figures
        and partial(text) is None
        and mentioned_month(text) is None
        and not names_a_role(text)
        and not is_person_heading(folded(text))
        and words[0][0].isupper()
    )
