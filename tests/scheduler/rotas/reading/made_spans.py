"""Sheets of blocks and weeks made for tests, with what is right to read in them.

Ranges are written in the way of one language by Babel, not by the code under test.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from babel.dates import format_date, get_month_names

NAMES = (
    "Ada Quill", "Benno Tarrow", "Chiara Voss", "Dmitri Oakes", "Edda Lune", "Farid Moss", "Greta Inch", "Hugo Sable",
    "Ines Crane", "Jonas Fell", "Katya Brook", "Leo Marsh",
)  # fmt: skip
ROTATIONS = ("Cardiology", "Renal", "ICU", "ED", "Wards-B", "Clinic 2", "Oncology", "Night float", "Vac", "Elective")
DAY = timedelta(days=1)


@dataclass
class Made:
    """A sheet's rows and the truth: person, day, code."""

    rows: list[list[object]]
    duties: set[tuple[str, date, str]] = field(default_factory=set)


def spans(first: date, lengths: Sequence[int], gap: int = 0) -> list[tuple[date, date]]:
    """Stretches that follow each other, with so many days between them."""
    found = []
    for length in lengths:
        found.append((first, first + (length - 1) * DAY))
        first += (length + gap) * DAY
    return found


def by_locale(locale: str, pattern: str, joined: str) -> Callable[[date, date, bool], str]:
    """Ranges as a language writes them, with the year where it is asked for."""

    def written(first: date, last: date, with_year: bool) -> str:
        year = " y" if with_year else ""
        return joined.format(
            format_date(first, pattern + (year if first.year != last.year else ""), locale=locale),
            format_date(last, pattern + year, locale=locale),
        )

    return written


def short_days(locale: str) -> Callable[[date, date, bool], str]:
    """``4-17 października``: the month once where it is the same."""
    months = get_month_names("wide", "format", locale)

    def written(first: date, last: date, with_year: bool) -> str:
        year = f" {last.year}" if with_year else ""
        if first.month == last.month:
            return f"{first.day}-{last.day} {months[last.month]}{year}"
        return f"{first.day} {months[first.month]} - {last.day} {months[last.month]}{year}"

    return written


def american(first: date, last: date, with_year: bool) -> str:
    return f"{first.month}/{first.day}-{last.month}/{last.day}" + (f"/{last:%y}" if with_year else "")


def british(first: date, last: date, with_year: bool) -> str:
    return f"{first.day}/{first.month} – {last.day}/{last.month}" + (f"/{last:%y}" if with_year else "")


def iso(first: date, last: date, with_year: bool) -> str:
    return f"{first} - {last}"


def thai(first: date, last: date, with_year: bool) -> str:
    months = get_month_names("abbreviated", "format", "th")
    return (
        f"{first.day} {months[first.month]} {(first.year + 543) % 100} - "
        f"{last.day} {months[last.month]} {(last.year + 543) % 100}"
    )


def japanese(first: date, last: date, with_year: bool) -> str:
    ends = [f"令和{day.year - 2018}年" if with_year else "" for day in (first, last)]
    second = ends[1] if first.year != last.year else ""
    return f"{ends[0]}{first.month}月{first.day}日〜{second}{last.month}月{last.day}日"


def korean(first: date, last: date, with_year: bool) -> str:
    year = f"{last.year}년 " if with_year and first.year != last.year else ""
    return f"{f'{first.year}년 ' if with_year else ''}{first.month}월 {first.day}일 ~ {year}{last.month}월 {last.day}일"


WAYS: dict[str, Callable[[date, date, bool], str]] = {
    "en": by_locale("en", "d MMM", "{} to {}"),
    "en-long": by_locale("en", "d MMMM", "{} - {}"),
    "fr": by_locale("fr", "d MMM", "{} au {}"),
    "de": by_locale("de", "d. MMMM", "{} – {}"),
    "de-short": by_locale("de", "d. MMM", "{} bis {}"),
    "es": by_locale("es", "d 'de' MMMM", "{} al {}"),
    "it": by_locale("it", "d MMM", "{} - {}"),
    "pt": by_locale("pt", "d 'de' MMMM", "{} a {}"),
    "nl": by_locale("nl", "d MMM", "{} t/m {}"),
    "sv": by_locale("sv", "d MMM", "{} – {}"),
    "da": by_locale("da", "d. MMMM", "{} - {}"),
    "nb": by_locale("nb", "d. MMM", "{} - {}"),
    "fi": by_locale("fi", "d. MMMM", "{} – {}"),
    "cs": by_locale("cs", "d. MMMM", "{} – {}"),
    "cs-short": by_locale("cs", "d. MMM", "{} – {}"),
    "tr": by_locale("tr", "d MMM", "{} - {}"),
    "el": by_locale("el", "d MMM", "{} - {}"),
    "ar": by_locale("ar", "d MMMM", "{} - {}"),
    "ru": by_locale("ru", "d MMM", "{} — {}"),
    "hu": by_locale("hu", "d MMM", "{} – {}"),
    "pl": short_days("pl"),
    "ro": short_days("ro"),
    "en-once": short_days("en"),
    "american": american,
    "british": british,
    "iso": iso,
    "thai": thai,
    "japanese": japanese,
    "korean": korean,
}


def heads(stretches: Sequence[tuple[date, date]], way: str) -> list[str]:
    """The heads of a sheet; the year stands in the first that ends in each year."""
    written = []
    years: set[int] = set()
    for first, last in stretches:
        written.append(WAYS[way](first, last, last.year not in years))
        years.add(last.year)
    return written


def people_by_blocks(seed: int, way: str) -> Made:
    """A line for each person, a column for each block of some weeks."""
    dice = random.Random(seed)
    lengths = dice.choice(([28] * 13, [29, *[28] * 12], [14] * 8, [7] * 20, [30, 31, 30, 31, 31, 28]))
    stretches = spans(date(2026, dice.randint(1, 12), dice.randint(1, 28)), lengths)
    made = Made([["Trainee", *heads(stretches, way)]])
    for name in dice.sample(NAMES, 8):
        codes = [dice.choice(ROTATIONS) for _ in stretches]
        made.rows.append([name, *codes])
        made.duties |= {(name, day, code) for code, each in zip(codes, stretches, strict=True) for day in days(each)}
    return made


def weeks_by_posts(seed: int, way: str) -> Made:
    """A row for each working week, a column for each post, with initials in the cells."""
    dice = random.Random(seed)
    monday = date(2026, 6, 29) + dice.randint(0, 40) * 7 * DAY
    stretches = spans(monday, [5] * dice.randint(12, 40), gap=2)
    posts = ["Ward 1", "Ward 2", "Clinic", "On call", "Scope 1", "Leave"]
    initials = ["AQ", "BT", "CV", "DO", "EL", "FM", "GI", "HS", "IC"]
    made = Made([["Week", *posts]])
    for head, each in zip(heads(stretches, way), stretches, strict=True):
        names = dice.sample(initials, len(posts))
        cells = [name if dice.random() > 0.1 else dice.choice(["", "-", " - "]) for name in names]
        made.rows.append([head, *cells])
        filled = [(name, post) for name, post in zip(cells, posts, strict=True) if name.strip(" -")]
        made.duties |= {(name, day, post) for name, post in filled for day in days(each)}
    return made


def days(stretch: tuple[date, date]) -> list[date]:
    first, last = stretch
    return [first + number * DAY for number in range((last - first).days + 1)]
