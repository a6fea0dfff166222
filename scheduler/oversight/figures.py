"""What the oversight contact sees: counts that tell whether people are safe; no wish, no answer and no name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median
from typing import Any

from sqlalchemy import and_, func, select

from scheduler.audit.service import CHECK_OVERRIDDEN, OVERRIDDEN, REFUSED_CHANGE
from scheduler.audit.tables import AuditRow
from scheduler.charters.agreements import agreed_groups
from scheduler.db import Db
from scheduler.joining.questions import today_of
from scheduler.joining.readiness import nothing_yet, readiness_in
from scheduler.oversight.tables import ConcernRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, RelationRow
from scheduler.planning.known_to import KnownTo
from scheduler.plans.company import company_in, unaccompanied_pairs
from scheduler.plans.membership import Roster, rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.forbidden_pairs import forbidden_pairs, pairs_kept_apart
from scheduler.programmes.tables import ProgrammeRow


@dataclass(frozen=True, slots=True)
class Figures:
    """The state of a programme. ``relations`` are counted by kind; ``forbidden_pairs`` are pairs of one published
    group that a relation on record forbids today or later in the term, whatever was known when it was published,
    ``reasoned_pairs`` those that share one because a coordinator recorded why.
    ``overrides`` are rules and checks that a coordinator has overridden with a reason, ``refusals`` attempts to keep a
    change of a draft that is against safety or against what somebody keeps to themselves.
    ``concerns`` were raised in all, with whichever contact; half of those answered waited ``answer_hours`` at most."""

    residents: int
    faculty: int
    residents_left: int
    faculty_left: int
    relations: Mapping[str, int]
    overrides: int
    refusals: int
    groups: int
    groups_agreed: int
    forbidden_pairs: int
    reasoned_pairs: int
    facilitators: int
    facilitators_signed: int
    facilitators_trained: int
    concerns: int
    concerns_answered: int
    answer_hours: int | None


def figures(db: Db, actor: Actor, programme_id: int, now: datetime) -> Figures:
    """The figures of a programme, for its oversight contact and nobody else."""
    actor.must_have(programme_id, Role.OVERSIGHT)
    here, left = _people(db, programme_id)
    groups = rosters(db, programme_id)
    listed = (RelationRow.programme_id == programme_id, KnownTo.COORDINATOR.relations())
    relations = db.scalars(select(RelationRow).where(*listed)).all()
    leading = {who for roster in groups.values() for who, role in roster.items() if role == MemberRole.FACILITATOR}
    today = today_of(db, programme_id, now)
    forbidden, reasoned = _pairs(db, programme_id, groups, now)
    known, nothing = readiness_in(db, programme_id), nothing_yet(db, programme_id)
    readiness = [known.get(who, nothing) for who in leading]
    return Figures(
        residents=here[Role.RESIDENT],
        faculty=here[Role.FACULTY],
        residents_left=left[Role.RESIDENT],
        faculty_left=left[Role.FACULTY],
        relations=Counter(relation.kind for relation in relations),
        overrides=_overrides(db, programme_id),
        refusals=_refusals(db, programme_id),
        groups=len(groups),
        groups_agreed=len(agreed_groups(db, programme_id, now) & groups.keys()),
        forbidden_pairs=forbidden,
        reasoned_pairs=reasoned,
        facilitators=len(leading),
        facilitators_signed=sum(found.signed for found in readiness),
        facilitators_trained=sum(not found.lacks(today) for found in readiness),
        **_concerns(db, programme_id),
    )


def _people(db: Db, programme_id: int) -> tuple[Counter[str], Counter[str]]:
    """Those who take part and those who left, by kind; who said no to the invitation was never there."""
    here: Counter[str] = Counter()
    left: Counter[str] = Counter()
    of_programme = and_(ParticipantRow.programme_id == programme_id, ParticipantRow.declined.is_(False))
    for kind, left_at in db.execute(select(ParticipantRow.kind, ParticipantRow.left_at).where(of_programme)):
        (here if left_at is None else left)[kind] += 1
    return here, left


def _overrides(db: Db, programme_id: int) -> int:
    of_programme = (AuditRow.programme_id == programme_id, AuditRow.action.in_((OVERRIDDEN, CHECK_OVERRIDDEN)))
    return sum(details["count"] for details in db.scalars(select(AuditRow.details).where(*of_programme)))


def _refusals(db: Db, programme_id: int) -> int:
    of_programme = (AuditRow.programme_id == programme_id, AuditRow.action == REFUSED_CHANGE)
    return db.scalar(select(func.count()).select_from(AuditRow).where(*of_programme)) or 0


def _concerns(db: Db, programme_id: int) -> dict[str, Any]:
    """How many concerns there were, whoever reads them, how many have an answer, and how long half of those waited."""
    rows = db.execute(
        select(ConcernRow.said_at, ConcernRow.answered_at).where(ConcernRow.programme_id == programme_id)
    ).all()
    waited = [(answered - said).total_seconds() for said, answered in rows if answered is not None]
    hours = ceil(median(waited) / 3600) if waited else None
    return {"concerns": len(rows), "concerns_answered": len(waited), "answer_hours": hours}


def _pairs(db: Db, programme_id: int, groups: Mapping[str, Roster], now: datetime) -> tuple[int, int]:
    """How many pairs of a published group may not share it, and how many others do for a recorded reason."""
    today = today_of(db, programme_id, now)
    last_day = db.scalars(select(ProgrammeRow.last_day).where(ProgrammeRow.id == programme_id)).one()
    related = forbidden_pairs(db, programme_id, today, max(today, last_day))
    found = [each for each in related if KnownTo.COORDINATOR.may_know(each)]
    forbidden = pairs_kept_apart(found) | unaccompanied_pairs(company_in(db, programme_id, found), groups, today)
    return _sharing(groups, forbidden), _sharing(groups, {each.pair for each in found} - forbidden)


def _sharing(groups: Mapping[str, Roster], pairs: Iterable[frozenset[int]]) -> int:
    groups_of: dict[int, set[str]] = defaultdict(set)
    for key, roster in groups.items():
        for person_id in roster:
            groups_of[person_id].add(key)
    none: frozenset[str] = frozenset()
    return sum(len(frozenset.intersection(*(none.union(groups_of.get(who, none)) for who in pair))) for pair in pairs)
