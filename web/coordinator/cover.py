"""The cover list: who needs release when, as a page, on paper and as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.cover.files import cover_csv, cover_workbook
from scheduler.cover.managers import Manager, list_managers
from scheduler.cover.model import MOST_DAYS, NOBODY, USUAL_WEEKS, Order, Wanted
from scheduler.cover.service import count_by_manager, cover_lines, cover_page, weeks_ahead
from scheduler.cover.ways import Ways, ways_of, ways_sentence
from scheduler.errors import NotFound
from scheduler.exports.formats import FORMATS
from scheduler.exports.taken_out import TakenOut, record_export
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, refuse_address
from web.language import gettext as _
from web.language import lazy_gettext
from web.paging import read_paging
from web.request_context import actor, database, now

MOST_ON_PAPER: Final = 600
"""So many lines are printed at once: more are better sent or downloaded a rota manager at a time."""
ORDERS: Final = {
    Order.WEEK: lazy_gettext("Week by week"),
    Order.SITE: lazy_gettext("By site"),
    Order.MANAGER: lazy_gettext("By rota manager"),
}
_FILES: Final = {"csv": cover_csv, "xlsx": cover_workbook}


@dataclass(frozen=True, slots=True)
class Span:
    """Some days that have a link of their own."""

    name: str
    first_day: date
    last_day: date


@blueprint.get("/<int:programme_id>/cover")
@open_to(Audience.COORDINATOR)
def cover(programme_id: int) -> ResponseReturnValue:
    """The list page by page, with what it can be narrowed to. Where that cannot be read there is its form alone, with
    what was typed."""
    asked, form = read_paging(), Form(request.args)
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        wanted = _wanted(form, programme)
        if form.faults:
            return _asked_again(form, programme, wanted, list_managers(db, actor(), programme_id))
        lines, paging = cover_page(db, actor(), programme_id, wanted, asked)
        counts = count_by_manager(db, actor(), programme_id, _of_everybody(wanted))
        managers = list_managers(db, actor(), programme_id)
        ways = ways_of(db, programme)
    return render_template(
        "coordinator/cover.html",
        programme=programme,
        about_ways=ways_sentence(ways),
        ways_missing=ways in (Ways.SOME, Ways.NONE),
        wanted=wanted,
        values=values_of(wanted),
        lines=lines,
        paging=paging,
        counts=counts,
        managers=managers,
        chosen=next((each for each in managers if each.id == wanted.manager_id), None),
        orders=ORDERS,
        order=Order,
        spans=_spans(programme),
        nobody=NOBODY,
    )


def _asked_again(form: Form, programme: Programme, asked: Wanted, managers: Sequence[Manager]) -> ResponseReturnValue:
    """The form with what was typed; its links to other days keep what else was chosen, as far as it could be read."""
    status, at_fault = refuse_address(form, "cover"), {fault.where for fault in form.faults}
    wanted = replace(
        weeks_ahead(programme, now(), USUAL_WEEKS),
        site_id=None if "site" in at_fault else asked.site_id,
        manager_id=None if "manager" in at_fault else asked.manager_id,
        order=asked.order,
    )
    page = render_template(
        "coordinator/cover.html",
        programme=programme,
        wanted=wanted,
        values=values_of(wanted),
        managers=managers,
        orders=ORDERS,
        spans=_spans(programme),
        nobody=NOBODY,
    )
    return page, status


@blueprint.get("/<int:programme_id>/cover/print")
@open_to(Audience.COORDINATOR)
def cover_printed(programme_id: int) -> str:
    """The list on one page, to be printed."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        wanted = wanted_of_address(programme)
        lines = cover_lines(db, actor(), programme_id, wanted, MOST_ON_PAPER + 1)
        ways = ways_of(db, programme)
    return render_template(
        "coordinator/cover_printed.html",
        about_ways=ways_sentence(ways),
        programme=programme,
        wanted=wanted,
        values=values_of(wanted),
        lines=lines[:MOST_ON_PAPER],
        is_cut=len(lines) > MOST_ON_PAPER,
        order=Order,
    )


@blueprint.get("/<int:programme_id>/cover/list.<ending>")
@open_to(Audience.COORDINATOR)
def cover_file(programme_id: int, ending: str) -> Response:
    """The list as a file."""
    if ending not in _FILES:
        raise NotFound(_("We can’t find that table."))
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        wanted = wanted_of_address(programme)
        content = _FILES[ending](cover_lines(db, actor(), programme_id, wanted))
        record_export(db, actor(), programme_id, TakenOut.COVER, now(), ending=ending)
    name = f"{programme.slug}-cover-{wanted.first_day}.{ending}"
    kind = FORMATS[ending].kind
    return Response(content, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'})


def wanted_of_address(programme: Programme) -> Wanted:
    """What part of the list the address asks for: the next weeks, unless it says. Where that cannot be read, the list's
    own page shows its form with what was typed and what is wrong with it."""
    form = Form(request.args)
    wanted = _wanted(form, programme)
    if form.faults:
        asked = request.query_string.decode(errors="replace")
        abort(redirect(f"{url_for('coordinator.cover', programme_id=programme.id)}?{asked}"))
    return wanted


def values_of(wanted: Wanted) -> Mapping[str, Any]:
    """The same as values of an address."""
    return {
        "first": wanted.first_day.isoformat(),
        "last": wanted.last_day.isoformat(),
        "site": wanted.site_id,
        "manager": wanted.manager_id,
        "by": wanted.order.value if wanted.order is not Order.WEEK else None,
    }


def _wanted(form: Form, programme: Programme) -> Wanted:
    usual = weeks_ahead(programme, now(), USUAL_WEEKS)
    first = form.find_day("first") or usual.first_day
    last = form.find_day("last") or max(first, first + (usual.last_day - usual.first_day))
    if not form.faults:  # days that could not be read have no order
        _must_be_days(form, first, last)
    order = form.choice("by", {order.value: order for order in Order}, default=Order.WEEK.value)
    return Wanted(first, last, form.find_id("site"), form.find_id("manager"), order)


def _must_be_days(form: Form, first: date, last: date) -> None:
    if last < first:
        form.refuse("last", _("The last day is before the first. Choose a later one."))
    elif (last - first).days >= MOST_DAYS:
        form.refuse("last", _("Choose no more than a year at a time."))


def _of_everybody(wanted: Wanted) -> Wanted:
    return Wanted(wanted.first_day, wanted.last_day, wanted.site_id)


def _spans(programme: Programme) -> tuple[Span, ...]:
    today = weeks_ahead(programme, now(), 1)
    month = weeks_ahead(programme, now(), USUAL_WEEKS)
    last = min(max(programme.last_day, today.last_day), today.first_day + timedelta(days=MOST_DAYS - 1))
    return (
        Span(_("One week"), today.first_day, today.last_day),
        Span(_("Four weeks"), month.first_day, month.last_day),
        Span(_("The rest of the term"), today.first_day, last),
    )
