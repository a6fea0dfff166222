"""What a word of a list may mean, as it is offered to whoever is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from scheduler.enrolment.spreadsheets.columns import Cells
from scheduler.enrolment.spreadsheets.grades import find_grade, step_of, with_new
from scheduler.enrolment.spreadsheets.meanings import day_of, grade_of_seniors
from scheduler.enrolment.spreadsheets.questions import AFTER, DAY_FIRST, LEAVE_OUT, MONTH_FIRST, NEW, Choice
from scheduler.languages import mark, say
from scheduler.people.fields import ANY, NO, YES
from scheduler.people.model import RelationKind, Role
from scheduler.programmes.model import Grade, Programme
from scheduler.rotas.reading.cells import folded
from solvers.vocabulary import IN_PERSON, PHONE, VIDEO, External

RELATION_NAMES = {
    RelationKind.SUPERVISES: mark("supervises"),
    RelationKind.ASSESSES: mark("assesses"),
    RelationKind.LINE_MANAGES: mark("is the line manager of"),
    RelationKind.PANEL: mark("sits on a panel about"),
    RelationKind.TREATS: mark("treats, or is treated by"),
    RelationKind.FAMILY: mark("is family or the partner of"),
    RelationKind.PRIOR_COMPLAINT: mark("has been in a complaint with"),
    RelationKind.SPONSORS: mark("sponsors"),
    RelationKind.ADVISES: mark("advises on a project"),
}
PATTERN_NAMES = {
    "clinic": mark("clinic"),
    "working_hours": mark("working hours"),
    "part_time": mark("part-time day off"),
}
WAY_NAMES = {IN_PERSON: mark("in person"), VIDEO: mark("by video"), PHONE: mark("by phone")}
EXTERNAL_NAMES = {
    ANY: mark("from any site"),
    External.PREFER: mark("rather from another site"),
    External.REQUIRE: mark("only from another site"),
}
YES_NAMES = {YES: mark("yes"), NO: mark("no")}


def offers(cells: Cells | None, written: str, programme: Programme) -> tuple[Choice, ...]:
    """The possible meanings of a word in a column of this kind."""
    return tuple(_offers(cells, written, programme))


def orders(example: str) -> tuple[Choice, ...]:
    """Both ways to read a day in figures."""
    days = {DAY_FIRST: day_of(example), MONTH_FIRST: day_of(example, month_first=True)}
    return tuple(Choice(order, _day_words(order, example, day)) for order, day in days.items())


def _day_words(order: str, example: str, day: date | None) -> str:
    words = mark("the day first: %(written)s is %(day)s") if order == DAY_FIRST else _MONTH_FIRST
    return say(words, written=example, day=day.isoformat() if day else "")


_MONTH_FIRST = mark("the month first: %(written)s is %(day)s")


def _offers(cells: Cells | None, written: str, programme: Programme) -> Iterator[Choice]:
    if cells is Cells.ROLE:
        yield Choice(Role.RESIDENT, say("resident"))
        yield Choice(Role.FACULTY, _faculty(programme))
    elif cells is Cells.GRADE:
        yield from _grades(written, programme)
        yield Choice(Role.FACULTY, say("not a grade: faculty"))
    elif cells is Cells.SITE:
        yield from _sites(written, programme)
    elif cells is Cells.MODELS:
        yield from (Choice(model.key, model.name) for model in programme.models)
    elif cells in _NAMED:
        yield from (Choice(str(meaning), say(name)) for meaning, name in _NAMED[cells].items())
    if cells in _OF_ROWS:
        yield Choice(LEAVE_OUT, say("leave these rows out"))
    elif cells in (Cells.MODELS, Cells.MODES):
        yield Choice(LEAVE_OUT, say("take no notice of it"))


def _faculty(programme: Programme) -> str:
    if grade_of_seniors(programme):
        return say("faculty (a member of the groups here)")
    return say("faculty (may facilitate)")


_NAMED: Mapping[Cells | None, Mapping[Any, str]] = {
    Cells.RELATION: RELATION_NAMES,
    Cells.PATTERN: PATTERN_NAMES,
    Cells.MODES: WAY_NAMES,
    Cells.EXTERNAL: EXTERNAL_NAMES,
    Cells.YES: YES_NAMES,
}
_OF_ROWS = frozenset((Cells.ROLE, Cells.GRADE, Cells.SITE, Cells.RELATION, Cells.PATTERN, Cells.PERSON))


def _sites(written: str, programme: Programme) -> Iterator[Choice]:
    yield from (Choice(site.key, site.name) for site in programme.sites)
    if written and folded(written) not in [folded(site.name) for site in programme.sites]:
        yield Choice(NEW + written, say("a new site, “%(name)s”", name=written))


def _grades(written: str, programme: Programme) -> Iterator[Choice]:
    is_new = bool(written) and find_grade(written, programme.grades) is None
    known = _likeliest_first(programme.grades, written) if is_new else programme.grades
    yield from (Choice(grade.name, grade.name) for grade in known)
    if not is_new:
        return
    if step_of(written):
        yield Choice(written, _in_its_place(written, programme.grades))
    elif not programme.grades:
        yield Choice(written, say("a new grade, “%(name)s”", name=written))
        return
    yield Choice(AFTER, say("a new grade, “%(name)s”, before all others", name=written))
    for grade in programme.grades:
        words = say("a new grade, “%(name)s”, after %(grade)s", name=written, grade=grade.name)
        yield Choice(AFTER + grade.name, words)


def _likeliest_first(grades: Sequence[Grade], written: str) -> list[Grade]:
    """A slip of the finger first: the grades that are written most like it."""
    return sorted(grades, key=lambda grade: -fuzz.ratio(folded(written), folded(grade.name)))


def _in_its_place(written: str, grades: Sequence[Grade]) -> str:
    """What making a grade known the world over does to the others."""
    _after, moved = with_new(grades, (written,), {})
    names = ", ".join(grade.name for grade in grades if grade.stage in moved)
    if not names:
        return say("a new grade, “%(name)s”, in its usual place", name=written)
    return say("a new grade, “%(name)s”, in its usual place, before %(grades)s", name=written, grades=names)
