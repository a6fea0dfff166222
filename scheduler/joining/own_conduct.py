"""What a facilitator sees of their own code and training: what is signed, what counts, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.db import Db
from scheduler.joining.conduct import CodeOfConduct, code_of
from scheduler.joining.model import TrainingKind
from scheduler.joining.questions import questions_of, today_of
from scheduler.joining.readiness import nothing_yet, readiness_in, what_is_missing
from scheduler.joining.tables import PortraitRow
from scheduler.joining.training import Training, TrainingState, own_training
from scheduler.people.model import Actor, Role


@dataclass(frozen=True, slots=True)
class OwnConduct:
    """The code in force, when the actor signed that version (None: not), and their training by the key of its kind.
    ``missing`` says in words what keeps them from being planned; ``was_signed`` that they signed an earlier version."""

    code: CodeOfConduct
    signed_at: datetime | None
    was_signed: bool
    kinds: tuple[TrainingKind, ...]
    training: Mapping[str, tuple[Training, ...]]
    missing: tuple[str, ...]
    until: date | None

    def newest(self, kind: TrainingKind) -> Training | None:
        """What was entered last of a kind."""
        return next(iter(self.training.get(kind.key, ())), None)

    def verified(self, kind: TrainingKind) -> Training | None:
        """The verified training of a kind that counts longest."""
        found = [each for each in self.training.get(kind.key, ()) if each.state is TrainingState.VERIFIED]
        return max(found, key=lambda each: each.ends or date.max, default=None)


def own_conduct(db: Db, actor: Actor, programme_id: int, now: datetime) -> OwnConduct:
    """The actor's own code and training in a programme."""
    actor.must_have(programme_id, Role.FACULTY, Role.GUEST)
    code, kinds = code_of(db, programme_id), questions_of(db, programme_id).training
    row = db.get(PortraitRow, (programme_id, actor.person_id))
    found = readiness_in(db, programme_id).get(actor.person_id or 0, nothing_yet(db, programme_id))
    signed_at = row.code_signed_at if row is not None else None
    return OwnConduct(
        code,
        signed_at=signed_at if found.signed else None,
        was_signed=signed_at is not None and not found.signed,
        kinds=kinds,
        training=own_training(db, actor, programme_id),
        missing=what_is_missing(kinds, found, today_of(db, programme_id, now)),
        until=found.until,
    )
