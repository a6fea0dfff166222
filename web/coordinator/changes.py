"""What a draft changes of the plan that members see, and why, in sentences for its coordinator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from scheduler.plans.model import Changes, LeadChange, PersonChange, SessionChange
from scheduler.plans.reasons import Moved, Regrouped
from web.coordinator.reasons import MOST_REASONS, against_date
from web.language import clock_time, lazy_gettext, ngettext, short_day
from web.language import gettext as _

MOST_OPEN = 6
"""More than this is folded up under its counts."""

_APART = lazy_gettext("%(group)s has somebody in it with whom they may not share one.")

STAYING: Mapping[str, str] = {
    "group_size": lazy_gettext("%(group)s has no place for them, or too few are left for it."),
    "stage_spread": lazy_gettext("Their level does not fit the others' in %(group)s."),
    "facilitators": lazy_gettext("%(group)s lacks a facilitator."),
    "model_accepted": lazy_gettext("They do not accept the kind of group that %(group)s is."),
    "mode_accepted": lazy_gettext("%(group)s meets in a way that they do not accept."),
    # Whether one of them asked for it or a relation does is told to nobody.
    **dict.fromkeys(("conflict", "avoids"), _APART),
    "external_required": lazy_gettext("They ask for facilitators of other sites only, and %(group)s has others."),
    "quorum": lazy_gettext("With them, too few of %(group)s could come to some of its sessions."),
    "room_capacity": lazy_gettext("The room of %(group)s holds nobody more."),
    "pin_members": lazy_gettext("%(group)s was asked to stay as it is."),
}


def counts_sentence(changes: Changes) -> str:
    """``2 residents change groups, 3 sessions move; all other groups and dates stay.``"""
    counts = list(_counts(changes))
    if not counts:
        return _("Nothing moves.")
    return _("%(counts)s; all other groups and dates stay.", counts=", ".join(counts))


def _counts(changes: Changes) -> Iterator[str]:
    people, sessions = changes.people, changes.sessions
    if num := sum(bool(person.before and person.now) for person in people):
        yield ngettext("%(num)s resident changes groups", "%(num)s residents change groups", num)
    if num := sum(not person.now for person in people):
        yield ngettext("%(num)s resident loses their group", "%(num)s residents lose their group", num)
    if num := sum(not person.before for person in people):
        yield ngettext("%(num)s resident gets a group", "%(num)s residents get a group", num)
    if num := len({lead.name for lead in changes.leads}):
        yield ngettext("%(num)s facilitator changes groups", "%(num)s facilitators change groups", num)
    if num := sum(bool(session.was and session.now) for session in sessions):
        yield ngettext("%(num)s session moves", "%(num)s sessions move", num)
    if num := sum(session.now is None for session in sessions):
        yield ngettext("%(num)s session is lost", "%(num)s sessions are lost", num)
    if num := sum(session.was is None for session in sessions):
        yield ngettext("%(num)s session is added", "%(num)s sessions are added", num)
    if num := len(changes.gone):
        yield ngettext("%(num)s group is gone", "%(num)s groups are gone", num)
    if num := len(changes.new):
        yield ngettext("%(num)s group is new", "%(num)s groups are new", num)


def person_sentence(person: PersonChange) -> str:
    """From where to where, and why not where they were."""
    if not person.before:
        return _("joins %(group)s.", group=person.now)
    if person.now:
        moves = _("moves from %(before)s to %(now)s.", before=person.before, now=person.now)
    else:
        moves = _("leaves %(before)s and has no group.", before=person.before)
    return f"{moves} {_why_not_there(person.before, person.why)}" if person.why else moves


def _why_not_there(group: str, why: Regrouped) -> str:
    ways = list(dict.fromkeys(str(STAYING[rule_id]) for rule_id in why.in_the_way if rule_id in STAYING))
    if ways:
        return " ".join(text % {"group": group} for text in ways[:MOST_REASONS])
    if why.in_the_way:
        return _("%(group)s would have to change.", group=group)
    if why.cost is None:
        return _("No way for them to stay was found.")
    if why.cost <= 0:
        return _("Staying would have cost nothing: planning for longer may keep them there.")
    return ngettext(
        "Staying would have cost the plan %(num)s point.", "Staying would have cost the plan %(num)s points.", why.cost
    )


def lead_sentence(lead: LeadChange) -> str:
    """Which group somebody leads from now on, or no longer."""
    if lead.leads:
        return _("facilitates %(group)s now.", group=lead.group)
    return _("no longer facilitates %(group)s.", group=lead.group)


def session_sentence(session: SessionChange, zone: str) -> str:
    """Which session, from which date to which, and what stands against the old one."""
    moves = _moves(session, zone)
    return f"{moves} {_why_not_then(session.why)}" if session.why else moves


def _moves(session: SessionChange, zone: str) -> str:
    number = session.round + 1
    if session.was and session.now:
        was, now = _when(session.was, zone), _when(session.now, zone)
        return _("round %(number)s moves from %(was)s to %(now)s.", number=number, was=was, now=now)
    if session.was:
        return _("round %(number)s is lost, it was on %(was)s.", number=number, was=_when(session.was, zone))
    assert session.now is not None, "a session that changed was or is somewhere"
    return _("round %(number)s is added on %(now)s.", number=number, now=_when(session.now, zone))


def _when(at: datetime, zone: str) -> str:
    return _("%(day)s, %(time)s", day=short_day(at, zone), time=clock_time(at, zone))


def _why_not_then(why: Moved) -> str:
    reasons = tuple(against_date(why))
    if reasons:
        return _("Against the old date: %(reasons)s.", reasons=", ".join(reasons))
    if why.cost is None:
        return _("The programme no longer has the old date.")
    if why.cost <= 0:
        return _("Keeping the old date would have cost nothing: planning for longer may keep it.")
    return ngettext(
        "Keeping the old date would have cost the plan %(num)s point.",
        "Keeping the old date would have cost the plan %(num)s points.",
        why.cost,
    )
