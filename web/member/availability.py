"""When somebody can come: what the rota says, what they correct, and their other calendars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability import calendars, entries
from scheduler.availability.model import Category, Reason
from scheduler.availability.service import Answer, for_person
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound
from scheduler.people.clocks import zone_of
from scheduler.people.model import Role
from scheduler.programmes.model import Programme
from scheduler.programmes.own import OwnProgramme, own_programmes
from scheduler.programmes.service import get_programme
from scheduler.rotas.listing import own_rotas
from solvers.instance import NOT_KNOWN
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.language import WEEKDAYS, lazy_gettext
from web.language import gettext as _
from web.member import patterns
from web.member.blueprint import blueprint
from web.member.week import AS_THE_ROTA_SAYS, SAYABLE, WORDS, Term, Week, changes_of
from web.refusals import Refusal, refusal_of
from web.uploads import uploaded

_NOT_WORKED_OUT = Reason(Category.NOT_LOADED, "rota_not_loaded")
CHOICES = {
    **{name: WORDS[mark] for name, mark in SAYABLE.items()},
    "unknown": lazy_gettext("not known yet"),
    AS_THE_ROTA_SAYS: lazy_gettext("as the rota says"),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which programme and which week a request is about."""

    programmes: tuple[OwnProgramme, ...]
    programme: Programme
    term: Term
    week: Week | None

    def address(self) -> str:
        """The page of this programme and week."""
        monday = self.week.monday.isoformat() if self.week else None
        return url_for("member.availability", programme=self.programme.id, week=monday)


@blueprint.get("/availability")
@open_to(Audience.MEMBER)
def availability() -> str:
    """The week, why it is so, weekly entries and other calendars."""
    return _page()


@blueprint.post("/availability")
@open_to(Audience.MEMBER)
def availability_said() -> ResponseReturnValue:
    """Take what the form of a week changes."""
    return _changed("week", _say)


@blueprint.post("/availability/weekly")
@open_to(Audience.MEMBER)
def availability_weekly() -> ResponseReturnValue:
    """Add something that holds every week, an exception to it, or take it back."""
    return _changed("weekly", lambda db, asked: patterns.change(db, actor(), asked.programme.id, request.form, now()))


@blueprint.post("/availability/away")
@open_to(Audience.MEMBER)
def availability_away() -> ResponseReturnValue:
    """Note long leave, or take it back."""
    return _changed("away", lambda db, asked: patterns.be_away(db, actor(), asked.programme.id, request.form, now()))


@blueprint.post("/availability/calendars")
@open_to(Audience.MEMBER)
def availability_address() -> ResponseReturnValue:
    """Take another calendar by its address."""
    return _changed("address", _add_address)


@blueprint.post("/availability/calendars/file")
@open_to(Audience.MEMBER)
def availability_file() -> ResponseReturnValue:
    """Take an uploaded calendar."""
    return _changed("file", _add_file)


@blueprint.post("/availability/calendars/<int:calendar_id>/all-day")
@open_to(Audience.MEMBER)
def availability_all_day(calendar_id: int) -> ResponseReturnValue:
    """Take what all-day entries of a calendar mean."""

    def answer(db: Any, _asked: _Asked) -> str:
        are_leave = request.form.get("are_leave") == "1"
        calendars.answer_all_day(db, actor(), calendar_id, are_leave=are_leave, now=now())
        return _("Noted: you are away on those days.") if are_leave else _("Noted: those days stay free.")

    return _changed("calendars", answer)


@blueprint.post("/availability/calendars/<int:calendar_id>/remove")
@open_to(Audience.MEMBER)
def availability_removed(calendar_id: int) -> ResponseReturnValue:
    """Forget another calendar."""

    def forget(db: Any, _asked: _Asked) -> str:
        calendars.remove(db, actor(), calendar_id, now())
        return _("That calendar and its busy times are forgotten.")

    return _changed("calendars", forget)


def _changed(part: str, change: Callable[[Any, _Asked], str]) -> ResponseReturnValue:
    """Make a change, all of it or nothing; what was wrong is shown beside the part that it came from."""
    try:
        with database().writing() as db:
            asked = _find_asked(db)
            said = change(db, asked)
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        refusal = refusal_of(error)
        return _page(refusal, part), refusal.status
    flash(said)
    return redirect(asked.address(), 303)


def _say(db: Any, asked: _Asked) -> str:
    if asked.week is None:
        raise NotFound(_("The programme has no times in that week."))
    changes = changes_of(asked.week, request.form)
    entries.correct(db, actor(), asked.programme.id, changes.unsaid, changes.said, now())
    number = len({*changes.unsaid, *changes.said})
    return _("Saved.") if number else _("Nothing was changed, so all is as it was.")


def _add_address(db: Any, _asked: _Asked) -> str:
    calendars.add_address(db, actor(), request.form.get("address", ""), now())
    return _("The calendar is read within a few minutes, and then every four hours.")


def _add_file(db: Any, _asked: _Asked) -> str:
    calendars.add_file(db, actor(), uploaded().content, now())
    return _("The busy times of that file are taken over. The file itself is not kept.")


def _page(refusal: Refusal | None = None, refused: str = "") -> str:
    with database().reading() as db:
        asked = _find_asked(db)
        weekly = entries.list_weekly(db, actor(), asked.programme.id)
        others = calendars.list_calendars(db, actor(), now())
        rotas = own_rotas(db, actor(), asked.programme.id)
        absences = entries.list_absences(db, actor(), asked.programme.id, actor().person_id or 0)
        own_zone = zone_of(db, actor())
    return render_template(
        "member/availability.html",
        asked=asked,
        choices=CHOICES,
        here={"programme": asked.programme.id, "week": asked.week.monday.isoformat() if asked.week else None},
        weekly=[entry for entry in weekly if entry.category in patterns.SHOWN],
        kinds=patterns.kinds_for(has_rota=bool(rotas)),
        patterns=patterns,
        absences=absences,
        own_zone=own_zone,
        weekdays=WEEKDAYS,
        calendars=others,
        rotas=rotas,
        refusal=refusal,
        refused=refused,
        form=request.form,
    )


def _find_asked(db: Any) -> _Asked:
    programmes = own_programmes(db, actor(), Role.RESIDENT, Role.FACULTY)
    programme = get_programme(db, _chosen(db, programmes))
    answers = _answers(db, programme)
    term = Term(
        answers,
        entries.list_said(db, actor(), programme.id),
        timedelta(minutes=programme.session_minutes),
        ZoneInfo(programme.zone),
        now(),
        _zone_of(db),
    )
    return _Asked(programmes, programme, term, _week_of(term))


def _zone_of(db: Any) -> ZoneInfo | None:
    name = zone_of(db, actor())
    return ZoneInfo(name) if name else None


def _chosen(db: Any, programmes: tuple[OwnProgramme, ...]) -> int:
    """The programme in the address if it is one's own; else the first that is still going on, or the last."""
    ids = [programme.id for programme in programmes]
    if "programme" in request.args:
        if (wanted := request.args.get("programme", type=int)) not in ids:
            raise NotFound(_("There is no such programme, or it is not yours."))
        return int(wanted or 0)
    today = now().date()
    return next((one for one in ids if get_programme(db, one).last_day >= today), ids[-1])


def _answers(db: Any, programme: Programme) -> tuple[Answer, ...]:
    """What was worked out; not known for somebody of whom nothing has been yet."""
    try:
        return for_person(db, actor(), programme.id, actor().person_id or 0)
    except NotFound:
        return tuple(Answer(slot.starts_at, slot.round, NOT_KNOWN, _NOT_WORKED_OUT) for slot in programme.slots())


def _week_of(term: Term) -> Week | None:
    wanted = request.args.get("week")
    if wanted is None:
        current = term.current()
        return term.week(current) if current else None
    try:
        found = term.week(date.fromisoformat(wanted))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("The programme has no times in that week."))
    return found
