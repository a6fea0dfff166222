"""Rotas: upload files, one or many at a time, and see which are in and which wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.enrolment.people_register import PeopleFilter, RotaChoice, list_register
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound
from scheduler.paging import Paging
from scheduler.people.model import Role
from scheduler.programmes.service import get_programme
from scheduler.rota_import import service
from scheduler.rota_import.addresses import list_addresses
from scheduler.rota_import.removal import preview_removal, remove_rota
from scheduler.rota_import.results import list_results
from scheduler.rota_import.taking_back import list_replaced
from scheduler.rota_import.waiting_rows import Preview
from scheduler.rotas.layout_names import layout_name
from scheduler.rotas.rota_list import list_rotas
from scheduler.troubles.service import count_by_rota
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.error_pages import Refusal, refusal_of
from web.forms import Form, form_on, must_be_as_shown, read_form
from web.language import gettext as _
from web.request_context import actor, database, now
from web.uploads import Upload, all_uploaded, find_uploaded


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, and why."""

    filename: str
    refusal: Refusal


_WITHOUT_ROTA = PeopleFilter(kind=Role.RESIDENT, rota=RotaChoice.NONE)


@blueprint.get("/<int:programme_id>/rotas")
@open_to(Audience.COORDINATOR)
def rotas(programme_id: int) -> str:
    """The rotas that are in, those that wait for answers, and the upload."""
    return _list_page(programme_id)


@blueprint.post("/<int:programme_id>/rotas")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rotas", "upload", field="file", once=True)
def rota_read(programme_id: int) -> ResponseReturnValue:
    """Read the uploaded rotas, each by itself. Nothing is imported yet, and no file is kept."""
    files = all_uploaded()
    with read_form() as form:
        about = _About.of(form, alone=len(files) == 1)
    if len(files) == 1:
        return to_waiting(programme_id, _read(programme_id, files[0], about).waiting_id)
    unread = list(filter(None, [_try_to_read(programme_id, file, about) for file in files]))
    if unread:
        return _list_page(programme_id, unread), 422
    return redirect(url_for("coordinator.rotas", programme_id=programme_id), 303)


@blueprint.get("/<int:programme_id>/rotas/<int:rota_id>/remove")
@open_to(Audience.COORDINATOR)
def rota_removal(programme_id: int, rota_id: int) -> str:
    """What taking a rota out would do, before it is done."""
    with database().reading() as db:
        return render_template(
            "coordinator/rota_removal.html",
            programme=get_programme(db, programme_id),
            rota_id=rota_id,
            removal=preview_removal(db, actor(), programme_id, rota_id, now()),
        )


@blueprint.post("/<int:programme_id>/rotas/<int:rota_id>/remove")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_removal")
def rota_removed(programme_id: int, rota_id: int) -> ResponseReturnValue:
    """Take a rota out."""
    with database().writing() as db:
        must_be_as_shown(preview_removal(db, actor(), programme_id, rota_id, now()))
        removal = remove_rota(db, actor(), programme_id, rota_id, now())
    flash(_("“%(name)s” has been removed.", name=removal.name))
    return redirect(url_for("coordinator.rotas", programme_id=programme_id), 303)


def shown_of(preview: Preview) -> tuple[object, ...]:
    """What is shown of a rota that waits: whoever answers, imports or discards it must have seen it as it stands."""
    found = preview.understood
    overlaps = [
        (each.rota_id, each.chosen, each.imported_at, len(each.contradicts), each.elsewhere)
        for each in preview.overlaps
    ]
    return (preview.name, preview.read_at, preview.site_key, found.questions, found.people, found.rota.legend, overlaps)


def to_waiting(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Go where a rota waits."""
    return redirect(url_for("coordinator.rota_waiting", programme_id=programme_id, waiting_id=waiting_id), 303)


@dataclass(frozen=True, slots=True)
class _About:
    """What the form says of the files; a name is one rota's."""

    site: str
    name: str
    sheet: str | None
    year: int | None

    @classmethod
    def of(cls, form: Form, *, alone: bool) -> _About:
        name = form.text("name") if alone else ""
        return cls(form.text("site"), name, form.text("sheet") or None, form.find_number("year", 2000, 2099))


def _try_to_read(programme_id: int, file: Upload, about: _About) -> Unread | None:
    """One file of many; one that cannot be read keeps none of the others back."""
    try:
        _read(programme_id, file, about)
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        return Unread(file.name, refusal_of(error))
    return None


def _read(programme_id: int, file: Upload, about: _About) -> Preview:
    upload = _upload(file, about)
    with database().reading() as db:
        site = about.site or usual_site(db, programme_id, upload.name)
        before = service.before_reading(db, actor(), programme_id, site, upload.name)
    rota = service.read_file(upload, before, now())
    with database().writing() as db:
        return service.keep_read(db, actor(), programme_id, site, upload.name, rota, now())


def usual_site(db: Db, programme_id: int, name: str) -> str:
    """The site of a rota of which the form says none: that which it has, for a new one the programme's first."""
    known = service.find_usual_site(db, actor(), programme_id, name)
    return known or get_programme(db, programme_id).sites[0].key


def _upload(file: Upload, about: _About) -> service.Upload:
    legend = find_uploaded("legend")
    return service.Upload(
        name=about.name or PurePath(file.name).stem,
        content=file.content,
        filename=file.name,
        sheet=about.sheet,
        legend=(legend.content, legend.name) if legend else None,
        year=about.year,
    )


def _list_page(programme_id: int, unread: Sequence[Unread] = ()) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        waiting = service.list_waiting(db, actor(), programme_id)
        without, known = list_register(db, actor(), programme, _WITHOUT_ROTA, Paging())
        return render_template(
            "coordinator/rotas.html",
            programme=programme,
            rotas=list_rotas(db, actor(), programme_id),
            addresses=list_addresses(db, actor(), programme_id),
            waiting=waiting,
            ready=[shown_of(preview) for preview in waiting if preview.is_ready],
            layout_name=layout_name,
            troubles=count_by_rota(db, actor(), programme_id),
            without=without,
            all_without=known.total,
            unread=unread,
            results=list_results(db, actor(), programme_id),
            replaced=list_replaced(db, actor(), programme_id),
        )
