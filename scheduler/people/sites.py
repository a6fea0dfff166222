"""Where people work, by date: a change of site has a first day, and until then the old one counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import dropwhile
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, SiteChangeRow

Moves = Mapping[int, tuple[tuple[date, int], ...]]
"""Somebody's id → the days from which they work at which other site, in order."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Where somebody works today, and the days from which they work elsewhere, in order."""

    site_id: int
    moves: tuple[tuple[date, int], ...] = ()

    def on(self, day: date) -> int:
        """Where they work on a day."""
        return next((site for first, site in reversed(self.moves) if first <= day), self.site_id)

    def but_for(self, site_id: int, first_day: date | None, today: date) -> Stay:
        """The same once they are said to work at a site from a day on; None is today.

        Whoever works there already does so still. What comes later stays, such as a return, but for a change to that
        very site that would come next.
        """
        day = today if first_day is None else max(first_day, today)
        if self.on(day) == site_id:
            return self
        later = tuple(dropwhile(lambda move: move[1] == site_id, (move for move in self.moves if move[0] > day)))
        if day == today:
            return Stay(site_id, later)
        before = Stay(self.site_id, tuple(move for move in self.moves if move[0] < day))
        said = () if before.on(day) == site_id else ((day, site_id),)
        return Stay(self.site_id, (*before.moves, *said, *later))


def change_site(
    db: Db, actor: Actor, programme_id: int, person_id: int, site_id: int, first_day: date, now: datetime, zone: str
) -> None:
    """Say that somebody works at another site from a day on; from today or before it counts at once. ``zone`` says what
    today is."""
    actor.must_have(programme_id, Role.COORDINATOR)
    part = db.get(ParticipantRow, (programme_id, person_id))
    if part is None or part.left_at is not None:
        raise NotFound(say("We can’t find that person in this programme."))
    coming = coming_changes(db, programme_id, (person_id,)).get(person_id, ())
    set_site(db, part, site_id, first_day, today_in(zone, now), coming)
    db.flush()
    record(db, actor, "site.changed", now, programme_id, person=person_id, site=site_id, first_day=str(first_day))
    note(db, Fact.PEOPLE, programme_id, now, (person_id,))


def withdraw_change(db: Db, actor: Actor, programme_id: int, person_id: int, first_day: date, now: datetime) -> None:
    """Take a coming change of site back."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(SiteChangeRow, (programme_id, person_id, first_day))
    if row is None:
        raise Rejected(say("That change of site has already been removed."), what_to_do=say("Look at the list again."))
    db.delete(row)
    db.flush()
    record(db, actor, "site.change_withdrawn", now, programme_id, person=person_id)
    note(db, Fact.PEOPLE, programme_id, now, (person_id,))


def coming_changes(db: Db, programme_id: int, people: Collection[int]) -> Mapping[int, Sequence[SiteChangeRow]]:
    """The changes of site that are to come of these people, for :func:`set_site`, in one query."""
    theirs = (SiteChangeRow.programme_id == programme_id, SiteChangeRow.person_id.in_(people))
    found: dict[int, list[SiteChangeRow]] = defaultdict(list)
    for row in db.scalars(select(SiteChangeRow).where(*theirs)):
        found[row.person_id].append(row)
    return found


def set_site(
    db: Db,
    part: ParticipantRow,
    site_id: int,
    first_day: date | None,
    today: date,
    coming: Sequence[SiteChangeRow] = (),
) -> bool:
    """Where somebody works from a day on (None: from now on); returns whether that is other than what was known.
    ``coming`` are their changes that are known.

    What later changes stay, :meth:`Stay.but_for` says.
    """
    known = Stay(part.site_id, tuple(sorted((row.first_day, row.site_id) for row in coming)))
    said = known.but_for(site_id, first_day, today)
    part.site_id = said.site_id
    for row in coming:
        if (row.first_day, row.site_id) not in said.moves:
            db.delete(row)
    db.add_all(
        SiteChangeRow(programme_id=part.programme_id, person_id=part.person_id, first_day=day, site_id=there)
        for day, there in said.moves
        if (day, there) not in known.moves
    )
    return said != known


def take_over_due(db: Db, programme_id: int, zone: str, now: datetime) -> frozenset[int]:
    """Let everybody whose day has come work at their new site; returns who. What hangs on it is the caller's to do."""
    due = (SiteChangeRow.programme_id == programme_id, SiteChangeRow.first_day <= today_in(zone, now))
    rows = db.scalars(select(SiteChangeRow).where(*due).order_by(SiteChangeRow.first_day)).all()
    if not rows:
        return frozenset()
    whose = (ParticipantRow.programme_id == programme_id, ParticipantRow.person_id.in_([row.person_id for row in rows]))
    parts = {part.person_id: part for part in db.scalars(select(ParticipantRow).where(*whose))}
    for row in rows:
        parts[row.person_id].site_id = row.site_id
        db.delete(row)
    db.flush()
    return frozenset(parts)


def moves_of(db: Db, programme_id: int, people: Collection[int] | None = None) -> Moves:
    """The coming changes of site of these people, or of everybody who has any."""
    here = select(SiteChangeRow).where(SiteChangeRow.programme_id == programme_id).order_by(SiteChangeRow.first_day)
    rows = db.scalars(here if people is None else here.where(SiteChangeRow.person_id.in_(people)))
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append((row.first_day, row.site_id))
    return {person_id: tuple(moves) for person_id, moves in found.items()}


def site_on(moves: Moves, person_id: int, site_id: int, day: date) -> int:
    """Where somebody works on a day who works at this site today."""
    return Stay(site_id, moves.get(person_id, ())).on(day)


def today_in(zone: str, now: datetime) -> date:
    """The day that it is by the clocks of a zone."""
    return now.astimezone(ZoneInfo(zone)).date()
