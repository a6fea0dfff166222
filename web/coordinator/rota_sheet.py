"""The picture of a sheet of a rota that waits: what its cells were taken for, and a form to point at what they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.programmes.service import get_programme
from scheduler.rota_import import service
from scheduler.rota_import.waiting_rows import Preview
from scheduler.rotas.model import ReadRota, UnreadableFile
from scheduler.rotas.pointed_sheets import Holds, Part, PointedSheet, Pointing
from scheduler.rotas.reading.dates import mentioned_month, weekday_of
from scheduler.rotas.reading.parts import name_of_part, part_of
from scheduler.rotas.reading.slots import slot_of
from scheduler.rotas.reading.workbook import column_name
from scheduler.rotas.sheet_picture import Picture, Taken
from scheduler.text_input import shortened
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.waiting_rotas import waiting_of
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import lazy_gettext, ngettext
from web.request_context import actor, database, now

_PATH: Final = "/<int:programme_id>/rotas/waiting/<int:waiting_id>/sheet"
_BETWEEN = re.compile(r"[\s,;]+(?=[A-Za-z0-9])")
_MOST_PARTS: Final = 40


class Said(StrEnum):
    """What can be said of a row or column."""

    NOTHING = ""
    DATES = "dates"
    NAMES = "names"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Look:
    """How a use is shown: by a colour's class and a letter, and what it is called."""

    style: str
    letter: str
    words: str


LOOKS: Mapping[Taken, Look] = {
    Taken.DATE: Look("date", lazy_gettext("D"), lazy_gettext("date")),
    Taken.PERSON: Look("person", lazy_gettext("N"), lazy_gettext("name")),
    Taken.CODE: Look("code", lazy_gettext("C"), lazy_gettext("code or post")),
    Taken.HEADING: Look("heading", lazy_gettext("H"), lazy_gettext("heading or explanation")),
    Taken.COUNT: Look("count", "#", lazy_gettext("count")),
    Taken.NOTE: Look("note", lazy_gettext("R"), lazy_gettext("remark")),
    Taken.IGNORED: Look("ignored", "×", lazy_gettext("ignored")),
    Taken.LEFT: Look("left", "?", lazy_gettext("nothing")),
}
"""Empty cells have none."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row or column of the picture: its name in the sheet, the name of its field, and what was said of it."""

    name: str
    field: str
    said: Said


@dataclass(frozen=True, slots=True)
class Square:
    """A cell as it is shown; an empty one has no look."""

    text: str
    look: Look | None


@blueprint.get(_PATH, defaults={"number": 1})
@blueprint.get(f"{_PATH}/<int:number>")
@open_to(Audience.COORDINATOR)
def rota_sheet(programme_id: int, waiting_id: int, number: int) -> str:
    """A sheet with what its cells were taken for."""
    with database().reading() as db:
        preview = waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
        programme = get_programme(db, programme_id)
    rota = preview.understood.rota
    picture = _picture(rota.pictures, number)
    said = rota.pointing.of(picture.sheet)
    return render_template(
        "coordinator/rota_sheet.html",
        programme=programme,
        preview=preview,
        picture=picture,
        number=number,
        sheets=[each.sheet for each in rota.pictures],
        pointing=rota.pointing,
        columns=[_column(said, column) for column in range(_width(picture))],
        rows=[(_row(said, row), _squares(picture, row)) for row in range(len(picture.texts))],
        looks=LOOKS.values(),
        counts=_counts(picture),
        choices=_CHOICES,
        cells=said.cells or "",
        others=", ".join(name_of_part(part) for part in said.ignored if not _is_shown_line(part, picture)),
    )


@blueprint.post(_PATH, defaults={"number": 1})
@blueprint.post(f"{_PATH}/<int:number>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_sheet", "sheet")
def rota_sheet_saved(programme_id: int, waiting_id: int, number: int) -> ResponseReturnValue:
    """Read the sheets once more as was pointed; nothing changes where that cannot be read."""
    with database().reading() as db:
        preview = waiting_of(service.get_waiting(db, actor(), waiting_id), programme_id)
        before = service.before_reading_again(db, actor(), waiting_id)
    pointing = preview.understood.rota.pointing
    picture = _picture(preview.understood.rota.pictures, number)
    with read_form() as form:
        said = _said(form, picture, pointing.of(picture.sheet))
        _must_hold_dates(form, picture, said)
    rota = _read_as_said(before, pointing, said)
    with database().writing() as db:
        must_be_as_seen(_pointing_now(service.get_waiting(db, actor(), waiting_id)))
        found = service.keep_read_again(db, actor(), waiting_id, rota, now()).understood
    told = _("We’ve read the rota again.")
    entries = ngettext("It now has %(num)s entry", "It now has %(num)s entries", len(found.rota.duties))
    people = ngettext("for %(num)s person.", "for %(num)s people.", len(found.rota.people))
    flash(f"{told} {entries} {people}")
    return redirect(
        url_for("coordinator.rota_sheet", programme_id=programme_id, waiting_id=waiting_id, number=number), 303
    )


def _read_as_said(before: service.BeforeAgain, pointing: Pointing, said: PointedSheet) -> ReadRota:
    """The sheets as somebody has pointed. Where nothing can be read so, what was pointed at is what has to be looked at
    again: dates, names and what the cells hold."""
    try:
        return service.read_again(before, pointing.with_sheet(said))
    except UnreadableFile as error:
        if not said.tells_form:
            raise
        advice = _("Check which rows and columns hold dates and names, and what the cells between them hold.")
        words = _("With these marks we can’t find anyone’s duties in the sheet.")
        raise UnreadableFile(words, where=said.sheet, what_to_do=advice) from error


def _must_hold_dates(form: Form, picture: Picture, said: PointedSheet) -> None:
    """Refuse each row and column that was marked as dates though nothing on it is one; what is beyond the picture is
    taken at its word."""
    for row in (row for row in said.date_rows if row < len(picture.texts)):
        if not _holds_a_date(picture.texts[row]):
            form.refuse(f"row-{row}", _("We can’t read a date in row %(name)s. Mark it otherwise.", name=row + 1))
    for column in (column for column in said.date_columns if column < _width(picture)):
        if not _holds_a_date(row[column] for row in picture.texts if column < len(row)):
            name = column_name(column)
            form.refuse(f"column-{column}", _("We can’t read a date in column %(name)s. Mark it otherwise.", name=name))


def _holds_a_date(texts: Iterable[str]) -> bool:
    return any(slot_of(text, "") or weekday_of(text) is not None or mentioned_month(text) for text in texts if text)


_CHOICES: Mapping[Said, str] = {
    Said.NOTHING: "–",
    Said.DATES: lazy_gettext("dates"),
    Said.NAMES: lazy_gettext("names"),
    Said.IGNORED: lazy_gettext("ignore"),
}


def _pointing_now(preview: Preview) -> Pointing:
    return preview.understood.rota.pointing


def _picture(pictures: Sequence[Picture], number: int) -> Picture:
    if not 1 <= number <= len(pictures):
        advice = _("Upload the file again to see its sheets.")
        raise NotFound(_("There is no longer a picture of this sheet."), what_to_do=advice)
    return pictures[number - 1]


def _width(picture: Picture) -> int:
    return max(map(len, picture.texts), default=0)


def _counts(picture: Picture) -> tuple[tuple[Look, int], ...]:
    """How many cells were taken for what, as a description of the picture."""
    counts = Counter("".join(picture.taken))
    return tuple((look, counts[taken]) for taken, look in LOOKS.items() if counts[taken])


def _squares(picture: Picture, row: int) -> Iterator[Square]:
    for text, sign in zip(picture.texts[row], picture.taken[row], strict=True):
        yield Square(text, LOOKS.get(Taken(sign)))


def _row(said: PointedSheet, row: int) -> Line:
    whole = Part(row, 0, row, None)
    return Line(str(row + 1), f"row-{row}", _of_line(row, whole, said, said.date_rows, said.name_rows))


def _column(said: PointedSheet, column: int) -> Line:
    whole = Part(0, column, None, column)
    lines = said.date_columns, said.name_columns
    return Line(column_name(column), f"column-{column}", _of_line(column, whole, said, *lines))


def _of_line(line: int, whole: Part, said: PointedSheet, dates: Sequence[int], names: Sequence[int]) -> Said:
    if whole in said.ignored:
        return Said.IGNORED
    return Said.DATES if line in dates else Said.NAMES if line in names else Said.NOTHING


def _is_shown_line(part: Part, picture: Picture) -> bool:
    """Whether a part is a row or column that is on the picture, so that it is said there."""
    is_row = part.right is None and part.left == 0 and part.top == part.bottom
    is_column = part.bottom is None and part.top == 0 and part.left == part.right
    return (is_row and part.top < len(picture.texts)) or (is_column and part.left < _width(picture))


def _said(form: Form, picture: Picture, before: PointedSheet) -> PointedSheet:
    """What the form says of a sheet; what was said of lines that are not on the picture stays."""
    height, width = len(picture.texts), _width(picture)
    rows = [_chosen(form, f"row-{row}") for row in range(height)]
    columns = [_chosen(form, f"column-{column}") for column in range(width)]
    ignored = (
        *(Part(row, 0, row, None) for row, said in enumerate(rows) if said is Said.IGNORED),
        *(Part(0, column, None, column) for column, said in enumerate(columns) if said is Said.IGNORED),
        *_parts(form),
    )
    cells = form.text("cells")
    return PointedSheet(
        picture.sheet,
        date_rows=_lines(rows, Said.DATES, before.date_rows),
        date_columns=_lines(columns, Said.DATES, before.date_columns),
        name_rows=_lines(rows, Said.NAMES, before.name_rows),
        name_columns=_lines(columns, Said.NAMES, before.name_columns),
        ignored=tuple(dict.fromkeys(ignored)),
        cells=Holds(cells) if cells in tuple(Holds) else None,
    )


def _chosen(form: Form, name: str) -> Said:
    chosen = form.text(name)
    return Said(chosen) if chosen in tuple(Said) else Said.NOTHING


def _lines(said: Sequence[Said], wanted: Said, before: Sequence[int]) -> tuple[int, ...]:
    beyond = (line for line in before if line >= len(said))
    return (*(line for line, each in enumerate(said) if each is wanted), *beyond)


def _parts(form: Form) -> tuple[Part, ...]:
    """The other parts to leave out, as they are written."""
    written = [each for each in _BETWEEN.split(form.text("parts").strip(" ,;")) if each]
    found = [(each, part_of(each)) for each in written]
    wrong = next((each for each, part in found if part is None), None)
    if wrong is not None:
        form.refuse(
            "parts", _("“%(written)s” is not a part of a sheet. Write it like B20:F30.", written=shortened(wrong))
        )
    if len(found) > _MOST_PARTS:
        form.refuse("parts", _("Name %(num)s parts at most.", num=_MOST_PARTS))
    return tuple(part for _written, part in found if part is not None)
