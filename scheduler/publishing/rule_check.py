"""Every hard rule of a draft, looked at as things stand now: what publishing it will look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.planning.recheck import broken_in_draft
from scheduler.plans.kept import kept, plan_mark, published_mark
from scheduler.plans.service import programme_of_plan
from scheduler.plans.whole import load_plan
from scheduler.programmes.service import get_programme


@dataclass(frozen=True, slots=True)
class Checked:
    """The ids of broken rules, each with the groups that break it: their names by their keys."""

    broken: Mapping[str, Mapping[str, str]]


def check_rules(db: Db, actor: Actor, plan_id: int, now: datetime) -> Checked:
    """Look at every rule; looked at once an hour until something changes, for dates pass."""
    programme_id = programme_of_plan(db, actor, plan_id)
    hour = now.replace(minute=0, second=0, microsecond=0)
    what = ("rules", plan_mark(db, plan_id), published_mark(db, programme_id), hour)
    return kept(db, programme_id, what, lambda: _check(db, plan_id, now))


def _check(db: Db, plan_id: int, now: datetime) -> Checked:
    plan = load_plan(db, plan_id)
    names = {group.key: group.name for group in plan.groups}
    found: dict[str, dict[str, str]] = {}
    for each in broken_in_draft(db, get_programme(db, plan.programme_id), plan, now):
        groups = found.setdefault(each.rule_id or "", {})
        if each.group in names:
            groups[each.group or ""] = names[each.group or ""]
    return Checked(found)
