"""What people of each level of training are called, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.people.model import MOST_STAGE
from scheduler.programmes.model import Grade, Programme
from scheduler.publishing.programme_refusals import GRADE_ROW
from web.coordinator.setup.section import FORM, Section, wanted_rows
from web.forms import Form, find_refused
from web.forms.fields import MORE, rows_shown, typed
from web.language import gettext as _
from web.language import lazy_gettext

_SPARE = 3


def _words(programme: Programme) -> Iterator[str]:
    if programme.grades:
        yield ", ".join(grade.name for grade in programme.grades)
    else:
        yield _("No names yet: lists and pages show numbers.")


def _values(programme: Programme) -> dict[str, str]:
    found: dict[str, str] = {}
    for grade in programme.grades:
        row = f"grades-{_key(grade)}"
        found |= {f"{row}-stage": str(grade.stage), f"{row}-name": grade.name}
    return found


def _key(grade: Grade) -> str:
    """The row of a grade that there is: it is known by its number, whatever becomes of that."""
    return f"{GRADE_ROW}{grade.stage}"


def _read(form: Form, programme: Programme) -> Programme:
    rows = _rows(form)["grades"]
    grades = [
        Grade(form.number(f"grades-{row}-stage", 0, MOST_STAGE), form.text(f"grades-{row}-name"), _was(row))
        for row in rows
    ]
    return replace(programme, grades=tuple(sorted(grades, key=lambda grade: grade.stage)))


def _was(row: str) -> int | None:
    number = row.removeprefix(GRADE_ROW)
    return int(number) if number != row and number.isdecimal() and len(number) < 3 else None


def _rows(form: Form) -> Mapping[str, Sequence[str]]:
    """In the order in which they are kept. A grade that there is is removed by emptying its name; a new row counts as
    soon as anything is in it."""
    rows = [
        row
        for row in wanted_rows(form, "grades", "name", "stage")
        if row.isdecimal() or form.text(f"grades-{row}-name")
    ]
    numbers = {row: form.text(f"grades-{row}-stage") for row in rows}
    return {"grades": sorted(rows, key=lambda row: _in_order(numbers[row]))}


def _in_order(number: str) -> int:
    return int(number) if number.isdecimal() and len(number) < 10 else -1


def _shows(programme: Programme) -> Mapping[str, object]:
    rows = rows_shown(FORM, "grades", [_key(grade) for grade in programme.grades])
    if find_refused(FORM) is None or typed(FORM, MORE) == "grades":
        taken = max((int(row) for row in rows if row.isdecimal() and len(row) < 10), default=-1) + 1
        rows = (*rows, *map(str, range(taken, taken + _SPARE)))
    return {"rows": rows, "most": MOST_STAGE}


GRADES = Section("grades", lazy_gettext("Grades"), _words, _values, _read, "grades", _shows, rows=_rows)
