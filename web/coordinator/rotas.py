"""Rotas: upload a file, see what was understood, answer what is doubtful, import."""

from __future__ import annotations

from pathlib import PurePath

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import MentorRoundsError, NotAllowed, NotFound
from scheduler.people.service import PersonLine, list_people
from scheduler.programmes.service import get_programme
from scheduler.rotas import service
from scheduler.rotas.listing import list_rotas
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.questions import (
    CHOICE_NAMES,
    KIND_NAMES,
    LAYOUT_NAMES,
    answers_of_form,
    asked,
    codes_of,
    everybody,
)
from web.current import actor, database, now
from web.language import gettext as _
from web.refusals import Refusal, refusal_of
from web.uploads import find_uploaded, uploaded

MOST_CHANGES_SHOWN = 100


@blueprint.get("/<int:programme_id>/rotas")
@open_to(Audience.COORDINATOR)
def rotas(programme_id: int) -> str:
    """The rotas that are in, those that wait for answers, and the upload."""
    return _list_page(programme_id)


@blueprint.post("/<int:programme_id>/rotas")
@open_to(Audience.COORDINATOR)
def rota_read(programme_id: int) -> ResponseReturnValue:
    """Read an uploaded rota. Nothing is imported yet, and the file is not kept."""
    try:
        upload = _upload()
        with database().writing() as db:
            preview = service.read_upload(db, actor(), programme_id, request.form.get("site", ""), upload, now())
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        return _list_page(programme_id, refusal_of(error)), 422
    return _to_waiting(programme_id, preview.waiting_id)


@blueprint.get("/<int:programme_id>/rotas/waiting/<int:waiting_id>")
@open_to(Audience.COORDINATOR)
def rota_waiting(programme_id: int, waiting_id: int) -> str:
    """What was understood of a rota, and the questions about it."""
    return _waiting_page(programme_id, waiting_id)


@blueprint.post("/<int:programme_id>/rotas/waiting/<int:waiting_id>")
@open_to(Audience.COORDINATOR)
def rota_answered(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Take answers; import as well where the button for that was pressed."""
    importing = request.form.get("then") == "import"
    try:
        with database().writing() as db:
            _waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
            service.answer(db, actor(), waiting_id, answers_of_form(request.form))
            result = service.import_waiting(db, actor(), waiting_id, now()) if importing else None
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        return _waiting_page(programme_id, waiting_id, refusal_of(error)), 422
    if result is None:
        flash(_("Your answers are kept."))
        return _to_waiting(programme_id, waiting_id)
    return _imported_page(programme_id, result)


@blueprint.post("/<int:programme_id>/rotas/waiting/<int:waiting_id>/discard")
@open_to(Audience.COORDINATOR)
def rota_discarded(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Forget an upload that was not imported."""
    with database().writing() as db:
        _waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
        service.discard(db, actor(), waiting_id)
    flash(_("That upload is forgotten. Rotas imported before are as they were."))
    return redirect(url_for("coordinator.rotas", programme_id=programme_id), 303)


def _waiting_of(preview: service.Preview, programme_id: int) -> service.Preview:
    """The waiting rota, if it waits for the programme in the address."""
    if preview.programme_id != programme_id:
        raise NotFound(_("This rota is not waiting any more."))
    return preview


def _upload() -> service.Upload:
    file, legend = uploaded(), find_uploaded("legend")
    return service.Upload(
        name=request.form.get("name", "").strip() or PurePath(file.name).stem,
        content=file.content,
        filename=file.name,
        sheet=request.form.get("sheet", "").strip() or None,
        legend=(legend.content, legend.name) if legend else None,
        year=request.form.get("year", type=int),
    )


def _to_waiting(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.rota_waiting", programme_id=programme_id, waiting_id=waiting_id), 303)


def _list_page(programme_id: int, refusal: Refusal | None = None) -> str:
    with database().reading() as db:
        return render_template(
            "coordinator/rotas.html",
            programme=get_programme(db, programme_id),
            rotas=list_rotas(db, actor(), programme_id),
            waiting=service.list_waiting(db, actor(), programme_id),
            without=_without_rota(list_people(db, actor(), programme_id)),
            refusal=refusal,
            form=request.form,
        )


def _without_rota(people: tuple[PersonLine, ...]) -> list[str]:
    return [line.name for line in people if line.kind == "resident" and not line.rota]


def _waiting_page(programme_id: int, waiting_id: int, refusal: Refusal | None = None) -> str:
    with database().reading() as db:
        preview = _waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
        programme = get_programme(db, programme_id)
        people = list_people(db, actor(), programme_id)
    return render_template(
        "coordinator/rota.html",
        programme=programme,
        preview=preview,
        site=next(site.name for site in programme.sites if site.key == preview.site_key),
        matched=_matched(preview, people),
        codes=codes_of(preview.understood.rota),
        kinds=KIND_NAMES,
        layouts=LAYOUT_NAMES,
        choices=CHOICE_NAMES,
        questions=asked(preview.understood.questions),
        everybody=everybody(people),
        refusal=refusal,
    )


def _matched(preview: service.Preview, people: tuple[PersonLine, ...]) -> list[tuple[str, str]]:
    """Names on the rota that mean somebody, and who that is."""
    names = {line.person_id: line.name for line in people}
    return [(written, names.get(person_id, "")) for written, person_id in preview.understood.people.items()]


def _imported_page(programme_id: int, result: service.Imported) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        names = {line.person_id: line.name for line in list_people(db, actor(), programme_id)}
    return render_template(
        "coordinator/imported.html",
        programme=programme,
        result=result,
        shown=[(names.get(change.person_id, ""), change) for change in result.changes[:MOST_CHANGES_SHOWN]],
    )
