"""Rotas on their way in: what was understood, answers, import, and what an import did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.calendar_days import read_day
from scheduler.enrolment.people_list import PersonLine, list_people
from scheduler.errors import NotFound
from scheduler.programmes.service import get_programme
from scheduler.rota_import import service
from scheduler.rota_import.before_import import Ahead, look_ahead
from scheduler.rota_import.overlaps import Overlap, Standing
from scheduler.rota_import.results import get_result, keep_result
from scheduler.rota_import.takeover import Imported
from scheduler.rota_import.taking_back import find_replaced
from scheduler.rota_import.waiting_rows import Preview
from scheduler.rotas.answers import MUST_BE_ANSWERED
from scheduler.rotas.changes import Change
from scheduler.rotas.first_weeks import left_out
from scheduler.rotas.layout_names import layout_name
from scheduler.rotas.spoken import is_list_of_leave
from scheduler.troubles.service import count_by_rota
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.rota_ahead import PEOPLE_ON_A_PAGE, look_over
from web.coordinator.rotas import shown_of, to_waiting
from web.forms import Form, form_on, must_be_as_seen, must_be_as_shown
from web.forms.versions import version_of
from web.language import gettext as _
from web.language import ngettext
from web.paging import read_paging
from web.request_context import actor, database, now
from web.rota_questions import (
    CHOICE_NAMES,
    KIND_NAMES,
    MOST_SHOWN,
    answers_of_form,
    asked,
    codes_of,
    months,
    offered,
)

MOST_CHANGES_SHOWN = 100
MOST_CONTRADICTIONS_SHOWN = 12
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Done:
    """An import as it is shown: the rota's name, what it did, and the first changes, days in a row that change alike
    as one: whose they are, the first day's change, the last day. ``more`` are not shown."""

    name: str
    result: Imported
    shown: Sequence[tuple[str, Change, date]]
    more: int


@dataclass(frozen=True, slots=True)
class Shortened:
    """The first of many changed days, days in a row that change alike as one, and how many are not shown."""

    shown: Sequence[tuple[str, Change, date]]
    more: int


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Another rota that says something else of the same people: the first days on which it does, days in a row that
    differ alike as one, and how many are not shown."""

    overlap: Overlap
    shown: Sequence[tuple[str, Change, date]]
    more: int


@blueprint.get("/<int:programme_id>/rotas/waiting/<int:waiting_id>")
@open_to(Audience.COORDINATOR)
def rota_waiting(programme_id: int, waiting_id: int) -> str:
    """What was understood of a rota, and the questions about it."""
    with database().reading() as db:
        preview = waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
        programme = get_programme(db, programme_id)
        people = list_people(db, actor(), programme_id)
        ahead = look_ahead(db, actor(), preview, now())
    rota = preview.understood.rota
    questions = asked(preview.understood)
    site = next(site.name for site in programme.sites if site.key == preview.site_key)
    return render_template(
        "coordinator/rota.html",
        programme=programme,
        preview=preview,
        shown=shown_of(preview),
        site=site,
        matched=_matched(preview, people),
        codes=codes_of(rota),
        examples=rota.duties[:: max(1, len(rota.duties) // _EXAMPLES)][:_EXAMPLES],
        kinds=KIND_NAMES,
        layout_name=layout_name,
        holds_leave=is_list_of_leave(rota),
        choices=CHOICE_NAMES,
        questions=questions[:MOST_SHOWN],
        folded=questions[MOST_SHOWN:],
        look=look_over(preview.understood, people, read_paging(PEOPLE_ON_A_PAGE)),
        ahead=ahead,
        would_change=_changes_ahead(ahead, people),
        left_out=left_out(preview.understood.questions),
        left_out_seen=_left_out_seen(preview),
        months=months(),
        read_day=read_day,
        offered=offered(people, site, preview.understood.people.values()),
        overlaps=[_contradictions(overlap, people) for overlap in preview.overlaps if overlap.differs],
    )


@blueprint.post("/<int:programme_id>/rotas/waiting/<int:waiting_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_waiting", "answers")
def rota_answered(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Take answers; import as well where the button for that was pressed. Answers that move the days are only kept:
    nobody has seen yet where they are now."""
    form = Form(request.form)
    importing = form.text("then") == "import"
    with database().writing() as db:
        preview = waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
        if importing:
            must_be_as_seen(*shown_of(preview))
        given = _still_asked(answers_of_form(form), preview)
        _note_left_out(form, preview, given.taken)
        if (site := form.text("site")) and site not in (form.text("site_was"), preview.site_key):
            service.move_to_site(db, actor(), waiting_id, site)
        if standing := _standing(form, preview):
            service.decide(db, actor(), waiting_id, standing)
        if given.taken:
            service.answer(db, actor(), waiting_id, given.taken, now())
        moves_days = any(about in MUST_BE_ANSWERED for about, _subject in given.taken)
        if importing and not moves_days:
            result = service.import_waiting(db, actor(), waiting_id, now())
            result_id = keep_result(db, actor(), programme_id, preview.name, result, now())
    if importing and not moves_days:
        return _to_result(programme_id, result_id)
    flash(_("Your answers have been saved."))
    if importing:
        flash(_("Please check the days below before you import them."))
    if given.settled:
        flash(
            ngettext(
                "%(num)s question had been answered by someone else meanwhile. We kept their answer.",
                "%(num)s questions had been answered by someone else meanwhile. We kept their answers.",
                given.settled,
            )
        )
    return to_waiting(programme_id, waiting_id)


@blueprint.post("/<int:programme_id>/rotas/import")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rotas", "import", once=True)
def rotas_imported(programme_id: int) -> ResponseReturnValue:
    """Import every rota that waits and was understood whole, each in a transaction of its own. One that contradicts
    another of them goes on waiting."""
    with database().writing() as db:
        ready = [preview for preview in service.list_waiting(db, actor(), programme_id) if preview.is_ready]
        must_be_as_shown([shown_of(preview) for preview in ready])
    result_id: int | None = None
    waiting_still: list[str] = []
    for preview in ready:
        with database().writing() as db:
            if not service.get_waiting(db, actor(), preview.waiting_id).is_ready:
                waiting_still.append(preview.name)
                continue
            result = service.import_waiting(db, actor(), preview.waiting_id, now())
            result_id = keep_result(db, actor(), programme_id, preview.name, result, now(), beside=result_id)
    for name in waiting_still:
        flash(_("“%(name)s” is still waiting: it differs from a rota that has just been imported.", name=name))
    return _to_result(programme_id, result_id)


@blueprint.get("/<int:programme_id>/rotas/imports/<int:result_id>")
@open_to(Audience.COORDINATOR)
def import_result(programme_id: int, result_id: int) -> str:
    """What an import did."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = get_result(db, actor(), programme_id, result_id)
        names = {line.person_id: line.name for line in list_people(db, actor(), programme_id)}
        troubles = count_by_rota(db, actor(), programme_id)
        numbers = [each.result.replaced for each in found.rotas if each.result.replaced is not None]
        replaced = find_replaced(db, actor(), programme_id, numbers)
    return render_template(
        "coordinator/imported.html",
        programme=programme,
        made_at=found.made_at,
        imports=[_done(each.name, each.result, names) for each in found.rotas],
        troubles=troubles,
        replaced=replaced,
    )


@blueprint.post("/<int:programme_id>/rotas/waiting/<int:waiting_id>/discard")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_waiting")
def rota_discarded(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Forget an upload that was not imported."""
    with database().writing() as db:
        must_be_as_shown(*shown_of(waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)))
        service.discard(db, actor(), waiting_id)
    flash(_("That upload has been removed. Rotas you imported earlier are unchanged."))
    return redirect(url_for("coordinator.rotas", programme_id=programme_id), 303)


@dataclass(frozen=True, slots=True)
class _Given:
    """Answers to what is still asked; ``settled`` are how many others came too late."""

    taken: dict[tuple[str, str], str]
    settled: int


def _still_asked(given: dict[tuple[str, str], str], preview: Preview) -> _Given:
    """Several people may answer at a time: what one of them has settled is not overwritten by another's older page."""
    still = {(question.about, question.subject) for question in preview.understood.questions}
    taken = {key: text for key, text in given.items() if key in still}
    return _Given(taken, len(given) - len(taken))


def _left_out_seen(preview: Preview) -> str:
    """A name for what was left out, as it is shown."""
    return version_of([each.subject for each in preview.understood.questions if each.about == "cell"])


def _note_left_out(form: Form, preview: Preview, taken: dict[tuple[str, str], str]) -> None:
    """One tick is for everything that was left out, as far as it was shown."""
    if form.text("left_out") == _left_out_seen(preview):
        notes = (each for each in preview.understood.questions if each.about == "cell")
        taken.update({(each.about, each.subject): "noted" for each in notes})


def _changes_ahead(ahead: Ahead | None, people: tuple[PersonLine, ...]) -> Shortened:
    """The first days that would read otherwise."""
    names = {line.person_id: line.name for line in people}
    return shortened(ahead.changes if ahead else (), names, MOST_CONTRADICTIONS_SHOWN)


def _standing(form: Form, preview: Preview) -> dict[int, Standing]:
    """Which of two rotas counts, as far as it was said now, by the other rota's id."""
    ids = [overlap.rota_id for overlap in preview.overlaps]
    said = {id_: form.text(f"standing-{id_}") for id_ in ids}
    said = {id_: how for id_, how in said.items() if how != form.text(f"stood-{id_}")}
    return {rota_id: Standing(how) for rota_id, how in said.items() if how in tuple(Standing)}


def _contradictions(overlap: Overlap, people: tuple[PersonLine, ...]) -> Contradictions:
    """The days on which two rotas differ, as they are shown."""
    names = {line.person_id: line.name for line in people}
    few = shortened(overlap.contradicts, names, MOST_CONTRADICTIONS_SHOWN)
    return Contradictions(overlap, few.shown, few.more)


def waiting_of(preview: Preview, programme_id: int) -> Preview:
    """The waiting rota, if it waits for the programme in the address."""
    if preview.programme_id != programme_id:
        raise NotFound(_("This rota is no longer waiting to be imported."))
    return preview


def _matched(preview: Preview, people: tuple[PersonLine, ...]) -> list[tuple[str, str]]:
    """Names on the rota that mean somebody, and who that is; those that are least sure first."""
    names = {line.person_id: line.name for line in people}
    sure = preview.understood.confidence
    found = [(written, names.get(person_id, "")) for written, person_id in preview.understood.people.items()]
    return sorted(found, key=lambda each: (each[0] == each[1], sure.get(each[0], 1.0)))


def _to_result(programme_id: int, result_id: int | None) -> ResponseReturnValue:
    if result_id is None:
        return redirect(url_for("coordinator.rotas", programme_id=programme_id), 303)
    return redirect(url_for("coordinator.import_result", programme_id=programme_id, result_id=result_id), 303)


def _done(name: str, result: Imported, names: dict[int, str]) -> Done:
    few = shortened(result.changes, names, MOST_CHANGES_SHOWN)
    return Done(name, result, few.shown, few.more)


def shortened(changes: Sequence[Change], names: Mapping[int, str], most: int) -> Shortened:
    """The first of these changes, with the names of their people."""
    runs = list(_runs(changes))
    shown = [(names.get(first.person_id, ""), first, last) for first, last in runs[:most]]
    return Shortened(shown, len(runs) - len(shown))


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
