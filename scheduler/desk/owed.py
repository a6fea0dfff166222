"""Who still owes something that groups wait for: agreement to the charter, the code of conduct, training in date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from scheduler.charters.agreements import still_to_agree
from scheduler.db import Db
from scheduler.desk.model import Asked, ReminderKind
from scheduler.desk.tables import ReminderRow
from scheduler.joining.questions import questions_of
from scheduler.joining.tables import PortraitRow
from scheduler.plans.membership import Roster
from scheduler.plans.model import MemberRole

REMIND_AFTER: Final = timedelta(days=7)
"""Nobody is reminded of the same thing sooner than this."""
RUNS_OUT_WITHIN: Final = timedelta(days=56)
"""Training that runs out so soon is worth a word."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Who owes what, by id; for charters with the keys of their groups."""

    charter: Mapping[int, tuple[str, ...]]
    conduct: frozenset[int]
    training: frozenset[int]
    charter_groups: int

    def people(self, kind: ReminderKind) -> Collection[int]:
        """Who owes this."""
        of_kind: Mapping[ReminderKind, Collection[int]] = {
            ReminderKind.CHARTER: self.charter.keys(),
            ReminderKind.CONDUCT: self.conduct,
            ReminderKind.TRAINING: self.training,
        }
        return of_kind[kind]


def owed_in(db: Db, programme_id: int, groups: Mapping[str, Roster], today: date) -> Owed:
    """What people of these groups owe. Code and training count only where the programme asks for them."""
    missing = still_to_agree(db, programme_id, groups)
    charter: dict[int, tuple[str, ...]] = {}
    for key, people in missing.items():
        for person_id in people:
            charter[person_id] = (*charter.get(person_id, ()), key)
    conduct, training = _unready(db, programme_id, groups, today)
    return Owed(charter, conduct, training, sum(bool(people) for people in missing.values()))


def _unready(
    db: Db, programme_id: int, groups: Mapping[str, Roster], today: date
) -> tuple[frozenset[int], frozenset[int]]:
    """The facilitators of these groups who have not signed the code, and those whose training is not on record, has
    run out or soon will."""
    if not questions_of(db, programme_id).code_needed:
        return frozenset(), frozenset()
    leading = {who for roster in groups.values() for who, role in roster.items() if role == MemberRole.FACILITATOR}
    rows = db.execute(
        select(PortraitRow.person_id, PortraitRow.code_signed_at, PortraitRow.trained_until).where(
            PortraitRow.programme_id == programme_id
        )
    )
    known = {person_id: (signed_at, until) for person_id, signed_at, until in rows if person_id in leading}
    signed = {who for who, (signed_at, _) in known.items() if signed_at is not None}
    trained = {who for who, (_, until) in known.items() if until is not None and until > today + RUNS_OUT_WITHIN}
    return frozenset(leading - signed), frozenset(leading - trained)


def reminded_lately(db: Db, programme_id: int, now: datetime) -> Collection[tuple[int, ReminderKind]]:
    """Who was reminded of what so lately that they are not reminded again."""
    lately = (ReminderRow.programme_id == programme_id, ReminderRow.sent_at > now - REMIND_AFTER)
    rows = db.execute(select(ReminderRow.person_id, ReminderRow.kind).where(*lately))
    return {(person_id, kind) for person_id, kind in rows}


def due_of(owed: Owed, kind: ReminderKind, lately: Collection[tuple[int, ReminderKind]]) -> list[int]:
    """Whom a reminder would reach now, by id."""
    return sorted(who for who in owed.people(kind) if (who, kind) not in lately)


def asked_of(owed: Owed, kind: ReminderKind, lately: Collection[tuple[int, ReminderKind]]) -> Asked:
    """How many owe this, and how many a reminder would reach."""
    return Asked(len(owed.people(kind)), len(due_of(owed, kind, lately)))
