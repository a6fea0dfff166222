"""Who would give more hours to mentoring than the programme asks of one person, and more than they did before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scheduler.bookings.hours import Limits
from scheduler.coordination.board import Board, SessionNow
from scheduler.coordination.circumstances import Known
from scheduler.planning.verdicts import Finding
from scheduler.reasons.rule_words import ProgrammeRule
from solvers.vocabulary import COMING


def too_many_hours(before: Board, after: Board, known: Known) -> Iterator[Finding]:
    """A finding for each person whom a change brings over the most of a month or a year, or further over it."""
    limits = Limits.of(known.programme)
    if limits.are_none:
        return
    was, now = _sessions(before), _sessions(after)
    changed = {ref for ref in was.keys() | now.keys() if was.get(ref) != now.get(ref)}
    new, old = [now[ref] for ref in changed & now.keys()], [was[ref] for ref in changed & was.keys()]
    for person_id in sorted({one for session in new for one in session.people}):
        more = limits.minutes(_of(person_id, new, known))
        more.subtract(limits.minutes(_of(person_id, old, known)))
        given = limits.minutes([*_of(person_id, now.values(), known), *known.elsewhere.given.get(person_id, ())])
        if any(minutes > 0 and given[period] > limits.most(period) for period, minutes in more.items()):
            yield Finding(ProgrammeRule.HOURS, None, None, person_id)


def _sessions(board: Board) -> Mapping[int, SessionNow]:
    return {ref: session for ref, session in board.sessions.items() if session.takes_place}


def _of(person_id: int, sessions: Iterable[SessionNow], known: Known) -> list[SessionNow]:
    """Those on which somebody is counted."""
    return [each for each in sessions if person_id in each.people and known.marks.of(person_id, each) in COMING]
