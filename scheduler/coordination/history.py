"""What was changed of a session or a group, by whom and why: told from the record of changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date
from sqlalchemy import or_, select

from scheduler.audit.tables import AuditRow
from scheduler.coordination.act_scope import names_of
from scheduler.coordination.service import ACTIONS
from scheduler.db import Db
from scheduler.languages import locale, mark, say, short_moment
from scheduler.people.model import Actor, Role
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme

MOST_SHOWN: Final = 50
_OF_GROUPS: Final = ("session.agreed", "deputy.accepted", "deputy.withdrawn", "group.place_given_up", "group.swapped")
"""What the people of a group have changed themselves: told without saying which of them did."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: ``by`` is the coordinator's name, empty where the group changed it itself."""

    at: datetime
    by: str
    sentence: str
    why: str


def history_of_session(db: Db, actor: Actor, programme_id: int, session_id: int) -> tuple[Entry, ...]:
    """What was changed of one session, the latest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    about = AuditRow.details["session"].as_integer() == session_id
    return _entries(db, programme_id, about)


def history_of_group(db: Db, actor: Actor, programme_id: int, group_key: str) -> tuple[Entry, ...]:
    """What was changed of a group and its sessions, the latest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    keys = [AuditRow.details[name].as_string() == group_key for name in ("group", "into", "out_of")]
    return _entries(db, programme_id, or_(*keys))


def _entries(db: Db, programme_id: int, about: Any) -> tuple[Entry, ...]:
    kinds = AuditRow.action.in_([*ACTIONS.values(), *_OF_GROUPS])
    rows = db.scalars(
        select(AuditRow)
        .where(AuditRow.programme_id == programme_id, kinds, about)
        .order_by(AuditRow.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    programme = get_programme(db, programme_id)
    names = names_of(db, _people(rows))
    groups = _group_names(db, programme_id)
    return tuple(_entry(row, programme, names, groups) for row in rows)


def _people(rows: Sequence[AuditRow]) -> Collection[int]:
    found = {row.actor_id for row in rows if row.actor_id is not None}
    for row in rows:
        found |= {row.details[name] for name in ("person", "for_id", "from_id", "other_id") if row.details.get(name)}
        found |= set(row.details.get("facilitator_ids", ()))
    return found


def _group_names(db: Db, programme_id: int) -> Mapping[str, str]:
    rows = db.execute(
        select(GroupRow.key, GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id)
        .order_by(PlanRow.id)
    )
    return dict(rows.all())


def _entry(row: AuditRow, programme: Programme, names: Mapping[int, str], groups: Mapping[str, str]) -> Entry:
    by = "" if row.action in _OF_GROUPS else names.get(row.actor_id or 0, say("the product"))
    return Entry(row.at, by, _sentence(row, programme, names, groups), row.details.get("why", ""))


SENTENCES: Final[Mapping[str, str]] = {
    "session.moved": mark("Moved from %(was)s to %(now)s."),
    "session.room_changed": mark("Another room: %(room)s."),
    "session.mode_changed": mark("Another way to meet."),
    "session.facilitators_changed": mark("Facilitators: %(people)s."),
    "deputy.appointed": mark("%(name)s stands in for %(for_name)s."),
    "session.cancelled": mark("Cancelled."),
    "session.added": mark("Added on %(now)s."),
    "session.reinstated": mark("Reinstated."),
    "facilitator.replaced": mark("%(name)s replaces %(for_name)s."),
    "facilitators.swapped": mark("%(for_name)s and %(name)s swap %(group)s and %(into)s."),
    "group.ended": mark("%(group)s ended."),
    "group.paused": mark("%(group)s paused from %(first)s to %(last)s."),
    "group.resumed": mark("The pause of %(group)s ended."),
    "group.merged": mark("%(group)s merged into %(into)s."),
    "group.member_out": mark("%(name)s taken out of %(group)s."),
    "group.member_in": mark("%(name)s put into %(group)s."),
    "group.place_given_up": mark("%(name)s gave up their place in %(group)s."),
    "group.swapped": mark("%(name)s came into %(group)s by a swap."),
    "session.agreed": mark("The group chose a date itself."),
    "deputy.accepted": mark("A deputy agreed to stand in."),
    "deputy.withdrawn": mark("The facilitator leads it again."),
}


def _sentence(row: AuditRow, programme: Programme, names: Mapping[int, str], groups: Mapping[str, str]) -> str:
    details = row.details

    def moment(name: str) -> str:
        return short_moment(datetime.fromisoformat(details[name]), programme.zone) if details.get(name) else ""

    def day(name: str) -> str:
        return format_date(date.fromisoformat(details[name]), "medium", locale=locale()) if details.get(name) else ""

    rooms = {room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms}
    return say(
        SENTENCES[row.action],
        was=moment("was"),
        now=moment("starts_at"),
        room=rooms.get(details.get("room_id", 0), ""),
        people=", ".join(names.get(who, "") for who in details.get("facilitator_ids", ())) or say("nobody"),
        name=names.get(details.get("person", 0), ""),
        for_name=names.get(details.get("for_id") or details.get("from_id") or details.get("other_id") or 0, ""),
        group=groups.get(details.get("group", ""), say("The group")),
        into=groups.get(details.get("into", ""), say("another group")),
        first=day("first_day"),
        last=day("last_day"),
    )
