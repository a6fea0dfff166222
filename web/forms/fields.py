"""What templates ask of a form: the attributes of a field, what was typed, what is at fault, what is kept now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Flask, g
from markupsafe import Markup, escape

from scheduler.signing_in.sent_forms import new_mark
from web.forms.answers import Refused, answer_to_get, find_refused, keep_old_forms, typed_here
from web.forms.reader import Fields, Form
from web.forms.untouched import WAS, Filling, digests_of, is_filling, merged
from web.forms.versions import SEEN, version_of
from web.language import gettext as _

MORE = "more"
"""The button by which a form asks for rows to fill in."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """What a form is to be shown with: ``whole`` where every field is said, a box that is not there thus unticked."""

    form: str
    fields: Fields
    whole: bool


def fill_form(form: str, fields: Fields, *, whole: bool) -> None:
    """Show a form with this instead of what is stored: brought back from a page in between, or proposed by a link."""
    g.filled = _Filled(form, fields, whole)


def offer(app: Flask) -> None:
    """Give the pages these functions, and the addresses of forms an answer to GET. To be called once all views are
    registered."""
    answer_to_get(app)
    keep_old_forms(app)
    app.jinja_env.globals.update(
        refused=find_refused,
        typed_here=typed_here,
        new_mark=new_mark,
        tell=tell,
        field=field,
        typed=typed,
        ticked=ticked,
        selected=selected,
        is_chosen=is_chosen,
        seen=seen,
        fault_of=fault_of,
        place_said=place_said,
        saved_now=saved_now,
        rows_of=rows_of,
    )


def tell(form: str) -> Refused | None:
    """As :func:`find_refused`, where the page says why: a page on which nothing does so is not the answer."""
    found = find_refused(form)
    if found:
        g.refusal_is_told = True
    return found


def field(form: str, name: str, hint: str = "") -> Markup:
    """The attributes of a field: id, name, and, where it is at fault, the marks of that; the first fault has the focus.

    ``hint`` is the id of a text that describes the field.
    """
    at_fault = fault_of(form, name)
    described = " ".join(filter(None, (hint, _fault_id(form, name) if at_fault else "")))
    found = Markup('id="{}" name="{}"').format(_id(form, name), name)
    if described:
        found += Markup(' aria-describedby="{}"').format(described)
    if at_fault:
        found += Markup(' aria-invalid="true"')
    return found + focus(form, name)


def focus(form: str, name: str) -> Markup:
    """``autofocus`` for the first field at fault."""
    found = find_refused(form)
    return Markup(" autofocus") if found and found.first == name else Markup("")


def typed(form: str, name: str, stored: object = "") -> str:
    """What was typed into a field of a form that was not taken; else what is stored, nothing for None."""
    if (found := _shown(form, name)) is not None:
        return found.get(name, "")
    return "" if stored is None else _written(stored)


def _written(stored: object) -> str:
    """What a field shows. A sentence that a template has put a name into is markup: its name is escaped already, and
    would be once more."""
    return stored.unescape() if isinstance(stored, Markup) else str(stored)


def ticked(form: str, name: str, value: object, stored: bool) -> Markup:
    """``checked`` for a box or an answer that was ticked in a form that was not taken; else for what is stored."""
    return Markup(" checked") if is_chosen(form, name, value, stored) else Markup("")


def selected(form: str, name: str, value: object, stored: bool) -> Markup:
    """``selected`` for a choice of a list; as :func:`ticked`."""
    return Markup(" selected") if is_chosen(form, name, value, stored) else Markup("")


def is_chosen(form: str, name: str, value: object, stored: bool = False) -> bool:
    """Whether a value was among those chosen in a form that was not taken; else what is stored."""
    found = _shown(form, name)
    return stored if found is None else str(value) in found.getlist(name)


def rows_of(form: str, name: str, stored: int, spare: int) -> tuple[str, ...]:
    """The rows of a list to show, as its fields name them (``rounds-3-first_day``): those that were typed, else those
    that are stored; and some to fill in."""
    rows = rows_shown(form, name, [str(number) for number in range(stored)])
    found = _shown(form, "")
    if found is not None and found.get(MORE) != name:
        return rows
    free = max((int(row) for row in rows if row.isdecimal()), default=-1) + 1
    return (*rows, *map(str, range(free, free + spare)))


def rows_shown(form: str, name: str, stored: Sequence[str]) -> tuple[str, ...]:
    """The rows of a list that were typed, else those that are stored."""
    found = _shown(form, "")
    return tuple(stored) if found is None else Form(found).rows(name)


def fault_of(form: str, name: str) -> str:
    """What is wrong with a field; empty where nothing is."""
    found = find_refused(form)
    return found.faults.get(name, "") if found else ""


def place_said(form: str, where: str) -> str:
    """Which of several rows or cards a field belongs to, as the page calls it: by the name that was typed, else by its
    number among those shown. Empty for a field that stands alone."""
    found = find_refused(form)
    *parts, _field = where.split("-")
    if found is None or not parts:
        return ""
    for end in range(len(parts), 1, -1):
        if name := found.typed.get("-".join((*parts[:end], "name")), "").strip():
            return name
    rows = rows_shown(form, "-".join(parts[:-1]), ())
    return _("row %(number)s", number=rows.index(parts[-1]) + 1) if parts[-1] in rows else ""


def saved_now(form: str, name: str, stored: object) -> bool:
    """Whether something else is kept now than what was typed, in a form that was overtaken."""
    found = find_refused(form)
    if found is None or not found.changed:
        return False
    kept = sorted(map(str, stored)) if isinstance(stored, list | tuple | set | frozenset) else [_written(stored or "")]
    return sorted(_plain(found.typed.getlist(name))) != _plain(kept)


def seen(*values: object, name: str = SEEN, form: str = "") -> Markup:
    """The hidden field in which a form says what it was filled with, or what a button was shown beside.

    A form that is brought back has seen no more: one with fields says its name, since what was typed there was typed
    beside what stood then. Only who was shown both, what was typed and what is kept now, has seen the latter.
    """
    found = find_refused(form) if form else None
    filled: _Filled | None = g.get("filled")
    before = filled.fields if filled and filled.whole else None
    if found and not found.changed:
        before = found.typed
    kept = before.get(name) if before else None
    field = Markup('<input type="hidden" name="{}" value="{}">').format(name, kept or version_of(*values))
    return field + _filling(form, before, values[0]) if form and len(values) == 1 else field


def show_untouched_as_stored(form: str, stored: Mapping[str, Filling]) -> None:
    """In a form that was overtaken, have whatever was not changed show what is stored now. A page that lists the rows
    of its form calls this before it does."""
    found = find_refused(form)
    if found and found.changed and WAS in found.typed:
        g.refused = replace(found, typed=merged(found.typed, stored))


def _filling(form: str, before: Fields | None, stored: object) -> Markup:
    """The hidden field with what each field of a form was filled with, where it is filled with named values."""
    if not isinstance(stored, Mapping) or not is_filling(stored):
        return Markup("")
    show_untouched_as_stored(form, stored)
    kept = before.get(WAS) if before else None
    return Markup('<input type="hidden" name="{}" value="{}">').format(WAS, kept or digests_of(stored))


def _shown(form: str, name: str) -> Fields | None:
    """What was typed into a form, or is to be shown in it; None where that says nothing of a field."""
    if found := find_refused(form):
        return found.typed
    filled: _Filled | None = g.get("filled")
    said = filled is not None and filled.form == form and (filled.whole or name in filled.fields)
    return filled.fields if filled and said else None


def _plain(texts: list[str]) -> list[str]:
    return [text.replace("\r\n", "\n").strip() for text in texts if text.strip()]


def _id(form: str, name: str) -> Markup:
    return escape(f"{form}-{name}")


def _fault_id(form: str, name: str) -> str:
    return f"fault-{form}-{name}"
