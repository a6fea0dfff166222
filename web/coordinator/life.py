"""The life of a programme: its next term, a copy of it, its end, the archive."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.life import life_of
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.programmes.start import LONGEST_NAME, usual_first_day
from scheduler.terms.archive import archive, sessions_not_over, take_from_archive
from scheduler.terms.closure import Ending, end_programme, reopen_programme, what_ending_does
from scheduler.terms.next_term import NextTerm, begin_next_term, copy_programme, usual_next_day
from scheduler.terms.staying_on import leaving_with_the_term
from scheduler.text_input import LONGEST_REASON
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import month_and_year, ngettext
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/life")
@open_to(Audience.COORDINATOR)
def life(programme_id: int) -> str:
    """What can become of the programme from here."""
    with database().reading() as db:
        return render_template(
            "coordinator/life.html",
            programme=get_programme(db, programme_id),
            life=life_of(db, programme_id, now()),
            not_over=sessions_not_over(db, programme_id, now()),
        )


@blueprint.get("/<int:programme_id>/life/next-term")
@open_to(Audience.COORDINATOR)
def life_next_term(programme_id: int) -> str:
    """What the next term begins with."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = life_of(db, programme_id, now())
        leaving = len(leaving_with_the_term(db, programme_id))
    first_day = usual_next_day(programme, now().date())
    return render_template(
        "coordinator/next_term.html",
        programme=programme,
        life=found,
        name=_usual_name(programme, first_day),
        first_day=first_day,
        longest=LONGEST_NAME,
        leaving=leaving,
    )


@blueprint.post("/<int:programme_id>/life/next-term")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.life_next_term", "next", once=True)
def life_next_term_begun(programme_id: int) -> ResponseReturnValue:
    """Begin it."""
    with read_form() as form:
        wanted = NextTerm(
            name=form.text("name"),
            first_day=form.day("first_day"),
            keeps_groups=form.choice("groups", {"kept": True, "anew": False}),
        )
    with database().writing() as db:
        after = begin_next_term(db, actor(), programme_id, wanted, now())
    flash(_("The next term is ready. Nobody has been asked yet: ask everyone whether they’d like to go on."))
    return redirect(url_for("coordinator.overview", programme_id=after), 303)


@blueprint.get("/<int:programme_id>/life/copy")
@open_to(Audience.COORDINATOR)
def life_copy(programme_id: int) -> str:
    """What a copy is called, and when it begins."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
    return render_template(
        "coordinator/copy.html",
        programme=programme,
        first_day=usual_first_day(now(), programme.zone),
        longest=LONGEST_NAME,
    )


@blueprint.post("/<int:programme_id>/life/copy")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.life_copy", "copy", once=True)
def life_copied(programme_id: int) -> ResponseReturnValue:
    """Copy it."""
    with read_form() as form:
        name, first_day = form.text("name"), form.day("first_day")
    with database().writing() as db:
        after = copy_programme(db, actor(), programme_id, name, first_day, now())
    flash(_("Your programme is ready to be filled. Everything about it can be changed later."))
    return redirect(url_for("coordinator.overview", programme_id=after), 303)


@blueprint.get("/<int:programme_id>/life/end")
@open_to(Audience.COORDINATOR)
def life_end(programme_id: int) -> str:
    """What ending the programme does, and to how many."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = what_ending_does(db, actor(), programme_id, now())
        has_ended = life_of(db, programme_id, now()).has_ended
    return render_template(
        "coordinator/end.html",
        programme=programme,
        ending=found,
        seen_values=_values(found),
        has_ended=has_ended,
        longest=LONGEST_REASON,
    )


@blueprint.post("/<int:programme_id>/life/end")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.life_end", "end")
def life_ended(programme_id: int) -> ResponseReturnValue:
    """End it, as it was shown."""
    with read_form() as form:
        why = form.text("why")
    with database().writing() as db:
        must_be_as_seen(_values(what_ending_does(db, actor(), programme_id, now())))
        cancelled = end_programme(db, actor(), programme_id, why, now())
    flash(
        ngettext(
            "The programme has ended. %(num)s session was cancelled.",
            "The programme has ended. %(num)s sessions were cancelled.",
            cancelled,
        )
    )
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/life/reopen")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.life", "reopen")
def life_reopened(programme_id: int) -> ResponseReturnValue:
    """Take the end back."""
    with database().writing() as db:
        back = reopen_programme(db, actor(), programme_id, now())
    flash(
        ngettext(
            "The programme goes on. %(num)s session takes place again.",
            "The programme goes on. %(num)s sessions take place again.",
            back,
        )
    )
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/life/archive")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.life", "archive")
def life_archived(programme_id: int) -> ResponseReturnValue:
    """Put it away."""
    with database().writing() as db:
        archive(db, actor(), programme_id, now())
    flash(_("Archived. You’ll find it at the foot of your programmes."))
    return redirect(url_for("coordinator.programmes"), 303)


@blueprint.post("/<int:programme_id>/life/unarchive")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.life", "archive")
def life_unarchived(programme_id: int) -> ResponseReturnValue:
    """Take it out of the archive."""
    with database().writing() as db:
        take_from_archive(db, actor(), programme_id, now())
    flash(_("Back among your programmes."))
    return _back(programme_id)


def _usual_name(programme: Programme, first_day: date) -> str:
    """The name of a next term: that of this one with the month of its first day, in place of this one's."""
    own = _("%(programme)s, from %(month)s", programme="", month=month_and_year(programme.first_day))
    name = programme.name.removesuffix(own)
    ending = _("%(programme)s, from %(month)s", programme="", month=month_and_year(first_day))
    return name[: LONGEST_NAME - len(ending)] + ending


def _values(found: Ending) -> list[int]:
    return [found.sessions, found.people]


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.life", programme_id=programme_id), 303)
