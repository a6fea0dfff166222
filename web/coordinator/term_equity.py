"""How fairly a plan treats different people: shares by grade, site, hours and nights, as bars with numbers."""

from __future__ import annotations

from typing import Final

from flask import render_template

from scheduler.equity.disclosure import FEWEST
from scheduler.equity.fairness import Aspect, Fairness, Measure, Nights, Value
from scheduler.equity.figures import equity_of
from scheduler.equity.plan_shown import find_plan_shown
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import read_address
from web.language import gettext as _
from web.language import lazy_gettext, ngettext, percent
from web.request_context import actor, database, now

MEASURES: Final = {
    Measure.ATTENDANCE: lazy_gettext("Sessions they can come to"),
    Measure.LEFT_OUT: lazy_gettext("Can come to too few sessions"),
    Measure.WISHES: lazy_gettext("Got the kind of group and the way to meet they wanted"),
    Measure.TRAVEL: lazy_gettext("Meet away from their own site"),
    Measure.PLACED: lazy_gettext("Have a group"),
}
BETTER_LOW: Final = frozenset({Measure.LEFT_OUT, Measure.TRAVEL})
ASPECTS: Final = {
    Aspect.GRADE: lazy_gettext("By grade"),
    Aspect.SITE: lazy_gettext("By site"),
    Aspect.HOURS: lazy_gettext("By working hours"),
    Aspect.NIGHTS: lazy_gettext("By nights"),
}


@blueprint.get("/<int:programme_id>/term/equity")
@open_to(Audience.COORDINATOR)
def term_equity(programme_id: int) -> str:
    """What the published plan, or a draft, gives to whom: never anything about few people."""
    with read_address() as form:
        plan_id = form.find_id("plan")
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        plan = find_plan_shown(db, actor(), programme_id, plan_id)
        found = equity_of(db, actor(), plan, now()) if plan else None
    return render_template(
        "coordinator/term_equity.html",
        programme=programme,
        plan=plan,
        draft_id=plan_id,
        found=found,
        measures=MEASURES,
        aspects=ASPECTS,
        better_low=BETTER_LOW,
        cell_name=lambda aspect, value: cell_name(aspect, value, programme),
        sentence=difference_sentence(found, programme) if found else "",
        fewest=FEWEST,
    )


def cell_name(aspect: Aspect, value: Value, programme: Programme) -> str:
    """What the people of a cell are."""
    if aspect is Aspect.GRADE:
        return programme.grade_name(int(value)) if value is not None else _("no grade")
    if aspect is Aspect.SITE:
        return next((site.name for site in programme.sites if site.id == value), "")
    if aspect is Aspect.HOURS:
        return _("part-time") if value else _("not part-time")
    names = {Nights.YES: _("works nights"), Nights.NO: _("no nights"), Nights.UNKNOWN: _("no rota of theirs is known")}
    return names[Nights(str(value))]


def difference_sentence(found: Fairness, programme: Programme) -> str:
    """What differs most, and whether it is more than chance would explain."""
    largest = found.largest
    if largest is None:
        return _("The groups of people that can be compared don’t differ.")
    high, low = largest.high, largest.low
    said = ngettext(
        "%(what)s: a difference of %(num)s point between %(high)s (%(most)s) and %(low)s (%(least)s).",
        "%(what)s: a difference of %(num)s points between %(high)s (%(most)s) and %(low)s (%(least)s).",
        largest.points,
        what=MEASURES[largest.measure],
        high=cell_name(largest.aspect, high.value, programme),
        most=percent(high.share or 0.0),
        low=cell_name(largest.aspect, low.value, programme),
        least=percent(low.share or 0.0),
    )
    chance = (
        _("That is more than chance would explain.") if largest.beyond_chance else _("Chance alone could explain it.")
    )
    return f"{said} {chance}"
