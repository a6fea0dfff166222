"""What a programme asks of people's time: rest, what duties leave open, journeys, and room around a session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability.model import Level, Policy
from scheduler.availability.policy import MOST_BESIDE_MINUTES, MOST_BUFFER_MINUTES, MOST_JOURNEY_MINUTES, NEVER
from scheduler.availability.programme_rules import change_rules, get_rules
from scheduler.availability.rest import (
    CUSTOM,
    NUMBERS,
    PRESETS,
    WHOLE_NUMBERS,
    RestRules,
    most_of,
    rest_rules_text,
    rules_for,
)
from scheduler.availability.rules import Rules
from scheduler.availability.wording import LEVEL_NAMES
from scheduler.programmes.model import Programme, Site
from scheduler.programmes.service import get_programme
from scheduler.publishing.rehearsal import SessionThen, rehearsed, touched
from scheduler.rotas.model import DutyKind
from web.audiences import Audience, open_to
from web.coordinator.between import AGAIN, Asked, must_be_shown, page_between
from web.coordinator.blueprint import blueprint
from web.coordinator.rehearsal_words import told_of_sessions
from web.forms import Form, fill_form, form_on, must_be_as_seen
from web.language import gettext as _
from web.language import lazy_gettext
from web.request_context import actor, database, now
from web.rota_questions import KIND_NAMES

FORM = "rules"
SLEEP = "sleep_before_night_hours"
NUMBER_NAMES = {
    "between_duties_hours": lazy_gettext("Hours of rest between duties"),
    "after_nights_hours": lazy_gettext("Hours of rest after nights"),
    "long_run": lazy_gettext("Long days in a row after which rest is due (0: none)"),
    "after_long_run_hours": lazy_gettext("Hours of rest in that case"),
    "duty_run": lazy_gettext("Days at work in a row after which rest is due (0: none)"),
    "after_duty_run_hours": lazy_gettext("Hours of rest after those days"),
    "after_day_long_call_hours": lazy_gettext("Hours of rest after 24 hours as resident on call"),
    "free_day_in_days": lazy_gettext("One day off in how many days (0: no rule)"),
}
"""Own numbers, but for sleep before a night, which stands beside every preset."""


@blueprint.get("/<int:programme_id>/rules")
@open_to(Audience.COORDINATOR)
def rules(programme_id: int) -> str:
    """The rules as they are, with the sources of the presets."""
    with database().reading() as db:
        return _page(get_programme(db, programme_id), get_rules(db, actor(), programme_id))


def _page(programme: Programme, found: Rules) -> str:
    return render_template(
        "coordinator/rules.html",
        programme=programme,
        rest=found.rest,
        values=dict(_values(programme, found.rest, found.policy)),
        presets=[(rules, _in_short(rules)) for rules in PRESETS.values()],
        custom=CUSTOM,
        number_names=NUMBER_NAMES,
        whole_numbers=WHOLE_NUMBERS,
        most_of=most_of,
        kinds=KIND_NAMES,
        levels=LEVEL_NAMES,
        never=NEVER,
        ways=list(_ways(programme.sites)),
        most={"beside": MOST_BESIDE_MINUTES, "buffer": MOST_BUFFER_MINUTES, "way": MOST_JOURNEY_MINUTES},
    )


@blueprint.post("/<int:programme_id>/rules")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rules", FORM)
def rules_changed(programme_id: int) -> ResponseReturnValue:
    """Take the whole form over, or nothing of it; first say what that does to what is published."""
    form = Form(request.form)
    if AGAIN in form:
        fill_form(FORM, request.form, whole=True)
        return rules(programme_id)
    with database().writing() as db:
        programme, known = get_programme(db, programme_id), get_rules(db, actor(), programme_id)
        stored = dict(_values(programme, known.rest, known.policy))
        must_be_as_seen(stored)
        rest, policy = _rest(form), _policy(form, programme.sites)
        form.check()
        change = partial(change_rules, db, actor(), programme_id, rest, policy, now())
        asked = _asked(programme, touched(rehearsed(db, programme_id, change, now())), stored)
        if must_be_shown(asked):
            return page_between(asked, FORM, programme)
        changed = change()
    if changed:
        flash(_("The rules are saved, and we’ve worked out everyone’s times again."))
    else:
        flash(_("You didn’t change anything, so nothing was saved."))
    return redirect(url_for("coordinator.rules", programme_id=programme_id), 303)


def _asked(programme: Programme, sessions: Sequence[SessionThen], stored: Mapping[str, str]) -> Asked:
    told = list(told_of_sessions(sessions, programme.zone))
    at = partial(url_for, programme_id=programme.id)
    besides = [_("Published sessions stay where they are until you or their groups move them.")]
    action, home = at("coordinator.rules_changed"), at("coordinator.rules")
    return Asked(_("Rules for people’s time"), told, action, home, (stored,), besides)


def _in_short(rules: RestRules) -> str:
    """The numbers of a preset that set it apart, in a few words."""
    return ", ".join(_parts_of(rules))


def _parts_of(rules: RestRules) -> Iterator[str]:
    yield _("%(hours)g h between duties", hours=rules.between_duties_hours)
    yield _("%(hours)g h after nights", hours=rules.after_nights_hours)
    if rules.long_run:
        yield _("%(hours)g h after %(run)s long days", hours=rules.after_long_run_hours, run=rules.long_run)
    if rules.duty_run:
        yield _("%(hours)g h after %(run)s days at work", hours=rules.after_duty_run_hours, run=rules.duty_run)
    if rules.after_day_long_call_hours:
        yield _("%(hours)g h after 24 h as resident on call", hours=rules.after_day_long_call_hours)
    if rules.free_day_in_days:
        yield _("one day in %(days)s free of work and education", days=rules.free_day_in_days)


def _values(programme: Programme, rest: RestRules, policy: Policy) -> Iterator[tuple[str, str]]:
    """What stands in the form's fields."""
    yield "rest", rest.key
    for name in NUMBERS:
        yield name, f"{getattr(rest, name):g}"
    for kind, level in policy.during.items():
        yield f"level-{kind.value}", level.value
    yield "lunch_from", f"{policy.lunch[0]:%H:%M}"
    yield "lunch_until", f"{policy.lunch[1]:%H:%M}"
    yield "beside", f"{policy.beside_work.total_seconds() / 60:g}"
    yield "buffer", f"{policy.buffer.total_seconds() / 60:g}"
    for start, end in _ways(programme.sites):
        way = policy.journeys.get((start.id, end.id))
        yield _field_of(start, end), f"{way.total_seconds() / 60:g}" if way else ""


def _ways(sites: tuple[Site, ...]) -> Iterator[tuple[Site, Site]]:
    yield from permutations(sites, 2)


def _field_of(start: Site, end: Site) -> str:
    return f"way-{start.id}-{end.id}"


def _rest(form: Form) -> str:
    """The choice of rest rules as it is kept."""
    key = form.choice("rest", {key: key for key in (*PRESETS, CUSTOM)})
    names = [name for name in (NUMBERS if key == CUSTOM else (SLEEP,)) if name in form]
    numbers = ",".join(f"{name}={_hours(form, name):g}" for name in names)
    return rest_rules_text(rules_for(f"{key}:{numbers}"))


def _hours(form: Form, name: str) -> float:
    return form.number(name, 0, most_of(name)) if name in WHOLE_NUMBERS else form.decimal(name, 0, most_of(name))


def _policy(form: Form, sites: tuple[Site, ...]) -> Policy:
    plain = Policy()
    ways = {
        (start.id, end.id): _minutes(form, _field_of(start, end), MOST_JOURNEY_MINUTES) for start, end in _ways(sites)
    }
    lunch = form.time("lunch_from"), form.time("lunch_until")
    if not form.faults and lunch[1] < lunch[0]:
        form.refuse("lunch_until", _("The end is before the start. Enter a later time."))
    return replace(
        plain,
        lunch=lunch,
        beside_work=_minutes(form, "beside", MOST_BESIDE_MINUTES),
        buffer=_minutes(form, "buffer", MOST_BUFFER_MINUTES),
        during={kind: _level(form, kind, level) for kind, level in plain.during.items()},
        journeys={way: minutes for way, minutes in ways.items() if minutes},
    )


def _level(form: Form, kind: DutyKind, default: Level) -> Level:
    return form.choice(f"level-{kind.value}", {level.value: level for level in Level}, default=default.value)


def _minutes(form: Form, field: str, most: float) -> timedelta:
    return timedelta(minutes=form.number(field, 0, int(most), default=0))
