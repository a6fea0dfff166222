"""What a programme asks of people's time: rest, what duties leave open, journeys, and room around a session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from itertools import permutations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability.changing import change_rules, get_rules
from scheduler.availability.model import Level, Policy
from scheduler.availability.policy import (
    MOST_BESIDE_MINUTES,
    MOST_BUFFER_MINUTES,
    MOST_JOURNEY_MINUTES,
    NEVER,
)
from scheduler.availability.rest import CUSTOM, MOST, NUMBERS, PRESETS, WHOLE_NUMBERS, RestRules, rules_for, written
from scheduler.availability.wording import LEVEL_NAMES
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound, Rejected
from scheduler.programmes.model import Programme, Site
from scheduler.programmes.service import get_programme
from scheduler.rotas.model import DutyKind
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.questions import KIND_NAMES
from web.current import actor, database, now
from web.language import gettext as _
from web.language import lazy_gettext
from web.refusals import Refusal, refusal_of

SLEEP = "sleep_before_night_hours"
NUMBER_NAMES = {
    "between_duties_hours": lazy_gettext("Hours of rest between duties"),
    "after_nights_hours": lazy_gettext("Hours of rest after nights"),
    "long_run": lazy_gettext("Long days in a row after which rest is due (0: none)"),
    "after_long_run_hours": lazy_gettext("Hours of that rest"),
    "duty_run": lazy_gettext("Days at work in a row after which rest is due (0: none)"),
    "after_duty_run_hours": lazy_gettext("Hours of rest after those days"),
    "after_day_long_call_hours": lazy_gettext("Hours of rest after 24 hours on call in the house"),
    "free_day_in_days": lazy_gettext("One day stays free in so many days (0: no such rule)"),
}
"""Own numbers, but for sleep before a night, which stands beside every preset."""


@blueprint.get("/<int:programme_id>/rules")
@open_to(Audience.COORDINATOR)
def rules(programme_id: int) -> str:
    """The rules as they are, with the sources of the presets."""
    return _page(programme_id)


@blueprint.post("/<int:programme_id>/rules")
@open_to(Audience.COORDINATOR)
def rules_changed(programme_id: int) -> ResponseReturnValue:
    """Take the whole form over, or nothing of it."""
    try:
        with database().writing() as db:
            sites = get_programme(db, programme_id).sites
            changed = change_rules(db, actor(), programme_id, _rest(), _policy(sites), now())
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        refusal = refusal_of(error)
        return _page(programme_id, refusal), refusal.status
    if changed:
        flash(_("The rules are saved, and everybody’s times are worked out anew."))
    else:
        flash(_("Nothing was changed, so all is as it was."))
    return redirect(url_for("coordinator.rules", programme_id=programme_id), 303)


def _page(programme_id: int, refusal: Refusal | None = None) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = get_rules(db, actor(), programme_id)
    return render_template(
        "coordinator/rules.html",
        programme=programme,
        rest=found.rest,
        policy=found.policy,
        values=dict(_values(programme, found.rest, found.policy)) | request.form.to_dict(),
        presets=[(rules, _in_short(rules)) for rules in PRESETS.values()],
        custom=CUSTOM,
        number_names=NUMBER_NAMES,
        whole_numbers=WHOLE_NUMBERS,
        kinds=KIND_NAMES,
        levels=LEVEL_NAMES,
        never=NEVER,
        ways=list(_ways(programme.sites)),
        most={"hours": MOST, "beside": MOST_BESIDE_MINUTES, "buffer": MOST_BUFFER_MINUTES, "way": MOST_JOURNEY_MINUTES},
        refusal=refusal,
    )


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
        yield _("%(hours)g h after 24 h on call in the house", hours=rules.after_day_long_call_hours)
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


def _rest() -> str:
    """The choice of rest rules as it is kept."""
    key = request.form.get("rest", "")
    names = NUMBERS if key == CUSTOM else (SLEEP,)
    numbers = ",".join(f"{name}={request.form.get(name, '').strip()}" for name in names if name in request.form)
    return written(rules_for(f"{key}:{numbers}"))


def _policy(sites: tuple[Site, ...]) -> Policy:
    plain = Policy()
    ways = {(start.id, end.id): _minutes(_field_of(start, end)) for start, end in _ways(sites)}
    return replace(
        plain,
        lunch=(_clock("lunch_from"), _clock("lunch_until")),
        beside_work=_minutes("beside"),
        buffer=_minutes("buffer"),
        during={kind: _level(kind, level) for kind, level in plain.during.items()},
        journeys={way: minutes for way, minutes in ways.items() if minutes},
    )


def _level(kind: DutyKind, default: Level) -> Level:
    chosen = request.form.get(f"level-{kind.value}", default.value)
    if chosen not in {level.value for level in Level}:
        raise Rejected(_("This is not one of the choices."), where=str(KIND_NAMES[kind.value]))
    return Level(chosen)


def _minutes(field: str) -> timedelta:
    text = request.form.get(field, "").strip() or "0"
    if not (text.isascii() and text.isdecimal()) or len(text) > 4:
        raise Rejected(
            _("“%(written)s” is not a number of minutes.", written=text), what_to_do=_("Write a whole number.")
        )
    return timedelta(minutes=int(text))


def _clock(field: str) -> time:
    text = request.form.get(field, "")
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise Rejected(_("Lunch has two times like 12:30."), what_to_do=_("Choose both and save once more."))
    return time.fromisoformat(text)
