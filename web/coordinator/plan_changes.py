"""What a draft changes of the plan that members see, and why, in sentences for its coordinator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from scheduler.plans.model import (
    Changes,
    LeadChange,
    LeaderChange,
    PersonChange,
    RoomChange,
    SessionChange,
    WayChange,
)
from scheduler.plans.plan_matching import Regrouping
from scheduler.reasons.sentences import old_date_sentence, staying_sentence
from web.language import clock_time, mode_name, ngettext, short_day
from web.language import gettext as _

MOST_OPEN = 6
"""More than this is folded up under its counts."""


def counts_sentence(changes: Changes) -> str:
    """``2 residents change groups, 3 sessions move; all other groups and dates stay.``"""
    counts = list(_counts(changes))
    if not counts:
        return _("Nothing moves.")
    return _("%(counts)s. All other groups and dates stay the same.", counts=", ".join(counts))


def _counts(changes: Changes) -> Iterator[str]:
    yield from _counts_of_people(changes)
    yield from _counts_of_sessions(changes)
    yield from _counts_of_groups(changes)


def _counts_of_people(changes: Changes) -> Iterator[str]:
    residents, facilitators = changes.residents, changes.facilitators
    if num := residents.get(Regrouping.CHANGES, 0):
        yield ngettext("%(num)s resident changes groups", "%(num)s residents change groups", num)
    if num := residents.get(Regrouping.LOSES, 0):
        yield ngettext("%(num)s resident loses their group", "%(num)s residents lose their group", num)
    if num := residents.get(Regrouping.GETS, 0):
        yield ngettext("%(num)s resident gets a group", "%(num)s residents get a group", num)
    if num := facilitators.get(Regrouping.CHANGES, 0):
        yield ngettext("%(num)s facilitator changes groups", "%(num)s facilitators change groups", num)
    if num := facilitators.get(Regrouping.LOSES, 0):
        yield ngettext("%(num)s facilitator loses their group", "%(num)s facilitators lose their group", num)
    if num := facilitators.get(Regrouping.GETS, 0):
        yield ngettext("%(num)s facilitator gets a group", "%(num)s facilitators get a group", num)


def _counts_of_sessions(changes: Changes) -> Iterator[str]:
    sessions = changes.sessions
    if num := sum(bool(session.was and session.now) for session in sessions):
        yield ngettext("%(num)s session moves", "%(num)s sessions move", num)
    if num := sum(session.now is None for session in sessions):
        yield ngettext("%(num)s session is dropped", "%(num)s sessions are dropped", num)
    if num := sum(session.was is None for session in sessions):
        yield ngettext("%(num)s session is added", "%(num)s sessions are added", num)
    if num := len({(leader.group, leader.round) for leader in changes.leaders}):
        yield ngettext("%(num)s session has other facilitators", "%(num)s sessions have other facilitators", num)
    if num := len(changes.rooms):
        yield ngettext("%(num)s session changes rooms", "%(num)s sessions change rooms", num)


def _counts_of_groups(changes: Changes) -> Iterator[str]:
    if num := len(changes.ways):
        yield ngettext("%(num)s group meets differently", "%(num)s groups meet differently", num)
    if num := len(changes.gone):
        yield ngettext("%(num)s group is dropped", "%(num)s groups are dropped", num)
    if num := len(changes.new):
        yield ngettext("%(num)s group is new", "%(num)s groups are new", num)


def person_sentence(person: PersonChange) -> str:
    """From where to where, and why not where they were."""
    if not person.before:
        return _("joins %(group)s.", group=person.now)
    if person.now:
        moves = _("moves from %(before)s to %(now)s.", before=person.before, now=person.now)
    elif person.has_another:
        moves = _("leaves %(before)s and keeps another group.", before=person.before)
    else:
        moves = _("leaves %(before)s and has no group.", before=person.before)
    return f"{moves} {staying_sentence(person.before, person.why)}" if person.why else moves


def lead_sentence(lead: LeadChange) -> str:
    """Which group somebody leads from now on, or no longer."""
    if lead.leads:
        return _("now facilitates %(group)s.", group=lead.group)
    return _("no longer facilitates %(group)s.", group=lead.group)


def leader_sentence(leader: LeaderChange, zone: str) -> str:
    """To which session of their group a facilitator comes from now on, or no longer."""
    number, when = leader.round + 1, _when(leader.at, zone)
    if leader.comes:
        return _("%(name)s now comes to round %(number)s (%(when)s).", name=leader.name, number=number, when=when)
    return _("%(name)s can’t come to round %(number)s (%(when)s).", name=leader.name, number=number, when=when)


def room_sentence(room: RoomChange, zone: str) -> str:
    """Which session changes rooms, from which to which."""
    number, when = room.round + 1, _when(room.at, zone)
    was, now = room.was or _("no room"), room.now or _("no room")
    return _(
        "the round %(number)s session (%(when)s) moves from %(was)s to %(now)s.",
        number=number, when=when, was=was, now=now,
    )  # fmt: skip


def way_sentence(way: WayChange) -> str:
    """What is different about how a group meets."""
    return " ".join(_ways(way))


def _ways(way: WayChange) -> Iterator[str]:
    if way.model[0] != way.model[1]:
        yield _("changes from %(was)s to %(now)s.", was=way.model[0], now=way.model[1])
    if way.mode[0] != way.mode[1]:
        yield _("now meets %(now)s, before %(was)s.", now=mode_name(way.mode[1]), was=mode_name(way.mode[0]))
    elif way.site[0] != way.site[1]:
        yield _("now meets at %(now)s, before at %(was)s.", now=way.site[1], was=way.site[0])


def session_sentence(session: SessionChange, zone: str) -> str:
    """Which session, from which date to which, and what stands against the old one."""
    moves = _moves(session, zone)
    return f"{moves} {old_date_sentence(session.why)}" if session.why else moves


def _moves(session: SessionChange, zone: str) -> str:
    number = session.round + 1
    if session.was and session.now:
        was, now = _when(session.was, zone), _when(session.now, zone)
        return _("the round %(number)s session moves from %(was)s to %(now)s.", number=number, was=was, now=now)
    if session.was:
        return _("the round %(number)s session (%(was)s) is dropped.", number=number, was=_when(session.was, zone))
    assert session.now is not None, "a session that changed was or is somewhere"
    return _("a round %(number)s session is added on %(now)s.", number=number, now=_when(session.now, zone))


def _when(at: datetime, zone: str) -> str:
    return _("%(day)s, %(time)s", day=short_day(at, zone), time=clock_time(at, zone))
