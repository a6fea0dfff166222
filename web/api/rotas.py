"""Rotas on their way in: a file is read, what is asked is answered, and what was understood is imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Annotated, Any

import msgspec
from flask import request, url_for
from msgspec import Meta

from scheduler.db import Db
from scheduler.errors import Fault, NotFound
from scheduler.languages import say as _
from scheduler.programmes.service import get_programme
from scheduler.rota_import import service
from scheduler.rota_import.affected_sessions import AffectedSession
from scheduler.rota_import.before_import import Ahead, look_ahead
from scheduler.rota_import.overlaps import Overlap, Standing
from scheduler.rota_import.results import keep_result
from scheduler.rota_import.waiting_rows import Preview
from scheduler.troubles.service import list_troubles
from web.api.operations import WRITE, Answer, changing, operation
from web.api.programmes import must_be_there
from web.api.reading import converted
from web.api.troubles import GroupNamed, Trouble, seen
from web.problems import Problem
from web.request_context import actor, database, now
from web.rota_questions import number_of
from web.uploads import find_uploaded

Text = Annotated[str, Meta(max_length=500)]
MOST_TROUBLES = 500
STANDING = "standing"
"""What a question is about that asks which of two rotas counts."""


class RotaSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rota as a form with a file: the site by its short name; a name by which it is known again, else the file's; the
    sheet and the year of the first date, where that can't be told; a legend as a file of its own."""

    file: bytes
    site: Text
    name: Text = ""
    sheet: Text = ""
    year: Annotated[int, Meta(ge=2000, le=2099)] | None = None
    legend: bytes | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something that only a person can decide; answers are likely ones, the best first. About standing it asks which of
    two rotas counts."""

    id: str
    about: str
    cell: str
    text: str
    answers: list[str]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many days of people are new, read otherwise, or go."""

    added: int
    changed: int
    removed: int


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A published session on such a day: cannot are the names of those who can no longer come."""

    id: int
    group: GroupNamed
    starts_at: datetime
    cannot: list[str]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What was understood of a rota, and what importing it would do. people are names on it, duties its entries."""

    id: int
    name: str
    site: str
    layout: str
    people: int
    duties: int
    first_day: date | None
    last_day: date | None
    may_be_imported: bool
    questions: list[Question]
    changes: Counted
    sessions_touched: list[Touched]


class RotaImported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did. left_out are names that mean nobody; troubles are those that it has caused and that are
    open."""

    id: int
    name: str
    people: int
    duties: int
    left_out: list[str]
    missing: list[str]
    changes: Counted
    sessions_touched: list[Touched]
    troubles: list[Trouble]


class QuestionAnswered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a question, by its id."""

    id: Annotated[str, Meta(max_length=40)]
    answer: Text


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers to some or all questions of a reading: a list, or each by its question's id."""

    answers: (
        Annotated[list[QuestionAnswered], Meta(max_length=5000)] | Annotated[dict[str, Text], Meta(max_length=5000)]
    )

    @property
    def listed(self) -> list[QuestionAnswered]:
        """All of them, however they were sent."""
        if isinstance(self.answers, list):
            return self.answers
        return [QuestionAnswered(id=each, answer=answer) for each, answer in self.answers.items()]


@operation("POST", "/programmes/<int:programme_id>/rotas", Reading, files=RotaSent, scope=WRITE, status=201)
def rota_sent(programme_id: int) -> Answer:
    """Read a rota. Nothing is imported yet, and the file is not kept: the answer says what was understood and asked."""
    must_be_there(programme_id)
    sent = _sent()
    name = sent.name or PurePath(sent.filename).stem
    upload = service.Upload(
        name=name,
        content=sent.content,
        filename=sent.filename,
        sheet=sent.sheet or None,
        legend=sent.legend,
        year=sent.year,
    )
    with database().reading() as db:
        _must_be_site(db, programme_id, sent.site)
        before = service.before_reading(db, actor(), programme_id, sent.site, name)
    rota = service.read_file(upload, before, now())
    with changing(programme_id) as db:
        found = service.keep_read(db, actor(), programme_id, sent.site, name, rota, now())
    location = url_for("api.rota_reading", programme_id=programme_id, reading_id=found.waiting_id)
    return Answer(_reading(found), 201, {"Location": location})


@operation("GET", "/programmes/<int:programme_id>/rotas/<int:reading_id>", Reading)
def rota_reading(programme_id: int, reading_id: int) -> Answer:
    """A reading that waits to be imported."""
    with database().reading() as db:
        return Answer(_reading(_waiting(db, programme_id, reading_id)))


@operation("POST", "/programmes/<int:programme_id>/rotas/<int:reading_id>/answers", Reading, takes=Answers, scope=WRITE)
def rota_answered(programme_id: int, reading_id: int, body: Answers) -> Answer:
    """Answer questions of a reading; it is understood anew with them."""
    with changing(programme_id) as db:
        before = _waiting(db, programme_id, reading_id)
        given, standing = _given(before, body.listed)
        if standing:
            service.decide(db, actor(), reading_id, standing)
        if given:
            service.answer(db, actor(), reading_id, given, now())
    with database().reading() as db:
        return Answer(_reading(_waiting(db, programme_id, reading_id)))


@operation("POST", "/programmes/<int:programme_id>/rotas/<int:reading_id>/import", RotaImported, scope=WRITE)
def rota_imported(programme_id: int, reading_id: int) -> Answer:
    """Import a reading: all of it or nothing.

    Codes nobody has explained count as busy and names that mean nobody are left out; a date in doubt, or another rota
    that says something else, must be answered first.
    """
    with changing(programme_id) as db:
        before = _waiting(db, programme_id, reading_id)
        ahead = look_ahead(db, actor(), before, now())
        done = service.import_waiting(db, actor(), reading_id, now())
        keep_result(db, actor(), programme_id, before.name, done, now())
    with database().reading() as db:
        found = list_troubles(db, actor(), programme_id, now(), rota_id=done.rota_id, most=MOST_TROUBLES)
        shown = seen(db, get_programme(db, programme_id), found.troubles)
    return Answer(
        RotaImported(
            id=done.rota_id,
            name=before.name,
            people=done.people,
            duties=done.duties,
            left_out=list(done.left_out),
            missing=list(done.missing),
            changes=_counts(ahead),
            sessions_touched=[_touched(each) for each in done.touched_sessions],
            troubles=shown,
        )
    )


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a form with a rota says."""

    content: bytes
    filename: str
    site: str
    name: str
    sheet: str
    year: int | None
    legend: tuple[bytes, str] | None


def _sent() -> _Sent:
    if request.mimetype != "multipart/form-data":
        raise Problem(415, _("Send the rota as a form with a file (multipart/form-data)."))
    file, legend = find_uploaded("file"), find_uploaded("legend")
    fields: dict[str, Any] = {name: value for name, value in request.form.items() if value}
    files = dict.fromkeys(request.files, b"")
    read = converted({**fields, **files}, RotaSent, strict=False)
    if file is None:
        raise Problem(422, _unusable(), errors=[Fault("file", _("Send a file under this name."))])
    return _Sent(
        file.content, file.name, read.site, read.name.strip(), read.sheet, read.year,
        (legend.content, legend.name) if legend else None,
    )  # fmt: skip


def _must_be_site(db: Db, programme_id: int, site: str) -> None:
    known = [each.key for each in get_programme(db, programme_id).sites]
    if site not in known:
        text = _("Write one of these: %(known)s.", known=", ".join(known))
        raise Problem(422, _unusable(), errors=[Fault("site", text)])


def _unusable() -> str:
    return _("Something in this request can’t be used.")


def _waiting(db: Db, programme_id: int, reading_id: int) -> Preview:
    must_be_there(programme_id)
    found = service.get_waiting(db, actor(), reading_id)
    if found.programme_id != programme_id:
        raise NotFound(_("This rota is no longer waiting to be imported."))
    return found


def _given(
    found: Preview, answers: Iterable[QuestionAnswered]
) -> tuple[Mapping[tuple[str, str], str], Mapping[int, Standing]]:
    """The answers by what was asked, and which of two rotas counts. Raises :class:`Problem` for what was not asked."""
    asked = {str(number_of(each)): (each.about, each.subject) for each in found.understood.questions}
    rotas = {f"{STANDING}-{each.rota_id}": each.rota_id for each in found.overlaps if each.differs}
    given: dict[tuple[str, str], str] = {}
    standing: dict[int, Standing] = {}
    faults = []
    for number, each in enumerate(answers):
        if each.id in asked:
            given[asked[each.id]] = each.answer
        elif each.id in rotas and each.answer in tuple(Standing):
            standing[rotas[each.id]] = Standing(each.answer)
        elif each.id in rotas:
            text = _("Write one of these: %(known)s.", known=", ".join(Standing))
            faults.append(Fault(f"$.answers[{number}].answer", text))
        else:
            faults.append(Fault(f"$.answers[{number}].id", _("This reading doesn’t ask that, or no longer.")))
    if faults:
        raise Problem(422, _unusable(), errors=faults)
    return given, standing


def _reading(found: Preview) -> Reading:
    with database().reading() as db:
        ahead = look_ahead(db, actor(), found, now())
    rota = found.understood.rota
    return Reading(
        id=found.waiting_id,
        name=found.name,
        site=found.site_key,
        layout=rota.layout,
        people=len(rota.people),
        duties=len(rota.duties),
        first_day=rota.first_day,
        last_day=rota.last_day,
        may_be_imported=found.understood.may_be_imported and found.is_decided,
        questions=[
            *(
                Question(
                    id=str(number_of(each)),
                    about=each.about,
                    cell=each.cell,
                    text=each.text,
                    answers=list(each.answers),
                )
                for each in found.understood.questions
            ),
            *(_which_counts(each) for each in found.overlaps if each.is_open),
        ],
        changes=_counts(ahead),
        sessions_touched=[_touched(each) for each in (ahead.sessions if ahead else ())],
    )


def _which_counts(overlap: Overlap) -> Question:
    return Question(
        id=f"{STANDING}-{overlap.rota_id}",
        about=STANDING,
        cell="",
        text=_("“%(other)s” says something else about the same people.", other=overlap.name),
        answers=[each.value for each in Standing],
    )


def _counts(ahead: Ahead | None) -> Counted:
    """What changes, before it is imported; nothing where that isn't known yet."""
    changes = ahead.changes if ahead else ()
    added, removed = sum(not each.before for each in changes), sum(not each.after for each in changes)
    new_days = ahead.new_days if ahead else 0
    return Counted(added=added + new_days, changed=len(changes) - added - removed, removed=removed)


def _touched(session: AffectedSession) -> Touched:
    return Touched(
        id=session.session_id,
        group=GroupNamed(id=session.group_key, name=session.group_name),
        starts_at=session.starts_at,
        cannot=list(session.cannot),
    )
