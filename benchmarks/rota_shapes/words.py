"""Codes, headings, dates and small dirt, as people write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

DAY = timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
ROTATIONS = (
    "AMU 1", "Stroke", "Gastro", "Resp", "Haem", "Acute take", "Surgical A", "Surgical B", "Theatre 7", "Colorectal",
    "Breast", "Vascular", "Plastics", "Maxfax", "Urology", "Obs", "Gynae", "SCBU", "CAMHS", "Old age psych", "Liaison",
    "Rheum clinic", "Hospice", "GP Hill St", "GP Quay", "Dialysis", "Transplant", "Cath lab", "CCU", "HDU South",
    "Neuro rehab", "Spinal", "Fracture clinic", "Audiology", "Sexual health", "Travel clinic", "Genetics", "Path lab",
    "Radiology", "Nuc med", "Research wk", "Simulation", "Teaching fellow", "Frailty", "Ambulatory", "Virtual ward",
    "Prehospital", "Retrieval", "Ward 12", "Ward 9A", "Ward 3B", "Infusions", "Cold list", "Hot clinic", "Sleep lab",
)  # fmt: skip
SHORT_CODES = (
    "AMU", "STR", "GAS", "RSP", "HAE", "TKE", "SGA", "SGB", "THX", "CRC", "BRT", "VSC", "URO", "OBG", "PSY", "LSN",
    "HSP", "DIA", "TRX", "CTH", "NRB", "FRX", "AUD", "GEN", "RAD", "SIM", "FRL", "AMB", "VWD", "PHM", "TEA", "LIB",
)  # fmt: skip


def codes(random: Random, count: int, spelled_out: bool = True) -> list[str]:
    """Different rotations or short codes."""
    return random.sample(ROTATIONS if spelled_out else SHORT_CODES, count)


def untidy(random: Random, text: str, share: float = 0.08) -> str:
    """Now and then a blank too many."""
    if random.random() >= share:
        return text
    return random.choice((f"{text} ", f" {text}", f"{text}  ", f"{text}\u00a0"))


def some_case(random: Random, text: str, share: float = 0.06) -> str:
    """Now and then all small or all large."""
    return random.choice((text.lower(), text.upper())) if random.random() < share else text


def typing_error(random: Random, text: str) -> str:
    """One slip in the middle of a word: two letters swapped, one left out or twice."""
    at = random.randrange(1, max(2, len(text) - 2))
    kinds = (text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :], text[:at] + text[at + 1 :])
    twice = text[:at] + text[at] + text[at:]
    return next((each for each in random.sample((*kinds, twice), 3) if each != text), twice)


def ordinal(number: int) -> str:
    """``21st``."""
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


Style = Callable[[date], str]
MONTH_FIRST: tuple[Style, ...] = (
    lambda day: f"{day:%m/%d/%Y}",
    lambda day: f"{day.month}/{day.day}/{day.year}",
    lambda day: f"{MONTHS[day.month - 1][:3]} {day.day}, {day.year}",
    lambda day: f"{day:%m-%d-%Y}",
)
DAY_FIRST: tuple[Style, ...] = (
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{ordinal(day.day)} {MONTHS[day.month - 1][:3]} {day.year}",
)
ISO: Style = date.isoformat


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - day.weekday() * DAY


def weeks_from(first: date, count: int) -> list[tuple[date, date]]:
    """Whole weeks from ``first`` on, first and last day."""
    return [(first + 7 * n * DAY, first + (7 * n + 6) * DAY) for n in range(count)]


def month_days(year: int, month: int) -> list[date]:
    """All days of a month."""
    first = date(year, month, 1)
    return [day for day in (first + n * DAY for n in range(31)) if day.month == month]


def next_month(year: int, month: int) -> tuple[int, int]:
    """The month after."""
    return (year + 1, 1) if month == 12 else (year, month + 1)


def some_year(random: Random) -> int:
    """A year near the present one."""
    return random.randint(2026, 2030)


def some_of(random: Random, things: Sequence[str], count: int) -> list[str]:
    """So many of them, in their order."""
    chosen = set(random.sample(range(len(things)), count))
    return [thing for number, thing in enumerate(things) if number in chosen]
