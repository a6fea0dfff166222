"""Weekly patterns of people (clinics, working hours, part-time days) and long leave, as their coordinator has them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability import entries, patterns
from scheduler.availability.model import PatternCategory, Weekly
from scheduler.errors import NotFound
from scheduler.paging import Paging
from scheduler.people.choice import people_to_choose
from scheduler.programmes.service import get_programme
from solvers.vocabulary import CAN, CANNOT
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_shown, read_form
from web.language import WEEKDAYS, lazy_gettext
from web.language import gettext as _
from web.paging import read_paging
from web.request_context import actor, database, now

CATEGORY_NAMES = {
    PatternCategory.CLINIC: lazy_gettext("Clinic or list: can’t come"),
    PatternCategory.WORKING_HOURS: lazy_gettext("Working hours: can come"),
    PatternCategory.NOT_WORKING: lazy_gettext("Part-time: doesn’t work at that time"),
}


@blueprint.get("/<int:programme_id>/patterns")
@open_to(Audience.COORDINATOR)
def weekly_patterns(programme_id: int) -> str:
    """Patterns and long leave, and forms to add one for somebody who is found by name."""
    asked, chosen = read_paging(), Form(request.form).ids("person")
    with database().reading() as db:
        found, paging = patterns.list_patterns(db, actor(), programme_id, asked)
        leave, leaves = patterns.list_leave(db, actor(), programme_id, Paging(q=asked.q))
        return render_template(
            "coordinator/patterns.html",
            programme=get_programme(db, programme_id),
            people=people_to_choose(db, actor(), programme_id, asked.q, chosen),
            patterns=found,
            paging=paging,
            leave=leave,
            more_leave=leaves.total - leaves.last,
            categories=CATEGORY_NAMES,
            weekdays=WEEKDAYS,
        )


@blueprint.post("/<int:programme_id>/patterns")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.weekly_patterns", "pattern", once=True)
def pattern_added(programme_id: int) -> ResponseReturnValue:
    """Add a pattern on the chosen weekdays."""
    with read_form() as form:
        person_id, weekdays = form.id("person"), form.choices("weekday", {str(day): day for day in range(7)})
        if not weekdays:
            form.refuse("weekday", _("Tick at least one day."))
        weekly = weekly_from(form)
    with database().writing() as db:
        patterns.add_patterns(db, actor(), programme_id, person_id, weekly, weekdays, now())
    return _back(programme_id, _("Saved for every week."))


@blueprint.post("/<int:programme_id>/patterns/<int:pattern_id>/remove")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.weekly_patterns")
def pattern_removed(programme_id: int, pattern_id: int) -> ResponseReturnValue:
    """Take a pattern away."""
    with database().writing() as db:
        must_be_as_shown(patterns.find_pattern(db, actor(), programme_id, pattern_id))
        patterns.remove_pattern(db, actor(), programme_id, pattern_id, now())
    return _back(programme_id, _("That weekly entry has been removed."))


@blueprint.post("/<int:programme_id>/leave")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.weekly_patterns", "leave", field="last_day", once=True)
def leave_noted(programme_id: int) -> ResponseReturnValue:
    """Note long leave: the person is paused."""
    with read_form() as form:
        person_id, first_day, last_day = form.id("person"), form.day("first_day"), form.find_coming_day("last_day")
        halves = {name: form.ticked(name) for name in ("from_midday", "until_midday")}
    with database().writing() as db:
        entries.pause(db, actor(), programme_id, person_id, first_day, last_day, now(), **halves)
    said = _("Saved. They won’t be invited to anything while they’re away, and they keep their place in their group.")
    return _back(programme_id, said)


@blueprint.post("/<int:programme_id>/leave/<int:absence_id>/remove")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.weekly_patterns")
def leave_taken_back(programme_id: int, absence_id: int) -> ResponseReturnValue:
    """Take long leave back."""
    with database().writing() as db:
        found = patterns.find_leave(db, actor(), programme_id, absence_id)
        if found is None:
            raise NotFound(_("We can’t find that leave."))
        must_be_as_shown(found)
        entries.resume(db, actor(), absence_id, now())
    return _back(programme_id, _("That leave has been removed."))


def _back(programme_id: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("coordinator.weekly_patterns", programme_id=programme_id, **read_paging().query), 303)


def weekly_from(form: Form) -> Weekly:
    """A pattern as its form says; the weekday is the caller’s."""
    category = form.choice("category", {name: name for name in CATEGORY_NAMES})
    return Weekly(
        weekday=0,
        start=form.time("start"),
        end=form.time("end"),
        mark=CAN if category == "working_hours" else CANNOT,
        category=category,
        first_day=form.find_day("first_day"),
        last_day=form.find_coming_day("last_day"),
        except_days=form.days("except_days"),
    )
