"""What becomes of the kinds of group that people accept or offer when a programme's kinds change.

A kind that goes is nobody's any more. One that comes is accepted by every resident who has not said themselves which
kinds they like and accepts all the others: a list that says nothing accepts everything, also what is added later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from scheduler.db import Db
from scheduler.joining.model import Step
from scheduler.joining.tables import AnswerRow
from scheduler.own_groups.service import OWN
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import Programme


@dataclass(frozen=True, slots=True)
class Likings:
    """Of everybody whose kinds of group change those that they have then, by person. ``stranded`` is how many residents
    who take part then accept nothing, ``accepting`` how many accept a new kind."""

    changed: Mapping[int, Mapping[str, int]]
    stranded: int = 0
    accepting: int = 0


def likings_after(db: Db, before: Programme, wanted: Programme) -> Likings:
    """What people accept and offer once the programme has these kinds of group."""
    old, new = _keys(before), _keys(wanted)
    if old == new:
        return Likings({})
    parts = db.scalars(select(ParticipantRow).where(ParticipantRow.programme_id == before.id)).all()
    said = _said_themselves(db, before.id)
    changed, stranded, accepting = {}, 0, 0
    for part in parts:
        kept = {key: liking for key, liking in part.models.items() if key in new}
        takes_all = part.kind is Role.RESIDENT and part.person_id not in said and old - {OWN} <= part.models.keys()
        added = dict.fromkeys(sorted(new - old - {OWN}), 1) if takes_all and old - {OWN} else {}
        if kept | added != part.models:
            changed[part.person_id] = kept | added
            is_here = part.kind is Role.RESIDENT and part.left_at is None
            stranded += is_here and not kept | added
            accepting += is_here and bool(added)
    return Likings(changed, stranded, accepting)


def put_likings(db: Db, programme_id: int, likings: Likings) -> Iterable[int]:
    """Store them; returns whose they are."""
    theirs = ParticipantRow.person_id.in_(likings.changed)
    for part in db.scalars(select(ParticipantRow).where(ParticipantRow.programme_id == programme_id, theirs)):
        part.models = dict(likings.changed[part.person_id])
    db.flush()
    return likings.changed.keys()


def _keys(programme: Programme) -> frozenset[str]:
    return frozenset(model.key for model in programme.models)


def _said_themselves(db: Db, programme_id: int) -> frozenset[int]:
    rows = db.execute(select(AnswerRow.person_id, AnswerRow.steps).where(AnswerRow.programme_id == programme_id))
    return frozenset(person_id for person_id, steps in rows if Step.KIND in steps)
