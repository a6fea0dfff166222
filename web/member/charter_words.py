"""How a charter is read: what its parts and a facilitator's hats are called."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.charters.group_terms import QUESTIONS
from scheduler.charters.model import PARTS, Charter, GroupCharter, GroupField, GroupTerms, Hat
from scheduler.languages import say
from scheduler.sessions.model import OwnGroup, SessionStatus
from web.language import gettext as _
from web.language import lazy_gettext, ngettext

PART_TITLES = {
    "confidentiality": lazy_gettext("What stays between us"),
    "time": lazy_gettext("Our time"),
    "expectations": lazy_gettext("What we expect of each other"),
    "communication": lazy_gettext("How we keep in touch"),
    "goals": lazy_gettext("What we’re here for"),
    "credit": lazy_gettext("Credit for work"),
}
HATS = {
    Hat.MENTOR: lazy_gettext("mentor: shares experience and assesses nobody; the goals are yours"),
    Hat.COACH: lazy_gettext("coach: asks questions and gives no advice"),
    Hat.SPONSOR: lazy_gettext(
        "sponsor: can open doors, and offers what they have to the whole group, not to one person"
    ),
    Hat.ADVISOR: lazy_gettext("advisor: gives advice in a field that they know; what you decide is up to you"),
}
"""What each hat means to the people of a group."""


def written_parts(charter: Charter) -> Iterator[tuple[str, str]]:
    """The parts that say something, by their titles."""
    for part in PARTS:
        if text := getattr(charter, part):
            yield str(PART_TITLES[part]), text


def written_fields(terms: GroupTerms) -> Iterator[tuple[str, str]]:
    """What the group has added, by what was asked."""
    for each in GroupField:
        if text := terms.texts.get(each, ""):
            yield say(QUESTIONS[each]), text


def hats_worn(charter: GroupCharter, names: dict[int, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each facilitator's name, with what they are there as; nothing where they have not said."""
    for person_id, name in names.items():
        yield name, tuple(str(HATS[hat]) for hat in Hat if hat in charter.hats.get(person_id, ()))


def call_words() -> str:
    """What holds where some join a session in person by call."""
    return _(
        "Some can join a session in person by call. They’re there like everyone else, and on a call, too, only the "
        "group listens: say so if someone could overhear you."
    )


def time_needed(group: OwnGroup) -> str:
    """How much time the group's sessions take, as the plan has them; empty where it has none."""
    minutes = [session.minutes for session in group.sessions if session.status != SessionStatus.CANCELLED]
    if not minutes:
        return ""
    hours = -(-sum(minutes) // 60)
    length = max(set(minutes), key=minutes.count)
    meetings = ngettext("%(num)s session", "%(num)s sessions", len(minutes))
    needed = _(
        "%(sessions)s of %(length)s minutes, about %(hours)s hours in all.",
        sessions=meetings, length=length, hours=hours,
    )  # fmt: skip
    if group.closes:
        needed += " " + _("The last one is a closing session, and the group ends with it.")
    return needed
