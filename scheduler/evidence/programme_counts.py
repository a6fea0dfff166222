"""What is counted of a programme rather than of its people: sessions, safeguards, concerns, reasons that were given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median
from typing import Any, Final

from sqlalchemy import exists, func, select

from scheduler.audit.service import CHECK_OVERRIDDEN, OVERRIDDEN
from scheduler.audit.tables import AuditRow
from scheduler.charters.agreements import agreed_groups
from scheduler.db import Db
from scheduler.edits.meanwhile import base_from_json
from scheduler.equity.combinations import FEWEST
from scheduler.evidence.counting import held_sessions, invited_to
from scheduler.joining.openly_counts import demands
from scheduler.joining.questions import today_of
from scheduler.joining.readiness import nothing_yet, readiness_in
from scheduler.oversight.tables import ConcernRow
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow, PersonRow, RelationOverrideRow
from scheduler.plans.membership import rosters
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import PlanRow
from scheduler.preflight.tables import PreflightOverrideRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import FormerDateRow, SessionRow

HIDDEN_NAME: Final = "…"
_SHORTEST_NAME: Final = 3
ANSWERED_SOON_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Override:
    """What a coordinator has overridden, signed and given a reason for. Names of people who take part are left out."""

    what: str
    reason: str
    signed_by: str
    at: datetime


def counts_of(db: Db, programme_id: int, now: datetime) -> dict[str, int | None]:
    """The counts, by name; None where so few are counted that it would be about them."""
    return {
        **_sessions(db, programme_id, now),
        **_safeguards(db, programme_id, now),
        **_concerns(db, programme_id, now),
        "overrides": _overrides(db, programme_id),
    }


def _sessions(db: Db, programme_id: int, now: datetime) -> dict[str, int | None]:
    """Sessions whose time is over: those of rounds as planned, and those that groups added."""
    row = SessionRow
    given_up = exists().where(FormerDateRow.session_id == row.id, FormerDateRow.starts_at != row.starts_at)
    rows = db.execute(
        select(row.id, row.group_key, row.extra, row.status, row.starts_at, given_up).where(
            row.programme_id == programme_id, row.ends_at <= now
        )
    ).all()
    first_dates = _first_dates(db, programme_id)
    invited = invited_to(db, programme_id, now)
    held, noted = held_sessions(invited), {each.session_id for each in invited if each.came is not None}
    found: Counter[str] = Counter()
    for session_id, _, extra, status, starts_at, was_given_up in rows:
        found["sessions_added" if extra else "sessions_planned"] += 1
        found["sessions_moved"] += bool(was_given_up) or first_dates.get(session_id, starts_at) != starts_at
        found[_what_became(session_id in held, session_id in noted, status)] += 1
    meets = rosters(db, programme_id)
    met = {key for session_id, key, *_ in rows if session_id in held}
    names = ("planned", "added", "held", "not_held", "not_noted", "moved")
    return {
        **{f"sessions_{name}": found[f"sessions_{name}"] for name in names},
        "groups": len(meets),
        "groups_met": len(met & meets.keys()),
    }


def _first_dates(db: Db, programme_id: int) -> Mapping[int, datetime]:
    """By session the time with which a plan first published it; of plans of before that was kept, the one that it had
    before a coordinator first moved it."""
    lines = db.scalars(
        select(AuditRow.details)
        .where(AuditRow.programme_id == programme_id, AuditRow.action == "session.moved")
        .order_by(AuditRow.id.desc())
    )
    moved = {line["session"]: datetime.fromisoformat(line["was"]) for line in lines if line.get("was")}
    plans = select(PlanRow.as_published).where(PlanRow.programme_id == programme_id, PlanRow.as_published.is_not(None))
    published: dict[tuple[str, int], datetime] = {}
    for plan in db.scalars(plans.order_by(PlanRow.revision.desc())):
        for key, group in base_from_json(plan or {}).items():
            published |= {(key, number): starts_at for number, (starts_at, _) in group.sessions.items()}
    row = SessionRow
    own = db.execute(select(row.id, row.group_key, row.round).where(row.programme_id == programme_id, row.extra == 0))
    known = {who: published[key, number] for who, key, number in own if (key, number) in published}
    return moved | known


def _what_became(held: bool, noted: bool, status: SessionStatus) -> str:
    if held:
        return "sessions_held"
    return "sessions_not_held" if noted or status == SessionStatus.CANCELLED else "sessions_not_noted"


def _safeguards(db: Db, programme_id: int, now: datetime) -> dict[str, int | None]:
    groups = rosters(db, programme_id)
    leading = {who for roster in groups.values() for who, role in roster.items() if role == MemberRole.FACILITATOR}
    known, nothing, today = (
        readiness_in(db, programme_id),
        nothing_yet(db, programme_id),
        today_of(db, programme_id, now),
    )
    readiness = [known.get(who, nothing) for who in leading]
    enough = len(leading) >= FEWEST
    return {
        "groups_agreed": len(agreed_groups(db, programme_id, now) & groups.keys()),
        "facilitators": len(leading) if enough else None,
        "facilitators_signed": sum(found.signed for found in readiness) if enough else None,
        "facilitators_trained": sum(not found.lacks(today) for found in readiness) if enough else None,
    }


def _concerns(db: Db, programme_id: int, now: datetime) -> dict[str, int | None]:
    """How many there were, whoever read them; nothing of fewer than five but that there were any."""
    told = (ConcernRow.programme_id == programme_id, ConcernRow.said_at <= now)
    rows = db.execute(select(ConcernRow.said_at, ConcernRow.answered_at).where(*told)).all()
    waited = [(answered - said).total_seconds() / 3600 for said, answered in rows if answered is not None]
    few = 0 < len(rows) < FEWEST
    return {
        "concerns": None if few else len(rows),
        "concerns_answered": None if few or 0 < len(rows) - len(waited) < FEWEST else len(waited),
        "concern_hours": ceil(median(waited)) if len(waited) >= FEWEST else None,
    }


def _overrides(db: Db, programme_id: int) -> int:
    lines = (AuditRow.programme_id == programme_id, AuditRow.action.in_((OVERRIDDEN, CHECK_OVERRIDDEN)))
    relations = select(func.count()).where(RelationOverrideRow.programme_id == programme_id)
    checks = sum(int(details.get("count", 1)) for details in db.scalars(select(AuditRow.details).where(*lines)))
    return checks + (db.scalar(relations) or 0)


def overrides_of(db: Db, programme_id: int) -> tuple[Override, ...]:
    """What was overridden, the newest first, with who signed it. Of the people whom it was about, nothing."""
    names = names_in(db, programme_id)
    checks = db.execute(
        select(PreflightOverrideRow.item, PreflightOverrideRow.reason, PersonRow.name, PreflightOverrideRow.at)
        .outerjoin(PersonRow, PersonRow.id == PreflightOverrideRow.person_id)
        .where(PreflightOverrideRow.programme_id == programme_id)
    )
    row = RelationOverrideRow
    relations = db.execute(
        select(row.kind, row.reason, row.made_by_name, row.made_at).where(row.programme_id == programme_id)
    )
    found = (
        *(Override(f"check:{item}", without_names(why, names), by or "", at) for item, why, by, at in checks),
        *(Override(f"relation:{kind}", without_names(why, names), by or "", at) for kind, why, by, at in relations),
    )
    return tuple(sorted(found, key=lambda each: (each.at, each.what), reverse=True))


def names_in(db: Db, programme_id: int) -> tuple[str, ...]:
    """What everybody is called who takes part, or did."""
    takes_part = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    return tuple(db.scalars(select(PersonRow.name).where(PersonRow.id.in_(takes_part))))


def without_names(text: str, names: Iterable[str]) -> str:
    """A text without the first and last names of these people, whatever their capitals."""
    words = {word for name in names for word in re.findall(r"[\w’'-]+", name) if len(word) >= _SHORTEST_NAME}
    if not words:
        return text
    any_of_them = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    run = rf"\b(?:{any_of_them})\b(?:\s+(?:{any_of_them})\b)*(?:[’']s\b)?"
    return re.sub(run, HIDDEN_NAME, text, flags=re.IGNORECASE)


def asked_for(db: Db, programme_id: int) -> list[dict[str, Any]]:
    """For whom facilitators might be looked for, in fives as coordinators see it."""
    return [
        {
            "category": each.category.value,
            "value": each.value,
            "residents": each.residents,
            "facilitators": each.facilitators,
        }
        for each in demands(db, OPERATOR, programme_id)
    ]


def lines_of(db: Db, programme_id: int, actions: Collection[str], upto: int) -> Mapping[str, int]:
    """How many lines of the audit record there are of each of these actions, up to a place in it."""
    here = (AuditRow.programme_id == programme_id, AuditRow.action.in_(sorted(actions)), AuditRow.place <= upto)
    rows = db.execute(select(AuditRow.action, func.count()).where(*here).group_by(AuditRow.action))
    return dict(_pairs(rows))


def _pairs(rows: Iterable[Any]) -> Iterator[tuple[str, int]]:
    return ((action, number) for action, number in rows)
