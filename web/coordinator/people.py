"""The people of a programme, and the lists that bring them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability import clinics
from scheduler.errors import NotFound, Rejected
from scheduler.people import importing, lists
from scheduler.people.importing import PeopleImported
from scheduler.people.service import list_people
from scheduler.programmes import rooms
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.current import actor, database, now
from web.language import gettext as _
from web.language import lazy_gettext, ngettext
from web.refusals import Refusal, refusal_of
from web.uploads import uploaded


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list that can be uploaded: what it is called, its columns, and what takes it over."""

    title: str
    text: str
    columns: tuple[str, ...]
    take: Callable[..., Any]
    say: Callable[[Any], str]


def _people_said(result: PeopleImported) -> str:
    said = _(
        "%(added)s people added, %(changed)s changed, %(unchanged)s as they were.",
        added=result.added,
        changed=result.changed,
        unchanged=result.unchanged,
    )
    if not result.namesakes:
        return said
    names = ", ".join(result.namesakes)
    return said + " " + _("Two people share a name (%(names)s): rotas will ask who is meant.", names=names)


def _rows_said(rows: int) -> str:
    return ngettext("%(num)s row taken over.", "%(num)s rows taken over.", rows)


LISTS = {
    "people": ListKind(
        lazy_gettext("People"),
        lazy_gettext("Residents and faculty. People who are not on the list stay as they are."),
        lists.PEOPLE_COLUMNS,
        importing.import_people,
        _people_said,
    ),
    "relations": ListKind(
        lazy_gettext("Relations"),
        lazy_gettext("Who supervises, assesses or treats whom: they never share a group. Replaces the list before."),
        lists.RELATION_COLUMNS,
        importing.import_relations,
        _rows_said,
    ),
    "clinics": ListKind(
        lazy_gettext("Clinics"),
        lazy_gettext("Weekly clinics and working hours of faculty."),
        clinics.COLUMNS,
        clinics.import_clinics,
        _rows_said,
    ),
    "rooms": ListKind(
        lazy_gettext("Rooms"),
        lazy_gettext("Where groups may meet in person, and when. A room that is no longer listed is closed."),
        rooms.COLUMNS,
        rooms.import_rooms,
        _rows_said,
    ),
}


@blueprint.get("/<int:programme_id>/people")
@open_to(Audience.COORDINATOR)
def people(programme_id: int) -> str:
    """Everybody in the programme, and the lists to upload."""
    return _page(programme_id)


@blueprint.post("/<int:programme_id>/people/<kind>")
@open_to(Audience.COORDINATOR)
def take_list(programme_id: int, kind: str) -> ResponseReturnValue:
    """Take over an uploaded list, all of it or nothing."""
    if (wanted := LISTS.get(kind)) is None:
        raise NotFound(_("There is no such list."))
    try:
        file = uploaded()
        with database().writing() as db:
            result = wanted.take(db, actor(), programme_id, file.content, now())
    except Rejected as error:
        return _page(programme_id, refusal=refusal_of(error), refused=kind), 422
    flash(f"{wanted.title}: {wanted.say(result)}")
    return redirect(url_for("coordinator.people", programme_id=programme_id), 303)


def _page(programme_id: int, refusal: Refusal | None = None, refused: str = "") -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        everybody = list_people(db, actor(), programme_id)
    return render_template(
        "coordinator/people.html",
        programme=programme,
        residents=[line for line in everybody if line.kind == "resident"],
        faculty=[line for line in everybody if line.kind == "faculty"],
        lists=LISTS,
        refusal=refusal,
        refused=refused,
    )
