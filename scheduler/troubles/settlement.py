"""Carrying remedies out: one, or many that were ticked, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.coordination.model import Act
from scheduler.coordination.service import carry_out_all
from scheduler.db import Db
from scheduler.errors import Fault, MentorRoundsError, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.troubles.remedies import act_of, desk_for, works
from scheduler.troubles.service import accept, get_troubles
from scheduler.troubles.trouble_view import Trouble


@dataclass(frozen=True, slots=True)
class Choice:
    """A remedy that was chosen for a trouble."""

    trouble_id: int
    key: str

    @property
    def field(self) -> str:
        """The name under which a form, and a fault, have it."""
        return f"remedy-{self.trouble_id}"


def carry_out_remedies(
    db: Db, actor: Actor, programme_id: int, chosen: Sequence[Choice], why: str, now: datetime
) -> int:
    """Carry these out in one transaction; returns how many.

    Raises Rejected, with a fault for each that does not work any more, and then none is carried out.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    if not chosen:
        raise Rejected(say("Nothing was chosen."), what_to_do=say("Choose what to do for at least one of them."))
    lock_programme(db, programme_id)
    troubles = {each.id: each for each in get_troubles(db, actor, programme_id, [c.trouble_id for c in chosen], now)}
    acts: dict[Choice, Act | None] = {}
    faults = tuple(_faults(db, programme_id, chosen, troubles, acts, now))
    if faults:
        raise Rejected(
            say("Not everything you chose still works."),
            faults,
            what_to_do=say("Choose again for those marked, then carry it out."),
        )
    accepted = [choice.trouble_id for choice, act in acts.items() if act is None]
    if accepted:
        accept(db, actor, programme_id, accepted, why.strip(), now)
    wanted = list(dict.fromkeys(act for act in acts.values() if act is not None))
    if wanted:
        carry_out_all(db, actor, wanted, why, now)
    return len(acts)


def _faults(
    db: Db,
    programme_id: int,
    chosen: Sequence[Choice],
    troubles: Mapping[int, Trouble],
    acts: dict[Choice, Act | None],
    now: datetime,
) -> Iterator[Fault]:
    """What does not work any more, choice by choice; fills ``acts`` with what does."""
    programme = get_programme(db, programme_id)
    for choice in chosen:
        trouble = troubles.get(choice.trouble_id)
        if trouble is None or trouble.ended_at is not None:
            yield Fault(choice.field, say("This has already been settled."))
            continue
        desk = desk_for(db, programme, trouble, choice.key, now)
        try:
            act = act_of(trouble, choice.key, desk)
        except MentorRoundsError as error:
            yield Fault(choice.field, error.message)
            continue
        if act is not None and works(trouble, act, desk) is None:
            name = trouble.group_name
            yield Fault(choice.field, say("%(group)s: this no longer works. Choose something else.", group=name))
            continue
        acts[choice] = act
