"""Writes the demo's CSV lists, in the columns that the importers name."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from scheduler.availability.model import PatternCategory
from scheduler.demo.people import MadeUp, Staff
from scheduler.enrolment import clinics, rooms
from scheduler.enrolment.people_lists import PEOPLE_COLUMNS, RELATION_COLUMNS
from scheduler.lists import WEEKDAYS
from scheduler.people.fields import YES
from scheduler.people.model import Role
from scheduler.programmes.model import Site

_ROOM_NAMES = (
    "Library seminar room",
    "Education centre 2",
    "Quiet room",
    "Old boardroom",
    "Skills room",
    "Garden room",
)
_RESIDENTS_A_ROOM = 15


def write_people(path: Path, staff: Staff) -> None:
    """Residents first, then faculty."""
    _write(path, PEOPLE_COLUMNS, map(_person, (*staff.residents, *staff.faculty)))


def write_relations(path: Path, staff: Staff) -> None:
    """Ties without days: they hold the whole term."""
    rows = ({"person": tie.person, "about": tie.about, "kind": tie.kind} for tie in staff.ties)
    _write(path, RELATION_COLUMNS, rows)


def write_clinics(path: Path, staff: Staff) -> None:
    """Working hours of every senior, and two clinics that leave other windows open to each."""
    rows = (row for number, senior in enumerate(staff.faculty) for row in _week(number, senior))
    _write(path, clinics.COLUMNS, rows)


def write_rooms(path: Path, sites: Sequence[Site], residents: int) -> None:
    """Rooms enough for the groups of a house of this size, at each site."""
    rows = (_room(site, number) for site in sites for number in range(2 + residents // len(sites) // _RESIDENTS_A_ROOM))
    _write(path, rooms.COLUMNS, rows)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _person(person: MadeUp) -> Mapping[str, object]:
    resident = person.role is Role.RESIDENT
    liked = (f"{model}:{liking}" if resident else model for model, liking in person.models.items())
    return {
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "stage": person.stage if resident else "",
        "site": person.site,
        "modes": ";".join(person.modes),
        "models": ";".join(liked),
        "interests": ";".join(person.interests),
        "tags": ";".join(person.tags),
        "company": ";".join(person.company),
        "wants": ";".join(person.wants),
        "avoids": ";".join(person.avoids),
        "choices": ";".join(person.choices),
        "external": person.external,
        "capacity": person.capacity,
        "new_here": YES if resident and person.stage == 1 else "",  # the first grade of all is in its first year
    }


def _week(number: int, senior: MadeUp) -> Iterable[Mapping[str, object]]:
    """Every third senior has a weekday free; clinics are one morning that runs into lunch and one afternoon."""
    free = number % 5 if number % 3 == 0 else None
    hours = [name for weekday, name in enumerate(WEEKDAYS[:5]) if weekday != free]
    morning, afternoon = WEEKDAYS[(number + 1) % 5], WEEKDAYS[(number + 3) % 5]
    for weekdays, start, end, kind in (
        (";".join(hours), "08:00", "18:30", PatternCategory.WORKING_HOURS),
        (morning, "09:00", "13:00", PatternCategory.CLINIC),
        (afternoon, "14:00", "17:00", PatternCategory.CLINIC),
    ):
        yield {"person": senior.email, "weekday": weekdays, "start": start, "end": end, "kind": kind}


def _room(site: Site, number: int) -> Mapping[str, object]:
    floor, name = divmod(number, len(_ROOM_NAMES))
    return {
        "site": site.key,
        "room": f"{site.key}-{number + 1}",
        "name": _ROOM_NAMES[name] + (f", floor {floor + 1}" if floor else ""),
        "capacity": 8 + 2 * (number % 3),
        "weekdays": ";".join(WEEKDAYS[:5]),
        "opens_at": "12:00",
        "closes_at": "19:00",
    }
