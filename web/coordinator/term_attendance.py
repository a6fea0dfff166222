"""Who can come to which round: a line for each person, a square for each round."""

from __future__ import annotations

from typing import Final

from flask import render_template, request

from scheduler.equity.places import NO_SESSION
from scheduler.equity.plan_shown import find_plan_shown
from scheduler.errors import NotFound
from scheduler.paging import part_of
from scheduler.pictures.attendance import Part, Section, attendance_of
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import read_address
from web.language import gettext as _
from web.paging import read_paging
from web.request_context import actor, database

_SHADES: Final = (0.95, 0.85, 0.7, 0.5)
"""From which share on a sum has the deepest shade, the second deepest and so on."""


@blueprint.get("/<int:programme_id>/term/attendance")
@open_to(Audience.COORDINATOR)
def term_attendance(programme_id: int) -> str:
    """Everybody with a place in a group, the worst off first, and what is known of them in each round."""
    chosen = request.args.get("by", "")
    if chosen not in tuple(Section):
        raise NotFound(_("We can’t find that page of the term."))
    with read_address() as form:
        plan_id = form.find_id("plan")
    asked = read_paging()
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        plan = find_plan_shown(db, actor(), programme_id, plan_id)
        found = attendance_of(db, actor(), plan, Section(chosen), asked.q) if plan else None
    lines, paging = part_of(found.lines if found else (), asked)
    return render_template(
        "coordinator/term_attendance.html",
        programme=programme,
        plan=plan,
        draft_id=plan_id,
        found=found,
        lines=lines,
        paging=paging,
        section=chosen,
        sections=_sections(),
        section_name=lambda part: _part_name(part, Section(chosen), programme),
        squares=_squares(),
        shade=shade,
        shades=_SHADES,
    )


def _sections() -> dict[str, str]:
    return {
        Section.NONE: _("everyone together"), Section.GROUP: _("group"), Section.GRADE: _("grade"),
        Section.SITE: _("site"), Section.HOURS: _("part-time or not"),
    }  # fmt: skip


def _part_name(part: Part, section: Section, programme: Programme) -> str:
    if section is Section.GROUP:
        return part.lines[0].place.group_name
    if section is Section.GRADE:
        return "" if part.what is None else programme.grade_name(int(part.what))
    if section is Section.SITE:
        return next((site.name for site in programme.sites if site.id == part.what), "")
    return _("part-time") if part.what else _("not part-time")


def _squares() -> dict[str, tuple[str, str, str]]:
    """For each mark its class, its sign and its words: never the colour alone."""
    return {
        CAN: ("g", "✓", _("can come")), IF_NEED_BE: ("m", "~", _("if need be")), CANNOT: ("n", "✕", _("can’t")),
        NOT_KNOWN: ("q", "?", _("not known")), NO_SESSION: ("x", "–", _("no session")),
    }  # fmt: skip


def shade(share: float | None) -> str:
    """The class of a sum: the deeper, the more can come."""
    if share is None:
        return ""
    return next((f"h{4 - n}" for n, least in enumerate(_SHADES) if share >= least), "")
