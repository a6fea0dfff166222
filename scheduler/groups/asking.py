"""Ask somebody to facilitate one's own group, or to be one's mentor. They accept or decline in private.

Only the two of them ever see it: no list, no count and no audit line tells the coordinator who asked whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.errors import NotFound, NotPossible
from scheduler.groups.forming import add_member, find_open, own_forming, start
from scheduler.groups.tables import AskingRow
from scheduler.groups.writing import written
from scheduler.languages import mark, say, speaking
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import lock_programme
from solvers.instance import VIDEO

LONGEST: Final = 1000
MOST_OPEN: Final = 3
"""So many questions of one person may wait at once."""
ASKED = mark("%(name)s has a question for you. It is between the two of you: yes or no, without a reason. Answer here:")
ACCEPTED = mark("%(name)s said yes. See here:")
DECLINED = mark("%(name)s cannot take it on just now. It says nothing about you. You can ask somebody else here:")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its two people see it. ``is_mine`` to who was asked; ``for_group`` is the name of the group that
    is to be facilitated, empty where a mentor is looked for."""

    id: int
    programme_id: int
    asked_by: str
    asked: str
    for_group: str
    text: str
    state: str
    is_mine: bool


def ask(
    db: Session, actor: Actor, programme_id: int, to_id: int, text: str, now: datetime, *, page_url: str = ""
) -> None:
    """Ask a faculty member; they are told by mail. With a group of one's own it is to facilitate that."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    part = db.get(ParticipantRow, (programme_id, to_id))
    if part is None or part.kind != "faculty" or part.left_at is not None:
        raise NotFound(say("There is nobody like that to ask."))
    waiting = [question.asked for question in questions(db, actor, programme_id) if _waits(question)]
    person = db.get_one(PersonRow, to_id)
    if person.name in waiting:
        raise NotPossible(say("You have asked them already."))
    if len(waiting) >= MOST_OPEN:
        raise NotPossible(say("You have asked %(count)s people already.", count=MOST_OPEN),
                          what_to_do=say("Wait for an answer, or take one question back."))  # fmt: skip
    own = own_forming(db, actor, programme_id)
    row = AskingRow(programme_id=programme_id, from_id=actor.person_id, to_id=to_id, state="asked", asked_at=now)
    row.own_group_id, row.text = (own[0].id if own else None), written(text, LONGEST)
    db.add(row)
    _write_to(db, person, ASKED, actor.name, now, page_url)


def questions(db: Session, actor: Actor, programme_id: int) -> tuple[Question, ...]:
    """What the actor asked and was asked, the newest first; what was taken back is gone, for both."""
    mine = (AskingRow.from_id == actor.person_id) | (AskingRow.to_id == actor.person_id)
    rows = db.scalars(
        select(AskingRow)
        .where(AskingRow.programme_id == programme_id, mine, AskingRow.state != "withdrawn")
        .order_by(AskingRow.id.desc())
    ).all()
    ids = {person_id for row in rows for person_id in (row.from_id, row.to_id)}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    return tuple(_value(db, row, actor, names) for row in rows)


def accept(db: Session, actor: Actor, question_id: int, now: datetime, *, page_url: str = "") -> None:
    """Say yes: one joins the asker's group, or a group of the two begins. Dates follow with the next plan.

    Raises NotPossible where the two may not share a group, in the same words as for a question that is over.
    """
    row = _asked(db, actor, question_id)
    asker = Actor(row.from_id, "", frozenset({(row.programme_id, Role.RESIDENT)}))
    group = find_open(db, row.programme_id, row.own_group_id) if row.own_group_id is not None else None
    if group is None:
        begun = own_forming(db, asker, row.programme_id) or (
            start(db, asker, row.programme_id, say("Mentoring, the two of us"), VIDEO, now),
        )
        group = find_open(db, row.programme_id, begun[0].id)
    assert group is not None  # it was found open, or has just begun
    add_member(db, actor, group, now)
    row.state, row.answered_at, row.own_group_id = "accepted", now, group.id
    person = db.get_one(PersonRow, row.from_id)
    _write_to(db, person, ACCEPTED, actor.name, now, page_url)


def decline(db: Session, actor: Actor, question_id: int, now: datetime, *, page_url: str = "") -> None:
    """Say no, without a reason."""
    row = _asked(db, actor, question_id)
    row.state, row.answered_at = "declined", now
    person = db.get_one(PersonRow, row.from_id)
    _write_to(db, person, DECLINED, actor.name, now, page_url)


def withdraw(db: Session, actor: Actor, question_id: int, now: datetime) -> None:
    """Take a question back."""
    mine = (AskingRow.id == question_id, AskingRow.from_id == actor.person_id, AskingRow.state == "asked")
    changed = update(AskingRow).where(*mine).values(state="withdrawn", answered_at=now).returning(AskingRow.id)
    if db.execute(changed).first() is None:
        raise NotFound(say("There is no such question of yours."))


def _waits(question: Question) -> bool:
    return question.state == "asked" and not question.is_mine


def _asked(db: Session, actor: Actor, question_id: int) -> AskingRow:
    """A question to the actor that waits for an answer, with its programme locked."""
    mine = (AskingRow.id == question_id, AskingRow.to_id == actor.person_id)
    programme_id = db.scalar(select(AskingRow.programme_id).where(*mine))
    if programme_id is None:
        raise NotFound(say("There is no such question to you."))
    lock_programme(db, programme_id)
    row = db.scalars(select(AskingRow).where(*mine).execution_options(populate_existing=True)).one()
    if row.state != "asked":
        raise NotPossible(say("This question is answered already, or was taken back."))
    return row


def _value(db: Session, row: AskingRow, actor: Actor, names: dict[int, str]) -> Question:
    group = find_open(db, row.programme_id, row.own_group_id) if row.own_group_id is not None else None
    return Question(
        id=row.id,
        programme_id=row.programme_id,
        asked_by=names[row.from_id],
        asked=names[row.to_id],
        for_group=group.name if group else "",
        text=row.text,
        state=row.state,
        is_mine=row.to_id == actor.person_id,
    )


def _write_to(db: Session, person: PersonRow, sentence: str, name: str, now: datetime, page_url: str) -> None:
    with speaking(person.language):
        greeting, subject = say("Hello %(name)s,", name=person.name), say("Mentoring: a question and its answer")
        put_in_outbox(db, person.email, subject, f"{greeting}\n\n{say(sentence, name=name)}\n\n{page_url}\n", now)
