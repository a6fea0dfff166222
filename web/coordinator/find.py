"""One box for everything: people, groups, sessions, rooms, rotas, plans, and the product's own pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.desk.search.model import (
    GradeHit,
    GroupHit,
    Hits,
    PersonHit,
    PlanHit,
    RoomHit,
    RotaHit,
    RoundHit,
    SessionHit,
)
from scheduler.desk.search.service import find as find_everything
from scheduler.desk.search.service import find_faintly, spelt_otherwise
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.plan_summary import state_name
from web.coordinator.product_pages import pages_called, words_of_pages
from web.coordinator.term import address_of_week
from web.forms import read_address
from web.language import day_and_time, ngettext, short_day
from web.language import gettext as _
from web.request_context import actor, database, now


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was found: its name, what it is, the programme where it is another one, and where it leads."""

    name: str
    about: str
    programme: str
    address: str
    pill: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What was found of one kind, and where to see ``all_words``."""

    key: str
    title: str
    lines: tuple[Line, ...]
    rank: int
    note: str = ""
    all_words: str = ""
    all_address: str = ""


@blueprint.get("/<int:programme_id>/find")
@open_to(Audience.COORDINATOR)
def find(programme_id: int) -> ResponseReturnValue:
    """Everything that fits, the best first; a single thing is opened at once."""
    with read_address() as form:
        typed = form.text("q")
    q = typed[:LONGEST_SEARCH]
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        parts, meant = _parts(db, programme_id, q), ""
        if q.strip() and not parts:
            meant = spelt_otherwise(db, actor(), programme_id, q, words_of_pages())
            parts = _parts(db, programme_id, meant) if meant else []
        if q.strip() and not parts:
            parts = _shown(_people(programme_id, q, find_faintly(db, actor(), programme_id, q).people))
    lines = [line for part in parts for line in part.lines]
    if len(lines) == 1 and not parts[0].note and not meant:
        return redirect(lines[0].address)
    return render_template(
        "coordinator/find.html", programme=programme, finding=q, is_cut=q != typed, parts=parts, meant=meant
    )


def _parts(db: Db, programme_id: int, q: str) -> list[Part]:
    """What is found under these words, the kind with the best hit first."""
    found = find_everything(db, actor(), programme_id, q, now())
    parts = (
        _people(programme_id, q, found.people),
        _groups(programme_id, q, found.groups),
        _sessions(found.sessions),
        _pages(programme_id, q),
        _plans(programme_id, found.plans),
        _rotas(programme_id, found.rotas),
        _rooms(found.rooms),
        _rounds(found.rounds),
        _grades(found.grades),
    )
    return _shown(*parts)


def _shown(*parts: Part) -> list[Part]:
    return sorted((part for part in parts if part.lines), key=lambda part: part.rank)


def _people(programme_id: int, q: str, hits: Hits[PersonHit]) -> Part:
    kinds = {"resident": _("resident"), "faculty": _("facilitator")}
    lines = tuple(
        Line(
            one.name,
            " · ".join(word for word in (kinds.get(one.kind, ""), one.grade, one.site, one.email) if word),
            _elsewhere(one),
            url_for("coordinator.person", programme_id=one.where.programme_id, person_id=one.person_id),
            _("has left") if one.has_left else "",
        )
        for one in hits.first
    )
    note = _("Nobody is called exactly that. Did you mean one of these?") if hits.alike else ""
    more = ngettext("All %(num)s person", "All %(num)s people", hits.total) if hits.total > len(lines) else ""
    everybody = url_for("coordinator.people", programme_id=programme_id, q=q)
    return Part("people", _("People"), lines, hits.rank, note, more, everybody)


def _groups(programme_id: int, q: str, hits: Hits[GroupHit]) -> Part:
    lines = tuple(
        Line(one.name, _("in a draft") if one.plan_id else "", _elsewhere(one), _group(one)) for one in hits.first
    )
    more = ngettext("All %(num)s group", "All %(num)s groups", hits.total) if hits.total > len(lines) else ""
    all_groups = url_for("coordinator.groups", programme_id=programme_id, q=q)
    return Part("groups", _("Groups"), lines, hits.rank, "", more, all_groups)


def _group(hit: GroupHit) -> str:
    if hit.plan_id is None:
        return url_for("coordinator.group", programme_id=hit.where.programme_id, group_key=hit.key)
    return url_for(
        "coordinator.plan", programme_id=hit.where.programme_id, plan_id=hit.plan_id, q=hit.name, _anchor="groups"
    )


def _sessions(hits: Hits[SessionHit]) -> Part:
    lines = tuple(
        Line(
            _("%(group)s, %(when)s", group=one.group_name, when=day_and_time(one.starts_at, one.where.zone)),
            "",
            _elsewhere(one),
            url_for("coordinator.published_session", programme_id=one.where.programme_id, session_id=one.session_id),
            _("cancelled") if one.cancelled else "",
        )
        for one in hits.first
    )
    if hits.alike:
        note = _("There is no session then. These are the nearest before and after.")
        return Part("sessions", _("Sessions"), lines, hits.rank, note)
    left = hits.total - len(lines)
    note = ngettext("And %(num)s more. Add a time or a weekday to see fewer.",
                    "And %(num)s more. Add a time or a weekday to see fewer.", left) if left > 0 else ""  # fmt: skip
    return Part("sessions", _("Sessions"), lines, hits.rank, note)


def _pages(programme_id: int, q: str) -> Part:
    found = pages_called(q)
    lines = tuple(Line(page.name, "", "", page.address(programme_id)) for _rank, page in found)
    return Part("pages", _("Pages"), lines, found[0][0] if found else 9)


def _plans(programme_id: int, hits: Hits[PlanHit]) -> Part:
    lines = tuple(
        Line(_("Plan %(number)s", number=one.number), _plan(one), _elsewhere(one),
             url_for("coordinator.plan", programme_id=one.where.programme_id, plan_id=one.plan_id))
        for one in hits.first
    )  # fmt: skip
    more = _("All plans") if hits.total > len(lines) else ""
    return Part(
        "plans", _("Plans"), lines, hits.rank, "", more, url_for("coordinator.plans", programme_id=programme_id)
    )


def _plan(hit: PlanHit) -> str:
    state = state_name(hit.state)
    if hit.revision is None:
        return state
    return _("%(state)s, revision %(number)s", state=state, number=hit.revision)


def _rotas(programme_id: int, hits: Hits[RotaHit]) -> Part:
    lines = tuple(
        Line(one.name, one.site, _elsewhere(one),
             url_for("coordinator.rotas", programme_id=one.where.programme_id, _anchor=f"rota-{one.rota_id}"))
        for one in hits.first
    )  # fmt: skip
    more = _("All rotas") if hits.total > len(lines) else ""
    all_rotas = url_for("coordinator.rotas", programme_id=programme_id)
    return Part("rotas", _("Rotas"), lines, hits.rank, "", more, all_rotas)


def _rooms(hits: Hits[RoomHit]) -> Part:
    lines = tuple(
        Line(one.name, one.site, _elsewhere(one),
             url_for("coordinator.term", programme_id=one.where.programme_id, room=one.room_id))
        for one in hits.first
    )  # fmt: skip
    return Part("rooms", _("Rooms"), lines, hits.rank)


def _rounds(hits: Hits[RoundHit]) -> Part:
    lines = tuple(
        Line(
            _("Round %(number)s", number=one.round + 1),
            _("%(first)s to %(last)s", first=short_day(one.first_day), last=short_day(one.last_day)),
            _elsewhere(one),
            url_for("coordinator.term", programme_id=one.where.programme_id, **address_of_week({}, one.first_day)),
        )
        for one in hits.first
    )
    return Part("rounds", _("Rounds"), lines, hits.rank)


def _grades(hits: Hits[GradeHit]) -> Part:
    lines = tuple(
        Line(
            one.name,
            ngettext("%(num)s person", "%(num)s people", one.people),
            _elsewhere(one),
            url_for("coordinator.people", programme_id=one.where.programme_id, grade=one.stage),
        )
        for one in hits.first
    )
    return Part("grades", _("Grades"), lines, hits.rank)


def _elsewhere(hit: PersonHit | GroupHit | SessionHit | PlanHit | RotaHit | RoomHit | RoundHit | GradeHit) -> str:
    return hit.where.name if hit.where.other else ""
