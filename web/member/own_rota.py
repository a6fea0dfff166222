"""A rota of one's own: tapped in day by day, pasted or uploaded; seen before it counts, and forgotten at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.calendar_days import read_day
from scheduler.db import Db
from scheduler.errors import Rejected
from scheduler.plans.own_programmes import OwnProgramme
from scheduler.programmes.model import Programme
from scheduler.rota_import import addresses, own_removal, own_rotas, own_waiting
from scheduler.rota_import.other_readings import READING, other_readings
from scheduler.rota_import.own_rotas import CODES, GivenRota
from scheduler.rota_import.own_waiting import OwnWaiting
from scheduler.rota_import.service import Upload, read_file
from scheduler.rotas.answers import MUST_BE_ANSWERED
from scheduler.rotas.first_weeks import left_out
from scheduler.rotas.model import DutyKind
from scheduler.rotas.spoken import is_day_by_day, is_list_of_leave
from web.audiences import Audience, open_to
from web.forms import Form, form_on, must_be_as_shown, read_form
from web.language import WEEKDAYS, ngettext
from web.language import gettext as _
from web.member.availability import list_programmes, programme_asked
from web.member.blueprint import blueprint
from web.request_context import actor, database, now
from web.rota_questions import CHOICE_NAMES, KIND_NAMES, MOST_SHOWN, answers_of_form, asked, months
from web.uploads import find_uploaded

DAYS_SHOWN: Final = 28
REPEATS: Final = (7, 14, 21, 28)
"""After how many days a pattern may begin again."""
_PASTED: Final = "rota.txt"
_A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid: its number in it, what stands on it, and the code and kind of that; no kind where nothing is
    said. What was given but is not offered can be left as it is (``is_other``)."""

    number: int
    day: date
    code: str
    kind: str
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose programme a request is about, and which others they have."""

    programmes: tuple[OwnProgramme, ...]
    programme: Programme


@blueprint.get("/availability/rota")
@open_to(Audience.PARTICIPANT)
def own_rota() -> str:
    """What is in, what waits, and the ways to give a rota."""
    with database().reading() as db:
        there = _find_asked(db)
        given = own_rotas.find_given(db, actor(), there.programme.id)
        waiting = own_waiting.find_own_waiting(db, actor(), there.programme.id)
        address = addresses.find_own_address(db, actor(), there.programme.id)
        differing = own_rotas.differences(db, actor(), there.programme.id, now().date())
        department = own_rotas.department_days(db, actor(), there.programme.id)
    questions = asked(waiting.understood) if waiting else ()
    first, read_days = _first_shown(there.programme), list(_days_read(waiting)) if waiting else []
    return render_template(
        "member/own_rota.html",
        programmes=there.programmes,
        programme=there.programme,
        here={"programme": there.programme.id},
        given=given,
        counts_until=_how_long(given) if given else "",
        department=department,
        address=address,
        waiting=waiting,
        shown=shown_of(waiting),
        read_days=read_days,
        kinds_read={day.kind for day in read_days},
        counts=_counts(waiting),
        holds_leave=waiting is not None and is_list_of_leave(waiting.understood.rota),
        is_day_by_day=waiting is not None and is_day_by_day(waiting.understood.rota),
        left_out=left_out(waiting.understood.questions) if waiting else (),
        questions=questions[:MOST_SHOWN],
        folded=questions[MOST_SHOWN:],
        choices=CHOICE_NAMES,
        months=months(),
        read_day=read_day,
        kinds=KIND_NAMES,
        codes=CODES,
        repeats=REPEATS,
        weekdays=WEEKDAYS,
        days=list(_days_shown(first, given)),
        before=first - _A_WEEK,
        after=first + _A_WEEK,
        differing=differing,
    )


@blueprint.post("/availability/rota/days")
@open_to(Audience.PARTICIPANT)
@form_on("member.own_rota", "grid", field="until")
def own_rota_days() -> ResponseReturnValue:
    """Take the days that were tapped in, repeated up to a day if that is wanted."""
    with read_form() as form:
        first = form.day("first_day")
        repeat = form.choice("repeat", {"0": 0, **{str(number): number for number in REPEATS}}, default="0")
        until = form.find_day("until") if repeat else None
        if repeat and until is None:
            form.refuse("until", _("Choose the day until which it repeats."))
        names = [form.text(f"day-{number}") for number in range(repeat or DAYS_SHOWN)]
        others = DutyKind.OFF if form.text("others") else None
    if not any(names):
        raise Rejected(_("You haven’t tapped a day yet."), what_to_do=_("Choose what you do on a day, then save."))
    if not set(names) - {""} <= set(DutyKind):
        raise Rejected(_("Choose what each day is from the list."))
    kinds = [DutyKind(name) if name else others for name in names]

    def give(db: Db, there: _Asked) -> None:
        own_rotas.give_days(db, actor(), there.programme.id, first, kinds, until, now())

    return _given(give)


@blueprint.post("/availability/rota")
@open_to(Audience.PARTICIPANT)
@form_on("member.own_rota", "upload", field="text")
def own_rota_read() -> ResponseReturnValue:
    """Read a pasted text or a file; nothing counts before it has been seen."""
    form = Form(request.form)
    content, name = _content_of(form)
    with database().reading() as db:
        there = _find_asked(db)
        before = own_waiting.before_reading_own(db, actor(), there.programme.id)
    text = content.decode() if name == _PASTED else ""
    lines = own_waiting.read_own_lines(actor(), text, before, now()) if text else None
    rota = lines or read_file(Upload(name="", content=content, filename=name), before, now())
    others = other_readings(rota, now().date(), before.known)
    kept = text if lines is not None else ""
    with database().writing() as db:
        own_waiting.keep_own(db, actor(), there.programme.id, rota, form.text("written"), now(), kept, others)
    return _to_page(there)


@blueprint.post("/availability/rota/take")
@open_to(Audience.PARTICIPANT)
@form_on("member.own_rota", "answers")
def own_rota_taken() -> ResponseReturnValue:
    """Take the rota that was read, with the answers to its questions; where they move its days, only once these have
    been seen."""
    form = Form(request.form)
    answers, rest_is_off = answers_of_form(form), bool(form.text("rest_is_off"))
    with database().writing() as db:
        there = _find_asked(db)
        waiting = own_waiting.find_own_waiting(db, actor(), there.programme.id)
        must_be_as_shown(shown_of(waiting))
        if any(about in (*MUST_BE_ANSWERED, READING) for about, _subject in answers):
            own_waiting.answer_own(db, actor(), there.programme.id, answers, rest_is_off=rest_is_off)
            flash(_("Here is your rota with your answers. If it’s right, use it."))
            return _to_page(there)
        own_waiting.take_own(db, actor(), there.programme.id, answers, now(), rest_is_off=rest_is_off)
        said = _saved(db, there)
    flash(said)
    return _to_page(there)


@blueprint.post("/availability/rota/address")
@open_to(Audience.PARTICIPANT)
@form_on("member.own_rota", "address", field="address", once=True)
def own_rota_address() -> ResponseReturnValue:
    """Have it fetched from an address."""
    form = Form(request.form)

    def add(db: Db, there: _Asked) -> None:
        addresses.add_own_address(db, actor(), there.programme.id, form.text("address"), form.text("written"), now())

    return _changed(add, _("We’ll read your rota within a few minutes, and then every day."))


@blueprint.post("/availability/rota/address/remove")
@open_to(Audience.PARTICIPANT)
@form_on("member.own_rota")
def own_rota_address_removed() -> ResponseReturnValue:
    """Fetch it no more."""
    return _changed(
        lambda db, there: addresses.forget_own_address(db, actor(), there.programme.id),
        _("Your rota is no longer fetched. What was read of it stays until you delete it."),
    )


@blueprint.post("/availability/rota/discard")
@open_to(Audience.PARTICIPANT)
@form_on("member.own_rota")
def own_rota_discarded() -> ResponseReturnValue:
    """Throw away what was read."""
    return _changed(
        lambda db, there: own_waiting.forget_waiting(db, actor(), there.programme.id),
        _("What we read has been removed. Nothing else has changed."),
    )


@blueprint.post("/availability/rota/delete")
@open_to(Audience.PARTICIPANT)
@form_on("member.own_rota")
def own_rota_deleted() -> ResponseReturnValue:
    """Forget one's own rota."""
    return _changed(
        lambda db, there: own_removal.forget_own(db, actor(), there.programme.id, now()),
        _("Your own rota has been deleted."),
    )


def shown_of(waiting: OwnWaiting | None) -> tuple[object, ...]:
    """What is shown of a rota that waits: whoever takes it must have seen it as it stands."""
    return (waiting.read_at, waiting.understood.questions, waiting.understood.rota.duties) if waiting else ()


def _given(give: Callable[[Db, _Asked], None]) -> ResponseReturnValue:
    with database().writing() as db:
        there = _find_asked(db)
        give(db, there)
        said = _saved(db, there)
    flash(said)
    return _to_page(there)


def _saved(db: Db, there: _Asked) -> str:
    """That the rota is saved, and from when to when it counts."""
    given = own_rotas.find_given(db, actor(), there.programme.id)
    return " ".join(filter(None, (_("Your rota has been saved."), _how_long(given) if given else "")))


def _how_long(given: GivenRota) -> str:
    """Where an own rota counts, beside what departments have said by now."""
    if not given.of_department:
        return _("It counts until your department’s is in.")
    if given.of_department == given.count:
        return _("Your department’s rota already has all of these days, and that one counts.")
    left = given.count - given.of_department
    return ngettext(
        "It counts on %(num)s day; your department’s rota already has the others, and counts there.",
        "It counts on %(num)s days; your department’s rota already has the others, and counts there.",
        left,
    )


def _changed(change: Callable[[Db, _Asked], None], said: str) -> ResponseReturnValue:
    with database().writing() as db:
        there = _find_asked(db)
        change(db, there)
    flash(said)
    return _to_page(there)


def _to_page(there: _Asked) -> ResponseReturnValue:
    return redirect(url_for("member.own_rota", programme=there.programme.id), 303)


def _find_asked(db: Db) -> _Asked:
    programmes = list_programmes(db)
    return _Asked(programmes, programme_asked(db, programmes))


def _content_of(form: Form) -> tuple[bytes, str]:
    """The file that was chosen, else the text that was pasted, with a name that says what it is."""
    file = find_uploaded("file")
    if file is not None:
        return file.content, file.name
    lines = form.lines("text")
    if not any(line.strip() for line in lines):
        raise Rejected(
            _("There is nothing to read yet."), what_to_do=_("Paste the text of your rota, or choose a file.")
        )
    return "\n".join(lines).encode(), _PASTED


def _first_shown(programme: Programme) -> date:
    """The Monday with which the grid begins: of the week that was asked for, else of this week or the programme's."""
    wanted = Form(request.args).find_day("from") or Form(request.form).find_day("first_day")
    day = wanted or max(now().date(), programme.first_day)
    return day - timedelta(days=day.weekday())


def _days_shown(first: date, given: GivenRota | None) -> Iterator[Day]:
    """The days to be tapped, with what was given of them before; nothing is said of the others."""
    kinds: Mapping[date, DutyKind] = given.kinds if given else {}
    form = Form(request.form)
    is_typed = form.text("first_day") == first.isoformat()
    for number in range(DAYS_SHOWN):
        day = first + timedelta(days=number)
        name = form.text(f"day-{number}") if is_typed else kinds.get(day, "")
        kind = DutyKind(name) if name in tuple(DutyKind) else None
        yield Day(number, day, CODES.get(kind, "?") if kind else "", kind or "", kind is not None and kind not in CODES)


def _days_read(waiting: OwnWaiting) -> Iterator[Day]:
    """The first four weeks of a rota that was read, from a Monday on, with the code by which each kind goes here; with
    the rota's own where the kind is not known, and without one where it says nothing."""
    rota = waiting.understood.rota
    if rota.first_day is None:
        return
    first = rota.first_day - timedelta(days=rota.first_day.weekday())
    written: dict[date, list[tuple[str, str]]] = {}
    for duty in rota.duties:
        written.setdefault(duty.date, []).append((CODES.get(duty.kind, duty.code), duty.kind))
    for number in range(DAYS_SHOWN):
        day = first + timedelta(days=number)
        found = written.get(day, [])
        yield Day(number, day, " ".join(code for code, _kind in found), found[0][1] if found else "")


def _counts(waiting: OwnWaiting | None) -> Sequence[tuple[str, int]]:
    """How many days there are of each kind, the commonest first."""
    kinds = Counter(duty.kind for duty in waiting.understood.rota.duties) if waiting else Counter[DutyKind]()
    return [(KIND_NAMES[kind], number) for kind, number in kinds.most_common()]
