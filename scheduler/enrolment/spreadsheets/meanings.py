"""What the words of a list mean: roles, sites, kinds of group, ways to meet, relations, weekdays, times and days.

Each reader answers None for what it does not know: that is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from rapidfuzz import fuzz

from scheduler.calendar_days import is_usual
from scheduler.enrolment.spreadsheets.grades import find_grade, step_inside, step_of
from scheduler.lists import WEEKDAYS
from scheduler.people.fields import NO, YES
from scheduler.people.model import RelationKind, Role
from scheduler.programmes.model import Grade, MentoringModel, Programme, Site
from scheduler.rotas.reading.cells import folded, minutes_of
from scheduler.rotas.reading.headings import either
from solvers.vocabulary import IN_PERSON, PHONE, VIDEO

PART_SIGNS = re.compile(r"\s*[;,|/\n+&]\s*")
"""What parts the entries of a cell that holds several; the product's own lists write a semicolon."""
_ALIKE_FROM, _CLEARLY = 88.0, 6.0
"""Likeness, 0 to 100, from which a name counts as a site's, and by how much it must beat the next."""

_PLACE_PARTS = re.compile(r"\s+[-–—]\s+|\s*[,;()/|:]\s*")
"""What parts a site from a ward or department of it."""
_OF_MANY_SITES = either(
    "hospital|hosp|infirmary|site|clinic|centre|center|general|university|nhs|trust|the|of|and|district|hopital|chu|klinikum"
)
_RESIDENT = either(
    "resident|residents|trainee|trainees|registrar|registrars|str|spr|sho|intern|interns|fellow|foundation|mentee|mentees"
    "|core|interne|internes|assistenzarzt|assistenzarztin|residente|learner|house|junior|specialty"
)
_FACULTY = either(
    "consultant|consultants|faculty|facilitator|facilitators|attending|attendings|mentor|mentors|senior|professor|prof"
    "|supervisor|trainer|specialist|sas|gp|partner|lecturer|oberarzt|oberarztin|chefarzt|chefarztin|praticien|hospitalier|phc"
    "|facharzt|facharztin|lead|director|dean|tutor|principal|ph|adjunto"
)
_RESIDENT_PHRASES = either(
    "doctor in training|junior doctor|resident doctor|house officer|senior house officer|senior registrar|st trainee"
    "|junior clinical fellow|senior clinical fellow|clinical fellow|specialty registrar|specialist registrar|lat|las"
    "|specialty trainee|training grade|trust grade doctor|trust doctor|rmo|hmo|chief resident|senior resident"
    "|specialist trainee|gp trainee|gp registrar|gp vts|docteur junior"
)
_FACULTY_PHRASES = either(
    "associate specialist|specialty doctor|staff grade|general practitioner|clinical lead|clinical director"
    "|medecin senior|chef de service|chef de clinique|praticien hospitalier|senior lecturer|educational supervisor"
)
_WAYS: Final[Mapping[str, frozenset[str]]] = {
    IN_PERSON: either("in person|inperson|face to face|f2f|on site|onsite|physical|presentiel|en personne|vor ort"),
    VIDEO: either("video|online|teams|zoom|virtual|remote|webex|visio|video call|google meet"),
    PHONE: either("phone|telephone|call|phone call|by phone|tel|telefon"),
}
_RELATIONS: Final[Mapping[RelationKind, frozenset[str]]] = {
    RelationKind.SUPERVISES: either(
        "supervises|supervisor|educational supervisor|clinical supervisor|supervision|supervisee|es|cs|educational"
        "|clinical|trainer|supervised by|supervise"
    ),
    RelationKind.ASSESSES: either("assesses|assessor|examiner|assessment|examines|evaluates|appraises|appraiser"),
    RelationKind.LINE_MANAGES: either("line manages|line manager|manager|manages|management|reports to"),
    RelationKind.PANEL: either("panel|arcp panel|panel member|arcp|ccc|competence committee|interview panel"),
    RelationKind.TREATS: either("treats|patient|doctor of|treating doctor|physician of|gp of"),
    RelationKind.FAMILY: either(
        "family|spouse|partner|married|married to|husband|wife|relative|sibling|couple|related"
    ),
    RelationKind.PRIOR_COMPLAINT: either("prior complaint|complaint|conflict|grievance|do not pair|keep apart"),
    RelationKind.SPONSORS: either("sponsors|sponsor|sponsorship"),
    RelationKind.ADVISES: either("advises|adviser|advisor|college tutor|tutor|advice|academic adviser"),
}
_PATTERNS: Final[Mapping[str, frozenset[str]]] = {
    "clinic": either("clinic|clinics|outpatients|outpatient clinic|opd|list|theatre|theatre list|teaching|busy|mdt"),
    "working_hours": either("working hours|works|work|working|hours|available|in work|at work|office hours|present"),
    "part_time": either("part time|day off|off|not working|does not work|non working day|ltft|free day|ltft day|nwd"),
}
_YES_OR_NO: Final[Mapping[str, frozenset[str]]] = {
    YES: either("y|true|1|x|oui|ja|si|new|newly appointed|returning|new starter|first year"),
    NO: either("n|false|0|non|nein|nie"),
}
_EVERY_DAY: Final[Mapping[str, range]] = {
    "weekdays": range(5),
    "working days": range(5),
    "every day": range(7),
    "daily": range(7),
    "all week": range(7),
    "weekend": range(5, 7),
}
_DAY_WORDS: Final[Mapping[str, int]] = {
    name: day
    for day, names in enumerate(
        (
            "lundi|montag|lunes|mo", "mardi|dienstag|martes|tu|di", "mercredi|mittwoch|miercoles|we|mi",
            "jeudi|donnerstag|jueves|th|do", "vendredi|freitag|viernes|fr", "samedi|samstag|sabado|sa",
            "dimanche|sonntag|domingo|su|so",
        )
    )
    for name in names.split("|")
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_FIGURES = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{2}|\d{4})")
_WORDED = re.compile(r"(\d{1,2})[ -]?([a-z]{3,9})[ -]?(\d{2}|\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parts_of(text: str) -> list[str]:
    """The entries of a cell that may hold several."""
    return [part.strip() for part in PART_SIGNS.split(text) if part.strip()]


def role_of(text: str, grades: Sequence[Grade] = ()) -> Role | None:
    """Whether a word of a list (a role, a job title, a grade) is that of a resident or of a senior."""
    plain = folded(text)
    if plain in _RESIDENT_PHRASES or step_of(text) or any(each.name == text for each in grades):
        return Role.RESIDENT
    if plain in _FACULTY_PHRASES:
        return Role.FACULTY
    rest = set(_without_phrases(plain).split())  # “senior registrar” says more than “senior” and “registrar”
    trains = bool(rest & _RESIDENT) or step_inside(text) is not None or _has_phrase(plain, _RESIDENT_PHRASES)
    leads = bool(rest & _FACULTY) or _has_phrase(plain, _FACULTY_PHRASES)
    if trains == leads:
        return None
    return Role.RESIDENT if trains else Role.FACULTY


def grade_of_seniors(programme: Programme) -> Grade | None:
    """The grade that seniors have as members of groups: one that is itself called what seniors are, where no kind of
    group is led by anybody."""
    if any(model.facilitators[1] for model in programme.models):
        return None
    return next((grade for grade in programme.grades if role_of(grade.name) is Role.FACULTY), None)


def grade_of(text: str, grades: Sequence[Grade]) -> str | None:
    """The name of the grade that is meant: one that there is, or a new one known the world over."""
    if known := find_grade(text, grades):
        return known.name
    if text.isdecimal():
        return None if any(grade.name != str(grade.stage) for grade in grades) else text
    if step := step_of(text):
        return text.strip() if len(text.strip()) <= len(step.name) + 1 else step.name
    inside = step_inside(text)
    return inside.name if inside else None


def site_of(text: str, sites: Sequence[Site]) -> str | None:
    """The key of a site that goes by this name or key, or clearly by one much like it."""
    plain = folded(text)
    for site in sites:
        if plain in (folded(site.key), folded(site.name)):
            return site.key
    shared = [
        site.key for site in sites if _proper(plain) and _proper(plain) in (_proper(site.name), _proper(site.key))
    ]
    if len(shared) == 1:
        return shared[0]
    initials = {_initials(site.name): site.key for site in sites}
    if len(initials) == len(sites) and plain.replace(" ", "") in initials:
        return initials[plain.replace(" ", "")]
    if len(plain) < 3:
        return None
    parts = [part for part in _PLACE_PARTS.split(text.strip()) if part]
    if len(parts) > 1:  # a ward or department of a site, unless it names two
        found = {key for part in parts if (key := site_of(part, sites))}
        return found.pop() if len(found) == 1 else None
    likeness = sorted(((_likeness(plain, site), site.key) for site in sites), reverse=True)
    if not likeness or likeness[0][0] < _ALIKE_FROM:
        return None
    return likeness[0][1] if len(likeness) == 1 or likeness[0][0] - likeness[1][0] >= _CLEARLY else None


def model_of(text: str, models: Sequence[MentoringModel]) -> str | None:
    """The key of a kind of group; a score such as ``peer:3`` is not part of it."""
    plain = folded(text)
    for model in models:
        if plain in (folded(model.key), folded(model.name), f"{folded(model.name)}s", f"{folded(model.key)} group"):
            return model.key
    near = [model.key for model in models if fuzz.ratio(plain, folded(model.name)) >= _ALIKE_FROM]
    return near[0] if len(near) == 1 else None


def way_of(text: str) -> str | None:
    """A way to meet."""
    return _word_in(text, _WAYS)


def relation_of(text: str) -> str | None:
    """A kind of relation."""
    return _word_in(text, _RELATIONS)


def pattern_of(text: str) -> str | None:
    """What somebody does every week at that time."""
    return _word_in(text, _PATTERNS)


def yes_of(text: str) -> str | None:
    """Whether a cell says yes or no."""
    return _word_in(text, _YES_OR_NO)


def weekdays_of(text: str) -> str | None:
    """Weekdays as ``mon;tue``: out of ``Monday``, ``Mon-Fri``, ``Tue & Thu``, ``weekdays``."""
    plain = " ".join(text.lower().split())
    if plain in _EVERY_DAY:
        return _days(_EVERY_DAY[plain])
    found: set[int] = set()
    for part in parts_of(re.sub(r"\band\b|\bet\b|\bund\b", ";", plain)):
        ends = [weekday_of(end) for end in re.split(r"\s*(?:-|–|—|\bto\b|\bà\b|\bbis\b)\s*", part)]
        if None in ends or len(ends) > 2:
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        found.update(range(first, last + 1) if first <= last else (*range(first, 7), *range(last + 1)))
    return _days(sorted(found)) if found else None


def weekday_of(text: str) -> int | None:
    """A weekday (Monday 0) by its name, in full or cut short."""
    word = folded(text).removesuffix("s") if len(text) > 4 else folded(text)
    short = next((day for day, name in enumerate(WEEKDAYS) if len(word) > 2 and word.startswith(name)), None)
    return short if short is not None else _DAY_WORDS.get(word)


def clock_of(text: str) -> str | None:
    """A wall-clock time as ``08:30``."""
    minutes = minutes_of(float(text) if re.fullmatch(r"0?\.\d+", text) else text)
    return None if minutes is None else f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def day_of(text: str, *, month_first: bool = False) -> date | None:
    """A day: ``2027-01-31``, ``31.1.2027``, ``31/01/27``, ``31 Jan 2027``."""
    plain = text.strip().lower()
    if iso := _ISO.fullmatch(plain):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if worded := _WORDED.fullmatch(plain):
        month = next((at for at, name in enumerate(_MONTHS, 1) if worded[2].startswith(name)), 0)
        return _date(_year(worded[3]), month, int(worded[1]))
    if figures := _FIGURES.fullmatch(plain):
        first, second = int(figures[1]), int(figures[2])
        day, month = (second, first) if month_first else (first, second)
        return _date(_year(figures[3]), month, day)
    return None


def is_month_first(texts: Iterable[str]) -> bool | None:
    """Whether days of a column are written as Americans do; None where nothing tells, and it makes a difference."""
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := _FIGURES.fullmatch(text.strip()))]
    if any(first > 12 for first, _ in pairs):
        return False
    if any(second > 12 for _, second in pairs):
        return True
    return None if any(first != second for first, second in pairs) else False


def _date(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if is_usual(found) else None


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _days(days: Iterable[int]) -> str:
    return ";".join(WEEKDAYS[day] for day in days)


def _word_in(text: str, words: Mapping[str, frozenset[str]] | Mapping[RelationKind, frozenset[str]]) -> str | None:
    plain = folded(text)
    for meaning, names in words.items():
        if plain in names or plain == folded(meaning):
            return str(meaning)
    return None


def _has_phrase(plain: str, phrases: frozenset[str]) -> bool:
    return any(f" {phrase} " in f" {plain} " for phrase in phrases)


def _without_phrases(plain: str) -> str:
    left = f" {plain} "
    for phrase in sorted(_RESIDENT_PHRASES | _FACULTY_PHRASES, key=len, reverse=True):
        left = left.replace(f" {phrase} ", " ")
    return left


def _proper(name: str) -> str:
    """A site's own name, without what many sites are called."""
    return "".join(word for word in folded(name).split() if word not in _OF_MANY_SITES)


def _initials(name: str) -> str:
    return "".join(word[0] for word in folded(name).split() if word not in ("of", "the", "and"))


def _likeness(plain: str, site: Site) -> float:
    return max(fuzz.token_sort_ratio(plain, folded(name)) for name in (site.name, site.key))
