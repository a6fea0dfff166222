"""The director's page and files. They show releases, in which no one can be recognised."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.evidence import wording
from scheduler.evidence.definitions import BENCHMARKS, COUNTS, STANDARDS, definition
from scheduler.evidence.directors import must_direct
from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.files import evaluation_archive, record_taken_out, release_as_csv
from scheduler.evidence.model import ALL, Figure
from scheduler.evidence.paper import asked_sentence, evidence_document, source_words
from scheduler.evidence.releases import (
    get_release,
    is_due,
    list_releases,
    release_if_due,
    release_last_term,
)
from scheduler.languages import say
from scheduler.people.model import Role
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.director.blueprint import blueprint
from web.director.trend import trend_of
from web.forms import form_on
from web.language import gettext as _
from web.language import language_tag
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>")
@open_to(Audience.DIRECTOR)
def evidence(programme_id: int) -> str:
    """The newest release, with what it means and where it comes from."""
    with database().reading() as db:
        releases = list_releases(db, actor(), programme_id)
        programme = get_programme(db, programme_id)
        before = release_last_term(db, actor(), programme_id)
        due = is_due(db, programme_id, now())
    release = releases[-1] if releases else None
    return render_template(
        "director/evidence.html",
        programme=programme,
        release=release,
        origin=source_words(release) if release else "",
        beside=list(wording.beside_last_term(release, before)) if release else (),
        trends={figure: trend_of(releases, figure) for figure in Figure},
        due=due,
        words=wording,
        definition=definition,
        counts=COUNTS,
        standards=STANDARDS,
        benchmarks=BENCHMARKS,
        named=_named,
        asked_sentence=asked_sentence,
        say=say,
        everybody=ALL,
        in_hours=IN_HOURS,
        several=len(actor().programmes(Role.DIRECTOR)) > 1,
    )


def _named(name: str) -> str:
    return wording.figure_name(Figure(name)) if name in tuple(Figure) else wording.count_name(name)


@blueprint.post("/<int:programme_id>/releases")
@open_to(Audience.DIRECTOR)
@form_on("director.evidence", "release")
def released(programme_id: int) -> ResponseReturnValue:
    """Work out this month's figures, if they are missing."""
    with database().writing() as db:
        made = release_if_due(db, actor(), programme_id, now())
    flash(_("This month’s figures are worked out.") if made else _("You’re reading this month’s figures."))
    return redirect(url_for("director.evidence", programme_id=programme_id), 303)


@blueprint.get("/<int:programme_id>/evidence.csv")
@open_to(Audience.DIRECTOR)
def evidence_csv(programme_id: int) -> Response:
    """The release as a table."""
    return _file(
        programme_id,
        "csv",
        "text/csv; charset=utf-8",
        lambda db: release_as_csv(get_release(db, actor(), programme_id)),
    )


@blueprint.get("/<int:programme_id>/evidence.pdf")
@open_to(Audience.DIRECTOR)
def evidence_pdf(programme_id: int) -> Response:
    """The release as a document."""

    def write(db: Db) -> bytes:
        release = get_release(db, actor(), programme_id)
        before = release_last_term(db, actor(), programme_id)
        return evidence_document(get_programme(db, programme_id).name, release, before, language_tag(), now())

    return _file(programme_id, "pdf", "application/pdf", write)


@blueprint.get("/<int:programme_id>/evaluation.zip")
@open_to(Audience.DIRECTOR)
def evaluation(programme_id: int) -> Response:
    """All releases for who evaluates the programme, with what everything means."""

    def write(db: Db) -> bytes:
        get_release(db, actor(), programme_id)
        return evaluation_archive(list_releases(db, actor(), programme_id))

    return _file(programme_id, "zip", "application/zip", write)


def _file(programme_id: int, ending: str, kind: str, write: Callable[[Db], bytes]) -> Response:
    with database().writing() as db:
        must_direct(actor(), programme_id)
        slug, content = get_programme(db, programme_id).slug, write(db)
        record_taken_out(db, actor(), programme_id, now(), ending)
    name = f"{slug}-{'evaluation' if ending == 'zip' else 'evidence'}.{ending}"
    return Response(content, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'})
