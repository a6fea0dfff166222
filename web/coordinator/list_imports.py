"""Lists of people, relations, clinics and rooms: uploaded in any spreadsheet, shown beside what is there, confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.enrolment import waiting_lists as service
from scheduler.enrolment.comparison import Comparison
from scheduler.enrolment.list_takers import TAKERS, Taken
from scheduler.enrolment.people_comparison import person_of_key
from scheduler.enrolment.rows_left_out import TAKEN
from scheduler.enrolment.spreadsheets.columns import COLUMNS, Cells, Column, ListKind
from scheduler.enrolment.spreadsheets.questions import LEAVE_OUT, NEW, Value
from scheduler.enrolment.spreadsheets.table import read_table
from scheduler.errors import NotFound
from scheduler.people.model import is_address
from scheduler.programmes.field_faults import LONGEST_NAME
from scheduler.programmes.model import Grade
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave_together
from scheduler.publishing.leaving_effects import what_leaving_does
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.relation_words import parted_said
from web.forms import Form, form_on, must_be_as_seen, must_be_as_shown
from web.language import gettext as _
from web.language import lazy_gettext, ngettext
from web.request_context import actor, database, now
from web.uploads import uploaded

MOST_SHOWN = 100
"""How many lines of each part of a comparison are on the page until all are asked for."""


@dataclass(frozen=True, slots=True)
class ListKindWords:
    """A list that can be uploaded: what it is called, and what it is for."""

    title: str
    text: str


LISTS = {
    ListKind.PEOPLE: ListKindWords(
        lazy_gettext("People"),
        lazy_gettext("Residents and faculty, as your HR system exports them. Nobody is removed unless you tick them."),
    ),
    ListKind.RELATIONS: ListKindWords(
        lazy_gettext("Relations"),
        lazy_gettext("People who supervise, assess or treat others never share a group with them."),
    ),
    ListKind.CLINICS: ListKindWords(
        lazy_gettext("Clinics"), lazy_gettext("Weekly clinics, working hours and part-time days of anyone.")
    ),
    ListKind.ROOMS: ListKindWords(lazy_gettext("Rooms"), lazy_gettext("Where and when groups can meet in person.")),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of the list with its number in the form."""

    number: int
    value: Value
    takes_address: bool
    takes_name: bool

    @property
    def takes_site(self) -> bool:
        """Whether a name that is new would be a site's."""
        return self.value.cells is Cells.SITE


@blueprint.get("/<int:programme_id>/lists")
@open_to(Audience.COORDINATOR)
def lists_to_upload(programme_id: int) -> str:
    """The lists, what each is for, and those that wait."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        waiting = service.list_waiting(db, actor(), programme_id)
    offered = {kind: words for kind, words in LISTS.items() if kind in TAKERS}
    columns = {kind: [column.label for column in COLUMNS[kind].values()] for kind in offered}
    return render_template(
        "coordinator/lists.html", programme=programme, lists=offered, waiting=waiting, columns=columns
    )


@blueprint.post("/<int:programme_id>/people/<kind>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.lists_to_upload", "list-{kind}", field="file", once=True)
def take_list(programme_id: int, kind: str) -> ResponseReturnValue:
    """Read an uploaded list. Nothing is stored but what was read, until it is confirmed."""
    wanted = _kind(kind)
    file = uploaded()
    with database().reading() as db:
        known = service.known_headings(db, actor(), programme_id, wanted)
    table = read_table(wanted, file.content, file.name, known)
    with database().writing() as db:
        waiting_id = service.keep_list(db, actor(), programme_id, wanted, file.name, table, now())
    return _to(programme_id, waiting_id)


@blueprint.get("/<int:programme_id>/lists/<int:waiting_id>")
@open_to(Audience.COORDINATOR)
def waiting_list(programme_id: int, waiting_id: int) -> str:
    """What was understood of a list, what is to be answered, and what the list would do."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        preview = service.get_waiting(db, actor(), programme_id, waiting_id, now())
    asked = _asked(preview.understood.values)
    most = 10_000 if request.args.get("all") else MOST_SHOWN
    read = [each for each in asked if not each.value.is_open]
    new = [grade for grade in preview.understood.grades if grade not in programme.grades]
    return render_template(
        "coordinator/list.html",
        programme=programme,
        preview=preview,
        words=LISTS[preview.kind],
        choices=_columns_to_choose(preview.kind),
        open=[each for each in asked if each.value.is_open],
        read=read[:most],
        unread=len(read) - most,
        labels=COLUMNS[preview.kind],
        leave_out=LEAVE_OUT,
        taken=TAKEN,
        longest=LONGEST_NAME,
        missing=[_(column.label) for column in preview.understood.missing],
        grades=preview.understood.grades if _renamed(new, programme.grades) else (),
        most=most,
    )


@blueprint.post("/<int:programme_id>/lists/<int:waiting_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.waiting_list", "answers")
def list_answered(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Take what was said of columns and words."""
    form = Form(request.form)
    columns = {place: form.text(f"column-{place}") for place in form.numbers_after("column-")}
    values = dict(filter(None, (_value(form, number) for number in form.numbers_after("of-"))))
    form.check()
    with database().writing() as db:
        must_be_as_seen(service.answers_given(db, actor(), programme_id, waiting_id))
        service.answer(db, actor(), programme_id, waiting_id, columns, values)
    return _to(programme_id, waiting_id)


@blueprint.post("/<int:programme_id>/lists/<int:waiting_id>/confirm")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.waiting_list", "confirm", once=True)
def list_confirmed(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Do what was shown, and nothing else; removals are said again and counted first."""
    form = Form(request.form)
    remove = frozenset(form.texts("remove"))
    with database().writing() as db:
        preview = service.get_waiting(db, actor(), programme_id, waiting_id, now(), locked=True)
        must_be_as_shown(*preview.shown)
        if remove and not form.ticked("sure"):
            return _asked_again(db, preview, remove)
        _let_go(db, programme_id, remove)
        taken = service.confirm(db, actor(), preview, remove, now())
    assert preview.comparison is not None
    said = " ".join((_done(preview.comparison, len(remove)), *_besides(taken)))
    flash(f"{LISTS[preview.kind].title}: {said}")
    return redirect(url_for("coordinator.lists_to_upload", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/lists/<int:waiting_id>/discard")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.lists_to_upload")
def list_discarded(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    """Forget a list that was not confirmed."""
    with database().writing() as db:
        service.discard(db, actor(), programme_id, waiting_id)
    flash(_("That list has been removed. Nothing else has changed."))
    return redirect(url_for("coordinator.lists_to_upload", programme_id=programme_id), 303)


def _kind(kind: str) -> ListKind:
    if kind not in tuple(TAKERS):
        raise NotFound(_("We can’t find that list."))
    return ListKind(kind)


def _to(programme_id: int, waiting_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.waiting_list", programme_id=programme_id, waiting_id=waiting_id), 303)


def _asked_again(db: Db, preview: service.Preview, remove: frozenset[str]) -> str:
    """The page between: what is removed, and what that does to published groups."""
    people = [person_id for key in remove if (person_id := person_of_key(key)) is not None]
    return render_template(
        "coordinator/list_removal.html",
        programme=get_programme(db, preview.programme_id),
        preview=preview,
        remove=remove,
        effect=what_leaving_does(db, actor(), preview.programme_id, people, now()) if people else None,
    )


def _let_go(db: Db, programme_id: int, remove: frozenset[str]) -> None:
    """Those who are no longer on the list of people and were ticked leave the programme."""
    going = {person_id for key in remove if (person_id := person_of_key(key)) is not None}
    if going:
        leave_together(db, actor(), programme_id, going, now())


def _asked(values: Sequence[Value]) -> list[Asked]:
    return [
        Asked(number, value, value.cells in _PERSONS, value.cells in _NAMED_ANEW) for number, value in enumerate(values)
    ]


_PERSONS = (Cells.PERSON, Cells.PEOPLE)
_NAMED_ANEW = (Cells.SITE, Cells.GRADE)
"""What may be answered with a name that nobody has used before."""


def _value(form: Form, number: int) -> tuple[tuple[str, str], str] | None:
    """The answer about a word; None where there is none, or the same as before. Who is meant may be said by an
    address, too, and a new site or grade by its name."""
    address = form.text(f"address-{number}").lower()
    if address and not is_address(address):
        form.refuse(f"address-{number}", _("“%(written)s” is not an e-mail address.", written=address))
    column, word = form.text(f"of-{number}"), form.text(f"word-{number}")
    named = form.text(f"new-{number}")
    if len(named) > LONGEST_NAME:
        form.refuse(f"new-{number}", _("The name is too long: use up to %(most)s characters.", most=LONGEST_NAME))
    meaning = address or (NEW + named if named and column == "site" else named) or form.text(f"value-{number}")
    return ((column, word), meaning) if meaning not in ("", form.text(f"was-{number}")) else None


def _columns_to_choose(kind: ListKind) -> list[Column]:
    return list(COLUMNS[kind].values())


def _renamed(new: Sequence[Grade], grades: Sequence[Grade]) -> bool:
    return bool(new) or not grades


def _besides(taken: Taken) -> Iterator[str]:
    """What else there is to know of a list that was taken over."""
    yield from parted_said(taken.parted)
    if taken.namesakes:
        names = ", ".join(taken.namesakes)
        yield _("Two people share a name (%(names)s): rotas will ask who is meant.", names=names)


def _done(comparison: Comparison, removed: int) -> str:
    said = _(
        "%(added)s added, %(changed)s changed, %(unchanged)s unchanged.",
        added=len(comparison.added),
        changed=len(comparison.changed),
        unchanged=comparison.unchanged,
    )
    return said + (" " + ngettext("%(num)s removed.", "%(num)s removed.", removed) if removed else "")
