"""Weekly patterns of people (clinics, working hours, part-time days) and long leave, as their coordinator has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability import entries, patterns
from scheduler.availability.model import Weekly
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, Rejected
from scheduler.people.service import list_people
from scheduler.programmes.service import get_programme
from solvers.instance import CAN, CANNOT
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.current import actor, database, now
from web.language import WEEKDAYS, lazy_gettext
from web.language import gettext as _
from web.refusals import Refusal, refusal_of

CATEGORY_NAMES = {
    "clinic": lazy_gettext("Clinic or list: cannot come"),
    "working_hours": lazy_gettext("Working hours: can come"),
    "not_working": lazy_gettext("Part-time: does not work then"),
}
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@blueprint.get("/<int:programme_id>/patterns")
@open_to(Audience.COORDINATOR)
def weekly_patterns(programme_id: int) -> str:
    """Every pattern and long leave, and forms to add one."""
    return _page(programme_id)


@blueprint.post("/<int:programme_id>/patterns")
@open_to(Audience.COORDINATOR)
def pattern_added(programme_id: int) -> ResponseReturnValue:
    """Add a pattern on the chosen weekdays."""

    def add(db: Any) -> str:
        weekdays = sorted({int(day) for day in request.form.getlist("weekday") if day in "0123456" and len(day) == 1})
        if not weekdays:
            raise Rejected(_("A pattern needs at least one weekday."), what_to_do=_("Tick the days and add it again."))
        patterns.add_patterns(db, actor(), programme_id, _person(), _weekly(), weekdays, now())
        return _("Noted for every week.")

    return _changed(programme_id, "pattern", add)


@blueprint.post("/<int:programme_id>/patterns/<int:pattern_id>/remove")
@open_to(Audience.COORDINATOR)
def pattern_removed(programme_id: int, pattern_id: int) -> ResponseReturnValue:
    """Take a pattern away."""

    def remove(db: Any) -> str:
        patterns.remove_pattern(db, actor(), programme_id, pattern_id, now())
        return _("That weekly entry is gone.")

    return _changed(programme_id, "pattern", remove)


@blueprint.post("/<int:programme_id>/leave")
@open_to(Audience.COORDINATOR)
def leave_noted(programme_id: int) -> ResponseReturnValue:
    """Note long leave: the person is paused."""

    def note(db: Any) -> str:
        first_day = _day("first_day")
        if first_day is None:
            raise Rejected(_("Long leave has a first day."), what_to_do=_("Choose it and note the leave again."))
        entries.pause(db, actor(), programme_id, _person(), first_day, _day("last_day"), now())
        return _("Noted: they are asked to nothing while they are away, and keep their place in their group.")

    return _changed(programme_id, "leave", note)


@blueprint.post("/<int:programme_id>/leave/<int:absence_id>/remove")
@open_to(Audience.COORDINATOR)
def leave_taken_back(programme_id: int, absence_id: int) -> ResponseReturnValue:
    """Take long leave back."""

    def take_back(db: Any) -> str:
        if absence_id not in {leave.absence.id for leave in patterns.list_leave(db, actor(), programme_id)}:
            raise NotFound(_("There is no such leave."))
        entries.resume(db, actor(), absence_id, now())
        return _("That leave is taken back.")

    return _changed(programme_id, "leave", take_back)


def _changed(programme_id: int, part: str, change: Callable[[Any], str]) -> ResponseReturnValue:
    try:
        with database().writing() as db:
            said = change(db)
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        refusal = refusal_of(error)
        return _page(programme_id, refusal, part), refusal.status
    flash(said)
    return redirect(url_for("coordinator.weekly_patterns", programme_id=programme_id), 303)


def _page(programme_id: int, refusal: Refusal | None = None, refused: str = "") -> str:
    with database().reading() as db:
        return render_template(
            "coordinator/patterns.html",
            programme=get_programme(db, programme_id),
            people=list_people(db, actor(), programme_id),
            patterns=patterns.list_patterns(db, actor(), programme_id),
            leave=patterns.list_leave(db, actor(), programme_id),
            categories=CATEGORY_NAMES,
            weekdays=WEEKDAYS,
            refusal=refusal,
            refused=refused,
            form=request.form,
            ticked=request.form.getlist("weekday"),
        )


def _person() -> int:
    person_id = request.form.get("person", type=int)
    if person_id is None:
        raise Rejected(_("Choose whose it is."), what_to_do=_("Choose a name and send it once more."))
    return person_id


def _weekly() -> Weekly:
    category = request.form.get("category", "")
    if category not in CATEGORY_NAMES:
        raise Rejected(_("This is not one of the choices."))
    clocks = [request.form.get(name, "") for name in ("start", "end")]
    if not all(map(_CLOCK.fullmatch, clocks)):
        raise Rejected(_("A weekly entry has two times like 12:30."), what_to_do=_("Choose both and add it again."))
    start, end = map(time.fromisoformat, clocks)
    return Weekly(
        weekday=0,
        start=start,
        end=end,
        mark=CAN if category == "working_hours" else CANNOT,
        category=category,
        first_day=_day("first_day"),
        last_day=_day("last_day"),
        except_days=frozenset(map(_as_day, re.findall(r"[^\s,;]+", request.form.get("except_days", "")))),
    )


def _day(field: str) -> date | None:
    text = request.form.get(field, "").strip()
    return _as_day(text) if text else None


def _as_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Rejected(_("“%(day)s” is not a day like 2027-01-31.", day=text)) from error
