"""Look at a plan before it is published, and override what is red by name and in writing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.audit.service import CHECK_OVERRIDDEN, record
from scheduler.db import Db
from scheduler.equity.figures import people_of
from scheduler.equity.plan_shown import PlanShown
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.departures import people_gone
from scheduler.plans.kept import kept_for_readers, plan_mark
from scheduler.plans.model import UNPUBLISHED
from scheduler.plans.service import lock_plan, programme_of_plan
from scheduler.plans.tables import PlanRow
from scheduler.plans.whole import WholePlan, find_published_plan, load_plan
from scheduler.preflight.facts import Facts, circles_of, facts_of
from scheduler.preflight.fairness import worse_off
from scheduler.preflight.items import LOOKED_AT, without_group
from scheduler.preflight.model import NEVER_OVERRIDDEN, TOLD_ONLY, Finding, Item, Override, Report, newly
from scheduler.preflight.tables import PreflightOverrideRow
from scheduler.preflight.wording import red_words
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.text_input import reason_given

LEAST_REASON: Final = 15
"""In letters: a reason says something."""


def look(db: Db, actor: Actor, plan_id: int, now: datetime) -> Report:
    """Every item of a plan, for its coordinators; looked at once an hour until something changes, for days pass."""
    programme_id = programme_of_plan(db, actor, plan_id)
    hour = now.replace(minute=0, second=0, microsecond=0)
    what = ("preflight", plan_mark(db, plan_id), hour)
    return kept_for_readers(db, programme_id, what, lambda: _report(db, plan_id, now))


def new_in(db: Db, actor: Actor, plan_id: int, now: datetime) -> Report:
    """The same of a repair: only what is not so of the published plan already."""
    programme_id = programme_of_plan(db, actor, plan_id)
    hour = now.replace(minute=0, second=0, microsecond=0)
    what = ("new in preflight", plan_mark(db, plan_id), hour)
    return kept_for_readers(db, programme_id, what, lambda: _new_report(db, programme_id, plan_id, now))


def override(db: Db, actor: Actor, plan_id: int, item: Item, reason: str, now: datetime) -> None:
    """Decide, by name, that an item does not keep a draft from being published. What is found of it now is covered,
    and nothing that comes later.

    Raises Rejected without a reason that says something; NotPossible where there is nothing to override, or where it
    is for nobody to override; NotAllowed to who is not signed in as one of the programme's coordinators.
    """
    plan = lock_plan(db, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    _must_have_name(actor)
    why = _reason(reason)
    if plan.state not in UNPUBLISHED:
        raise NotPossible(say("This plan has already been published."))
    if item in NEVER_OVERRIDDEN:
        raise NotPossible(
            say("This can’t be overridden here."), what_to_do=say("Plan again, or correct the draft on its board.")
        )
    found = _report(db, plan_id, now).stand(item).open
    if not found or item in TOLD_ONLY:
        raise NotPossible(say("There is nothing to override: this is in order."))
    _store(db, actor, plan, found, why, now)


def must_be_ready(db: Db, plan_id: int, now: datetime) -> None:
    """Raise :class:`NotPossible` for a draft with an item that is red and that nobody has overridden."""
    _must_be_green(_report(db, plan_id, now))


def must_be_no_worse(db: Db, actor: Actor, plan: PlanRow, before: WholePlan, now: datetime, reason: str) -> None:
    """Before a repair takes effect: what is red of it, and is not of the published plan already, is overridden with the
    reason given. Raises :class:`NotPossible` without one, and for what nobody may override."""
    programme = get_programme(db, plan.programme_id)
    facts = facts_of(db, programme, now)
    found = newly(_findings(db, programme, facts, load_plan(db, plan.id)), _findings(db, programme, facts, before))
    red = tuple(each for each in found if each.item not in TOLD_ONLY)
    if not red:
        return
    if any(each.item in NEVER_OVERRIDDEN for each in red) or len(reason_given(reason)) < LEAST_REASON:
        _must_be_green(Report(red))
    _must_have_name(actor)
    _store(db, actor, plan, red, _reason(reason), now)


def _must_be_green(report: Report) -> None:
    if report.red:
        raise not_ready(report)


def not_ready(report: Report) -> NotPossible:
    """Why a draft with red items is not published."""
    return NotPossible(
        say(
            "Before this is published, it needs you: %(items)s.",
            items=red_words(report.stand(item) for item in report.red),
        ),
        what_to_do=say(
            "Put it right, or override it by name with a reason of at least %(count)s letters.", count=LEAST_REASON
        ),
    )


def _must_have_name(actor: Actor) -> None:
    if actor.person_id is None:
        raise NotPossible(
            say("A check is overridden by name, so a command can’t do it."),
            what_to_do=say("Sign in as a coordinator, and override it on the page for publishing."),
        )


def _reason(text: str) -> str:
    reason = reason_given(text)
    if len(reason) < LEAST_REASON:
        raise Rejected(
            say("Say why, in a few words."),
            (Fault("why", say("Please write at least %(count)s letters.", count=LEAST_REASON)),),
        )
    return reason


def _store(db: Db, actor: Actor, plan: PlanRow, found: Sequence[Finding], reason: str, now: datetime) -> None:
    """One override for each item, kept with the plan and told in the audit trail."""
    for item in dict.fromkeys(each.item for each in found):
        covered = {each.subject: each.level for each in found if each.item is item}
        db.add(
            PreflightOverrideRow(
                programme_id=plan.programme_id, plan_id=plan.id, item=item, covered=covered,
                person_id=actor.person_id, at=now, reason=reason,
            )
        )  # fmt: skip
        record(
            db, actor, CHECK_OVERRIDDEN, now, plan.programme_id,
            plan=plan.id, item=item.value, count=len(covered), why=reason,
        )  # fmt: skip
    db.flush()


def _report(db: Db, plan_id: int, now: datetime) -> Report:
    plan = load_plan(db, plan_id)
    programme = get_programme(db, plan.programme_id)
    found = tuple(_findings(db, programme, facts_of(db, programme, now), plan))
    return Report(found, _names(db, found), _overrides(db, plan_id))


def _new_report(db: Db, programme_id: int, plan_id: int, now: datetime) -> Report:
    plan, before = load_plan(db, plan_id), find_published_plan(db, programme_id)
    programme = get_programme(db, programme_id)
    facts = facts_of(db, programme, now)
    was = _findings(db, programme, facts, before) if before is not None else ()
    found = newly(_findings(db, programme, facts, plan), was)
    return Report(found, _names(db, found))


def _findings(db: Db, programme: Programme, facts: Facts, plan: WholePlan) -> tuple[Finding, ...]:
    companies = circles_of(plan, people_gone(db, plan))
    found = [each for looking in LOOKED_AT for each in looking(facts, companies)]
    found += without_group(facts, companies, plan.unplaced)
    # As the plan was made, of a published one too, so that what is compared is alike.
    shown = PlanShown(plan.id, plan.number, plan.revision, is_published=False, is_draft=True, programme=programme)
    found += worse_off(tuple(people_of(db, shown)), programme.conduct.fairness_points)
    return tuple(found)


def _names(db: Db, found: Iterable[Finding]) -> dict[int, str]:
    ids: Collection[int | None] = {each for one in found for each in (one.person_id, one.other_id)} - {None}
    rows = db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))) if ids else ()
    return {row.id: row.name for row in rows}


def _overrides(db: Db, plan_id: int) -> tuple[Override, ...]:
    rows = db.execute(
        select(PreflightOverrideRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == PreflightOverrideRow.person_id)
        .where(PreflightOverrideRow.plan_id == plan_id)
        .order_by(PreflightOverrideRow.id)
    )
    return tuple(Override(row.item, name or "", row.at, row.reason, row.covered) for row, name in rows)
