"""What single cells say: text, clock times, spans of time, lengths."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from scheduler.text_input import folded as folded

Cell = str | int | float | bool | date | datetime | time | timedelta
"""A value as a spreadsheet or a text file holds it; an empty cell is the empty string."""

MINUTES_A_DAY = 24 * 60
_NOTHING = frozenset(("", "-", "–", "—", ".", "--", "---", "'", "''", "' '", '""', '" "', "n/a", "N/A"))
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.hH]|\s?Uhr)?(\d{2})?(?::\d{2})?\s*(?:h|hrs?|uhr)?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE
)
_SPAN = re.compile(
    r"\s*(.+?)\s*(?:-|–|—|\bto\b|\bbis\b|\btill?\b|\buntil\b|\bdo\b|(?<=:\d\d)\s*/)\s*(.+?)\s*", re.IGNORECASE
)
_INSIDE = re.compile(
    r"\(?\b(\d{1,2}(?:[:.h]?\d{2})?\s*(?:[ap]m?)?\s*(?:-|–|to|bis)\s*\d{1,2}(?:[:.h]?\d{2})?\s*(?:[ap]m?)?)(?![\w:])\)?",
    re.IGNORECASE,
)
_FAULT = re.compile(r"#(?:REF|N/A|NAME|VALUE|DIV/0|NUM|NULL|SPILL|CALC)[!?]?|Err:\d{3}", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+\d|\(0|(?<!\d)0)\d(?:[ ().–-]{0,2}\d){7,13}(?!\d)")
_WORDS = {"noon": 12 * 60, "midday": 12 * 60, "midnight": 0}


def text_of(cell: Cell) -> str:
    """The cell as a person reads it: outer and doubled blanks gone, whole numbers without a decimal point."""
    if isinstance(cell, str):
        return _single_blanks(cell) if cell else ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return str(cell)


def is_blank(cell: Cell) -> bool:
    """Whether the cell says nothing: empty, blanks only, or a dash put where nothing is."""
    return isinstance(cell, str) and (not cell or _single_blanks(cell) in _NOTHING)


@lru_cache(maxsize=8192)
def _single_blanks(text: str) -> str:
    return " ".join(text.split())


def is_number(cell: Cell) -> bool:
    """Whether the cell is a plain number, also one written as text."""
    if isinstance(cell, str):
        return cell.strip().replace(".", "", 1).replace(",", "", 1).lstrip("-").isdecimal()
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def minutes_of(cell: Cell) -> int | None:
    """A clock time in minutes after midnight, 0 … 1440; None if the cell is no clock time.

    Sheets write it as a time, as a fraction of a day (0.875), as hours (13), as ``0900`` or in words.
    """
    if isinstance(cell, bool) or is_blank(cell):
        return None
    if isinstance(cell, (datetime, time)):
        return cell.hour * 60 + cell.minute
    if isinstance(cell, timedelta):
        return _within_a_day(round(cell.total_seconds() / 60))
    if isinstance(cell, (int, float)):
        return _minutes_of_number(float(cell))
    return _minutes_of_text(cell.strip()) if isinstance(cell, str) else None


def span_of(text: str) -> tuple[time, time] | None:
    """Both ends of ``21.00-09.30`` and its like; None if the text is no such span."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    start, end = _minutes_of_text(found[1]), _minutes_of_text(found[2])
    if start is None or end is None or start == end or not _looks_like_times(text, start, end):
        return None
    if (end - start) % MINUTES_A_DAY > 16 * 60 and end <= 12 * 60 and re.fullmatch(r"\d{1,2}", found[2]):
        end += 12 * 60  # "9-5" is a day's work, not twenty hours
    return clock(start), clock(end)


def span_inside(text: str) -> tuple[tuple[time, time] | None, str]:
    """The span of time that stands among other words, such as ``Night (20:00-08:30)``, and the words without it."""
    found = _INSIDE.search(text)
    span = span_of(found[1]) if found else None
    return (span, text.replace(found[0], "").strip(" -–,;:()")) if found and span else (None, text.strip(" -–,;:()"))


def is_fault(text: str) -> bool:
    """Whether a spreadsheet wrote the text because a formula of it failed."""
    return _FAULT.fullmatch(text) is not None


def without_phone_numbers(text: str) -> str:
    """A remark as it may be shown: numbers that somebody could be called on are left out of it."""
    return _PHONE.sub("…", text)


def phone_numbers(text: str) -> list[str]:
    """What in a text looks like a number that somebody could be called on, the longest first."""
    return sorted(_PHONE.findall(text), key=len, reverse=True)


def hours_of(cell: Cell) -> float | None:
    """A length in hours: 12.5, ``12,5``, ``12:30``, ``12h30``, ``8 h``."""
    if isinstance(cell, bool) or is_blank(cell):
        return None
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 3600
    if isinstance(cell, time):
        return cell.hour + cell.minute / 60
    if isinstance(cell, (int, float)):
        return float(cell)
    return _hours_of_text(cell) if isinstance(cell, str) else None


def clock(minutes: int) -> time:
    """The wall-clock time so many minutes after midnight; 24:00 is the next midnight."""
    hours, rest = divmod(minutes % MINUTES_A_DAY, 60)
    return time(hours, rest)


def _hours_of_text(text: str) -> float | None:
    found = re.fullmatch(r"(\d{1,2})\s*[:hH]\s*(\d{2})(?::\d{2})?", text.strip())
    if found:
        return int(found[1]) + int(found[2]) / 60
    found = re.fullmatch(r"(\d{1,2}(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|std|godz)?\.?", text.strip(), re.IGNORECASE)
    return float(found[1].replace(",", ".")) if found else None


def _minutes_of_number(number: float) -> int | None:
    if not 0 <= number <= 2400:
        return None
    if 0 < number < 1:
        return round(number * MINUTES_A_DAY)
    if number >= 100 and number.is_integer():
        return _minutes_of_text(f"{int(number):04d}")
    return _within_a_day(round(number * 60))


def _minutes_of_text(text: str) -> int | None:
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    if re.fullmatch(r"\d{3}", text):
        text = f"0{text}"
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2] or 0)
    if found[3]:
        hours = hours % 12 + (12 if found[3].lower() == "p" else 0)
    return _within_a_day(hours * 60 + minutes) if minutes < 60 else None


def _within_a_day(minutes: int) -> int | None:
    return minutes if 0 <= minutes <= MINUTES_A_DAY else None


def _looks_like_times(text: str, start: int, end: int) -> bool:
    """Bare figures such as ``1-2`` are a span of time only if it would last a working part-day."""
    written_as_times = re.search(r"\d[:.hH]\d\d|\d{4}|\d\s*[ap]m?\b|noon|midnight", text, re.IGNORECASE)
    return bool(written_as_times) or (end - start) % MINUTES_A_DAY >= 4 * 60
