"""Ask a facilitator something before joining, under a name that is used once.

The facilitator reads the words and the alias, and answers; nothing they or anybody else opens, gets by e-mail or finds
in a list tells who asked. Nothing is in the audit trail.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select

from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.joining.people_search import list_facilitators
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.own_groups.tables import FirstQuestionRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import lock_programme
from scheduler.text_input import required_text

LONGEST: Final = 1000
MOST_OPEN: Final = 3
"""So many questions of one person may wait at once."""
ALIASES: Final = (
    "Alder", "Birch", "Brook", "Cedar", "Clover", "Coral", "Fern", "Harbour", "Hazel", "Heron", "Ivy", "Lark", "Linden",
    "Maple", "Meadow", "Otter", "Pebble", "Rowan", "Sparrow", "Thrush", "Willow", "Wren",
)  # fmt: skip
"""Names of nobody; which one somebody gets is chance, so it says nothing about them."""
_ASKED = mark("Someone who is thinking of joining has a question for you. Please read and answer it here:")
_ANSWERED = mark("Your question has been answered. You can read it here:")


@dataclass(frozen=True, slots=True)
class FirstQuestion:
    """A question as one of its two people reads it: ``to`` is who was asked, by name, and ``alias`` who asks, without
    one. ``is_mine`` to who was asked."""

    id: int
    alias: str
    to: str
    text: str
    answer: str
    is_mine: bool


def ask_first(
    db: Db, actor: Actor, programme_id: int, to_id: int, text: str, now: datetime, *, page_url: str = ""
) -> str:
    """Ask somebody who is on offer; returns the alias. Raises NotFound for anybody else."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    if to_id not in {one.person_id for one in list_facilitators(db, actor, programme_id, now)}:
        raise NotFound(say("You can’t ask that person."))
    own = (FirstQuestionRow.programme_id == programme_id, FirstQuestionRow.from_id == actor.person_id)
    waiting = db.scalars(select(FirstQuestionRow.id).where(*own, FirstQuestionRow.answered_at.is_(None))).all()
    if len(waiting) >= MOST_OPEN:
        raise NotPossible(
            say("%(count)s questions of yours are waiting for an answer.", count=MOST_OPEN),
            what_to_do=say("Wait for an answer, or delete one of them."),
        )
    taken = set(db.scalars(select(FirstQuestionRow.alias).where(FirstQuestionRow.to_id == to_id)))
    alias = secrets.choice([one for one in ALIASES if one not in taken] or ALIASES)
    db.add(
        FirstQuestionRow(
            programme_id=programme_id, from_id=actor.person_id, to_id=to_id, alias=alias,
            text=required_text(text, LONGEST), answer="", asked_at=now,
        )
    )  # fmt: skip
    _write_to(db, programme_id, to_id, _ASKED, now, page_url)
    return alias


def first_questions(db: Db, actor: Actor, programme_id: int) -> tuple[FirstQuestion, ...]:
    """What the actor asked and was asked, the newest first."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    mine = (FirstQuestionRow.from_id == actor.person_id) | (FirstQuestionRow.to_id == actor.person_id)
    rows = db.execute(
        select(FirstQuestionRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == FirstQuestionRow.to_id)
        .where(FirstQuestionRow.programme_id == programme_id, mine)
        .order_by(FirstQuestionRow.id.desc())
    )
    return tuple(
        FirstQuestion(row.id, row.alias, name, row.text, row.answer, row.to_id == actor.person_id) for row, name in rows
    )


def answer_first(db: Db, actor: Actor, question_id: int, text: str, now: datetime, *, page_url: str = "") -> None:
    """Answer a question that was put to the actor, once."""
    row = _one(db, question_id, FirstQuestionRow.to_id == actor.person_id)
    lock_programme(db, row.programme_id)
    must_go_on(db, row.programme_id)
    if row.answered_at is not None:
        raise NotPossible(say("You have already answered this question."))
    row.answer, row.answered_at = required_text(text, LONGEST), now
    _write_to(db, row.programme_id, row.from_id, _ANSWERED, now, page_url)


def delete_first(db: Db, actor: Actor, question_id: int) -> None:
    """Delete a question of the actor's own, with its answer, for both."""
    db.delete(_one(db, question_id, FirstQuestionRow.from_id == actor.person_id))


def _one(db: Db, question_id: int, mine: ColumnElement[bool]) -> FirstQuestionRow:
    row = db.scalars(select(FirstQuestionRow).where(FirstQuestionRow.id == question_id, mine)).one_or_none()
    if row is None:
        raise NotFound(say("We can’t find that question."))
    return row


def _write_to(db: Db, programme_id: int, person_id: int, sentence: str, now: datetime, page_url: str) -> None:
    """An e-mail that holds neither the words nor anybody's name but its reader's."""
    person = db.get_one(PersonRow, person_id)
    with in_language(person.language):
        text = f"{greeting(person.name)}\n\n{say(sentence)}\n\n{page_url}\n"
        put_in_outbox(db, person.email, say("A question about mentoring"), text, now, programme_id=programme_id)
