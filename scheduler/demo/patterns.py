"""How the demo's departments work: rolling lines as hospitals really have them, and the leave laid over them.

Every pattern keeps the rest rules of the 2016 contract for England: 46 hours after nights, 11 hours between duties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

ANNUAL_LEAVE, STUDY_LEAVE, PART_TIME = "AL", "SL", "PT"
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Code:
    """One line of a legend. An ``end`` not after ``start`` lies on the next day."""

    code: str
    meaning: str
    start: time | None = None
    end: time | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A rota of its own. ``duties`` gives the codes of a day from a doctor's position and the day of the term."""

    key: str
    name: str
    legend: tuple[Code, ...]
    duties: Callable[[int, int], tuple[str, ...]]
    ordinary: frozenset[str]
    """Duties that give way to a part-time day or a day of study."""
    not_on_leave: frozenset[str] = frozenset()
    """Duties around which leave is planned; all others somebody else takes over."""


@dataclass(frozen=True, slots=True)
class Absences:
    """When one doctor is away: weeks of the term on leave, single days of study, and the weekday never worked."""

    leave_weeks: frozenset[int] = frozenset()
    study_days: frozenset[int] = frozenset()
    weekday_off: int | None = None


def rota_line(
    department: Department, position: int, first_day: date, days: int, absences: Absences
) -> Mapping[date, tuple[str, ...]]:
    """What one doctor's line says for each day of the term; days without a code are left out."""
    line = {}
    for day in range(days):
        codes = _with_absences(department, department.duties(position, day), day, absences)
        if codes:
            line[first_day + timedelta(days=day)] = codes
    return line


def leave_weeks(department: Department, position: int, weeks: int) -> tuple[int, ...]:
    """The weeks of the term, from 0, in which this doctor can take leave."""

    def is_free(week: int) -> bool:
        duties = {code for day in range(7) for code in department.duties(position, week * 7 + day)}
        return duties.isdisjoint(department.not_on_leave)

    return tuple(filter(is_free, range(weeks)))


def _with_absences(department: Department, codes: tuple[str, ...], day: int, absences: Absences) -> tuple[str, ...]:
    week, weekday = divmod(day, 7)
    if week in absences.leave_weeks:
        return (ANNUAL_LEAVE,) if weekday < _SATURDAY else ()
    if not codes or not department.ordinary.issuperset(codes):
        return codes
    if weekday == absences.weekday_off:
        return (PART_TIME,)
    return (STUDY_LEAVE,) if day in absences.study_days else codes


_FULL_SHIFT = (
    "D   D   D   D   D   .   .",
    "LD  LD  OFF D   D   .   .",
    "D   D   LD  LD  OFF .   .",
    "N   N   N   N   OFF .   .",
    "D   D   D   D   LD  LD  LD",
    "OFF OFF D   L   L   .   .",
    "D   D   D   D   N   N   N",
    "OFF OFF D   D   D   .   .",
)
_LINES = tuple(tuple(week.split()) for week in _FULL_SHIFT)


def _full_shift(position: int, day: int) -> tuple[str, ...]:
    """One in eight: long days, lates and nights, each line a week on from the next."""
    week, weekday = divmod(day, 7)
    code = _LINES[(week + position) % len(_LINES)][weekday]
    return () if code == "." else (code,)


_ON_CALL_EVERY = 6


def _resident_on_call(position: int, day: int) -> tuple[str, ...]:
    """A whole day in the house every sixth day, the next day free, ordinary days between."""
    turn = (day + position) % _ON_CALL_EVERY
    if turn == 0:
        return ("OC",)
    if turn == 1:
        return ("PC",)
    return ("SD",) if day % 7 < _SATURDAY else ()


def _clinics_and_community(position: int, day: int) -> tuple[str, ...]:
    """Half of the doctors work four weeks on the ward and one in clinic, half have days with calls from home."""
    pattern = _four_and_one if position % 2 == 0 else _days_with_calls
    return pattern(position // 2, *divmod(day, 7))


def _four_and_one(cohort: int, week: int, weekday: int) -> tuple[str, ...]:
    if weekday >= _SATURDAY:
        return ()
    if (week + cohort) % 5 == 4:
        return ("SDT",) if weekday == 2 else ("CW",)
    return ("LD",) if weekday == cohort % 5 else ("WD",)


def _days_with_calls(position: int, week: int, weekday: int) -> tuple[str, ...]:
    """Ordinary days; every sixth week also on call from home Monday to Thursday, three weeks later at the weekend."""
    turn = (week + position) % 6
    day = ("D",) if weekday < _SATURDAY else ()
    if turn == 0 and weekday < 4:
        return (*day, "NR")
    if turn == 3 and weekday >= 4:
        return (*day, "NR" if weekday < _SATURDAY else "NW")
    return day


_AWAY = (
    Code(ANNUAL_LEAVE, "Annual leave"),
    Code(STUDY_LEAVE, "Study leave"),
    Code(PART_TIME, "Part-time day off, not working"),
)
MEDICINE = Department(
    key="acute-medicine",
    name="Acute medicine",
    legend=(
        Code("D", "Standard day", time(8, 30), time(17, 0)),
        Code("LD", "Long day", time(8, 30), time(21, 0)),
        Code("L", "Late", time(13, 0), time(22, 0)),
        Code("N", "Night", time(20, 30), time(9, 0)),
        Code("OFF", "Rest day"),
        *_AWAY,
    ),
    duties=_full_shift,
    ordinary=frozenset(("D",)),
    not_on_leave=frozenset(("N", "LD")),
)
SURGERY = Department(
    key="surgery",
    name="Surgery and anaesthesia",
    legend=(
        Code("SD", "Standard day", time(8, 0), time(17, 0)),
        Code("OC", "Resident on call", time(8, 0), time(8, 0)),
        Code("PC", "Post call, day off"),
        *_AWAY,
    ),
    duties=_resident_on_call,
    ordinary=frozenset(("SD",)),
)
COMMUNITY = Department(
    key="clinics-and-community",
    name="Clinics and community",
    legend=(
        Code("WD", "Ward day", time(8, 30), time(17, 0)),
        Code("LD", "Long day", time(8, 30), time(20, 30)),
        Code("CW", "Clinic week day", time(9, 0), time(17, 0)),
        Code("SDT", "Protected teaching day", time(9, 0), time(17, 0)),
        Code("D", "Standard day", time(9, 0), time(17, 0)),
        Code("NR", "Non-resident on call", time(17, 0), time(9, 0)),
        Code("NW", "Non-resident on call, weekend", time(9, 0), time(9, 0)),
        *_AWAY,
    ),
    duties=_clinics_and_community,
    ordinary=frozenset(("WD", "CW", "SDT", "D")),
    not_on_leave=frozenset(("NR", "NW")),
)
DEPARTMENTS = (MEDICINE, SURGERY, COMMUNITY)
