"""What is no reason to refuse a change of a programme, and should be known all the same: kinds of group that nobody can
be in, and rooms that are shut when sessions are held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import literal, select

from scheduler.db import Db
from scheduler.errors import Fault
from scheduler.languages import say
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import Differing, Programme
from scheduler.programmes.model_makeup import Makeup, Unfilled, unfilled
from scheduler.programmes.site_faults import room_warnings
from scheduler.text_input import folded

_IN: Final = {
    Differing.NOTHING: literal(""),
    Differing.SITE: ParticipantRow.site_id,
    Differing.SPECIALTY: ParticipantRow.specialty,
    Differing.LEVEL: ParticipantRow.mentor_level,
}
"""By what facilitators of one group differ from each other: where it is kept."""


def unfilled_models(db: Db, programme: Programme) -> tuple[Unfilled, ...]:
    """Why nobody can be in which kinds of group of a programme, as its people are."""
    return tuple(unfilled(programme.models, _makeups(db, programme)))


def newly_unfillable(db: Db, before: Programme, lacks: Sequence[Unfilled]) -> tuple[Fault, ...]:
    """Those that no choice of people would fill, and that are not so already."""
    found = [each.fault for each in lacks if each.for_anyone]
    known = {each.fault for each in unfilled_models(db, before)} if found else set()
    return tuple(fault for fault in found if fault not in known)


def rooms_newly_shut(before: Programme, wanted: Programme, changed: Collection[str]) -> Iterator[Fault]:
    """What rooms are newly shut for, with the names of the rooms."""
    if not {"sites", "windows", "session_minutes"} & set(changed):
        return
    known = set(room_warnings(before))
    names = {f"sites-{site.key}-rooms-{room.key}-closes_at": room.name for site in wanted.sites for room in site.rooms}
    for fault in room_warnings(wanted):
        if fault not in known:
            yield Fault(fault.where, say("%(room)s: %(what)s", room=names[fault.where], what=fault.text))


def _makeups(db: Db, programme: Programme) -> Mapping[str, Makeup]:
    """Who there is to fill each model of a programme, by its key."""
    rows = db.execute(
        select(
            ParticipantRow.kind, ParticipantRow.stage, ParticipantRow.models, _IN[programme.facilitators_differ]
        ).where(ParticipantRow.programme_id == programme.id, ParticipantRow.left_at.is_(None))
    ).all()
    everyone = Counter(stage or 0 for kind, stage, _, _ in rows if kind == Role.RESIDENT)
    faculty = len(rows) - sum(everyone.values())
    found: dict[str, Makeup] = {}
    for model in programme.models:
        willing = [(kind, stage, what) for kind, stage, models, what in rows if model.key in models]
        stages = Counter(stage or 0 for kind, stage, _ in willing if kind == Role.RESIDENT)
        leading = [folded(str(what)) for kind, _, what in willing if kind == Role.FACULTY]
        differ = programme.facilitators_differ is not Differing.NOTHING
        different = len(set(filter(None, leading))) if differ else None
        found[model.key] = Makeup(everyone, faculty, stages, len(leading), different)
    return found
