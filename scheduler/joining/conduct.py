"""The code of conduct that facilitators sign: the product's own text until the programme adopts one, in versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotPossible, Rejected
from scheduler.joining.answers import mark_saved_if_open
from scheduler.joining.model import Step
from scheduler.joining.portraits import own_row
from scheduler.joining.tables import CodeOfConductRow
from scheduler.languages import mark, say
from scheduler.people.model import Actor, Role
from scheduler.programmes.service import lock_programme

LONGEST: Final = 6000
USUAL: Final = (
    mark("What is said in the group stays in the group, unless someone is in danger. In that case, you tell the group "
         "first."),
    mark("You do not supervise, assess or treat anyone in your group, and you say so at once if that changes."),
    mark("You do not bully or belittle anyone, make advances, have favourites or take credit for other people’s work."),
    mark("The residents set the agenda. You listen, ask and share your own experience. You do not judge."),
    mark("If something feels wrong, you speak to the oversight contact early, while it is still small."),
)  # fmt: skip
"""The product's own text, a paragraph each: version 0."""


@dataclass(frozen=True, slots=True)
class CodeOfConduct:
    """One version of the code: plain text, an empty line between paragraphs. Version 0 is the product's own."""

    version: int
    text: str
    adopted_at: datetime | None = None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text, a paragraph each."""
        return tuple(part.strip() for part in self.text.split("\n\n") if part.strip())


def code_of(db: Db, programme_id: int) -> CodeOfConduct:
    """The code in force; the product's own in the language of its reader."""
    newest = select(CodeOfConductRow).where(CodeOfConductRow.programme_id == programme_id)
    row = db.scalar(newest.order_by(CodeOfConductRow.version.desc()).limit(1))
    if row is None:
        return CodeOfConduct(0, "\n\n".join(say(part) for part in USUAL))
    return CodeOfConduct(row.version, row.text, row.adopted_at)


def code_to_edit(db: Db, actor: Actor, programme_id: int) -> CodeOfConduct:
    """The code in force, for a coordinator."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return code_of(db, programme_id)


def adopt_code(db: Db, actor: Actor, programme_id: int, text: str, now: datetime) -> int:
    """Make a text the programme's code; returns its version. Every facilitator is asked to sign again, and is not
    planned before that, unless nothing changed."""
    actor.must_have(programme_id, Role.COORDINATOR)
    wanted = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not wanted or len(wanted) > LONGEST:
        raise Rejected(
            say("The code needs between 1 and %(most)s characters.", most=LONGEST),
            where="text",
            what_to_do=say("Change it and save again."),
        )
    lock_programme(db, programme_id)
    current = code_of(db, programme_id)
    if current.text == wanted:
        return current.version
    version = current.version + 1
    db.add(
        CodeOfConductRow(
            programme_id=programme_id, version=version, text=wanted, adopted_at=now, adopted_by=actor.person_id
        )
    )
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now)
    record(db, actor, "code.adopted", now, programme_id, version=version)
    return version


def sign(db: Db, actor: Actor, programme_id: int, version: int, now: datetime, *, signs: bool) -> None:
    """Sign the version that was shown, or take one's signature back. A signature is dated once.

    Signing is open for as long as somebody takes part, whether or not other answers may still be changed.
    """
    actor.must_have(programme_id, Role.FACULTY, Role.GUEST)
    lock_programme(db, programme_id)
    current = code_of(db, programme_id)
    if signs and current.version != version:
        raise NotPossible(
            say("The code of conduct has changed since you opened it."),
            what_to_do=say("Please read it again; your signature was not recorded."),
        )
    mark_saved_if_open(db, actor, programme_id, Step.CONDUCT, now)
    row = own_row(db, actor, programme_id)
    was_signed = row.code_signed_at is not None and row.code_version == current.version
    if signs and not was_signed:
        row.code_signed_at, row.code_version, row.code_noted_by = now, version, None
        record(db, actor, "code.signed", now, programme_id, version=version)
    elif not signs and row.code_signed_at is not None:
        row.code_signed_at = row.code_noted_by = None
        record(db, actor, "code.unsigned", now, programme_id)
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now, (row.person_id,))
