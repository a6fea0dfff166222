"""When somebody has to be released from a duty so that they can be at a session: pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from scheduler.availability.intervals import Interval
from scheduler.availability.model import Duty, Level, Policy
from scheduler.rotas.model import AWAY, DutyKind

_NO_RELEASE: Final = AWAY | {DutyKind.PROTECTED}
"""Nobody is released from leave, nor from time that is kept for meeting."""
_FREE: Final = frozenset({Level.CAN, Level.BEST})
_NO_TIME: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as far as releases go: when it is, where people have to be (None from afar), and whether it lies in a
    window that the programme protects."""

    span: Interval
    site_id: int | None
    protected: bool


@dataclass(frozen=True, slots=True)
class Rostered:
    """A duty with the rota that it stands on, and as the rota calls it."""

    duty: Duty
    rota: str
    called: str


@dataclass(frozen=True, slots=True)
class Release:
    """Time in which somebody is not on their duty, from leaving it until they are back; ``called`` is the duty in the
    words of its rota."""

    site_id: int
    rota: str
    span: Interval
    called: str


def releases(meeting: Meeting, duties: Iterable[Rostered], policy: Policy) -> tuple[Release, ...]:
    """What one person has to be released from to be at a session: one release a rota, from the first moment to the
    last, with all of its duties named."""
    found: dict[tuple[int, str], Release] = {}
    for each in sorted(duties, key=lambda each: (each.duty.start, each.duty.end, each.called)):
        span = release_span(meeting, each.duty, policy)
        if span is not None:
            key = each.duty.site_id, each.rota
            found[key] = _together(found.get(key), Release(*key, span, each.called))
    return tuple(found.values())


def release_span(meeting: Meeting, duty: Duty, policy: Policy) -> Interval | None:
    """The part of a duty that a session takes, with the way there and back; None where nobody has to be asked.

    Where the programme counts a time of a duty as free (lunch on a day duty, say) only a way to another site needs a
    release.
    """
    if duty.kind in _NO_RELEASE:
        return None
    there, back = _ways(meeting, duty, policy)
    if not there and not back and _is_free(meeting, duty, policy):
        return None
    start, end = max(duty.start, meeting.span.start - there), min(duty.end, meeting.span.end + back)
    return Interval(start, end) if start < end else None


def _ways(meeting: Meeting, duty: Duty, policy: Policy) -> tuple[timedelta, timedelta]:
    """How long from the duty's site to the session and back. On call from home nobody comes from the site."""
    if meeting.site_id is None or duty.kind is DutyKind.NON_RESIDENT_ON_CALL:
        return _NO_TIME, _NO_TIME
    ways = policy.journeys
    there = ways.get((duty.site_id, meeting.site_id)) or ways.get((meeting.site_id, duty.site_id), _NO_TIME)
    return there, ways.get((meeting.site_id, duty.site_id)) or there


def _is_free(meeting: Meeting, duty: Duty, policy: Policy) -> bool:
    """Whether the programme counts on nobody being missed: inside protected windows people on a day duty are to be
    released, so there somebody is."""
    if policy.during[duty.kind] in _FREE:
        return True
    if duty.kind is not DutyKind.DAY or meeting.protected:
        return False
    opens, closes = policy.lunch
    wall = meeting.span.start.astimezone(duty.zone) if duty.zone else meeting.span.start
    return opens <= wall.time() < closes


def _together(before: Release | None, one: Release) -> Release:
    if before is None:
        return one
    span = Interval(min(before.span.start, one.span.start), max(before.span.end, one.span.end))
    called = before.called if one.called in before.called.split(" + ") else f"{before.called} + {one.called}"
    return Release(one.site_id, one.rota, span, called)
