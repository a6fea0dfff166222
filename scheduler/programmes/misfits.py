"""Whether a session lies where its programme holds sessions: on an open day, in its round, within a window."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from scheduler.programmes.model import Programme


class Misfit(StrEnum):
    """What is wrong with the time of a session, the worst first."""

    CLOSED = "closed"
    """The programme is closed on its day."""
    ROUND = "round"
    """Its day is in none of the rounds, or in another than its own."""
    WINDOW = "window"
    """It is not within a time of the week at which sessions are held."""


def misfits(programme: Programme, starts: datetime, ends: datetime, round_: int) -> tuple[Misfit, ...]:
    """What is wrong with a session of a round (its number) between these two times on the programme's wall clock.

    It need not begin at one of the starts that a window offers, as long as the window holds it.
    """
    day = starts.date()
    in_round = any(each.index == round_ and each.first_day <= day <= each.last_day for each in programme.rounds)
    in_window = any(
        window.weekday == day.weekday()
        and datetime.combine(day, window.opens_at) <= starts
        and ends <= datetime.combine(day, window.closes_at)
        for window in programme.windows
    )
    found = ((Misfit.CLOSED, bool(programme.closed.names(day, day))), (Misfit.ROUND, not in_round))
    return tuple(each for each, is_so in (*found, (Misfit.WINDOW, not in_window)) if is_so)


def is_too_close(programme: Programme, before: datetime, after: datetime) -> bool:
    """Whether a session begins fewer days after the one before than the programme asks for, by its clock."""
    zone = ZoneInfo(programme.zone)
    apart = after.astimezone(zone).replace(tzinfo=None) - before.astimezone(zone).replace(tzinfo=None)
    return apart < timedelta(days=programme.min_gap_days)


class LeftBehind(Protocol):
    """A published session, of which is kept at which time a change of its programme left it behind, if one did."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends."""

    @property
    def round(self) -> int:
        """The number of its round."""

    @property
    def left_behind_at(self) -> datetime | None:
        """When it began as a change of its programme's days or times left it where it was."""


def left_behind_misfits(programme: Programme, session: LeftBehind) -> tuple[Misfit, ...]:
    """What is wrong with the time of a session that a change of its programme left where it was. With one that was put
    where it is on purpose, nothing is."""
    if session.left_behind_at != session.starts_at:
        return ()
    zone = ZoneInfo(programme.zone)
    starts, ends = (at.astimezone(zone).replace(tzinfo=None) for at in (session.starts_at, session.ends_at))
    return misfits(programme, starts, ends, session.round)
