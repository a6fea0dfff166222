"""What somebody has told the planner alone: theirs to see and to delete at any time, after the last day and after they
have left, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, case, delete, select

from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.joining.tables import AnswerRow
from scheduler.languages import say
from scheduler.people.model import Actor, RelationKind, WishKind
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, WishRow
from scheduler.programmes.service import lock_programme


class Told(StrEnum):
    """A part of what somebody told."""

    AVOID = "avoid"
    WANT = "want"
    CHOICE = "choice"
    CIRCUMSTANCES = "circumstances"
    NEEDS = "needs"
    RELATION = "relation"


_WISHES: Mapping[Told, WishKind] = {
    Told.AVOID: WishKind.AVOID,
    Told.WANT: WishKind.WANT,
    Told.CHOICE: WishKind.CHOICE,
}


@dataclass(frozen=True, slots=True)
class ToldOfPerson:
    """Something that was told of somebody, by name. ``id`` is that person's or, of a relation, the relation's; with
    ``from_me`` its author is that to them, otherwise they are it to the author."""

    id: int
    name: str
    relation: RelationKind | None = None
    from_me: bool = True


@dataclass(frozen=True, slots=True)
class ToldAnswers:
    """All of it, as its author sees it: people by the part that they are told of in."""

    programme_id: int
    people: Mapping[Told, tuple[ToldOfPerson, ...]]
    circumstances: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()
    needs: str = ""
    has_left: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to see, or to delete."""
        return not (any(self.people.values()) or self.circumstances or self.company or self.needs)


def told_answers(db: Db, actor: Actor, programme_id: int) -> ToldAnswers:
    """What the actor has told. Raises NotFound to anyone who never took part."""
    part = _part(db, actor, programme_id)
    answers = db.get(AnswerRow, (programme_id, part.person_id))
    wishes = db.execute(
        select(WishRow.kind, PersonRow.id, PersonRow.name)
        .join(PersonRow, PersonRow.id == WishRow.about_id)
        .where(WishRow.programme_id == programme_id, WishRow.person_id == part.person_id)
        .order_by(PersonRow.name, PersonRow.id)
    ).all()
    from_me = RelationRow.person_id == part.person_id
    other = case((from_me, RelationRow.about_id), else_=RelationRow.person_id)
    relations = db.execute(
        select(RelationRow.id, PersonRow.name, RelationRow.kind, from_me)
        .join(PersonRow, PersonRow.id == other)
        .where(*_declared(part))
        .order_by(PersonRow.name, RelationRow.id)
    )
    people = {
        told: tuple(ToldOfPerson(who, name) for of_kind, who, name in wishes if of_kind == kind)
        for told, kind in _WISHES.items()
    }
    people[Told.RELATION] = tuple(ToldOfPerson(*row) for row in relations)
    return ToldAnswers(
        programme_id=programme_id,
        people=people,
        circumstances=tuple(part.tags),
        company=tuple(part.company),
        firm=tuple(tag for tag in part.company if tag in part.firm),
        needs=answers.needs if answers else "",
        has_left=part.left_at is not None,
    )


def forget_told(db: Db, actor: Actor, programme_id: int, told: Told, about: int, now: datetime) -> None:
    """Delete one thing: what was told of somebody (``about``, as :class:`ToldOfPerson` has the id), all circumstances,
    or the needs. What is not there any more is gone already."""
    lock_programme(db, programme_id)
    part = _part(db, actor, programme_id)
    if told is Told.CIRCUMSTANCES:
        part.tags, part.company, part.firm = [], [], []
    elif told is Told.NEEDS:
        answers = db.get(AnswerRow, (programme_id, part.person_id))
        if answers is not None:
            answers.needs = ""
    elif told is Told.RELATION:
        db.execute(delete(RelationRow).where(*_declared(part), RelationRow.id == about))
    else:
        mine = (WishRow.programme_id == programme_id, WishRow.person_id == part.person_id)
        db.execute(delete(WishRow).where(*mine, WishRow.kind == _WISHES[told], WishRow.about_id == about))
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now, (part.person_id,))


def _declared(part: ParticipantRow) -> tuple[ColumnElement[bool], ...]:
    return RelationRow.programme_id == part.programme_id, RelationRow.declared_by_id == part.person_id


def _part(db: Db, actor: Actor, programme_id: int) -> ParticipantRow:
    actor.must_be_confirmed()
    part = db.get(ParticipantRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    if part is None or part.guest:
        raise NotFound(say("We can’t find that programme among yours."))
    return part
