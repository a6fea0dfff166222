"""Rotas: upload files, one or many at a time, and see which are in and which wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import MentorRoundsError, NotAllowed, NotFound
from scheduler.people.service import PersonLine, list_people
from scheduler.programmes.service import get_programme
from scheduler.rotas import service
from scheduler.rotas.listing import list_rotas
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.questions import LAYOUT_NAMES
from web.current import actor, database, now
from web.refusals import Refusal, refusal_of
from web.uploads import Upload, all_uploaded, find_uploaded


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, and why."""

    filename: str
    refusal: Refusal


@blueprint.get("/<int:programme_id>/rotas")
@open_to(Audience.COORDINATOR)
def rotas(programme_id: int) -> str:
    """The rotas that are in, those that wait for answers, and the upload."""
    return _list_page(programme_id)


@blueprint.post("/<int:programme_id>/rotas")
@open_to(Audience.COORDINATOR)
def rota_read(programme_id: int) -> ResponseReturnValue:
    """Read the uploaded rotas, each by itself. Nothing is imported yet, and no file is kept."""
    try:
        files = all_uploaded()
    except MentorRoundsError as error:
        return _list_page(programme_id, refusal=refusal_of(error)), 422
    read = [_read(programme_id, file, alone=len(files) == 1) for file in files]
    unread = [each for each in read if isinstance(each, Unread)]
    if unread and len(files) == 1:
        return _list_page(programme_id, refusal=unread[0].refusal), 422
    if unread:
        return _list_page(programme_id, unread=unread), 422
    if len(read) == 1 and isinstance(read[0], service.Preview):
        return to_waiting(programme_id, read[0].waiting_id)
    return redirect(url_for("coordinator.rotas", programme_id=programme_id), 303)


def to_waiting(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Go where a rota waits."""
    return redirect(url_for("coordinator.rota_waiting", programme_id=programme_id, waiting_id=waiting_id), 303)


def _read(programme_id: int, file: Upload, *, alone: bool) -> service.Preview | Unread:
    """One file; a file that cannot be read keeps none of the others back."""
    site, upload = request.form.get("site", ""), _upload(file, alone=alone)
    try:
        with database().reading() as db:
            before = service.before_reading(db, actor(), programme_id, site, upload.name)
        rota = service.read_file(upload, before, now())
        with database().writing() as db:
            return service.keep_read(db, actor(), programme_id, site, upload.name, rota, now())
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        return Unread(file.name, refusal_of(error))


def _upload(file: Upload, *, alone: bool) -> service.Upload:
    """A file with what the form says of all of them; a name is one rota's."""
    legend = find_uploaded("legend")
    return service.Upload(
        name=(request.form.get("name", "").strip() if alone else "") or PurePath(file.name).stem,
        content=file.content,
        filename=file.name,
        sheet=request.form.get("sheet", "").strip() or None,
        legend=(legend.content, legend.name) if legend else None,
        year=request.form.get("year", type=int),
    )


def _list_page(programme_id: int, refusal: Refusal | None = None, unread: Sequence[Unread] = ()) -> str:
    with database().reading() as db:
        waiting = service.list_waiting(db, actor(), programme_id)
        return render_template(
            "coordinator/rotas.html",
            programme=get_programme(db, programme_id),
            rotas=list_rotas(db, actor(), programme_id),
            waiting=waiting,
            ready=sum(preview.is_ready for preview in waiting),
            layouts=LAYOUT_NAMES,
            without=_without_rota(list_people(db, actor(), programme_id)),
            refusal=refusal,
            unread=unread,
            form=request.form,
        )


def _without_rota(people: tuple[PersonLine, ...]) -> list[str]:
    return [line.name for line in people if line.kind == "resident" and not line.rota]
