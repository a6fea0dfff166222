"""What duty codes mean: by the words of a legend, by their hours, and, where nothing else speaks, what is likely.

Words such as *annual leave* mean one thing everywhere and are understood. Letters do not: the same letter means
different things in different rotas, and ``NWD`` is a normal working day in one and a non-working day in another.
For those this module only offers likely answers.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from scheduler.rotas.model import DutyKind, wall_span
from scheduler.rotas.reading.cells import folded

_K = DutyKind
_LONG_DAY_OVER = timedelta(hours=10)
_LATE_FROM = time(12)
_NIGHT_CORE = (time(0), time(5))
_WHOLE_DAY = timedelta(hours=24)
_ANY_DAY = date(2001, 1, 1)

_WORDS: tuple[tuple[DutyKind, str], ...] = (
    (
        _K.OFF,
        r"post (nights?|(on )?call)|nights? off|zero day|days? off|off duty|rostered off|rest day|ruhetag",
    ),
    (_K.OFF, r"non working|not working|nicht arbeit\w*|toil|lieu|time owed|compensat\w+|comp day|duty leave|ewtd off"),
    (
        _K.STUDY_LEAVE,
        r"study( leave| day)?|exam( leave)?|course|conference|fortbildung\w*|szkoleni\w*|formation|estudio",
    ),
    (_K.LEAVE, r"leave|holidays?|vacation|vac|sick(ness)?|illness|maternity|paternity|parental|carer|compassionate"),
    (_K.LEAVE, r"urlaub\w*|krank\w*|urlop\w*|zwolnieni\w*|kwarantann\w*|quarantine|isolation|conges?|maladie"),
    (_K.LEAVE, r"vacaciones|ferie|malattia|baja|permiso|jury service|elternzeit|mutterschutz"),
    (_K.PROTECTED, r"protected|self development|sdt|spa|non clinical|teaching|admin(istration)?|education\w*"),
    (
        _K.NON_RESIDENT_ON_CALL,
        r"nroc|non resident\w*|nonresident\w*|home call|off site on call|rufbereitschaft\w*|astreinte",
    ),
    (_K.NIGHT, r"nights?|night (float|shift|duty)|noc|nocn\w*|nacht\w*|nuits?|noche|notte|noct\w*"),
    (
        _K.RESIDENT_ON_CALL,
        r"on ?call|resident on ?call|call|oncall|bereitschaft\w*|dyzur\w*|garde|guardia|24 ?h(ours?)?",
    ),
    (_K.LONG_DAY, r"long( day)?|standard long|lange?r? ?(tag|dienst)\w*"),
    (_K.LATE, r"lates?|evening|twilight|swing|spat\w*|popoludni\w*|tarde|soir|pomeriggio|afternoon"),
    (_K.OFF, r"off|rest|free|frei\w*|woln\w*|libre|libero|repos|descanso|niezatrudnion\w*|not employed|zero hours"),
    (_K.DAY, r"normal|standard|days?|early|core|ward|clinic|theatre|dzien\w*|rano|tag\w*|fruh\w*|jour\w*|matin|dia"),
    (_K.DAY, r"manana|mattina|giorno|working|short day|plain"),
)
_PATTERNS = tuple((kind, re.compile(rf"\b({words})\b")) for kind, words in _WORDS)

_CERTAIN = {
    _K.OFF: "off|day off|zero day|zd|rest day|rest|post night|post nights|post call|toil|lieu|ewtd off|rdo",
    _K.LEAVE: "al|a l|annual leave|leave|holiday|vacation|sick|sick leave|maternity leave|paternity leave"
    "|parental leave",
    _K.STUDY_LEAVE: "study leave|study",
    _K.NIGHT: "night|nights|night shift|night float",
    _K.LONG_DAY: "long day|ld",
    _K.LATE: "late|late shift|twilight",
    _K.DAY: "day|standard day|normal day|normal working day|day shift",
    _K.NON_RESIDENT_ON_CALL: "nroc|non resident on call|home call",
    _K.PROTECTED: "sdt|self development time|teaching|protected teaching",
}
_CERTAIN_CODES = {name: kind for kind, names in _CERTAIN.items() for name in names.split("|")}

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
    return _CERTAIN_CODES.get(folded(code))


def likely_kinds(code: str) -> tuple[DutyKind, ...]:
    """What a code may well mean, likeliest first; for offering, never for deciding."""
    name = folded(code)
    by_pattern = next((kinds for pattern, kinds in _LIKELY_PATTERNS if pattern.fullmatch(name)), ())
    by_word = kind_of_words(code)
    return by_pattern or ((by_word,) if by_word else ())


def kind_of_words(label: str) -> DutyKind | None:
    """The kind that a legend's words name; None if they name none."""
    words = re.sub(r"(?<=\w)_(?=\w)", " ", label)
    plain = re.sub(r"\b([a-z]+)\d+\b", r"\1", folded(words))
    return next((kind for kind, pattern in _PATTERNS if pattern.search(plain)), None)


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


def kind_in_legend(label: str, works: bool | None, start: time | None, end: time | None) -> DutyKind:
    """The kind of a legend's entry: words decide whether it is work at all, then hours outrank words.

    A "late" from 09:00 to 21:30 is a long day whatever its name; a 24-hour "day and night" keeps its night, since
    the rest after it does.
    """
    named = kind_of_words(label)
    if works is False:
        return named if named in (_K.LEAVE, _K.STUDY_LEAVE) else _K.OFF
    if named in (_K.DAY, _K.LATE, _K.LONG_DAY, None) or (works and named in (_K.OFF, _K.LEAVE)):
        return kind_of_hours(start, end) if start is not None and end is not None else _worked(named, works)
    return named or _K.UNKNOWN


def work_by_words(label: str) -> bool | None:
    """False where the words name leave or time off, None where they leave it open."""
    named = kind_of_words(label)
    return False if named in (_K.OFF, _K.LEAVE, _K.STUDY_LEAVE) else None


def _worked(named: DutyKind | None, works: bool | None) -> DutyKind:
    contradicted = works and named in (_K.OFF, _K.LEAVE)
    return _K.UNKNOWN if named is None or contradicted else named


def _hours_in_core_of_night(begins: datetime, ends: datetime) -> timedelta:
    total = timedelta()
    for offset in (0, 1):
        day = begins.date() + timedelta(days=offset)
        low, high = datetime.combine(day, _NIGHT_CORE[0]), datetime.combine(day, _NIGHT_CORE[1])
        total += max(timedelta(), min(ends, high) - max(begins, low))
    return total
