"""What belongs to one person alone: notes on sessions, and goals that they may share with their group.

Rows are looked up by their author's id and in no other way, so there is nothing to ask of anybody's roles: not the
coordinator's, and not those of whoever runs commands on the machine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select, tuple_

from scheduler import clock
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound
from scheduler.groups.model import Goal
from scheduler.groups.tables import GoalRow, NoteRow
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import GroupId, own_rosters
from scheduler.programmes.firewall import withheld_in
from scheduler.sessions.tables import AttendeeRow
from scheduler.signing_in.address_changes import sealed_people
from scheduler.text_input import required_text

LONGEST_NOTE: Final = 8000
LONGEST_GOAL: Final = 300


def own_notes(db: Db, actor: Actor) -> Mapping[int, str]:
    """The actor's notes by session; none while they are sealed."""
    if actor.sealed_until is not None:
        return {}
    rows = db.execute(select(NoteRow.session_id, NoteRow.text).where(NoteRow.person_id == _author(actor)))
    return dict(rows.all())


def write_note(db: Db, actor: Actor, session_id: int, text: str, now: datetime) -> None:
    """Keep a note on a session to which one is or was invited; an empty one deletes it."""
    author = _author(actor)
    row = db.get(NoteRow, (session_id, author))
    if not text.strip():
        if row:
            db.delete(row)
        return
    if row is None:
        if db.get(AttendeeRow, (session_id, author)) is None:
            raise NotFound(say("That session isn’t one of yours."))
        row = NoteRow(session_id=session_id, person_id=author)
        db.add(row)
    row.text, row.changed_at = required_text(text, LONGEST_NOTE), now


def own_goals(db: Db, actor: Actor, programme_id: int) -> tuple[Goal, ...]:
    """The actor's goals in a programme, the oldest first."""
    mine = (GoalRow.programme_id == programme_id, GoalRow.person_id == _author(actor))
    return tuple(_goal(row) for row in db.scalars(select(GoalRow).where(*mine).order_by(GoalRow.id)))


def goals_shared_with(db: Db, actor: Actor, groups: Collection[GroupId]) -> Mapping[GroupId, tuple[Goal, ...]]:
    """What others in one's own groups share with them, by group, but for those over whom one has power. Raises NotFound
    to outsiders."""
    withheld = withheld_in(db, actor, {programme_id for programme_id, _key in groups}, clock.now())
    others = {
        group: {(group[0], who) for who in members if who != actor.person_id and who not in withheld[group[0]]}
        for group, members in own_rosters(db, actor, groups).items()
    }
    rows = db.execute(
        select(GoalRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == GoalRow.person_id)
        .where(tuple_(GoalRow.programme_id, GoalRow.person_id).in_(set().union(*others.values())), GoalRow.shared)
        .order_by(PersonRow.name, GoalRow.id)
    ).all()
    return {
        group: tuple(_goal(row, name) for row, name in rows if (row.programme_id, row.person_id) in people)
        for group, people in others.items()
    }


def add_goal(
    db: Db,
    actor: Actor,
    programme_id: int,
    text: str,
    now: datetime,
    *,
    review_on: date | None = None,
    shared: bool = False,
) -> None:
    """Keep a goal, for oneself unless it is shared."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    row = GoalRow(programme_id=programme_id, person_id=_author(actor), text=required_text(text, LONGEST_GOAL))
    row.review_on, row.shared, row.created_at = review_on, shared, now
    db.add(row)


def share_goal(db: Db, actor: Actor, goal_id: int, shared: bool) -> None:
    """Let one's group see a goal, or not any more."""
    _own_goal(db, actor, goal_id).shared = shared


def reach_goal(db: Db, actor: Actor, goal_id: int, reached: bool, now: datetime) -> None:
    """Note that a goal is reached, or that it is not after all."""
    _own_goal(db, actor, goal_id).reached_at = now if reached else None


def drop_goal(db: Db, actor: Actor, goal_id: int) -> None:
    """Delete a goal."""
    db.delete(_own_goal(db, actor, goal_id))


def first_reviews(db: Db, people: Collection[int], now: datetime) -> Mapping[tuple[int, int], date]:
    """When these people next wanted to look at a goal that they have not reached, by person and programme: for a line
    in their own letters, and so not of those for whom what is theirs alone is sealed."""
    told = set(people) - sealed_people(db, people, now)
    found = db.execute(
        select(GoalRow.person_id, GoalRow.programme_id, func.min(GoalRow.review_on))
        .where(GoalRow.person_id.in_(told), GoalRow.reached_at.is_(None), GoalRow.review_on.is_not(None))
        .group_by(GoalRow.person_id, GoalRow.programme_id)
    )
    return {(person_id, programme_id): day for person_id, programme_id, day in found if day}


def _own_goal(db: Db, actor: Actor, goal_id: int) -> GoalRow:
    row = db.scalar(select(GoalRow).where(GoalRow.id == goal_id, GoalRow.person_id == _author(actor)))
    if row is None:
        raise NotFound(say("That goal isn’t one of yours."))
    return row


def _author(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAllowed(say("Only people can keep private notes and goals."))
    actor.must_be_confirmed()
    return actor.person_id


def _goal(row: GoalRow, name: str = "") -> Goal:
    return Goal(row.id, row.text, row.review_on, row.shared, row.reached_at, name)
