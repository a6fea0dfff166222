"""Whether a session lies where its programme holds sessions: on an open day, in its round, within a window."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

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
