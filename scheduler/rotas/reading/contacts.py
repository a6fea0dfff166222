"""Cells without what somebody could be called or written to on."""

from __future__ import annotations

import re

from scheduler.rotas.reading.cells import Cell, is_number, phone_numbers, text_of
from scheduler.rotas.reading.dates import partial

_MAIL = re.compile(r"[^\s@<>,;:()]+@[^\s@<>,;:()]+")
_WHOLE_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[.–-]\d{1,2}[.–-](?:19|20|25)\d\d|(?:19|20|25)\d\d[.–-]\d{1,2}[.–-]\d{1,2})(?!\d)"
)
"""A day that a phone number is never written like."""
_FEWEST_DIGITS = 9
"""Of a number that somebody could be called on; a day such as 20270104 has eight."""


def without_contacts(cell: Cell) -> Cell:
    """The cell without phone numbers and e-mail addresses."""
    if is_number(cell):
        digits = sum(sign.isdecimal() for sign in text_of(cell).partition(".")[0])
        return "" if digits >= _FEWEST_DIGITS and partial(cell) is None else cell
    if not isinstance(cell, str) or not ("@" in cell or any(map(str.isdecimal, cell))):
        return cell
    text = _MAIL.sub("", cell)
    for found in phone_numbers(text):
        if not _WHOLE_DATE.search(found):
            text = text.replace(found, "")
    return text
