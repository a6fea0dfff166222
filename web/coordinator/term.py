"""The term as a calendar: every session of a plan, some weeks a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import render_template, request

from scheduler.db import Db
from scheduler.equity.plan_shown import PlanShown, find_plan_shown
from scheduler.errors import NotFound
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.pictures.sessions_shown import ShownSession
from scheduler.pictures.weeks import LENGTHS, TermAsk, TermWeek, by_day, monday_of, weeks_of_term
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, read_address
from web.language import gettext as _
from web.language import mode_name, month_short, weekday_and_day
from web.paging import kept_of_address
from web.request_context import actor, database, now

FULL: Final = 6
"""So many sessions of one heading are shown whole; of more, the rest is a folded list."""
_KEPT: Final = ("plan", "by", "weeks", "site", "room", "lead", "trouble", "q")


@dataclass(frozen=True, slots=True)
class Heading:
    """Sessions of a week under one heading. ``closed`` says why the programme does not meet on that day; ``dated``
    whether each session says its day itself."""

    title: str
    sessions: tuple[ShownSession, ...]
    closed: str = ""
    dated: bool = True

    @property
    def whole(self) -> tuple[ShownSession, ...]:
        """Those that are shown whole: of a full list, what is in trouble and what comes first."""
        if len(self.sessions) <= FULL:
            return self.sessions
        chosen = {id(one) for one in sorted(self.sessions, key=_calls)[:FULL]}
        return tuple(one for one in self.sessions if id(one) in chosen)


def _calls(one: ShownSession) -> bool:
    return one.holds and not one.in_trouble


@blueprint.get("/<int:programme_id>/term")
@open_to(Audience.COORDINATOR)
def term(programme_id: int) -> str:
    """All sessions of the published plan, or of a draft, week by week."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        plan, plan_id = plan_of_address(db, programme_id)
        found = weeks_of_term(db, actor(), plan, _ask(programme), now()) if plan else None
    grouping = _grouping()
    return render_template(
        "coordinator/term.html",
        programme=programme,
        plan=plan,
        found=found,
        kept=kept_of_address(_KEPT),
        draft_id=plan_id,
        groupings=groupings(),
        grouping=grouping,
        headings=lambda week: tuple(_headings(week, grouping, programme)),
        lengths=LENGTHS,
        this_week=monday_of(now().astimezone(ZoneInfo(programme.zone)).date()),
        address_of_week=address_of_week,
        month_short=month_short,
    )


def plan_of_address(db: Db, programme_id: int) -> tuple[PlanShown | None, int | None]:
    """The draft that the address names, or the published plan; and the number it names."""
    with read_address() as form:
        plan_id = form.find_id("plan")
    return find_plan_shown(db, actor(), programme_id, plan_id), plan_id


def groupings() -> Mapping[str, str]:
    """By what the sessions of a week can be put under headings."""
    return {
        "day": _("day"), "site": _("site"), "room": _("room"), "lead": _("facilitator"), "group": _("group"),
    }  # fmt: skip


def _grouping() -> str:
    chosen = request.args.get("by", "") or "day"
    if chosen not in groupings():
        raise NotFound(_("We can’t find that page of the term."))
    return chosen


def _ask(programme: Programme) -> TermAsk:
    with read_address() as form:
        sites = {site.key: site.id for site in programme.sites}
        rooms = {str(room.id): room.id for site in programme.sites for room in site.rooms}
        lengths = {str(length): length for length in LENGTHS}
        return TermAsk(
            day=form.find_day("from"),
            weeks=_one_of(form, "weeks", lengths),
            site_id=_one_of(form, "site", sites),
            room_id=_one_of(form, "room", rooms),
            lead_id=form.find_id("lead"),
            in_trouble=form.ticked("trouble"),
            q=form.text("q")[:LONGEST_SEARCH],
        )


def _one_of(form: Form, name: str, known: Mapping[str, int]) -> int | None:
    return form.choice(name, known) if form.text(name) else None


def _headings(week: TermWeek, grouping: str, programme: Programme) -> Iterator[Heading]:
    if grouping == "day":
        weekdays = {window.weekday for window in programme.windows}
        for day, sessions in by_day(week, programme.zone, weekdays).items():
            yield Heading(weekday_and_day(day), tuple(sessions), week.closed.get(day, ""), dated=False)
        return
    found: dict[str, list[ShownSession]] = defaultdict(list)
    for one in week.sessions:
        for title in _TITLES[grouping](one):
            found[title].append(one)
    for title in sorted(found, key=str.casefold):
        yield Heading(title, tuple(found[title]))


def _leads(one: ShownSession) -> Iterable[str]:
    return [name for _id, name in one.leads] or [_("no facilitator")]


_TITLES: Final[Mapping[str, Callable[[ShownSession], Iterable[str]]]] = {
    "site": lambda one: [one.site or mode_name(one.mode)],
    "room": lambda one: [f"{one.room}, {one.site}" if one.room else mode_name(one.mode)],
    "lead": _leads,
    "group": lambda one: [one.group_name],
}


def address_of_week(kept: Mapping[str, Any], day: date | None) -> dict[str, Any]:
    """What the address of other weeks of the same calendar says."""
    return {**kept, "from": day.isoformat() if day else None}
