"""Dates of circles, found as for any self-formed group; and what of them the planner may know: that somebody cannot.

A search for a plan is given these times as taken, without a reason, and so is a search for another date of one group
(`scheduler/sessions/alternatives.py`). Nothing else is: not the problem as it is stored, nor what a coordinator tries
or forecasts. So plans and offers go round them, and no page says why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.bookings.commitments import booked
from scheduler.bookings.private_hours import Stretch, private_hours
from scheduler.circles.service import row_of
from scheduler.circles.tables import CircleMeetingRow, CircleRow
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.planning.dates_together import dates_together
from scheduler.planning.open_dates import NOTICE
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.model import Slot as ProgrammeSlot
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.signing_in.address_changes import sealed_people
from solvers.vocabulary import NOT_KNOWN

FEWEST: Final = 2
_FOUND = mark("There are new dates. Please sign in to see them:")
_Ahead = Sequence[tuple[int, ProgrammeSlot]]


def neutral_title(minutes: int) -> str:
    """What a circle's dates are called wherever somebody else may see the screen."""
    return say("Group – %(minutes)s min", minutes=minutes)


def find_dates(db: Db, actor: Actor, circle_id: int, now: datetime, *, page_url: str = "") -> int:
    """Find one date in each round to come in which enough of the members can come; returns how many there are now.

    Dates that still suit stay, and so does whatever is less than a day ahead. Members hear of it in neutral words.
    """
    row = row_of(db, actor, circle_id)
    must_go_on(db, row.programme_id)
    lock_programme(db, row.programme_id)
    if len(row.members) < FEWEST:
        raise NotPossible(
            say("There are no dates to find for one person."), what_to_do=say("Share the code with someone first.")
        )
    programme = get_programme(db, row.programme_id)
    ahead = _slots_ahead(programme, row, now)
    stay = [each for each in row.meetings if each.starts_at <= now + NOTICE]
    before = {
        slot.round: each.starts_at for each in row.meetings for _, slot in ahead if slot.starts_at == each.starts_at
    }
    members = [member.person_id for member in row.members]
    wanted = dates_together(
        programme, [slot for _, slot in ahead], _marks(db, programme, members, ahead),
        _taken(db, members, row.id, now), before,
    )  # fmt: skip
    found = {start.timestamp() for start in wanted}
    known = {each.starts_at.timestamp() for each in row.meetings}
    length = timedelta(minutes=programme.session_minutes)
    row.meetings = [
        *stay,
        *(each for each in row.meetings if each not in stay and each.starts_at.timestamp() in found),
        *(
            CircleMeetingRow(starts_at=start, ends_at=start + length, found_at=now)
            for start in wanted
            if start.timestamp() not in known
        ),
    ]
    db.flush()
    if found - known:
        _tell(db, [who for who in members if who != actor.person_id], programme, now, page_url)
    return sum(each.ends_at > now for each in row.meetings)


def private_time(db: Db, people: Collection[int]) -> Mapping[int, list[Stretch]]:
    """When circles of these people meet, in whatever programme: for a search alone, without a reason."""
    return private_hours(db, people)


def _slots_ahead(programme: Programme, row: CircleRow, now: datetime) -> _Ahead:
    """The slots in which a date may be found, with their places among all: in rounds without a date that stays."""
    every = programme.slots()
    rounds = {slot.starts_at: slot.round for slot in every}
    done = {rounds.get(each.starts_at) for each in row.meetings if each.starts_at <= now + NOTICE}
    ahead = [(i, slot) for i, slot in enumerate(every) if slot.starts_at > now + NOTICE and slot.round not in done]
    if not ahead:
        raise NotPossible(say("No round of this programme lies ahead in which a date could be found."))
    return ahead


def _marks(db: Db, programme: Programme, members: Collection[int], ahead: _Ahead) -> Mapping[int, str]:
    """What is known of each member and each slot ahead."""
    columns = (AvailabilityRow.person_id, AvailabilityRow.marks)
    here = (AvailabilityRow.programme_id == programme.id, AvailabilityRow.person_id.in_(members))
    found = dict(db.execute(select(*columns).where(*here)).all())
    count = len(programme.slots())
    known = {who: marks for who, marks in found.items() if len(marks) == count}
    return {who: "".join(known.get(who, NOT_KNOWN * count)[index] for index, _ in ahead) for who in members}


def _taken(db: Db, members: Collection[int], circle_id: int, now: datetime) -> Mapping[int, list[Stretch]]:
    """Sessions in all programmes, and other circles."""
    elsewhere, circles = booked(db, members, now), private_hours(db, members, but_for=circle_id)
    return {
        who: [*((span.starts_at, span.ends_at) for _, span in elsewhere.get(who, ())), *circles.get(who, ())]
        for who in members
    }


def _tell(db: Db, people: Collection[int], programme: Programme, now: datetime, page_url: str) -> None:
    told = set(people) - sealed_people(db, people, now)
    for person in db.scalars(select(PersonRow).where(PersonRow.id.in_(told)).order_by(PersonRow.id)):
        with in_language(person.language):
            text = f"{greeting(person.name)}\n\n{say(_FOUND)}\n\n{page_url}\n"
            put_in_outbox(db, person.email, neutral_title(programme.session_minutes), text, now)
