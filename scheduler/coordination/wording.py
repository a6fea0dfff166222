"""What a change would break, in sentences for a coordinator: they name no wish, no relation and no reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from scheduler.coordination.board import Board
from scheduler.coordination.circumstances import Known
from scheduler.coordination.hours_given import HOURS
from scheduler.coordination.judgement import CLOSED_DAY, DOUBLE_BOOKED, OFF_HOURS, PAUSED, ROOM_TAKEN
from scheduler.coordination.model import Breach
from scheduler.languages import locale, mark, say
from scheduler.planning.verdicts import Finding
from solvers import rules
from solvers.vocabulary import COMING, NOT_KNOWN

SAFETY: Final = frozenset({rules.CONFLICT, rules.AVOIDS, rules.EXTERNAL_REQUIRED})
"""Which of these is broken, and for whom, would tell what somebody keeps to themselves."""
_OVERRIDABLE: Final = frozenset(
    {
        rules.QUORUM,
        rules.PRESENT,
        rules.GAP,
        rules.GROUP_SIZE,
        rules.STAGE_SPREAD,
        rules.FACILITATORS,
        rules.CAPACITY,
        rules.MODEL_ACCEPTED,
        rules.MODEL_OFFERED,
        rules.MODE_ACCEPTED,
        rules.ROOM_CAPACITY,
        rules.ROOM_FREE,
        PAUSED,
        OFF_HOURS,
        CLOSED_DAY,
        HOURS,
    }
)
"""What a coordinator may decide otherwise, with a reason."""
_SAFETY = mark("This would put people together who shouldn’t be in one group. We don’t say who, or why.")
_OTHERWISE = mark("%(group)s would break a rule that can’t be overridden.")
SENTENCES: Final[Mapping[str, str]] = {
    rules.QUORUM: mark("Too few could come to %(group)s on %(when)s: %(coming)s of %(all)s."),
    rules.PRESENT: mark("%(group)s would have too few facilitators on %(when)s."),
    rules.FACILITATOR_FREE: mark("%(name)s can’t come on %(when)s, and would facilitate %(group)s."),
    rules.GAP: mark("%(group)s would meet twice within fewer days than the programme’s shortest gap."),
    rules.GROUP_SIZE: mark("%(group)s would have %(all)s residents, which its kind of group doesn’t provide for."),
    rules.STAGE_SPREAD: mark("The grades in %(group)s would not be as far apart as its kind of group asks."),
    rules.FACILITATORS: mark("%(group)s would have more or fewer facilitators than its kind of group asks for."),
    rules.CAPACITY: mark("%(name)s would facilitate more groups than they offered."),
    rules.MODEL_ACCEPTED: mark("%(name)s hasn’t chosen this kind of group."),
    rules.MODEL_OFFERED: mark("%(name)s hasn’t offered to facilitate this kind of group."),
    rules.MODE_ACCEPTED: mark("%(name)s hasn’t agreed to meet this way."),
    rules.ONE_GROUP: mark("%(name)s would be in two groups."),
    rules.SITE: mark("%(group)s has no site with a room for everyone."),
    rules.ROOM_AT_SITE: mark("There is no free room for %(group)s on %(when)s."),
    rules.ROOM_CAPACITY: mark("The room is too small for %(group)s."),
    rules.ROOM_FREE: mark("The room isn’t open on %(when)s."),
    ROOM_TAKEN: mark("Another group has the room on %(when)s."),
    DOUBLE_BOOKED: mark("%(name)s is at another session on %(when)s."),
    PAUSED: mark("%(group)s is paused on %(when)s."),
    OFF_HOURS: mark("%(when)s is outside the times at which this programme meets."),
    CLOSED_DAY: mark("%(when)s is on a day when this programme doesn’t meet: %(closed)s."),
    HOURS: mark("%(name)s would give more hours to mentoring than the programme asks of one person."),
}


def breaches_of(
    findings: Iterable[Finding], board: Board, known: Known, names: Mapping[int, str]
) -> tuple[Breach, ...]:
    """What is found in sentences, each once; what nobody may override first."""
    said = {_breach(finding, board, known, names) for finding in findings}
    return tuple(sorted(said, key=lambda breach: (not breach.never, breach.text)))


def _breach(finding: Finding, board: Board, known: Known, names: Mapping[int, str]) -> Breach:
    if finding.rule_id in SAFETY:
        return Breach(say(_SAFETY), never=True)
    return Breach(_sentence(finding, board, known, names), never=not _may_override(finding, board, known))


def _may_override(finding: Finding, board: Board, known: Known) -> bool:
    if finding.rule_id == rules.FACILITATOR_FREE and finding.ref is not None and finding.person_id is not None:
        return known.marks.of(finding.person_id, board.session(finding.ref)) == NOT_KNOWN
    return finding.rule_id in _OVERRIDABLE


def _sentence(finding: Finding, board: Board, known: Known, names: Mapping[int, str]) -> str:
    group = board.groups.get(finding.group or "")
    session = board.sessions.get(finding.ref) if finding.ref is not None else None
    residents = session.residents if session else group.residents if group else frozenset()
    coming = sum(known.marks.of(one, session) in COMING for one in residents) if session else 0
    return say(
        SENTENCES.get(finding.rule_id, _OTHERWISE),
        group=group.name if group else say("A group"),
        name=names.get(finding.person_id or 0, say("Someone")),
        when=when(session.starts_at, known.programme.zone) if session else "",
        closed=known.programme.closed_at(session.starts_at) if session else "",
        coming=coming,
        all=len(residents),
    )


def when(at: datetime, zone: str) -> str:
    """``Tue 9 Mar, 12:30``, on the clock of the zone."""
    day = format_skeleton("MMMEd", at, tzinfo=ZoneInfo(zone), locale=locale())
    return say("%(day)s, %(time)s", day=day, time=format_skeleton("Hm", at, tzinfo=ZoneInfo(zone), locale=locale()))
