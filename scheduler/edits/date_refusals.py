"""Why a session of a draft can't be put at a time, with what to do."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.errors import NotPossible
from scheduler.languages import say, short_day
from scheduler.programmes.model import Programme


def no_date(programme: Programme, round_: int, starts_at: datetime) -> NotPossible:
    """Why no session of a round can begin then: what keeps the whole day out comes first."""
    day = starts_at.astimezone(ZoneInfo(programme.zone)).date()
    its = next((each for each in programme.rounds if each.index == round_), None)
    if its is not None and not its.first_day <= day <= its.last_day:
        return NotPossible(
            say(
                "That day isn’t in round %(number)s, which is from %(first)s to %(last)s.",
                number=round_ + 1,
                first=short_day(its.first_day),
                last=short_day(its.last_day),
            ),
            what_to_do=say("Choose a day of the round."),
        )
    if closed := programme.closed_at(starts_at):
        return NotPossible(
            say("Your programme doesn’t meet on that day: %(closed)s.", closed=closed),
            what_to_do=say("Choose another date."),
        )
    return NotPossible(
        say("That isn’t one of the times at which sessions of this round can still be held."),
        what_to_do=say("Choose one of the times of the programme’s windows."),
    )
