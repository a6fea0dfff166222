"""What lies ahead and what has been, worked out of the numbers of sessions: no database here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.desk.model import Ahead, Idle, Reduced, SoFar, Tally, Week
from scheduler.programmes.model import Programme
from scheduler.sessions.model import Needed

WEEKS: Final = 4
"""So many weeks lie on the desk."""
FEWEST: Final = 5
"""Of fewer people no numbers are told."""
MOST_IDLE: Final = 5
"""So many groups that have not met are named."""
REDUCED_FOR: Final = 2
"""For so many sessions too few of a group must be away before it is told: one alone is a date, not a group."""
_WEEK: Final = timedelta(weeks=1)


def ahead_of(
    programme: Programme,
    tallies: Sequence[Tally],
    needed: Mapping[str, Needed],
    now: datetime,
    in_trouble: Collection[int] = (),
) -> Ahead:
    """How many sessions are still to come, and will be. Those ``in_trouble``, by id, are not held as things stand even
    if enough people could come."""
    coming = [one for one in tallies if one.starts_at > now and not one.cancelled]
    without = len(_without_date(programme, tallies, needed, now))
    return Ahead(
        will_meet=sum(one.holds and one.session_id not in in_trouble for one in coming),
        wanted=len(coming) + without,
        without_date=without,
        groups=len(needed),
        residents=sum(one.members for one in needed.values()),
    )


def reduced_of(
    tallies: Iterable[Tally], needed: Mapping[str, Needed], smallest: Mapping[str, int], now: datetime
) -> tuple[Reduced, ...]:
    """The groups of which long leave leaves too few for several sessions ahead; ``smallest`` is how few residents the
    kind of each group allows."""
    found: dict[str, list[Tally]] = defaultdict(list)
    for one in tallies:
        members = needed[one.group_key].members
        few = max(min(smallest.get(one.group_key, 0), members), needed[one.group_key].residents)
        if one.starts_at > now and not one.cancelled and one.away and members - one.away < few:
            found[one.group_key].append(one)
    return tuple(
        Reduced(
            key=key,
            name=own[0].group_name,
            away=max(one.away for one in own),
            members=needed[key].members,
            sessions=len(own),
            last=own[-1].starts_at,
        )
        for key, own in found.items()
        if len(own) >= REDUCED_FOR
    )


def _without_date(
    programme: Programme, tallies: Iterable[Tally], needed: Mapping[str, Needed], now: datetime
) -> list[tuple[str, int]]:
    """The rounds, not over yet, in which groups have no session."""
    today = now.astimezone(ZoneInfo(programme.zone)).date()
    known = {(one.group_key, one.round) for one in tallies if not one.cancelled and one.extra == 0}
    ahead = [each.index for each in programme.rounds if each.last_day >= today]
    meeting = [key for key, one in needed.items() if one.members]
    return [(key, number) for key in meeting for number in ahead if (key, number) not in known]


def weeks_of(programme: Programme, tallies: Iterable[Tally], now: datetime) -> tuple[Week, ...]:
    """This week, as far as it lies ahead, and those after it."""
    zone = ZoneInfo(programme.zone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    ahead = [one for one in tallies if one.starts_at > now and not one.cancelled]
    days = [(one.starts_at.astimezone(zone).date(), one) for one in ahead]
    found = []
    for first in (monday + number * _WEEK for number in range(WEEKS)):
        own = [one for day, one in days if first <= day < first + _WEEK]
        closed = programme.closed.names(max(first, today), first + timedelta(days=6))
        found.append(_week(first, own, closed))
    return tuple(found)


def _week(first: date, own: Sequence[Tally], closed: Mapping[date, str]) -> Week:
    return Week(
        first_day=first,
        sessions=len(own),
        expected=sum(one.expected for one in own),
        coming=sum(one.coming for one in own),
        at_risk=tuple(one for one in own if one.is_at_risk),
        closed=tuple(closed.items()),
    )


def next_start(tallies: Iterable[Tally], now: datetime) -> datetime | None:
    """When the next session begins."""
    return next((one.starts_at for one in tallies if one.starts_at > now and not one.cancelled), None)


def so_far_of(
    programme: Programme,
    tallies: Sequence[Tally],
    names: Mapping[str, str],
    resting: Collection[str],
    now: datetime,
    since: datetime,
) -> SoFar:
    """What has become of the sessions that are over. ``names`` are those of the groups that meet, ``resting`` the keys
    of those that need not now; nobody could meet before ``since``."""
    over = _over(tallies, now)
    noted = [one for one in over if one.noted and not one.cancelled]
    invited, came = sum(one.noted - one.wrote for one in noted), sum(one.came for one in noted)
    idle = sorted(_idle(programme, over, names, resting, now, since), key=lambda one: (-one.weeks, one.name))
    return SoFar(
        planned=len(over),
        met=sum(one.met for one in over),
        not_noted=sum(not (one.noted or one.cancelled or one.in_writing) for one in over),
        cancelled=sum(one.cancelled for one in over),
        noted=len(noted),
        came=came if invited >= FEWEST else 0,
        invited=invited if invited >= FEWEST else 0,
        idle_groups=len(idle),
        idle=tuple(idle[:MOST_IDLE]),
    )


def _over(tallies: Iterable[Tally], now: datetime) -> list[Tally]:
    """The sessions whose time is over. One that was cancelled is none where its group had another in the round: a later
    revision put that in its place."""
    found = list(tallies)
    others = {(one.group_key, one.round) for one in found if not one.cancelled}
    ended = (one for one in found if (one.starts_at if one.cancelled else one.ends_at) <= now)
    return [one for one in ended if not one.cancelled or (one.group_key, one.round) not in others]


def _idle(
    programme: Programme,
    over: Iterable[Tally],
    names: Mapping[str, str],
    resting: Collection[str],
    now: datetime,
    since: datetime,
) -> Iterator[Idle]:
    """Groups that have met last longer ago than two intervals, or not yet; none once the term is over."""
    if now.astimezone(ZoneInfo(programme.zone)).date() > programme.last_day:
        return
    last = {one.group_key: one.starts_at for one in over if one.may_have_met}
    patience = timedelta(days=2 * programme.interval_days)
    for key, name in names.items():
        waited = now - last.get(key, since)
        if key not in resting and waited > patience:
            yield Idle(key, name, waited // _WEEK, yet=key not in last)
