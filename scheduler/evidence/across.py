"""The evidence of several programmes together, for who directs them.

It is worked out from what each programme's newest release shows, and from nothing else. So whatever is added up,
subtracted or left out here, it tells no more than the releases do, and what is hidden in one of them is in no sum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.evidence.definitions import COUNTS, definition
from scheduler.evidence.directors import is_director_only
from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.model import EVERYBODY, Figure, Shown
from scheduler.evidence.releases import Release, newest_releases
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.tables import ProgrammeRow

NOT_ADDED: Final = frozenset({"concern_hours"})
"""Counts that are no numbers of things: a median of several programmes is not their sum."""


@dataclass(frozen=True, slots=True)
class Line:
    """One programme: what it is to change, the most hours a year it asks of one person, and its newest release."""

    programme_id: int
    name: str
    goal: str
    hours_a_year: int | None
    release: Release | None


@dataclass(frozen=True, slots=True)
class Pooled:
    """A figure of all programmes that show it, ``shown_by`` of them: of shares about the mean, each programme weighing
    as many people as it shows, and the lowest and highest; of hours the sum. ``people`` are at least so many, each
    counted in every programme that they are in."""

    figure: Figure
    shown_by: int
    value: int
    lowest: Shown
    highest: Shown
    people: int


@dataclass(frozen=True, slots=True)
class Together:
    """Programmes of a calendar year, beside each other and together. ``counts`` are sums, each with the number of
    programmes that show it."""

    year: int
    lines: tuple[Line, ...]
    figures: tuple[Pooled, ...]
    counts: Mapping[str, tuple[int, int]]


def together(db: Db, actor: Actor, year: int) -> Together:
    """The programmes of a year that the actor directs and has no other part in. Raises NotFound for who directs none
    at all."""
    own = [one for one in actor.programmes(Role.DIRECTOR) if is_director_only(actor, one)]
    if not own:
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    rows = db.scalars(select(ProgrammeRow).where(ProgrammeRow.id.in_(own)).order_by(ProgrammeRow.name, ProgrammeRow.id))
    rows_of_year = [row for row in rows if row.first_day.year <= year <= row.last_day.year]
    releases = newest_releases(db, [row.id for row in rows_of_year])
    lines = tuple(
        Line(row.id, row.name, row.change_goal, row.hours_a_year, releases.get(row.id)) for row in rows_of_year
    )
    made = [line.release for line in lines if line.release is not None]
    return Together(year, lines, tuple(pooled(made)), added(made))


def pooled(releases: Collection[Release]) -> Iterator[Pooled]:
    """The figures of everybody, as far as programmes show them by the definition in force."""
    for figure in Figure:
        shown = [each for one in releases if (each := of_everybody(one, figure)) is not None]
        if not shown:
            continue
        people = sum(each.people or 0 for each in shown)
        total = sum((each.value or 0) * (1 if figure in IN_HOURS else each.people or 0) for each in shown)
        value = total if figure in IN_HOURS else round(total / people)
        by_value = sorted(shown, key=lambda each: each.value or 0)
        yield Pooled(figure, len(shown), value, by_value[0], by_value[-1], people)


def of_everybody(release: Release, figure: Figure) -> Shown | None:
    """What a release shows of everybody, by the definition in force; None where it shows nothing."""
    same = release.versions.get(figure) == definition(figure).version
    shown = release.figures.get(figure, {}).get(EVERYBODY)
    return shown if same and shown is not None and shown.value is not None and shown.people else None


def added(releases: Collection[Release]) -> Mapping[str, tuple[int, int]]:
    """The sums of counts, and how many programmes show each."""
    found = {}
    for name in COUNTS:
        shown = [value for one in releases if (value := one.counts.get(name)) is not None]
        if shown and name not in NOT_ADDED:
            found[name] = sum(shown), len(shown)
    return found
