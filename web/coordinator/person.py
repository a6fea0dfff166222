"""One person of a programme: added, looked at and corrected by a coordinator."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability import entries, patterns
from scheduler.enrolment.people_changes import (
    Details,
    Namesake,
    add_person,
    change_ways,
    correct_person,
    find_namesakes,
)
from scheduler.enrolment.person_card import PersonCard, get_card, history_of
from scheduler.errors import NotFound
from scheduler.joining.answer_list import has_agreed
from scheduler.joining.questions import questions_of
from scheduler.people.model import PARTICIPANTS, Role
from scheduler.people.pauses import list_paused_people
from scheduler.people.sites import change_site, withdraw_change
from scheduler.plans.participant_filter import filter_options
from scheduler.plans.service import published_plan_id
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import come_back
from solvers.vocabulary import MODES
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.patterns import CATEGORY_NAMES, weekly_from
from web.coordinator.people import ROLE_NAMES, STATE_NAMES, grades_of
from web.coordinator.person_history import told
from web.coordinator.relation_words import KINDS
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import WEEKDAYS
from web.language import gettext as _
from web.request_context import actor, database, now

PAGE = "coordinator.person"


@blueprint.get("/<int:programme_id>/people/new")
@open_to(Audience.COORDINATOR)
def person_new(programme_id: int) -> str:
    """The form that adds one person."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        grades = grades_of(programme, filter_options(db, actor(), programme_id).stages)
        typed = Form(request.form)
        only_joined = questions_of(db, programme_id).only_joined
        namesakes = _namesakes(find_namesakes(db, actor(), programme_id, typed.text("name"), typed.text("email")))
    return render_template(
        "coordinator/person_new.html",
        programme=programme,
        grades=grades,
        namesakes=namesakes,
        only_joined=only_joined,
        role_names=ROLE_NAMES,
        site_names={site.id: site.name for site in programme.sites},
    )


@blueprint.post("/<int:programme_id>/people/new")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.person_new", "person", once=True)
def person_added(programme_id: int) -> ResponseReturnValue:
    """Add one person, unless somebody of that name or address is there already."""
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        with read_form() as form:
            wanted = details_of(form)
            site_id = form.choice("site", {site.key: site.id for site in programme.sites})
            is_new = form.ticked("someone_else")
        person_id = add_person(db, actor(), programme_id, wanted, site_id, now(), is_new=is_new)
    return _back(
        programme_id, person_id, _("Added. Invite them when you are ready, and upload their rota if it isn’t here yet.")
    )


@blueprint.get("/<int:programme_id>/people/<int:person_id>")
@open_to(Audience.COORDINATOR)
def person(programme_id: int, person_id: int) -> str:
    """All that a coordinator may know of somebody, and the forms that correct it."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        card = get_card(db, actor(), programme_id, person_id, now())
        grades = grades_of(programme, filter_options(db, actor(), programme_id).stages)
        history = history_of(db, actor(), programme_id, person_id)
        plan_id = published_plan_id(db, actor(), programme_id)
        is_paused = person_id in list_paused_people(db, actor(), programme_id)
    return render_template(
        "coordinator/person.html",
        is_paused=is_paused,
        programme=programme,
        card=card,
        plan_id=plan_id,
        grades=grades,
        history=[(each, told(each.action)) for each in history],
        role_names=ROLE_NAMES,
        state_names=STATE_NAMES,
        kinds=KINDS,
        categories=CATEGORY_NAMES,
        weekdays=WEEKDAYS,
        modes=MODES,
        role=Role,
        ways_seen=_ways_of(card),
        sites_seen=_sites_of(card),
        site_names={site.id: site.name for site in programme.sites},
        model_names={model.key: model.name for model in programme.models},
    )


@blueprint.post("/<int:programme_id>/people/<int:person_id>/details")
@open_to(Audience.COORDINATOR)
@form_on(PAGE, "details")
def person_corrected(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Correct name, address, role or grade."""
    with read_form() as form:
        wanted = details_of(form)
    with database().writing() as db:
        must_be_as_seen(get_card(db, actor(), programme_id, person_id, now()).details)
        correct_person(db, actor(), programme_id, person_id, wanted, now())
    return _back(programme_id, person_id, _("Saved."))


@blueprint.post("/<int:programme_id>/people/<int:person_id>/ways")
@open_to(Audience.COORDINATOR)
@form_on(PAGE, "ways")
def person_ways(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Say for somebody who has not answered how and in which groups they meet."""
    with database().writing() as db:
        card = get_card(db, actor(), programme_id, person_id, now())
        must_be_as_seen(*_ways_of(card))
        with read_form() as form:
            modes = form.choices("modes", {mode: mode for mode in MODES})
            models = form.choices("models", {model.key: model.key for model in get_programme(db, programme_id).models})
            capacity = form.number("capacity", 0, 20, card.capacity)
        change_ways(db, actor(), programme_id, person_id, modes, models, capacity, now())
    return _back(programme_id, person_id, _("Saved."))


@blueprint.post("/<int:programme_id>/people/<int:person_id>/site")
@open_to(Audience.COORDINATOR)
@form_on(PAGE, "site", field="site")
def person_site(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Say that somebody works at another site from a day on."""
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        must_be_as_seen(*_sites_of(get_card(db, actor(), programme_id, person_id, now())))
        with read_form() as form:
            first_day = form.day("first_day")
            site_id = form.choice("site", {site.key: site.id for site in programme.sites})
        change_site(db, actor(), programme_id, person_id, site_id, first_day, now(), programme.zone)
    return _back(programme_id, person_id, _("Saved. Until that day, the site so far counts."))


@blueprint.post("/<int:programme_id>/people/<int:person_id>/site/withdraw")
@open_to(Audience.COORDINATOR)
@form_on(PAGE)
def person_site_withdrawn(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Take a coming change of site back."""
    with read_form() as form:
        first_day = form.day("first_day")
    with database().writing() as db:
        must_be_as_seen(*_sites_of(get_card(db, actor(), programme_id, person_id, now())))
        withdraw_change(db, actor(), programme_id, person_id, first_day, now())
    return _back(programme_id, person_id, _("That change of site has been removed."))


@blueprint.post("/<int:programme_id>/people/<int:person_id>/back")
@open_to(Audience.COORDINATOR)
@form_on(PAGE, once=True)
def person_back(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Let somebody who has left take part again."""
    with database().writing() as db:
        come_back(db, actor(), programme_id, now(), person_id=person_id)
        is_asked = questions_of(db, programme_id).only_joined and not has_agreed(db, actor(), programme_id, person_id)
    if is_asked:
        said = _("They’re back in the programme. Invite them: they’re planned once they say yes.")
    else:
        said = _("They’re back in the programme. The next plan looks for a group for them.")
    return _back(programme_id, person_id, said)


@blueprint.post("/<int:programme_id>/people/<int:person_id>/patterns")
@open_to(Audience.COORDINATOR)
@form_on(PAGE, "pattern", once=True)
def person_pattern(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Add a clinic, working hours or part-time days."""
    with read_form() as form:
        weekdays = _weekdays(form)
        weekly = weekly_from(form)
    with database().writing() as db:
        patterns.add_patterns(db, actor(), programme_id, person_id, weekly, weekdays, now())
    return _back(programme_id, person_id, _("Saved for every week."))


@blueprint.get("/<int:programme_id>/people/<int:person_id>/patterns/<int:pattern_id>")
@open_to(Audience.COORDINATOR)
def person_pattern_shown(programme_id: int, person_id: int, pattern_id: int) -> str:
    """One weekly entry, to be corrected."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        card = get_card(db, actor(), programme_id, person_id, now())
    return render_template(
        "coordinator/person_pattern.html",
        programme=programme,
        card=card,
        pattern=_pattern(card, pattern_id),
        categories=CATEGORY_NAMES,
        weekdays=WEEKDAYS,
    )


@blueprint.post("/<int:programme_id>/people/<int:person_id>/patterns/<int:pattern_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.person_pattern_shown", "pattern")
def person_pattern_changed(programme_id: int, person_id: int, pattern_id: int) -> ResponseReturnValue:
    """Correct one weekly entry, or remove it."""
    with database().writing() as db:
        card = get_card(db, actor(), programme_id, person_id, now())
        must_be_as_seen(_pattern(card, pattern_id).weekly)
        form = Form(request.form)
        if "remove" in form:
            patterns.remove_pattern(db, actor(), programme_id, pattern_id, now())
            return _back(programme_id, person_id, _("That weekly entry has been removed."))
        weekdays, weekly = _weekdays(form), weekly_from(form)
        form.check()
        patterns.remove_pattern(db, actor(), programme_id, pattern_id, now())
        patterns.add_patterns(db, actor(), programme_id, person_id, weekly, weekdays, now())
    return _back(programme_id, person_id, _("Saved for every week."))


@blueprint.post("/<int:programme_id>/people/<int:person_id>/leave")
@open_to(Audience.COORDINATOR)
@form_on(PAGE, "leave", field="last_day", once=True)
def person_on_leave(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Note long leave: the person is paused."""
    with read_form() as form:
        first_day, last_day = form.day("first_day"), form.find_day("last_day")
    with database().writing() as db:
        entries.pause(db, actor(), programme_id, person_id, first_day, last_day, now())
    said = _("Saved. They won’t be invited to anything while they’re away, and they keep their place in their group.")
    return _back(programme_id, person_id, said)


@blueprint.post("/<int:programme_id>/people/<int:person_id>/leave/<int:absence_id>/remove")
@open_to(Audience.COORDINATOR)
@form_on(PAGE)
def person_leave_removed(programme_id: int, person_id: int, absence_id: int) -> ResponseReturnValue:
    """Take long leave back."""
    with database().writing() as db:
        leave = get_card(db, actor(), programme_id, person_id, now()).leave
        found = next((each for each in leave if each.id == absence_id), None)
        if found is None:
            raise NotFound(_("We can’t find that leave."))
        must_be_as_seen(found)
        entries.resume(db, actor(), absence_id, now())
    return _back(programme_id, person_id, _("That leave has been removed."))


def _ways_of(card: PersonCard) -> tuple[object, ...]:
    """What the form of ways and kinds was filled with."""
    return sorted(card.modes), sorted(card.models), card.capacity, sorted(card.own)


def _sites_of(card: PersonCard) -> tuple[object, ...]:
    """What the forms about the site were filled with."""
    return card.site_id, card.moves


def _pattern(card: PersonCard, pattern_id: int) -> patterns.Pattern:
    found = next((each for each in card.patterns if each.id == pattern_id), None)
    if found is None:
        raise NotFound(_("We can’t find that weekly entry."))
    return found


def _weekdays(form: Form) -> tuple[int, ...]:
    weekdays = form.choices("weekday", {str(day): day for day in range(7)})
    if not weekdays:
        form.refuse("weekday", _("Tick at least one day."))
    return weekdays


def details_of(form: Form) -> Details:
    """Who somebody is, as a form says."""
    kind = form.choice("role", {role.value: role for role in PARTICIPANTS})
    return Details(form.text("name"), form.text("email"), kind, form.find_number("stage", 0, 99))


def _namesakes(found: tuple[Namesake, ...]) -> tuple[Namesake, ...]:
    """Those to ask about: only once a form was refused."""
    return found if request.method == "POST" else ()


def _back(programme_id: int, person_id: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(PAGE, programme_id=programme_id, person_id=person_id), 303)
