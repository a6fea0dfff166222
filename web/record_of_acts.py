"""The record of who did what as a page and as a file, for coordinators and oversight contacts alike."""

from __future__ import annotations

from flask import Response, render_template

from scheduler.audit.checks import check_again_if_due, last_check
from scheduler.exports.formats import as_csv
from scheduler.exports.tables_out import Table
from scheduler.exports.taken_out import TakenOut, record_export
from scheduler.languages import say
from scheduler.oversight.trail import Wanted, kinds_for, read_trail, who_acted, whole_trail
from scheduler.oversight.trail_words import KINDS, Kind
from scheduler.programmes.service import get_programme
from web.forms import read_address
from web.language import gettext as _
from web.paging import read_paging
from web.request_context import actor, database, now

LINES_A_PAGE = 50
_COLUMNS = ("number", "at", "by", "what", "why")


def _wanted() -> Wanted:
    """What the address asks for; what it does not name rightly is not asked for."""
    with read_address() as form:
        kind, by = form.text("kind"), form.text("by")
    by_id = int(by) if by.isascii() and by.isdigit() and len(by) < 10 else None
    return Wanted(Kind(kind) if kind in tuple(KINDS) else None, by_id)


def record_page(programme_id: int, endpoint: str) -> str:
    """The lines that the reader may read, page by page, and whether the chain held when it was looked at last."""
    wanted = _wanted()
    check_again_if_due(database(), now())
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        entries, paging = read_trail(db, actor(), programme_id, wanted, read_paging(LINES_A_PAGE))
        people = who_acted(db, actor(), programme_id)
        kinds = {kind: say(KINDS[kind]) for kind in kinds_for(actor(), programme_id)}
        checked = last_check(db)
    filters = {"kind": wanted.kind, "by": wanted.actor_id}
    return render_template(
        "record_of_acts.html",
        programme=programme,
        entries=entries,
        paging=paging,
        people=people,
        kinds=kinds,
        checked=checked,
        wanted=wanted,
        filters={name: value for name, value in filters.items() if value is not None},
        endpoint=endpoint,
    )


def record_file(programme_id: int) -> Response:
    """The same as a file, which is itself recorded."""
    wanted = _wanted()
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        entries = whole_trail(db, actor(), programme_id, wanted)
        record_export(db, actor(), programme_id, TakenOut.RECORD, now(), ending="csv")
    rows = tuple(
        (str(each.number), each.at.isoformat(), each.by or _("the product itself"), each.what, each.why)
        for each in entries
    )
    name = f"{programme.slug}-record.csv"
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(Table("record", _COLUMNS, rows)), headers=headers)
