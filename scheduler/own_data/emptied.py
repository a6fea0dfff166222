"""Taking a person out of what names people by number within its content, and finding every entry that was theirs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from scheduler.audit.chain import MERGED
from scheduler.audit.tables import AuditRow
from scheduler.charters.tables import AgreementRow
from scheduler.db import Db
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.rotas.tables import ReplacedRow, WaitingRow


def entries_of(db: Db, person_id: int) -> frozenset[int]:
    """The entry of somebody with all that were merged into it: these keep a name, and the name is theirs."""
    found, merged = {person_id}, db.scalars(select(AuditRow.details).where(AuditRow.action == MERGED)).all()
    while more := {each["merged"] for each in merged if each.get("person") in found and "merged" in each} - found:
        found |= more
    return frozenset(found)


def forget_in_contents(db: Db, programmes: Collection[int], entries: Collection[int]) -> None:
    """Let planned sessions, what was published, agreements and rotas that wait say nothing of these entries."""
    _forget_in_plans(db, programmes, entries)
    for agreement in db.scalars(select(AgreementRow).where(AgreementRow.programme_id.in_(programmes))):
        agreement.company = [who for who in agreement.company if who not in entries]
        agreement.hats = {who: hats for who, hats in agreement.hats.items() if int(who) not in entries}
        agreement.told = [key for key in agreement.told if not _names_any(key, entries)]
    for waiting in db.scalars(select(WaitingRow).where(WaitingRow.programme_id.in_(programmes))):
        given = waiting.content.get("given", {})
        people = {name: who for name, who in given.get("people", {}).items() if who not in entries}
        if people != given.get("people", {}):
            waiting.content = {**waiting.content, "given": {**given, "people": people}}
    replaced = db.scalars(select(ReplacedRow).where(ReplacedRow.programme_id.in_(programmes))).all()
    gone = [row.id for row in replaced if not set(row.people).isdisjoint(entries)]
    db.execute(delete(ReplacedRow).where(ReplacedRow.id.in_(gone)))
    db.flush()


def _forget_in_plans(db: Db, programmes: Collection[int], entries: Collection[int]) -> None:
    planned = (
        select(PlannedSessionRow)
        .join(GroupRow, GroupRow.id == PlannedSessionRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id.in_(programmes))
    )
    for session in db.scalars(planned):
        session.facilitator_ids = [who for who in session.facilitator_ids if who not in entries]
        session.marks = {who: mark for who, mark in session.marks.items() if int(who) not in entries}
    for plan in db.scalars(select(PlanRow).where(PlanRow.programme_id.in_(programmes))):
        if plan.as_published:
            plan.as_published = {
                key: [[who for who in people if who not in entries] for people in group[:2]] + group[2:]
                for key, group in plan.as_published.items()
            }


def _names_any(key: str, entries: Collection[int]) -> bool:
    """Whether the key of a disclosure names one of these people."""
    _kind, *people, _override = key.split(":")
    return any(who.isdigit() and int(who) in entries for who in people)
