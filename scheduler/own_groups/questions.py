"""Ask somebody to facilitate one's own group, or to be one's mentor. They accept or decline in private.

Only the two of them ever see the question and its answer: no list, no count and no audit line tells the coordinator who
asked whom. After a yes the group is in the next plan, like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select, update

from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.joining.readiness import is_ready
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.own_groups.model import QuestionState
from scheduler.own_groups.service import add_member, find_open_group, own_self_formed_groups, start_group
from scheduler.own_groups.tables import OwnGroupRow, QuestionRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.text_input import required_text
from solvers.vocabulary import VIDEO

LONGEST: Final = 1000
LONGEST_PURPOSE: Final = 60
MOST_OPEN: Final = 3
"""So many questions of one person may wait at once."""
ASKED = mark("%(name)s has asked you something. You can say yes or no, without giving a reason. Please answer here:")
ACCEPTED = mark("%(name)s said yes. Here is what happens next:")
DECLINED = mark("%(name)s can’t take this on at the moment. It’s no reflection on you. You can ask someone else here:")

_SUBJECT_OF_A_QUESTION = mark("%(name)s has asked you something")
_SUBJECT_OF_AN_ANSWER = mark("%(name)s has answered you")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its two people see it. ``is_mine`` to who was asked; ``for_group`` is the name of the group that
    is to be facilitated, or of what the two have ``already``; empty where a mentor is looked for. ``purpose`` is what a
    further mentor is for."""

    id: int
    programme_id: int
    asked_by: str
    asked: str
    for_group: str
    text: str
    state: QuestionState
    is_mine: bool
    already: bool = False
    purpose: str = ""

    @property
    def waits_for_reader(self) -> bool:
        """Whether it is for the reader to answer."""
        return self.is_mine and self.state is QuestionState.ASKED


def ask(
    db: Db,
    actor: Actor,
    programme_id: int,
    to_id: int,
    text: str,
    now: datetime,
    *,
    page_url: str = "",
    purpose: str = "",
) -> None:
    """Ask a faculty member; they get an e-mail. With a group of one's own it is to facilitate that; with a ``purpose``
    to be a further mentor for it, in a group of the two beside all others, where the programme lets people be in
    several."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    part = db.get(ParticipantRow, (programme_id, to_id))
    is_here = part is not None and part.kind == Role.FACULTY and not part.guest and part.left_at is None
    if not is_here or not is_ready(db, programme_id, to_id, now):
        raise NotFound(say("You can’t ask that person."))
    waiting = db.scalars(select(QuestionRow.to_id).where(*waiting_for(actor, programme_id))).all()
    person = db.get_one(PersonRow, to_id)
    if to_id in waiting:
        raise NotPossible(say("You have already asked them."))
    if len(waiting) >= MOST_OPEN:
        raise NotPossible(say("You have already asked %(count)s people.", count=MOST_OPEN),
                          what_to_do=say("Wait for an answer, or withdraw one of your questions."))  # fmt: skip
    if purpose.strip() and not get_programme(db, programme_id).conduct.several_groups:
        raise NotPossible(
            say("In this programme everyone is in one group, so there can be no further mentor."),
            what_to_do=say("Leave out what for, or ask your coordinator."),
        )
    own = () if purpose.strip() else own_self_formed_groups(db, actor, programme_id)
    row = QuestionRow(
        programme_id=programme_id, from_id=actor.person_id, to_id=to_id, state=QuestionState.ASKED, asked_at=now
    )
    row.own_group_id, row.text = (own[0].id if own else None), required_text(text, LONGEST)
    row.purpose = required_text(" ".join(purpose.split()), LONGEST_PURPOSE) if purpose.strip() else ""
    db.add(row)
    write_to(db, programme_id, person, ASKED, actor.name, now, page_url)


def questions(db: Db, actor: Actor, programme_id: int) -> tuple[Question, ...]:
    """What the actor asked and was asked, the newest first; what was taken back is gone, for both."""
    mine = (QuestionRow.from_id == actor.person_id) | (QuestionRow.to_id == actor.person_id)
    rows = db.scalars(
        select(QuestionRow)
        .where(QuestionRow.programme_id == programme_id, mine, QuestionRow.state != QuestionState.WITHDRAWN)
        .order_by(QuestionRow.id.desc())
    ).all()
    ids = {person_id for row in rows for person_id in (row.from_id, row.to_id)}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    return tuple(_value(db, row, actor, names) for row in rows)


def accept(db: Db, actor: Actor, question_id: int, now: datetime, *, page_url: str = "") -> int | None:
    """Say yes: one joins the asker's group, or a group of the two begins. Dates follow with the next plan, which parts
    the two without a word if they may not share a group. Returns the id of a group that is whole by now: it began
    with a question, and nobody else is asked into it."""
    row = _asked(db, actor, question_id)
    known = _group_for(db, row)
    group = known or _begun(db, row, now)
    add_member(db, actor, group, now)
    row.state, row.answered_at, row.own_group_id = QuestionState.ACCEPTED, now, group.id
    if row.group_name:
        _bring_into(db, row, group.id)
    person = db.get_one(PersonRow, row.from_id)
    write_to(db, row.programme_id, person, ACCEPTED, actor.name, now, page_url)
    db.flush()
    waiting = (QuestionRow.own_group_id == group.id, QuestionRow.state == QuestionState.ASKED)
    is_open = (known is not None and not row.group_name) or db.scalar(select(QuestionRow.id).where(*waiting).limit(1))
    return None if is_open else group.id


def _group_for(db: Db, row: QuestionRow) -> OwnGroupRow | None:
    """The group that somebody is asked into, if it has begun: for a further mentor, and for people who meet already,
    none of those that the asker has."""
    if row.own_group_id is not None and (group := find_open_group(db, row.programme_id, row.own_group_id)):
        return group
    own = () if row.purpose or row.group_name else own_self_formed_groups(db, _asker(row), row.programme_id)
    return find_open_group(db, row.programme_id, own[0].id) if own else None


def _begun(db: Db, row: QuestionRow, now: datetime) -> OwnGroupRow:
    """A group that begins with a yes."""
    name, mode = row.group_name or say("Mentoring for two"), row.mode or VIDEO
    new = start_group(db, _asker(row), row.programme_id, name, mode, now, row.purpose)
    return db.get_one(OwnGroupRow, new.id)


def _asker(row: QuestionRow) -> Actor:
    return Actor(row.from_id, "", frozenset({(row.programme_id, Role.RESIDENT)}))


def decline(db: Db, actor: Actor, question_id: int, now: datetime, *, page_url: str = "") -> None:
    """Say no, without a reason."""
    row = _asked(db, actor, question_id)
    row.state, row.answered_at = QuestionState.DECLINED, now
    person = db.get_one(PersonRow, row.from_id)
    write_to(db, row.programme_id, person, DECLINED, actor.name, now, page_url)


def withdraw(db: Db, actor: Actor, question_id: int, now: datetime) -> None:
    """Take a question back."""
    mine = (
        QuestionRow.id == question_id,
        QuestionRow.from_id == actor.person_id,
        QuestionRow.state == QuestionState.ASKED,
    )
    changed = (
        update(QuestionRow)
        .where(*mine)
        .values(state=QuestionState.WITHDRAWN, answered_at=now)
        .returning(QuestionRow.id)
    )
    if db.execute(changed).first() is None:
        raise NotFound(say("That question isn’t one of yours."))


def _bring_into(db: Db, row: QuestionRow, own_group_id: int) -> None:
    """Everyone else who was asked about what they have already is asked about the group that has begun."""
    asked_together = (QuestionRow.from_id == row.from_id, QuestionRow.programme_id == row.programme_id)
    others = (QuestionRow.group_name == row.group_name, QuestionRow.state == QuestionState.ASKED)
    db.execute(update(QuestionRow).where(*asked_together, *others).values(own_group_id=own_group_id))


def waiting_for(actor: Actor, programme_id: int) -> tuple[ColumnElement[bool], ...]:
    """What the actor has asked and waits to hear of."""
    mine = (QuestionRow.programme_id == programme_id, QuestionRow.from_id == actor.person_id)
    return (*mine, QuestionRow.state == QuestionState.ASKED)


def _asked(db: Db, actor: Actor, question_id: int) -> QuestionRow:
    """A question to the actor that waits for an answer, with its programme locked."""
    mine = (QuestionRow.id == question_id, QuestionRow.to_id == actor.person_id)
    programme_id = db.scalar(select(QuestionRow.programme_id).where(*mine))
    if programme_id is None:
        raise NotFound(say("That question wasn’t put to you."))
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    row = db.scalars(select(QuestionRow).where(*mine).execution_options(populate_existing=True)).one()
    if row.state != QuestionState.ASKED:
        raise NotPossible(say("This question has already been answered or withdrawn."))
    return row


def _value(db: Db, row: QuestionRow, actor: Actor, names: dict[int, str]) -> Question:
    group = find_open_group(db, row.programme_id, row.own_group_id) if row.own_group_id is not None else None
    return Question(
        id=row.id,
        programme_id=row.programme_id,
        asked_by=names[row.from_id],
        asked=names[row.to_id],
        for_group=row.group_name or (group.name if group else ""),
        text=row.text,
        state=row.state,
        is_mine=row.to_id == actor.person_id,
        already=bool(row.group_name),
        purpose=row.purpose,
    )


def write_to(
    db: Db, programme_id: int, person: PersonRow, sentence: str, name: str, now: datetime, page_url: str
) -> None:
    """An e-mail that somebody has asked or answered, and not what."""
    with in_language(person.language):
        subject = say(_SUBJECT_OF_A_QUESTION if sentence == ASKED else _SUBJECT_OF_AN_ANSWER, name=name)
        text = f"{greeting(person.name)}\n\n{say(sentence, name=name)}\n\n{page_url}\n"
        put_in_outbox(db, person.email, subject, text, now, programme_id=programme_id)
