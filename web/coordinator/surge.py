"""Busy weeks: sessions of the whole programme shorter, or from afar, for some days; and back in one step."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.coordination.surge import (
    LONGEST_WORDS,
    SHORTEST,
    SurgeEffects,
    begin_surge,
    end_surge,
    find_surge,
    what_surge_does,
)
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.surge import Surge
from scheduler.text_input import LONGEST_REASON
from web.audiences import Audience, open_to
from web.coordinator.between import AGAIN, Asked, Told, must_be_shown, page_between
from web.coordinator.blueprint import blueprint
from web.forms import Form, fill_form, form_on, must_be_as_seen, read_form
from web.language import clock_time, mode_name, ngettext, short_day
from web.language import gettext as _
from web.mailing import mailed
from web.request_context import actor, database, now, settings

FORM = "surge"


@blueprint.get("/<int:programme_id>/busy-weeks")
@open_to(Audience.COORDINATOR)
def surge(programme_id: int) -> str:
    """What is so now, with a way back; otherwise the form."""
    with database().reading() as db:
        programme, found = get_programme(db, programme_id), find_surge(db, actor(), programme_id, now())
    return render_template(
        "coordinator/surge.html",
        programme=programme,
        found=found,
        usual_minutes=max(SHORTEST, programme.session_minutes // 2),
        shortest=SHORTEST,
        longest_words=LONGEST_WORDS,
        longest_reason=LONGEST_REASON,
    )


@blueprint.post("/<int:programme_id>/busy-weeks")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.surge", FORM)
def surge_begun(programme_id: int) -> ResponseReturnValue:
    """Begin, once what it does has been shown."""
    if AGAIN in request.form:
        fill_form(FORM, request.form, whole=True)
        return surge(programme_id)
    with read_form() as form:
        wanted, words, why = _wanted(form), form.text("words"), form.text("why")
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        asked = _asked(programme, what_surge_does(db, actor(), programme_id, wanted, now()))
        if must_be_shown(asked):
            return page_between(asked, FORM, programme)
        count = begin_surge(db, actor(), programme_id, wanted, why, words, now(), page_url=settings().base_url + "/")
    flash(
        mailed(
            ngettext(
                "Done. %(num)s session is easier to keep now, and we’ll tell everyone concerned.",
                "Done. %(num)s sessions are easier to keep now, and we’ll tell everyone concerned.",
                count,
            )
        )
    )
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/busy-weeks/back")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.surge", "back")
def surge_ended(programme_id: int) -> ResponseReturnValue:
    """Take all of it back."""
    with database().writing() as db:
        must_be_as_seen(find_surge(db, actor(), programme_id, now()))
        count = end_surge(db, actor(), programme_id, now(), page_url=settings().base_url + "/")
    flash(
        mailed(
            ngettext(
                "%(num)s session is as usual again, and we’ll tell everyone concerned.",
                "%(num)s sessions are as usual again, and we’ll tell everyone concerned.",
                count,
            )
        )
    )
    return _back(programme_id)


def _wanted(form: Form) -> Surge:
    first_day, last_day = form.day("first_day"), form.find_coming_day("last_day")
    minutes = form.number("minutes", 1, 24 * 60) if form.ticked("shorter") else None
    return Surge(first_day, last_day, minutes, form.ticked("remote"), form.ticked("written"))


def _asked(programme: Programme, does: SurgeEffects) -> Asked:
    return Asked(
        _("Busy weeks"),
        tuple(_told(programme, does)),
        url_for("coordinator.surge_begun", programme_id=programme.id),
        url_for("coordinator.surge", programme_id=programme.id),
        (),
        button=_("Change these sessions"),
    )


def _told(programme: Programme, does: SurgeEffects) -> Iterator[Told]:
    yield Told(
        ngettext("%(num)s session changes:", "%(num)s sessions change:", len(does.touched)),
        [
            ", ".join(
                filter(
                    None,
                    (
                        each.group_name,
                        f"{short_day(each.starts_at, programme.zone)} {clock_time(each.starts_at, programme.zone)}",
                        _("%(minutes)s minutes", minutes=each.minutes) if each.minutes is not None else "",
                        mode_name(each.mode) if each.mode is not None else "",
                    ),
                )
            )
            for each in does.touched
        ],
    )
    if does.stay:
        yield Told(
            _("These groups go on in person, because of people who meet in no other way that suits all of them:"),
            [f"{group}: {', '.join(names)}" for group, names in does.stay],
        )
    if does.live:
        yield Told(
            _("These groups don’t have a week in writing, because of people who haven’t said yes to one:"),
            [f"{group}: {', '.join(names)}" for group, names in does.live],
        )
    if does.no_way_in:
        yield Told(
            _("These groups have no video link or number to call yet. Anyone in them can add it on the group’s page:"),
            list(does.no_way_in),
        )
    yield Told(
        mailed(ngettext("We e-mail %(num)s person.", "We e-mail %(num)s people.", does.people)),
    )


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.surge", programme_id=programme_id), 303)
