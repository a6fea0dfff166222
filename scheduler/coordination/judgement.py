"""The referee's word on a board: what would be broken by a change that is not broken now."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Final

from scheduler.coordination.board import Board, GroupNow, SessionNow
from scheduler.coordination.circumstances import Known
from scheduler.coordination.hours_given import too_many_hours
from scheduler.own_groups.service import OWN
from scheduler.planning.verdicts import Finding, Gathering, Judge, Sitting
from scheduler.reasons.rule_words import ProgrammeRule
from scheduler.sessions.model import IN_WRITING
from solvers import rules

_OF_ROOM: Final = frozenset({rules.ROOM_AT_SITE, rules.ROOM_CAPACITY, rules.ROOM_FREE, rules.ROOM_OVERLAP})
_NOT_OF_OWN: Final = frozenset({rules.MODEL_ACCEPTED, rules.MODEL_OFFERED, rules.CAPACITY})
"""Whoever joins a group of people's own accepts its ways; nobody is planned into one."""


Remembered = dict[frozenset[str], frozenset[Finding]]
"""What is wrong with some groups of a board, by their keys, so that it is found once for many changes of it."""


def new_findings(judge: Judge, before: Board, after: Board, known: Known, remembered: Remembered) -> frozenset[Finding]:
    """What is wrong after and was not before. What was wrong with a date, a room or a way to meet that is another now
    excuses nothing. ``remembered`` is of the board before."""
    keys = {key for key, group in after.groups.items() if group != before.groups[key]}
    keys |= {session.group_key for ref, session in after.sessions.items() if before.sessions.get(ref) != session}
    which = frozenset(keys)
    if which not in remembered:
        remembered[which] = _findings(judge, before, which, known)
    was = {finding for finding in remembered[which] if not _is_outdated(finding, before, after)}
    return (_findings(judge, after, keys, known) - was) | frozenset(too_many_hours(before, after, known))


def _findings(judge: Judge, board: Board, keys: Collection[str], known: Known) -> frozenset[Finding]:
    """What is wrong with these groups of a board."""
    meeting = [group for group in board.groups.values() if not group.ended and group.key in keys]
    elsewhere = Counter({who: len(groups) for who, groups in known.elsewhere.groups.items()})
    for group in board.groups.values():
        if not group.ended and group.key not in keys:
            elsewhere.update(group.people)
    found = judge.findings((_gathering(group, board, known) for group in meeting), elsewhere)
    found = frozenset(each for each in found if not _is_about_writing(each, board))
    own = {group.key for group in meeting if known.model_of(group).key == OWN}
    found = frozenset(each for each in found if not (each.group in own and each.rule_id in _NOT_OF_OWN))
    if known.programme.conduct.several_groups:
        found = frozenset(each for each in found if each.rule_id != rules.ONE_GROUP)
    all_of = _Sessions(board)
    of_groups = (finding for group in meeting for finding in _of_group(group, board, known, all_of))
    return found | frozenset(of_groups)


def _is_about_writing(finding: Finding, board: Board) -> bool:
    """Whether a session is said to be met in a way that somebody did not choose, and is a week in writing: that is
    accepted apart from ways to meet, and checked with what is checked before publishing."""
    session = None if finding.ref is None else board.sessions.get(finding.ref)
    return finding.rule_id == rules.MODE_ACCEPTED and session is not None and session.mode == IN_WRITING


def _gathering(group: GroupNow, board: Board, known: Known) -> Gathering:
    return Gathering(
        group.key,
        group.model_id,
        group.mode,
        group.site_id,
        group.residents,
        group.facilitators,
        tuple(_sitting(session, group, known) for session in board.sessions_of(group.key)),
    )


def _sitting(session: SessionNow, group: GroupNow, known: Known) -> Sitting:
    return Sitting(
        session.ref,
        session.starts_at,
        session.mode,
        session.site_id,
        session.room_id,
        tuple(sorted(session.facilitators)),
        {person_id: known.marks.of(person_id, session) for person_id in group.people | session.people},
        extra=bool(session.extra),
    )


class _Sessions:
    """Those of a board that take place, in order of time: a board may have thousands."""

    def __init__(self, board: Board) -> None:
        taking_place = (session for session in board.sessions.values() if session.takes_place)
        self._all = sorted(taking_place, key=lambda session: session.starts_at)
        self._starts = [session.starts_at for session in self._all]
        self._longest = max((session.ends_at - session.starts_at for session in self._all), default=timedelta())

    def at_once(self, session: SessionNow) -> list[SessionNow]:
        """The others that overlap with one."""
        first = bisect_left(self._starts, session.starts_at - self._longest)
        near = self._all[first : bisect_left(self._starts, session.ends_at)]
        return [other for other in near if other.ref != session.ref and other.span.overlaps(session.span)]


def _of_group(group: GroupNow, board: Board, known: Known, all_of: _Sessions) -> Iterator[Finding]:
    """What the referee of one programme's plan does not see: other sessions of people and rooms, a pause, hours."""
    for session in board.sessions_of(group.key):
        yield from _overlaps(session, group, known, all_of)
        if group.pause and group.pause[0] <= known.day_of(session) <= group.pause[1]:
            yield Finding(ProgrammeRule.PAUSED, group.key, session.ref)
        if not known.marks.is_a_start(session.starts_at):
            closed = known.programme.closed_at(session.starts_at)
            yield Finding(ProgrammeRule.CLOSED_DAY if closed else rules.SLOT_OF_ROUND, group.key, session.ref)


def _overlaps(session: SessionNow, group: GroupNow, known: Known, all_of: _Sessions) -> Iterator[Finding]:
    at_once = all_of.at_once(session)
    for person_id in session.people:
        if known.elsewhere.is_taken(person_id, session) or any(person_id in other.people for other in at_once):
            yield Finding(rules.PERSON_OVERLAP, group.key, session.ref, person_id)
    if session.room_id is not None:
        shared = any(other.room_id == session.room_id for other in at_once)
        if shared or not known.elsewhere.has_room(session.room_id, session.span):
            yield Finding(rules.ROOM_OVERLAP, group.key, session.ref)


def _is_outdated(finding: Finding, before: Board, after: Board) -> bool:
    """Whether a finding is about something that is another now: the same finding again is a new one."""
    if finding.ref is None:
        groups = (before.groups.get(finding.group or ""), after.groups.get(finding.group or ""))
        modes = {group.mode for group in groups if group is not None}
        return finding.rule_id == rules.MODE_ACCEPTED and len(modes) > 1
    was, now = before.sessions[finding.ref], after.sessions.get(finding.ref)
    if now is None or was.starts_at != now.starts_at or was.takes_place != now.takes_place:
        return True
    if finding.rule_id in _OF_ROOM and was.room_id != now.room_id:
        return True
    return finding.rule_id == rules.MODE_ACCEPTED and was.mode != now.mode
