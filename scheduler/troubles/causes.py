"""By which change something came or went: the line of the audit trail that was written with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.changes import Fact
from scheduler.db import Db
from scheduler.languages import mark, say
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.rotas.tables import RotaRow
from scheduler.troubles.model import Cause

_ROTA: Final = "rota.imported"
ACTIONS: Final[Mapping[str, str]] = {
    "rota.imported": mark("a rota was imported"),
    "rota.taken_back": mark("an import of a rota was undone"),
    "rota.removed": mark("a rota was removed"),
    "rota.swapped": mark("a swap was put on a rota"),
    "people.imported": mark("the list of people was imported"),
    "relations.imported": mark("the list of relations was imported"),
    "rooms.imported": mark("the list of rooms was imported"),
    "clinics.imported": mark("the list of clinics was imported"),
    "rules.changed": mark("the rules for people’s time were changed"),
    "programme.changed": mark("the programme’s settings were changed"),
    "zone.corrected": mark("the time zone was corrected"),
    "joining.settings": mark("what people are asked when they join was changed"),
    "absence.noted": mark("leave was added"),
    "absence.taken_back": mark("leave was removed"),
    "person.changed": mark("someone’s details were changed"),
    "people.grade_set": mark("grades were changed"),
    "people.site_set": mark("people’s sites were changed"),
    "plan.published": mark("a plan was published"),
    "session.agreed": mark("a group agreed on a date"),
    "date.unopposed": mark("a date was set that everyone could keep and nobody said no to"),
    "deputy.accepted": mark("a deputy said yes"),
    "deputy.withdrawn": mark("a request to a deputy was withdrawn"),
    "session.moved": mark("a session was moved"),
    "session.room_changed": mark("a session got another room"),
    "session.mode_changed": mark("a session was changed to another way of meeting"),
    "session.facilitators_changed": mark("other facilitators were put down for a session"),
    "deputy.appointed": mark("a deputy was appointed"),
    "session.cancelled": mark("a session was cancelled"),
    "session.added": mark("a session was added"),
    "session.reinstated": mark("a cancelled session was reinstated"),
    "facilitator.replaced": mark("a facilitator was replaced"),
    "facilitators.swapped": mark("two facilitators swapped groups"),
    "group.ended": mark("a group was ended"),
    "group.paused": mark("a group was paused"),
    "group.resumed": mark("a group’s pause was ended"),
    "group.merged": mark("two groups were merged"),
    "group.member_out": mark("someone was taken out of a group"),
    "group.place_given_up": mark("someone gave up their place in a group"),
    "group.swapped": mark("residents swapped groups"),
    "group.member_in": mark("someone was put into a group"),
    "person.left": mark("someone left the programme"),
    "person.back": mark("someone came back to the programme"),
}
"""What is said of a line in the audit trail. Of others, and of what people say about themselves, only the kind of fact
is told: why somebody cannot come is theirs."""
_SETTINGS: Final = "programme.changed"
_PEOPLES_TIME: Final = ACTIONS["rules.changed"]
SETTINGS: Final[Mapping[str, str]] = {
    "closed": mark("the closed days were changed"),
    "windows": mark("the times for sessions were changed"),
    "rounds": mark("the rounds were changed"),
    "quorum": mark("the quorum was changed"),
    "min_gap_days": mark("the fewest days between sessions were changed"),
    "min_attendance": mark("the share of sessions that everyone should come to was changed"),
    "models": mark("the kinds of group were changed"),
    "sites": mark("the sites and rooms were changed"),
    "session_minutes": mark("the length of sessions was changed"),
    "grades": mark("the grades were changed"),
    "zone": mark("the time zone was corrected"),
    "first_within_days": mark("when every group has to have met first was changed"),
    "rest_preset": _PEOPLES_TIME,
    "duty_policy": _PEOPLES_TIME,
    "buffer_minutes": _PEOPLES_TIME,
}
"""What is said of a change of the programme, by its field; where it was several, that its settings were changed."""
_ABOUT_NUMBERS: Final = frozenset({"quorum", "models"})
_OWN: Final = frozenset({"absence.noted", "absence.taken_back", "person.changed"})
"""What people may do for themselves, too: then it is theirs, and is not told."""
FACTS: Final[Mapping[str, str]] = {
    Fact.TIME: mark("someone’s availability changed"),
    Fact.WORD: mark("someone’s availability changed"),
    Fact.PEOPLE: mark("something about people changed"),
    Fact.RULES: mark("the rules for people’s time were changed"),
    Fact.PLAN: mark("a plan was published"),
    Fact.SESSIONS: mark("an answer to the session, or something about it, changed"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A change as the coordinator reads of it: what it was, and by whom where that was one of the coordinators. With
    ``is_rule`` other numbers of people are asked for than before, and nobody's answer or time changed."""

    words: str
    by: str = ""
    is_rule: bool = False


def cause_of(db: Db, programme_id: int, fact: str) -> Cause:
    """The change that is made in this transaction: its lines alone are not sealed yet."""
    told = (AuditRow.programme_id == programme_id, AuditRow.place.is_(None), AuditRow.action.in_(ACTIONS))
    return Cause(fact, db.scalar(select(AuditRow.id).where(*told).order_by(AuditRow.id.desc()).limit(1)))


def told_of(db: Db, programme_id: int, audit_ids: Collection[int]) -> Mapping[int, Told]:
    """These lines of the audit trail in words, by id; without what is not told."""
    rows = db.scalars(select(AuditRow).where(AuditRow.id.in_(audit_ids))).all()
    rotas = {row.details.get("rota") for row in rows if row.action == _ROTA}
    names = dict(db.execute(select(RotaRow.id, RotaRow.name).where(RotaRow.id.in_(rotas))).all())
    coordinators = dict(
        db.execute(
            select(PersonRow.id, PersonRow.name)
            .join(RoleRow, RoleRow.person_id == PersonRow.id)
            .where(RoleRow.programme_id == programme_id, RoleRow.role == Role.COORDINATOR)
        ).all()
    )
    told = (row for row in rows if row.action not in _OWN or row.actor_id in coordinators)
    return {row.id: Told(_words(row, names), coordinators.get(row.actor_id or 0, ""), _is_rule(row)) for row in told}


def _is_rule(row: AuditRow) -> bool:
    return row.action == _SETTINGS and bool(_ABOUT_NUMBERS.intersection(row.details.get("changed", ())))


def fact_words(fact: str) -> str:
    """A kind of fact that changed, in words; empty where nothing is known."""
    return say(FACTS[fact]) if fact in FACTS else ""


def _words(row: AuditRow, rotas: Mapping[int, str]) -> str:
    if row.action == _ROTA and (name := rotas.get(row.details.get("rota", 0))):
        return say("the rota “%(name)s” was imported", name=name)
    if row.action == _SETTINGS and len(known := SETTINGS.keys() & set(row.details.get("changed", ()))) == 1:
        return say(SETTINGS[known.pop()])
    return say(ACTIONS.get(row.action, mark("something was changed")))
