"""Groups as cards or as a table, on the page of a plan and on that of what is published: what the address asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import request

from scheduler.db import Db
from scheduler.equity.plan_shown import PlanShown
from scheduler.errors import NotFound
from scheduler.paging import Paging, part_of
from scheduler.pictures.group_list import STARTS_HIGH, GroupAsk, GroupLine, GroupList, GroupOrder, list_groups
from scheduler.plans.model import Tally
from web.forms import Form
from web.language import gettext as _
from web.paging import kept_of_address, read_paging
from web.request_context import actor

CARDS, TABLE = "cards", "table"
GROUPS_A_PAGE: Final = {CARDS: 24, TABLE: 50}
MANY: Final = 60
"""From so many groups on they are shown as a table, unless the address says otherwise."""
_FILTERS: Final = ("view", "kind", "site", "trouble", "sort")


@dataclass(frozen=True, slots=True)
class GroupsShown:
    """A page of groups; ``filters`` is what the address says of it beside the search and the page."""

    found: GroupList
    lines: Sequence[GroupLine]
    paging: Paging
    view: str
    filters: Mapping[str, str]
    kinds: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]

    @property
    def keys(self) -> list[str]:
        """The keys of its groups, in their order."""
        return [line.key for line in self.lines]

    def viewed(self, view: str) -> dict[str, Any]:
        """The address of the same groups shown in another way."""
        return {**self.filters, "q": self.paging.q or None, "view": view}

    def sorted_by(self, order: str) -> dict[str, Any]:
        """The address of the same groups in another order; of the one that they have, turned around."""
        goes_down = self.found.goes_down if self.found.order == order else None
        turned = goes_down is not None and goes_down == (order in STARTS_HIGH)
        return {**self.filters, "q": self.paging.q or None, "view": TABLE, "sort": f"-{order}" if turned else order}

    def aria_sort(self, order: str) -> str:
        """What a heading says of the order of its column; empty where the list is not in it."""
        if self.found.order != order:
            return ""
        return "descending" if self.found.goes_down else "ascending"


def read_groups(db: Db, plan: PlanShown, *, with_ended: bool = False) -> GroupsShown:
    """The page of groups that the address asks for."""
    filters = kept_of_address(_FILTERS)
    models = {model.key: model for model in plan.programme.models}
    sites = {site.key: site for site in plan.programme.sites}
    orders = {f"{sign}{order.value}": (order, sign == "-") for sign in ("", "-") for order in GroupOrder}
    form = Form(request.args)
    order, turned = form.choice("sort", orders) if filters.get("sort") else (None, False)
    ask = GroupAsk(
        model_id=form.choice("kind", models).id if filters.get("kind") else None,
        site_id=form.choice("site", sites).id if filters.get("site") else None,
        in_trouble=form.ticked("trouble"),
        order=order,
        turned=turned,
        with_ended=with_ended,
    )
    view = form.choice("view", {CARDS: CARDS, TABLE: TABLE}) if filters.get("view") else None
    if form.faults:
        raise NotFound(_("We can’t find that list."))
    asked = read_paging()
    found = list_groups(db, actor(), plan, ask, asked.q)
    view = view or (TABLE if len(found.lines) > MANY else CARDS)
    lines, paging = part_of(found.lines, replace(asked, size=GROUPS_A_PAGE[view]))
    return GroupsShown(
        found=found,
        lines=lines,
        paging=paging,
        view=view,
        filters=filters,
        kinds=_of(found.models, {model.id: key for key, model in models.items()}),
        sites=_of(found.sites, {site.id: key for key, site in sites.items()}),
    )


def _of(found: tuple[tuple[int, str], ...], keys: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    return tuple((keys[number], name) for number, name in found if number in keys)


def meeting_words(tally: Tally) -> str:
    """``5 of 6``: how many sessions will meet."""
    rounds = tally.held + tally.lacks
    return _("%(held)s of %(wanted)s", held=tally.held, wanted=rounds)
