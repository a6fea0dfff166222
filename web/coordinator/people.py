"""The people of a programme: looked up, filtered and sorted page by page, and what is done with several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.enrolment.people_changes import set_grade, set_sites
from scheduler.enrolment.people_register import (
    HereChoice,
    Order,
    PeopleFilter,
    RotaChoice,
    count_people,
    list_register,
    matching_ids,
    names_of,
)
from scheduler.errors import NotFound
from scheduler.joining import participant_mail
from scheduler.joining.model import JoiningState
from scheduler.people.fields import FIELDS
from scheduler.people.model import PARTICIPANTS, Role
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.planning.only_ones import count_only_ones
from scheduler.plans.participant_filter import filter_options
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.publishing.leaving_effects import take_people_out, what_leaving_does
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import lazy_gettext, ngettext
from web.mailing import mailed
from web.paging import kept_of_address, read_paging
from web.request_context import actor, database, now, settings

ROLE_NAMES = {Role.RESIDENT: lazy_gettext("resident"), Role.FACULTY: lazy_gettext("faculty")}
STATE_NAMES = {
    JoiningState.ANSWERED: lazy_gettext("answered"),
    JoiningState.HALF: lazy_gettext("started"),
    JoiningState.NOT: lazy_gettext("not yet"),
    JoiningState.LEFT: lazy_gettext("has left"),
    JoiningState.DECLINED: lazy_gettext("said no"),
}
ANSWERS = (JoiningState.ANSWERED, JoiningState.HALF, JoiningState.NOT)
FILTERS: Final = ("role", "grade", "site", "kind", "answer", "rota", "hard", "here", "sort")
"""The fields of the address that say which people are listed, beside what is searched for."""

MOST_NAMED: Final = 50
"""Of those who are to be taken out."""

Value = TypeVar("Value")


@blueprint.get("/<int:programme_id>/people")
@open_to(Audience.COORDINATOR)
def people(programme_id: int) -> str:
    """Everybody who fits, fifty at a time."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        choice = _choice(programme)
        entries, paging = list_register(db, actor(), programme, choice, read_paging())
        numbers = count_people(db, actor(), programme_id)
        only_ones = count_only_ones(db, actor(), programme_id)
        grades = grades_of(programme, filter_options(db, actor(), programme_id).stages)
    return render_template(
        "coordinator/people.html",
        programme=programme,
        entries=entries,
        paging=paging,
        numbers=numbers,
        only_ones=only_ones,
        choice=choice,
        filters=filters_of_address(),
        stages_named=grades,
        sites_named=[(site.key, site.name) for site in programme.sites],
        models_named=[(model.key, model.name) for model in programme.models],
        answers_named=[(state.value, STATE_NAMES[state]) for state in ANSWERS],
        more_fields=[
            field for field in FIELDS if field.name != "stage" and any(e.shown.get(field.name) for e in entries)
        ],
        site_names={site.id: site.name for site in programme.sites},
        role_names=ROLE_NAMES,
        state_names=STATE_NAMES,
        role=Role,
    )


@blueprint.post("/<int:programme_id>/people/act")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.people", "act", field="person", once=True)
def people_act(programme_id: int) -> ResponseReturnValue:
    """Do something with those who are ticked, or with all who fit."""
    with read_form() as form:
        act = form.choice("act", _ACTS)
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        chosen = _chosen(form, db, programme)
        form.check()
        said = act(db, programme, chosen, form)
    if said is None:
        everybody: dict[str, Any] = {"all": "1", **_address()} if form.ticked("all") else {"person": chosen}
        return redirect(url_for("coordinator.people_out", programme_id=programme_id, **everybody), 303)
    flash(said)
    return _back(programme_id, _address())


@blueprint.get("/<int:programme_id>/people/out")
@open_to(Audience.COORDINATOR)
def people_out(programme_id: int) -> ResponseReturnValue:
    """What taking people out does to published groups, before it is done."""
    form = Form(request.form if request.method == "POST" else request.args)
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        effect = what_leaving_does(db, actor(), programme_id, _chosen(form, db, programme), now())
        names = names_of(db, actor(), programme_id, effect.people[:MOST_NAMED])
    if form.faults:
        return redirect(url_for("coordinator.people", programme_id=programme_id))
    return render_template(
        "coordinator/people_out.html", programme=programme, effect=effect, names=names, back=_address()
    )


@blueprint.post("/<int:programme_id>/people/out")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.people_out", "out")
def people_taken_out(programme_id: int) -> ResponseReturnValue:
    """Take them out, if it still does what was shown."""
    with read_form() as form:
        chosen = form.ids("person")
    with database().writing() as db:
        must_be_as_seen(what_leaving_does(db, actor(), programme_id, chosen, now()))
        count = take_people_out(db, actor(), programme_id, chosen, now())
    said = ngettext(
        "%(num)s person has been taken out of the programme.",
        "%(num)s people have been taken out of the programme.",
        count,
    )
    flash(
        said + " " + _("Their future sessions and calendars have been removed. You can bring them back on their page.")
    )
    return redirect(url_for("coordinator.people", programme_id=programme_id), 303)


def _back(programme_id: int, address: Mapping[str, Any]) -> ResponseReturnValue:
    return redirect(url_for("coordinator.people", programme_id=programme_id, **address), 303)


def grades_of(programme: Programme, stages: Iterable[int]) -> tuple[tuple[str, str], ...]:
    """The grades to choose from, by their numbers: those that have a name, and those that somebody has."""
    known = sorted({grade.stage for grade in programme.grades} | set(stages))
    return tuple((str(stage), programme.grade_name(stage)) for stage in known)


def filters_of_address() -> Mapping[str, str]:
    """The filters that the address has."""
    return kept_of_address(FILTERS)


def _address() -> Mapping[str, str]:
    """The same with what is searched for, and the page."""
    return {**filters_of_address(), **kept_of_address(("q", "page"))}


def _choice(programme: Programme) -> PeopleFilter:
    form = Form(request.args)
    choice = PeopleFilter(
        kind=_one_of(form, "role", {role.value: role for role in PARTICIPANTS}),
        stage=form.find_number("grade", 0, 999),
        site_id=_one_of(form, "site", {site.key: site.id for site in programme.sites}),
        model=_one_of(form, "kind", {model.key: model.key for model in programme.models}),
        answer=_one_of(form, "answer", {state.value: state for state in ANSWERS}),
        rota=_one_of(form, "rota", {each.value: each for each in RotaChoice}),
        hard=form.ticked("hard"),
        here=_one_of(form, "here", {each.value: each for each in HereChoice}) or HereChoice.HERE,
        order=_one_of(form, "sort", {each.value: each for each in Order}) or Order.NAME,
    )
    if form.faults:
        raise NotFound(_("We can’t find that list."))
    return choice


def _one_of(form: Form, name: str, known: Mapping[str, Value]) -> Value | None:
    """What was chosen in the address, None where nothing was."""
    return form.choice(name, known) if form.text(name) else None


def _chosen(form: Form, db: Db, programme: Programme) -> tuple[int, ...]:
    """The ids of those who are ticked; of all who fit the address, if that was ticked and is still as many."""
    if not form.ticked("all"):
        chosen = form.ids("person")
        if not chosen:
            form.refuse("person", _("Tick at least one person."))
        return tuple(sorted(chosen))
    fitting = matching_ids(db, actor(), programme, _choice(programme), request.args.get("q", "")[:LONGEST_SEARCH])
    if request.method == "POST":
        must_be_as_seen(len(fitting))
    return fitting


def _invite(db: Db, programme: Programme, chosen: tuple[int, ...], _form: Form) -> str:
    sent = participant_mail.invite(db, actor(), programme.id, frozenset(chosen), settings().base_url, now())
    return mailed(
        ngettext("%(num)s invitation is waiting to be sent.", "%(num)s invitations are waiting to be sent.", sent)
    )


def _remind(db: Db, programme: Programme, chosen: tuple[int, ...], _form: Form) -> str:
    sent = participant_mail.remind(db, actor(), programme.id, settings().base_url, now(), frozenset(chosen))
    return mailed(
        ngettext("%(num)s reminder is waiting to be sent.", "%(num)s reminders are waiting to be sent.", sent)
    )


def _set_site(db: Db, programme: Programme, chosen: tuple[int, ...], form: Form) -> str:
    site_id, first_day = form.choice("site", {site.key: site.id for site in programme.sites}), form.day("first_day")
    form.check()
    count = set_sites(db, actor(), programme.id, chosen, site_id, first_day, now())
    return ngettext("The site of %(num)s person is saved.", "The site of %(num)s people is saved.", count)


def _set_grade(db: Db, programme: Programme, chosen: tuple[int, ...], form: Form) -> str:
    stage = form.number("grade", 0, 99)
    form.check()
    count = set_grade(db, actor(), programme.id, chosen, stage, now())
    return ngettext("%(num)s person now has another grade.", "%(num)s people now have another grade.", count)


def _ask_before_taking_out(_db: Db, _programme: Programme, _chosen: tuple[int, ...], _form: Form) -> None:
    """Nothing yet: it is shown first what that does."""


_ACTS: Mapping[str, Callable[[Db, Programme, tuple[int, ...], Form], str | None]] = {
    "invite": _invite,
    "remind": _remind,
    "site": _set_site,
    "grade": _set_grade,
    "out": _ask_before_taking_out,
}
