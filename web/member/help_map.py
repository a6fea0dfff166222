"""Who helps me with what: a picture and a list that nobody but its owner opens, and lines of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.groups.help_map import LONGEST, Matter, Part, add_help_line, delete_help_line, own_help_map
from scheduler.text_input import folded, shortened
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import lazy_gettext
from web.member.blueprint import blueprint
from web.member.joining_labels import word
from web.request_context import actor, database, now

PARTS: Final = {
    Part.FACILITATOR: lazy_gettext("facilitates your group"),
    Part.COMPANION: lazy_gettext("is in your group"),
    Part.SPONSOR: lazy_gettext("sponsors you"),
    Part.ADVISER: lazy_gettext("advises you on a project"),
}
_STEP: Final = 28
"""From line to line of the picture, in its own units: it is 360 wide."""
_FITS: Final = 22
"""So many letters fit on either side."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something in the picture: a few letters at a height."""

    text: str
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Matters on the left, people on the right, and the heights at which each line begins and ends."""

    height: int
    left: tuple[Place, ...]
    right: tuple[Place, ...]
    lines: tuple[tuple[float, float], ...]


@blueprint.get("/my-map")
@open_to(Audience.SIGNED_IN)
def help_map() -> str:
    """The map, and one more line."""
    with database().reading() as db:
        found = own_help_map(db, actor(), now())
    matters = _named(found.matters)
    return render_template(
        "member/help_map.html", found=found, matters=matters, picture=picture_of(matters), parts=PARTS, longest=LONGEST
    )


@blueprint.post("/my-map")
@open_to(Audience.SIGNED_IN)
@form_on("member.help_map", "help", once=True)
def help_line_added() -> ResponseReturnValue:
    """Keep a line."""
    with read_form() as form:
        topic, helper = form.text("topic"), form.text("helper")
    with database().writing() as db:
        add_help_line(db, actor(), topic, helper, now())
    flash(_("Saved."))
    return redirect(url_for("member.help_map"), 303)


@blueprint.post("/my-map/<int:line_id>/delete")
@open_to(Audience.SIGNED_IN)
@form_on("member.help_map")
def help_line_deleted(line_id: int) -> ResponseReturnValue:
    """Delete a line."""
    with database().writing() as db:
        delete_help_line(db, actor(), line_id)
    flash(_("Deleted."))
    return redirect(url_for("member.help_map"), 303)


def _named(matters: Sequence[Matter]) -> list[Matter]:
    """Topics in the reader's language, together with lines in which they wrote the same."""
    found: dict[str, Matter] = {}
    for each in matters:
        name = word(each.name) if each.is_topic else each.name
        known = found.get(folded(name))
        if known is None:
            found[folded(name)] = replace(each, name=name)
        else:
            found[folded(name)] = replace(known, lines=(*known.lines, *each.lines))
    return list(found.values())


def picture_of(matters: Sequence[Matter]) -> Picture | None:
    """The picture of who helps with what; None while nobody does. People of one name are one there."""
    helped = [each for each in matters if each.lines]
    helpers = list(dict.fromkeys(line.helper.casefold() for each in helped for line in each.lines))
    if not helped:
        return None
    names = {line.helper.casefold(): line.helper for each in reversed(helped) for line in each.lines}
    rows = max(len(matters), len(helpers))
    left, right = _heights(len(matters), rows), _heights(len(helpers), rows)
    return Picture(
        rows * _STEP,
        tuple(Place(shortened(each.name, _FITS), height) for each, height in zip(matters, left, strict=True)),
        tuple(Place(shortened(names[one], _FITS), height) for one, height in zip(helpers, right, strict=True)),
        tuple(
            dict.fromkeys(
                (height, right[helpers.index(line.helper.casefold())])
                for each, height in zip(matters, left, strict=True)
                for line in each.lines
            )
        ),
    )


def _heights(count: int, rows: int) -> list[float]:
    """The heights of so many lines, spread over the picture."""
    return [(index + 0.5) * rows * _STEP / count for index in range(count)]
