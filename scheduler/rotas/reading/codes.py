"""What duty codes mean: by the words of a legend, by their hours, and, where nothing else speaks, what is likely.

Words such as *annual leave* mean one thing everywhere and are understood. Letters do not: the same letter means
different things in different rotas, and ``NWD`` is a normal working day in one and a non-working day in another.
For those this module only offers likely answers.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from scheduler.rotas.model import AWAY, DutyKind, wall_span
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.duty_words import ABBREVIATIONS
from scheduler.rotas.reading.phrases import heard, without_pictures

_K = DutyKind
_LONG_DAY_OVER = timedelta(hours=10)
_LATE_FROM = time(12)
_NIGHT_CORE = (time(0), time(5))
_WHOLE_DAY = timedelta(hours=24)
_ANY_DAY = date(2001, 1, 1)
_ALONE = AWAY | {_K.PROTECTED}
"""What opens somebody's day, or ends their work: said by a whole label only."""
_FREEING = frozenset((_K.OFF, _K.LEAVE, _K.UNKNOWN))

_LIKELY: tuple[tuple[str, tuple[DutyKind, ...]], ...] = (
    (r"nwd", (_K.DAY, _K.OFF)),
    (r"n\d*|noc\d*|nf|nt|ns", (_K.NIGHT,)),
    (r"d\d*|s|sd|nd|e|early|am|pm|w", (_K.DAY,)),
    (r"l\d*", (_K.LONG_DAY, _K.LATE, _K.LEAVE)),
    (r"ld\d*|dl", (_K.LONG_DAY,)),
    (r"tw|t|ev|p\d?", (_K.LATE,)),
    (r"sl|st|exam", (_K.STUDY_LEAVE,)),
    (r"ml|pl|cl|mc|u|v|vac|h|hol|ph|bh|l4|iz|k|lv", (_K.LEAVE,)),
    (r"x|0|o|pn|pc|r|rd|zd|do|dl|nc", (_K.OFF,)),
    (r"oc|c|call|roc|24h?|on ?call|.*on ?call", (_K.RESIDENT_ON_CALL, _K.NON_RESIDENT_ON_CALL)),
    (r"sdl|spa|admin|tl|ta", (_K.PROTECTED,)),
)
_LIKELY_PATTERNS = tuple((re.compile(pattern), kinds) for pattern, kinds in _LIKELY)
CANCELLED = "Cancelled duty (leave)"
"""The code of a duty that a list gives a cancellation reason for: the person is away, whatever the duty was."""
LEAVE_CODE = "Leave"
"""The code of days that a rota writes as dates of leave, without a code."""
_FOOTNOTE = re.compile(r"[\s*†‡#^°¹²³?!]+$|\s*\(\d\)$")


def without_footnote(code: str) -> str:
    """``N*`` and ``LD (1)`` without the mark."""
    return _FOOTNOTE.sub("", code) or code


def certain_kind(code: str) -> DutyKind | None:
    """The kind of a code that is plain words or an abbreviation with one meaning only."""
    return heard(code).certain


def is_abbreviation(code: str) -> bool:
    """Whether a code with one meaning only is an abbreviation: where people sign by initials, it may be somebody's."""
    return folded(code) in ABBREVIATIONS


def likely_kinds(code: str) -> tuple[DutyKind, ...]:
    """What a code may well mean, likeliest first; for offering, never for deciding."""
    by_pattern = next(
        (kinds for pattern, kinds in _LIKELY_PATTERNS if pattern.fullmatch(folded(without_pictures(code)))), ()
    )
    said = heard(code)
    return by_pattern or (said.kinds if not said.is_turned else tuple(kind for kind in said.kinds if kind not in AWAY))


def kind_of_words(label: str) -> DutyKind | None:
    """The kind that words name; None if they name none.

    What frees somebody's time is taken only where nothing else is said: leave or time off among other words is
    ``UNKNOWN``, and with a word that turns it into work, such as *relief* or *list*, it is nothing.
    """
    said = heard(label)
    work = next((kind for kind in said.kinds if kind not in _ALONE), None)
    away = next((kind for kind in said.kinds if kind in AWAY), None)
    if away is not None and not said.is_turned:
        return away if said.is_whole and work is None else _K.UNKNOWN
    return work or (_K.PROTECTED if _K.PROTECTED in said.kinds and said.is_whole else None)


def kind_of_hours(start: time, end: time) -> DutyKind:
    """The kind of a duty by its hours alone: 24 hours are on call, work through the small hours is a night."""
    begins, ends = wall_span(_ANY_DAY, start, end)
    length = ends - begins
    if length >= _WHOLE_DAY:
        return _K.RESIDENT_ON_CALL
    if _hours_in_core_of_night(begins, ends) >= timedelta(hours=3):
        return _K.NIGHT
    if start >= _LATE_FROM:
        return _K.LATE
    return _K.LONG_DAY if length > _LONG_DAY_OVER else _K.DAY


def kind_in_legend(label: str, works: bool | None, start: time | None, end: time | None, code: str = "") -> DutyKind:
    """The kind of a legend's entry: words decide whether it is work at all, then hours outrank words.

    A "late" from 09:00 to 21:30 is a long day whatever its name; a 24-hour "day and night" keeps its night, since
    the rest after it does. A ``code`` that means leave or time off everywhere does so where no words say otherwise.
    """
    named = kind_of_words(label)
    if named is None and works is not True and certain_kind(code) in AWAY:
        named = certain_kind(code)
    if works is False:
        absences = (kind for kind in (named, *heard(label).kinds) if kind in (_K.LEAVE, _K.STUDY_LEAVE))
        return next(absences, _K.OFF) or _K.OFF
    if works and named in _FREEING:
        named = None
    return _by_hours(named, start, end)


def _by_hours(named: DutyKind | None, start: time | None, end: time | None) -> DutyKind:
    """What is named, or what the hours say where only a word such as *day* or nothing names it."""
    if start is None or end is None or named not in (_K.DAY, _K.LATE, _K.LONG_DAY, None):
        return named or _K.UNKNOWN
    return kind_of_hours(start, end)


def work_by_words(label: str) -> bool | None:
    """False where the words name leave or time off, None where they leave it open."""
    return False if kind_of_words(label) in AWAY else None


def _hours_in_core_of_night(begins: datetime, ends: datetime) -> timedelta:
    total = timedelta()
    for offset in (0, 1):
        day = begins.date() + timedelta(days=offset)
        low, high = datetime.combine(day, _NIGHT_CORE[0]), datetime.combine(day, _NIGHT_CORE[1])
        total += max(timedelta(), min(ends, high) - max(begins, low))
    return total
