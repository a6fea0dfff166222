"""“We already meet”: two or more people turn what they have into a group with a charter, dates and a calendar.

A resident asks; each of the others says yes or no in private, and a no is read as “not this time”. The group begins
with the first yes. Nobody is asked who has power over the resident who asks, or is under it; who may not share a group
for another reason is parted by the planner, without a word, as in any self-formed group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.joining.readiness import is_ready
from scheduler.languages import say
from scheduler.own_groups.model import QuestionState
from scheduler.own_groups.questions import ASKED, LONGEST, waiting_for, write_to
from scheduler.own_groups.service import LONGEST_NAME, must_be_free
from scheduler.own_groups.tables import QuestionRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.firewall import power_in
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import lock_programme
from scheduler.text_input import required_text
from solvers.vocabulary import MODES

MOST_ASKED: Final = 8
"""So many people may be asked about one group."""


def formalise(
    db: Db,
    actor: Actor,
    programme_id: int,
    name: str,
    mode: str,
    addresses: Collection[str],
    text: str,
    now: datetime,
    *,
    page_url: str = "",
) -> int:
    """Ask the people that one meets already, by their addresses; returns how many. Each gets an e-mail."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    must_be_free(db, actor, programme_id)
    if mode not in MODES:
        raise Rejected(say("Choose how you would like to meet."))
    together = select(QuestionRow.id).where(*waiting_for(actor, programme_id), QuestionRow.group_name != "")
    if db.scalar(together.limit(1)) is not None:
        raise NotPossible(
            say("You have already asked the people you meet."),
            what_to_do=say("Wait for their answers, or withdraw your questions first."),
        )
    people = _people(db, actor, programme_id, addresses, now)
    called, words = required_text(name, LONGEST_NAME), required_text(text, LONGEST)
    for person in people:
        db.add(
            QuestionRow(
                programme_id=programme_id, from_id=actor.person_id, to_id=person.id, text=words, asked_at=now,
                state=QuestionState.ASKED, group_name=called, mode=mode,
            )
        )  # fmt: skip
        write_to(db, programme_id, person, ASKED, actor.name, now, page_url)
    return len(people)


def _people(
    db: Db, actor: Actor, programme_id: int, addresses: Collection[str], now: datetime
) -> tuple[PersonRow, ...]:
    """Who is asked. Raises Rejected with a fault for each who cannot be: nothing is asked of anybody then."""
    wanted = tuple(dict.fromkeys(each.strip().lower() for each in addresses if each.strip()))
    if not wanted:
        raise _refused((say("Write the work e-mail address of at least one person you meet with."),))
    if len(wanted) > MOST_ASKED:
        raise _refused((say("Please ask no more than %(count)s people.", count=MOST_ASKED),))
    rows = db.execute(
        select(PersonRow, ParticipantRow)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .where(ParticipantRow.guest.is_(False), PersonRow.email.in_(wanted), PersonRow.id != actor.person_id)
    ).all()
    here = {person.email: person for person, part in rows if _may_be_asked(db, part, now)}
    if faults := tuple(_faults(db, actor, programme_id, wanted, here, now)):
        raise _refused(faults)
    return tuple(here[address] for address in wanted)


def _faults(
    db: Db, actor: Actor, programme_id: int, wanted: Collection[str], here: dict[str, PersonRow], now: datetime
) -> Iterator[str]:
    asked = set(db.scalars(select(QuestionRow.to_id).where(*waiting_for(actor, programme_id))))
    pairs = power_in(db, (programme_id,), now)[programme_id].all
    me = actor.person_id or 0
    for address in wanted:
        person = here.get(address)
        if person is None:
            yield say("We can’t find %(address)s among the people you can ask.", address=address)
        elif person.id in asked:
            yield say("You have already asked %(name)s.", name=person.name)
        elif person.id in pairs.get(me, ()) or me in pairs.get(person.id, ()):
            yield say(
                "%(name)s and you can’t share a group here, because one of you supervises, assesses or manages the "
                "other.",
                name=person.name,
            )


def _may_be_asked(db: Db, part: ParticipantRow, now: datetime) -> bool:
    return part.kind == Role.RESIDENT or is_ready(db, part.programme_id, part.person_id, now)


def _refused(faults: Collection[str]) -> Rejected:
    return Rejected(say("Nobody was asked."), tuple(Fault("people", fault) for fault in faults))
