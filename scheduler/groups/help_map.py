"""Who helps somebody with what: the people whom they have by their groups and by relations that they know of, and lines
in their own words.

Like notes and goals it is theirs alone: lines are looked up by their author's id and in no other way, also once they
have left. Nothing of it is in the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.groups.tables import GoalRow, HelpLineRow
from scheduler.languages import say
from scheduler.own_groups.tables import OwnGroupRow, OwnMemberRow
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.sites import today_in
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow
from scheduler.plans.model import MemberRole
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.service import own_groups
from scheduler.text_input import folded

LONGEST: Final = 120
"""Characters of what a line is about, and of who helps."""
MOST_LINES: Final = 60


class Part(StrEnum):
    """What somebody is to the person whose map it is."""

    FACILITATOR = "facilitator"
    COMPANION = "companion"
    SPONSOR = "sponsor"
    ADVISER = "adviser"


_OPEN_KINDS: Final = {RelationKind.SPONSORS: Part.SPONSOR, RelationKind.ADVISES: Part.ADVISER}
"""Relations of which both people know."""


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody they have: by name, as what, and in which group, empty for a relation."""

    name: str
    part: Part
    group: str = ""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Who helps: a line in their own words, or, with 0 for its id, a mentor whom they asked for this."""

    id: int
    helper: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that they may want help with: a goal of theirs, a topic that they picked, or their own words; with who
    helps."""

    name: str
    lines: tuple[HelpLine, ...]
    is_topic: bool = False


@dataclass(frozen=True, slots=True)
class HelpMap:
    """All of it, as its owner sees it."""

    people: tuple[Helper, ...]
    matters: tuple[Matter, ...]


def own_help_map(db: Db, actor: Actor, now: datetime) -> HelpMap:
    """The actor's own map. Raises NotFound to whoever has never been a resident."""
    person_id = _owner(db, actor)
    return HelpMap(
        tuple(dict.fromkeys((*_of_groups(db, actor, person_id), *_by_relation(db, actor, person_id, now)))),
        tuple(_matters(db, actor, person_id)),
    )


def add_help_line(db: Db, actor: Actor, topic: str, helper: str, now: datetime) -> None:
    """Keep that somebody helps with something, both in the actor's own words."""
    person_id = _owner(db, actor)
    said = {"topic": " ".join(topic.split()), "helper": " ".join(helper.split())}
    if faults := tuple(_faults(said["topic"], said["helper"])):
        raise Rejected(say("Please check the fields marked below."), faults)
    mine = select(func.count()).select_from(HelpLineRow).where(HelpLineRow.person_id == person_id)
    if (db.scalar(mine) or 0) >= MOST_LINES:
        raise NotPossible(
            say("Your map already has %(count)s lines.", count=MOST_LINES), what_to_do=say("Delete one first.")
        )
    db.add(HelpLineRow(person_id=person_id, topic=said["topic"], helper=said["helper"], written_at=now))


def delete_help_line(db: Db, actor: Actor, line_id: int) -> None:
    """Delete a line of the actor's own."""
    own = select(HelpLineRow).where(HelpLineRow.id == line_id, HelpLineRow.person_id == _owner(db, actor))
    row = db.scalar(own)
    if row is None:
        raise NotFound(say("That line isn’t one of yours."))
    db.delete(row)


def _owner(db: Db, actor: Actor) -> int:
    actor.must_be_confirmed()
    part = (ParticipantRow.person_id == actor.person_id, ParticipantRow.kind == Role.RESIDENT)
    if actor.person_id is None or db.scalar(select(ParticipantRow.person_id).where(*part).limit(1)) is None:
        raise NotFound(say("We can’t find that programme among yours."))
    return actor.person_id


def _faults(topic: str, helper: str) -> Iterator[Fault]:
    for name, text in (("topic", topic), ("helper", helper)):
        if not text:
            yield Fault(name, say("Write a few words."))
        elif len(text) > LONGEST:
            yield Fault(name, say("Please use no more than %(count)s characters.", count=LONGEST))


def _of_groups(db: Db, actor: Actor, person_id: int) -> Iterator[Helper]:
    """Facilitators and companions of the groups in which the actor is a resident, and that are open to them."""
    me = db.get_one(PersonRow, person_id).name
    groups = [group for group in own_groups(db, actor) if not group.as_facilitator and not group.ended]
    for group in groups:
        yield from (Helper(name, Part.FACILITATOR, group.name) for name in group.facilitators)
    for group in groups:
        others = list(group.residents)
        if me in others:
            others.remove(me)
        yield from (Helper(name, Part.COMPANION, group.name) for name in others)


def _by_relation(db: Db, actor: Actor, person_id: int, now: datetime) -> Iterator[Helper]:
    """Who sponsors or advises the actor today, in programmes of theirs."""
    rows = db.execute(
        select(PersonRow.name, RelationRow.kind, RelationRow.first_day, RelationRow.last_day, ProgrammeRow.zone)
        .join(PersonRow, PersonRow.id == RelationRow.person_id)
        .join(ProgrammeRow, ProgrammeRow.id == RelationRow.programme_id)
        .where(
            RelationRow.about_id == person_id,
            RelationRow.programme_id.in_(actor.programmes(Role.RESIDENT)),
            RelationRow.kind.in_(_OPEN_KINDS),
        )
        .order_by(PersonRow.search_name, RelationRow.id)
    )
    for name, kind, first_day, last_day, zone in rows:
        today = today_in(zone, now)
        if (first_day is None or first_day <= today) and (last_day is None or today <= last_day):
            yield Helper(name, _OPEN_KINDS[kind])


def _matters(db: Db, actor: Actor, person_id: int) -> Iterator[Matter]:
    """The actor's goals that are not reached yet, then topics, then what else their lines are about; each once."""
    lines = db.scalars(select(HelpLineRow).where(HelpLineRow.person_id == person_id).order_by(HelpLineRow.id)).all()
    goals = db.scalars(
        select(GoalRow.text)
        .where(GoalRow.person_id == person_id, GoalRow.reached_at.is_(None))
        .where(GoalRow.programme_id.in_(actor.programmes(Role.RESIDENT)))
        .order_by(GoalRow.id)
    ).all()
    mine = (ParticipantRow.person_id == person_id, ParticipantRow.programme_id.in_(actor.programmes(Role.RESIDENT)))
    mentors = _mentors(db, person_id)
    picked = db.scalars(select(ParticipantRow.interests).where(*mine, ParticipantRow.left_at.is_(None))).all()
    topics = [topic for of_one in picked for topic in of_one]
    found: dict[str, tuple[str, bool]] = {}
    for name, is_topic in (
        *((goal, False) for goal in goals),
        *((topic, True) for topic in topics),
        *((purpose, False) for purpose, _ in mentors),
        *((line.topic, False) for line in lines),
    ):
        found.setdefault(folded(name), (name, is_topic))
    for key, (name, is_topic) in found.items():
        asked = tuple(HelpLine(0, helper) for purpose, helper in mentors if folded(purpose) == key)
        yield Matter(name, (*asked, *_lines_about(lines, key)), is_topic)


def _mentors(db: Db, person_id: int) -> list[tuple[str, str]]:
    """For what the person has further mentors, and whom, one after the other as they came."""
    mine = aliased(OwnMemberRow)
    rows = db.execute(
        select(OwnGroupRow.purpose, PersonRow.name)
        .join(mine, mine.own_group_id == OwnGroupRow.id)
        .join(OwnMemberRow, OwnMemberRow.own_group_id == OwnGroupRow.id)
        .join(PersonRow, PersonRow.id == OwnMemberRow.person_id)
        .where(OwnGroupRow.purpose != "", OwnGroupRow.closed_at.is_(None))
        .where(mine.person_id == person_id, mine.role == MemberRole.RESIDENT)
        .where(OwnMemberRow.role == MemberRole.FACILITATOR)
        .order_by(OwnGroupRow.id, PersonRow.search_name)
    )
    return [(purpose, name) for purpose, name in rows]


def _lines_about(lines: Sequence[HelpLineRow], key: str) -> tuple[HelpLine, ...]:
    return tuple(HelpLine(line.id, line.helper) for line in lines if folded(line.topic) == key)
