"""Clashes ahead: who can't go on sharing a group because of a relation, from when, and what would help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.troubles.model import Remedy, RemedyKind
from scheduler.troubles.remedies import remedies_for
from scheduler.troubles.service import list_clashes
from scheduler.troubles.trouble_view import Trouble
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import read_address
from web.language import gettext as _
from web.language import ngettext
from web.paging import page_number
from web.request_context import actor, database, now

MOST_SHOWN: Final = 4
"""Proposals for one pair, the best first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that would part the two: in words, what it costs, and the address at which it is previewed."""

    words: str
    cost: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """A clash, in how many whole weeks it begins, and what would help."""

    clash: Trouble
    weeks: int
    proposals: tuple[Proposal, ...]


@blueprint.get("/<int:programme_id>/clashes")
@open_to(Audience.COORDINATOR)
def clashes(programme_id: int) -> str:
    """The pairs, the soonest first, each with its proposals."""
    with read_address() as form:
        page = page_number(form)
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = list_clashes(db, actor(), programme_id, now(), page=page)
        remedies = remedies_for(db, programme, found.troubles, now(), thorough=True)
    lines = [_line(programme, each, remedies.get(each.id, ())) for each in found.troubles]
    return render_template("coordinator/clashes.html", programme=programme, found=found, lines=lines)


def _line(programme: Programme, clash: Trouble, remedies: tuple[Remedy, ...]) -> Line:
    today = now().astimezone(ZoneInfo(programme.zone)).date()
    return Line(
        clash,
        _weeks(clash.from_day, today),
        tuple(
            Proposal(_WORDS[each.kind](each), " ".join(_cost(clash, each)), _address(programme.id, clash, each))
            for each in remedies[:MOST_SHOWN]
        ),
    )


def _weeks(from_day: date | None, today: date) -> int:
    return 0 if from_day is None else max(0, (from_day - today).days // 7)


_WORDS: Final[Mapping[RemedyKind, Callable[[Remedy], str]]] = {
    RemedyKind.SWAP: lambda one: _("%(person)s and %(name)s swap groups", person=one.person, name=one.name),
    RemedyKind.OVER: lambda one: _("%(name)s facilitates instead of %(person)s", name=one.name, person=one.person),
    RemedyKind.PUT: lambda one: _("%(person)s moves to %(group)s", person=one.person, group=one.name),
}


def _cost(clash: Trouble, one: Remedy) -> list[str]:
    """Who can come to how many sessions then."""
    said = []
    if one.can_come[1]:
        said.append(_can_come(one.name, one.can_come, clash.group_name))
    if one.there[1]:
        said.append(_can_come(one.person, one.there, one.other_group or one.name))
    return said


def _can_come(name: str, count: tuple[int, int], group: str) -> str:
    return ngettext(
        "%(name)s can come to %(comes)s of %(num)s session of %(group)s.",
        "%(name)s can come to %(comes)s of %(num)s sessions of %(group)s.",
        count[1], name=name, comes=count[0], group=group,
    )  # fmt: skip


def _address(programme_id: int, clash: Trouble, one: Remedy) -> str:
    """Where the change is previewed before anything is published."""
    kind, *parts = one.key.split(":")
    fields = _FIELDS[RemedyKind(kind)](clash, *parts)
    if clash.from_day is not None and kind != RemedyKind.PUT:
        fields["first_day"] = clash.from_day.isoformat()
    return url_for("coordinator.change", programme_id=programme_id, **fields)


_FIELDS: Final[Mapping[RemedyKind, Callable[..., dict[str, Any]]]] = {
    RemedyKind.SWAP: lambda clash, who, key, other: {
        "act": "swap", "group": clash.group_key, "person": who, "other_group": key, "other": other,
    },
    RemedyKind.OVER: lambda clash, who, other: {
        "act": "take_over", "group": clash.group_key, "from": who, "person": other,
    },
    RemedyKind.PUT: lambda clash, who, key: {
        "act": "in", "group": key, "person": who, "out_of": clash.group_key,
    },
}  # fmt: skip
