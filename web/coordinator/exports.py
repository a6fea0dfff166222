"""Everything out again: tables as files, the term on paper, runs for the planner's commands, the whole programme."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.exports.archive import archive, restore
from scheduler.exports.archive_files import read_archive
from scheduler.exports.formats import FORMATS
from scheduler.exports.tables_out import TABLES, table_out
from scheduler.exports.taken_out import TakenOut, record_export
from scheduler.exports.timetable import timetable
from scheduler.planning.runs_out import find_run_solution, run_instance
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on
from web.language import gettext as _
from web.paging import read_paging
from web.request_context import actor, database, now
from web.uploads import uploaded


@blueprint.get("/<int:programme_id>/export")
@open_to(Audience.COORDINATOR)
def everything_out(programme_id: int) -> str:
    """What can be taken out, and how."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
    return render_template("coordinator/export.html", programme=programme, tables=TABLES, formats=FORMATS)


@blueprint.get("/<int:programme_id>/export/<table>.<ending>")
@open_to(Audience.COORDINATOR)
def table_as_file(programme_id: int, table: str, ending: str) -> Response:
    """A table as a file."""
    if table not in TABLES or ending not in FORMATS:
        raise NotFound(_("We can’t find that table."))
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        content = FORMATS[ending].write(table_out(db, actor(), programme_id, table))
        record_export(db, actor(), programme_id, TakenOut.TABLE, now(), table, ending)
    return _file(content, FORMATS[ending].kind, f"{programme.slug}-{table}.{ending}")


@blueprint.get("/<int:programme_id>/export/all.zip")
@open_to(Audience.COORDINATOR)
def programme_as_file(programme_id: int) -> Response:
    """The whole programme as an archive."""
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        content = archive(db, actor(), programme_id)
        record_export(db, actor(), programme_id, TakenOut.PROGRAMME, now())
    return _file(content, "application/zip", f"{programme.slug}.zip")


@blueprint.get("/<int:programme_id>/runs/<int:run_id>/instance.json")
@open_to(Audience.COORDINATOR)
def run_asked(programme_id: int, run_id: int) -> Response:
    """What a run was asked, for ``rounds solve``."""
    with database().writing() as db:
        content = run_instance(db, actor(), programme_id, run_id)
        record_export(db, actor(), programme_id, TakenOut.RUN, now(), str(run_id))
    return _file(content, "application/json", f"run-{run_id}-instance.json")


@blueprint.get("/<int:programme_id>/runs/<int:run_id>/solution.json")
@open_to(Audience.COORDINATOR)
def run_answered(programme_id: int, run_id: int) -> ResponseReturnValue:
    """What a run answered, for ``rounds check``."""
    with database().writing() as db:
        content = find_run_solution(db, actor(), programme_id, run_id)
        if content is not None:
            record_export(db, actor(), programme_id, TakenOut.RUN, now(), str(run_id))
    if content is None:
        flash(_("This run has no plan."))
        return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=run_id))
    return _file(content, "application/json", f"run-{run_id}-solution.json")


@blueprint.get("/<int:programme_id>/timetable")
@open_to(Audience.COORDINATOR)
def timetable_page(programme_id: int) -> str:
    """The term week by week, to be printed."""
    asked, site = read_paging(), request.args.get("site", "")
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found, paging = timetable(db, actor(), programme_id, asked, site=site)
    return render_template("coordinator/timetable.html", programme=programme, timetable=found, paging=paging, site=site)


@blueprint.post("/restore")
@open_to(Audience.BEGINNER)
@form_on("coordinator.restoring", "restore", field="file", once=True)
def programme_restored() -> ResponseReturnValue:
    """Make a programme of an archive."""
    found = read_archive(actor(), uploaded().content)
    with database().writing() as db:
        programme_id = restore(db, actor(), found, now())
    flash(_("The programme is here, with its people, relations, clinics and rooms. Upload its rotas next."))
    return redirect(url_for("coordinator.overview", programme_id=programme_id), 303)


@blueprint.get("/restore")
@open_to(Audience.BEGINNER)
def restoring() -> str:
    """Where an archive is uploaded."""
    return render_template("coordinator/restore.html")


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'})
