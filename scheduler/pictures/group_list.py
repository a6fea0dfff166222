"""The groups of a plan as a list: what each is, will meet and lacks; filtered and sorted.

How many can come is worked out group by group, so sorting happens here; people and dates are loaded by whoever shows a
page of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select

from scheduler.db import Db
from scheduler.equity.plan_shown import PlanShown
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.group_search import is_called
from scheduler.plans.model import MemberRole, Tally
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.sessions.published_figures import tallies_of
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow


class GroupOrder(StrEnum):
    """By what groups are sorted; those of one kind in the order of their numbers."""

    TROUBLE = "trouble"
    NUMBER = "number"
    NAME = "name"
    KIND = "kind"
    WAY = "way"
    SITE = "site"
    SIZE = "size"
    LEAD = "lead"
    MEET = "meet"
    ATTENDANCE = "attendance"


STARTS_HIGH: Final = frozenset((GroupOrder.TROUBLE, GroupOrder.SIZE))
"""Where the most comes first until somebody turns the order around."""


@dataclass(frozen=True, slots=True)
class GroupAsk:
    """Which groups are wanted: what is None leaves it open. ``order`` None: those in trouble first, if there are any;
    ``turned`` turns its direction around. ``with_ended`` lists those that meet no more too, last."""

    model_id: int | None = None
    site_id: int | None = None
    in_trouble: bool = False
    order: GroupOrder | None = None
    turned: bool = False
    with_ended: bool = False


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group. ``open_troubles`` counts what waits for the coordinator; ``leads`` are facilitators by id and name."""

    key: str
    name: str
    model_id: int
    model: str
    mode: str
    site_id: int | None
    site: str
    size: int
    leads: tuple[tuple[int, str], ...]
    tally: Tally
    open_troubles: int
    ended: bool

    @property
    def troubles(self) -> int:
        """How much is wrong with it, as far as it can be counted."""
        return max(self.open_troubles, self.tally.lacks)


@dataclass(frozen=True, slots=True)
class GroupList:
    """The groups that fit, in their ``order``. ``all`` counts those there are whatever is filtered, ``in_trouble``
    those of them that lack something."""

    lines: tuple[GroupLine, ...]
    all: int
    in_trouble: int
    order: GroupOrder
    goes_down: bool
    models: tuple[tuple[int, str], ...]
    sites: tuple[tuple[int, str], ...]


def list_groups(db: Db, actor: Actor, plan: PlanShown, ask: GroupAsk, q: str = "") -> GroupList:
    """The groups of a plan that fit what is asked, and that are called so, or in which somebody is who is."""
    lines = _lines(db, plan, tallies_of(db, actor, plan.programme.id, plan.id), ask.with_ended)
    troubled = sum(bool(line.troubles) and not line.ended for line in lines)
    order = ask.order or (GroupOrder.TROUBLE if troubled else GroupOrder.NUMBER)
    goes_down = (order in STARTS_HIGH) != ask.turned
    called = _called(db, plan, q)
    fitting = [line for line in lines if _fits(line, ask) and (called is None or line.key in called)]
    return GroupList(
        lines=tuple(_sorted(fitting, order, goes_down)),
        all=len(lines),
        in_trouble=troubled,
        order=order,
        goes_down=goes_down,
        models=tuple(sorted({(line.model_id, line.model) for line in lines}, key=lambda each: each[1])),
        sites=tuple(sorted({(line.site_id, line.site) for line in lines if line.site_id}, key=lambda each: each[1])),
    )


def _fits(line: GroupLine, ask: GroupAsk) -> bool:
    return (
        (ask.model_id is None or line.model_id == ask.model_id)
        and (ask.site_id is None or line.site_id == ask.site_id)
        and (not ask.in_trouble or (line.troubles > 0 and not line.ended))
    )


_KEYS: Final[Mapping[GroupOrder, Callable[[GroupLine], Any]]] = {
    GroupOrder.TROUBLE: lambda line: line.troubles,
    GroupOrder.NUMBER: lambda _line: 0,
    GroupOrder.NAME: lambda line: _natural(line.name),
    GroupOrder.KIND: lambda line: line.model.casefold(),
    GroupOrder.WAY: lambda line: line.mode,
    GroupOrder.SITE: lambda line: line.site.casefold(),
    GroupOrder.SIZE: lambda line: line.size,
    GroupOrder.LEAD: lambda line: [name.casefold() for _, name in line.leads],
    GroupOrder.MEET: lambda line: line.tally.held,
    GroupOrder.ATTENDANCE: lambda line: line.tally.attendance,
}


def _sorted(lines: Sequence[GroupLine], order: GroupOrder, goes_down: bool) -> list[GroupLine]:
    """Stable both ways, with those that have ended at the end of either."""
    found = sorted(lines, key=_KEYS[order], reverse=goes_down)
    if order is GroupOrder.NUMBER and goes_down:
        found.reverse()
    return sorted(found, key=lambda line: line.ended)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """``Group 2`` before ``Group 10``."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in name.casefold().split()]


def _called(db: Db, plan: PlanShown, q: str) -> frozenset[str] | None:
    if not q.strip():
        return None
    return frozenset(db.scalars(select(GroupRow.key).where(GroupRow.plan_id == plan.id, is_called(q))))


def _lines(db: Db, plan: PlanShown, tallies: Mapping[str, Tally], with_ended: bool) -> list[GroupLine]:
    """Every group, but none of the published plan that everybody has left without its having ended."""
    programme = plan.programme
    models = {model.id: model.name for model in programme.models}
    sites = {site.id: site.name for site in programme.sites}
    sizes, leads, open_troubles = _sizes(db, plan), _leads(db, plan), _open_troubles(db, plan)
    columns = (GroupRow.id, GroupRow.key, GroupRow.name, GroupRow.model_id, GroupRow.mode, GroupRow.site_id)
    rows = db.execute(select(*columns, GroupRow.ended_at).where(GroupRow.plan_id == plan.id).order_by(GroupRow.id))
    nothing = Tally(0, 0, 0, (), ())
    return [
        GroupLine(
            key=row.key,
            name=row.name,
            model_id=row.model_id,
            model=models.get(row.model_id, ""),
            mode=row.mode,
            site_id=row.site_id,
            site=sites.get(row.site_id or 0, ""),
            size=sizes.get(row.id, 0),
            leads=tuple(leads.get(row.id, ())),
            tally=nothing if row.ended_at else tallies.get(row.key, nothing),
            open_troubles=open_troubles.get(row.key, 0),
            ended=row.ended_at is not None,
        )
        for row in rows
        if (with_ended if row.ended_at else sizes.get(row.id) or not plan.is_published)
    ]


def _sizes(db: Db, plan: PlanShown) -> Mapping[int, int]:
    rows = db.execute(
        select(MemberRow.group_id, func.count())
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(GroupRow.plan_id == plan.id, MemberRow.role == MemberRole.RESIDENT, has_not_left())
        .group_by(MemberRow.group_id)
    )
    return dict(rows.all())


def _leads(db: Db, plan: PlanShown) -> Mapping[int, list[tuple[int, str]]]:
    rows = db.execute(
        select(MemberRow.group_id, PersonRow.id, PersonRow.name)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(PersonRow, PersonRow.id == MemberRow.person_id)
        .where(GroupRow.plan_id == plan.id, MemberRow.role == MemberRole.FACILITATOR, has_not_left())
        .order_by(PersonRow.name)
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for group_id, person_id, name in rows:
        found[group_id].append((person_id, name))
    return found


def _open_troubles(db: Db, plan: PlanShown) -> Mapping[str, int]:
    """Of the published plan; nothing is registered of any other."""
    if not plan.is_published:
        return {}
    rows = db.execute(
        select(TroubleRow.group_key, func.count())
        .where(TroubleRow.programme_id == plan.programme.id, TroubleRow.state == TroubleState.OPEN)
        .group_by(TroubleRow.group_key)
    )
    return dict(rows.all())
