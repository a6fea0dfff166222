"""Days as people, lists and files write them, and only those that a calendar of work can have."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Days beyond are slips of the finger, and arithmetic with them would leave the calendar."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(text: str) -> date | None:
    """The day that ``2027-03-31`` names; None for other text, and for days that no programme has."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return found if found is not None and is_usual(found) else None


def is_usual(day: date) -> bool:
    """Whether a day lies where programmes do."""
    return FIRST_DAY <= day <= LAST_DAY
