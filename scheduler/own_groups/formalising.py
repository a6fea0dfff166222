"""“We already meet”: two or more people turn what they have into a group with a charter, dates and a calendar.

A resident asks; each of the others says yes or no in private, and a no is read as “not this time”. The group begins
with the first yes. Nobody is asked who has power over the resident who asks, or is under it; who may not share a group
for another reason is parted by the planner, without a word, as in any self-formed group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from babel.lists import format_list
from sqlalchemy import or_, select

from scheduler.db import Db
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.joining.model import NamedPerson
from scheduler.joining.people_search import MOST_FOUND, find_each, is_called
from scheduler.joining.readiness import ready_among
from scheduler.languages import locale, say
from scheduler.own_groups.model import QuestionState
from scheduler.own_groups.questions import ASKED, LONGEST, waiting_for, write_to
from scheduler.own_groups.service import LONGEST_NAME, must_be_free
from scheduler.own_groups.tables import QuestionRow
from scheduler.people.model import PARTICIPANTS, Actor, Role
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
    people: Collection[str],
    text: str,
    now: datetime,
    *,
    page_url: str = "",
) -> int:
    """Ask the people that one meets already, each by their full name or their address; returns how many. Each gets an
    e-mail."""
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
    asked = _people(db, actor, programme_id, people, now)
    called, words = required_text(name, LONGEST_NAME), required_text(text, LONGEST)
    for person in asked:
        db.add(
            QuestionRow(
                programme_id=programme_id, from_id=actor.person_id, to_id=person.id, text=words, asked_at=now,
                state=QuestionState.ASKED, group_name=called, mode=mode,
            )
        )  # fmt: skip
        write_to(db, programme_id, person, ASKED, actor.name, now, page_url)
    return len(asked)


def _people(db: Db, actor: Actor, programme_id: int, wanted: Collection[str], now: datetime) -> tuple[PersonRow, ...]:
    """Who is asked. Raises Rejected with a fault for each who cannot be: nothing is asked of anybody then."""
    lines = tuple(dict.fromkeys(line for each in wanted if (line := " ".join(each.split()))))
    if not lines:
        raise _refused((say("Write the name or work e-mail address of at least one person you meet with."),))
    if len(lines) > MOST_ASKED:
        raise _refused((say("Please ask no more than %(count)s people.", count=MOST_ASKED),))
    meant = _meant(db, actor, programme_id, lines, now)
    people = {person.id: person for found in meant.values() if isinstance(found, PersonRow) for person in (found,)}
    faults = [found for found in meant.values() if isinstance(found, str)]
    faults += _faults(db, actor, programme_id, people.values(), now)
    if faults:
        raise _refused(faults)
    return tuple(people.values())


def _meant(
    db: Db, actor: Actor, programme_id: int, lines: Collection[str], now: datetime
) -> Mapping[str, PersonRow | str]:
    """Who is meant by each line, or what is wrong with it. Names are looked for among those whom the asker can look
    up anyway; of these, and of addresses, who can't be asked is not found, whatever the reason."""
    named = find_each(db, actor, programme_id, [line for line in lines if "@" not in line], *PARTICIPANTS)
    ids = {one.person_id for found in named.values() for one in found}
    rows = db.execute(
        select(PersonRow, ParticipantRow.kind)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .where(ParticipantRow.guest.is_(False), PersonRow.id != actor.person_id)
        .where(or_(PersonRow.id.in_(ids), PersonRow.email.in_([line.lower() for line in lines])))
    ).all()
    ready = ready_among(db, programme_id, {person.id for person, kind in rows if kind == Role.FACULTY}, now)
    here = {person.id: person for person, kind in rows if kind == Role.RESIDENT or person.id in ready}
    by_address = {person.email: person for person in here.values()}
    return {
        line: by_address.get(line.lower(), _unknown(line))
        if line not in named
        else _by_name(line, [one for one in named[line] if one.person_id in here], here)
        for line in lines
    }


def _by_name(line: str, found: Sequence[NamedPerson], here: Mapping[int, PersonRow]) -> PersonRow | str:
    """The one who is called so; part of a name is no choice, since a message could reach somebody else."""
    exact = [one for one in found if is_called(one, line)]
    if len(exact) == 1:
        return here[exact[0].person_id]
    if exact:
        return say("More than one person is called %(name)s. Write the work e-mail address of the one you meet.",
                   name=line)  # fmt: skip
    if not found:
        return _unknown(line)
    names = [f"{one.name} ({one.site})" for one in found[:MOST_FOUND]]
    return say("“%(line)s”: do you mean %(names)s? Write the full name.", line=line,
               names=format_list(names, style="or", locale=locale()))  # fmt: skip


def _unknown(line: str) -> str:
    return say("We can’t find %(line)s among the people you can ask.", line=line)


def _faults(db: Db, actor: Actor, programme_id: int, people: Collection[PersonRow], now: datetime) -> Iterator[str]:
    asked = set(db.scalars(select(QuestionRow.to_id).where(*waiting_for(actor, programme_id))))
    pairs = power_in(db, (programme_id,), now)[programme_id].all
    me = actor.person_id or 0
    for person in people:
        if person.id in asked:
            yield say("You have already asked %(name)s.", name=person.name)
        elif person.id in pairs.get(me, ()) or me in pairs.get(person.id, ()):
            yield say(
                "%(name)s and you can’t share a group here, because one of you supervises, assesses or manages the "
                "other.",
                name=person.name,
            )


def _refused(faults: Collection[str]) -> Rejected:
    return Rejected(say("Nobody was asked."), tuple(Fault("people", fault) for fault in faults))
