"""Who can come to which round: a line for each resident of a plan, the worst off first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from sqlalchemy import func, or_, select

from scheduler.db import Db
from scheduler.equity.places import NO_SESSION, Place, Profile, places_of, profiles_of
from scheduler.equity.plan_shown import PlanShown
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.tables import PersonRow
from scheduler.plans.tables import GroupRow, MemberRow
from solvers.vocabulary import COMING


class Section(StrEnum):
    """What the lines are put together by."""

    NONE = ""
    GROUP = "group"
    GRADE = "grade"
    SITE = "site"
    HOURS = "hours"
    """Part-time or not."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many of so many seats are taken."""

    can: int
    seats: int

    @property
    def share(self) -> float | None:
        """The share of them; None without seats."""
        return self.can / self.seats if self.seats else None


@dataclass(frozen=True, slots=True)
class Line:
    """A resident in a group."""

    profile: Profile
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together, by what they share (a group's key, a stage, a site's id, whether part-time)."""

    what: str | int | bool | None
    lines: tuple[Line, ...]
    whole: Sum


@dataclass(frozen=True, slots=True)
class AttendanceShown:
    """The parts, the worst first, and in each the worst off first; sums of all lines by round and together."""

    parts: tuple[Part, ...]
    rounds: tuple[Sum, ...]
    whole: Sum

    @property
    def lines(self) -> tuple[tuple[Part, Line], ...]:
        """All lines in order, with their parts."""
        return tuple((part, line) for part in self.parts for line in part.lines)


def attendance_of(
    db: Db, actor: Actor, plan: PlanShown, section: Section = Section.NONE, q: str = ""
) -> AttendanceShown:
    """Who can come to which round; of those alone who are called so, or whose group is."""
    actor.must_have(plan.programme.id, Role.COORDINATOR)
    profiles = profiles_of(db, plan.programme)
    called = _called(db, plan, q)
    lines = [
        Line(profiles[place.person_id], place)
        for place in places_of(db, plan)
        if place.person_id in profiles and (called is None or (place.group_key, place.person_id) in called)
    ]
    rounds = range(len(plan.programme.rounds))
    return AttendanceShown(
        parts=tuple(sorted(_parts(lines, _KEYS[section]), key=lambda part: (part.whole.share or 0.0, str(part.what)))),
        rounds=tuple(_sum(line.place.marks[number] for line in lines) for number in rounds),
        whole=_sum(mark for line in lines for mark in line.place.marks),
    )


_KEYS: Final[Mapping[Section, Callable[[Line], str | int | bool | None]]] = {
    Section.NONE: lambda _line: None,
    Section.GROUP: lambda line: line.place.group_key,
    Section.GRADE: lambda line: line.profile.stage,
    Section.SITE: lambda line: line.profile.site_id,
    Section.HOURS: lambda line: line.profile.part_time,
}


def _parts(lines: Sequence[Line], key: Callable[[Line], str | int | bool | None]) -> Iterable[Part]:
    for what, found in groupby(sorted(lines, key=lambda line: str(key(line))), key):
        ranked = sorted(found, key=_rank)
        yield Part(what, tuple(ranked), _sum(mark for line in ranked for mark in line.place.marks))


def _rank(line: Line) -> tuple[float, int, str, str]:
    return line.place.share, line.place.can, line.profile.name, line.place.group_key


def _sum(marks: Iterable[str]) -> Sum:
    known = [mark for mark in marks if mark != NO_SESSION]
    return Sum(sum(mark in COMING for mark in known), len(known))


def _called(db: Db, plan: PlanShown, q: str) -> frozenset[tuple[str, int]] | None:
    """Places, as group and person, of whoever is called so and of whole groups that are; None where all fit."""
    if not q.strip():
        return None
    of_group = func.lower(GroupRow.name).contains(q.strip().lower(), autoescape=True)
    rows = db.execute(
        select(GroupRow.key, MemberRow.person_id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(PersonRow, PersonRow.id == MemberRow.person_id)
        .where(GroupRow.plan_id == plan.id, or_(is_named(PersonRow, q), of_group))
    )
    return frozenset((key, person_id) for key, person_id in rows)
