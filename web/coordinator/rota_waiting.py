"""Rotas on their way in: what was understood, answers, import, and what an import did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import MentorRoundsError, NotAllowed, NotFound
from scheduler.people.service import PersonLine, list_people
from scheduler.programmes.service import get_programme
from scheduler.rotas import service
from scheduler.rotas.changes import Change
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
from web.coordinator.rotas import to_waiting
from web.current import actor, database, now
from web.language import gettext as _
from web.refusals import Refusal, refusal_of

MOST_CHANGES_SHOWN = 100
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Done:
    """An import as it is shown: the rota's name, what it did, and the first changes, days in a row that change alike
    as one: whose they are, the first day's change, the last day. ``more`` are not shown."""

    name: str
    result: service.Imported
    shown: Sequence[tuple[str, Change, date]]
    more: int


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
            preview = _waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
            if (site := request.form.get("site", preview.site_key)) != preview.site_key:
                service.move_to_site(db, actor(), waiting_id, site)
            service.answer(db, actor(), waiting_id, answers_of_form(request.form))
            result = service.import_waiting(db, actor(), waiting_id, now()) if importing else None
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        return _waiting_page(programme_id, waiting_id, refusal_of(error)), 422
    if result is None:
        flash(_("Your answers are kept."))
        return to_waiting(programme_id, waiting_id)
    return _imported_page(programme_id, [(preview.name, result)])


@blueprint.post("/<int:programme_id>/rotas/import")
@open_to(Audience.COORDINATOR)
def rotas_imported(programme_id: int) -> str:
    """Import every rota that waits and was understood whole, each in a transaction of its own."""
    with database().reading() as db:
        waiting = service.list_waiting(db, actor(), programme_id)
    done: list[tuple[str, service.Imported]] = []
    for preview in waiting:
        if preview.is_ready:
            with database().writing() as db:
                done.append((preview.name, service.import_waiting(db, actor(), preview.waiting_id, now())))
    return _imported_page(programme_id, done)


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


def _waiting_page(programme_id: int, waiting_id: int, refusal: Refusal | None = None) -> str:
    with database().reading() as db:
        preview = _waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
        programme = get_programme(db, programme_id)
        people = list_people(db, actor(), programme_id)
    rota = preview.understood.rota
    return render_template(
        "coordinator/rota.html",
        programme=programme,
        preview=preview,
        site=next(site.name for site in programme.sites if site.key == preview.site_key),
        matched=_matched(preview, people),
        codes=codes_of(rota),
        examples=rota.duties[:: max(1, len(rota.duties) // _EXAMPLES)][:_EXAMPLES],
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


def _imported_page(programme_id: int, results: Sequence[tuple[str, service.Imported]]) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        names = {line.person_id: line.name for line in list_people(db, actor(), programme_id)}
    return render_template(
        "coordinator/imported.html", programme=programme, imports=[_done(name, each, names) for name, each in results]
    )


def _done(name: str, result: service.Imported, names: dict[int, str]) -> Done:
    runs = list(_runs(result.changes))
    shown = [(names.get(first.person_id, ""), first, last) for first, last in runs[:MOST_CHANGES_SHOWN]]
    return Done(name, result, shown, len(runs) - len(shown))


def _runs(changes: Sequence[Change]) -> Iterator[tuple[Change, date]]:
    """Days in a row of one person that change alike: the first one's change, and the last day."""
    first: Change | None = None
    last = date.min
    for change in changes:
        if first is not None and change == replace(first, day=last + timedelta(days=1)):
            last = change.day
            continue
        if first is not None:
            yield first, last
        first, last = change, change.day
    if first is not None:
        yield first, last
