"""What is in trouble, the worst and the soonest first, with what works beside each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.troubles import service
from scheduler.troubles.causes import Told
from scheduler.troubles.model import Remedy, RemedyKind, TroubleState
from scheduler.troubles.remedies import remedies_for
from scheduler.troubles.settlement import Choice, carry_out_remedies
from scheduler.troubles.trouble_view import Trouble
from scheduler.troubles.wording import ending_words, past_pill, pill, sentence
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_shown, read_address
from web.language import clock_time, mode_name, ngettext, short_day
from web.language import gettext as _
from web.paging import page_number
from web.request_context import actor, database, now

FIRST = 2
"""So many remedies are buttons in a list; the others are in its choice."""
STATES = {state.value: state for state in TroubleState}
_BUTTON = "now"
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Line:
    """A trouble with its remedies, each with its words; ``buttons`` are those that change something at once."""

    trouble: Trouble
    pill: str
    sentence: str
    cause: str
    remedies: tuple[tuple[Remedy, str], ...]
    shown: tuple[object, ...]

    @property
    def buttons(self) -> tuple[tuple[Remedy, str], ...]:
        """The best of those that settle it."""
        helping = (each for each in self.remedies if each[0].kind not in (RemedyKind.ACCEPT, RemedyKind.CANCEL))
        return tuple(helping)[:FIRST]


@blueprint.get("/<int:programme_id>/troubles")
@open_to(Audience.COORDINATOR)
def troubles(programme_id: int) -> str:
    """The list: what is open, what was accepted, or what was settled lately."""
    with read_address() as form:
        state = form.choice("state", STATES, TroubleState.OPEN.value)
        rota_id = form.find_id("rota")
        page = page_number(form)
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = service.list_troubles(db, actor(), programme_id, now(), state=state, rota_id=rota_id, page=page)
        counts = service.count_troubles(db, actor(), programme_id)
        remedies = remedies_for(db, programme, found.troubles, now()) if state is not TroubleState.SETTLED else {}
    return render_template(
        "coordinator/troubles.html",
        programme=programme,
        found=found,
        lines=lines_of(programme, found.troubles, remedies),
        counts=counts,
        state=state,
        rota_id=rota_id,
        ending_words=ending_words,
    )


@blueprint.get("/<int:programme_id>/troubles/<int:trouble_id>")
@open_to(Audience.COORDINATOR)
def trouble(programme_id: int, trouble_id: int) -> str:
    """One trouble: what, since when, by which change, whom it touches, and everything that works."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = service.get_trouble(db, actor(), programme_id, trouble_id, now())
        remedies = remedies_for(db, programme, (found,), now(), thorough=True)
        earlier = service.earlier_troubles(db, actor(), programme_id, found, now())
    return render_template(
        "coordinator/trouble.html",
        programme=programme,
        line=lines_of(programme, (found,), remedies)[0],
        earlier=lines_of(programme, earlier, {}),
        ending_words=ending_words,
        told=cause_words,
    )


@blueprint.post("/<int:programme_id>/troubles")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.troubles", "troubles")
def troubles_settled(programme_id: int) -> ResponseReturnValue:
    """Carry out whatever was chosen: by a button one thing, by the button at the end everything."""
    return _settled(
        programme_id, _chosen(Form(request.form)), url_for("coordinator.troubles", programme_id=programme_id)
    )


@blueprint.post("/<int:programme_id>/troubles/<int:trouble_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.trouble", "troubles")
def trouble_settled(programme_id: int, trouble_id: int) -> ResponseReturnValue:
    """Carry out one remedy for one trouble."""
    chosen = [choice for choice in _chosen(Form(request.form)) if choice.trouble_id == trouble_id]
    return _settled(
        programme_id, chosen, url_for("coordinator.trouble", programme_id=programme_id, trouble_id=trouble_id)
    )


@blueprint.post("/<int:programme_id>/troubles/<int:trouble_id>/reopen")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.trouble", "reopen")
def trouble_reopened(programme_id: int, trouble_id: int) -> ResponseReturnValue:
    """Put an accepted one back on the list."""
    with database().writing() as db:
        found = service.get_trouble(db, actor(), programme_id, trouble_id, now())
        must_be_as_shown(*_shown(found), name=f"seen-{trouble_id}")
        service.reopen(db, actor(), programme_id, trouble_id, now())
    return redirect(url_for("coordinator.trouble", programme_id=programme_id, trouble_id=trouble_id), 303)


def _settled(programme_id: int, chosen: list[Choice], back: str) -> ResponseReturnValue:
    why = Form(request.form).text("why")
    with database().writing() as db:
        ids = [choice.trouble_id for choice in chosen]
        for trouble in service.get_troubles(db, actor(), programme_id, ids, now()):
            must_be_as_shown(*_shown(trouble), name=f"seen-{trouble.id}")
        done = carry_out_remedies(db, actor(), programme_id, chosen, why, now())
    flash(ngettext("Done: %(num)s change was made.", "Done: %(num)s changes were made.", done))
    return redirect(back, 303)


def _shown(trouble: Trouble) -> tuple[object, ...]:
    """What somebody who decides must have seen as it is: the trouble, and what its session is now."""
    session = trouble.session
    of_session = (
        (session.starts_at, session.cancelled, session.mode, session.room_id, session.facilitators) if session else ()
    )
    return (trouble.kind, trouble.aspect, trouble.state, trouble.ended_at, *of_session)


def _chosen(form: Form) -> list[Choice]:
    if _BUTTON in form:
        number, _between, key = form.text(_BUTTON).partition(_BETWEEN)
        return [Choice(int(number), key)] if number.isdecimal() and len(number) < 10 else []
    numbers = form.numbers_after("remedy-")
    return [Choice(number, key) for number in numbers if (key := form.text(f"remedy-{number}"))]


def lines_of(programme: Programme, found: Iterable[Trouble], remedies: Mapping[int, tuple[Remedy, ...]]) -> list[Line]:
    """Troubles in words, with what works for each."""
    return [
        Line(
            each,
            pill(each) if each.ended_at is None else past_pill(each),
            sentence(each),
            cause_words(each.cause),
            tuple((remedy, remedy_words(remedy, programme)) for remedy in remedies.get(each.id, ())),
            _shown(each),
        )
        for each in found
    ]


def cause_words(told: Told) -> str:
    """By which change, and by whom: a sentence, or nothing."""
    if not told.words:
        return ""
    said = _("%(what)s (%(name)s)", what=told.words, name=told.by) if told.by else told.words
    return _("%(what)s.", what=said[0].upper() + said[1:])


def remedy_words(remedy: Remedy, programme: Programme) -> str:
    """What it is, and how many could come then."""
    return _WORDS[remedy.kind](remedy, programme)


def _date(remedy: Remedy, programme: Programme) -> str:
    assert remedy.starts_at is not None, "a date has a start"
    day, time = short_day(remedy.starts_at, programme.zone), clock_time(remedy.starts_at, programme.zone)
    if remedy.coming == remedy.residents:
        return ngettext(
            "%(day)s, %(time)s: everyone can come", "%(day)s, %(time)s: all %(num)s can come", remedy.residents,
            day=day, time=time,
        )  # fmt: skip
    return _("%(day)s, %(time)s: %(coming)s of %(all)s can come", day=day, time=time, coming=remedy.coming,
             all=remedy.residents)  # fmt: skip


_WORDS: Final[Mapping[RemedyKind, Callable[[Remedy, Programme], str]]] = {
    RemedyKind.DATE: _date,
    RemedyKind.DEPUTY: lambda remedy, _programme: _("%(name)s stands in", name=remedy.name),
    RemedyKind.ROOM: lambda remedy, _programme: _("Move to %(room)s", room=remedy.name),
    RemedyKind.MODE: lambda remedy, _programme: _("Meet %(way)s", way=mode_name(remedy.name)),
    RemedyKind.REINSTATE: lambda _remedy, _programme: _("Reinstate the session"),
    RemedyKind.PUT: lambda remedy, _programme: _("Move %(name)s to %(group)s", name=remedy.person, group=remedy.name),
    RemedyKind.OVER: lambda remedy, _programme: _("%(name)s facilitates the group from now on", name=remedy.name),
    RemedyKind.SWAP: lambda remedy, _programme: _(
        "%(person)s and %(name)s swap groups", person=remedy.person, name=remedy.name
    ),
    RemedyKind.CANCEL: lambda _remedy, _programme: _("Cancel it, and offer the group other dates"),
    RemedyKind.ACCEPT: lambda _remedy, _programme: _("Leave it as it is"),
}
