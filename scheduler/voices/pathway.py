"""The way from leading together to facilitating, for senior residents: who is willing, what they have done, and the
coordinator's word; from the next term on they are among its facilitators.

Nobody comes into a group that is not theirs for it: a resident leads together with their own group's facilitator.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.membership import closed_groups
from scheduler.plans.model import MemberRole
from scheduler.programmes.firewall import withheld_from
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.voices.tables import CoLedRow, PathwayRow

ENOUGH_LED: Final = 2
"""So many sessions somebody leads together with a facilitator before the coordinator gives her word."""


@dataclass(frozen=True, slots=True)
class Path:
    """Somebody on the way: trained on which day, how many sessions led together, and whether the coordinator has given
    her word."""

    person_id: int
    name: str
    trained_on: date | None
    led: int
    has_word: bool

    @property
    def is_ready(self) -> bool:
        """Whether nothing but the coordinator's word is missing."""
        return self.trained_on is not None and self.led >= ENOUGH_LED


def own_path(db: Db, actor: Actor, programme_id: int) -> Path | None:
    """The actor's own way; None until they have said that they are willing."""
    actor.must_have(programme_id, Role.RESIDENT)
    return next(iter(_paths(db, programme_id, (actor.person_id or 0,))), None)


def say_willing(db: Db, actor: Actor, programme_id: int, willing: bool, now: datetime) -> None:
    """Say that one would like to facilitate, or not any more."""
    actor.must_have(programme_id, Role.RESIDENT)
    row = db.get(PathwayRow, (programme_id, actor.person_id))
    if willing and row is None:
        db.add(PathwayRow(programme_id=programme_id, person_id=actor.person_id, willing_at=now))
    elif not willing and row is not None:
        db.delete(row)


def willing_at(db: Db, actor: Actor, session_id: int) -> Mapping[int, bool]:
    """The residents of a session that the actor leads who are willing, and whether it is noted that they led it
    together. Empty to who does not lead it."""
    row = db.get(SessionRow, session_id)
    if row is None or not _leads(db, actor, row):
        return {}
    residents = [each.person_id for each in row.attendees if each.role == MemberRole.RESIDENT]
    on_the_way = (PathwayRow.programme_id == row.programme_id, PathwayRow.person_id.in_(residents))
    willing = db.scalars(select(PathwayRow.person_id).where(*on_the_way))
    noted = set(db.scalars(select(CoLedRow.person_id).where(CoLedRow.session_id == session_id)))
    return {person_id: person_id in noted for person_id in willing}


def note_led_together(db: Db, actor: Actor, session_id: int, people: Collection[int], now: datetime) -> None:
    """Note who of the willing led a session together with the actor; what was noted before is replaced. Raises NotFound
    to who did not lead it and of who is not willing, ``NotPossible`` before it has begun."""
    row = db.get(SessionRow, session_id)
    if row is None or not _leads(db, actor, row):
        raise NotFound(say("That session isn’t one of yours."))
    if row.starts_at > now or row.status == SessionStatus.CANCELLED:
        raise NotPossible(say("This session has not begun yet."))
    known = willing_at(db, actor, session_id)
    if not set(people) <= known.keys():
        raise NotFound(say("They haven’t said that they’d like to facilitate."))
    for person_id, noted in known.items():
        if person_id in people and not noted:
            db.add(CoLedRow(session_id=session_id, person_id=person_id, noted_by=actor.person_id))
        elif noted and person_id not in people:
            db.delete(db.get_one(CoLedRow, (session_id, person_id)))


def list_paths(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[Path, ...]:
    """Everybody on the way, by name, for coordinators; without those over whom the reader has power."""
    actor.must_have(programme_id, Role.COORDINATOR)
    withheld = withheld_from(db, actor, programme_id, now)
    return tuple(each for each in _paths(db, programme_id) if each.person_id not in withheld)


def set_trained(db: Db, actor: Actor, programme_id: int, person_id: int, day: date | None, now: datetime) -> None:
    """Enter the day on which somebody was trained, or take it out."""
    row = _row(db, actor, programme_id, person_id, now)
    if day is not None and day > now.date():
        raise Rejected(
            say("Please check the fields marked below."), (Fault("trained_on", say("This day is still to come.")),)
        )
    row.trained_on = day
    record(db, actor, "pathway.trained", now, programme_id, person=person_id)


def give_word(db: Db, actor: Actor, programme_id: int, person_id: int, given: bool, now: datetime) -> None:
    """Say that somebody can facilitate from the next term on, or take it back. Raises ``NotPossible`` while a step is
    missing."""
    row = _row(db, actor, programme_id, person_id, now)
    [path] = _paths(db, programme_id, (person_id,))
    if given and not path.is_ready:
        raise NotPossible(
            say("A step is still missing."),
            what_to_do=say(
                "They need a day of training and %(count)s sessions led together with a facilitator.",
                count=ENOUGH_LED,
            ),
        )
    row.word_at = now if given else None
    record(db, actor, "pathway.word", now, programme_id, person=person_id, given=given)


def facilitators_to_be(db: Db, programme_id: int) -> frozenset[int]:
    """Who is among the facilitators from the next term on."""
    given = (PathwayRow.programme_id == programme_id, PathwayRow.word_at.is_not(None))
    return frozenset(db.scalars(select(PathwayRow.person_id).where(*given)))


def _paths(db: Db, programme_id: int, people: Collection[int] | None = None) -> tuple[Path, ...]:
    led = (
        select(CoLedRow.person_id, func.count().label("number"))
        .join(SessionRow, SessionRow.id == CoLedRow.session_id)
        .where(SessionRow.programme_id == programme_id)
        .group_by(CoLedRow.person_id)
        .subquery()
    )
    query = (
        select(PathwayRow, PersonRow.name, func.coalesce(led.c.number, 0))
        .join(PersonRow, PersonRow.id == PathwayRow.person_id)
        .join(
            ParticipantRow,
            (ParticipantRow.person_id == PathwayRow.person_id)
            & (ParticipantRow.programme_id == PathwayRow.programme_id),
        )
        .outerjoin(led, led.c.person_id == PathwayRow.person_id)
        .where(
            PathwayRow.programme_id == programme_id,
            ParticipantRow.kind == Role.RESIDENT,
            ParticipantRow.left_at.is_(None),
        )
        .order_by(PersonRow.name, PersonRow.id)
    )
    if people is not None:
        query = query.where(PathwayRow.person_id.in_(people))
    return tuple(
        Path(row.person_id, name, row.trained_on, number, row.word_at is not None)
        for row, name, number in db.execute(query)
    )


def _row(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> PathwayRow:
    known = {each.person_id for each in list_paths(db, actor, programme_id, now)}
    if person_id not in known:
        raise NotFound(say("They haven’t said that they’d like to facilitate."))
    return db.get_one(PathwayRow, (programme_id, person_id))


def _leads(db: Db, actor: Actor, row: SessionRow) -> bool:
    leads = {each.person_id for each in row.attendees if each.role == MemberRole.FACILITATOR}
    group = {(row.programme_id, row.group_key): [each.person_id for each in row.attendees]}
    return actor.person_id in leads and not closed_groups(db, actor, group)
